//! The world's clock and its snowflakes. The only place that asks the machine what time it is.

use chrono::{DateTime, Utc};

/// Milliseconds between the Unix epoch and Discord's, the first second of 2015.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// Where the world's time comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock {
    /// The machine's clock.
    Real,
    /// Stands still until it is set.
    Still(DateTime<Utc>),
}

impl Clock {
    /// The world's time.
    pub(crate) fn now(self) -> DateTime<Utc> {
        match self {
            Self::Real => machine_now(),
            Self::Still(time) => time,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox's one clock; tests make it stand still"
)]
fn machine_now() -> DateTime<Utc> {
    Utc::now()
}

/// Hands out snowflakes: unique and rising, also while the clock stands still or is set back.
#[derive(Debug, Default)]
pub(crate) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    /// The next id; its upper bits tell the time unless an earlier id was from a later time.
    pub(crate) fn next(&mut self, now: DateTime<Utc>) -> u64 {
        self.last = snowflake_at(now).max(self.last + 1);
        self.last
    }

    /// Takes `count` ids in a row and returns the first.
    pub(crate) fn reserve(&mut self, now: DateTime<Utc>, count: u64) -> u64 {
        let first = self.next(now);
        self.last += count.saturating_sub(1);
        first
    }
}

/// The smallest snowflake of that moment.
pub(crate) fn snowflake_at(time: DateTime<Utc>) -> u64 {
    u64::try_from(time.timestamp_millis() - DISCORD_EPOCH_MS).unwrap_or(0) << 22
}

/// The moment a snowflake was made.
pub(crate) fn time_of(snowflake: u64) -> DateTime<Utc> {
    let ms = i64::try_from(snowflake >> 22).unwrap_or(i64::MAX) + DISCORD_EPOCH_MS;
    DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snowflakes_rise_while_the_clock_stands_still() {
        let now = DateTime::from_timestamp(1_767_225_600, 0).expect("a valid time");
        let mut ids = Snowflakes::default();
        let (first, second) = (ids.next(now), ids.next(now));
        assert!(first < second);
        assert_eq!(time_of(second), now);
    }
}
