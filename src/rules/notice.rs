//! Messages the bot posts by itself when a time comes, apart from questions: which there are, and for how long each is
//! worth saying.

use chrono::{DateTime, TimeDelta, Utc};

use crate::rules::words::words;

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A season is over: its podium.
    SeasonEnd,
    /// A competition has begun.
    Start,
    /// Half of a competition is over.
    Midway,
    /// A competition ends within a day.
    LastDay,
    /// A competition is over: its podium.
    End,
    /// A competition that was announced does not go on.
    Cancelled,
}

words!(NoticeKind:
    SeasonEnd = "season-end", Start = "start", Midway = "midway", LastDay = "last-day", End = "end",
    Cancelled = "cancelled"
);

impl NoticeKind {
    /// Whether it only makes sense while the competition runs.
    #[must_use]
    pub fn while_running(self) -> bool {
        match self {
            Self::Start | Self::Midway | Self::LastDay => true,
            Self::SeasonEnd | Self::End | Self::Cancelled => false,
        }
    }

    /// From when on it comes too late to be posted, if it was due at `due_at`. A podium is worth a week, a start as
    /// long as it is true (`None`), and a note on the way only near its time.
    #[must_use]
    pub fn latest(self, due_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Midway | Self::LastDay => due_at.checked_add_signed(TimeDelta::hours(6)),
            Self::Start => None,
            Self::SeasonEnd | Self::End | Self::Cancelled => due_at.checked_add_signed(TimeDelta::days(7)),
        }
    }
}

/// The notes on the way of a competition, with their times: half-way for those of two days and more, and a day before
/// the end for those of three and more.
#[must_use]
pub fn on_the_way(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Vec<(NoticeKind, DateTime<Utc>)> {
    let length = ends_at - starts_at;
    let mut notes = Vec::new();
    if length >= TimeDelta::days(2) {
        notes.push((NoticeKind::Midway, starts_at + length / 2));
    }
    if length >= TimeDelta::days(3) {
        notes.push((NoticeKind::LastDay, ends_at - TimeDelta::days(1)));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_competitions_have_no_notes_on_the_way() {
        let start: DateTime<Utc> = "2026-03-02T08:00:00Z".parse().unwrap();
        let notes = |hours| {
            let notes = on_the_way(start, start + TimeDelta::hours(hours));
            notes
                .iter()
                .map(|(kind, at)| format!("{} {}", kind.as_str(), (*at - start).num_hours()))
                .collect::<Vec<_>>()
        };
        assert_eq!(notes(30), Vec::<String>::new());
        assert_eq!(notes(48), ["midway 24"]);
        assert_eq!(notes(240), ["midway 120", "last-day 216"]);
    }

    #[test]
    fn kinds_are_read_back() {
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::parse(kind.as_str()), Some(kind));
        }
    }
}
