//! The running sandbox: the world, the server in front of it, and what a test may ask and do.

mod control;
mod people;
mod server;
mod wait;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration as RealDuration, Instant};

use chrono::{DateTime, Duration, Utc};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::{broadcast, mpsc, watch};

use crate::faults::Faults;
use crate::gateway::Gateway;
use crate::rest::limits::{Limiter, Limits};
use crate::webhook::Delivery;
use crate::world::{Act, Change, DEADLINE, Event, Outcome, World};

/// Requests that are remembered; after that the older half is forgotten.
const MOST_CALLS: usize = 100_000;

/// Changes an interaction on its way to the bot.
type Mangle = Box<dyn FnOnce(&mut Value) + Send>;

/// How a sandbox is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The world's time, which then stands still until it is set; without it the machine's clock runs.
    pub now: Option<DateTime<Utc>>,
    /// For how long the same nonce gives the same message.
    pub nonce_window: Duration,
    /// What the bot is called.
    pub bot_name: String,
    /// Whether the application may have privileged intents.
    pub privileged_intents: bool,
    /// What the gateway tells bots about heartbeats.
    pub heartbeat: RealDuration,
    /// Shortest time between two IDENTIFYs (`max_concurrency` 1); one that comes sooner gets op 9.
    pub identify_interval: RealDuration,
    /// The seed of what is strange but legal: large numbers, odd names, absent fields, unknown events, fragments.
    /// Without one everything is tame.
    pub strange: Option<u64>,
    /// How often the bot may ask; by default as often as Discord permits.
    pub limits: Limits,
    /// Whether recorded failures panic when the sandbox is dropped.
    pub fail_on_drop: bool,
    /// Whether every request with its answer and every event is kept, for whoever judges them afterwards.
    pub record_wire: bool,
    /// Whether every version of every public message is kept.
    pub keep_versions: bool,
}

impl Options {
    /// The default without anything strange, to look at one thing at a time.
    pub fn calm() -> Self {
        Self {
            strange: None,
            ..Self::default()
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            now: None,
            nonce_window: Duration::minutes(3),
            bot_name: "Bot".to_owned(),
            privileged_intents: false,
            heartbeat: RealDuration::from_millis(41_250),
            identify_interval: RealDuration::from_secs(5),
            strange: Some(1),
            limits: Limits::default(),
            fail_on_drop: true,
            record_wire: false,
            keep_versions: false,
        }
    }
}

/// One request a bot made.
#[derive(Clone, Debug)]
pub struct Call {
    /// HTTP method.
    pub method: String,
    /// Path without `/api/v10`, without query.
    pub path: String,
    /// JSON body, or null; of a multipart request its `payload_json`.
    pub body: Value,
    /// Status of the answer; 0 when it never arrived.
    pub status: u16,
    /// The world's time.
    pub at: DateTime<Utc>,
}

/// A running sandbox. Clones are handles to the same one; it ends when the last of those from [`Sandbox::start`] is
/// dropped, and then panics if the bot made mistakes nobody asked about.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
    _guard: Option<Arc<Guard>>,
}

/// What all handles share.
pub(crate) struct Inner {
    world: Mutex<World>,
    pub(crate) gateway: Gateway,
    pub(crate) faults: Faults,
    pub(crate) limiter: Mutex<Limiter>,
    pub(crate) delivery: Delivery,
    pub(crate) token: String,
    pub(crate) heartbeat: RealDuration,
    pub(crate) load: crate::load::Board,
    pub(crate) recorder: crate::recorded::Recorder,
    #[cfg(feature = "page")]
    pub(crate) lively: crate::lively::Switch,
    base_url: String,
    calls: Mutex<Vec<Call>>,
    mangle: Mutex<Option<Mangle>>,
    changes: broadcast::Sender<Change>,
    version: watch::Sender<u64>,
    waiters: Mutex<HashMap<u64, mpsc::UnboundedSender<Outcome>>>,
    deadlines: mpsc::UnboundedSender<(Instant, u64)>,
}

