//! Nobody waits in vain while an instance lives.

use super::{Findings, Kind};
use crate::facts::{Facts, Outcome};

/// What had to be answered was.
pub(super) fn check_deeds(facts: &Facts, findings: &mut Findings) {
    for deed in facts.deeds.iter().filter(|deed| deed.had_to_be_answered) {
        if deed.outcome == Outcome::Unanswered {
            findings.add(
                Kind::Unanswered,
                format!("{} at {} while an instance lived", deed.what, deed.at),
            );
        }
    }
}
