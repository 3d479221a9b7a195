//! How fast and how regularly a bot has to speak on a connection.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Payloads a bot may send within [`SENDS_WINDOW`], heartbeats included.
const SENDS: usize = 120;
const SENDS_WINDOW: Duration = Duration::from_secs(60);
/// Shortest time a heartbeat may be late.
const LEAST_TOLERANCE: Duration = Duration::from_secs(1);

/// What one connection sent so far.
pub(super) struct Pace {
    interval: Duration,
    sent: VecDeque<Instant>,
    heartbeat_due: Instant,
}

impl Pace {
    /// The first heartbeat is due after the interval at the latest: a bot waits a random part of it.
    pub(super) fn new(interval: Duration, now: Instant) -> Self {
        let mut pace = Self {
            interval,
            sent: VecDeque::new(),
            heartbeat_due: now,
        };
        pace.heartbeat(now);
        pace
    }

    /// Notes a heartbeat; the next one is due an interval later, and a quarter is tolerated.
    pub(super) fn heartbeat(&mut self, now: Instant) {
        self.heartbeat_due = now + self.interval + LEAST_TOLERANCE.max(self.interval / 4);
    }

    /// When the connection is closed, unless a heartbeat comes before.
    pub(super) fn heartbeat_due(&self) -> Instant {
        self.heartbeat_due
    }

    /// Notes a payload; false when there were too many.
    pub(super) fn allows_payload(&mut self, now: Instant) -> bool {
        while self
            .sent
            .front()
            .is_some_and(|first| now >= *first + SENDS_WINDOW)
        {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
        self.sent.len() <= SENDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_room_for_120_payloads() {
        let at = Instant::now();
        let mut pace = Pace::new(SENDS_WINDOW, at);
        assert!((0..SENDS).all(|_| pace.allows_payload(at)));
        assert!(!pace.allows_payload(at + SENDS_WINDOW / 2));
        assert!(pace.allows_payload(at + SENDS_WINDOW));
    }
}
