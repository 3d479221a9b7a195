//! Discord's JSON for the things in the world.

use serde_json::{Value, json};

use super::{COMMAND, COMPONENT, Channel, MODAL_SUBMIT, Message, TEXT_CHANNEL, World};
use crate::check::message::{EPHEMERAL, HAS_THREAD};
use crate::clock::time_of;

impl World {
    /// A user object.
    pub fn user_json(&self, id: u64) -> Value {
        let Some(user) = self.users.get(&id) else {
            return Value::Null;
        };
        let mut object = json!({
            "id": id.to_string(), "username": make_handle(&user.name), "global_name": user.name,
            "discriminator": if user.bot { "0001" } else { "0" },
            "avatar": null, "avatar_decoration_data": null, "banner": null, "accent_color": null, "bot": user.bot,
            "system": false, "public_flags": 0, "flags": 0, "primary_guild": null,
        });
        if let Some(strange) = &self.strange {
            strange.dress_user(id, &mut object);
        }
        object
    }

    /// The bot's own user object.
    pub(crate) fn own_user_json(&self) -> Value {
        let mut user = self.user_json(self.application);
        merge_fields(
            &mut user,
            json!({ "verified": true, "mfa_enabled": true, "email": null, "locale": "en-US" }),
        );
        user
    }

    /// A member object, with the user in it.
    pub fn member_json(&self, guild: u64, user: u64) -> Value {
        let Some(member) = self.guilds.get(&guild).and_then(|guild| guild.members.get(&user)) else {
            return Value::Null;
        };
        let mut object = json!({
            "user": self.user_json(user), "nick": null, "avatar": null, "banner": null,
            "roles": write_ids(&member.roles), "joined_at": member.joined, "premium_since": null, "deaf": false,
            "mute": false, "flags": 0, "pending": false, "communication_disabled_until": null,
        });
        if let Some(strange) = &self.strange {
            strange.dress_member(user, &mut object);
        }
        object
    }

    /// A channel or thread object.
    pub fn channel_json(&self, id: u64) -> Value {
        let Some(channel) = self.channels.get(&id) else {
            return Value::Null;
        };
        let Some(guild) = channel.guild else {
            let recipients = [self.user_json(channel.recipient.unwrap_or(0))];
            return json!({
                "id": id.to_string(), "type": channel.kind, "recipients": recipients, "flags": 0,
                "last_message_id": channel.last_message.map(|id| id.to_string()),
            });
        };
        let mut object = json!({
            "id": id.to_string(), "type": channel.kind, "guild_id": guild.to_string(), "name": channel.name,
            "flags": 0, "rate_limit_per_user": 0, "last_message_id": channel.last_message.map(|id| id.to_string()),
            "parent_id": channel.parent.map(|id| id.to_string()),
        });
        let more = if channel.is_thread() {
            self.thread_fields(channel)
        } else {
            text_fields(channel)
        };
        merge_fields(&mut object, more);
        object
    }

    fn thread_fields(&self, thread: &Channel) -> Value {
        let messages = self.message_counts.get(&thread.id).copied().unwrap_or_default();
        json!({
            "owner_id": thread.owner.map(|id| id.to_string()), "message_count": messages,
            "member_count": thread.members.len().min(50),
            "total_message_sent": messages,
            "thread_metadata": {
                "archived": thread.archived, "auto_archive_duration": thread.auto_archive, "locked": thread.locked,
                "archive_timestamp": time_of(thread.id), "create_timestamp": time_of(thread.id),
            },
        })
    }

    /// A message object, exactly as REST gives it.
    pub fn message_json(&self, id: u64) -> Option<Value> {
        let message = self.messages.get(&id)?;
        let mut object = json!({
            "id": id.to_string(), "channel_id": message.channel.to_string(), "type": message.kind,
            "author": self.author_json(message), "content": message.content, "timestamp": message.created,
            "edited_timestamp": message.edited, "tts": false, "mention_everyone": message.mention_everyone,
            "mentions": message.mentions.iter().map(|id| self.user_json(*id)).collect::<Vec<_>>(),
            "mention_roles": write_ids(&message.mention_roles), "attachments": self.attachments_json(message),
            "embeds": self.with_files(message, &message.embeds),
            "components": self.with_files(message, &message.components),
            "pinned": message.pinned.is_some(), "flags": self.flags_of(message),
        });
        if let Some(nonce) = &message.nonce {
            object["nonce"] = nonce.clone();
        }
        if message.author == self.application && message.via.is_some() {
            object["application_id"] = json!(self.application.to_string());
            object["webhook_id"] = json!(self.application.to_string());
        }
        if message.signed.is_some() {
            object["webhook_id"] = json!(message.author.to_string());
            object["application_id"] = json!(self.application.to_string());
        }
        if !message.reactions.is_empty() {
            object["reactions"] = json!(self.reactions_json(&message.reactions));
        }
        self.add_references(message, &mut object);
        Some(object)
    }

