//! Dates and times as people type them for something that happens once: "2026-12-01", "2026-12-01 18:00", "tomorrow",
//! "monday 9am", "in 2 weeks".

use chrono::{DateTime, Days, NaiveDate, Utc, Weekday};

use super::mistake::{Mistake, quote_input};
use super::schedule::{LocalTime, Zone};

/// Which end of a stretch of time is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// A day without a time begins at its midnight; today begins now.
    Start,
    /// A day without a time is included.
    End,
}

const HOW: &str = "write it like 2026-12-01, 2026-12-01 18:00, tomorrow, monday 9:00 or in 2 weeks.";

/// The instant somebody means, by the clocks of a zone.
///
/// # Errors
/// If it cannot be read, or there is no such day.
pub fn parse_date_time(
    input: &str,
    edge: Edge,
    now: DateTime<Utc>,
    zone: &Zone,
) -> Result<DateTime<Utc>, Mistake> {
    let text = input.trim().to_lowercase();
    if text == "now" {
        return Ok(now);
    }
    let unreadable = || Mistake::new(format!("{} is not a date; {HOW}", quote_input(input)));
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty() && *word != "at")
        .collect();
    let today = zone.local_date_of(now);
    let (date, rest) = parse_day(&words, today).ok_or_else(unreadable)?;
    let instant = |date: Option<NaiveDate>, time| {
        let at = date.and_then(|date| zone.first_instant(date, time));
        at.ok_or_else(unreadable)
    };
    if rest.is_empty() {
        return match edge {
            Edge::Start => Ok(match date == today {
                true => now,
                false => instant(Some(date), LocalTime::MIDNIGHT)?,
            }),
            Edge::End => instant(date.checked_add_days(Days::new(1)), LocalTime::MIDNIGHT),
        };
    }
    instant(Some(date), rest.join(" ").parse()?)
}

/// The day the first words mean, and the words after it.
fn parse_day<'w>(words: &'w [&'w str], today: NaiveDate) -> Option<(NaiveDate, &'w [&'w str])> {
    let later = |days: u64| today.checked_add_days(Days::new(days));
    match words {
        ["today", rest @ ..] => Some((today, rest)),
        ["tomorrow", rest @ ..] => Some((later(1)?, rest)),
        ["in", number, unit, rest @ ..] => {
            let number: u64 = number.parse().ok().filter(|number| *number <= 1000)?;
            let days = match unit.trim_end_matches('s') {
                "day" => number,
                "week" => number * 7,
                _ => return None,
            };
            Some((later(days)?, rest))
        }
        ["next", name, rest @ ..] | [name, rest @ ..] if name.parse::<Weekday>().is_ok() => {
            let name: Weekday = name.parse().ok()?;
            // The next one: `monday` never means today.
            let ahead =
                (1..=7).find_map(|days| later(days).filter(|day| chrono::Datelike::weekday(day) == name));
            Some((ahead?, rest))
        }
        [date, rest @ ..] => {
            let parts: Vec<&str> = date.split('-').collect();
            let [year, month, of_month] = parts.as_slice() else {
                return None;
            };
            let year = year.parse().ok().filter(|_| year.len() == 4)?;
            let date = NaiveDate::from_ymd_opt(year, month.parse().ok()?, of_month.parse().ok()?)?;
            Some((date, rest))
        }
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is meant on Monday, 2 March 2026, nine o'clock in Berlin.
    fn meant(input: &str, edge: Edge) -> String {
        let now = "2026-03-02T08:00:00Z".parse().unwrap();
        match parse_date_time(input, edge, now, &"Europe/Berlin".parse().unwrap()) {
            Ok(at) => at.format("%Y-%m-%dT%H:%MZ").to_string(),
            Err(mistake) => mistake.to_string(),
        }
    }

    #[test]
    fn a_day_is_meant_from_its_beginning_and_to_its_end() {
        for (input, start, end) in [
            ("2026-12-01", "2026-11-30T23:00Z", "2026-12-01T23:00Z"),
            // Summer time begins on the 29th.
            ("2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
            ("today", "2026-03-02T08:00Z", "2026-03-02T23:00Z"),
            ("Tomorrow", "2026-03-02T23:00Z", "2026-03-03T23:00Z"),
            ("monday", "2026-03-08T23:00Z", "2026-03-09T23:00Z"),
            ("Next Fri", "2026-03-05T23:00Z", "2026-03-06T23:00Z"),
            ("in 2 weeks", "2026-03-15T23:00Z", "2026-03-16T23:00Z"),
        ] {
            assert_eq!(meant(input, Edge::Start), start, "{input}");
            assert_eq!(meant(input, Edge::End), end, "{input}");
        }
    }

    #[test]
    fn a_time_of_day_is_by_the_clocks_of_the_zone() {
        for (input, at) in [
            ("2026-12-01 18:00", "2026-12-01T17:00Z"),
            ("tomorrow at 9am", "2026-03-03T08:00Z"),
            ("sunday, noon", "2026-03-08T11:00Z"),
            // A time that clocks jump over.
            ("2026-03-29 2:30", "2026-03-29T01:00Z"),
            ("now", "2026-03-02T08:00Z"),
        ] {
            assert_eq!(meant(input, Edge::Start), at, "{input}");
            assert_eq!(meant(input, Edge::End), at, "{input}");
        }
    }

    #[test]
    fn what_is_not_a_date_gets_a_sentence() {
        for input in ["", "soon", "2026-02-30", "01-02-2026", "in many days", "26-1-1"] {
            let sentence = meant(input, Edge::Start);
            assert!(
                sentence.contains("is not a date; write it like"),
                "{input}: {sentence}"
            );
        }
        assert_eq!(
            meant("tomorrow 25:00", Edge::Start),
            "“25:00” is not a time; write it like 9:30 or 9am."
        );
    }
}
