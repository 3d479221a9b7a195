//! Seasons: the named stretches of time a guild's main board is about, month by month or quarter by quarter.
//!
//! A season that has begun is written down; later ones follow from the guild's length of seasons. So a new length
//! begins when the running season ends, and seasons join without a gap whatever was changed when.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, TimeDelta, Utc};

use super::mistake::{Mistake, quote_input};
use super::schedule::{LocalTime, Zone};
use super::words::words;

/// A season is closed this long after its end at the earliest: a click counts by the person's own clock, and one made
/// in the last moment may still be on its way.
pub const GRACE: TimeDelta = TimeDelta::seconds(5);
/// For this long the end of a season or competition waits for the reveal of questions answered before it.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::days(3);

/// How long seasons are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Length {
    /// A calendar month.
    Month,
    /// A quarter of the calendar year.
    #[default]
    Quarter,
}

words!(Length: Month = "month", Quarter = "quarter");

impl Length {
    /// The stretch of the calendar a day belongs to.
    fn around(self, day: NaiveDate) -> Season {
        let (back, months) = match self {
            Self::Month => (0, 1),
            Self::Quarter => (day.month0() % 3, 3),
        };
        let start = first_of_month(day, back);
        Season {
            start,
            end: start + Months::new(months),
        }
    }
}

/// The first day of the month that many months ago.
pub(super) fn first_of_month(day: NaiveDate, months_ago: u32) -> NaiveDate {
    day - Days::new(u64::from(day.day0())) - Months::new(months_ago)
}

impl FromStr for Length {
    type Err = Mistake;

    fn from_str(input: &str) -> Result<Self, Mistake> {
        Self::parse(&input.trim().to_ascii_lowercase()).ok_or_else(|| {
            Mistake::new(format!(
                "{} is not a length of seasons; choose month or quarter.",
                quote_input(input)
            ))
        })
    }
}

/// From one local midnight to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Season {
    /// Its first day.
    pub start: NaiveDate,
    /// The first day that no longer belongs to it.
    pub end: NaiveDate,
}

impl Season {
    /// Whether a day belongs to it.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.start <= day && day < self.end
    }
}

impl fmt::Display for Season {
    /// What it is called: "Q4 2026", "November 2026", and "May to June 2026" for what is neither.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, last) = (self.start, self.end - Days::new(1));
        if *self == Length::Quarter.around(start) {
            return write!(f, "Q{} {}", start.month0() / 3 + 1, start.year());
        }
        match (start.year() == last.year(), start.month() == last.month()) {
            (true, true) => write!(f, "{}", start.format("%B %Y")),
            (true, false) => write!(f, "{} to {}", start.format("%B"), last.format("%B %Y")),
            (false, _) => write!(f, "{} to {}", start.format("%B %Y"), last.format("%B %Y")),
        }
    }
}

/// When a guild's days begin, and its seasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The guild's time zone.
    pub zone: Zone,
    /// How long seasons are that are not written down.
    pub length: Length,
    /// Seasons that are, in order, each beginning where the one before ends.
    pub known: Vec<Season>,
}

