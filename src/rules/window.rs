//! How long a question takes answers: from posting to reveal.
//!
//! A length of time, not a time of day: four hours are four hours also when the clocks change.

use std::fmt;
use std::str::FromStr;

use super::mistake::{Mistake, quote_input};

/// An answering window, in whole minutes from five minutes to seven days.
///
/// Read from `90m`, `4h`, `1h30`, `1 day 12 hours`; shown as `1 hour 30 minutes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    minutes: i32,
}

const HOUR: i32 = 60;
const DAY: i32 = 24 * HOUR;
const WEEK: i32 = 7 * DAY;

impl Window {
    /// Five minutes.
    pub const SHORTEST: Self = Self { minutes: 5 };
    /// Seven days.
    pub const LONGEST: Self = Self { minutes: WEEK };

    /// The window of that many minutes, if it is within the bounds.
    pub fn from_minutes(minutes: i32) -> Option<Self> {
        let window = Self { minutes };
        (Self::SHORTEST..=Self::LONGEST)
            .contains(&window)
            .then_some(window)
    }

    /// Its length in minutes.
    pub fn minutes(self) -> i32 {
        self.minutes
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.minutes / DAY, "day"),
            (self.minutes % DAY / HOUR, "hour"),
            (self.minutes % HOUR, "minute"),
        ];
        let words: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
            .collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for Window {
    type Err = Mistake;

    fn from_str(input: &str) -> Result<Self, Mistake> {
        let minutes = parse_minutes(&input.to_lowercase()).ok_or_else(|| {
            Mistake::new(format!(
                "{} is not a length of time; write it like 90m, 4h or 2 days.",
                quote_input(input)
            ))
        })?;
        Self::from_minutes(minutes).ok_or_else(|| {
            let wrong = if minutes < Self::SHORTEST.minutes {
                "short"
            } else {
                "long"
            };
            Mistake::new(format!(
                "{} is too {wrong}; a window lasts from 5 minutes to 7 days.",
                quote_input(input)
            ))
        })
    }
}

/// Minutes of a text such as "1h 30m": each unit at most once, larger ones first. Lengths beyond all reason count as
/// the largest number, so that they are called too long and not misspelt.
fn parse_minutes(text: &str) -> Option<i32> {
    let mut minutes = 0_i32;
    let mut smaller_than = i32::MAX;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (digits, tail) = split_where(rest, |c| !c.is_ascii_digit());
        let (word, tail) = split_where(tail.trim_start(), |c| !c.is_alphabetic());
        let unit = match word {
            // In `1h30` the unit of the last number is minutes.
            "" if smaller_than == HOUR && tail.is_empty() => 1,
            word => parse_unit(word)?,
        };
        if digits.is_empty() || unit >= smaller_than {
            return None;
        }
        let count: i32 = digits.parse().unwrap_or(i32::MAX);
        minutes = minutes.saturating_add(count.saturating_mul(unit));
        smaller_than = unit;
        rest = tail.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        rest = rest.strip_prefix("and ").unwrap_or(rest).trim_start();
    }
    Some(minutes)
}

fn parse_unit(word: &str) -> Option<i32> {
    match word {
        "m" | "min" | "mins" | "minute" | "minutes" => Some(1),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(HOUR),
        "d" | "day" | "days" => Some(DAY),
        "w" | "wk" | "week" | "weeks" => Some(WEEK),
        _ => None,
    }
}

fn split_where(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Window;

    fn mistake(input: &str) -> String {
        input.parse::<Window>().unwrap_err().to_string()
    }

    #[test]
    fn windows_are_read_the_ways_people_write_them() {
        for (shown, ways) in [
            (
                "4 hours",
                &["4h", "4 h", "4 hours", "4hrs", "240m", "240 minutes", "3h60"][..],
            ),
            (
                "1 hour 30 minutes",
                &[
                    "1h30",
                    "1h30m",
                    "1h 30",
                    "1 h 30 min",
                    "90m",
                    "1 hour, 30 minutes",
                    "1 hour and 30 min",
                ],
            ),
            ("1 day", &["1d", "1 day", "24h", "1 Day"]),
            ("2 days", &["2 days", "48 hours", "1d24h"]),
            ("1 day 12 hours", &["1d12h", "1 day and 12 hours", "36h"]),
            ("7 days", &["7d", "1 week", "1w", "168h"]),
            ("5 minutes", &["5m", "5 min", "05m", "0h5"]),
        ] {
            for way in ways {
                assert_eq!(
                    way.parse::<Window>().map(|window| window.to_string()),
                    Ok(shown.to_owned()),
                    "{way}"
                );
            }
        }
    }

    #[test]
    fn a_mistaken_window_gets_a_sentence() {
        let how = "is not a length of time; write it like 90m, 4h or 2 days.";
        for input in [
            "",
            "4",
            "h",
            "soon",
            "4x",
            "-4h",
            "1.5h",
            "30m 1h",
            "1h1h",
            "1d30",
            "1h30m5",
            "until 17:00",
            "4:30",
            "1h and",
            "４h",
        ] {
            assert_eq!(mistake(input), format!("“{input}” {how}"));
        }
        for (input, said) in [
            (
                "4m",
                "“4m” is too short; a window lasts from 5 minutes to 7 days.",
            ),
            (
                "0h",
                "“0h” is too short; a window lasts from 5 minutes to 7 days.",
            ),
            (
                "7d 1m",
                "“7d 1m” is too long; a window lasts from 5 minutes to 7 days.",
            ),
            (
                "99999999999999 weeks",
                "“99999999999999 weeks” is too long; a window lasts from 5 minutes to 7 days.",
            ),
        ] {
            assert_eq!(mistake(input), said);
        }
    }

    #[test]
    fn every_window_is_read_back_as_shown() {
        let windows = (Window::SHORTEST.minutes()..=Window::LONGEST.minutes()).map(Window::from_minutes);
        for window in windows {
            let window = window.unwrap();
            assert_eq!(window.to_string().parse(), Ok(window));
        }
        for minutes in [i32::MIN, -5, 0, 4, 7 * 24 * 60 + 1, i32::MAX] {
            assert_eq!(Window::from_minutes(minutes), None, "{minutes}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_within_the_bounds(input in "([0-9]{1,3} ?(m|h|d|w| and |, )?){0,4}|.{0,12}") {
            if let Ok(window) = input.parse::<Window>() {
                prop_assert!((Window::SHORTEST..=Window::LONGEST).contains(&window));
            }
        }
    }
}
