//! What a manager has to know about a schedule that did not do what it should.

use chrono::NaiveDate;

/// Something of a schedule that did not happen, or not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The local day of the question.
    pub day: NaiveDate,
    /// Whether it was asked for with `/daily post-now`, and not the schedule's own of that day.
    pub requested: bool,
    pub missing: Missing,
    /// Why, as a sentence for the manager; `None` where nothing was refused.
    pub reason: Option<String>,
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The question, for good.
    Question,
    /// The question, which is still tried.
    Waiting,
    /// The reveal of a question that was posted.
    Reveal,
}