impl Calendar {
    /// The calendar of a guild about which nothing is known but its zone.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self {
            zone,
            length: Length::default(),
            known: Vec::new(),
        }
    }

    /// The season a local day belongs to.
    #[must_use]
    pub fn season_of(&self, day: NaiveDate) -> Season {
        let by_length = self.length.around(day);
        let (Some(first), Some(last)) = (self.known.first(), self.known.last()) else {
            return by_length;
        };
        if day < first.start {
            return Season {
                start: by_length.start,
                end: by_length.end.min(first.start),
            };
        }
        if day >= last.end {
            return Season {
                start: by_length.start.max(last.end),
                end: by_length.end,
            };
        }
        let known = self.known.iter().find(|season| season.contains(day));
        known.copied().unwrap_or(by_length)
    }

    /// The season an instant belongs to.
    #[must_use]
    pub fn season_at(&self, at: DateTime<Utc>) -> Season {
        let day = self.zone.local_date_of(at);
        let season = self.season_of(day);
        // Where clocks are set back at midnight, they show the day before for an hour after the day began.
        match self.start_of(season.end) {
            Some(end) if end <= at => self.season_of(season.end),
            _ => season,
        }
    }

    /// When a local day begins.
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        self.zone.first_instant(day, LocalTime::MIDNIGHT)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar(length: Length, known: &[(&str, &str)]) -> Calendar {
        let known = known.iter().map(|(start, end)| Season {
            start: day(start),
            end: day(end),
        });
        Calendar {
            zone: "Europe/Berlin".parse().unwrap(),
            length,
            known: known.collect(),
        }
    }

    #[test]
    fn a_season_is_called_by_what_it_covers() {
        let name = |start, end| {
            let (start, end) = (day(start), day(end));
            Season { start, end }.to_string()
        };
        assert_eq!(name("2026-10-01", "2027-01-01"), "Q4 2026");
        assert_eq!(name("2026-12-01", "2027-01-01"), "December 2026");
        assert_eq!(name("2026-05-01", "2026-07-01"), "May to June 2026");
        assert_eq!(name("2026-12-01", "2027-02-01"), "December 2026 to January 2027");
    }

    #[test]
    fn a_new_length_begins_where_the_last_known_season_ends() {
        let months = calendar(Length::Month, &[("2026-01-01", "2026-04-01")]);
        assert_eq!(months.season_of(day("2026-03-31")).to_string(), "Q1 2026");
        assert_eq!(months.season_of(day("2026-04-01")).to_string(), "April 2026");
        let quarters = calendar(Length::Quarter, &[("2026-04-01", "2026-05-01")]);
        assert_eq!(
            quarters.season_of(day("2026-05-02")).to_string(),
            "May to June 2026"
        );
        assert_eq!(quarters.season_of(day("2026-07-01")).to_string(), "Q3 2026");
        assert_eq!(quarters.season_of(day("2026-03-31")).to_string(), "Q1 2026");
    }

    proptest! {
        #[test]
        fn seasons_join_without_a_gap_whatever_was_changed_when(
            second in 1_000_000_000..4_102_444_800_i64,
            zone in prop::sample::select(vec![
                "UTC", "America/New_York", "Africa/Cairo", "America/Havana", "Asia/Beirut", "Asia/Amman",
                "Pacific/Apia", "Australia/Lord_Howe", "America/Santiago", "Pacific/Chatham", "Atlantic/Azores",
            ]),
            // The lengths the seasons before this instant were written down with, from this month on.
            year in 2000..2040_i32,
            month in 1..=12_u32,
            lengths in prop::collection::vec(prop::sample::select(Length::ALL.to_vec()), 0..12),
            length in prop::sample::select(Length::ALL.to_vec()),
        ) {
            let mut calendar = Calendar { length, ..Calendar::new(zone.parse().unwrap()) };
            let mut from = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
            for length in lengths {
                let season = Calendar { length, ..calendar.clone() }.season_of(from);
                prop_assert_eq!(season.start, if calendar.known.is_empty() { season.start } else { from });
                from = season.end;
                calendar.known.push(season);
            }
            let now: DateTime<Utc> = DateTime::from_timestamp(second, 0).unwrap();
            let this = calendar.season_at(now);
            let (start, end) = (calendar.start_of(this.start).unwrap(), calendar.start_of(this.end).unwrap());
            prop_assert!(start <= now && now < end, "{} is not in {}", now, this);
            prop_assert_eq!(calendar.season_at(start), this);
            prop_assert_eq!(calendar.season_at(end).start, this.end);
            prop_assert_eq!(calendar.season_at(start - TimeDelta::seconds(1)).end, this.start);
            let days = (this.end - this.start).num_days();
            prop_assert!((28..=92).contains(&days), "{} has {} days", this, days);
        }
    }
}
