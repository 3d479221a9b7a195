//! Which question comes next.

use sqlx::PgConnection;

use crate::bank::filter;
use crate::bot::Bot;
use crate::ids::{GuildId, QuestionId, RevisionId, UserId};
use crate::reply::Message;
use crate::rules::question::Kind;
use crate::rules::scoring::Choices;
use crate::rules::selection::{Candidate, pick_question, pick_several};
use crate::store;
use crate::store::asked::{Filter, Wish};
use crate::store::rounds::QuestionToAsk;
use crate::store::schedules::Schedule;
use crate::view;

/// What a schedule asks next.
#[derive(Clone, Copy, Debug)]
pub enum Choice {
    Ask(QuestionToAsk),
    /// Everything that fits is open in the server at this moment, or about to be revealed.
    AllOpen,
    NothingFits,
}

impl Choice {
    /// What it asks; otherwise what a manager is told.
    pub fn question(self) -> Result<QuestionToAsk, Message> {
        match self {
            Self::Ask(question) => Ok(question),
            Self::AllOpen => Err(view::daily::all_open()),
            Self::NothingFits => Err(view::daily::no_question()),
        }
    }

    /// Refuses a schedule that can never ask anything. One that cannot at this moment is fine.
    pub fn require_fitting(self) -> Result<(), Message> {
        match self {
            Self::Ask(_) | Self::AllOpen => Ok(()),
            Self::NothingFits => Err(view::daily::no_question()),
        }
    }
}

/// What a schedule asks next. Run inside the transaction that plans the round: until it ends, nothing else is chosen in
/// the guild.
pub async fn choose_for_schedule(
    bot: &Bot,
    db: &mut PgConnection,
    schedule: &Schedule,
) -> sqlx::Result<Choice> {
    store::asked::lock_choice(&mut *db, schedule.guild_id).await?;
    let topics = filter::expand_topics(bot.bank.syllabus(), &schedule.topics);
    // The database reads no topics as any topic; a filter of topics that no longer exist fits nothing.
    if topics.is_empty() && !schedule.topics.is_empty() {
        return Ok(Choice::NothingFits);
    }
    let wish = Wish {
        topics: &topics,
        level: schedule.level,
        kinds: schedule.kinds.list(),
        user: None,
    };
    let stored = store::asked::list_candidates(&mut *db, schedule.guild_id, &wish).await?;
    let candidates: Vec<Candidate<'_>> = stored.free.iter().map(to_candidate).collect();
    let picked: Option<QuestionId> = pick_question(&candidates, schedule.seed.cast_unsigned());
    let Some(row) = picked.and_then(|id| stored.free.iter().find(|row| row.question_id == id)) else {
        return Ok(match stored.held_back {
            0 => Choice::NothingFits,
            _ => Choice::AllOpen,
        });
    };
    Ok(Choice::Ask(
        question_to_ask(bot, db, row.question_id, row.revision_id).await?,
    ))
}

/// Up to `count` questions for a quiz; `user` is who takes it where it is private.
pub async fn choose_for_quiz(
    bot: &Bot,
    db: &mut PgConnection,
    guild: GuildId,
    filter: &Filter,
    count: usize,
    seed: u64,
    user: Option<UserId>,
) -> sqlx::Result<Vec<QuestionToAsk>> {
    let wish = Wish {
        topics: &filter.topics,
        level: filter.level,
        kinds: filter
            .kind
            .as_ref()
            .map_or(&Kind::CLOSED[..], std::slice::from_ref),
        user,
    };
    let stored = store::asked::list_candidates(&mut *db, guild, &wish).await?;
    let candidates: Vec<Candidate<'_>> = stored.free.iter().map(to_candidate).collect();
    let picked = pick_several(&candidates, count, seed);
    current_revisions(bot, db, guild, &picked).await
}

/// These questions in their newest text, but for those that are retired or open in the guild at this moment.
pub async fn current_revisions(
    bot: &Bot,
    db: &mut PgConnection,
    guild: GuildId,
    questions: &[QuestionId],
) -> sqlx::Result<Vec<QuestionToAsk>> {
    let mut all = Vec::new();
    for current in store::asked::list_askable(&mut *db, guild, questions).await? {
        all.push(question_to_ask(bot, db, current.question_id, current.revision_id).await?);
    }
    Ok(all)
}

fn to_candidate(row: &store::asked::Candidate) -> Candidate<'_> {
    Candidate {
        question: row.question_id,
        topic: &row.topic,
        times_asked: u32::try_from(row.times_asked).unwrap_or(u32::MAX),
        last_asked: row.last_asked,
    }
}

async fn question_to_ask(
    bot: &Bot,
    db: &mut PgConnection,
    question_id: QuestionId,
    revision_id: RevisionId,
) -> sqlx::Result<QuestionToAsk> {
    let question = bot.revisions.get(db, revision_id).await?;
    Ok(QuestionToAsk {
        question_id,
        revision_id,
        offered: Choices::all_of(&question.options),
        several: question.kind == Kind::Multiple,
    })
}
