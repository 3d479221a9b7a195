//! What handlers and jobs may touch, all of it. No behaviour in here.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::Semaphore;

use crate::bank::Bank;
use crate::delivery::Delivery;
use crate::picture::cache::Pictures;
use crate::store::questions::Revisions;

/// How many long reads run at a time.
const LONG_READS: usize = 2;
/// How many extra questions are chosen at a time.
const EXTRA_QUESTIONS: usize = 1;

/// Tells the time. Production reads the system's clock, tests the sandbox's.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The complete list of what handlers and jobs may touch. A copy shares everything with the first.
#[derive(Clone)]
pub struct Bot {
    /// The database.
    pub db: PgPool,
    /// The questions that come with the program or its folder, and the topics there are.
    pub bank: Arc<Bank>,
    /// The one clock.
    pub clock: Clock,
    /// Whether what people press arrives.
    pub delivery: Arc<Delivery>,
    /// Texts of questions in use.
    pub revisions: Arc<Revisions>,
    /// Pictures, and the ones last drawn.
    pub pictures: Arc<Pictures>,
    /// Turns for reading much at once, such as what thousands of members answered in a month: with all connections at
    /// it, nobody could answer a question meanwhile.
    pub long_reads: Arc<Semaphore>,
    /// Turns for questions besides a schedule's own. Those of one server wait for each other, and who waits for a row
    /// holds a connection that others need.
    pub extra_questions: Arc<Semaphore>,
}

impl Bot {
    /// A bot over a migrated database.
    #[must_use]
    pub fn new(db: PgPool, bank: Bank, clock: Clock) -> Self {
        Self {
            db,
            bank: Arc::new(bank),
            clock,
            delivery: Arc::default(),
            revisions: Arc::default(),
            pictures: Arc::default(),
            long_reads: Arc::new(Semaphore::new(LONG_READS)),
            extra_questions: Arc::new(Semaphore::new(EXTRA_QUESTIONS)),
        }
    }

    /// The same bot over other connections to the same database.
    #[must_use]
    pub fn with_connections(&self, db: PgPool) -> Self {
        Self { db, ..self.clone() }
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
