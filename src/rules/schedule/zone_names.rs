//! Names of time zones: the one that was meant, and those to offer.
//!
//! Says nothing about what a zone's clocks show.

use std::sync::LazyLock;

use jiff::tz::TimeZoneDatabase;

use super::fixed_offset::{self, Cities};
use crate::rules::mistake::{Mistake, quote_input};

/// Where many people live, roughly from west to east: what is offered before anything is typed, and what wins when a
/// city is listed twice.
const COMMON: [&str; 25] = [
    "UTC",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Toronto",
    "America/Mexico_City",
    "America/Bogota",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Europe/London",
    "Europe/Lisbon",
    "Africa/Lagos",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Warsaw",
    "Africa/Johannesburg",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
];

/// What people type for zones that are called something else, as keys: large cities that share a neighbour's zone, and
/// abbreviations. They are offered but not accepted, since many of them mean several zones.
const ALSO_CALLED: [(&str, &str); 39] = [
    ("aest", "Australia/Sydney"),
    ("arizona", "America/Phoenix"),
    ("atlanta", "America/New_York"),
    ("austin", "America/Chicago"),
    ("barcelona", "Europe/Madrid"),
    ("beijing", "Asia/Shanghai"),
    ("bengaluru", "Asia/Kolkata"),
    ("boston", "America/New_York"),
    ("bst", "Europe/London"),
    ("cdt", "America/Chicago"),
    ("central", "America/Chicago"),
    ("cest", "Europe/Berlin"),
    ("cst", "America/Chicago"),
    ("delhi", "Asia/Kolkata"),
    ("eastern", "America/New_York"),
    ("edinburgh", "Europe/London"),
    ("edt", "America/New_York"),
    ("frankfurt", "Europe/Berlin"),
    ("geneva", "Europe/Zurich"),
    ("hamburg", "Europe/Berlin"),
    ("hawaii", "Pacific/Honolulu"),
    ("ist", "Asia/Kolkata"),
    ("jst", "Asia/Tokyo"),
    ("mdt", "America/Denver"),
    ("milan", "Europe/Rome"),
    ("mountain", "America/Denver"),
    ("mumbai", "Asia/Kolkata"),
    ("munich", "Europe/Berlin"),
    ("nyc", "America/New_York"),
    ("osaka", "Asia/Tokyo"),
    ("pacific", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("pst", "America/Los_Angeles"),
    ("rio_de_janeiro", "America/Sao_Paulo"),
    ("san_francisco", "America/Los_Angeles"),
    ("seattle", "America/Los_Angeles"),
    ("tel_aviv", "Asia/Jerusalem"),
    ("washington", "America/New_York"),
    ("wat", "Africa/Lagos"),
];

/// The areas that today's names begin with; anything else is kept for old settings only.
const AREAS: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

/// Placeholders of the database that are not the time anywhere.
const NOT_ZONES: [&str; 2] = ["Etc/Unknown", "Factory"];

struct Named {
    name: String,
    key: String,
}

impl Named {
    /// The last part of the key, usually a city.
    fn place(&self) -> &str {
        self.key.rsplit('/').next().unwrap_or(&self.key)
    }

    /// Whether it is kept for old settings only.
    fn is_outdated(&self) -> bool {
        !AREAS.iter().any(|area| self.name.starts_with(area)) && !COMMON.contains(&self.name.as_str())
    }

    /// Sorts what is likelier meant to the front.
    fn preference(&self) -> (bool, usize, &str) {
        let common = COMMON
            .iter()
            .position(|name| *name == self.name)
            .unwrap_or(COMMON.len());
        (self.is_outdated(), common, &self.name)
    }
}

static NAMES: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let database = TimeZoneDatabase::bundled();
    let names = database.available().map(|name| name.as_str().to_owned());
    names
        .filter(|name| !NOT_ZONES.contains(&name.as_str()))
        .map(|name| Named {
            key: comparison_key(&name),
            name,
        })
        .collect()
});

