//! How often sessions may be started: so many a day, and not two at once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// IDENTIFYs a day.
const TOTAL: u32 = 1000;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What becomes of an IDENTIFY.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Granted,
    /// Another one came less than the interval before.
    TooSoon,
    /// The day's are used up.
    Spent,
}

/// The `session_start_limit` of the application.
pub(crate) struct Starts {
    remaining: u32,
    renewed: Instant,
    interval: Duration,
    last: Option<Instant>,
}

impl Starts {
    /// Nothing is used up; two starts are `interval` apart at least.
    pub(crate) fn new(interval: Duration, now: Instant) -> Self {
        Self {
            remaining: TOTAL,
            renewed: now + DAY,
            interval,
            last: None,
        }
    }

    /// Leaves so many until a time.
    pub(crate) fn set(&mut self, remaining: u32, reset_after: Duration, now: Instant) {
        self.remaining = remaining;
        self.renewed = now + reset_after;
    }

    /// Lets the next start come at any time.
    pub(crate) fn forget_last(&mut self) {
        self.last = None;
    }

    /// Takes one of what is left. A start that comes too soon is used up too.
    pub(crate) fn take(&mut self, now: Instant) -> Start {
        self.renew(now);
        let Some(left) = self.remaining.checked_sub(1) else {
            return Start::Spent;
        };
        self.remaining = left;
        if self.last.is_some_and(|last| now < last + self.interval) {
            return Start::TooSoon;
        }
        self.last = Some(now);
        Start::Granted
    }

    /// As `GET /gateway/bot` tells it; times in milliseconds.
    pub(crate) fn json(&mut self, now: Instant) -> Value {
        self.renew(now);
        let reset_after = self.renewed.duration_since(now).as_millis();
        json!({ "total": TOTAL, "remaining": self.remaining, "reset_after": reset_after, "max_concurrency": 1 })
    }

    fn renew(&mut self, now: Instant) {
        if now >= self.renewed {
            self.remaining = TOTAL;
            self.renewed = now + DAY;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_counted_down_apart_and_renewed() {
        let at = Instant::now();
        let second = Duration::from_secs(1);
        let mut starts = Starts::new(5 * second, at);
        starts.set(3, 20 * second, at);
        assert_eq!(starts.take(at), Start::Granted);
        assert_eq!(starts.take(at + 4 * second), Start::TooSoon);
        assert_eq!(starts.take(at + 5 * second), Start::Granted);
        assert_eq!(starts.take(at + 15 * second), Start::Spent);
        assert_eq!(starts.json(at + 15 * second)["remaining"], 0);
        assert_eq!(starts.take(at + 20 * second), Start::Granted);
        assert_eq!(starts.json(at + 20 * second)["remaining"], 999);
    }
}
