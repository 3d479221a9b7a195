//! The time of day a schedule posts at.
//!
//! Whole minutes only, without a zone: what it means on a given day is said by `Recurrence`.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveTime, Timelike as _};

use crate::rules::mistake::{Mistake, quote_input};

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
        parse_time(&text).ok_or_else(|| {
            Mistake::new(format!(
                "{} is not a time; write it like 9:30 or 9am.",
                quote_input(input)
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

fn parse_time(text: &str) -> Option<LocalTime> {
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
            return clock
                .ends_with('h')
                .then(|| Some((parse_digits(hour, 1..=2)?, 0)))?;
        }
        return Some((parse_digits(hour, 1..=2)?, parse_digits(minute, 2..=2)?));
    }
    match clock.len() {
        1 | 2 => Some((parse_digits(clock, 1..=2)?, 0)),
        3 | 4 => {
            let (hour, minute) = clock.split_at_checked(clock.len() - 2)?;
            Some((parse_digits(hour, 1..=2)?, parse_digits(minute, 2..=2)?))
        }
        _ => None,
    }
}

/// A number of that many ASCII digits; `parse` alone would take a sign too.
fn parse_digits(digits: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u8> {
    (lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use proptest::prelude::*;

    use super::LocalTime;

    fn mistake(input: &str) -> String {
        input.parse::<LocalTime>().unwrap_err().to_string()
    }

    #[test]
    fn times_are_read_the_ways_people_write_them() {
        for (shown, ways) in [
            (
                "09:30",
                &[
                    "9:30",
                    "09:30",
                    "9.30",
                    "0930",
                    "930",
                    "9h30",
                    "9:30am",
                    "9:30 AM",
                    " 9:30 a.m. ",
                    "9:30a",
                ][..],
            ),
            ("09:00", &["9", "09", "9h", "9am", "9 AM", "9a.m.", "0900"]),
            (
                "21:30",
                &["21:30", "21.30", "2130", "21h30", "9:30pm", "9.30 p.m.", "930 pm"],
            ),
            (
                "00:00",
                &[
                    "0", "00", "00:00", "0:00", "12am", "12:00 am", "midnight", "Midnight",
                ],
            ),
            ("00:30", &["12:30am", "0:30"]),
            ("12:00", &["12", "12pm", "noon", "midday"]),
            ("23:59", &["23:59", "11:59pm"]),
        ] {
            for way in ways {
                assert_eq!(
                    way.parse::<LocalTime>().map(|time| time.to_string()),
                    Ok(shown.to_owned()),
                    "{way}"
                );
            }
        }
    }

    #[test]
    fn a_mistaken_time_gets_a_sentence() {
        assert_eq!(
            mistake("25:00"),
            "“25:00” is not a time; write it like 9:30 or 9am."
        );
        assert_eq!(mistake("  "), "The time is empty; write it like 9:30 or 9am.");
        assert_eq!(
            mistake("24:00"),
            "24:00 is not a time; midnight is 00:00 of the next day."
        );
        for input in [
            "9:60",
            "9:5",
            "9:",
            ":30",
            "h",
            "am",
            "13pm",
            "0am",
            "0:30 pm",
            "-9",
            "+9",
            "9:+3",
            "9:30:00",
            "2460",
            "99999",
            "９",
            "nine",
            "9 30",
            "9 o'clock",
            "9amam",
            "9:30\0",
        ] {
            assert!(
                mistake(input).ends_with(" is not a time; write it like 9:30 or 9am."),
                "{input}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_time_is_read_back_as_shown(hour in 0..24_u8, minute in 0..60_u8) {
            let time = LocalTime::new(hour, minute).unwrap();
            prop_assert_eq!(time.to_string().parse(), Ok(time));
            prop_assert_eq!(LocalTime::from(NaiveTime::from(time)), time);
            prop_assert_eq!(NaiveTime::from(time).format("%H:%M").to_string(), time.to_string());
        }

        #[test]
        fn no_input_is_read_as_a_time_that_does_not_exist(input in "[0-9aphm:. ]{0,8}|.{0,12}") {
            if let Ok(time) = input.parse::<LocalTime>() {
                prop_assert_eq!(LocalTime::new(time.hour(), time.minute()), Some(time));
            }
        }
    }
}