    fn flags_of(&self, message: &Message) -> u64 {
        let thread = if self.thread_on(message).is_some() {
            HAS_THREAD
        } else {
            0
        };
        let ephemeral = if message.only_for.is_some() { EPHEMERAL } else { 0 };
        message.flags | thread | ephemeral
    }

    /// The thread that was started from a message.
    pub fn thread_on(&self, message: &Message) -> Option<&Channel> {
        self.channels
            .get(&message.id)
            .filter(|channel| channel.parent == Some(message.channel))
    }

    fn add_references(&self, message: &Message, object: &mut Value) {
        if let Some(thread) = self.thread_on(message) {
            object["thread"] = self.channel_json(thread.id);
        }
        if let Some(id) = message.reply_to {
            let guild = self
                .channels
                .get(&message.channel)
                .and_then(|channel| channel.guild);
            object["message_reference"] = json!({
                "type": 0, "message_id": id.to_string(), "channel_id": message.channel.to_string(),
            });
            if let Some(guild) = guild {
                object["message_reference"]["guild_id"] = json!(guild.to_string());
            }
        }
        let Some(via) = &message.via else { return };
        object["interaction_metadata"] = json!({
            "id": via.interaction.to_string(), "type": via.kind, "user": self.user_json(via.user),
            "authorizing_integration_owners": self.owners(message.channel, via.installed_by), "name": via.name,
        });
        let metadata = &mut object["interaction_metadata"];
        match (via.kind, via.source) {
            (COMMAND, _) => {
                object["interaction"] = json!({
                    "id": via.interaction.to_string(), "type": via.kind,
                    "user": self.user_json(via.user), "name": via.name,
                });
            }
            (MODAL_SUBMIT, source) => {
                // What opened the modal. Its id is not kept; the modal's own stands for it.
                let opener = if source.is_some() { COMPONENT } else { COMMAND };
                metadata["triggering_interaction_metadata"] = json!({
                    "id": via.interaction.to_string(), "type": opener, "user": self.user_json(via.user),
                    "authorizing_integration_owners": self.owners(message.channel, via.installed_by),
                });
                if let Some(source) = source {
                    metadata["triggering_interaction_metadata"]["interacted_message_id"] =
                        json!(source.to_string());
                }
            }
            (_, Some(source)) => metadata["interacted_message_id"] = json!(source.to_string()),
            (_, None) => {}
        }
    }
}

fn text_fields(channel: &Channel) -> Value {
    let overwrites = channel.overwrites.iter().map(|one| {
        json!({
            "id": one.id.to_string(), "type": u8::from(one.member), "allow": one.allow.to_string(),
            "deny": one.deny.to_string(),
        })
    });
    let mut fields = json!({
        "topic": null, "nsfw": channel.nsfw,
        "position": if channel.kind == TEXT_CHANNEL { channel.id % 1000 } else { 0 },
        "permission_overwrites": overwrites.collect::<Vec<_>>(), "default_auto_archive_duration": 4320,
    });
    if channel.is_voice() {
        merge_fields(
            &mut fields,
            json!({ "bitrate": 64_000, "user_limit": 0, "rtc_region": null }),
        );
    }
    if !channel.takes_messages() {
        let more = json!({
            "available_tags": [], "default_reaction_emoji": null, "default_sort_order": null,
            "default_forum_layout": 0, "template": "",
        });
        merge_fields(&mut fields, more);
    }
    fields
}

/// A user name as Discord permits it: lower case, without spaces.
fn make_handle(name: &str) -> String {
    name.to_lowercase().replace(' ', "_")
}

pub(crate) fn write_ids(ids: &[u64]) -> Vec<String> {
    ids.iter().map(u64::to_string).collect()
}

/// Adds the fields of one object to another.
pub(crate) fn merge_fields(object: &mut Value, more: Value) {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
}
