//! Threads, and the removal of channels and of the bot.

use serde_json::{Map, Value, json};

use super::seed::plain_channel;
use super::{Change, Channel, GuildMember, PRIVATE_THREAD, PUBLIC_THREAD, World, intents};
use crate::check::Check;
use crate::permissions::{CREATE_PRIVATE_THREADS, CREATE_PUBLIC_THREADS, MANAGE_THREADS, SEND_MESSAGES};
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
        let parent = &self.channels[&channel];
        let Some(guild) = parent.guild.filter(|_| !parent.is_thread()) else {
            return Err(Refusal::mistake(
                400,
                50024,
                "Cannot execute action on this channel type",
            ));
        };
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
        let locked = self.channels.get(&channel).is_some_and(|channel| channel.locked);
        if locked && self.bot_needs(channel, MANAGE_THREADS).is_err() {
            return Err(Refusal::life(400, 160_005, "Thread is locked"));
        }
        self.channels
            .entry(channel)
            .and_modify(|channel| channel.archived = false);
        Ok(())
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
        let thread = &self.channels[&channel];
        if !thread.is_thread() {
            self.bot_needs(channel, crate::permissions::MANAGE_CHANNELS)?;
        } else if thread.owner != Some(self.application) || locked.is_some() {
            self.bot_needs(channel, MANAGE_THREADS)?;
        } else {
            self.bot_needs(channel, SEND_MESSAGES)?;
        }
        self.channels.entry(channel).and_modify(|thread| {
            thread.name = name.unwrap_or_else(|| thread.name.clone());
            thread.archived = archived.unwrap_or(thread.archived);
            thread.locked = locked.unwrap_or(thread.locked);
            thread.auto_archive = auto_archive.unwrap_or(thread.auto_archive);
        });
        let name = if self.channels[&channel].is_thread() {
            "THREAD_UPDATE"
        } else {
            "CHANNEL_UPDATE"
        };
        let data = self.channel_json(channel);
        self.dispatch(name, data, intents::GUILDS);
        self.changed(Change::Layout);
        Ok(())
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
        let name = if gone.is_thread() {
            "THREAD_DELETE"
        } else {
            "CHANNEL_DELETE"
        };
        self.dispatch(name, data, intents::GUILDS);
        self.changed(Change::Layout);
    }

    /// Somebody throws the bot out of a server.
    pub(crate) fn remove_bot(&mut self, guild: u64) {
        let bot = self.application;
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.members.remove(&bot);
        }
        self.dispatch(
            "GUILD_DELETE",
            json!({ "id": guild.to_string() }),
            intents::GUILDS,
        );
        self.changed(Change::Layout);
    }

    /// Somebody takes the bot into a server again, with the role that is its own.
    pub(crate) fn add_bot(&mut self, guild: u64) {
        let (bot, joined) = (self.application, self.now());
        if let Some(guild) = self.guilds.get_mut(&guild) {
            let own = guild.roles.values().filter(|role| role.managed);
            let roles = own.map(|role| role.id).collect();
            guild.members.insert(bot, GuildMember { roles, joined });
        }
        let data = self.guild_create_json(guild);
        self.dispatch("GUILD_CREATE", data, intents::GUILDS);
        self.changed(Change::Layout);
    }
}

/// Name, minutes until it is put away, and type. Without a message the default is a private thread.
fn thread_body(body: &Value, from_message: bool) -> Result<(String, i64, u8), Refusal> {
    let mut known = vec!["name", "auto_archive_duration", "rate_limit_per_user"];
    if !from_message {
        known.extend(["type", "invitable"]);
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
