//! Posts planned rounds, each exactly once.
//!
//! The row is there before the message, with the question and the closing time fixed. A post carries a nonce made of
//! the round's id, so that within a few minutes Discord itself answers a repeated post with the first message. After
//! that, a repeated attempt looks for the message in the channel before it posts. The result is stored only by the
//! attempt that holds the lease.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use crate::app::live::close_if_all_answered;
use crate::app::plan::settle_schedule;
use crate::bank::filter;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::{MessageId, made_at};
use crate::interaction::CustomId;
use crate::jobs::delivery::{
    Earlier, Failure, advice_for_manager, is_lease_nearly_over, judge_look, post_noted, retry_time,
};
use crate::jobs::live;
use crate::jobs::search::find_by_custom_id;
use crate::jobs::{BATCH, LEASE};
use crate::reply::Message;
use crate::rules::quiz::AWAY;
use crate::rules::quiz::Source;
use crate::store;
use crate::store::rounds::{Round, State};
use crate::view;

/// Later than this after its time a schedule's round is not posted any more, whatever held it up.
const LATEST: TimeDelta = TimeDelta::hours(2);

/// Posts everything that is planned and due. Returns how many rounds it worked on.
///
/// # Errors
/// If the database fails; the leases run out and the rounds are tried again.
pub async fn publish_rounds(bot: &Bot, discord: &Discord) -> anyhow::Result<usize> {
    let mut worked_on = 0;
    loop {
        let rounds = store::leases::lease_planned(&bot.db, bot.now(), LEASE, BATCH).await?;
        let leased = Instant::now();
        if rounds.is_empty() {
            return Ok(worked_on);
        }
        worked_on += rounds.len();
        let done = join_all(
            rounds
                .iter()
                .map(|round| publish_round(bot, discord, round, leased)),
        )
        .await;
        done.into_iter().collect::<anyhow::Result<()>>()?;
    }
}

async fn publish_round(bot: &Bot, discord: &Discord, round: &Round, leased: Instant) -> anyhow::Result<()> {
    match try_publishing(bot, discord, round, leased).await {
        Ok(()) => Ok(()),
        Err(failure) => note_refusal(bot, round, &failure.refused()?).await,
    }
}

async fn try_publishing(bot: &Bot, discord: &Discord, round: &Round, leased: Instant) -> Result<(), Failure> {
    let mut round = round.clone();
    let nonce = format!("q{}", round.round_id);
    // Before anything else is decided: an earlier attempt may have got through, and then the round is posted.
    if round.attempt > 1 {
        match judge_look(bot, &nonce, posted_before(discord, &round).await).await? {
            Earlier::There(id) => return Ok(note_posted(bot, &round, Some(id)).await?),
            Earlier::Nothing => match store::leases::move_window(&bot.db, &round, bot.now()).await? {
                Some(moved) => round = moved,
                None => return Ok(()),
            },
            // It may be there, and then it says what was fixed for it.
            Earlier::Unseen => {}
        }
    }
    if bot.now() - round.due_at > latest(&round) {
        let reason = round.reason.clone();
        let reason = reason.unwrap_or_else(|| "it could not be posted in time".to_owned());
        tracing::warn!(round.id = round.round_id.0, reason, "a question is skipped");
        return Ok(not_posted(bot, &round, State::Skipped, &reason).await?);
    }
    if let Some(quiz) = round.quiz_id {
        let live = store::live::find_live(&bot.db, round.guild_id, quiz).await?;
        if live.is_some_and(|live| live.ending.is_some()) {
            return Ok(not_posted(bot, &round, State::Skipped, "the quiz was stopped").await?);
        }
    }
    if is_lease_nearly_over(leased) {
        return Ok(store::leases::retry_at(&bot.db, &round, bot.now()).await?);
    }
    let message = compose_question(bot, &round).await?;
    let posted = post_noted(bot, discord, round.channel_id, &message, &nonce).await?;
    Ok(note_posted(bot, &round, posted.message()).await?)
}

/// For how long after its time a round may still be posted.
fn latest(round: &Round) -> TimeDelta {
    match round.source {
        Source::Live => AWAY,
        Source::Daily | Source::Solo | Source::Review => LATEST,
    }
}