/// The form in which names are compared: lower case, words joined by `_`. A hyphen before a digit stays, because
/// `Etc/GMT-5` and `Etc/GMT+5` differ by it.
pub(super) fn comparison_key(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let mut key = String::with_capacity(lower.len());
    let mut chars = lower.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '-' if chars.peek().is_some_and(char::is_ascii_digit) => key.push('-'),
            '-' | '_' => key.push('_'),
            c if c.is_whitespace() => key.push('_'),
            c => key.push(c),
        }
    }
    key
}

/// The name as the database spells it, if it is one of its names.
pub(super) fn known(name: &str) -> Option<&'static str> {
    let wanted = comparison_key(name);
    let named = NAMES.iter().find(|named| named.key == wanted)?;
    Some(&named.name)
}

/// The name that was meant, or a sentence with the nearest one.
pub(super) fn find_zone(input: &str) -> Result<&'static str, Mistake> {
    let wanted = comparison_key(input);
    if wanted.is_empty() {
        return Err(Mistake::new(
            "The time zone is empty; write a city, such as Europe/Berlin.",
        ));
    }
    if let Some(seconds) = fixed_offset::seconds(&wanted) {
        let instead = Cities::at(seconds).instead_of(input, seconds);
        return Err(instead.unwrap_or_else(|| unknown_zone(input, &wanted)));
    }
    if let Some(name) = known(input) {
        return Ok(name);
    }
    if also_called(&wanted).is_some() {
        return Err(unknown_zone(input, &wanted));
    }
    let same_place: Vec<&Named> = NAMES.iter().filter(|named| named.place() == wanted).collect();
    // What ends an outdated name as well is no city but a region or direction, such as West.
    let is_city = !same_place.iter().any(|named| named.is_outdated());
    // A city listed twice has moved within the database; both names show the same time.
    let likeliest = same_place.into_iter().min_by_key(|named| named.preference());
    match likeliest {
        Some(named) if is_city => Ok(&named.name),
        _ => Err(unknown_zone(input, &wanted)),
    }
}

fn unknown_zone(input: &str, wanted: &str) -> Mistake {
    let input = quote_input(input);
    match nearest_zone(wanted) {
        Some(name) => Mistake::new(format!("{input} is not a time zone; did you mean {name}?")),
        None => Mistake::new(format!(
            "{input} is not a time zone; write a large city in it, such as Europe/Berlin or America/New_York."
        )),
    }
}

fn nearest_zone(wanted: &str) -> Option<&'static str> {
    /// Above it names share most of their letters; below it the suggestion is a riddle.
    const ALIKE: f64 = 0.7;
    /// Names are half as long at most, and comparing takes time for each letter of both.
    const LONGEST: usize = 64;

    if wanted.len() > LONGEST {
        return None;
    }
    if let Some(name) = also_called(wanted) {
        return Some(name);
    }
    let alike = |named: &Named| {
        let whole = strsim::normalized_damerau_levenshtein(&named.key, wanted);
        whole.max(strsim::normalized_damerau_levenshtein(named.place(), wanted))
    };
    let best = NAMES
        .iter()
        .map(|named| (alike(named), named))
        .max_by(|(a, left), (b, right)| {
            a.total_cmp(b)
                .then_with(|| right.preference().cmp(&left.preference()))
        });
    best.filter(|(alike, _)| *alike >= ALIKE)
        .map(|(_, named)| named.name.as_str())
}

fn also_called(wanted: &str) -> Option<&'static str> {
    ALSO_CALLED
        .iter()
        .find(|(word, _)| *word == wanted)
        .map(|(_, name)| *name)
}

