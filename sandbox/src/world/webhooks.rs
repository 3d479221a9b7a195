//! Webhooks that the bot makes, and messages in their name. (Those of interactions are in `follow_ups`.)

use serde_json::{Value, json};

use super::entities::Webhook;
use super::{Message, World, intents};
use crate::check::Check;
use crate::check::message::{Form, IS_COMPONENTS_V2, Upload, check_message};
use crate::permissions::MANAGE_WEBHOOKS;
use crate::refusal::Refusal;

/// Webhooks that a channel can have.
const MOST_WEBHOOKS: usize = 15;

impl World {
    /// The bot makes a webhook.
    pub(crate) fn bot_makes_webhook(&mut self, channel: u64, body: &Value) -> Result<Value, Refusal> {
        let (name, _) = webhook_body(body, true)?;
        self.bot_channel(channel)?;
        let found = &self.channels[&channel];
        if found.guild.is_none() || found.is_thread() {
            let message = "Cannot execute action on this channel type";
            return Err(Refusal::mistake(400, 50024, message));
        }
        self.bot_needs(channel, MANAGE_WEBHOOKS)?;
        let here = self
            .webhooks
            .values()
            .filter(|webhook| webhook.channel == channel);
        if here.count() >= MOST_WEBHOOKS {
            let message = "Maximum number of webhooks reached (15)";
            return Err(Refusal::mistake(400, 30007, message));
        }
        let id = self.next_id();
        let token = format!("webhook-{id}-{:016x}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let name = name.unwrap_or_default();
        self.webhooks.insert(
            id,
            Webhook {
                id,
                channel,
                name,
                token,
            },
        );
        self.tell_webhooks(channel);
        Ok(self.webhook_json(id, true))
    }

    /// A webhook: by its token, or because the bot manages its channel.
    pub(crate) fn webhook(&self, id: u64, token: Option<&str>) -> Result<Value, Refusal> {
        self.webhook_for(id, token)?;
        Ok(self.webhook_json(id, token.is_none()))
    }

    /// Renames a webhook, or moves it to another channel, which its token alone does not permit.
    pub(crate) fn change_webhook(
        &mut self,
        id: u64,
        token: Option<&str>,
        body: &Value,
    ) -> Result<Value, Refusal> {
        let (name, channel) = webhook_body(body, false)?;
        self.webhook_for(id, token)?;
        let channel = channel.filter(|_| token.is_none());
        if let Some(channel) = channel {
            self.bot_needs(channel, MANAGE_WEBHOOKS)?;
        }
        self.webhooks.entry(id).and_modify(|webhook| {
            webhook.name = name.unwrap_or_else(|| webhook.name.clone());
            webhook.channel = channel.unwrap_or(webhook.channel);
        });
        let channel = self.webhooks[&id].channel;
        self.tell_webhooks(channel);
        Ok(self.webhook_json(id, token.is_none()))
    }

    /// Removes a webhook; what was written in its name stays.
    pub(crate) fn remove_webhook(&mut self, id: u64, token: Option<&str>) -> Result<(), Refusal> {
        let channel = self.webhook_for(id, token)?.channel;
        self.webhooks.remove(&id);
        self.tell_webhooks(channel);
        Ok(())
    }

    /// The webhooks of a channel.
    pub(crate) fn webhooks_of_channel(&self, channel: u64) -> Result<Vec<Value>, Refusal> {
        self.bot_channel(channel)?;
        self.bot_needs_in_guild(channel, MANAGE_WEBHOOKS)?;
        let here = self
            .webhooks
            .values()
            .filter(|webhook| webhook.channel == channel);
        Ok(here.map(|webhook| self.webhook_json(webhook.id, true)).collect())
    }

    /// The webhooks of a server.
    pub(crate) fn webhooks_of_guild(&self, guild: u64) -> Result<Vec<Value>, Refusal> {
        if self.guild_permissions(guild, self.application) & MANAGE_WEBHOOKS == 0 {
            return Err(Refusal::missing_permissions());
        }
        let here = |webhook: &&Webhook| {
            self.channels
                .get(&webhook.channel)
                .is_some_and(|has| has.guild == Some(guild))
        };
        let found = self.webhooks.values().filter(here);
        Ok(found.map(|webhook| self.webhook_json(webhook.id, true)).collect())
    }

    /// Writes in a webhook's name, in its channel or a thread of it.
    pub(crate) fn webhook_writes(
        &mut self,
        id: u64,
        token: &str,
        thread: Option<u64>,
        body: &Value,
        uploads: Vec<Upload>,
    ) -> Result<u64, Refusal> {
        let webhook = self.webhook_for(id, Some(token))?.clone();
        let (name, body) = signed_body(body)?;
        let mut draft = check_message(&body, uploads, Form::Webhook, false)?;
        let channel = self.webhook_place(&webhook, thread)?;
        draft.signed = Some(name.unwrap_or(webhook.name));
        self.insert(channel, id, draft, None, None, false)
    }

    /// The channel a webhook writes to.
    fn webhook_place(&self, webhook: &Webhook, thread: Option<u64>) -> Result<u64, Refusal> {
        let place = thread.unwrap_or(webhook.channel);
        let found = self.channels.get(&place).ok_or_else(Refusal::unknown_channel)?;
        if thread.is_some() && found.parent != Some(webhook.channel) {
            return Err(Refusal::unknown_channel());
        }
        if found.archived && found.locked {
            return Err(Refusal::life(400, 160_005, "Thread is locked"));
        }
        Ok(place)
    }

    /// A message that was written in a webhook's name.
    pub(crate) fn webhook_message(&self, id: u64, token: &str, message: u64) -> Result<&Message, Refusal> {
        self.webhook_for(id, Some(token))?;
        let message = self.messages.get(&message).filter(|message| message.author == id);
        message.ok_or_else(Refusal::unknown_message)
    }

    /// Edits a message that was written in a webhook's name.
    pub(crate) fn webhook_edits(
        &mut self,
        id: u64,
        token: &str,
        message: u64,
        body: &Value,
        uploads: Vec<Upload>,
    ) -> Result<(), Refusal> {
        let was_v2 = self.webhook_message(id, token, message)?.has(IS_COMPONENTS_V2);
        // Libraries say the name again; the message keeps the one it has.
        let (_, body) = signed_body(body)?;
        let draft = check_message(&body, uploads, Form::WebhookEdit, was_v2)?;
        self.edit(message, draft, None)
    }

    fn webhook_for(&self, id: u64, token: Option<&str>) -> Result<&Webhook, Refusal> {
        let webhook = self.webhooks.get(&id).ok_or_else(Refusal::unknown_webhook)?;
        match token {
            Some(token) if token != webhook.token => return Err(Refusal::invalid_webhook_token()),
            Some(_) => {}
            None => self.bot_needs(webhook.channel, MANAGE_WEBHOOKS)?,
        }
        Ok(webhook)
    }

    fn tell_webhooks(&mut self, channel: u64) {
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        let data = json!({ "guild_id": guild.map(|id| id.to_string()), "channel_id": channel.to_string() });
        self.dispatch("WEBHOOKS_UPDATE", data, intents::GUILD_WEBHOOKS);
    }

    fn webhook_json(&self, id: u64, with_user: bool) -> Value {
        let Some(webhook) = self.webhooks.get(&id) else {
            return Value::Null;
        };
        let guild = self
            .channels
            .get(&webhook.channel)
            .and_then(|channel| channel.guild);
        let mut object = json!({
            "id": id.to_string(), "type": 1, "application_id": self.application.to_string(), "avatar": null,
            "channel_id": webhook.channel.to_string(), "guild_id": guild.map(|id| id.to_string()),
            "name": webhook.name, "token": webhook.token,
            "url": format!("{}/api/webhooks/{id}/{}", self.base_url, webhook.token),
        });
        if with_user {
            object["user"] = self.user_json(self.application);
        }
        object
    }

    /// Who a message is by: a person, the bot, or a webhook under the name it signed with.
    pub(super) fn author_json(&self, message: &Message) -> Value {
        let Some(name) = &message.signed else {
            return self.user_json(message.author);
        };
        json!({
            "id": message.author.to_string(), "username": name, "global_name": null, "discriminator": "0000",
            "avatar": null, "bot": true, "public_flags": 0, "flags": 0, "primary_guild": null,
        })
    }
}

/// A name, which has to be there for a new webhook, and a channel to move to.
fn webhook_body(body: &Value, new: bool) -> Result<(Option<String>, Option<u64>), Refusal> {
    let mut check = Check::default();
    let mut made = (None, None);
    let known: &[&str] = if new {
        &["name", "avatar"]
    } else {
        &["name", "avatar", "channel_id"]
    };
    if let Some(map) = check.object("", body, known) {
        if new {
            check.required("", map, "name");
        }
        made.0 = check.text("", map, "name", 1..=80).map(str::to_owned);
        let lower = made.0.as_deref().unwrap_or("").to_lowercase();
        if let Some(word) = ["clyde", "discord"].iter().find(|word| lower.contains(*word)) {
            let message = format!("Username cannot contain \"{word}\"");
            check.problem("name", "USERNAME_INVALID_CONTAINS", message);
        }
        made.1 = map
            .get("channel_id")
            .and_then(|id| check.snowflake("channel_id", id));
    }
    check.finish(made)
}

/// The name a message is signed with, and the rest of the body.
fn signed_body(body: &Value) -> Result<(Option<String>, Value), Refusal> {
    let mut rest = body.clone();
    let mut check = Check::default();
    let mut name = None;
    if let Some(map) = body.as_object() {
        name = check.text("", map, "username", 1..=80).map(str::to_owned);
        check.text("", map, "avatar_url", 0..=2048);
    }
    if let Some(rest) = rest.as_object_mut() {
        ["username", "avatar_url"]
            .iter()
            .for_each(|key| drop(rest.remove(*key)));
    }
    check.finish((name, rest))
}
