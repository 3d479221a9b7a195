//! Each day on which a schedule is due has its round, once, or the record why not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeDelta};

use super::{Findings, Kind};
use crate::facts::{Facts, Moment, Row};

/// What came due so shortly before the end may still be on its way.
const JUST_NOW: TimeDelta = TimeDelta::seconds(60);

/// Each occurrence once, or left out by rule; and none that was not due.
pub(super) fn check_occurrences(facts: &Facts, findings: &mut Findings) {
    let mut rounds: BTreeMap<(i64, NaiveDate), Vec<&Row>> = BTreeMap::new();
    for round in &facts.tables.rounds {
        let own = round.maybe_number("requested_by_interaction").is_none();
        if let (true, Some(schedule), Some(day)) = (
            own,
            round.maybe_number("schedule_id"),
            round.day("occurrence_date"),
        ) {
            rounds.entry((schedule, day)).or_default().push(round);
        }
    }
    for schedule in &facts.tables.schedules {
        let id = schedule.number("schedule_id");
        let due = list_due(schedule, facts.ended);
        for (day, at) in &due {
            let found = rounds.remove(&(id, *day)).unwrap_or_default();
            check_occurrence(id, *day, *at, &found, facts.ended, findings);
        }
    }
    for ((schedule, day), found) in rounds {
        // Planned ahead by a manager who skips a day, and by nobody else.
        if found.iter().any(|round| round.text("state") != "skipped") {
            findings.add(
                Kind::Wrong,
                format!("schedule {schedule} was not due on {day} and has a round"),
            );
        }
    }
    check_requests(facts, findings);
}

fn check_occurrence(
    schedule: i64,
    day: NaiveDate,
    at: Moment,
    found: &[&Row],
    ended: Moment,
    findings: &mut Findings,
) {
    match found {
        [] if ended - at > JUST_NOW => findings.add(
            Kind::Lost,
            format!("schedule {schedule} was due at {at} ({day}) and has no round"),
        ),
        [] => {}
        [round] => {
            let (id, state) = (round.number("round_id"), round.text("state"));
            if round.moment("due_at") != Some(at) {
                findings.add(
                    Kind::Wrong,
                    format!("round {id} says it was due at another time than {at}"),
                );
            }
            if ["skipped", "failed"].contains(&state) && round.text("reason").is_empty() {
                findings.add(Kind::Lost, format!("round {id} is {state} and does not say why"));
            }
        }
        several => findings.add(
            Kind::Twice,
            format!("schedule {schedule} has {} rounds for {day}", several.len()),
        ),
    }
}

/// The days and instants on which a schedule was due until the end. Only zones that are UTC are known here; the others
/// are another test's subject.
fn list_due(schedule: &Row, ended: Moment) -> Vec<(NaiveDate, Moment)> {
    let (Some(created), Ok(time)) = (
        schedule.moment("created_at"),
        schedule.text("local_time").parse::<NaiveTime>(),
    ) else {
        return Vec::new();
    };
    let stopped = [
        schedule.moment("paused_at"),
        schedule.moment("removed_at"),
        Some(ended),
    ];
    let until = stopped.into_iter().flatten().min().unwrap_or(ended);
    let days = schedule.number("days");
    created
        .date_naive()
        .iter_days()
        .take_while(|day| *day <= until.date_naive())
        .filter(|day| days >> day.weekday().num_days_from_monday() & 1 == 1)
        .map(|day| (day, day.and_time(time).and_utc()))
        .filter(|(_, at)| *at > created && *at < until)
        .collect()
}

/// Whoever asked for one more question got one.
fn check_requests(facts: &Facts, findings: &mut Findings) {
    let mut requests = BTreeSet::new();
    for round in &facts.tables.rounds {
        if let Some(request) = round.maybe_number("requested_by_interaction")
            && !requests.insert(request)
        {
            findings.add(Kind::Twice, format!("request {request} has two rounds"));
        }
    }
}
