//! Passes of a loop: its steps one after the other, each with an end, and then the sleep until something is due.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::app::failure::describe_failure;
use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::jobs::supervise::Pulse;

/// A loop looks at least this often, whatever it was told: notifications are lost when a connection is.
pub(super) const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// The least pause between two passes.
pub(super) const LEAST_SLEEP: Duration = Duration::from_millis(20);
/// The least pause where something is due and nothing could be done: somebody else is at it.
const HELD_UP: Duration = Duration::from_millis(250);
/// How long a pass may go on once the process is asked to stop.
pub(super) const DRAIN: Duration = Duration::from_secs(8);
/// A pause after a failed pass, so that a broken database is not asked in a tight loop.
pub(super) const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// Wakes loops: when an instance says that something changed, and when one loop has made work for another.
#[derive(Clone, Debug, Default)]
pub struct Bells {
    /// For the loops that plan, judge and move things on.
    pub work: Bell,
    /// For those that deliver.
    pub outbox: Bell,
}

impl Bells {
    /// Wakes everybody.
    pub fn ring(&self) {
        self.work.ring();
        self.outbox.ring();
    }
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Bell(Arc<watch::Sender<()>>);

impl Default for Bell {
    fn default() -> Self {
        Self(Arc::new(watch::channel(()).0))
    }
}

impl Bell {
    /// Wakes whoever listens, now or as soon as they look.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Hears it from now on.
    pub fn listen(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

/// What loops work with.
#[derive(Clone)]
pub struct Workplace {
    /// The bot, over the connections that are for jobs.
    pub bot: Arc<Bot>,
    /// What it says everything with.
    pub discord: Arc<Discord>,
    /// What wakes loops.
    pub bells: Bells,
    /// When to stop.
    pub stop: CancellationToken,
}

/// What a step does: what is due, or a part of it. Returns how much that was.
type Work = for<'a> fn(&'a Workplace) -> BoxFuture<'a, anyhow::Result<usize>>;
/// When the next thing of a loop is due.
pub type Wake = for<'a> fn(&'a Bot) -> BoxFuture<'a, sqlx::Result<Option<DateTime<Utc>>>>;

/// One thing a loop does in each of its passes.
#[derive(Clone, Copy)]
pub struct Step {
    name: &'static str,
    /// It is given up after this time. It can be taken again from the start.
    within: Duration,
    /// It posts what wants an answer, which waits while none can arrive.
    answerable: bool,
    work: Work,
}

impl Step {
    /// A step that can be taken whenever there is a database.
    pub fn new(name: &'static str, within: Duration, work: Work) -> Self {
        let answerable = false;
        Self {
            name,
            within,
            answerable,
            work,
        }
    }

    /// A step that waits while nothing people press arrives.
    pub fn answerable(name: &'static str, within: Duration, work: Work) -> Self {
        let answerable = true;
        Self {
            answerable,
            ..Self::new(name, within, work)
        }
    }
}

/// How a pass went.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    worked: bool,
    failed: bool,
    given_up: bool,
}

/// Takes these steps whenever something is due, until it is to stop.
pub async fn run_passes(place: Workplace, pulse: Pulse, steps: Vec<Step>, wake: Wake) {
    let mut bell = place.bells.work.listen();
    while !place.stop.is_cancelled() {
        // Before looking, so that what changes while looking is heard.
        bell.mark_unchanged();
        let outcome = tokio::select! {
            outcome = take_steps(&place, &steps) => outcome,
            () = stopped_for(&place.stop, DRAIN) => return,
        };
        if !outcome.given_up {
            pulse.note_pass();
        }
        if outcome.worked {
            // Others may go on from here, and there may be more.
            place.bells.ring();
        }
        let pause = match outcome.failed {
            true => AFTER_FAILURE,
            false => tokio::time::timeout(LONGEST_SLEEP, sleep_for(&place.bot, wake, &steps, outcome.worked))
                .await
                .unwrap_or(AFTER_FAILURE),
        };
        // After a failure the bell is not heeded: loops that fail together would wake each other at once.
        let least = if outcome.failed {
            AFTER_FAILURE
        } else {
            LEAST_SLEEP
        };
        tokio::select! {
            () = tokio::time::sleep(least) => {}
            () = place.stop.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(pause.saturating_sub(least)) => {}
            _ = bell.changed() => {}
            () = place.stop.cancelled() => {}
        }
    }
}

/// Takes each step; none waits for another's success. What went wrong is logged.
async fn take_steps(place: &Workplace, steps: &[Step]) -> Outcome {
    let mut outcome = Outcome::default();
    for step in steps {
        if step.answerable && !place.bot.delivery.stands() {
            continue;
        }
        match tokio::time::timeout(step.within, (step.work)(place)).await {
            Ok(Ok(count)) => outcome.worked |= count > 0,
            Ok(Err(error)) => {
                // Some of it may have gone well.
                outcome.worked = true;
                outcome.failed = true;
                let error = describe_failure(&place.bot, &error).await;
                tracing::error!(step = step.name, error, "a pass of a loop failed");
            }
            Err(_) => {
                outcome.failed = true;
                outcome.given_up = true;
                metrics::counter!("greenroom_steps_given_up_total").increment(1);
                let seconds = step.within.as_secs();
                tracing::error!(
                    step = step.name,
                    seconds,
                    "a step took too long and is given up; it is taken again"
                );
            }
        }
    }
    outcome
}

/// Returns this long after the stop.
async fn stopped_for(stop: &CancellationToken, pause: Duration) {
    stop.cancelled().await;
    tokio::time::sleep(pause).await;
}

async fn sleep_for(bot: &Bot, wake: Wake, steps: &[Step], worked: bool) -> Duration {
    let wake = match wake(bot).await {
        Ok(Some(wake)) => wake,
        Ok(None) => return LONGEST_SLEEP,
        Err(error) => {
            tracing::error!(%error, "it is not known when something is due next; looking again soon");
            return AFTER_FAILURE;
        }
    };
    let until = (wake - bot.now()).to_std().unwrap_or_default();
    // What waits for the gateway must not make this loop spin either.
    let waits = steps.iter().any(|step| step.answerable) && !bot.delivery.stands();
    let least = match (waits, worked) {
        (true, _) => AFTER_FAILURE,
        (false, true) => LEAST_SLEEP,
        (false, false) => HELD_UP,
    };
    until.clamp(least, LONGEST_SLEEP)
}
