//! The gateway: HELLO, IDENTIFY, READY, heartbeats, dispatches, RESUME with replay, and everything a test may do to it.
//!
//! Payloads are JSON texts, never compressed.

mod addresses;
mod connection;
mod sessions;
mod starts;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::Sandbox;
use crate::world::Change;
pub use addresses::Door;
pub(crate) use addresses::{Addresses, serve};
pub(crate) use sessions::{Frame, Sessions};
pub(crate) use starts::{Start, Starts};

/// Everything the gateway remembers.
pub(crate) struct Gateway {
    pub(crate) sessions: Mutex<Sessions>,
    pub(crate) addresses: Addresses,
    pub(crate) starts: Mutex<Starts>,
    silent: AtomicBool,
    closed: AtomicBool,
}

impl Gateway {
    /// A gateway at these addresses; IDENTIFYs have to be `identify_interval` apart.
    pub(crate) fn new(addresses: Addresses, identify_interval: Duration) -> Self {
        Self {
            sessions: Mutex::default(),
            addresses,
            starts: Starts::new(identify_interval, Instant::now()).into(),
            silent: AtomicBool::default(),
            closed: AtomicBool::default(),
        }
    }

    /// What `GET /gateway/bot` answers.
    pub(crate) fn json(&self) -> Value {
        let limit = self.starts.lock().json(Instant::now());
        json!({ "url": self.addresses.url(), "shards": 1, "session_start_limit": limit })
    }
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

    /// What `GET /gateway` names: `ws://127.0.0.1:PORT`, without a path.
    pub fn url(&self) -> String {
        self.sandbox.inner().gateway.addresses.url()
    }

    /// What READY names as `resume_gateway_url`: the same on another port.
    pub fn resume_url(&self) -> String {
        self.sandbox.inner().gateway.addresses.resume_url()
    }

    /// The address each RESUME came to since the start, also of those that were refused.
    pub fn resumed_at(&self) -> Vec<String> {
        let ports = self.sandbox.inner().gateway.sessions.lock().resumed_at.clone();
        ports
            .iter()
            .map(|port| format!("ws://127.0.0.1:{port}"))
            .collect()
    }

    /// How the address for resuming behaves from now on. Connections that are open stay so.
    pub fn set_resume_address(&self, door: Door) {
        self.sandbox.inner().gateway.addresses.door.send_replace(door);
    }

    /// How many IDENTIFYs are left, and when there are 1000 again.
    pub fn set_session_starts(&self, remaining: u32, reset_after: Duration) {
        let mut starts = self.sandbox.inner().gateway.starts.lock();
        starts.set(remaining, reset_after, Instant::now());
    }

    /// Lets the next IDENTIFY come at any time after the one before, which Discord would not.
    pub fn forget_last_identify(&self) {
        self.sandbox.inner().gateway.starts.lock().forget_last();
    }

    fn broadcast(&self, frame: impl Fn() -> Frame, resumable: bool) {
        let inner = self.sandbox.inner();
        inner.gateway.sessions.lock().broadcast(frame, resumable);
        inner.changed(Change::Connection);
    }
}

/// `GET /` at one of the gateway's ports, upgraded to a web socket.
async fn open(
    State((sandbox, port)): State<(Sandbox, u16)>,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let gateway = &sandbox.inner().gateway;
    if port == gateway.addresses.resume {
        let mut door = gateway.addresses.door.subscribe();
        let _ = door.wait_for(|door| *door != Door::Silent).await;
        if *door.borrow() == Door::Refusing {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    if gateway.closed.load(Ordering::Relaxed) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match upgrade {
        Ok(upgrade) => {
            let query = query.unwrap_or_default();
            upgrade.on_upgrade(move |socket| connection::run(sandbox, socket, port, query))
        }
        Err(rejection) => rejection.into_response(),
    }
}
