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

/// How long a step may take. One that takes longer waits for what does not come, such as the answer of a database whose
/// connection has died; it is given up, and the next pass takes it again.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A step that only asks the database.
    pub database: Duration,
    /// A step that also asks Discord, at Discord's pace.
    pub delivery: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            database: Duration::from_secs(30),
            delivery: Duration::from_secs(5 * 60),
        }
    }
}

/// Does everything that is due, once: plans rounds, moves live quizzes, posts, scores, shows reveals, nudges.
///
/// Seasons and competitions turn, and notices are posted. No step waits for another's success, and none for longer than
/// it may take. False if any failed; what went wrong is logged.
///
/// What wants an answer is not posted while none can arrive.
async fn run_due_work(bot: &Bot, discord: &Discord, patience: Patience) -> bool {
    let (short, long) = (patience.database, patience.delivery);
    let mut steps = vec![("plan rounds", within(short, plan::plan_rounds(bot)).await)];
    if bot.delivery.stands() {
        steps.extend([
            (
                "move live quizzes",
                within(long, live::advance_quizzes(bot, discord)).await,
            ),
            (
                "publish rounds",
                within(long, publish::publish_rounds(bot, discord)).await,
            ),
        ]);
    }
    steps.extend([
        ("reveal rounds", within(short, reveal::reveal_rounds(bot)).await),
        (
            "announce reveals",
            within(long, announce::announce_reveals(bot, discord)).await,
        ),
    ]);
    if bot.delivery.stands() {
        steps.push((
            "nudge members",
            within(long, nudge::nudge_members(bot, discord)).await,
        ));
    }
    steps.extend([
        (
            "turn seasons",
            within(short, seasons::close_due_seasons(bot)).await,
        ),
        (
            "turn competitions",
            within(short, competitions::advance_competitions(bot)).await,
        ),
        (
            "post notices",
            within(long, notices::post_notices(bot, discord)).await,
        ),
        ("forget old posts", within(short, delivery::forget_old(bot)).await),
    ]);
    for (step, result) in &steps {
        if let Err(error) = result {
            let error = describe_failure(bot, error).await;
            tracing::error!(step, error, "a pass of the scheduler failed");
        }
    }
    steps.iter().all(|(_, result)| result.is_ok())
}

/// A step with an end. Dropped in the middle it leaves nothing half done: transactions roll back, leases run out.
async fn within<T>(limit: Duration, step: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<()> {
    match tokio::time::timeout(limit, step).await {
        Ok(done) => done.map(|_| ()),
        Err(_) => anyhow::bail!("it took longer than {limit:?} and was given up; is the database there?"),
    }
}

/// Runs a job until it ends by itself, which it does when it is told to. One that panics is begun anew.
pub async fn keep_running<Job>(name: &'static str, begin: impl Fn() -> Job)
where
    Job: Future<Output = ()> + Send + 'static,
{
    while let Err(error) = tokio::spawn(begin()).await {
        metrics::counter!("greenroom_jobs_restarted_total").increment(1);
        tracing::error!(job = name, %error, "a job has ended by a mistake of the program; it begins anew");
        tokio::time::sleep(AFTER_FAILURE).await;
    }
}

/// Runs the scheduler until it is stopped: sleeps until the next thing is due or somebody changes a schedule.
pub async fn run_scheduler(
    bot: Arc<Bot>,
    discord: Arc<Discord>,
    patience: Patience,
    stop: CancellationToken,
) {
    let mut listener = Listener::default();
    while !stop.is_cancelled() {
        // Before looking, so that a change made while looking is heard.
        listener.connect(&bot, patience).await;
        // Given up in the middle where it takes too long: every step can be taken again.
        let done = tokio::select! {
            done = run_due_work(&bot, &discord, patience) => done,
            () = stopped_for(&stop, DRAIN) => return,
        };
        let pause = match done {
            true => match tokio::time::timeout(patience.database, sleep_for(&bot)).await {
                Ok(Ok(pause)) => pause,
                Ok(Err(_)) | Err(_) => AFTER_FAILURE,
            },
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
    /// Connects where there is no connection, or where the one there is gives no sign of life.
    async fn connect(&mut self, bot: &Bot, patience: Patience) {
        if let Some(listener) = &mut self.0 {
            let answering = store::wake::prove_alive(&mut *listener);
            let answered = tokio::time::timeout(patience.database, answering).await;
            if !matches!(answered, Ok(Ok(_))) {
                self.0 = None;
            }
        }
        if self.0.is_none() {
            let listening = tokio::time::timeout(patience.database, listen_to_schedules(bot)).await;
            self.0 = listening.ok().and_then(Result::ok);
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
