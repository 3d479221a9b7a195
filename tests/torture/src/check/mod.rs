//! What must hold, rule by rule. Each rule returns what breaks it, in sentences with the ids to look for.

mod boards;
mod hidden;
mod interactions;
mod occurrences;
mod once;
mod receipts;
mod rest;
mod scores;
mod streaks;

use std::fmt;

use crate::facts::Facts;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something was said or done twice.
    Twice,
    /// Something that was promised is not there.
    Lost,
    /// Something is there and wrong.
    Wrong,
    /// Something was told before its time.
    Early,
    /// Somebody waited in vain while an instance lived.
    Unanswered,
    /// Something was still to be done when all the time was over.
    Unfinished,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Twice => "twice",
            Self::Lost => "lost",
            Self::Wrong => "wrong",
            Self::Early => "seen early",
            Self::Unanswered => "unanswered",
            Self::Unfinished => "unfinished",
        })
    }
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub kind: Kind,
    /// What, with the ids to look for.
    pub what: String,
}

/// What the rules write into.
#[derive(Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    /// Notes something that must not be.
    pub(crate) fn add(&mut self, kind: Kind, what: String) {
        self.0.push(Finding { kind, what });
    }
}

/// Everything that is wrong.
pub fn check_facts(facts: &Facts) -> Vec<Finding> {
    let mut findings = Findings::default();
    let rules = [
        once::check_messages,
        once::check_questions,
        once::check_discussions,
        occurrences::check_occurrences,
        receipts::check_receipts,
        scores::check_scores,
        scores::check_quiz_scores,
        boards::check_boards,
        streaks::check_profiles,
        hidden::check_secrets,
        interactions::check_deeds,
        rest::check_nothing_is_left,
    ];
    for rule in rules {
        rule(facts, &mut findings);
    }
    findings.0
}

#[cfg(test)]
mod tests;
