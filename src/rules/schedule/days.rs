//! The days of the week a schedule posts on.
//!
//! Knows no dates and no holidays.

use std::fmt;
use std::str::FromStr;

use chrono::Weekday;

use crate::rules::mistake::{Mistake, quote_input};

/// One or more days of the week; never none.
///
/// Read from `daily`, `weekdays`, `weekends`, `mon, wed and fri`, `Mon Wed`, `mon-fri`; shown as `daily`, `weekdays`,
/// `weekends` or `Mon, Wed, Fri`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Days(u8);

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

const FULL_NAMES: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

impl Days {
    /// Monday to Sunday.
    pub const DAILY: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WEEKDAYS: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKENDS: Self = Self(0b110_0000);

    /// The days from their stored form: Monday is 1, Tuesday 2, …, Sunday 64, added up. Zero and more than 127 are
    /// not sets of days.
    pub fn from_bits(bits: i16) -> Option<Self> {
        u8::try_from(bits)
            .ok()
            .filter(|bits| (1..=Self::DAILY.0).contains(bits))
            .map(Self)
    }

    /// The stored form, the reverse of [`Self::from_bits`].
    pub fn bits(self) -> i16 {
        i16::from(self.0)
    }

    /// Whether the day is one of these.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & weekday_bit(day) != 0
    }

    /// The days in order, from Monday.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.contains(*day))
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::DAILY => f.write_str("daily"),
            Self::WEEKDAYS => f.write_str("weekdays"),
            Self::WEEKENDS => f.write_str("weekends"),
            days => {
                let names: Vec<String> = days.iter().map(|day| day.to_string()).collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

impl FromStr for Days {
    type Err = Mistake;

    fn from_str(input: &str) -> Result<Self, Mistake> {
        // Hyphens and list marks stand apart as words, so that "mon-fri", "mon - fri" and "mon to fri" read the same.
        let spaced = input
            .to_lowercase()
            .replace([',', ';', '/', '&', '+'], " ")
            .replace(['-', '–', '—'], " - ");
        let words: Vec<&str> = spaced
            .split_whitespace()
            .filter(|word| !matches!(*word, "and" | "every" | "on"))
            .collect();
        if words.is_empty() {
            return Err(Mistake::new(format!("The days are empty; {HOW_TO_WRITE_DAYS}")));
        }
        parse_days(&words).map(Self)
    }
}

const HOW_TO_WRITE_DAYS: &str = "write daily, weekdays, weekends, or days like mon, wed, fri or mon-thu.";

fn parse_days(words: &[&str]) -> Result<u8, Mistake> {
    let mut bits = 0;
    let mut rest = words;
    while let [word, tail @ ..] = rest {
        rest = tail;
        if let Some(group) = parse_group(word) {
            bits |= group.0;
            continue;
        }
        let first = parse_weekday(word)?;
        bits |= weekday_bit(first);
        if let ["-" | "to" | "through" | "till" | "until", last, tail @ ..] = tail {
            bits |= weekday_range(first, parse_weekday(last)?);
            rest = tail;
        }
    }
    Ok(bits)
}

fn parse_group(word: &str) -> Option<Days> {
    match word {
        "daily" | "everyday" | "day" | "days" | "all" => Some(Days::DAILY),
        "weekdays" | "weekday" | "workdays" => Some(Days::WEEKDAYS),
        "weekends" | "weekend" => Some(Days::WEEKENDS),
        _ => None,
    }
}

fn parse_weekday(word: &str) -> Result<Weekday, Mistake> {
    let singular = word
        .strip_suffix('s')
        .filter(|name| FULL_NAMES.contains(name))
        .unwrap_or(word);
    // Two letters tell all seven apart.
    FULL_NAMES
        .iter()
        .position(|name| {
            singular == "weds" && *name == "wednesday" || singular.len() >= 2 && name.starts_with(singular)
        })
        .map(|index| WEEK[index])
        .ok_or_else(|| Mistake::new(format!("{} is not a day; {HOW_TO_WRITE_DAYS}", quote_input(word))))
}

/// The days from one to the other, over the weekend if need be.
fn weekday_range(first: Weekday, last: Weekday) -> u8 {
    let mut bits = weekday_bit(last);
    let mut day = first;
    while day != last {
        bits |= weekday_bit(day);
        day = day.succ();
    }
    bits
}

fn weekday_bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Days;

    #[test]
    fn days_are_read_the_ways_people_write_them() {
        for (shown, ways) in [
            (
                "daily",
                &[
                    "daily",
                    "every day",
                    "Everyday",
                    "all days",
                    "mon-sun",
                    "weekdays and weekends",
                ][..],
            ),
            (
                "weekdays",
                &[
                    "weekdays",
                    "mon-fri",
                    "Monday to Friday",
                    "mo – fr",
                    "every weekday",
                    "mo,tu,we,th,fr",
                ],
            ),
            (
                "weekends",
                &["weekends", "weekend", "sat, sun", "sun sat", "Sat & Sun"],
            ),
            (
                "Mon, Wed, Fri",
                &[
                    "mon,wed,fri",
                    "Mon Wed Fri",
                    "fri/wed/mon",
                    "mondays, weds and fridays",
                ],
            ),
            ("Mon, Fri, Sat, Sun", &["fri-mon", "friday through monday"]),
            (
                "Tue, Thu",
                &["tues thurs", "on Tuesdays and Thursdays", "tu, th, tue"],
            ),
            ("Mon, Tue, Wed, Sat", &["mon-wed, sat"]),
            ("Sun", &["sun", "sunday", "sun-sun"]),
        ] {
            for way in ways {
                assert_eq!(
                    way.parse::<Days>().map(|days| days.to_string()),
                    Ok(shown.to_owned()),
                    "{way}"
                );
            }
        }
    }

    #[test]
    fn mistaken_days_get_a_sentence() {
        let how = "write daily, weekdays, weekends, or days like mon, wed, fri or mon-thu.";
        for (input, said) in [
            ("", "The days are empty; "),
            ("every", "The days are empty; "),
            ("mon, funday", "“funday” is not a day; "),
            ("t", "“t” is not a day; "),
            ("mon-", "“-” is not a day; "),
            ("-fri", "“-” is not a day; "),
            ("every other day", "“other” is not a day; "),
            ("mondayss", "“mondayss” is not a day; "),
        ] {
            assert_eq!(
                input.parse::<Days>().unwrap_err().to_string(),
                format!("{said}{how}"),
                "{input}"
            );
        }
    }

    #[test]
    fn only_sets_of_one_to_seven_days_are_days() {
        assert!((1..=127).all(|bits| Days::from_bits(bits).is_some_and(|days| days.bits() == bits)));
        for bits in [0, -1, 128, 256, 257, i16::MIN, i16::MAX] {
            assert_eq!(Days::from_bits(bits), None, "{bits}");
        }
    }

    #[test]
    fn every_set_of_days_is_read_back_as_shown() {
        for days in (1..=127).filter_map(Days::from_bits) {
            assert_eq!(days.to_string().parse(), Ok(days));
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_never_empty(input in "(mon|fri|su|[-, ]|and|daily|x){0,8}|.{0,12}") {
            if let Ok(days) = input.parse::<Days>() {
                prop_assert!(days.iter().count() > 0);
            }
        }
    }
}
