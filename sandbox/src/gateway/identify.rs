//! How a session begins: IDENTIFY with READY, and RESUME.

use std::time::Instant;

use serde_json::{Value, json};

use super::connection::{Connection, take_one};
use super::sessions::{Resumed, Sessions};
use super::{Frame, Start};
use crate::world::{Change, Strange, UNKNOWN_EVENTS, World, intents};

impl Connection {
    /// IDENTIFY: a new session, unless something is wrong with it or it comes too soon.
    pub(super) fn identify(&mut self, data: &Value) {
        if !self.has_token(data) {
            return self.close(4004, "Authentication failed.");
        }
        if !data["properties"].is_object() {
            return self.fault(4002, "IDENTIFY has no properties");
        }
        let wanted = match self.check_intents(data) {
            Ok(wanted) => wanted,
            Err((code, why)) => return self.fault(code, why),
        };
        let Some(shard) = read_shard(&data["shard"]) else {
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
                self.start_session(wanted, shard, &data["shard"]);
            }
            Start::TooSoon => self.say_invalid(),
            Start::Spent => self.fault(
                4004,
                "IDENTIFY after session_start_limit was used up: the token is reset",
            ),
        }
    }

    /// The intents of an IDENTIFY, or the close code they are worth.
    fn check_intents(&self, data: &Value) -> Result<u64, (u16, &'static str)> {
        let wanted = data["intents"].as_u64();
        let wanted = wanted.filter(|wanted| wanted & !intents::ALL == 0);
        let wanted = wanted.ok_or((4013, "Invalid intent(s)."))?;
        let privileged = intents::GUILD_MEMBERS | intents::GUILD_PRESENCES | intents::MESSAGE_CONTENT;
        if wanted & privileged != 0 && !self.sandbox.read(|world| world.privileged) {
            return Err((4014, "Disallowed intent(s)."));
        }
        Ok(wanted)
    }

    /// READY, with the shard if IDENTIFY named one, and the servers for those who want to know of them.
    fn start_session(&self, wanted: u64, shard: (u64, u64), told: &Value) {
        let inner = self.sandbox.inner();
        inner.change(|world| {
            let guilds = guilds_of_shard(world, shard);
            let mut sessions = inner.gateway.sessions.lock();
            let session = sessions.start(wanted, shard, &self.format, (self.id, self.to.clone()));
            let resume_url = inner.gateway.addresses.resume_url();
            let mut ready = make_ready(world, &session, &resume_url, &guilds);
            if !told.is_null() {
                ready["shard"] = told.clone();
            }
            let strange = world.strange.is_some();
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
                guilds
                    .iter()
                    .for_each(|guild| self.send_guild(world, &mut sessions, &session, *guild));
            }
            drop(sessions);
            world.changed(Change::Connection);
        });
    }

    /// `GUILD_CREATE`; where everything is strange, the server is out for a moment first.
    fn send_guild(&self, world: &World, sessions: &mut Sessions, session: &str, guild: u64) {
        let mut object = world.guild_create_json(guild);
        if world.strange.is_some() {
            let outage = json!({ "id": guild.to_string(), "unavailable": true });
            sessions.send_to(session, "GUILD_CREATE", &outage);
            object["presences"] = Strange::huge_presences();
        }
        self.sandbox
            .inner()
            .recorder
            .keep_dispatch("GUILD_CREATE", &object);
        sessions.send_to(session, "GUILD_CREATE", &object);
    }

    /// RESUME: what was missed is sent again, or the session is gone.
    pub(super) fn resume(&mut self, data: &Value) {
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

    /// Payloads outside of the session: an opcode nobody knows, a wish for a heartbeat, a ping.
    fn say_strange_things(&self) {
        self.say(&json!({ "op": 99, "s": null, "t": null, "d": { "something": ["new"] } }));
        self.say(&json!({ "op": 1, "s": null, "t": null, "d": null }));
        let _ = self.to.send(Frame::Ping);
    }

    fn say_invalid(&self) {
        self.say(&json!({ "op": 9, "d": false, "s": null, "t": null }));
    }

    fn has_token(&self, data: &Value) -> bool {
        let token = data["token"].as_str().unwrap_or("");
        token.strip_prefix("Bot ").unwrap_or(token) == self.sandbox.inner().token
    }
}

/// Number and count of a shard; without one there is only one.
fn read_shard(shard: &Value) -> Option<(u64, u64)> {
    if shard.is_null() {
        return Some((0, 1));
    }
    let numbers = shard[0].as_u64().zip(shard[1].as_u64());
    numbers.filter(|(id, count)| id < count)
}

/// The servers the bot is in that a shard has.
fn guilds_of_shard(world: &World, shard: (u64, u64)) -> Vec<u64> {
    let here = |guild: &&u64| (**guild >> 22) % shard.1 == shard.0;
    let joined = world
        .guilds
        .values()
        .filter(|guild| guild.members.contains_key(&world.application))
        .map(|guild| &guild.id);
    joined.filter(here).copied().collect()
}

fn make_ready(world: &World, session: &str, resume_url: &str, guilds: &[u64]) -> Value {
    let bot = world.application;
    let listed: Vec<_> = guilds
        .iter()
        .map(|id| json!({ "id": id.to_string(), "unavailable": true }))
        .collect();
    json!({
        "v": 10, "user": world.own_user_json(), "user_settings": {}, "session_type": "normal", "session_id": session,
        "resume_gateway_url": resume_url, "relationships": [], "private_channels": [],
        "presences": [], "guilds": listed, "guild_join_requests": [], "geo_ordered_rtc_regions": [],
        "auth": {}, "application": { "id": bot.to_string(), "flags": 0 },
    })
}
