//! The stretches of time that boards compare members over.
//!
//! They begin at midnight where the guild is, so a board turns over when its members expect it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, TimeDelta, Utc};

use super::mistake::{Mistake, quote_input};
use super::season::{Calendar, first_of_month};
use super::words::words;

/// What a board covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Period {
    /// Monday to Sunday, as in ISO 8601.
    #[default]
    Week,
    /// A calendar month.
    Month,
    /// A month or quarter, as the guild likes it.
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

words!(Period: Week = "week", Month = "month", Season = "season", AllTime = "all");

impl Period {
    /// The period of this kind that an instant belongs to, by the calendar of a guild.
    pub fn bounds(self, now: DateTime<Utc>, calendar: &Calendar) -> Bounds {
        let today = calendar.zone.local_date_of(now);
        let (first, next, label) = match self {
            Self::Week => {
                let first = monday_of(today);
                (
                    first,
                    first + Days::new(7),
                    first.format("Week of %-d %b").to_string(),
                )
            }
            Self::Month => {
                let first = first_of_month(today, 0);
                (first, first + Months::new(1), first.format("%B %Y").to_string())
            }
            Self::Season => {
                let season = calendar.season_at(now);
                (season.start, season.end, season.to_string())
            }
            Self::AllTime => {
                return Bounds {
                    start: None,
                    end: None,
                    label: "All time".to_owned(),
                };
            }
        };
        Bounds {
            start: calendar.start_of(first),
            end: calendar.start_of(next),
            label,
        }
    }
}

/// When each of the last weeks began, the current one last.
pub fn last_weeks(now: DateTime<Utc>, calendar: &Calendar, weeks: usize) -> Vec<DateTime<Utc>> {
    let start = |at| Period::Week.bounds(at, calendar).start;
    let before = |start_of_week: &DateTime<Utc>| start(*start_of_week - TimeDelta::seconds(1));
    let mut starts: Vec<_> = std::iter::successors(start(now), before).take(weeks).collect();
    starts.reverse();
    starts
}

