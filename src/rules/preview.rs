//! The dates a schedule will post on, as a table for operators and tests.
//!
//! Plain text with tabs; what members see of a schedule is made by the view.

use std::fmt::Write as _;

use chrono::{NaiveDate, SecondsFormat};

use super::schedule::Recurrence;

/// The first occurrences on or after a local date, one per line: local date, what the clocks show at that instant, and
/// the instant in UTC, separated by tabs.
pub fn preview(recurrence: &Recurrence, from: NaiveDate, count: usize) -> String {
    let mut table = String::new();
    for occurrence in recurrence.occurrences_from(from).take(count) {
        let shown = recurrence.zone.local_time_of(occurrence.at).format("%H:%M");
        let instant = occurrence.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{}\t{shown}\t{instant}", occurrence.date);
    }
    table
}
