//! Threads, and the removal of channels and of the bot.

use chrono::Duration;
use serde_json::{Map, Value, json};

use super::seed::plain_channel;
use super::{
    ANNOUNCEMENT_CHANNEL, ANNOUNCEMENT_THREAD, Change, Channel, PRIVATE_THREAD, PUBLIC_THREAD, TEXT_CHANNEL,
    World, intents,
};
use crate::check::Check;
use crate::clock::time_of;
use crate::permissions::{
    CREATE_PRIVATE_THREADS, CREATE_PUBLIC_THREADS, MANAGE_THREADS, SEND_MESSAGES, SEND_MESSAGES_IN_THREADS,
};
use crate::refusal::Refusal;

impl World {
    /// The bot starts a thread, from a message or by itself.
    pub(crate) fn start_thread(
        &mut self,
        channel: u64,
        message: Option<u64>,
        body: &Value,
    ) -> Result<u64, Refusal> {
        self.bot_channel(channel)?;
        let (name, auto_archive, kind) = thread_body(body, message.is_some())?;
        let (guild, kind) = self.thread_kind(channel, message.is_some(), kind)?;
        let needed = if kind == PRIVATE_THREAD {
            CREATE_PRIVATE_THREADS
        } else {
            CREATE_PUBLIC_THREADS
        };
        self.bot_needs(channel, needed)?;
        let id = match message {
            Some(id) => self.free_for_thread(channel, id)?,
            None => self.next_id(),
        };
        let thread = Channel {
            guild: Some(guild),
            parent: Some(channel),
            owner: Some(self.application),
            auto_archive,
            members: std::iter::once((self.application, self.now())).collect(),
            ..plain_channel(id, kind, &name)
        };
        self.channels.insert(id, thread);
        let mut data = self.channel_json(id);
        data["newly_created"] = json!(true);
        self.dispatch("THREAD_CREATE", data, intents::GUILDS);
        self.changed(Change::Layout);
        if let Some(id) = message {
            self.changed(Change::Message {
                channel: channel.to_string(),
                id: id.to_string(),
            });
        }
        Ok(id)
    }

    /// The server of a thread that is to be, and of which type it is. One from a message is of its channel's kind,
    /// whatever the request says.
    fn thread_kind(&self, channel: u64, from_message: bool, wanted: u8) -> Result<(u64, u8), Refusal> {
        let parent = &self.channels[&channel];
        let kind = match (parent.kind, from_message, wanted) {
            (TEXT_CHANNEL, true, _) => Some(PUBLIC_THREAD),
            (ANNOUNCEMENT_CHANNEL, true, _) => Some(ANNOUNCEMENT_THREAD),
            (TEXT_CHANNEL, false, PUBLIC_THREAD | PRIVATE_THREAD)
            | (ANNOUNCEMENT_CHANNEL, false, ANNOUNCEMENT_THREAD) => Some(wanted),
            _ => None,
        };
        let refused = || Refusal::mistake(400, 50024, "Cannot execute action on this channel type");
        parent.guild.zip(kind).ok_or_else(refused)
    }

    /// The id of a thread started from a message is the message's, so there is one at most.
    fn free_for_thread(&self, channel: u64, message: u64) -> Result<u64, Refusal> {
        self.public_message(channel, message)?;
        if self.channels.contains_key(&message) {
            return Err(Refusal::life(
                400,
                160_004,
                "A thread has already been created for this message",
            ));
        }
        Ok(message)
    }

    /// Writing brings an archived thread back, unless it is locked.
    pub(crate) fn unarchive(&mut self, channel: u64) -> Result<(), Refusal> {
        self.unlocked(channel)?;
        if self.channels.get(&channel).is_some_and(|thread| thread.archived) {
            self.stir(channel);
            self.announce_channel(channel);
        }
        Ok(())
    }

    /// Refuses what can be done in active threads only, and in locked ones by moderators only.
    pub(crate) fn active_thread(&self, channel: u64) -> Result<(), Refusal> {
        if self.channels.get(&channel).is_some_and(|thread| thread.archived) {
            return Err(Refusal::life(
                400,
                50083,
                "Tried to perform an operation on an archived thread",
            ));
        }
        self.unlocked(channel)
    }

    fn unlocked(&self, channel: u64) -> Result<(), Refusal> {
        let locked = self.channels.get(&channel).is_some_and(|channel| channel.locked);
        if locked && self.bot_needs(channel, MANAGE_THREADS).is_err() {
            return Err(Refusal::life(400, 160_005, "Thread is locked"));
        }
        Ok(())
    }

    /// A thread is in use again.
    fn stir(&mut self, channel: u64) {
        let now = self.now();
        self.channels.entry(channel).and_modify(|thread| {
            thread.archived = false;
            thread.stirred = Some(now);
        });
    }

    /// Puts away the threads that nobody used for as long as they stay.
    pub(crate) fn archive_old_threads(&mut self) {
        let now = self.now();
        let old = |thread: &&Channel| {
            let made = time_of(thread.id);
            let written = thread.last_message.map_or(made, time_of);
            let used = made.max(written).max(thread.stirred.unwrap_or(made));
            thread.is_thread() && !thread.archived && now - used >= Duration::minutes(thread.auto_archive)
        };
        let old: Vec<u64> = self
            .channels
            .values()
            .filter(old)
            .map(|thread| thread.id)
            .collect();
        for id in old {
            self.channels
                .entry(id)
                .and_modify(|thread| thread.archived = true);
            self.announce_channel(id);
        }
    }

