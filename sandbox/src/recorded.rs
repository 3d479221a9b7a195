//! What went over the wire, kept whole for whoever judges it afterwards.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::Response;
use parking_lot::Mutex;
use serde_json::Value;

use crate::Sandbox;

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
}

fn push_bounded<T>(kept: &mut Vec<T>, one: T) {
    if kept.len() >= MOST_KEPT {
        kept.drain(..MOST_KEPT / 2);
    }
    kept.push(one);
}

impl Sandbox {
    /// Whether strange things are mixed in on purpose, as [`Options::strange`](crate::Options::strange) says.
    pub fn is_strange(&self) -> bool {
        self.read(|world| world.strange.is_some())
    }

    /// Every request with its answer, if [`Options::record_wire`](crate::Options::record_wire) is set.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.inner().recorder.exchanges.lock().clone()
    }

    /// Every event the world had for bots, if [`Options::record_wire`](crate::Options::record_wire) is set.
    pub fn dispatches(&self) -> Vec<Dispatch> {
        self.inner().recorder.dispatches.lock().clone()
    }
}

/// Keeps a request and its answer on their way through.
pub(crate) async fn keep_exchange(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    if !sandbox.inner().recorder.on {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // Too much for memory it cannot be: the bot sits on the same machine, and its route refuses what is too large.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let again = Request::from_parts(parts.clone(), bytes.clone().into());
    let sent = crate::rest::read_body(again).await.unwrap_or(Value::Null);
    let path = parts.uri.path();
    let mut exchange = Exchange {
        method: parts.method.to_string(),
        path: path.strip_prefix("/api/v10").unwrap_or(path).to_owned(),
        query: crate::rest::query_of(parts.uri.query().unwrap_or("")),
        request: sent,
        status: 0,
        answer: None,
        ordered: false,
    };
    let response = next.run(Request::from_parts(parts, bytes.into())).await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    exchange.status = parts.status.as_u16();
    let kind = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let page = kind.is_some_and(|kind| kind.starts_with("text/html"));
    exchange.ordered = page || parts.extensions.get::<Ordered>().is_some();
    exchange.answer = kind
        .filter(|kind| kind.starts_with("application/json"))
        .and_then(|_| serde_json::from_slice(&bytes).ok());
    push_bounded(&mut sandbox.inner().recorder.exchanges.lock(), exchange);
    Response::from_parts(parts, bytes.into())
}
