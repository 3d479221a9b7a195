//! What public messages said at any time: who may see what before its time is judged by it.

use chrono::{DateTime, Utc};

use super::World;

/// A public message as it was from a moment on.
#[derive(Clone, Debug)]
pub struct Version {
    /// The message.
    pub message: u64,
    /// Where it stands.
    pub channel: u64,
    /// From when.
    pub at: DateTime<Utc>,
    /// Discord's JSON of it.
    pub payload: String,
}

impl World {
    /// Keeps what a message says now, if that was asked for.
    pub(super) fn keep_version(&mut self, id: u64) {
        if self.versions.is_none() {
            return;
        }
        let public = self
            .messages
            .get(&id)
            .filter(|message| message.only_for.is_none());
        let Some(channel) = public.map(|message| message.channel) else {
            return;
        };
        let version = Version {
            message: id,
            channel,
            at: self.now(),
            payload: self
                .message_json(id)
                .map_or_else(String::new, |json| json.to_string()),
        };
        self.versions.get_or_insert_default().push(version);
    }
}
