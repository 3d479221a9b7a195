//! The messages of a live quiz from what the database holds.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::bank::filter;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::ids::QuizId;
use crate::jobs::delivery::Failure;
use crate::jobs::reveal_message::show_on_message;
use crate::reply::Message;
use crate::rules::podium::rank_tallies;
use crate::rules::question::Question;
use crate::store;
use crate::store::live::Live;
use crate::store::rounds::Round;
use crate::view;
use crate::view::live::round::{Next, Outcome};
use crate::view::live::{Joined, Quiz};

/// Players named in a lobby.
const NAMED: i64 = 10;

/// What names a quiz in its messages.
pub fn quiz_names(live: &Live) -> Quiz<'_> {
    Quiz {
        id: live.quiz_id,
        title: &live.title,
        host: live.host_id,
        questions: live.questions,
        rules: live.rules(),
    }
}

/// Who has joined.
pub async fn joined_players(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<Joined> {
    let (named, all) = store::players::first_players(db, quiz, NAMED).await?;
    Ok(Joined { named, all })
}

async fn quiz_of(db: &mut PgConnection, round: &Round) -> anyhow::Result<Live> {
    let quiz = round.quiz_id.context("a live round belongs to a quiz")?;
    let live = store::live::find_live(db, round.guild_id, quiz).await?;
    live.context("a live quiz has its row")
}

/// A question while it is open, with how many have answered by now.
pub async fn compose_question(
    bot: &Bot,
    db: &mut PgConnection,
    round: &Round,
    question: &Question,
    reveal_at: DateTime<Utc>,
) -> anyhow::Result<Message> {
    let live = quiz_of(db, round).await?;
    let answered = store::answers::count_answers(&mut *db, round.round_id).await?;
    let players = store::players::count_players(db, live.quiz_id).await?;
    Ok(view::live::round::open_question(
        &quiz_names(&live),
        question,
        &filter::topic_title(bot.bank.syllabus(), &question.topic),
        round.round_id,
        round.number.unwrap_or_default(),
        reveal_at,
        (answered, players),
    ))
}

/// A question once its key is public.
async fn compose_revealed(
    bot: &Bot,
    db: &mut PgConnection,
    round: &Round,
    question: &Question,
) -> anyhow::Result<Message> {
    let live = quiz_of(db, round).await?;
    let number = round.number.unwrap_or_default();
    let next = match (
        live.ending,
        store::live::is_unfinished(&mut *db, live.quiz_id).await?,
    ) {
        (Some(ending), _) => Next::Ended(ending),
        (None, true) => Next::Question(live.next_at.unwrap_or_else(|| bot.now())),
        (None, false) => Next::Podium,
    };
    let outcome = Outcome {
        distribution: store::answers::count_by_choice(&mut *db, round.round_id).await?,
        standing: rank_tallies(&store::players::player_tallies(&mut *db, live.quiz_id, number).await?),
        places_changed: number > 1,
        next,
    };
    let topic = filter::topic_title(bot.bank.syllabus(), &question.topic);
    let quiz = quiz_names(&live);
    Ok(view::live::round::revealed_question(
        &quiz,
        question,
        &topic,
        round.round_id,
        number,
        &outcome,
    ))
}

/// Shows the reveal of a live question on its message, or in a new one where somebody deleted that.
pub(in crate::jobs) async fn show_reveal(
    bot: &Bot,
    discord: &Discord,
    round: &Round,
    question: &Question,
) -> Result<(), Failure> {
    let shown = {
        let mut db = bot.db.acquire().await?;
        compose_revealed(bot, &mut db, round, question).await?
    };
    show_on_message(bot, discord, round, &shown).await?;
    Ok(())
}

/// Shows the last reveal of a quiz that ended early as what it is: it promised another question. What cannot be shown
/// is worth no second attempt.
pub(super) async fn end_last_reveal(bot: &Bot, discord: &Discord, live: &Live) -> anyhow::Result<()> {
    let last = store::live::last_revealed(&bot.db, live.quiz_id).await?;
    let Some(round) = last else {
        return Ok(());
    };
    let (Some(message), Some(revision)) = (round.message_id, round.revision_id) else {
        return Ok(());
    };
    let question = bot.revisions.get(&bot.db, revision).await?;
    let mut tx = bot.db.begin().await?;
    store::leases::lock_message(&mut *tx, round.round_id).await?;
    let shown = compose_revealed(bot, &mut tx, &round, &question).await?;
    if let Err(error) = discord.edit(round.channel_id, message, &shown).await {
        tracing::warn!(quiz.id = live.quiz_id.0, %error, "a quiz's last question could not be rewritten");
    }
    Ok(())
}
