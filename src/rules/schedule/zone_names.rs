//! Names of time zones: the one that was meant, and those to offer.
//!
//! Says nothing about what a zone's clocks show.

use std::sync::LazyLock;

use jiff::tz::TimeZoneDatabase;

use crate::rules::mistake::{Mistake, quoted};

/// Where many people live, roughly from west to east: what is offered before anything is typed, and what wins when a city
/// is listed twice.
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
const ALSO_CALLED: [(&str, &str); 32] = [
    ("atlanta", "America/New_York"),
    ("austin", "America/Chicago"),
    ("barcelona", "Europe/Madrid"),
    ("beijing", "Asia/Shanghai"),
    ("bengaluru", "Asia/Kolkata"),
    ("boston", "America/New_York"),
    ("bst", "Europe/London"),
    ("cest", "Europe/Berlin"),
    ("cst", "America/Chicago"),
    ("cdt", "America/Chicago"),
    ("delhi", "Asia/Kolkata"),
    ("eastern", "America/New_York"),
    ("edinburgh", "Europe/London"),
    ("edt", "America/New_York"),
    ("frankfurt", "Europe/Berlin"),
    ("geneva", "Europe/Zurich"),
    ("hamburg", "Europe/Berlin"),
    ("ist", "Asia/Kolkata"),
    ("jst", "Asia/Tokyo"),
    ("mdt", "America/Denver"),
    ("milan", "Europe/Rome"),
    ("montreal", "America/Toronto"),
    ("mumbai", "Asia/Kolkata"),
    ("munich", "Europe/Berlin"),
    ("osaka", "Asia/Tokyo"),
    ("pdt", "America/Los_Angeles"),
    ("pst", "America/Los_Angeles"),
    ("rio_de_janeiro", "America/Sao_Paulo"),
    ("san_francisco", "America/Los_Angeles"),
    ("seattle", "America/Los_Angeles"),
    ("tel_aviv", "Asia/Jerusalem"),
    ("washington", "America/New_York"),
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

    /// Sorts what is likelier meant to the front.
    fn preference(&self) -> (usize, bool, &str) {
        let common = COMMON
            .iter()
            .position(|name| *name == self.name)
            .unwrap_or(COMMON.len());
        let outdated = !AREAS.iter().any(|area| self.name.starts_with(area));
        (common, outdated, &self.name)
    }
}

static NAMES: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let database = TimeZoneDatabase::bundled();
    let names = database.available().map(|name| name.as_str().to_owned());
    names
        .filter(|name| !NOT_ZONES.contains(&name.as_str()))
        .map(|name| Named {
            key: key(&name),
            name,
        })
        .collect()
});

/// The form in which names are compared: lower case, words joined by `_`. A hyphen before a digit stays, because
/// `Etc/GMT-5` and `Etc/GMT+5` differ by it.
fn key(name: &str) -> String {
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

/// The name that was meant, or a sentence with the nearest one.
pub(super) fn find(input: &str) -> Result<&'static str, Mistake> {
    let wanted = key(input);
    if wanted.is_empty() {
        return Err(Mistake::new(
            "The time zone is empty; write a city, such as Europe/Berlin.",
        ));
    }
    if let Some(named) = NAMES.iter().find(|named| named.key == wanted) {
        return Ok(&named.name);
    }
    let mut cities: Vec<&Named> = NAMES.iter().filter(|named| named.place() == wanted).collect();
    cities.sort_by_key(|named| named.preference());
    match cities[..] {
        [] => Err(unknown(input, &wanted)),
        [one] => Ok(&one.name),
        [first, ..] if COMMON.contains(&first.name.as_str()) => Ok(&first.name),
        [first, second, ..] => Err(Mistake::new(format!(
            "{} is more than one time zone; write {} or {}.",
            quoted(input),
            first.name,
            second.name
        ))),
    }
}

fn unknown(input: &str, wanted: &str) -> Mistake {
    let input = quoted(input);
    match nearest(wanted) {
        Some(name) => Mistake::new(format!("{input} is not a time zone; did you mean {name}?")),
        None => Mistake::new(format!(
            "{input} is not a time zone; write a large city in the same zone, such as Europe/Berlin or America/New_York."
        )),
    }
}

fn nearest(wanted: &str) -> Option<&'static str> {
    /// Above it names share most of their letters; below it the suggestion is a riddle.
    const ALIKE: f64 = 0.7;

    if let Some(name) = also_called(wanted).next() {
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

fn also_called(wanted: &str) -> impl Iterator<Item = &'static str> {
    ALSO_CALLED
        .iter()
        .filter(move |(word, _)| *word == wanted)
        .map(|(_, name)| *name)
}

/// See [`super::Zone::suggest`].
pub(super) fn suggest(input: &str, limit: usize) -> Vec<&'static str> {
    let wanted = key(input);
    if wanted.is_empty() {
        return COMMON.into_iter().take(limit).collect();
    }
    let mut found: Vec<(u8, &Named)> = NAMES
        .iter()
        .filter_map(|named| Some((closeness(named, &wanted)?, named)))
        .collect();
    found.sort_by_key(|(closeness, named)| (*closeness, named.preference()));
    found
        .into_iter()
        .take(limit)
        .map(|(_, named)| named.name.as_str())
        .collect()
}

/// How well a name answers to what was typed so far, best first; none if not at all.
fn closeness(named: &Named, wanted: &str) -> Option<u8> {
    let place = named.place();
    let other_name = |(word, name): &(&str, &str)| *name == named.name && word.starts_with(wanted);
    if named.key == wanted {
        Some(0)
    } else if place.starts_with(wanted) {
        Some(1)
    } else if wanted.len() >= 3 && ALSO_CALLED.iter().any(other_name) {
        Some(2)
    } else if named.key.starts_with(wanted) {
        Some(3)
    } else if place.split('_').any(|word| word.starts_with(wanted)) {
        Some(4)
    } else {
        named.key.contains(wanted).then_some(5)
    }
}
