//! Whether the teammates are there, and who is not one of them.

use std::collections::HashSet;

use parking_lot::Mutex;
use tokio::task::JoinHandle;

/// Whether the teammates are there, and who is not one of them.
#[derive(Default)]
pub(crate) struct Switch {
    task: Mutex<Option<JoinHandle<()>>>,
    spared: Mutex<HashSet<u64>>,
}

impl Switch {
    /// Sends the teammates in, unless they are there.
    pub(super) fn turn_on(&self, start: impl FnOnce() -> JoinHandle<()>) {
        self.task.lock().get_or_insert_with(start);
    }

    /// Sends the teammates away.
    pub(crate) fn turn_off(&self) {
        if let Some(running) = self.task.lock().take() {
            running.abort();
        }
    }

    /// Whether the teammates are there.
    pub(crate) fn is_on(&self) -> bool {
        self.task.lock().is_some()
    }

    /// Leaves a member to the person who acts as them.
    pub(crate) fn spare(&self, member: u64) {
        self.spared.lock().insert(member);
    }

    pub(super) fn is_spared(&self, member: u64) -> bool {
        self.spared.lock().contains(&member)
    }
}
