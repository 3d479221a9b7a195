//! The gateway: HELLO, IDENTIFY, READY, heartbeats, dispatches, RESUME with replay, and everything a test may do to it.
//!
//! Payloads are JSON, compressed as the bot asks; `etf` is not spoken.

mod addresses;
mod compression;
mod connection;
mod control;
mod fragments;
mod identify;
mod members;
mod pace;
mod serve;
mod sessions;
mod starts;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde_json::{Value, json};

pub(crate) use addresses::Addresses;
pub use addresses::Door;
pub use control::GatewayControl;
pub(crate) use serve::serve_gateway;
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
    pub(crate) fn new(addresses: Addresses, identify_interval: Duration, strange: bool) -> Self {
        Self {
            sessions: Mutex::default(),
            addresses,
            starts: Starts::new(identify_interval, Instant::now()).into(),
            silent: AtomicBool::default(),
            closed: AtomicBool::default(),
            hellos_refused: AtomicUsize::default(),
            identifies_refused: AtomicUsize::default(),
            heartbeats: AtomicUsize::default(),
            cut_every: AtomicU64::new(if strange { STRANGE_CUTS } else { 0 }),
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
