//! Interactions: what a person did, and everything the bot may answer, once and in time.

use std::time::{Duration as RealDuration, Instant};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{AUTOCOMPLETE, COMMAND, COMPONENT, World};
use crate::permissions::{ATTACH_FILES, EMBED_LINKS, MENTION_EVERYONE, USE_EXTERNAL_EMOJIS};

/// Time to the first answer. Always real time, whatever the world's clock does.
pub(crate) const DEADLINE: RealDuration = RealDuration::from_secs(3);
/// Minutes an interaction's token can be used.
pub(super) const TOKEN_MINUTES: i64 = 15;
/// When there are more, those are forgotten whose token has no use any more.
const MOST_INTERACTIONS: usize = 10_000;

/// An interaction and how far its answer is.
#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub(crate) id: u64,
    pub(crate) token: String,
    pub(crate) kind: u8,
    pub(crate) user: u64,
    pub(crate) channel: u64,
    /// The message a component is on, or the modal came from.
    pub(crate) source: Option<u64>,
    /// The command with its subcommands, or the `custom_id`.
    pub(crate) name: String,
    /// Type of the option to be completed.
    pub(crate) focused: i64,
    /// Who installed the application for themselves, if it was used through that.
    pub(crate) installed_by: Option<u64>,
    pub(crate) sent: Instant,
    pub(crate) created: DateTime<Utc>,
    pub(crate) state: State,
    pub(crate) original: Option<u64>,
}

/// How far the answer to an interaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    /// "… is thinking".
    Loading,
    Answered,
    Expired,
}

/// What came of an interaction, for the one who acted.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// A message was made, or the one with the component was changed.
    Message(u64),
    /// "… is thinking": the message follows.
    Deferred,
    /// Acknowledged without a visible change.
    Silent,
    Choices(Value),
    Modal(Value),
    TimedOut,
}

/// What a person does, ready to be sent.
pub(crate) struct Act {
    pub(crate) kind: u8,
    pub(crate) user: u64,
    pub(crate) channel: u64,
    pub(crate) source: Option<u64>,
    pub(crate) name: String,
    pub(crate) focused: i64,
    /// Who acts through an application of their own, if they do.
    pub(crate) installed_by: Option<u64>,
    pub(crate) data: Value,
}

impl World {
    /// A person acts: the bot is sent the interaction, its id is returned.
    pub(crate) fn begin(&mut self, mut act: Act, at: Instant) -> u64 {
        // What is on a message belongs to whoever brought the message about, not to whoever presses.
        if let Some(via) = act
            .source
            .and_then(|source| self.messages.get(&source)?.via.as_ref())
        {
            act.installed_by = via.installed_by;
        }
        if self.interactions.len() > MOST_INTERACTIONS {
            let since = self.now() - Duration::minutes(TOKEN_MINUTES + 1);
            self.interactions
                .retain(|_, interaction| interaction.created > since);
        }
        let id = self.next_id();
        let token = format!("interaction-{id}-{:016x}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut payload = self.interaction_json(id, &token, &act);
        if let Some(strange) = &mut self.strange {
            strange.dress_interaction(&mut payload);
        }
        let Act {
            kind,
            user,
            channel,
            source,
            name,
            focused,
            installed_by,
            data: _,
        } = act;
        let interaction = Interaction {
            id,
            token,
            kind,
            user,
            channel,
            source,
            name,
            focused,
            installed_by,
            sent: at,
            created: self.now(),
            state: State::Pending,
            original: None,
        };
        self.interactions.insert(id, interaction);
        self.dispatch("INTERACTION_CREATE", payload, 0);
        id
    }

    /// What the bot is sent.
    pub(crate) fn interaction_json(&self, id: u64, token: &str, act: &Act) -> Value {
        let mut payload = json!({
            "id": id.to_string(), "application_id": self.application.to_string(), "type": act.kind, "token": token,
            "version": 1, "data": act.data, "channel_id": act.channel.to_string(),
            "channel": self.channel_json(act.channel), "locale": self.users[&act.user].locale, "entitlements": [],
            "app_permissions": self.app_permissions(act.channel).to_string(),
            "attachment_size_limit": crate::check::message::MOST_BYTES,
        });
        let permissions = self.permissions(act.channel, act.user).to_string();
        payload["channel"]["permissions"] = json!(permissions);
        let guild = self.channels.get(&act.channel).and_then(|channel| channel.guild);
        let more = if let Some(guild) = guild {
            let mut member = self.member_json(guild, act.user);
            member["permissions"] = json!(permissions);
            let guild = guild.to_string();
            json!({
                "guild_id": guild, "guild_locale": "en-GB", "member": member, "context": 0,
                "guild": { "id": guild, "locale": "en-GB", "features": [] },
                "authorizing_integration_owners": self.owners(act.channel, act.installed_by),
            })
        } else {
            json!({
                "user": self.user_json(act.user), "context": 1,
                "authorizing_integration_owners": self.owners(act.channel, act.installed_by),
            })
        };
        super::json::merge_fields(&mut payload, more);
        if let Some(message) = act.source.and_then(|source| self.message_json(source)) {
            payload["message"] = message;
        }
        payload
    }

    /// Whether the bot is in the server of a channel; it is in every direct conversation.
    pub(super) fn bot_is_at(&self, channel: u64) -> bool {
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        let is_in = |guild: u64| {
            let guild = self.guilds.get(&guild);
            guild.is_some_and(|guild| guild.members.contains_key(&self.application))
        };
        guild.is_none_or(is_in)
    }

    /// Through which installations an application is used in a channel: the server's, a person's, or both.
    pub(super) fn owners(&self, channel: u64, installed_by: Option<u64>) -> Value {
        let mut owners = json!({});
        if self.bot_is_at(channel) {
            let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
            owners["0"] = json!(guild.unwrap_or(0).to_string());
        }
        if let Some(user) = installed_by {
            owners["1"] = json!(user.to_string());
        }
        owners
    }

    /// What the application may do in a channel; a direct conversation has only what is documented for it.
    fn app_permissions(&self, channel: u64) -> u64 {
        let in_guild = self
            .channels
            .get(&channel)
            .is_some_and(|channel| channel.guild.is_some());
        match (in_guild, self.bot_is_at(channel)) {
            (true, true) => self.permissions(channel, self.application),
            (true, false) => ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE,
            (false, _) => ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE | USE_EXTERNAL_EMOJIS,
        }
    }

    /// Notes that the time for the first answer is over.
    pub(crate) fn expire(&mut self, id: u64) {
        let Some(interaction) = self.interactions.get_mut(&id) else {
            return;
        };
        if interaction.state != State::Pending {
            return;
        }
        interaction.state = State::Expired;
        let what = self.describe(id);
        self.fail(format!("{what} was not answered within 3 s"));
        self.answered(id, Outcome::TimedOut);
    }

    /// An interaction in words.
    pub(crate) fn describe(&self, id: u64) -> String {
        let Some(interaction) = self.interactions.get(&id) else {
            return format!("Interaction {id}");
        };
        let user = &self.users[&interaction.user].name;
        let channel = self
            .channels
            .get(&interaction.channel)
            .map_or("", |channel| &channel.name);
        let name = &interaction.name;
        match interaction.kind {
            COMMAND => format!("/{name} by {user} in #{channel}"),
            COMPONENT => format!("The press of {name} by {user} in #{channel}"),
            AUTOCOMPLETE => format!("The autocomplete of /{name} for {user} in #{channel}"),
            _ => format!("The modal {name} sent by {user} in #{channel}"),
        }
    }
}
