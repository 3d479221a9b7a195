//! What the second Discord saw, in order and with its time, and waiting for it.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use super::http::Request;
use super::tls::ClientHello;

/// The two addresses of the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// What `GET /gateway` names.
    First,
    /// What READY names as `resume_gateway_url`.
    Resume,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A TCP connection to the gateway.
    Knocked(Door),
    /// A client's first words where TLS is spoken.
    Hello(ClientHello),
    /// TLS did not come about.
    NoTls(String),
    /// A handshake, and the status it was answered with.
    Shook(Door, Request, u16),
    /// HELLO was sent.
    Greeted(Door),
    /// IDENTIFY, as it should be, and whether it was accepted.
    Identified(Door, bool),
    /// RESUME, as it should be, and whether the session existed.
    Resumed(Door, bool),
    /// A heartbeat.
    Beat,
    /// The client closed, with this code or none.
    Closed(Option<u16>),
    /// The client was gone without a word.
    Vanished,
    /// A REST call and the status it was answered with; 0 for an answer out of a script.
    Called(Request, u16),
    /// What an interaction was answered with.
    Answered(u64, Value),
}

impl Seen {
    pub fn is_call(&self, method: &str, path: &str) -> bool {
        matches!(self, Self::Called(request, _) if request.method == method && request.parts().0.ends_with(path))
    }

    pub fn is_identify(&self) -> bool {
        matches!(self, Self::Identified(..))
    }

    pub fn is_resume(&self) -> bool {
        matches!(self, Self::Resumed(..))
    }
}

/// A thing that happened, and when.
#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Instant,
    pub seen: Seen,
}

/// All that happened so far.
pub struct Record {
    entries: watch::Sender<Vec<Entry>>,
    complaints: watch::Sender<Vec<String>>,
}

impl Record {
    pub fn new() -> Self {
        Self {
            entries: watch::Sender::new(Vec::new()),
            complaints: watch::Sender::new(Vec::new()),
        }
    }

    pub fn note(&self, seen: Seen) {
        let at = Instant::now();
        self.entries
            .send_modify(|entries| entries.push(Entry { at, seen }));
    }

    /// Something no client may do by Discord's documentation.
    pub fn complain(&self, complaint: impl Into<String>) {
        let complaint = complaint.into();
        self.complaints.send_modify(|complaints| {
            if !complaints.contains(&complaint) {
                complaints.push(complaint);
            }
        });
    }

    pub fn complaints(&self) -> Vec<String> {
        self.complaints.borrow().clone()
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.entries.borrow().clone()
    }

    /// How much has happened: what comes after is new.
    pub fn mark(&self) -> usize {
        self.entries.borrow().len()
    }

    /// When the first thing after `mark` that is such a thing happened.
    ///
    /// # Errors
    /// If none has within this time, with what happened instead.
    pub async fn wait_for(
        &self,
        mark: usize,
        within: Duration,
        is: impl Fn(&Seen) -> bool,
    ) -> Result<Entry, String> {
        let mut entries = self.entries.subscribe();
        let find = |all: &Vec<Entry>| all[mark..].iter().find(|entry| is(&entry.seen)).cloned();
        let there = async {
            let all = entries.wait_for(|all| find(all).is_some()).await;
            all.ok().and_then(|all| find(&all))
        };
        match tokio::time::timeout(within, there).await {
            Ok(Some(entry)) => Ok(entry),
            _ => Err(format!("not within {within:?}; instead:\n{}", self.tell(mark))),
        }
    }

    /// What happened since, a line each.
    pub fn tell(&self, mark: usize) -> String {
        let entries = self.entries();
        let start = entries.get(mark).map(|entry| entry.at);
        let lines = entries[mark..].iter().filter_map(|entry| {
            let after = entry.at - start?;
            let what = match &entry.seen {
                Seen::Shook(door, request, status) => format!("{door:?}: {} -> {status}", request.line),
                Seen::Called(request, status) => format!("{} -> {status}", request.line),
                Seen::Answered(id, body) => format!("{id} answered with type {}", body["type"]),
                Seen::Knocked(door) => format!("{door:?}: a connection"),
                Seen::Hello(hello) => format!("TLS for {:?}", hello.server_name),
                Seen::NoTls(reason) => format!("no TLS: {reason}"),
                Seen::Greeted(door) => format!("{door:?}: HELLO"),
                Seen::Identified(door, accepted) => format!("{door:?}: IDENTIFY, accepted: {accepted}"),
                Seen::Resumed(door, known) => format!("{door:?}: RESUME, known: {known}"),
                Seen::Beat => "heartbeat".to_owned(),
                Seen::Closed(code) => format!("closed with {code:?}"),
                Seen::Vanished => "gone without a word".to_owned(),
            };
            Some(format!("  {:>8.3} s  {what}", after.as_secs_f64()))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
