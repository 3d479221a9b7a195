//! What handlers and jobs may touch, all of it. No behaviour in here.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::Notify;

use crate::bank::Bank;
use crate::ids::RoundId;
use crate::picture::cache::Pictures;
use crate::store::questions::Revisions;

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
    /// Texts of questions in use.
    pub revisions: Revisions,
    /// Rounds whose "n answered" is out of date.
    pub stale_counts: StaleCounts,
    /// Pictures, and the ones last drawn.
    pub pictures: Pictures,
}

impl Bot {
    /// A bot over a migrated database.
    #[must_use]
    pub fn new(db: PgPool, bank: Bank, clock: Clock) -> Self {
        Self {
            db,
            bank,
            clock,
            revisions: Revisions::default(),
            stale_counts: StaleCounts::default(),
            pictures: Pictures::default(),
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

/// Rounds that were answered since their message was last written.
#[derive(Debug, Default)]
pub struct StaleCounts {
    rounds: Mutex<HashSet<RoundId>>,
    changed: Notify,
}

impl StaleCounts {
    /// Remembers a round.
    pub fn add(&self, round: RoundId) {
        if self
            .rounds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(round)
        {
            self.changed.notify_one();
        }
    }

    /// Takes all that are remembered.
    pub fn take(&self) -> Vec<RoundId> {
        self.rounds
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
