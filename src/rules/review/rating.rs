//! How well an answer was known, judged by what was chosen and how long it took.

use chrono::TimeDelta;

use crate::rules::question::{Level, Question};
use crate::rules::words::words;

/// Characters a practised reader takes in a second: 200 words a minute, of five letters and a blank.
const READ_IN_A_SECOND: i64 = 20;
/// Longer than this, a question was put aside, and the time says nothing.
const PUT_ASIDE: TimeDelta = TimeDelta::minutes(15);

/// What a member's answer says about a card; the four grades of FSRS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rating {
    /// Forgotten.
    Again,
    /// Known, with effort.
    Hard,
    /// Known.
    Good,
    /// Known at once.
    Easy,
}

words!(Rating: Again = "again", Hard = "hard", Good = "good", Easy = "easy");

impl Rating {
    /// The rating that follows from an answer.
    ///
    /// Wrong is Again; right is Good, but Easy within half of
    /// [`time_to_answer`] and Hard beyond twice of it. `took` is missing where nobody knows when the member began to
    /// read, as with a question that waits in a channel, and ignored where the question was put aside for long.
    #[must_use]
    pub fn of(right: bool, took: Option<TimeDelta>, question: &Question) -> Self {
        let usual = time_to_answer(question);
        match took.filter(|took| *took <= PUT_ASIDE) {
            _ if !right => Self::Again,
            Some(took) if took * 2 <= usual => Self::Easy,
            Some(took) if took > usual * 2 => Self::Hard,
            Some(_) | None => Self::Good,
        }
    }
}

/// How long an answer usually takes.
///
/// That is 20 characters a second to read the question and its options, and 10, 20 or 40
/// seconds to think, by level. A rule of thumb, which is why a member can overrule what follows from it.
#[must_use]
pub fn time_to_answer(question: &Question) -> TimeDelta {
    let options = question.options.iter().map(|option| option.text.chars().count());
    let characters = question.prompt.chars().count() + options.sum::<usize>();
    let reading = i64::try_from(characters).unwrap_or(i64::MAX) / READ_IN_A_SECOND;
    let thinking = match question.level {
        Level::Easy => 10,
        Level::Medium => 20,
        Level::Hard => 40,
    };
    TimeDelta::seconds(reading + thinking)
}
