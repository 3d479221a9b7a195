//! How long a question takes answers: from posting to reveal.
//!
//! A length of time, not a time of day: four hours are four hours also when the clocks change.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::mistake::{Mistake, quoted};

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

    /// Its length, to add to an instant.
    pub fn length(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.minutes))
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
        let minutes = read(&input.to_lowercase()).ok_or_else(|| {
            Mistake::new(format!(
                "{} is not a length of time; write it like 90m, 4h or 2 days.",
                quoted(input)
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
                quoted(input)
            ))
        })
    }
}

/// Minutes of a text such as "1h 30m": each unit at most once, larger ones first. Lengths beyond all reason count as
/// the largest number, so that they are called too long and not misspelt.
fn read(text: &str) -> Option<i32> {
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
            // "1h30" leaves out what is clear.
            "" if smaller_than == HOUR && tail.is_empty() => 1,
            word => unit(word)?,
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

fn unit(word: &str) -> Option<i32> {
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
