//! Clicks by the ten thousand, to measure a bot.

use std::time::Instant;

/// Which clicks wait for their callback.
#[derive(Default)]
pub(crate) struct Board {}

impl Board {
    /// Whether a request was the callback of a measured click, which needs no further treatment.
    pub(crate) fn answered(&self, _path: &str, _at: Instant) -> bool {
        false
    }
}
