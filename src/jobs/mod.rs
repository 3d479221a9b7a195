//! What happens by time. Each step is a function that does what is due and says what it did; the loops only decide
//! when.
//!
//! Any number of instances may run them: rows are leased, and every change repeats the state it starts from.

pub mod announce;
pub mod competitions;
pub mod counts;
mod delivery;
pub mod live;
pub mod notices;
pub mod nudge;
pub mod plan;
pub mod publish;
pub mod reveal;
mod reveal_message;
mod search;
pub mod seasons;
pub mod shared;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use crate::app::failure::describe_failure;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::store;

/// How long one attempt at a round may take before another instance may try. A call with all its retries and waits
/// takes less than two minutes, and it is begun in the first of these three.
const LEASE: TimeDelta = TimeDelta::minutes(3);
/// Rounds worked on at a time; few enough to finish within the lease at Discord's pace.
const BATCH: i64 = 20;
/// The scheduler looks at least this often, whatever it was told: notifications are lost when a connection is.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// How long a pass may go on once the process is asked to stop.
const DRAIN: Duration = Duration::from_secs(8);
/// A pause after a failed pass, so that a broken database is not asked in a tight loop.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// Does everything that is due, once: plans rounds, moves live quizzes, posts, scores, shows reveals, nudges.
///
/// Seasons and competitions turn, and notices are posted. No step waits for another's success.
/// False if any failed; what went wrong is logged.
///
/// What wants an answer is not posted while none can arrive.
pub async fn run_due_work(bot: &Bot, discord: &Discord) -> bool {
    let answerable = bot.delivery.stands();
    let steps = [
        ("plan rounds", plan::plan_rounds(bot).await),
        (
            "move live quizzes",
            match answerable {
                true => live::advance_quizzes(bot, discord).await.map(|_| ()),
                false => Ok(()),
            },
        ),
        (
            "publish rounds",
            match answerable {
                true => publish::publish_rounds(bot, discord).await.map(|_| ()),
                false => Ok(()),
            },
        ),
        ("reveal rounds", reveal::reveal_rounds(bot).await),
        (
            "announce reveals",
            announce::announce_reveals(bot, discord).await.map(|_| ()),
        ),
        (
            "nudge members",
            match answerable {
                true => nudge::nudge_members(bot, discord).await,
                false => Ok(()),
            },
        ),
        ("turn seasons", seasons::close_due_seasons(bot).await),
        ("turn competitions", competitions::advance_competitions(bot).await),
        (
            "post notices",
            notices::post_notices(bot, discord).await.map(|_| ()),
        ),
        ("forget old posts", delivery::forget_old(bot).await),
    ];
    for (step, result) in &steps {
        if let Err(error) = result {
            let error = describe_failure(bot, error).await;
            tracing::error!(step, error, "a pass of the scheduler failed");
        }
    }
    steps.iter().all(|(_, result)| result.is_ok())
}

/// Runs the scheduler until it is stopped: sleeps until the next thing is due or somebody changes a schedule.
pub async fn run_scheduler(bot: Arc<Bot>, discord: Arc<Discord>, stop: CancellationToken) {
    let mut listener = Listener::default();
    while !stop.is_cancelled() {
        // Before looking, so that a change made while looking is heard.
        listener.connect(&bot).await;
        // Given up in the middle where it takes too long: every step can be taken again.
        let done = tokio::select! {
            done = run_due_work(&bot, &discord) => done,
            () = stopped_for(&stop, DRAIN) => return,
        };
        let pause = match done {
            true => sleep_for(&bot).await.unwrap_or(AFTER_FAILURE),
            false => AFTER_FAILURE,
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = listener.heard() => {}
            () = bot.delivery.changed() => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Returns this long after the stop.
async fn stopped_for(stop: &CancellationToken, pause: Duration) {
    stop.cancelled().await;
    tokio::time::sleep(pause).await;
}

async fn sleep_for(bot: &Bot) -> sqlx::Result<Duration> {
    let Some(wake) = store::wake::next_wake(&bot.db, reveal::GRACE).await? else {
        return Ok(LONGEST_SLEEP);
    };
    let until = (wake - bot.now()).to_std().unwrap_or_default();
    // Never zero: what is due but leased by somebody else must not make this loop spin, nor what waits for the gateway.
    let least = match bot.delivery.stands() {
        true => Duration::from_millis(20),
        false => AFTER_FAILURE,
    };
    Ok(until.clamp(least, LONGEST_SLEEP))
}

/// Hears when any instance changes a schedule. While it has no connection, the timer has to do.
#[derive(Default)]
struct Listener(Option<PgListener>);

impl Listener {
    async fn connect(&mut self, bot: &Bot) {
        if self.0.is_none() {
            self.0 = listen_to_schedules(bot).await.ok();
        }
    }

    async fn heard(&mut self) {
        match &mut self.0 {
            // A lost connection counts as heard: what was missed is looked for.
            Some(listener) => {
                if !matches!(listener.try_recv().await, Ok(Some(_))) {
                    self.0 = None;
                }
            }
            None => std::future::pending().await,
        }
    }
}

async fn listen_to_schedules(bot: &Bot) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(&bot.db).await?;
    listener.listen("schedules").await?;
    Ok(listener)
}
