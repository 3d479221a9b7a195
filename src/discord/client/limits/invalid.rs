//! The budget of requests that Discord counts as invalid.
//!
//! Cloudflare bans an address that makes 10,000 of them in ten minutes: those answered with 401, 403 or 429, unless the
//! 429 is about a resource that others used up (discord-api-docs, topics/rate-limits, "Invalid Request Limit aka
//! Cloudflare bans"). The address may be shared, with another instance for example; so this process stops at half.

use std::collections::VecDeque;
use std::time::Duration;

use super::moment::Moment;

/// As many as this process makes in [`SPAN`] before it stops.
pub(super) const BUDGET: usize = 5_000;
/// For how long a request counts.
const SPAN: Duration = Duration::from_secs(600);

/// The invalid requests of the last ten minutes.
pub(super) struct Invalid {
    budget: usize,
    /// When each of them no longer counts.
    until: VecDeque<Moment>,
    stopped: bool,
}

impl Invalid {
    pub(super) fn new(budget: usize) -> Self {
        Self {
            budget: budget.max(1),
            until: VecDeque::new(),
            stopped: false,
        }
    }

    /// Notes a request that was invalid.
    pub(super) fn note(&mut self, now: Moment) {
        self.forget_old(now);
        self.until.push_back(now.after(SPAN));
        if self.until.len() >= self.budget && !self.stopped {
            self.stopped = true;
            tracing::error!(
                "Discord has refused {} requests within ten minutes (HTTP 401, 403 or 429), and bans an address at \
                 10,000. Until most of them are ten minutes old, nothing is sent but the answers to what people press. \
                 Look at the warnings before this line for what is refused: a token that was reset, channels that are \
                 closed to the bot, or another program with the same token.",
                self.until.len()
            );
        }
    }

    /// How long nothing may be sent. Once stopped, until a tenth of the budget is free again: at its edge every second
    /// call would stop it anew.
    pub(super) fn pause(&mut self, now: Moment) -> Option<Duration> {
        self.forget_old(now);
        if !self.stopped {
            return None;
        }
        let enough = self.budget * 9 / 10;
        if let Some(above) = self.until.len().checked_sub(enough)
            && let Some(last) = self.until.get(above)
        {
            return Some(last.left(now));
        }
        self.stopped = false;
        tracing::warn!("few enough requests were refused in the last ten minutes; all are sent again");
        None
    }

    fn forget_old(&mut self, now: Moment) {
        while self.until.front().is_some_and(|until| until.left(now).is_zero()) {
            self.until.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use chrono::DateTime;

    use super::*;

    fn begin() -> Moment {
        Moment {
            here: Instant::now(),
            there: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn nothing_is_sent_from_the_five_thousandth_on_until_a_tenth_is_old() {
        let begin = begin();
        let mut invalid = Invalid::new(BUDGET);
        let at = |n: usize| begin.after(Duration::from_millis(60 * n as u64));
        for n in 0..BUDGET {
            assert_eq!(invalid.pause(at(n)), None, "{n}");
            invalid.note(at(n));
        }
        // Five minutes have passed, and the first five hundred count for another five, and a half.
        let pause = invalid.pause(at(BUDGET)).unwrap();
        assert_eq!(pause, Duration::from_millis(300_000 + 60 * 500));
        assert!(invalid.pause(at(BUDGET).after(pause / 2)).is_some());
        assert_eq!(invalid.pause(at(BUDGET).after(pause)), None);
        assert_eq!(invalid.until.len(), BUDGET - 501);
    }

    #[test]
    fn what_is_spread_over_more_than_ten_minutes_stops_nothing() {
        let begin = begin();
        let mut invalid = Invalid::new(10);
        for n in 0..100 {
            let now = begin.after(Duration::from_secs(67) * n);
            assert_eq!(invalid.pause(now), None);
            invalid.note(now);
        }
    }
}
