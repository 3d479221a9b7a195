//! What a profile says of a member is what follows from the answers.

use std::collections::{BTreeMap, HashSet};

use super::{Findings, Kind};
use crate::facts::{Facts, Row};

/// Points, place and streak of every profile that was shown.
pub(super) fn check_profiles(facts: &Facts, findings: &mut Findings) {
    let answered: HashSet<(i64, i64)> = facts
        .tables
        .answers
        .iter()
        .map(|row| (row.number("round_id"), row.number("user_id")))
        .collect();
    for profile in &facts.profiles {
        let who = format!(
            "the profile of member {} in server {}",
            profile.user, profile.guild
        );
        let (length, freezes) = find_streak(facts, profile.guild, profile.user, &answered);
        let rounds = if length == 1 { "round" } else { "rounds" };
        let row = match freezes {
            0 => format!("**In a row** {length} {rounds}\n"),
            1 => format!("**In a row** {length} {rounds} · 1 freeze kept"),
            n => format!("**In a row** {length} {rounds} · {n} freezes kept"),
        };
        let scored = facts.tables.answers.iter().filter(|answer| {
            answer.number("guild_id") == profile.guild
                && answer.maybe_number("points").is_some()
                && ["daily", "live"].contains(&answer.text("source"))
        });
        let mut points: BTreeMap<i64, i64> = BTreeMap::new();
        for answer in scored {
            *points.entry(answer.number("user_id")).or_default() += answer.number("points");
        }
        let Some(own) = points.get(&profile.user) else {
            if !profile.words.contains("no scored answer yet") {
                findings.add(Kind::Wrong, format!("{who} is not empty: {:?}", profile.words));
            }
            continue;
        };
        let place = 1 + points.values().filter(|other| *other > own).count();
        let all = format!("**All time** {own} points, rank {place}\n");
        for expected in [row, all] {
            if !profile.words.contains(&expected) {
                findings.add(
                    Kind::Wrong,
                    format!("{who} does not say {expected:?}: {:?}", profile.words),
                );
            }
        }
    }
}

/// The longest of a member's streaks: rounds in a row, and freezes held. Ten rounds earn a freeze, two are held at most,
/// and a missed round spends one.
fn find_streak(facts: &Facts, guild: i64, user: i64, answered: &HashSet<(i64, i64)>) -> (i64, i64) {
    let mut by_schedule: BTreeMap<i64, Vec<&Row>> = BTreeMap::new();
    let removed: HashSet<i64> = facts
        .tables
        .schedules
        .iter()
        .filter(|schedule| schedule.moment("removed_at").is_some())
        .map(|schedule| schedule.number("schedule_id"))
        .collect();
    let own = facts.tables.rounds.iter().filter(|round| {
        round.number("guild_id") == guild
            && round.text("state") == "revealed"
            && round.maybe_number("requested_by_interaction").is_none()
    });
    for round in own {
        if let Some(schedule) = round.maybe_number("schedule_id")
            && !removed.contains(&schedule)
        {
            by_schedule.entry(schedule).or_default().push(round);
        }
    }
    let streaks = by_schedule.into_values().map(|mut rounds| {
        rounds.sort_by_key(|round| round.moment("due_at"));
        let mut streak = (0, 0);
        for round in rounds {
            let here = answered.contains(&(round.number("round_id"), user));
            streak = match (here, streak) {
                (true, (length, freezes)) if (length + 1) % 10 == 0 => (length + 1, (freezes + 1).min(2)),
                (true, (length, freezes)) => (length + 1, freezes),
                (false, (_, 0)) => (0, 0),
                (false, (length, freezes)) => (length, freezes - 1),
            };
        }
        streak
    });
    streaks.max().unwrap_or_default()
}
