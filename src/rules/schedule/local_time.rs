//! The time of day a schedule posts at.
//!
//! Whole minutes only, without a zone: what it means on a given day is said by `Recurrence`.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveTime, Timelike as _};

use crate::rules::mistake::{Mistake, quoted};

/// A wall-clock time of day, to the minute.
///
/// Read from what people write (`9`, `9:30`, `09.30`, `0930`, `9am`, `9:30 pm`, `21h30`, `noon`) and shown as `09:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    hour: u8,
    minute: u8,
}

impl LocalTime {
    /// The start of a day.
    pub const MIDNIGHT: Self = Self { hour: 0, minute: 0 };

    /// The time with this hour (0 to 23) and minute (0 to 59), if there is one.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { hour, minute })
    }

    /// Hour of the day, 0 to 23.
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// Minute of the hour, 0 to 59.
    pub fn minute(self) -> u8 {
        self.minute
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl From<LocalTime> for NaiveTime {
    fn from(time: LocalTime) -> Self {
        Self::MIN
            .with_hour(u32::from(time.hour))
            .and_then(|t| t.with_minute(u32::from(time.minute)))
            .unwrap_or(Self::MIN)
    }
}

impl From<NaiveTime> for LocalTime {
    /// Drops seconds: a schedule never has any.
    fn from(time: NaiveTime) -> Self {
        let (hour, minute) = (time.hour() as u8, time.minute() as u8);
        Self { hour, minute }
    }
}

impl FromStr for LocalTime {
    type Err = Mistake;

    fn from_str(input: &str) -> Result<Self, Mistake> {
        let text = input.trim().to_lowercase();
        if text.is_empty() {
            return Err(Mistake::new("The time is empty; write it like 9:30 or 9am."));
        }
        if text.starts_with("24:00") || text == "24" {
            return Err(Mistake::new(
                "24:00 is not a time; midnight is 00:00 of the next day.",
            ));
        }
        read(&text).ok_or_else(|| {
            Mistake::new(format!(
                "{} is not a time; write it like 9:30 or 9am.",
                quoted(input)
            ))
        })
    }
}

/// Which half of the day a twelve-hour time is in.
#[derive(Clone, Copy)]
enum Half {
    Am,
    Pm,
}

fn read(text: &str) -> Option<LocalTime> {
    match text {
        "midnight" => return Some(LocalTime::MIDNIGHT),
        "noon" | "midday" => return LocalTime::new(12, 0),
        _ => {}
    }
    let (clock, half) = split_half(text);
    let (hour, minute) = split_clock(clock.trim_end())?;
    let hour = match half {
        None => hour,
        // On a twelve-hour clock the day and the afternoon both begin at 12.
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(Half::Am) => hour % 12,
        Some(Half::Pm) => hour % 12 + 12,
    };
    LocalTime::new(hour, minute)
}

fn split_half(text: &str) -> (&str, Option<Half>) {
    const SUFFIXES: [(&str, Half); 6] = [
        ("a.m.", Half::Am),
        ("p.m.", Half::Pm),
        ("am", Half::Am),
        ("pm", Half::Pm),
        ("a", Half::Am),
        ("p", Half::Pm),
    ];
    SUFFIXES
        .into_iter()
        .find_map(|(suffix, half)| text.strip_suffix(suffix).map(|clock| (clock, Some(half))))
        .unwrap_or((text, None))
}

fn split_clock(clock: &str) -> Option<(u8, u8)> {
    if let Some((hour, minute)) = clock.split_once([':', '.', 'h']) {
        let (hour, minute) = (hour.trim_end(), minute.trim_start());
        // "21h" alone is an hour; "21:" is a slip of the finger.
        if minute.is_empty() {
            return clock.ends_with('h').then(|| Some((number(hour, 1..=2)?, 0)))?;
        }
        return Some((number(hour, 1..=2)?, number(minute, 2..=2)?));
    }
    match clock.len() {
        1 | 2 => Some((number(clock, 1..=2)?, 0)),
        3 | 4 => {
            let (hour, minute) = clock.split_at_checked(clock.len() - 2)?;
            Some((number(hour, 1..=2)?, number(minute, 2..=2)?))
        }
        _ => None,
    }
}

/// A number of that many ASCII digits; `parse` alone would take a sign too.
fn number(digits: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u8> {
    (lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}