/// The weeks from that of one instant to that of another, each with its Monday and the instant at which it begins.
pub fn list_weeks(
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    calendar: &Calendar,
) -> Vec<(NaiveDate, DateTime<Utc>)> {
    let end = monday_of(calendar.zone.local_date_of(last));
    let next = |monday: &NaiveDate| Some(*monday + Days::new(7)).filter(|monday| *monday <= end);
    std::iter::successors(Some(monday_of(calendar.zone.local_date_of(first))), next)
        .filter_map(|monday| Some((monday, calendar.start_of(monday)?)))
        .collect()
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Period {
    type Err = Mistake;

    fn from_str(input: &str) -> Result<Self, Mistake> {
        Self::parse(&input.trim().to_ascii_lowercase()).ok_or_else(|| {
            Mistake::new(format!(
                "{} is not a period; choose week, month, season or all.",
                quote_input(input)
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Datelike as _, Utc, Weekday};
    use proptest::prelude::*;

    use super::{Period, last_weeks};
    use crate::rules::schedule::Zone;
    use crate::rules::season::Calendar;

    /// Start, end and label on one line.
    fn bounds(period: Period, now: &str, zone: &str) -> String {
        let bounds = period.bounds(now.parse().unwrap(), &Calendar::new(zone.parse().unwrap()));
        let [start, end] = [bounds.start, bounds.end]
            .map(|instant| instant.map_or("-".to_owned(), |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()));
        format!("{start} {end} {}", bounds.label)
    }

    #[test]
    fn periods_begin_at_local_midnight() {
        let now = "2026-11-20T12:00:00Z";
        for (period, expected) in [
            (
                Period::Week,
                "2026-11-15T23:00:00Z 2026-11-22T23:00:00Z Week of 16 Nov",
            ),
            (
                Period::Month,
                "2026-10-31T23:00:00Z 2026-11-30T23:00:00Z November 2026",
            ),
            // Summer time at the beginning (it ended on 25 October), not at the end
            (
                Period::Season,
                "2026-09-30T22:00:00Z 2026-12-31T23:00:00Z Q4 2026",
            ),
            (Period::AllTime, "- - All time"),
        ] {
            assert_eq!(bounds(period, now, "Europe/Berlin"), expected);
        }
    }

    #[test]
    fn a_week_with_a_change_of_clocks_is_an_hour_longer_or_shorter() {
        let week = |now| bounds(Period::Week, now, "America/New_York");
        // Clocks go forward on Sunday 8 March and back on Sunday 1 November.
        assert_eq!(
            week("2026-03-08T06:59:59Z"),
            "2026-03-02T05:00:00Z 2026-03-09T04:00:00Z Week of 2 Mar"
        );
        assert_eq!(
            week("2026-11-02T04:59:59Z"),
            "2026-10-26T04:00:00Z 2026-11-02T05:00:00Z Week of 26 Oct"
        );
        assert_eq!(
            week("2026-11-02T05:00:00Z"),
            "2026-11-02T05:00:00Z 2026-11-09T05:00:00Z Week of 2 Nov"
        );
    }

    #[test]
    fn weeks_are_counted_back_over_a_change_of_clocks() {
        let now = "2026-11-04T12:00:00Z".parse().unwrap();
        let starts = last_weeks(now, &Calendar::new("Europe/Berlin".parse().unwrap()), 3);
        let starts: Vec<String> = starts
            .iter()
            .map(|at| at.format("%m-%dT%H").to_string())
            .collect();
        assert_eq!(starts, ["10-18T22", "10-25T23", "11-01T23"]);
    }

    #[test]
    fn a_week_belongs_to_both_years_and_months_and_quarters_to_one() {
        let new_years_eve = "2026-12-31T23:30:00Z";
        assert_eq!(
            bounds(Period::Week, new_years_eve, "UTC"),
            "2026-12-28T00:00:00Z 2027-01-04T00:00:00Z Week of 28 Dec"
        );
        assert_eq!(
            bounds(Period::Month, new_years_eve, "UTC"),
            "2026-12-01T00:00:00Z 2027-01-01T00:00:00Z December 2026"
        );
        // It is next year already in Tokyo.
        assert_eq!(
            bounds(Period::Month, new_years_eve, "Asia/Tokyo"),
            "2026-12-31T15:00:00Z 2027-01-31T15:00:00Z January 2027"
        );
        assert_eq!(
            bounds(Period::Season, new_years_eve, "Asia/Tokyo"),
            "2026-12-31T15:00:00Z 2027-03-31T15:00:00Z Q1 2027"
        );
    }

    #[test]
    fn a_midnight_that_clocks_jump_over_or_show_twice_has_one_beginning() {
        // Amman's clocks jumped from midnight to one on Friday 1 April 2011; Havana's went from one back to midnight on
        // Sunday 1 November 2020.
        assert_eq!(
            bounds(Period::Season, "2011-05-01T00:00:00Z", "Asia/Amman"),
            "2011-03-31T22:00:00Z 2011-06-30T21:00:00Z Q2 2011"
        );
        assert_eq!(
            bounds(Period::Month, "2020-11-01T04:30:00Z", "America/Havana"),
            "2020-11-01T04:00:00Z 2020-12-01T05:00:00Z November 2020"
        );
        // Samoa left out Friday 30 December 2011; the week is six days long.
        assert_eq!(
            bounds(Period::Week, "2011-12-28T12:00:00Z", "Pacific/Apia"),
            "2011-12-26T10:00:00Z 2012-01-01T10:00:00Z Week of 26 Dec"
        );
    }

    #[test]
    fn periods_are_chosen_by_their_word() {
        for period in Period::ALL {
            assert_eq!(period.to_string().parse(), Ok(period));
        }
        assert_eq!(" Week ".parse(), Ok(Period::Week));
        assert_eq!(
            "year".parse::<Period>().unwrap_err().to_string(),
            "“year” is not a period; choose week, month, season or all."
        );
    }

    proptest! {
        #[test]
        fn every_instant_is_in_its_period_and_periods_join_without_a_gap(
            second in 0..4_102_444_800_i64,
            zone in proptest::sample::select(vec![
                "UTC", "America/New_York", "Europe/London", "Africa/Cairo", "America/Havana", "Asia/Beirut",
                "Pacific/Apia", "Australia/Lord_Howe", "America/Santiago", "Pacific/Chatham", "Antarctica/Troll",
            ]),
            period in proptest::sample::select(vec![Period::Week, Period::Month, Period::Season]),
        ) {
            let zone: Zone = zone.parse().unwrap();
            let now: DateTime<Utc> = DateTime::from_timestamp(second, 0).unwrap();
            let calendar = Calendar::new(zone.clone());
            let this = period.bounds(now, &calendar);
            let (start, end) = (this.start.unwrap(), this.end.unwrap());
            prop_assert!(start <= now && now < end);
            prop_assert_eq!(period.bounds(start, &calendar), this);
            prop_assert_eq!(period.bounds(end, &calendar).start, Some(end));
            prop_assert_eq!(period.bounds(start - chrono::TimeDelta::seconds(1), &calendar).end, Some(start));

            let first = zone.local_date_of(start);
            let right = match period {
                Period::Week => first.weekday() == Weekday::Mon,
                Period::Month => first.day() == 1,
                Period::Season => first.day() == 1 && first.month0().is_multiple_of(3),
                Period::AllTime => false,
            };
            prop_assert!(right, "{} begins on {}", period, first);
        }
    }
}
