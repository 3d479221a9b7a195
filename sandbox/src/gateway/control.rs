//! What a test does to the gateway.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Door, Frame};
use crate::Sandbox;
use crate::world::Change;

/// Close codes after which a session cannot be resumed. 4003 may end it or not; this gateway keeps it.
const ENDING: [u16; 8] = [4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014];

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
        let resumable = !ENDING.contains(&code);
        self.broadcast(|| Frame::Close(Some((code, "closed by the test"))), resumable);
    }

    /// Closes all connections with a close frame that has no code. They can be resumed.
    pub fn close_without_code(&self) {
        self.broadcast(|| Frame::Close(None), true);
    }

    /// Cuts all connections without a close frame. They can be resumed.
    pub fn cut(&self) {
        self.broadcast(|| Frame::Cut, true);
    }

    /// Asks the bot to reconnect and resume (op 7).
    pub fn ask_to_reconnect(&self) {
        self.send_payload(r#"{"op":7,"d":null,"s":null,"t":null}"#);
    }

    /// Sends op 7 in place of HELLO on the next `count` connections.
    pub fn ask_to_reconnect_before_hello(&self, count: usize) {
        self.sandbox
            .inner()
            .gateway
            .hellos_refused
            .store(count, Ordering::Relaxed);
    }

    /// Tells the bot that its session is invalid (op 9).
    pub fn invalidate(&self, resumable: bool) {
        let text = format!(r#"{{"op":9,"d":{resumable},"s":null,"t":null}}"#);
        self.broadcast(|| Frame::text(&text), resumable);
    }

    /// Answers the next `count` IDENTIFYs with op 9, `d: false`. They are used up all the same.
    pub fn refuse_identifies(&self, count: usize) {
        self.sandbox
            .inner()
            .gateway
            .identifies_refused
            .store(count, Ordering::Relaxed);
    }

    /// Asks for a heartbeat now (op 1).
    pub fn ask_for_heartbeat(&self) {
        self.send_payload(r#"{"op":1,"d":null,"s":null,"t":null}"#);
    }

    /// Sends a WebSocket ping.
    pub fn ping(&self) {
        self.broadcast(|| Frame::Ping, true);
    }

    /// Sends a text to every connection exactly as given: an unknown opcode, or no JSON at all. It has no place in the
    /// session's sequence.
    pub fn send_payload(&self, text: &str) {
        self.broadcast(|| Frame::text(text), true);
    }

    /// Sends any event to every session, also one that nobody knows.
    pub fn dispatch(&self, name: &str, data: Value) {
        self.sandbox
            .inner()
            .gateway
            .sessions
            .lock()
            .dispatch(name, data, 0);
    }

    /// Whether heartbeats are acknowledged from now on.
    pub fn acknowledge_heartbeats(&self, yes: bool) {
        self.sandbox.inner().gateway.silent.store(!yes, Ordering::Relaxed);
    }

    /// Whether new connections are accepted from now on; otherwise they get status 503.
    pub fn accept_connections(&self, yes: bool) {
        self.sandbox.inner().gateway.closed.store(!yes, Ordering::Relaxed);
    }

    /// Whether every message is sent in fragments from now on, with a ping between them.
    pub fn cut_into_fragments(&self, yes: bool) {
        let every = u64::from(yes);
        self.sandbox
            .inner()
            .gateway
            .cut_every
            .store(every, Ordering::Relaxed);
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

    /// How many heartbeats came since the start.
    pub fn heartbeats(&self) -> usize {
        self.sandbox.inner().gateway.heartbeats.load(Ordering::Relaxed)
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

    /// Forgets the sessions without a connection: whoever was killed does not come back to resume them, and Discord
    /// gives them up after some time. Until then everything is kept for them.
    pub fn forget_lost_sessions(&self) {
        self.sandbox.inner().gateway.sessions.lock().forget_lost();
    }

    fn broadcast(&self, frame: impl Fn() -> Frame, resumable: bool) {
        let inner = self.sandbox.inner();
        inner.gateway.sessions.lock().broadcast(frame, resumable);
        inner.changed(Change::Connection);
    }
}
