//! What was counted.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How often each thing happened.
#[derive(Default)]
pub struct Tally {
    counts: Mutex<BTreeMap<String, u64>>,
    /// Replies nobody expected, the first of each kind.
    odd: Mutex<BTreeMap<String, String>>,
}

impl Tally {
    /// It happened once more.
    pub fn count(&self, what: &str) {
        *self.lock().entry(what.to_owned()).or_default() += 1;
    }

    /// How often it happened, or whatever begins so.
    pub fn sum(&self, beginning: &str) -> u64 {
        let counts = self.lock();
        counts
            .iter()
            .filter(|(what, _)| what.starts_with(beginning))
            .map(|(_, count)| count)
            .sum()
    }

    /// All of it.
    pub fn all(&self) -> Vec<(String, u64)> {
        self.lock()
            .iter()
            .map(|(what, count)| (what.clone(), *count))
            .collect()
    }

    /// A number nobody had before.
    pub fn next_number(&self) -> u64 {
        self.count("starts of the bot");
        self.sum("starts of the bot")
    }

    /// Notes a reply nobody expected.
    pub fn note_odd(&self, reply: &str) {
        let start: String = reply.chars().take(40).collect();
        self.count(&format!("other replies: {start:?}"));
        let mut odd = self.odd.lock().unwrap_or_else(PoisonError::into_inner);
        odd.entry(start).or_insert_with(|| reply.to_owned());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
