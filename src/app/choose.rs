//! Which question comes next.

use sqlx::PgConnection;

use crate::bank::filter;
use crate::bot::Bot;
use crate::ids::{GuildId, QuestionId, RevisionId, UserId};
use crate::rules::question::Kind;
use crate::rules::scoring::Choices;
use crate::rules::selection::{Candidate, pick_question, pick_several};
use crate::store;
use crate::store::candidates::Filter;
use crate::store::rounds::QuestionToAsk;
use crate::store::schedules::Schedule;

/// The question a schedule asks next, or `None` where nothing fits its filter. Run inside the transaction that plans
/// the round: until it ends, no other schedule of the guild chooses.
pub async fn choose_for_schedule(
    bot: &Bot,
    db: &mut PgConnection,
    schedule: &Schedule,
) -> sqlx::Result<Option<QuestionToAsk>> {
    store::candidates::lock_choice(&mut *db, schedule.guild_id).await?;
    let topics = filter::expand_topics(bot.bank.syllabus(), &schedule.topics);
    // The database reads no topics as any topic; a filter of topics that no longer exist fits nothing.
    if topics.is_empty() && !schedule.topics.is_empty() {
        return Ok(None);
    }
    let stored = store::candidates::list_candidates(
        &mut *db,
        schedule.guild_id,
        &topics,
        schedule.level,
        schedule.kinds,
    )
    .await?;
    let candidates: Vec<Candidate<'_>> = stored.iter().map(to_candidate).collect();
    let picked: Option<QuestionId> = pick_question(&candidates, schedule.seed.cast_unsigned());
    let Some(row) = picked.and_then(|id| stored.iter().find(|row| row.question_id == id)) else {
        return Ok(None);
    };
    Ok(Some(
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
    let stored = store::candidates::quiz_candidates(&mut *db, guild, filter, user).await?;
    let candidates: Vec<Candidate<'_>> = stored.iter().map(to_candidate).collect();
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
    for current in store::questions::not_open(&mut *db, guild, questions).await? {
        all.push(question_to_ask(bot, db, current.question_id, current.revision_id).await?);
    }
    Ok(all)
}

fn to_candidate(row: &store::candidates::Candidate) -> Candidate<'_> {
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
