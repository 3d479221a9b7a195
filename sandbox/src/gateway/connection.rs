//! One web socket connection of a bot.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep_until, timeout};

use super::Frame;
use super::compression::Compression;
use super::pace::Pace;
use crate::Sandbox;
use crate::world::Change;

/// Largest payload a bot may send.
const MOST_BYTES: usize = 4096;

/// How long a bot may take to answer a close frame.
const GOODBYE: Duration = Duration::from_secs(1);

static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

pub(super) struct Connection {
    pub(super) sandbox: Sandbox,
    pub(super) id: u64,
    /// Where the bot connected to.
    pub(super) port: u16,
    /// Version and encoding.
    pub(super) format: String,
    pace: Pace,
    pub(super) to: UnboundedSender<Frame>,
    pub(super) identified: bool,
    pub(super) compression: Compression,
}

/// Speaks with one bot until either side ends it.
pub(super) async fn run_connection(sandbox: Sandbox, mut socket: WebSocket, port: u16, query: String) {
    let (to, from) = unbounded_channel();
    let id = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
    let interval = sandbox.inner().heartbeat;
    let asked = |key: &str| {
        let mut parts = query.split('&').filter_map(|part| part.split_once('='));
        parts.find(|(has, _)| *has == key).map_or("", |(_, value)| value)
    };
    let (version, encoding) = (asked("v"), asked("encoding"));
    let (compression, unknown) = match Compression::of_query(&query) {
        Ok(compression) => (compression, None),
        Err(why) => (Compression::Nothing, Some(why)),
    };
    let mut connection = Connection {
        sandbox,
        id,
        port,
        format: format!("{version} {encoding}"),
        pace: Pace::new(interval, Instant::now()),
        to,
        identified: false,
        compression,
    };
    connection.greet(interval);
    // Without a version the default is meant, which is no mistake here.
    if !["", "9", "10"].contains(&version) {
        connection.close(4012, "Invalid API version");
    }
    if !["", "json"].contains(&encoding) {
        connection.fault(4002, "The sandbox speaks encoding=json only");
    }
    if let Some(why) = unknown {
        connection.fault(4002, why);
    }
    let goodbye = connection.pump(&mut socket, from).await;
    let inner = connection.sandbox.inner();
    inner.gateway.sessions.lock().disconnected(id, goodbye);
    inner.changed(Change::Connection);
}

/// Reads on until the bot has closed too: what nobody read when a connection ends takes the close frame with it.
async fn wait_for_goodbye(socket: &mut WebSocket) {
    let heard = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = timeout(GOODBYE, heard).await;
}

