//! Whether what people press reaches the bot. Whoever posts something to be answered asks here first.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// A connection that is resumed loses nothing, and most are within a second. A longer break counts as none at all.
const SHORT_BREAK: Duration = Duration::from_secs(10);

/// The state of the connections that bring interactions. Down until the first of them stands.
#[derive(Debug)]
pub struct Delivery {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// Which shards are connected, of how many: each brings the interactions of its share of the servers.
    connected: BTreeMap<u64, bool>,
    shards: u64,
    /// Since when not all of them are.
    down_since: Option<Instant>,
    /// Whether all of them ever were.
    stood: bool,
    /// What last went wrong, for whoever has to mend it.
    reason: Option<String>,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                connected: BTreeMap::new(),
                shards: 1,
                down_since: Some(Instant::now()),
                stood: false,
                reason: None,
            }),
            changed: Notify::new(),
        }
    }
}

impl Delivery {
    /// Whether a question that is posted now can be answered.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.stands_at(Instant::now())
    }

    fn stands_at(&self, now: Instant) -> bool {
        let state = self.lock();
        match state.down_since {
            None => true,
            Some(since) => state.stood && now.duration_since(since) < SHORT_BREAK,
        }
    }

    /// For how long not all connections stood, and what last went wrong; `None` while they do.
    #[must_use]
    pub fn down_for(&self) -> Option<(Duration, Option<String>)> {
        let state = self.lock();
        Some((state.down_since?.elapsed(), state.reason.clone()))
    }

    /// A shard, of so many, is connected.
    pub fn note_connected(&self, shard: u64, shards: u64) {
        let mut state = self.lock();
        if state.shards != shards {
            state.connected.clear();
            state.shards = shards;
        }
        state.connected.insert(shard, true);
        let up = state.connected.values().filter(|up| **up).count();
        if u64::try_from(up).is_ok_and(|up| up >= state.shards) {
            state.down_since = None;
            state.stood = true;
            state.reason = None;
        }
        drop(state);
        self.changed.notify_one();
    }

    /// A shard is no longer connected.
    pub fn note_lost(&self, shard: u64) {
        let mut state = self.lock();
        state.connected.insert(shard, false);
        state.down_since.get_or_insert_with(Instant::now);
    }

    /// A connection could not be made. True where this is not what went wrong the last time.
    pub fn note_failure(&self, reason: String) -> bool {
        let mut state = self.lock();
        let new = state.reason.as_ref() != Some(&reason);
        state.reason = Some(reason);
        new
    }

    /// Waits until a connection stands that did not.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_while_every_shard_does_and_through_a_short_break() {
        let delivery = Delivery::default();
        assert!(!delivery.stands());
        delivery.note_connected(0, 2);
        assert!(!delivery.stands());
        delivery.note_connected(1, 2);
        assert!(delivery.stands());
        delivery.note_lost(1);
        assert!(delivery.stands());
        assert!(!delivery.stands_at(Instant::now() + SHORT_BREAK));
        delivery.note_connected(1, 2);
        assert!(delivery.stands() && delivery.down_for().is_none());
    }

    #[test]
    fn what_went_wrong_is_new_once_until_it_works_again() {
        let delivery = Delivery::default();
        assert!(delivery.note_failure("HTTP 400".to_owned()));
        assert!(!delivery.note_failure("HTTP 400".to_owned()));
        assert!(delivery.note_failure("HTTP 503".to_owned()));
        delivery.note_connected(0, 1);
        assert!(delivery.note_failure("HTTP 503".to_owned()));
    }
}
