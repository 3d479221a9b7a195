//! The sessions this process holds with Discord, by their ids: what resuming one takes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::discord::relay::pace::Pauses;

/// What is known of a session.
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// Where Discord wants it resumed.
    pub(super) resume_url: Option<String>,
    /// The number of the last dispatch that came.
    pub(super) seq: u64,
    /// The shard and the number of shards.
    pub(super) shard: (u64, u64),
    /// Between resumes that do not last.
    pauses: Pauses,
}

/// All sessions.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// Remembers a new session. Of each shard there is one.
    pub(super) fn add(&self, id: String, resume_url: Option<String>, seq: u64, shard: (u64, u64)) {
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.shard != shard);
        let session = Session {
            resume_url,
            seq,
            shard,
            pauses: Pauses::default(),
        };
        sessions.insert(id, session);
    }

    /// What is known of a session, and how long to wait before it is resumed.
    pub(super) fn begin_resume(&self, id: &str) -> Option<(Session, Duration)> {
        let mut sessions = self.lock();
        let session = sessions.get_mut(id)?;
        let pause = session.pauses.next();
        Some((session.clone(), pause))
    }

    /// The shard a session serves, and of how many.
    pub(super) fn shard_of(&self, id: &str) -> Option<(u64, u64)> {
        self.lock().get(id).map(|session| session.shard)
    }

    /// Up to where events have come.
    pub(super) fn note_seq(&self, id: &str, seq: u64) {
        if let Some(session) = self.lock().get_mut(id) {
            session.seq = seq;
        }
    }

    /// A session has lasted: the next resume is at once.
    pub(super) fn note_lasting(&self, id: &str) {
        if let Some(session) = self.lock().get_mut(id) {
            session.pauses = Pauses::default();
        }
    }

    /// Discord no longer knows it.
    pub(super) fn forget(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
