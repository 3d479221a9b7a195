//! Messages the bot posts or edits by itself: which there are, which come first, and for how long each is worth it.

use chrono::TimeDelta;

use crate::rules::quiz::{AWAY, Source};
use crate::rules::words::words;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutboxKind {
    /// A question for everybody: posted, counted, revealed.
    Question,
    /// A part of what follows the reveal of a daily question.
    Discussion,
    /// The lobby of a live quiz: who has joined, that it begins, that it is over.
    Lobby,
    /// The podium of a live quiz.
    Podium,
    /// A notice of a season or competition.
    Notice,
    /// A direct message: cards are due.
    Nudge,
    /// What a member wrote and lets the others read.
    SharedAnswer,
}

words!(OutboxKind:
    Question = "question", Discussion = "discussion", Lobby = "lobby", Podium = "podium", Notice = "notice",
    Nudge = "nudge", SharedAnswer = "shared-answer"
);

/// What goes first where not everything can go at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Everything of a live quiz: players look at the clock.
    Live,
    /// A reveal, which scores are shown with.
    Reveal,
    /// A question.
    Question,
    /// What follows a reveal, and what is true for days.
    Discussion,
    /// How many have answered.
    Count,
    /// A direct message.
    Nudge,
}

impl Priority {
    /// All of them, first to last.
    pub const ALL: [Self; 6] = [
        Self::Live,
        Self::Reveal,
        Self::Question,
        Self::Discussion,
        Self::Count,
        Self::Nudge,
    ];

    /// As it is stored; less is sooner.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::Live => 0,
            Self::Reveal => 1,
            Self::Question => 2,
            Self::Discussion => 3,
            Self::Count => 4,
            Self::Nudge => 5,
        }
    }

    /// What a number means; `None` where it means nothing.
    #[must_use]
    pub fn of_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }
}

/// Later than this after its time a schedule's question is not posted any more, whatever held it up.
pub const LATEST_QUESTION: TimeDelta = TimeDelta::hours(2);
/// A reveal that could not be shown for this long is left as it is; scores are safe, and the buttons answer all the
/// same.
pub const LATEST_REVEAL: TimeDelta = TimeDelta::days(1);
/// Later than this after its time, a nudge is left out: nobody asked to be told at night.
pub const LATEST_NUDGE: TimeDelta = TimeDelta::hours(2);

/// The least time between two changes of one message that can wait, such as the count of answers.
pub const CHANGED_EVERY: TimeDelta = TimeDelta::seconds(5);
/// The same in a live quiz, where a question is open for seconds. Discord allows five edits in five seconds in a
/// channel; this is half of it, so that the reveal and a new question never have to wait.
pub const CHANGED_EVERY_LIVE: TimeDelta = TimeDelta::seconds(2);

/// For how long after its time a question may still be posted.
#[must_use]
pub fn latest_question(source: Source) -> TimeDelta {
    match source {
        Source::Live => AWAY,
        Source::Daily | Source::Solo | Source::Review => LATEST_QUESTION,
    }
}

/// For how long after it was judged a question's reveal is worth showing.
#[must_use]
pub fn latest_reveal(source: Source) -> TimeDelta {
    match source {
        Source::Live => AWAY,
        Source::Daily | Source::Solo | Source::Review => LATEST_REVEAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_priorities_are_read_back() {
        for kind in OutboxKind::ALL {
            assert_eq!(OutboxKind::parse(kind.as_str()), Some(kind));
        }
        for (number, priority) in (0..).zip(Priority::ALL) {
            assert_eq!(priority.number(), number);
            assert_eq!(Priority::of_number(number), Some(priority));
        }
    }
}