impl Connection {
    /// Moves frames both ways; returns whether the bot said goodbye for good.
    async fn pump(&mut self, socket: &mut WebSocket, mut from: UnboundedReceiver<Frame>) -> bool {
        loop {
            tokio::select! {
                frame = from.recv() => match frame {
                    Some(Frame::Text(text)) => if self.send_payload(socket, text).await.is_err() { return false },
                    Some(Frame::Close(why)) => {
                        let close = why.map(|(code, reason)| CloseFrame { code, reason: reason.into() });
                        let _ = socket.send(Message::Close(close)).await;
                        wait_for_goodbye(socket).await;
                        return false;
                    }
                    Some(Frame::Ping) => {
                        let ping = Message::Ping("still there?".into());
                        if socket.send(ping).await.is_err() { return false }
                    }
                    Some(Frame::Cut) | None => return false,
                },
                message = socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => {
                        if self.receive(text.as_str()).is_break() {
                            continue;
                        }
                    }
                    Some(Ok(Message::Close(close))) => {
                        return close.is_some_and(|close| close.code == 1000 || close.code == 1001);
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Binary(bytes))) => match std::str::from_utf8(&bytes) {
                        Ok(text) => if self.receive(text).is_break() { continue },
                        Err(_) => self.fault(4002, "Error while decoding payload"),
                    },
                    Some(Err(_)) | None => return false,
                },
                // The session lives on: who was too slow is "forced to resume".
                () = sleep_until(self.pace.heartbeat_due().into()) => self.close(4000, "No heartbeat in time"),
            }
        }
    }

    /// HELLO, or what a test wants in place of it.
    fn greet(&self, interval: Duration) {
        if take_one(&self.sandbox.inner().gateway.hellos_refused) {
            return self.say(&json!({ "op": 7, "s": null, "t": null, "d": null }));
        }
        let interval = interval.as_millis();
        self.say(&json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": interval } }));
    }

    /// Writes a payload, compressed as the bot asked for; an error ends the connection.
    async fn send_payload(&mut self, socket: &mut WebSocket, text: Utf8Bytes) -> Result<(), axum::Error> {
        for frame in self.compression.pack_payload(text).map_err(axum::Error::new)? {
            socket.send(frame).await?;
        }
        Ok(())
    }

    pub(super) fn say(&self, payload: &Value) {
        let _ = self.to.send(Frame::text(&payload.to_string()));
    }

    pub(super) fn close(&self, code: u16, reason: &'static str) {
        let _ = self.to.send(Frame::Close(Some((code, reason))));
    }

    /// Closes because the bot made a mistake, which a test has to learn of.
    pub(super) fn fault(&self, code: u16, reason: &'static str) {
        let sentence = format!("The gateway closed a connection with {code}: {reason}");
        self.sandbox.inner().change(|world| world.fail(sentence));
        self.close(code, reason);
    }

    fn receive(&mut self, text: &str) -> ControlFlow<()> {
        if !self.pace.allows_payload(Instant::now()) {
            self.fault(4008, "More than 120 payloads within 60 seconds");
            return ControlFlow::Break(());
        }
        if text.len() > MOST_BYTES {
            self.fault(4002, "A payload was larger than 4096 bytes");
            return ControlFlow::Break(());
        }
        let Ok(payload) = serde_json::from_str::<Value>(text) else {
            self.fault(4002, "Error while decoding payload");
            return ControlFlow::Break(());
        };
        let data = &payload["d"];
        match payload["op"].as_u64() {
            Some(1) => self.heartbeat(),
            Some(2) if self.identified => self.fault(4005, "Already authenticated"),
            Some(2) => self.identify(data),
            Some(6) => self.resume(data),
            Some(3 | 4 | 8 | 31) if !self.identified => self.fault(4003, "Not authenticated"),
            Some(3 | 4) => {}
            Some(8) => self.send_members(data),
            Some(31) => {
                let sentence = "The bot asked the gateway for sounds (op 31), which the sandbox lacks";
                self.sandbox.inner().change(|world| world.fail(sentence));
            }
            _ => self.fault(4001, "Unknown opcode"),
        }
        ControlFlow::Continue(())
    }

    fn heartbeat(&mut self) {
        self.pace.heartbeat(Instant::now());
        let gateway = &self.sandbox.inner().gateway;
        gateway.heartbeats.fetch_add(1, Ordering::Relaxed);
        self.sandbox.inner().changed(Change::Connection);
        if !self.sandbox.inner().gateway.silent.load(Ordering::Relaxed) {
            self.say(&json!({ "op": 11, "s": null, "t": null, "d": null }));
        }
    }

    /// Sends the members asked for. A request that Discord would not answer is the bot's mistake.
    fn send_members(&self, data: &Value) {
        let inner = self.sandbox.inner();
        inner.change(|world| {
            let mut sessions = inner.gateway.sessions.lock();
            let Some((session, wanted)) = sessions.of_connection(self.id) else {
                return;
            };
            match super::members::chunks_for(world, data, wanted) {
                Ok(chunks) => chunks
                    .iter()
                    .for_each(|chunk| sessions.send_to(&session, "GUILD_MEMBERS_CHUNK", chunk)),
                Err(why) => world.fail(format!(
                    "The bot asked the gateway for members (op 8) in vain: {why}"
                )),
            }
        });
    }
}

/// Takes one of a number of things that a test asked for; false when none is left.
pub(super) fn take_one(count: &AtomicUsize) -> bool {
    count
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1))
        .is_ok()
}
