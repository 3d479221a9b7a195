//! What a manager has to know about a schedule that did not do what it should.

use chrono::NaiveDate;

/// What keeps or kept a question of a schedule from being posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The local day of the question.
    pub day: NaiveDate,
    /// Whether it was asked for with `/daily post-now`, and not the schedule's own of that day.
    pub requested: bool,
    /// Whether it is still tried.
    pub waiting: bool,
    /// Why, as a sentence for the manager.
    pub reason: String,
}
