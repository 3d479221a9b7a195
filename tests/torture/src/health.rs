//! When each instance could not be expected to answer, so that the others' silence can be judged.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use torture::facts::Moment;

/// How many instances there are.
pub const INSTANCES: usize = 2;

/// Whom a trouble concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// One instance.
    Instance(usize),
    /// All of them, such as when Discord takes no replies.
    All,
}

/// A time of trouble.
struct Trouble {
    whom: Whom,
    from: Moment,
    until: Option<Moment>,
}

/// All times of trouble.
#[derive(Default)]
pub struct Health(Mutex<Vec<Trouble>>);

impl Health {
    /// A trouble begins; returns its number.
    pub fn begin(&self, whom: Whom, from: Moment) -> usize {
        let mut troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.push(Trouble {
            whom,
            from,
            until: None,
        });
        troubles.len() - 1
    }

    /// It is over from then on.
    pub fn end(&self, number: usize, until: Moment) {
        let mut troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(trouble) = troubles.get_mut(number) {
            trouble.until = Some(until);
        }
    }

    /// A trouble of known length.
    pub fn note(&self, whom: Whom, from: Moment, length: TimeDelta) {
        let number = self.begin(whom, from);
        self.end(number, from + length);
    }

    /// Whether one instance was well all the time.
    pub fn was_one_well(&self, from: Moment, until: Moment) -> bool {
        let troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let touches =
            |trouble: &Trouble| trouble.from <= until && trouble.until.is_none_or(|end| end >= from);
        (0..INSTANCES).any(|instance| {
            let concerns =
                |trouble: &&Trouble| trouble.whom == Whom::All || trouble.whom == Whom::Instance(instance);
            !troubles.iter().filter(concerns).any(touches)
        })
    }
}
