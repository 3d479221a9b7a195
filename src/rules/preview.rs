//! The dates a schedule will post on, as a table for operators and tests.
//!
//! Plain text with tabs; what members see of a schedule is made by the view.

use std::fmt::Write as _;

use chrono::{NaiveDate, SecondsFormat};

use super::schedule::Recurrence;

/// The first occurrences on or after a local date, one per line: local date, what the clocks show at that instant, and
/// the instant in UTC, separated by tabs.
pub fn preview_occurrences(recurrence: &Recurrence, from: NaiveDate, count: usize) -> String {
    let mut table = String::new();
    for occurrence in recurrence.occurrences_from(from).take(count) {
        let shown = recurrence.zone.local_time_of(occurrence.at).format("%H:%M");
        let instant = occurrence.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{}\t{shown}\t{instant}", occurrence.date);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::preview_occurrences;
    use crate::rules::schedule::{Days, Recurrence};

    #[test]
    fn the_table_shows_date_clock_and_instant_across_a_gap() {
        let recurrence = Recurrence {
            time: "02:30".parse().unwrap(),
            zone: "America/New_York".parse().unwrap(),
            days: Days::DAILY,
        };
        assert_eq!(
            preview_occurrences(&recurrence, "2026-03-07".parse().unwrap(), 3),
            "2026-03-07\t02:30\t2026-03-07T07:30:00Z\n\
             2026-03-08\t03:00\t2026-03-08T07:00:00Z\n\
             2026-03-09\t02:30\t2026-03-09T06:30:00Z\n"
        );
    }

    #[test]
    fn the_first_line_may_be_the_given_date_itself_or_the_next_day_asked_for() {
        let recurrence = Recurrence {
            time: "9".parse().unwrap(),
            zone: "Pacific/Auckland".parse().unwrap(),
            days: "sun".parse().unwrap(),
        };
        let line = "2026-11-22\t09:00\t2026-11-21T20:00:00Z\n";
        assert_eq!(
            preview_occurrences(&recurrence, "2026-11-22".parse().unwrap(), 1),
            line
        );
        assert_eq!(
            preview_occurrences(&recurrence, "2026-11-16".parse().unwrap(), 1),
            line
        );
        assert_eq!(
            preview_occurrences(&recurrence, "2026-11-16".parse().unwrap(), 0),
            ""
        );
    }
}