/// See [`super::Zone::suggest`].
pub(super) fn suggest_zones(input: &str, limit: usize) -> Vec<&'static str> {
    let wanted = comparison_key(input);
    if wanted.is_empty() {
        return COMMON.into_iter().take(limit).collect();
    }
    if let Some(seconds) = fixed_offset::seconds(&wanted) {
        return Cities::at(seconds).all().into_iter().take(limit).collect();
    }
    let mut found: Vec<_> = NAMES
        .iter()
        .filter(|named| fixed_offset::seconds(&named.key).is_none())
        .filter_map(|named| {
            let closeness = match_closeness(named, &wanted)?;
            let far_fetched = closeness > 0 && named.is_outdated();
            Some((far_fetched, closeness, named.preference()))
        })
        .collect();
    found.sort_unstable();
    found
        .into_iter()
        .take(limit)
        .map(|(.., (.., name))| name)
        .collect()
}

/// How well a name answers to what was typed so far, best first; none if not at all.
fn match_closeness(named: &Named, wanted: &str) -> Option<u8> {
    let place = named.place();
    let also_called = |fits: fn(&str, &str) -> bool| {
        ALSO_CALLED
            .iter()
            .any(|(word, name)| *name == named.name && fits(word, wanted))
    };
    if named.key == wanted || also_called(|word, wanted| word == wanted) {
        Some(0)
    } else if place.starts_with(wanted) {
        Some(1)
    } else if also_called(|word, wanted| word.starts_with(wanted)) {
        Some(2)
    } else if named.key.starts_with(wanted) {
        Some(3)
    } else if place.split('_').any(|word| word.starts_with(wanted)) {
        Some(4)
    } else {
        named.key.contains(wanted).then_some(5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(input: &str) -> String {
        find_zone(input).unwrap_err().to_string()
    }

    #[test]
    fn every_name_means_itself_also_in_capitals_and_with_blanks() {
        let offered = |named: &&Named| fixed_offset::seconds(&named.key).is_none();
        for Named { name, .. } in NAMES.iter().filter(offered) {
            assert_eq!(find_zone(name), Ok(name.as_str()));
            assert_eq!(
                find_zone(&name.to_uppercase().replace('_', " ")),
                Ok(name.as_str())
            );
        }
    }

    #[test]
    fn names_in_the_tables_exist_and_keys_are_keys() {
        for name in COMMON.into_iter().chain(ALSO_CALLED.map(|(_, name)| name)) {
            assert_eq!(find_zone(name), Ok(name));
        }
        for (word, _) in ALSO_CALLED {
            assert_eq!(comparison_key(word), word);
        }
        assert!(ALSO_CALLED.is_sorted(), "keep the table in order");
    }

    #[test]
    fn a_city_is_enough() {
        for (input, name) in [
            ("berlin", "Europe/Berlin"),
            (" new york ", "America/New_York"),
            ("New_York", "America/New_York"),
            ("port au prince", "America/Port-au-Prince"),
            ("Istanbul", "Europe/Istanbul"),
            ("buenos aires", "America/Argentina/Buenos_Aires"),
            ("utc", "UTC"),
            ("nicosia", "Asia/Nicosia"),
            ("indianapolis", "America/Indiana/Indianapolis"),
        ] {
            assert_eq!(find_zone(input), Ok(name), "{input}");
        }
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_one() {
        for (input, said) in [
            (
                "Europe/Berln",
                "“Europe/Berln” is not a time zone; did you mean Europe/Berlin?",
            ),
            ("tokio", "“tokio” is not a time zone; did you mean Asia/Tokyo?"),
            (
                "America/NewYork",
                "“America/NewYork” is not a time zone; did you mean America/New_York?",
            ),
            (
                "san francisco",
                "“san francisco” is not a time zone; did you mean America/Los_Angeles?",
            ),
            (
                "PST",
                "“PST” is not a time zone; did you mean America/Los_Angeles?",
            ),
            ("", "The time zone is empty; write a city, such as Europe/Berlin."),
            (
                "eastern",
                "“eastern” is not a time zone; did you mean America/New_York?",
            ),
        ] {
            assert_eq!(mistake(input), said, "{input}");
        }
    }

    #[test]
    fn no_offset_is_taken_for_a_zone_and_cities_are_offered() {
        for input in [
            "EST",
            "mst",
            "HST",
            "Etc/GMT+5",
            "etc/gmt-1",
            "GMT",
            "Greenwich",
            "GMT+5:30",
            "UTC+1",
            "-3",
            "GMT0",
        ] {
            let said = mistake(input);
            assert!(
                said.contains("knows no summer time; choose a city instead: "),
                "{said}"
            );
            for city in suggest_zones(input, 25) {
                assert!(
                    said.contains(city) && find_zone(city) == Ok(city),
                    "{input}: {said}"
                );
            }
        }
        // Whatever of them the database has stays known, for schedules that have it.
        for named in NAMES.iter() {
            assert_eq!(known(&named.name), Some(named.name.as_str()));
        }
        assert_eq!(find_zone("UTC"), Ok("UTC"));
        assert_eq!(find_zone("Etc/UTC"), Ok("Etc/UTC"));
    }

    #[test]
    fn a_name_like_no_other_is_told_what_to_write() {
        let how = "write a large city in it, such as Europe/Berlin or America/New_York.";
        for input in [
            "qqqq",
            "Factory",
            "Etc/Unknown",
            "12345",
            "UTC+15",
            "/",
            "Europe/",
            "🕒",
        ] {
            assert_eq!(
                mistake(input),
                format!("{} is not a time zone; {how}", quote_input(input))
            );
        }
    }

    #[test]
    fn a_city_listed_twice_shows_the_same_time_under_both_names() {
        let database = TimeZoneDatabase::bundled();
        let start: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let clocks = |name: &str| {
            let zone = database.get(name).unwrap();
            let changes: Vec<_> = zone
                .following(start)
                .take(10)
                .map(|change| (change.timestamp(), change.offset()))
                .collect();
            (zone.to_offset(start), changes)
        };
        for named in NAMES.iter() {
            if let Ok(meant) = find_zone(named.place()) {
                assert_eq!(clocks(meant), clocks(&named.name), "{meant} {}", named.name);
            }
        }
    }

    #[test]
    fn the_likeliest_zones_are_offered_first() {
        for (input, offered) in [
            ("", &["UTC", "America/Los_Angeles", "America/Denver"][..]),
            (
                "ber",
                &["Europe/Berlin", "Atlantic/Bermuda", "Australia/Canberra"],
            ),
            ("york", &["America/New_York"]),
            ("New Y", &["America/New_York"]),
            ("europe/", &["Europe/London", "Europe/Lisbon", "Europe/Paris"]),
            ("est", &["America/New_York", "America/Toronto", "America/Bogota"]),
            ("GMT+5:30", &["Asia/Kolkata", "Asia/Colombo"]),
            ("utc+", &[]),
            ("mum", &["Asia/Kolkata"]),
            ("sao", &["America/Sao_Paulo", "Africa/Sao_Tome"]),
            ("ich", &["Europe/Zurich", "US/Michigan"]),
            (
                "pacific",
                &["America/Los_Angeles", "Pacific/Auckland", "Pacific/Apia"],
            ),
            ("zzz", &[]),
        ] {
            assert_eq!(suggest_zones(input, 3), offered, "{input}");
        }
    }

    #[test]
    fn no_more_is_offered_than_asked_for_and_nothing_twice() {
        for input in ["", "a", "america", "zzz", "/"] {
            let mut offered = suggest_zones(input, 25);
            assert!(offered.len() <= 25);
            offered.sort_unstable();
            assert!(offered.windows(2).all(|pair| pair[0] != pair[1]), "{input}");
        }
        assert_eq!(suggest_zones("a", 0), Vec::<&str>::new());
    }

    #[test]
    fn whatever_is_offered_is_accepted() {
        for input in ["", "a", "est", "gmt", "us/", "new"] {
            for name in suggest_zones(input, 25) {
                assert_eq!(find_zone(name), Ok(name));
            }
        }
    }
}