    /// Somebody who may do everything puts a thread away or brings it back, and locks it or not.
    pub(crate) fn moderate_thread(&mut self, channel: u64, archived: bool, locked: bool) {
        self.stir(channel);
        self.channels.entry(channel).and_modify(|thread| {
            thread.archived = archived;
            thread.locked = locked;
        });
        self.announce_channel(channel);
    }

    /// The bot renames, archives or locks a thread.
    pub(crate) fn bot_changes_channel(&mut self, channel: u64, body: &Value) -> Result<(), Refusal> {
        self.bot_channel(channel)?;
        let mut check = Check::default();
        let known = &[
            "name",
            "archived",
            "locked",
            "auto_archive_duration",
            "rate_limit_per_user",
            "invitable",
        ];
        let map = check.object("", body, known);
        let changed = map.map(|map| {
            let name = check.text("", map, "name", 1..=100).map(str::to_owned);
            let archived = check.boolean("", map, "archived");
            let locked = check.boolean("", map, "locked");
            (name, archived, locked, archive_after(&mut check, map))
        });
        let Some((name, archived, locked, auto_archive)) = check.finish(changed)? else {
            return Ok(());
        };
        self.may_change(channel, body)?;
        if archived == Some(false) || auto_archive.is_some() {
            self.stir(channel);
        }
        self.channels.entry(channel).and_modify(|thread| {
            thread.name = name.unwrap_or_else(|| thread.name.clone());
            thread.archived = archived.unwrap_or(thread.archived);
            thread.locked = locked.unwrap_or(thread.locked);
            thread.auto_archive = auto_archive.unwrap_or(thread.auto_archive);
        });
        self.announce_channel(channel);
        Ok(())
    }

    /// Who may change what. The documents differ on locked threads: the stricter reading is that only moderators may do
    /// anything. To bring an unlocked one back, writing is enough, whoever made it.
    fn may_change(&self, channel: u64, body: &Value) -> Result<(), Refusal> {
        let thread = &self.channels[&channel];
        if !thread.is_thread() {
            return self.bot_needs(channel, crate::permissions::MANAGE_CHANNELS);
        }
        let changes = |key: &str| body.get(key).is_some_and(|value| !value.is_null());
        let brings_back = body["archived"] == false;
        if thread.locked || changes("locked") || changes("rate_limit_per_user") {
            self.bot_needs(channel, MANAGE_THREADS)?;
        } else if brings_back && !changes("name") && !changes("auto_archive_duration") {
            self.bot_needs(channel, SEND_MESSAGES | SEND_MESSAGES_IN_THREADS)?;
        } else if thread.owner != Some(self.application) {
            self.bot_needs(channel, MANAGE_THREADS)?;
        }
        if brings_back {
            Ok(())
        } else {
            self.active_thread(channel)
        }
    }

    /// Tells everybody that a channel or thread is changed.
    fn announce_channel(&mut self, channel: u64) {
        let name = if self.channels.get(&channel).is_some_and(Channel::is_thread) {
            "THREAD_UPDATE"
        } else {
            "CHANNEL_UPDATE"
        };
        let data = self.channel_json(channel);
        self.dispatch(name, data, intents::GUILDS);
        self.changed(Change::Layout);
    }

    /// A channel vanishes with everything in it, its threads too.
    pub(crate) fn delete_channel(&mut self, channel: u64) {
        let threads: Vec<u64> = self
            .channels
            .values()
            .filter(|thread| thread.parent == Some(channel))
            .map(|thread| thread.id)
            .collect();
        threads.into_iter().for_each(|thread| self.delete_channel(thread));
        let data = self.channel_json(channel);
        let Some(gone) = self.channels.remove(&channel) else {
            return;
        };
        self.messages.retain(|_, message| message.channel != channel);
        self.message_counts.remove(&channel);
        let name = if gone.is_thread() {
            "THREAD_DELETE"
        } else {
            "CHANNEL_DELETE"
        };
        self.dispatch(name, data, intents::GUILDS);
        self.changed(Change::Layout);
    }
}

/// Name, minutes until it is put away, and type. Without a message the default is a private thread.
fn thread_body(body: &Value, from_message: bool) -> Result<(String, i64, u8), Refusal> {
    // A library may say the type although the message decides it.
    let mut known = vec!["name", "auto_archive_duration", "rate_limit_per_user", "type"];
    if !from_message {
        known.push("invitable");
    }
    let mut check = Check::default();
    let default = if from_message {
        PUBLIC_THREAD
    } else {
        PRIVATE_THREAD
    };
    let mut made = (String::new(), 4320, default);
    if let Some(map) = check.object("", body, &known) {
        let name = check.required_text("", map, "name", 1..=100).unwrap_or("");
        made.0 = name.trim().to_owned();
        made.1 = archive_after(&mut check, map).unwrap_or(4320);
        check.integer("", map, "rate_limit_per_user", 0..=21600);
        let kind = check.integer("", map, "type", 10..=12);
        let kind = kind.filter(|_| !from_message);
        made.2 = kind.and_then(|kind| u8::try_from(kind).ok()).unwrap_or(default);
    }
    check.finish(made)
}

fn archive_after(check: &mut Check, map: &Map<String, Value>) -> Option<i64> {
    let minutes = check.integer("", map, "auto_archive_duration", 0..=10080);
    if minutes.is_some_and(|minutes| ![60, 1440, 4320, 10080].contains(&minutes)) {
        let message = "Value must be one of (60, 1440, 4320, 10080).";
        check.problem("auto_archive_duration", "BASE_TYPE_CHOICES", message);
    }
    minutes
}
