//! What went over the wire, kept whole for whoever judges it afterwards.

use parking_lot::Mutex;
use serde_json::Value;

/// Exchanges, and dispatches, that are kept; after that the older half is forgotten.
const MOST_KEPT: usize = 20_000;

/// A request and its answer, as both went over the wire.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// HTTP method.
    pub method: String,
    /// Path without `/api/v10`, without query.
    pub path: String,
    /// Names and values of the query, as they were sent.
    pub query: Vec<(String, String)>,
    /// JSON body, or null; of a multipart request its `payload_json`.
    pub request: Value,
    /// Status of the answer.
    pub status: u16,
    /// The answer's body, if it is JSON.
    pub answer: Option<Value>,
    /// Whether a test ordered this answer by a fault, or it is a page of Cloudflare's: not the API's.
    pub ordered: bool,
}

/// An event of the gateway.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// What Discord calls it, such as `MESSAGE_CREATE`.
    pub name: String,
    /// Its data.
    pub data: Value,
}

/// Marks an answer that a test ordered by a fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ordered;

/// Keeps what went over the wire, if it was asked to.
#[derive(Default)]
pub(crate) struct Recorder {
    on: bool,
    exchanges: Mutex<Vec<Exchange>>,
    dispatches: Mutex<Vec<Dispatch>>,
}

impl Recorder {
    /// Keeps nothing unless it is on.
    pub(crate) fn new(on: bool) -> Self {
        Self {
            on,
            ..Self::default()
        }
    }

    /// Keeps an event as the world says it, before a test changes or a fault drops it.
    pub(crate) fn keep_dispatch(&self, name: &str, data: &Value) {
        if self.on {
            let mut data = data.clone();
            // A note from the world to the gateway, which no bot is sent.
            data.as_object_mut().map(|data| data.remove("_private"));
            let name = name.to_owned();
            push_bounded(&mut self.dispatches.lock(), Dispatch { name, data });
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// Keeps a request with its answer.
    pub(crate) fn keep_exchange(&self, exchange: Exchange) {
        push_bounded(&mut self.exchanges.lock(), exchange);
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().clone()
    }

    pub(crate) fn dispatches(&self) -> Vec<Dispatch> {
        self.dispatches.lock().clone()
    }
}

fn push_bounded<T>(kept: &mut Vec<T>, one: T) {
    if kept.len() >= MOST_KEPT {
        kept.drain(..MOST_KEPT / 2);
    }
    kept.push(one);
}
