//! When a schedule is due: a wall-clock time on days of the week in an IANA time zone.
//!
//! An occurrence is the first instant at which the zone's clocks have reached the date and time. So where clocks jump
//! forward over the time, it is due right after the jump; where they are set back and show it twice, the first time
//! counts. PostgreSQL and the usual defaults of date libraries do something else, so due times are computed only here.
//! Pauses, skips and what was already posted are not known here.

mod days;
mod fixed_offset;
mod local_time;
mod zone;
mod zone_names;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

pub use days::Days;
pub use local_time::LocalTime;
pub use zone::{Zone, zone_data_version};

/// The rule behind a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// What the clocks show when it is due.
    pub time: LocalTime,
    /// Whose clocks.
    pub zone: Zone,
    /// On which days, as that zone counts them.
    pub days: Days,
}

/// One time a schedule is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The local day it belongs to; a schedule has at most one occurrence a day.
    pub date: NaiveDate,
    /// When it is due.
    pub at: DateTime<Utc>,
}

impl Recurrence {
    /// The first occurrence strictly after an instant; none only when time zones end, in the year 9999.
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<Occurrence> {
        self.occurrences_after(after).next()
    }

    /// All occurrences strictly after an instant, in order.
    pub fn occurrences_after(&self, after: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
        // Those of earlier dates are over, even if clocks were set back meanwhile: they have reached this date before.
        let today = self.zone.local_date_of(after);
        self.occurrences_from(today)
            .skip_while(move |occurrence| occurrence.at <= after)
    }

    /// All occurrences on or after a local date, in order.
    pub fn occurrences_from(&self, date: NaiveDate) -> impl Iterator<Item = Occurrence> {
        date.iter_days()
            .take_while(|date| date.year() <= 9999)
            .filter_map(|date| self.on(date))
    }

    /// The occurrence of a local date, if the schedule runs on that day and the zone has that day: zones that moved
    /// across the date line left one out.
    pub fn on(&self, date: NaiveDate) -> Option<Occurrence> {
        if !self.days.contains(date.weekday()) {
            return None;
        }
        let at = self.zone.first_instant(date, self.time)?;
        // Due on another day than its own: either clocks jump over midnight, or there is no such day.
        if self.zone.local_date_of(at) != date && !self.zone.has_day(date) {
            return None;
        }
        Some(Occurrence { date, at })
    }
}

#[cfg(test)]
mod tests;
