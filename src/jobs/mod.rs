//! What happens by time. Each step is a function that does what is due and says what it did; the loops only decide when.
//!
//! Any number of instances may run them: rows are leased, and every change repeats the state it starts from.

pub mod announce;
pub mod counts;
pub mod plan;
pub mod publish;
pub mod reveal;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::ApiError;
use crate::store;

/// How long one attempt at a round may take before another instance may try. Longer than a call with its retries.
const LEASE: TimeDelta = TimeDelta::seconds(90);
/// Rounds worked on at a time; few enough to finish within the lease at Discord's pace.
const BATCH: i64 = 20;
/// The scheduler looks at least this often, whatever it was told: notifications are lost when a connection is.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// A pause after a failed pass, so that a broken database is not asked in a tight loop.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// Does everything that is due, once: plans rounds, posts, scores, shows reveals.
///
/// # Errors
/// If the database fails. What Discord refuses is recorded on the round instead.
pub async fn tick(bot: &Bot, discord: &Discord) -> anyhow::Result<()> {
    plan::plan(bot).await.context("plan rounds")?;
    publish::publish(bot, discord).await.context("publish rounds")?;
    reveal::reveal(bot).await.context("reveal rounds")?;
    announce::announce(bot, discord)
        .await
        .context("announce reveals")?;
    Ok(())
}

/// Runs the scheduler until it is stopped: sleeps until the next thing is due or somebody changes a schedule.
pub async fn run(bot: Arc<Bot>, discord: Arc<Discord>, stop: CancellationToken) {
    let mut listener = Listener::default();
    while !stop.is_cancelled() {
        // Before looking, so that a change made while looking is heard.
        listener.connect(&bot).await;
        let pause = match tick(&bot, &discord).await {
            Ok(()) => sleep_for(&bot).await.unwrap_or(AFTER_FAILURE),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "a pass of the scheduler failed");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = listener.heard() => {}
            () = bot.wake.notified() => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn sleep_for(bot: &Bot) -> sqlx::Result<Duration> {
    let Some(wake) = store::schedules::next_wake(&bot.db, reveal::GRACE).await? else {
        return Ok(LONGEST_SLEEP);
    };
    let until = (wake - bot.now()).to_std().unwrap_or_default();
    // Never zero: what is due but leased by somebody else must not make this loop spin.
    Ok(until.clamp(Duration::from_millis(20), LONGEST_SLEEP))
}

/// Hears when any instance changes a schedule. While it has no connection, the timer has to do.
#[derive(Default)]
struct Listener(Option<PgListener>);

impl Listener {
    async fn connect(&mut self, bot: &Bot) {
        if self.0.is_none() {
            self.0 = listen(bot).await.ok();
        }
    }

    async fn heard(&mut self) {
        match &mut self.0 {
            // A lost connection counts as heard: what was missed is looked for.
            Some(listener) => {
                if listener.recv().await.is_err() {
                    self.0 = None;
                }
            }
            None => std::future::pending().await,
        }
    }
}

async fn listen(bot: &Bot) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(&bot.db).await?;
    listener.listen("schedules").await?;
    Ok(listener)
}

/// When to try again after Discord refused, given how often it was tried.
fn again_at(now: DateTime<Utc>, asked: Duration, attempt: i32) -> DateTime<Utc> {
    let doubling = TimeDelta::seconds(5 * 2_i64.pow(attempt.clamp(0, 6).unsigned_abs()));
    now + TimeDelta::from_std(asked).unwrap_or(doubling).max(doubling)
}

/// A sentence for the manager about what Discord refused.
fn what_to_do(error: &ApiError) -> String {
    use crate::discord::error::Meaning;
    match error.meaning() {
        Meaning::Gone => "The channel no longer exists. Choose another with /daily edit.".to_owned(),
        Meaning::Forbidden => {
            "I may not post in the channel. Allow me View Channel and Send Messages there.".to_owned()
        }
        Meaning::Unauthorised => "My token is no longer valid. Whoever runs me has to renew it.".to_owned(),
        Meaning::Later(_) | Meaning::Refused => format!("It could not be posted. {error}."),
    }
}
