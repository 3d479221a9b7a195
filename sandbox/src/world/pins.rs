//! Pinned messages, and many messages deleted at once.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{Change, Message, World, intents};
use crate::check::Check;
use crate::permissions::{MANAGE_MESSAGES, PIN_MESSAGES, READ_MESSAGE_HISTORY};
use crate::refusal::Refusal;

/// Messages that can be pinned in a channel.
const MOST_PINS: usize = 250;
/// Message type of "X pinned a message".
const PINNED_MESSAGE: u8 = 6;
/// Days after which messages cannot be deleted in bulk.
const BULK_DAYS: i64 = 14;

impl World {
    /// The bot pins a message, which the channel is told of, or takes the pin off.
    pub(crate) fn bot_pins(&mut self, channel: u64, id: u64, pinned: bool) -> Result<(), Refusal> {
        self.bot_channel(channel)?;
        self.bot_needs_in_guild(channel, PIN_MESSAGES)?;
        if self.public_message(channel, id)?.pinned.is_some() == pinned {
            return Ok(());
        }
        if pinned && self.pinned_in(channel).len() >= MOST_PINS {
            let message = "Maximum number of pins reached for the channel (250)";
            return Err(Refusal::mistake(400, 30003, message));
        }
        let now = self.now();
        self.messages
            .entry(id)
            .and_modify(|message| message.pinned = pinned.then_some(now));
        self.announce("MESSAGE_UPDATE", id);
        self.tell_pins(channel);
        if pinned {
            self.insert_pin_notice(id);
        }
        Ok(())
    }

    fn insert_pin_notice(&mut self, pinned: u64) {
        let (id, created, author) = (self.next_id(), self.now(), self.application);
        let Some(original) = self.messages.get(&pinned) else {
            return;
        };
        let notice = Message {
            created,
            kind: PINNED_MESSAGE,
            reply_to: Some(pinned),
            ..Message::empty(id, original.channel, author)
        };
        self.put_message(notice);
        self.announce("MESSAGE_CREATE", id);
    }

    fn tell_pins(&mut self, channel: u64) {
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        let latest = self.pinned_in(channel).first().map(|(at, _)| *at);
        let mut data = json!({ "channel_id": channel.to_string(), "last_pin_timestamp": latest });
        let mut wanted = intents::DIRECT_MESSAGES;
        if let Some(guild) = guild {
            data["guild_id"] = json!(guild.to_string());
            wanted = intents::GUILDS;
        }
        self.dispatch("CHANNEL_PINS_UPDATE", data, wanted);
    }

    /// When what was pinned, latest first.
    fn pinned_in(&self, channel: u64) -> Vec<(DateTime<Utc>, u64)> {
        let here = self
            .messages
            .values()
            .filter(|message| message.channel == channel);
        let mut pins: Vec<_> = here
            .filter_map(|message| Some((message.pinned?, message.id)))
            .collect();
        pins.sort_unstable_by(|one, other| other.cmp(one));
        pins
    }

    /// When what was pinned before a moment, latest first. Who may not read the history gets none.
    pub(crate) fn pins(
        &self,
        channel: u64,
        before: Option<DateTime<Utc>>,
    ) -> Result<Vec<(DateTime<Utc>, Value)>, Refusal> {
        self.bot_channel(channel)?;
        if self.bot_needs_in_guild(channel, READ_MESSAGE_HISTORY).is_err() {
            return Ok(Vec::new());
        }
        let mut pins = self.pinned_in(channel);
        pins.retain(|(at, _)| before.is_none_or(|before| *at < before));
        let json = pins
            .into_iter()
            .filter_map(|(at, id)| Some((at, self.message_json(id)?)));
        Ok(json.collect())
    }

    /// The bot deletes 2 to 100 messages at once, none of them older than two weeks.
    pub(crate) fn bot_deletes_many(&mut self, channel: u64, body: &Value) -> Result<(), Refusal> {
        let ids = bulk_body(body)?;
        self.bot_channel(channel)?;
        let Some(guild) = self.channels[&channel].guild else {
            let message = "Cannot execute action on a DM channel";
            return Err(Refusal::mistake(403, 50003, message));
        };
        self.bot_needs(channel, MANAGE_MESSAGES)?;
        let oldest = crate::clock::snowflake_at(self.now() - Duration::days(BULK_DAYS));
        if ids.iter().any(|id| *id < oldest) {
            let message = "You can only bulk delete messages that are under 14 days old.";
            return Err(Refusal::mistake(400, 50034, message));
        }
        let gone: Vec<u64> = ids
            .into_iter()
            .filter(|id| self.public_message(channel, *id).is_ok())
            .collect();
        for id in &gone {
            self.take_message(*id);
            self.changed(Change::Deleted {
                channel: channel.to_string(),
                id: id.to_string(),
            });
        }
        let data = json!({
            "ids": super::json::write_ids(&gone), "channel_id": channel.to_string(), "guild_id": guild.to_string(),
        });
        self.dispatch("MESSAGE_DELETE_BULK", data, intents::GUILD_MESSAGES);
        Ok(())
    }
}

fn bulk_body(body: &Value) -> Result<BTreeSet<u64>, Refusal> {
    let mut check = Check::default();
    let mut ids = BTreeSet::new();
    if let Some(map) = check.object("", body, &["messages"]) {
        check.required("", map, "messages");
        let list = check.list("", map, "messages", 2..=100);
        for (index, id) in list.iter().enumerate() {
            let path = format!("messages.{index}");
            let fresh = check.snowflake(&path, id).is_none_or(|id| ids.insert(id));
            if !fresh {
                check.problem(
                    &path,
                    "SET_TYPE_ALREADY_CONTAINS_VALUE",
                    "The set already contains this value",
                );
            }
        }
    }
    check.finish(ids)
}