/// Ends a round without a message. A live quiz goes on without the question.
async fn not_posted(bot: &Bot, round: &Round, state: State, reason: &str) -> anyhow::Result<()> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    store::leases::not_posted(&mut *tx, round, state, reason).await?;
    if let Some(quiz) = round.quiz_id {
        store::live::go_on(&mut *tx, quiz, state == State::Skipped, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Notes that the message is there, or was and is deleted.
async fn note_posted(bot: &Bot, round: &Round, id: Option<MessageId>) -> anyhow::Result<()> {
    let now = bot.now();
    // The time a quick answer is worth is counted from the moment everybody sees the question.
    let at = match round.source {
        Source::Live => id.map_or(now, |id| made_at(id.0)),
        Source::Daily | Source::Solo | Source::Review => now,
    };
    if store::leases::note_posted(&bot.db, round, id, at).await? {
        if round.source == Source::Live {
            // Answers that arrived before this row was updated did not close the question; check again now.
            close_if_all_answered(bot, round.round_id).await?;
        }
        let lag_ms = (now - round.due_at).num_milliseconds();
        tracing::info!(
            round.id = round.round_id.0,
            guild.id = round.guild_id.0,
            lag_ms,
            "a question is posted"
        );
        metrics::counter!("greenroom_rounds_posted_total").increment(1);
    }
    Ok(())
}

async fn compose_question(bot: &Bot, round: &Round) -> anyhow::Result<Message> {
    let (Some(revision), Some(reveal_at)) = (round.revision_id, round.reveal_at) else {
        anyhow::bail!("round {} is planned without a question", round.round_id);
    };
    let question = bot.revisions.get(&bot.db, revision).await?;
    if round.source == Source::Live {
        let mut db = bot.db.acquire().await?;
        return live::messages::compose_question(bot, &mut db, round, &question, reveal_at).await;
    }
    let topic = filter::topic_title(bot.bank.syllabus(), &question.topic);
    Ok(view::question::open_question(
        &question,
        &topic,
        round.round_id,
        reveal_at,
        0,
        round.ping_role_id,
    ))
}

/// The message of an earlier attempt whose answer was lost: it carries the round in its buttons.
async fn posted_before(discord: &Discord, round: &Round) -> Result<Option<MessageId>, ApiError> {
    let round_id = round.round_id;
    let answers = [
        CustomId::Answer {
            round: round_id,
            option: 0,
        },
        CustomId::AnswerMany { round: round_id },
        CustomId::Write { round: round_id },
    ];
    find_by_custom_id(discord, round.channel_id, round.due_at, &answers).await
}

async fn note_refusal(bot: &Bot, round: &Round, error: &ApiError) -> anyhow::Result<()> {
    let now = bot.now();
    tracing::warn!(round.id = round.round_id.0, attempt = round.attempt, %error, "a question could not be posted");
    let reason = advice_for_manager(error);
    let in_time = |at: &DateTime<Utc>| *at - round.due_at <= latest(round);
    let again = retry_time(now, error, round.attempt);
    // The last attempt is made to look for the message once more; `try_publishing` looks at the clock after that.
    if let Some(at) = again.filter(|at| in_time(at) || (in_time(&now) && !error.is_flagged())) {
        return Ok(store::leases::put_off(&bot.db, round, at, &reason).await?);
    }
    match error.kind() {
        ErrorKind::Gone | ErrorKind::Forbidden => close(bot, round, &reason).await,
        // Until somebody has appealed, tomorrow is as today.
        ErrorKind::Later(_) if error.is_flagged() => close(bot, round, &reason).await,
        ErrorKind::Later(_) | ErrorKind::Unauthorised | ErrorKind::Refused => {
            not_posted(bot, round, State::Failed, &reason).await
        }
    }
}

/// Ends a round, and what asked it until a person has done something about it: its quiz is given up, its schedule
/// paused.
async fn close(bot: &Bot, round: &Round, reason: &str) -> anyhow::Result<()> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    if let Some(schedule) = round.schedule_id {
        // What is due meanwhile has its round first, which then says what became of it.
        settle_schedule(bot, &mut tx, round.guild_id, schedule).await?;
        store::schedules::pause_schedule(&mut *tx, schedule, Some(reason), now).await?;
    }
    store::leases::not_posted(&mut *tx, round, State::Failed, reason).await?;
    if let Some(quiz) = round.quiz_id {
        store::live::give_up(&mut tx, quiz, reason, now).await?;
    }
    Ok(tx.commit().await?)
}
