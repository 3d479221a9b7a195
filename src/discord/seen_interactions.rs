//! Which interactions were heard of already. Discord delivers at least once: around a resume the same event may come
//! again, and `/daily add` done twice would make two schedules.
//!
//! Only this process's memory: between instances, each change in the database guards itself.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Events a connection replays come shortly after the first time; this is minutes of a very busy bot.
const REMEMBERED: usize = 10_000;

/// The newest interactions.
#[derive(Debug, Default)]
pub struct SeenInteractions(Mutex<BTreeSet<u64>>);

impl SeenInteractions {
    /// Remembers an interaction. False where it was heard of before.
    pub fn is_new(&self, id: u64) -> bool {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = ids.insert(id);
        // Ids grow with time, so the smallest is the oldest.
        if ids.len() > REMEMBERED {
            ids.pop_first();
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_time_is_new_until_it_is_forgotten() {
        let heard = SeenInteractions::default();
        assert!(heard.is_new(1));
        assert!(!heard.is_new(1));
        for id in 2..=10_001 {
            assert!(heard.is_new(id));
        }
        assert!(!heard.is_new(2));
        assert_eq!(heard.0.lock().unwrap().len(), REMEMBERED);
    }
}
