//! Standings are what follows from the answers.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};

use super::{Findings, Kind};
use crate::facts::{Facts, Moment, Row};

/// Points, right answers, answers that could be right or wrong, the last of them.
type Sums = (i64, i64, i64, Option<Moment>);
/// Server, period, whether it is practice, first day, member.
type Place = (i64, &'static str, bool, NaiveDate, i64);

/// Standings and weeks equal a recomputation from the answers.
pub(super) fn check_boards(facts: &Facts, findings: &mut Findings) {
    let mut standings: BTreeMap<Place, Sums> = BTreeMap::new();
    let mut weeks: BTreeMap<(i64, NaiveDate, i64), i64> = BTreeMap::new();
    for answer in &facts.tables.answers {
        let (Some(points), Some(at)) = (answer.maybe_number("points"), answer.moment("answered_at")) else {
            continue;
        };
        let source = answer.text("source");
        if source == "review" {
            continue;
        }
        let (guild, user, practice) = (
            answer.number("guild_id"),
            answer.number("user_id"),
            source == "solo",
        );
        for (period, start) in [
            ("all", NaiveDate::from_ymd_opt(1, 1, 1)),
            ("season", start_of_quarter(at)),
        ] {
            let place = (guild, period, practice, start.unwrap_or_default(), user);
            let sums = standings.entry(place).or_default();
            sums.0 += points;
            sums.1 += i64::from(answer.flag("correct") == Some(true));
            sums.2 += i64::from(answer.flag("correct").is_some());
            sums.3 = sums.3.max(Some(at));
        }
        if !practice {
            *weeks.entry((guild, start_of_week(at), user)).or_default() += points;
        }
    }
    compare(
        "standings",
        standings,
        facts.tables.standings.iter().filter_map(read_standing),
        findings,
    );
    compare(
        "weekly points",
        weeks,
        facts.tables.weekly_points.iter().filter_map(read_week),
        findings,
    );
}

fn read_standing(row: &Row) -> Option<(Place, Sums)> {
    let period = match row.text("period") {
        "all" => "all",
        _ => "season",
    };
    let place = (
        row.number("guild_id"),
        period,
        row.flag("practice")?,
        row.day("start_date")?,
        row.number("user_id"),
    );
    let sums = (
        row.number("points"),
        row.number("correct"),
        row.number("answers"),
        row.moment("last_at"),
    );
    Some((place, sums))
}

fn read_week(row: &Row) -> Option<((i64, NaiveDate, i64), i64)> {
    let place = (row.number("guild_id"), row.day("week")?, row.number("user_id"));
    Some((place, row.number("points")))
}

fn compare<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
    what: &str,
    mut expected: BTreeMap<K, V>,
    stored: impl Iterator<Item = (K, V)>,
    findings: &mut Findings,
) {
    for (place, sums) in stored {
        match expected.remove(&place) {
            Some(right) if right == sums => {}
            right => findings.add(
                Kind::Wrong,
                format!("{what} {place:?} are {sums:?}; the answers give {right:?}"),
            ),
        }
    }
    for (place, sums) in expected {
        findings.add(
            Kind::Lost,
            format!("{what} {place:?} are not there; the answers give {sums:?}"),
        );
    }
}

/// Servers of the torture live by UTC.
fn start_of_quarter(at: Moment) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(at.year(), at.month0() / 3 * 3 + 1, 1)
}

fn start_of_week(at: Moment) -> NaiveDate {
    let day = at.date_naive();
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}
