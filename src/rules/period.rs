//! The stretches of time that boards compare members over.
//!
//! They begin at midnight where the guild is, so a board turns over when its members expect it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};

use super::mistake::{Mistake, quoted};
use super::schedule::{LocalTime, Zone};

/// What a board covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Period {
    /// Monday to Sunday, as in ISO 8601.
    #[default]
    Week,
    /// A calendar month.
    Month,
    /// A quarter of the calendar year.
    Season,
    /// Everything since the beginning.
    AllTime,
}

/// Where a period begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Its first instant; none if it has no beginning.
    pub start: Option<DateTime<Utc>>,
    /// The first instant that no longer belongs to it; none if it does not end.
    pub end: Option<DateTime<Utc>>,
    /// What it is called: "Week of 16 Nov", "November 2026", "Q4 2026", "All time".
    pub label: String,
}

impl Period {
    /// All periods, the shortest first.
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Season, Self::AllTime];

    /// The word it is chosen by; parsing reads it back.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Season => "season",
            Self::AllTime => "all",
        }
    }

    /// The period of this kind that an instant belongs to, by the calendar of a zone.
    pub fn bounds(self, now: DateTime<Utc>, zone: &Zone) -> Bounds {
        let today = zone.local_date_of(now);
        let (first, next, label) = match self {
            Self::Week => {
                let first = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
                (
                    first,
                    first + Days::new(7),
                    first.format("Week of %-d %b").to_string(),
                )
            }
            Self::Month => {
                let first = months_back(today, 0);
                (first, first + Months::new(1), first.format("%B %Y").to_string())
            }
            Self::Season => {
                let first = months_back(today, today.month0() % 3);
                let label = format!("Q{} {}", today.month0() / 3 + 1, today.year());
                (first, first + Months::new(3), label)
            }
            Self::AllTime => {
                return Bounds {
                    start: None,
                    end: None,
                    label: "All time".to_owned(),
                };
            }
        };
        let midnight = |date| zone.first_instant(date, LocalTime::MIDNIGHT);
        Bounds {
            start: midnight(first),
            end: midnight(next),
            label,
        }
    }
}

/// The first day of the month that many months ago.
fn months_back(today: NaiveDate, months: u32) -> NaiveDate {
    today - Days::new(u64::from(today.day0())) - Months::new(months)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Period {
    type Err = Mistake;

    fn from_str(input: &str) -> Result<Self, Mistake> {
        let found = Self::ALL
            .into_iter()
            .find(|period| period.as_str().eq_ignore_ascii_case(input.trim()));
        found.ok_or_else(|| {
            Mistake::new(format!(
                "{} is not a period; choose week, month, season or all.",
                quoted(input)
            ))
        })
    }
}
