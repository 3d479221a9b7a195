//! The gateway: HELLO, IDENTIFY, READY, heartbeats, dispatches, RESUME with replay, and everything a test may do to it.
//!
//! Payloads are JSON, compressed as the bot asks; `etf` is not spoken.

mod addresses;
mod compression;
mod connection;
mod control;
mod fragments;
mod members;
mod pace;
mod sessions;
mod starts;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::{Options, Sandbox};
pub use addresses::Door;
pub(crate) use addresses::{Addresses, serve};
pub use control::GatewayControl;
pub(crate) use sessions::{Frame, Sessions};
pub(crate) use starts::{Start, Starts};

/// Every how many messages one is cut into fragments where everything is strange.
const STRANGE_CUTS: u64 = 3;

/// Everything the gateway remembers.
pub(crate) struct Gateway {
    pub(crate) sessions: Mutex<Sessions>,
    pub(crate) addresses: Addresses,
    pub(crate) starts: Mutex<Starts>,
    silent: AtomicBool,
    closed: AtomicBool,
    /// Connections that are sent op 7 in place of HELLO.
    hellos_refused: AtomicUsize,
    /// IDENTIFYs that are answered with op 9.
    identifies_refused: AtomicUsize,
    heartbeats: AtomicUsize,
    /// Every how many messages one is cut into fragments; 0 for never.
    cut_every: AtomicU64,
    messages: AtomicU64,
}

impl Gateway {
    /// A gateway at these addresses.
    pub(crate) fn new(addresses: Addresses, options: &Options) -> Self {
        Self {
            sessions: Mutex::default(),
            addresses,
            starts: Starts::new(options.identify_interval, Instant::now()).into(),
            silent: AtomicBool::default(),
            closed: AtomicBool::default(),
            hellos_refused: AtomicUsize::default(),
            identifies_refused: AtomicUsize::default(),
            heartbeats: AtomicUsize::default(),
            cut_every: options.strange.map_or(0, |_| STRANGE_CUTS).into(),
            messages: AtomicU64::default(),
        }
    }

    /// Whether what is written next is cut into fragments.
    fn cuts_next_message(&self) -> bool {
        let number = self.messages.fetch_add(1, Ordering::Relaxed);
        match self.cut_every.load(Ordering::Relaxed) {
            0 => false,
            every => number.is_multiple_of(every),
        }
    }

    /// What `GET /gateway/bot` answers.
    pub(crate) fn json(&self) -> Value {
        let limit = self.starts.lock().json(Instant::now());
        json!({ "url": self.addresses.url(), "shards": 1, "session_start_limit": limit })
    }
}

/// Takes one of a number of things that a test asked for; false when none is left.
fn take_one(count: &AtomicUsize) -> bool {
    count
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1))
        .is_ok()
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
