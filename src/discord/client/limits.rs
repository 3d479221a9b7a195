//! The one limiter of all calls to Discord: what may be sent when, and who goes first.
//!
//! Every call but the answers to interactions, which Discord limits apart, passes a gate. It opens by Discord's limit
//! for everything ([`pace`]), by the bucket of the route ([`buckets`]), by what an answer asked for, and by the budget
//! of requests made in vain ([`invalid`]); it opens for one call at a time, the most urgent first ([`gate`]). Whoever
//! would have to wait longer than some seconds is told so instead: it holds a lease, and can come back.

mod answer;
mod buckets;
mod gate;
mod invalid;
mod moment;
mod pace;

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

pub(super) use self::answer::{Said, in_body, retry_after};
pub(super) use self::buckets::Route;
use self::gate::{Gate, LONGEST_WAIT};
use self::moment::Moment;
use super::priority::CallPriority;

/// What tells the time.
pub(super) type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Where nothing but an answer lets anybody through, it is looked again after this all the same.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A call that is not made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// When it may be.
    pub(super) after: Duration,
    pub(super) why: Why,
}

/// Why a call waits or is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Discord refused too many requests.
    Invalid,
    /// Discord, or what stands in front of it, asked for nothing to be sent at all.
    Everything,
    /// Its bucket is used up, or its state not known before an answer comes.
    Bucket,
    /// Others go first.
    Busy,
}

impl Why {
    /// As the counter of held requests has it.
    fn label(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Everything => "global",
            Self::Bucket => "bucket",
            Self::Busy => "rate",
        }
    }
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.after.as_secs().max(1);
        match self.why {
            Why::Invalid => write!(
                f,
                "Discord refused too many requests of the last ten minutes; nothing is sent for another {seconds} s"
            ),
            Why::Everything => write!(
                f,
                "everything together was sent too often; nothing is sent for another {seconds} s"
            ),
            Why::Bucket => write!(
                f,
                "it was asked too often; nothing is sent there for another {seconds} s"
            ),
            Why::Busy => write!(f, "too much else has to be sent first"),
        }
    }
}

fn count_held(why: Why) {
    metrics::counter!("greenroom_discord_requests_held_total", "reason" => why.label()).increment(1);
}

/// The limiter; clones are the same one.
#[derive(Clone)]
pub(super) struct Limits(Arc<Shared>);

struct Shared {
    gate: Mutex<Gate>,
    /// The world's time, which a test may put forward: a wait is over by it or by this machine's, whichever is first.
    clock: OnceLock<Clock>,
    /// Something has changed for those who wait.
    changed: Notify,
}

impl Limits {
    /// For a bot that may make so many requests a second. Waits by this machine's time alone.
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        Self(Arc::new(Shared {
            gate: Mutex::new(Gate::new(per_second, Instant::now())),
            clock: OnceLock::new(),
            changed: Notify::new(),
        }))
    }

    /// Waits by this clock too; the first one stays.
    pub(super) fn set_clock(&self, clock: Clock) {
        let _ = self.0.clock.set(clock);
    }

    /// Stops after so many requests in vain.
    pub(super) fn set_invalid_budget(&self, requests: usize) {
        self.lock().set_invalid_budget(requests);
    }

    /// Waits until a call may be made.
    ///
    /// # Errors
    /// If that takes too long.
    pub(super) async fn enter(&self, route: &Route, priority: CallPriority) -> Result<Pass, Held> {
        let now = self.now();
        let (number, mut told) = self.lock().join(route.clone(), priority);
        // Leaves the queue, too, if nobody waits for it any more.
        let pass = Pass {
            limits: self.clone(),
            route: route.clone(),
            number,
        };
        self.attend();
        let verdict = match told.try_recv() {
            Ok(Ok(())) => return Ok(pass),
            Ok(Err(held)) => {
                count_held(held.why);
                return Err(held);
            }
            Err(_) => {
                count_held(self.lock().reason(route, now));
                tokio::time::timeout(LONGEST_WAIT, told).await
            }
        };
        match verdict {
            Ok(Ok(verdict)) => verdict.map(|()| pass),
            Ok(Err(_)) | Err(_) => Err(Held {
                after: LOOK_AGAIN,
                why: Why::Busy,
            }),
        }
    }

    /// Notes the answer to a call that did not pass the gate.
    pub(super) fn note_reply(&self, said: &Said) {
        let now = self.now();
        self.lock().note_invalid(said, now);
    }

    /// Serves those who wait, and sees to it that they are served again.
    fn attend(&self) {
        let now = self.now();
        let mut gate = self.lock();
        gate.serve(now);
        if gate.is_empty() {
            return;
        }
        if std::mem::replace(&mut gate.attended, true) {
            self.0.changed.notify_one();
        } else {
            tokio::spawn(self.clone().attend_all());
        }
    }

    /// Serves those who wait, each when it may go, until nobody does.
    async fn attend_all(self) {
        loop {
            let now = self.now();
            let next = {
                let mut gate = self.lock();
                let next = gate.serve(now);
                if gate.is_empty() {
                    gate.attended = false;
                    return;
                }
                next.unwrap_or(LOOK_AGAIN).min(LOOK_AGAIN)
            };
            tokio::select! {
                () = tokio::time::sleep(next) => {}
                () = self.0.changed.notified() => {}
            }
        }
    }

    fn now(&self) -> Moment {
        Moment {
            here: Instant::now(),
            there: self.0.clock.get().map_or(DateTime::UNIX_EPOCH, |clock| clock()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Gate> {
        self.0.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to make one call, for as long as it takes.
pub(super) struct Pass {
    limits: Limits,
    route: Route,
    number: u64,
}

impl Pass {
    /// Notes what the answer says about the calls to come.
    pub(super) fn note(&self, said: &Said) {
        let now = self.limits.now();
        self.limits.lock().note(&self.route, self.number, said, now);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut gate = self.limits.lock();
        gate.leave(&self.route, self.number);
        if gate.attended {
            self.limits.0.changed.notify_one();
        }
    }
}