/// Ends the server with the last handle.
struct Guard {
    inner: Arc<Inner>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    fail_on_drop: bool,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
        #[cfg(feature = "page")]
        self.inner.lively.turn_off();
        self.inner
            .gateway
            .sessions
            .lock()
            .broadcast(|| crate::gateway::Frame::Cut, false);
        let failures = std::mem::take(&mut self.inner.world.lock().failures);
        if self.fail_on_drop && !std::thread::panicking() {
            assert!(failures.is_empty(), "{}", list_failures(&failures));
        }
    }
}

fn list_failures(failures: &[String]) -> String {
    format!(
        "The sandbox recorded {} failure(s):\n  {}",
        failures.len(),
        failures.join("\n  ")
    )
}

impl Inner {
    /// Reads or changes the world, and delivers what follows from it, in order.
    pub(crate) fn change<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        let mut world = self.world.lock();
        let result = act(&mut world);
        self.deliver(&mut world);
        result
    }

    /// Only reads.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.world.lock())
    }

    /// Delivers a change that is not the world's, such as a connection.
    pub(crate) fn changed(&self, change: Change) {
        let _ = self.changes.send(change);
        self.wake();
    }

    /// Lets those look again who wait for something.
    fn wake(&self) {
        self.version.send_modify(|version| *version += 1);
    }

    fn deliver(&self, world: &mut World) {
        let events = world.take_events();
        let something = !events.is_empty();
        for event in events {
            if let Event::Dispatch { name, data, .. } = &event {
                self.recorder.keep_dispatch(name, data);
            }
            match event {
                Event::Dispatch {
                    name: "INTERACTION_CREATE",
                    mut data,
                    intents,
                } => {
                    if let Some(mangle) = self.mangle.lock().take() {
                        mangle(&mut data);
                    }
                    if !self.delivery.is_on() {
                        self.gateway
                            .sessions
                            .lock()
                            .dispatch("INTERACTION_CREATE", data, intents);
                        continue;
                    }
                    self.delivery.send(data);
                }
                Event::Dispatch { name, data, intents } => {
                    self.gateway.sessions.lock().dispatch(name, data, intents)
                }
                Event::Answered { interaction, outcome } => {
                    if let Some(waiter) = self.waiters.lock().get(&interaction) {
                        let _ = waiter.send(outcome);
                    }
                }
                Event::Changed(change) => {
                    let _ = self.changes.send(change);
                }
            }
        }
        if something {
            self.wake();
        }
    }

    /// A person acts; the receiver tells what came of it.
    pub(crate) fn act(&self, act: Act) -> (u64, mpsc::UnboundedReceiver<Outcome>) {
        let (to, from) = mpsc::unbounded_channel();
        let mut world = self.world.lock();
        let now = Instant::now();
        let id = world.begin(act, now);
        self.waiters.lock().insert(id, to);
        let _ = self.deadlines.send((now + DEADLINE, id));
        self.deliver(&mut world);
        (id, from)
    }

    /// Nobody waits for this interaction any more.
    pub(crate) fn forget(&self, interaction: u64) {
        self.waiters.lock().remove(&interaction);
    }

    /// Whether there was such a request. There are many, so they are looked at where they are.
    pub(crate) fn was_called(&self, is_such: impl Fn(&Call) -> bool) -> bool {
        self.calls.lock().iter().rev().any(is_such)
    }

    /// Notes a request.
    pub(crate) fn record(&self, call: Call) {
        let mut calls = self.calls.lock();
        if calls.len() >= MOST_CALLS {
            calls.drain(..MOST_CALLS / 2);
        }
        calls.push(call);
        drop(calls);
        self.wake();
    }
}

impl Sandbox {
    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// A handle that does not keep the sandbox running.
    pub(crate) fn unguarded(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            _guard: None,
        }
    }
}
