//! Offsets that somebody calls a time zone: EST, GMT+5:30, Etc/GMT-3.
//!
//! They know no summer time, so a schedule that was set up with one in winter is an hour late all summer. Nobody is
//! given one without being asked; a city says which clocks are meant. UTC is what it says and stays.

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use crate::rules::mistake::{Mistake, quote_input};

/// How many cities of a kind are named.
const MOST: usize = 3;

/// Large cities, by what their clocks show from west to east and then by size.
const CITIES: [&str; 77] = [
    "Pacific/Pago_Pago",
    "Pacific/Honolulu",
    "Pacific/Marquesas",
    "America/Anchorage",
    "Pacific/Gambier",
    "America/Los_Angeles",
    "America/Vancouver",
    "America/Tijuana",
    "Pacific/Pitcairn",
    "America/Denver",
    "America/Edmonton",
    "America/Phoenix",
    "America/Hermosillo",
    "America/Chicago",
    "America/Mexico_City",
    "America/Guatemala",
    "America/Costa_Rica",
    "America/New_York",
    "America/Toronto",
    "America/Havana",
    "America/Bogota",
    "America/Lima",
    "America/Panama",
    "America/Halifax",
    "America/Caracas",
    "America/La_Paz",
    "America/Puerto_Rico",
    "America/Santiago",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "America/Montevideo",
    "America/Nuuk",
    "America/Noronha",
    "Atlantic/Azores",
    "Atlantic/Cape_Verde",
    "Europe/London",
    "Europe/Lisbon",
    "Africa/Accra",
    "Africa/Abidjan",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Madrid",
    "Africa/Lagos",
    "Africa/Algiers",
    "Europe/Athens",
    "Europe/Kyiv",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Khartoum",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Africa/Nairobi",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Kabul",
    "Asia/Karachi",
    "Asia/Tashkent",
    "Asia/Kolkata",
    "Asia/Colombo",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Australia/Perth",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Sydney",
    "Australia/Brisbane",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Tongatapu",
];

/// The seconds east of UTC that a name, as [`super::zone_names`] compares names, stands for all year; none for anything
/// else, and for UTC itself.
pub(super) fn seconds(key: &str) -> Option<i32> {
    const HOUR: i32 = 3600;
    match key {
        "est" => return Some(-5 * HOUR),
        "mst" => return Some(-7 * HOUR),
        "hst" => return Some(-10 * HOUR),
        "gmt" | "gmt0" | "greenwich" | "etc/gmt" | "etc/gmt0" | "etc/greenwich" => return Some(0),
        _ => {}
    }
    // In the database's own names west is positive, and nowhere else.
    if let Some(offset) = key.strip_prefix("etc/gmt") {
        return signed(offset).map(|seconds| -seconds);
    }
    let offset = key
        .strip_prefix("utc")
        .or_else(|| key.strip_prefix("gmt"))
        .unwrap_or(key);
    signed(offset.trim_start_matches('_'))
}

/// `+5`, `-03:30`, `+0545` in seconds.
fn signed(offset: &str) -> Option<i32> {
    const LARGEST: i32 = 14 * 60;
    let (sign, digits) = match offset.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, offset.strip_prefix(['-', '−'])?),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if matches!(digits.len(), 3 | 4) => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let is_number =
        |text: &str| matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(is_number(hours) && is_number(minutes)) {
        return None;
    }
    let minutes =
        hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok().filter(|minutes| *minutes < 60)?;
    (minutes <= LARGEST).then_some(sign * minutes * 60)
}

/// Cities whose clocks show an offset outside of summer time.
pub(super) struct Cities {
    /// Those that have summer time.
    changing: Vec<&'static str>,
    /// Those whose clocks never change.
    steady: Vec<&'static str>,
}

impl Cities {
    /// Those that have an offset as the data compiled in knows it.
    pub(super) fn at(seconds: i32) -> Self {
        let mut cities = Self {
            changing: Vec::new(),
            steady: Vec::new(),
        };
        for name in CITIES {
            let Some([winter, summer]) = offsets(name) else {
                continue;
            };
            match winter.min(summer) == seconds {
                true if winter == summer => cities.steady.push(name),
                true => cities.changing.push(name),
                false => {}
            }
        }
        if seconds == 0 {
            cities.steady.insert(0, "UTC");
        }
        cities.changing.truncate(MOST);
        cities.steady.truncate(MOST);
        cities
    }

