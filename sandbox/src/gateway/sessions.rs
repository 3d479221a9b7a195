//! Sessions: what each connected bot was sent, so that a connection can be resumed.

use std::collections::VecDeque;

use axum::extract::ws::Utf8Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use crate::world::intents;

/// Dispatches kept for a resume.
const KEPT: usize = 2000;
/// Sessions kept without a connection.
const KEPT_SESSIONS: usize = 32;

/// What is written to a connection.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    Text(Utf8Bytes),
    /// A close frame, with code and reason or without both.
    Close(Option<(u16, &'static str)>),
    Cut,
    Ping,
}

impl Frame {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(Utf8Bytes::from(text))
    }
}

/// All sessions, with or without a connection.
#[derive(Default)]
pub(crate) struct Sessions {
    list: Vec<Session>,
    count: u64,
    pub(crate) duplicate_next: bool,
    pub(crate) identifies: usize,
    pub(crate) resumes: usize,
    /// The ports RESUMEs came to.
    pub(crate) resumed_at: Vec<u16>,
}

/// What becomes of a RESUME.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    Yes,
    /// The session is gone, or what was missed is.
    Gone,
    /// More was received than was ever sent.
    WrongSeq,
    /// Version or encoding are not those the session began with.
    OtherFormat,
}

struct Session {
    id: String,
    intents: u64,
    shard: (u64, u64),
    seq: u64,
    log: VecDeque<(u64, Utf8Bytes)>,
    /// Version and encoding, which a resume has to share.
    format: String,
    connection: Option<Connected>,
}

/// The number of a connection, and what is written to it.
type Connected = (u64, UnboundedSender<Frame>);

impl Sessions {
    /// Starts a session for a connection and returns its id.
    pub(crate) fn start(
        &mut self,
        wanted: u64,
        shard: (u64, u64),
        format: &str,
        connection: Connected,
    ) -> String {
        self.count += 1;
        self.identifies += 1;
        let id = format!("session-{}", self.count);
        self.list.push(Session {
            id: id.clone(),
            intents: wanted,
            shard,
            seq: 0,
            log: VecDeque::new(),
            format: format.to_owned(),
            connection: Some(connection),
        });
        while self
            .list
            .iter()
            .filter(|session| session.connection.is_none())
            .count()
            > KEPT_SESSIONS
        {
            if let Some(oldest) = self.list.iter().position(|session| session.connection.is_none()) {
                self.list.remove(oldest);
            }
        }
        id
    }

    /// Resumes a session on a new connection: what was missed is sent, unless it cannot be resumed.
    pub(crate) fn resume(&mut self, id: &str, seq: u64, format: &str, connection: Connected) -> Resumed {
        let Some(session) = self.list.iter_mut().find(|session| session.id == id) else {
            return Resumed::Gone;
        };
        let first = session.log.front().map_or(session.seq + 1, |(first, _)| *first);
        if seq > session.seq {
            return Resumed::WrongSeq;
        }
        if seq + 1 < first {
            return Resumed::Gone;
        }
        if session.format != format {
            return Resumed::OtherFormat;
        }
        for (_, text) in session.log.iter().filter(|(at, _)| *at > seq) {
            let _ = connection.1.send(Frame::Text(text.clone()));
        }
        session.connection = Some(connection);
        session.send("RESUMED", &json!({}));
        self.resumes += 1;
        Resumed::Yes
    }

    /// Sends to one session only.
    pub(crate) fn send_to(&mut self, id: &str, name: &str, data: &Value) {
        if let Some(session) = self.list.iter_mut().find(|session| session.id == id) {
            session.send(name, data);
        }
    }

    /// The session of a connection and its intents.
    pub(crate) fn of_connection(&self, connection: u64) -> Option<(String, u64)> {
        let of = |session: &&Session| {
            session
                .connection
                .as_ref()
                .is_some_and(|(has, _)| *has == connection)
        };
        let session = self.list.iter().find(of)?;
        Some((session.id.clone(), session.intents))
    }

    /// Sends to every session that wants such an event.
    pub(crate) fn dispatch(&mut self, name: &str, mut data: Value, wanted: u64) {
        let private = data
            .as_object_mut()
            .and_then(|data| data.remove("_private"))
            .is_some();
        let times = 1 + usize::from(std::mem::take(&mut self.duplicate_next));
        let guild = guild_of(name, &data);
        let bare = private.then(|| without_content(&data));
        for session in &mut self.list {
            let wants = wanted == 0 || session.intents & wanted != 0;
            if !wants || (guild >> 22) % session.shard.1 != session.shard.0 {
                continue;
            }
            let bare = bare
                .as_ref()
                .filter(|_| session.intents & intents::MESSAGE_CONTENT == 0);
            for _ in 0..times {
                session.send(name, bare.unwrap_or(&data));
            }
        }
    }

    /// Sends an already serialised event to the first connected session; false when there is none.
    pub(crate) fn send_raw(&mut self, name: &str, data: &str) -> bool {
        let Some(session) = self.list.iter_mut().find(|session| session.connection.is_some()) else {
            return false;
        };
        session.send_text(name, data);
        true
    }

    /// Writes the same to all connections; sessions that cannot be resumed are forgotten.
    pub(crate) fn broadcast(&mut self, frame: impl Fn() -> Frame, resumable: bool) {
        for session in &mut self.list {
            if let Some((_, to)) = &session.connection {
                let _ = to.send(frame());
            }
            if !matches!(frame(), Frame::Text(_) | Frame::Ping) {
                session.connection = None;
            }
        }
        if !resumable {
            self.list.clear();
        }
    }

    /// A connection ended. A bot that said goodbye ends its session with it.
    pub(crate) fn disconnected(&mut self, connection: u64, goodbye: bool) {
        let of = |session: &Session| {
            session
                .connection
                .as_ref()
                .is_some_and(|(has, _)| *has == connection)
        };
        if goodbye {
            self.list.retain(|session| !of(session));
        }
        self.list
            .iter_mut()
            .filter(|session| of(session))
            .for_each(|session| session.connection = None);
    }

    /// Forgets the sessions without a connection.
    pub(crate) fn forget_lost(&mut self) {
        self.list.retain(|session| session.connection.is_some());
    }

    /// How many sessions have a connection.
    pub(crate) fn live(&self) -> usize {
        self.list
            .iter()
            .filter(|session| session.connection.is_some())
            .count()
    }
}

impl Session {
    fn send(&mut self, name: &str, data: &Value) {
        self.send_text(name, &data.to_string());
    }

    fn send_text(&mut self, name: &str, data: &str) {
        self.seq += 1;
        let text = Utf8Bytes::from(format!(r#"{{"op":0,"s":{},"t":"{name}","d":{data}}}"#, self.seq));
        self.log.push_back((self.seq, text.clone()));
        if self.log.len() > KEPT {
            self.log.pop_front();
        }
        if let Some((_, to)) = &self.connection {
            let _ = to.send(Frame::Text(text));
        }
    }
}

/// The server an event belongs to, 0 for direct conversations, which all go to the first shard.
fn guild_of(name: &str, data: &Value) -> u64 {
    let key = if name.starts_with("GUILD_") && data.get("guild_id").is_none() {
        "id"
    } else {
        "guild_id"
    };
    data[key].as_str().and_then(|id| id.parse().ok()).unwrap_or(0)
}

/// Another person's message as a bot sees it that may not read messages.
fn without_content(data: &Value) -> Value {
    let mut bare = data.clone();
    bare["content"] = json!("");
    for key in ["embeds", "attachments", "components"] {
        bare[key] = json!([]);
    }
    bare
}
