//! What handlers and jobs may touch, all of it. No behaviour in here.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::{Notify, Semaphore};

use crate::bank::Bank;
use crate::delivery::Delivery;
use crate::ids::{QuizId, RoundId};
use crate::picture::cache::Pictures;
use crate::store::questions::Revisions;

/// How many long reads run at a time.
const LONG_READS: usize = 2;

/// Tells the time. Production reads the system's clock, tests the sandbox's.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The complete list of what handlers and jobs may touch.
pub struct Bot {
    /// The database.
    pub db: PgPool,
    /// The questions that come with the program or its folder, and the topics there are.
    pub bank: Bank,
    /// The one clock.
    pub clock: Clock,
    /// Whether what people press arrives.
    pub delivery: Arc<Delivery>,
    /// Texts of questions in use.
    pub revisions: Revisions,
    /// Pictures, and the ones last drawn.
    pub pictures: Pictures,
    /// Rounds whose "n answered" is out of date.
    pub stale_counts: Stale<RoundId>,
    /// Lobbies of live quizzes whose list of players is out of date.
    pub stale_lobbies: Stale<QuizId>,
    /// Turns for reading much at once, such as what thousands of members answered in a month: with all connections at
    /// it, nobody could answer a question meanwhile.
    pub long_reads: Semaphore,
    /// Rung when the message of a shared answer may be out of date.
    pub shared_answers: Notify,
}

impl Bot {
    /// A bot over a migrated database.
    #[must_use]
    pub fn new(db: PgPool, bank: Bank, clock: Clock) -> Self {
        Self {
            db,
            bank,
            clock,
            delivery: Arc::default(),
            revisions: Revisions::default(),
            pictures: Pictures::default(),
            stale_counts: Stale::default(),
            stale_lobbies: Stale::default(),
            long_reads: Semaphore::new(LONG_READS),
            shared_answers: Notify::new(),
        }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}

/// The clock of production: the system's.
#[must_use]
pub fn system_clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    Arc::new(Utc::now)
}

/// Things that changed since their message was last written.
#[derive(Debug)]
pub struct Stale<T> {
    things: Mutex<HashSet<T>>,
    changed: Notify,
}

impl<T> Default for Stale<T> {
    fn default() -> Self {
        Self {
            things: Mutex::default(),
            changed: Notify::default(),
        }
    }
}

impl<T: Eq + Hash> Stale<T> {
    /// Remembers one.
    pub fn add(&self, thing: T) {
        if self
            .things
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(thing)
        {
            self.changed.notify_one();
        }
    }

    /// Takes all that are remembered.
    pub fn take(&self) -> Vec<T> {
        self.things
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain()
            .collect()
    }

    /// Waits until there may be one.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}