    /// All of them, those first that are likelier meant.
    pub(super) fn all(&self) -> Vec<&'static str> {
        self.changing.iter().chain(&self.steady).copied().collect()
    }

    /// Why an offset is not taken, and what to choose instead; none where no city has it.
    pub(super) fn instead_of(&self, input: &str, seconds: i32) -> Option<Mistake> {
        let choice = match (self.changing.as_slice(), self.steady.as_slice()) {
            ([], []) => return None,
            ([], steady) => one_of(steady),
            (changing, []) => format!("{}, where clocks change", one_of(changing)),
            (changing, steady) => format!(
                "{}, where clocks change, or {}, where they do not",
                one_of(changing),
                one_of(steady)
            ),
        };
        Some(Mistake::new(format!(
            "{} is always {} and knows no summer time; choose a city instead: {choice}.",
            quote_input(input),
            written(seconds)
        )))
    }
}

/// Seconds east of UTC in the coming winter and summer of the north, as the data has it.
fn offsets(name: &str) -> Option<[i32; 2]> {
    /// 15 December 2026 and 15 June 2027.
    const MOMENTS: [i64; 2] = [1_797_292_800, 1_813_017_600];
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    let at = |moment| Timestamp::from_second(moment).map(|moment| zone.to_offset(moment).seconds());
    Some([at(MOMENTS[0]).ok()?, at(MOMENTS[1]).ok()?])
}

fn one_of(names: &[&str]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        names => names.concat(),
    }
}

/// `UTC−5`, `UTC+5:30`.
fn written(seconds: i32) -> String {
    let sign = if seconds < 0 { '−' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_known_however_they_are_written() {
        for (key, minutes) in [
            ("est", -300),
            ("mst", -420),
            ("hst", -600),
            ("gmt", 0),
            ("etc/gmt", 0),
            ("gmt+0", 0),
            ("etc/gmt+5", -300),
            ("etc/gmt-14", 840),
            ("gmt+5:30", 330),
            ("utc+1", 60),
            ("utc_+1", 60),
            ("utc-03:30", -210),
            ("+0545", 345),
            ("−3", -180),
            ("utc+930", 570),
        ] {
            assert_eq!(seconds(key), Some(minutes * 60), "{key}");
        }
        for key in [
            "utc",
            "etc/utc",
            "est5edt",
            "europe/berlin",
            "utc+15",
            "utc+1:5",
            "+1:60",
            "12345",
            "5",
            "+",
            "gmt+5:30x",
            "+-5",
        ] {
            assert_eq!(seconds(key), None, "{key}");
        }
    }

    #[test]
    fn every_city_exists_once_and_has_an_offset() {
        let mut names = CITIES.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CITIES.len());
        for name in CITIES {
            let [winter, summer] = offsets(name).unwrap();
            assert!(Cities::at(winter.min(summer)).all().len() <= 2 * MOST);
        }
    }

    #[test]
    fn cities_are_offered_by_whether_their_clocks_change() {
        let said = |input: &str, minutes: i32| {
            let cities = Cities::at(minutes * 60);
            cities
                .instead_of(input, minutes * 60)
                .map(|mistake| mistake.to_string())
        };
        assert_eq!(
            said("EST", -300).unwrap(),
            "“EST” is always UTC−5 and knows no summer time; choose a city instead: America/New_York or \
             America/Toronto, where clocks change, or America/Bogota, America/Lima or America/Panama, where they do \
             not."
        );
        assert_eq!(
            said("GMT+5:30", 330).unwrap(),
            "“GMT+5:30” is always UTC+5:30 and knows no summer time; choose a city instead: Asia/Kolkata \
             or Asia/Colombo."
        );
        assert!(
            said("GMT", 0)
                .unwrap()
                .contains("Europe/London or Europe/Lisbon, where clocks change, or UTC, ")
        );
        assert_eq!(said("UTC+0:07", 7), None);
    }
}
