//! The gateway: HELLO, IDENTIFY, READY, heartbeats, dispatches, RESUME with replay, and everything a test may do to it.
//!
//! Payloads are JSON texts, never compressed.

mod connection;
mod sessions;

use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;

use crate::Sandbox;
use crate::world::Change;
pub(crate) use sessions::{Frame, Sessions};

/// Everything the gateway remembers.
#[derive(Default)]
pub(crate) struct Gateway {
    pub(crate) sessions: Mutex<Sessions>,
    silent: AtomicBool,
    closed: AtomicBool,
}

/// A handle for what a test does to the gateway.
#[derive(Clone)]
pub struct GatewayControl {
    sandbox: Sandbox,
}

impl GatewayControl {
    pub(crate) fn new(sandbox: Sandbox) -> Self {
        Self { sandbox }
    }

    /// Closes all connections with a close code: 4000 can be resumed, 4009 cannot.
    pub fn close(&self, code: u16) {
        let resumable = ![4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014].contains(&code);
        self.broadcast(|| Frame::Close(code, "closed by the test"), resumable);
    }

    /// Cuts all connections without a close frame. They can be resumed.
    pub fn cut(&self) {
        self.broadcast(|| Frame::Cut, true);
    }

    /// Asks the bot to reconnect and resume (op 7).
    pub fn ask_to_reconnect(&self) {
        self.broadcast(|| Frame::text(r#"{"op":7,"d":null,"s":null,"t":null}"#), true);
    }

    /// Tells the bot that its session is invalid (op 9).
    pub fn invalidate(&self, resumable: bool) {
        let text = format!(r#"{{"op":9,"d":{resumable},"s":null,"t":null}}"#);
        self.broadcast(|| Frame::text(&text), resumable);
    }

    /// Whether heartbeats are acknowledged from now on.
    pub fn acknowledge_heartbeats(&self, yes: bool) {
        self.sandbox.inner().gateway.silent.store(!yes, Ordering::Relaxed);
    }

    /// Whether new connections are accepted from now on; otherwise they get status 503.
    pub fn accept_connections(&self, yes: bool) {
        self.sandbox.inner().gateway.closed.store(!yes, Ordering::Relaxed);
    }

    /// Sends the next dispatch twice.
    pub fn duplicate_next(&self) {
        self.sandbox.inner().gateway.sessions.lock().duplicate_next = true;
    }

    /// How many connections have identified or resumed and are open.
    pub fn connections(&self) -> usize {
        self.sandbox.inner().gateway.sessions.lock().live()
    }

    /// How often bots identified since the start.
    pub fn identifies(&self) -> usize {
        self.sandbox.inner().gateway.sessions.lock().identifies
    }

    /// How often bots resumed since the start.
    pub fn resumes(&self) -> usize {
        self.sandbox.inner().gateway.sessions.lock().resumes
    }

    fn broadcast(&self, frame: impl Fn() -> Frame, resumable: bool) {
        let inner = self.sandbox.inner();
        inner.gateway.sessions.lock().broadcast(frame, resumable);
        inner.changed(Change::Connection);
    }
}

/// `GET /gateway`, upgraded to a web socket.
pub(crate) async fn open(
    State(sandbox): State<Sandbox>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    if sandbox.inner().gateway.closed.load(Ordering::Relaxed) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    upgrade.on_upgrade(move |socket| connection::run(sandbox, socket, query.unwrap_or_default()))
}
