//! One web socket connection of a bot.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep_until, timeout};

use super::compression::Compression;
use super::pace::Pace;
use super::sessions::Resumed;
use super::{Frame, Start, take_one};
use crate::Sandbox;
use crate::world::{Change, Strange, UNKNOWN_EVENTS, intents};

/// Largest payload a bot may send.
const MOST_BYTES: usize = 4096;

/// How long a bot may take to answer a close frame.
const GOODBYE: Duration = Duration::from_secs(1);

static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

struct Connection {
    sandbox: Sandbox,
    id: u64,
    /// Where the bot connected to.
    port: u16,
    /// Version and encoding.
    format: String,
    pace: Pace,
    to: UnboundedSender<Frame>,
    identified: bool,
    compression: Compression,
}

/// Speaks with one bot until either side ends it.
pub(crate) async fn run(sandbox: Sandbox, mut socket: WebSocket, port: u16, query: String) {
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

    fn say(&self, payload: &Value) {
        let _ = self.to.send(Frame::text(&payload.to_string()));
    }

    fn close(&self, code: u16, reason: &'static str) {
        let _ = self.to.send(Frame::Close(Some((code, reason))));
    }

    /// Closes because the bot made a mistake, which a test has to learn of.
    fn fault(&self, code: u16, reason: &'static str) {
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

    /// Payloads outside of the session: an opcode nobody knows, a wish for a heartbeat, a ping.
    fn say_strange_things(&self) {
        self.say(&json!({ "op": 99, "s": null, "t": null, "d": { "something": ["new"] } }));
        self.say(&json!({ "op": 1, "s": null, "t": null, "d": null }));
        let _ = self.to.send(Frame::Ping);
    }

    fn say_invalid(&self) {
        self.say(&json!({ "op": 9, "d": false, "s": null, "t": null }));
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

    fn has_token(&self, data: &Value) -> bool {
        let token = data["token"].as_str().unwrap_or("");
        token.strip_prefix("Bot ").unwrap_or(token) == self.sandbox.inner().token
    }

    fn identify(&mut self, data: &Value) {
        if !self.has_token(data) {
            return self.close(4004, "Authentication failed.");
        }
        if !data["properties"].is_object() {
            return self.fault(4002, "IDENTIFY has no properties");
        }
        let Some(wanted) = data["intents"]
            .as_u64()
            .filter(|wanted| wanted & !intents::ALL == 0)
        else {
            return self.fault(4013, "Invalid intent(s).");
        };
        let privileged = intents::GUILD_MEMBERS | intents::GUILD_PRESENCES | intents::MESSAGE_CONTENT;
        if wanted & privileged != 0 && !self.sandbox.read(|world| world.privileged) {
            return self.fault(4014, "Disallowed intent(s).");
        }
        let shard = match &data["shard"] {
            Value::Null => Some((0, 1)),
            shard => shard[0]
                .as_u64()
                .zip(shard[1].as_u64())
                .filter(|(id, count)| id < count),
        };
        let Some(shard) = shard else {
            return self.fault(4010, "Invalid shard");
        };
        let gateway = &self.sandbox.inner().gateway;
        let start = gateway.starts.lock().take(Instant::now());
        match start {
            Start::Granted if take_one(&gateway.identifies_refused) => self.say_invalid(),
            Start::Granted => {
                self.identified = true;
                if data["compress"] == true {
                    self.compression.compress_payloads();
                }
                self.ready(wanted, shard, &data["shard"]);
            }
            Start::TooSoon => self.say_invalid(),
            Start::Spent => self.fault(
                4004,
                "IDENTIFY after session_start_limit was used up: the token is reset",
            ),
        }
    }

    /// READY, with the shard if IDENTIFY named one, and the servers for those who want to know of them.
    fn ready(&self, wanted: u64, shard: (u64, u64), told: &Value) {
        let inner = self.sandbox.inner();
        inner.change(|world| {
            let here = |guild: &&u64| (**guild >> 22) % shard.1 == shard.0;
            let bot = world.application;
            let joined = world
                .guilds
                .values()
                .filter(|guild| guild.members.contains_key(&bot))
                .map(|guild| &guild.id);
            let guilds: Vec<u64> = joined.filter(here).copied().collect();
            let mut sessions = inner.gateway.sessions.lock();
            let session = sessions.start(wanted, shard, &self.format, (self.id, self.to.clone()));
            let listed: Vec<_> = guilds
                .iter()
                .map(|id| json!({ "id": id.to_string(), "unavailable": true }))
                .collect();
            let strange = world.strange.is_some();
            let mut ready = json!({
                "v": 10, "user": world.own_user_json(), "user_settings": {}, "session_type": "normal", "session_id": session,
                "resume_gateway_url": inner.gateway.addresses.resume_url(), "relationships": [], "private_channels": [],
                "presences": [], "guilds": listed, "guild_join_requests": [], "geo_ordered_rtc_regions": [],
                "auth": {}, "application": { "id": bot.to_string(), "flags": 0 },
            });
            if !told.is_null() {
                ready["shard"] = told.clone();
            }
            if strange {
                Strange::dress_ready(&mut ready);
            }
            inner.recorder.keep_dispatch("READY", &ready);
            sessions.send_to(&session, "READY", &ready);
            if strange {
                self.say_strange_things();
                for name in UNKNOWN_EVENTS {
                    sessions.send_to(&session, name, &json!([{ "type": 99 }, null]));
                }
            }
            if wanted & intents::GUILDS != 0 {
                for guild in guilds {
                    let mut object = world.guild_create_json(guild);
                    if strange {
                        let outage = json!({ "id": guild.to_string(), "unavailable": true });
                        sessions.send_to(&session, "GUILD_CREATE", &outage);
                        object["presences"] = Strange::huge_presences();
                    }
                    inner.recorder.keep_dispatch("GUILD_CREATE", &object);
                    sessions.send_to(&session, "GUILD_CREATE", &object);
                }
            }
            drop(sessions);
            world.changed(Change::Connection);
        });
    }

    fn resume(&mut self, data: &Value) {
        if !self.has_token(data) {
            return self.close(4004, "Authentication failed.");
        }
        let inner = self.sandbox.inner();
        let session = data["session_id"].as_str().unwrap_or("");
        let seq = data["seq"].as_u64().unwrap_or(0);
        let mut sessions = inner.gateway.sessions.lock();
        sessions.resumed_at.push(self.port);
        let resumed = sessions.resume(session, seq, &self.format, (self.id, self.to.clone()));
        drop(sessions);
        self.identified = resumed == Resumed::Yes;
        match resumed {
            Resumed::Yes => {}
            Resumed::Gone => self.say_invalid(),
            Resumed::WrongSeq => self.fault(4007, "Invalid seq"),
            Resumed::OtherFormat => self.fault(4002, "RESUME with another version or encoding than IDENTIFY"),
        }
        inner.changed(Change::Connection);
    }
}
