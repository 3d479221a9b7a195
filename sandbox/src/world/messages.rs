//! Messages: written, edited, read, deleted.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::content::is_empty;
use super::{Change, Event, Message, Via, World, intents};
use crate::check::message::{Draft, LOADING};
use crate::permissions::{
    ATTACH_FILES, EMBED_LINKS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY, SEND_MESSAGES, SEND_MESSAGES_IN_THREADS,
};
use crate::refusal::Refusal;

/// Conversations a bot may open within [`CONVERSATIONS_WINDOW`], the same one again included. Discord names no numbers;
/// bots were refused, and flagged, after 25 to 40 in a short time.
const CONVERSATIONS: usize = 29;
const CONVERSATIONS_WINDOW: Duration = Duration::minutes(10);

/// Which part of a channel's history is asked for.
pub(crate) enum Page {
    Latest,
    Before(u64),
    After(u64),
    Around(u64),
}

impl World {
    /// A channel the bot may know of.
    pub(crate) fn bot_channel(&self, channel: u64) -> Result<(), Refusal> {
        let found = self.channels.get(&channel).ok_or_else(Refusal::unknown_channel)?;
        match found.guild {
            Some(_) => self.bot_needs(channel, 0),
            None => Ok(()),
        }
    }

    /// The bot opens a direct conversation: refused where it opened too many a short while ago.
    pub(crate) fn count_conversation(&mut self) -> Result<(), Refusal> {
        let now = self.now();
        let opened = &mut self.conversations_opened;
        while opened
            .front()
            .is_some_and(|first| now - *first >= CONVERSATIONS_WINDOW)
        {
            opened.pop_front();
        }
        if opened.len() >= CONVERSATIONS {
            return Err(Refusal::too_many_conversations());
        }
        opened.push_back(now);
        Ok(())
    }

    /// The bot writes to a channel. The same nonce again gives the message that was made the first time.
    pub(crate) fn bot_writes(&mut self, channel: u64, draft: Draft) -> Result<u64, Refusal> {
        self.bot_channel(channel)?;
        if !self.channels[&channel].takes_messages() {
            return Err(Refusal::life(
                400,
                50008,
                "Cannot send messages in a non-text channel",
            ));
        }
        let recipient = self.channels[&channel].recipient;
        if recipient.is_some_and(|user| self.closed_dms.contains(&user)) {
            return Err(Refusal::life(403, 50007, "Cannot send messages to this user"));
        }
        if self.channels[&channel].guild.is_some() {
            self.bot_needs(channel, self.needed_to_write(channel, &draft))?;
            if draft.reply_to.is_some() && self.bot_needs(channel, READ_MESSAGE_HISTORY).is_err() {
                let message = "Cannot reply without permission to read message history";
                return Err(Refusal::life(400, 160_002, message));
            }
            self.unarchive(channel)?;
        }
        if let Some(id) = self.same_nonce(&draft) {
            return match self.messages.contains_key(&id) {
                true => Ok(id),
                // Discord does not forget a nonce with its message.
                false => Err(Refusal::unknown_message()),
            };
        }
        if let Some(id) = draft.reply_to
            && self
                .messages
                .get(&id)
                .is_none_or(|message| message.channel != channel)
        {
            return Err(Refusal::invalid(
                "message_reference",
                "REPLIES_UNKNOWN_MESSAGE",
                "Unknown message",
            ));
        }
        self.insert(channel, self.application, draft, None, None, false)
    }

