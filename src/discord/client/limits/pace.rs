//! How many calls a second, whatever they are about.
//!
//! Discord lets a bot make 50 requests a second, interaction callbacks aside (discord-api-docs, topics/rate-limits,
//! "Global Rate Limit"); a large bot may be granted more. It counts in fixed seconds that nobody outside sees begin, so
//! every second has to be within the limit. Two things see to that:
//!
//! - Calls are spread evenly, so that an urgent one never waits for a whole second. The crate counts by GCRA, in which
//!   `burst` may come at once and then one every `period`. The burst makes up for timers that woke late; without it a
//!   busy machine would lose what they are late by, some percent of a long morning.
//! - In no [`WINDOW`] leave more than Discord allows in a second. It is a little longer than that second, because calls
//!   arrive closer together than they left. Those that do so by more are refused, and made again.

use std::cell::Cell;
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

/// In what time a second's calls leave at the soonest: of 50 a second, 48.5 are used.
const WINDOW: Duration = Duration::from_millis(1_030);
/// What may come at once is a second's calls divided by this: enough for a timer that is an eighth of a second late.
const BURSTS: u32 = 8;

/// The limiter is told the time, like everything else beside it, so that tests need not wait.
struct Told(Cell<Duration>);

impl Clock for Told {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.get()
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Told, governor::middleware::NoOpMiddleware<Duration>>;

/// The calls of this process.
pub(super) struct Pace {
    limiter: Limiter,
    begun: Instant,
    /// When the last calls were sent, as many as may be in a second.
    sent: VecDeque<Instant>,
    per_second: usize,
}

impl Pace {
    /// For a bot that may make so many requests a second.
    pub(super) fn new(per_second: NonZeroU32, now: Instant) -> Self {
        let period = WINDOW / per_second.get();
        let burst = NonZeroU32::new(per_second.get() / BURSTS).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period.max(Duration::from_nanos(1)));
        let quota = quota.unwrap_or(Quota::per_second(per_second));
        Self {
            limiter: RateLimiter::direct_with_clock(quota.allow_burst(burst), Told(Cell::default())),
            begun: now,
            sent: VecDeque::new(),
            per_second: usize::try_from(per_second.get()).unwrap_or(usize::MAX),
        }
    }

    /// Takes a slot, or says how long it is until there is one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        if self.sent.len() >= self.per_second
            && let Some(first) = self.sent.front()
            && let Some(wait) = WINDOW.checked_sub(now.saturating_duration_since(*first))
            && !wait.is_zero()
        {
            return Err(wait);
        }
        let passed = now.saturating_duration_since(self.begun);
        self.limiter.clock().0.set(passed);
        self.limiter
            .check()
            .map_err(|not_until| not_until.wait_time_from(passed))?;
        if self.sent.len() >= self.per_second {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When as many calls as want to are sent, each as soon as it may and the timer being late by `late`.
    fn sent(per_second: u32, calls: usize, late: Duration) -> Vec<Duration> {
        let begun = Instant::now();
        let mut pace = Pace::new(NonZeroU32::new(per_second).unwrap(), begun);
        let mut at = Duration::ZERO;
        let mut sent = Vec::new();
        while sent.len() < calls {
            match pace.take(begun + at) {
                Ok(()) => sent.push(at),
                Err(wait) => at += wait + late,
            }
        }
        sent
    }

    #[test]
    fn no_second_holds_more_than_discord_allows() {
        let second = Duration::from_secs(1);
        for (per_second, late) in [(50, 0), (50, 1), (50, 15), (50, 110), (1, 0), (7, 3), (500, 1)] {
            let sent = sent(per_second, 400, Duration::from_millis(late));
            for (n, first) in sent.iter().enumerate() {
                let within = sent[n..].iter().filter(|at| **at < *first + second).count();
                assert!(within <= per_second as usize, "{within} of {per_second}");
            }
        }
    }

    #[test]
    fn nearly_all_of_the_limit_is_used_although_timers_are_late() {
        // 47.6 a second of 50 take 105 % of the least time. A timer that is late by 90 ms each time costs a tenth.
        for (late, at_least) in [(0, 48.5), (1, 48.5), (15, 47.6), (90, 44.0)] {
            let sent = sent(50, 4_000, Duration::from_millis(late));
            let seconds = sent[sent.len() - 1].as_secs_f64();
            assert!((4_000.0 / seconds) > at_least, "late by {late} ms: {seconds} s");
        }
    }
}
