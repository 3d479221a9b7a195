//! A time by two clocks, of which either may say that it has come.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// A time by this machine's clock and by the world's, which a test may put forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) here: Instant,
    pub(super) there: DateTime<Utc>,
}

impl Moment {
    /// So much later, or as late as can be said.
    pub(super) fn after(self, pause: Duration) -> Self {
        let delta = TimeDelta::from_std(pause).unwrap_or(TimeDelta::MAX);
        Self {
            here: self.here.checked_add(pause).unwrap_or(self.here + FAR),
            there: self.there.checked_add_signed(delta).unwrap_or(self.there + FAR),
        }
    }

    /// How long it is until then: nothing as soon as one clock says so.
    pub(super) fn left(self, now: Self) -> Duration {
        let there = (self.there - now.there).to_std().unwrap_or_default();
        self.here.saturating_duration_since(now.here).min(there)
    }

    /// The one that is longer to wait for. One that is over by either clock counts no more, whatever the other says.
    pub(super) fn latest(self, other: Option<Self>, now: Self) -> Self {
        other
            .filter(|other| other.left(now) > self.left(now))
            .unwrap_or(self)
    }
}

/// Longer than anybody waits: a year.
const FAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