    /// The permissions that a new message takes.
    fn needed_to_write(&self, channel: u64, draft: &Draft) -> u64 {
        let mut needed = if self.channels[&channel].is_thread() {
            SEND_MESSAGES_IN_THREADS
        } else {
            SEND_MESSAGES
        };
        if !draft.uploads.is_empty() {
            needed |= ATTACH_FILES;
        }
        if draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
            needed |= EMBED_LINKS;
        }
        needed
    }

    /// The message the bot posted with the same nonce, in whatever channel, young enough to count. It may be deleted.
    fn same_nonce(&self, draft: &Draft) -> Option<u64> {
        let nonce = draft.nonce.as_ref().filter(|_| draft.enforce_nonce)?;
        let since = self.now() - self.nonce_window;
        let same = |(used, _, at): &&(Value, u64, DateTime<Utc>)| used == nonce && *at > since;
        self.nonces.iter().rev().find(same).map(|(_, id, _)| *id)
    }

    /// Puts a new message into a channel.
    pub(crate) fn insert(
        &mut self,
        channel: u64,
        author: u64,
        draft: Draft,
        via: Option<Via>,
        only_for: Option<u64>,
        loading: bool,
    ) -> Result<u64, Refusal> {
        let kind = match &via {
            Some(via) if via.kind == 2 => 20,
            Some(Via { source: Some(_), .. }) => 19,
            _ if draft.reply_to.is_some() => 19,
            _ => 0,
        };
        let source = via.as_ref().and_then(|via| via.source);
        let mut message = Message {
            kind,
            flags: if loading { LOADING } else { 0 },
            created: self.now(),
            nonce: draft.nonce.clone(),
            only_for,
            reply_to: draft.reply_to.or(source),
            via,
            signed: draft.signed.clone(),
            ..Message::empty(0, channel, author)
        };
        let flags = draft.flags.unwrap_or(0) & !crate::check::message::EPHEMERAL;
        message.flags |= flags;
        self.apply(&mut message, draft)?;
        if !loading && is_empty(&message) {
            return Err(Refusal::empty_message());
        }
        message.id = self.next_id();
        let id = message.id;
        if let Some(nonce) = message.nonce.clone().filter(|_| author == self.application) {
            let oldest = message.created - self.nonce_window;
            self.nonces.retain(|(_, _, at)| *at > oldest);
            self.nonces.push((nonce, id, message.created));
        }
        self.put_message(message);
        self.channels
            .entry(channel)
            .and_modify(|channel| channel.last_message = Some(id));
        self.announce("MESSAGE_CREATE", id);
        Ok(id)
    }

    /// Tells everybody who may know of a message that it is new or changed.
    pub(super) fn announce(&mut self, name: &'static str, id: u64) {
        let Some(message) = self.messages.get(&id) else {
            return;
        };
        let channel = message.channel;
        let only_for = message.only_for;
        let author = message.author;
        let mentioned = message.mentions.contains(&self.application);
        self.changed(Change::Message {
            channel: channel.to_string(),
            id: id.to_string(),
        });
        self.keep_version(id);
        let told = only_for.is_none() && self.bot_is_at(channel);
        let Some(mut data) = self.message_json(id).filter(|_| told) else {
            return;
        };
        let Some(guild) = self.channels.get(&channel).and_then(|channel| channel.guild) else {
            return self.dispatch(name, data, intents::DIRECT_MESSAGES);
        };
        data["guild_id"] = json!(guild.to_string());
        let mut member = self.member_json(guild, author);
        if let Some(fields) = member.as_object_mut() {
            fields.remove("user");
            data["member"] = member;
        }
        if author != self.application && !mentioned {
            data["_private"] = json!(true);
        }
        self.dispatch(name, data, intents::GUILD_MESSAGES);
    }

    /// A message that is there for everybody in a channel.
    pub(crate) fn public_message(&self, channel: u64, id: u64) -> Result<&Message, Refusal> {
        let message = self
            .messages
            .get(&id)
            .filter(|message| message.channel == channel);
        message
            .filter(|message| message.only_for.is_none())
            .ok_or_else(Refusal::unknown_message)
    }

    /// Part of a channel's history, newest first.
    pub(crate) fn history(&self, channel: u64, page: &Page, limit: usize) -> Result<Vec<Value>, Refusal> {
        self.bot_channel(channel)?;
        if self.channels[&channel].guild.is_some() && self.bot_needs(channel, READ_MESSAGE_HISTORY).is_err() {
            return Ok(Vec::new());
        }
        let public = |message: &&Message| message.channel == channel && message.only_for.is_none();
        let ids: Vec<u64> = self
            .messages
            .values()
            .filter(public)
            .map(|message| message.id)
            .collect();
        let part = match *page {
            Page::Latest => &ids[ids.len().saturating_sub(limit)..],
            Page::Before(id) => {
                let end = ids.partition_point(|has| *has < id);
                &ids[end.saturating_sub(limit)..end]
            }
            Page::After(id) => {
                let start = ids.partition_point(|has| *has <= id);
                &ids[start..ids.len().min(start + limit)]
            }
            Page::Around(id) => {
                let start = ids.partition_point(|has| *has < id).saturating_sub(limit / 2);
                &ids[start..ids.len().min(start + limit)]
            }
        };
        Ok(part
            .iter()
            .rev()
            .filter_map(|id| self.message_json(*id))
            .collect())
    }

    /// The bot deletes a message.
    pub(crate) fn bot_deletes(&mut self, channel: u64, id: u64) -> Result<(), Refusal> {
        self.bot_channel(channel)?;
        if self.public_message(channel, id)?.author != self.application {
            self.bot_needs(channel, MANAGE_MESSAGES)?;
        }
        if self.channels[&channel].archived && self.channels[&channel].locked {
            self.active_thread(channel)?;
        }
        self.delete(id);
        Ok(())
    }

    pub(super) fn put_message(&mut self, message: Message) {
        let channel = message.channel;
        if self.messages.insert(message.id, message).is_none() {
            *self.message_counts.entry(channel).or_default() += 1;
        }
    }

    pub(super) fn take_message(&mut self, id: u64) -> Option<Message> {
        let message = self.messages.remove(&id)?;
        if let Some(count) = self.message_counts.get_mut(&message.channel) {
            *count -= 1;
        }
        Some(message)
    }

    /// Removes a message, whoever asks.
    pub(crate) fn delete(&mut self, id: u64) {
        let Some(message) = self.take_message(id) else {
            return;
        };
        let channel = message.channel.to_string();
        let guild = self
            .channels
            .get(&message.channel)
            .and_then(|channel| channel.guild);
        let mut data = json!({ "id": id.to_string(), "channel_id": channel });
        if let Some(guild) = guild {
            data["guild_id"] = json!(guild.to_string());
        }
        self.changed(Change::Deleted {
            channel,
            id: id.to_string(),
        });
        if message.only_for.is_none() {
            let wanted = if guild.is_some() {
                intents::GUILD_MESSAGES
            } else {
                intents::DIRECT_MESSAGES
            };
            self.events.push(Event::Dispatch {
                name: "MESSAGE_DELETE",
                data,
                intents: wanted,
            });
        }
    }
}
