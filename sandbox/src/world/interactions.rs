//! Interactions: what a person did, and everything the bot may answer, once and in time.

use std::time::{Duration as RealDuration, Instant};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{Via, World};
use crate::check::message::{Draft, EPHEMERAL, Form, IS_COMPONENTS_V2, LOADING, Upload, check};
use crate::check::{Check, command, modal};
use crate::refusal::Refusal;

/// Time to the first answer. Always real time, whatever the world's clock does.
pub(crate) const DEADLINE: RealDuration = RealDuration::from_secs(3);
/// Minutes an interaction's token can be used.
const TOKEN_MINUTES: i64 = 15;
/// When there are more, those are forgotten whose token has no use any more.
const MOST_INTERACTIONS: usize = 10_000;

pub(crate) const COMMAND: u8 = 2;
pub(crate) const COMPONENT: u8 = 3;
pub(crate) const AUTOCOMPLETE: u8 = 4;
pub(crate) const MODAL_SUBMIT: u8 = 5;

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
    pub(crate) data: Value,
}

impl World {
    /// A person acts: the bot is sent the interaction, its id is returned.
    pub(crate) fn begin(&mut self, act: Act, at: Instant) -> u64 {
        if self.interactions.len() > MOST_INTERACTIONS {
            let since = self.now() - Duration::minutes(TOKEN_MINUTES + 1);
            self.interactions
                .retain(|_, interaction| interaction.created > since);
        }
        let id = self.next_id();
        let token = format!("interaction-{id}-{:016x}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let payload = self.interaction_json(id, &token, &act);
        let Act {
            kind,
            user,
            channel,
            source,
            name,
            focused,
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
            "app_permissions": self.permissions(act.channel, self.application).to_string(),
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
                "authorizing_integration_owners": { "0": guild },
            })
        } else {
            json!({
                "user": self.user_json(act.user), "context": 1, "authorizing_integration_owners": { "0": "0" },
            })
        };
        super::json::merge(&mut payload, more);
        if let Some(message) = act.source.and_then(|source| self.message_json(source)) {
            payload["message"] = message;
        }
        payload
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

    /// The bot's first answer. `Some` is what `with_response` asks for.
    pub(crate) fn callback(
        &mut self,
        id: u64,
        token: &str,
        body: &Value,
        uploads: Vec<Upload>,
        at: Instant,
    ) -> Result<Value, Refusal> {
        let interaction = self
            .interactions
            .get(&id)
            .filter(|interaction| interaction.token == token);
        let interaction = interaction.ok_or_else(Refusal::unknown_interaction)?.clone();
        match interaction.state {
            State::Pending if at.duration_since(interaction.sent) > DEADLINE => self.expire(id),
            State::Pending => {}
            State::Loading | State::Answered => return Err(Refusal::already_acknowledged()),
            State::Expired => {}
        }
        if self.interactions[&id].state == State::Expired {
            return Err(Refusal {
                recorded: false,
                ..Refusal::unknown_interaction()
            });
        }
        let kind = callback_type(&interaction, body)?;
        let nothing = json!({});
        let data = body
            .get("data")
            .filter(|data| !data.is_null())
            .unwrap_or(&nothing);
        let (state, outcome) = match kind {
            4 => (
                State::Answered,
                Outcome::Message(self.answer(&interaction, data, uploads)?),
            ),
            5 => (State::Loading, self.think(&interaction, data)?),
            6 => (State::Answered, Outcome::Silent),
            7 => (State::Answered, self.update_source(&interaction, data, uploads)?),
            8 => (State::Answered, choices(data, interaction.focused)?),
            _ => (State::Answered, Outcome::Modal(modal::check(data)?)),
        };
        let original = match (&outcome, kind) {
            (Outcome::Message(id), _) => Some(*id),
            (_, 6) => interaction.source,
            (_, 5) => self.interactions[&id].original,
            _ => None,
        };
        let response = self.callback_response(&interaction, kind, original);
        self.interactions.entry(id).and_modify(|interaction| {
            interaction.state = state;
            interaction.original = original;
        });
        self.answered(id, outcome);
        Ok(response)
    }

    fn callback_response(&self, interaction: &Interaction, kind: i64, original: Option<u64>) -> Value {
        let mut response = json!({
            "interaction": {
                "id": interaction.id.to_string(), "type": interaction.kind,
                "response_message_id": original.map(|id| id.to_string()),
                "response_message_loading": kind == 5,
                "response_message_ephemeral": original.is_some_and(|id| self.messages[&id].only_for.is_some()),
            },
        });
        if let Some(message) = original.and_then(|id| self.message_json(id)) {
            response["resource"] = json!({ "type": kind, "message": message });
        }
        response
    }

    fn via(interaction: &Interaction) -> Via {
        let source = interaction.source.filter(|_| interaction.kind == COMPONENT);
        let name = if interaction.kind == COMMAND {
            interaction.name.clone()
        } else {
            String::new()
        };
        Via {
            interaction: interaction.id,
            kind: interaction.kind,
            user: interaction.user,
            name,
            source,
        }
    }

    fn answer(
        &mut self,
        interaction: &Interaction,
        data: &Value,
        uploads: Vec<Upload>,
    ) -> Result<u64, Refusal> {
        let draft = check(data, uploads, Form::Callback, false).map_err(below_data)?;
        self.channel_is_there(interaction)?;
        let only_for = (draft.flags.unwrap_or(0) & EPHEMERAL != 0).then_some(interaction.user);
        self.insert(
            interaction.channel,
            self.application,
            draft,
            Some(Self::via(interaction)),
            only_for,
            false,
        )
    }

    fn channel_is_there(&self, interaction: &Interaction) -> Result<(), Refusal> {
        let there = self.channels.contains_key(&interaction.channel);
        if there {
            Ok(())
        } else {
            Err(Refusal::unknown_channel())
        }
    }

    fn think(&mut self, interaction: &Interaction, data: &Value) -> Result<Outcome, Refusal> {
        let mut check = Check::default();
        let map = check.object("data", data, &["flags"]);
        let flags = map
            .and_then(|map| check.integer("data", map, "flags", 0..=i64::MAX))
            .unwrap_or(0)
            .unsigned_abs();
        if flags & !EPHEMERAL != 0 {
            let message = "Only the ephemeral flag can be set while deferring";
            check.problem("data.flags", "MESSAGE_FLAGS_INVALID", message);
        }
        check.finish(())?;
        self.channel_is_there(interaction)?;
        let only_for = (flags != 0).then_some(interaction.user);
        let draft = Draft::default();
        let via = Some(Self::via(interaction));
        let id = self.insert(interaction.channel, self.application, draft, via, only_for, true)?;
        self.interactions
            .entry(interaction.id)
            .and_modify(|interaction| interaction.original = Some(id));
        Ok(Outcome::Deferred)
    }

    fn update_source(
        &mut self,
        interaction: &Interaction,
        data: &Value,
        uploads: Vec<Upload>,
    ) -> Result<Outcome, Refusal> {
        let source = interaction.source.ok_or_else(Refusal::unknown_message)?;
        let message = self.messages.get(&source).ok_or_else(Refusal::unknown_message)?;
        let draft = check(data, uploads, Form::Update, message.has(IS_COMPONENTS_V2)).map_err(below_data)?;
        self.edit(source, draft, None)?;
        Ok(Outcome::Message(source))
    }

    /// The interaction a webhook token belongs to, if it can still be used.
    pub(crate) fn by_token(&self, application: u64, token: &str) -> Result<Interaction, Refusal> {
        let id = token
            .strip_prefix("interaction-")
            .and_then(|rest| rest.split('-').next()?.parse::<u64>().ok());
        let found = id
            .and_then(|id| self.interactions.get(&id))
            .filter(|found| found.token == token);
        let interaction = found.ok_or_else(Refusal::invalid_webhook_token)?;
        if application != self.application {
            return Err(Refusal::unknown_webhook());
        }
        if self.now() - interaction.created > Duration::minutes(TOKEN_MINUTES) {
            return Err(Refusal {
                recorded: false,
                ..Refusal::invalid_webhook_token()
            });
        }
        match interaction.state {
            State::Pending | State::Expired => Err(Refusal {
                recorded: true,
                ..Refusal::unknown_webhook()
            }),
            State::Loading | State::Answered => Ok(interaction.clone()),
        }
    }

    /// A further message in answer to an interaction; the first one after "is thinking" takes its place.
    pub(crate) fn follow_up(
        &mut self,
        interaction: &Interaction,
        body: &Value,
        uploads: Vec<Upload>,
    ) -> Result<u64, Refusal> {
        let loading = interaction
            .original
            .filter(|_| interaction.state == State::Loading);
        let draft = check(body, uploads, Form::Followup, false)?;
        self.channel_is_there(interaction)?;
        if let Some(id) =
            loading.filter(|id| self.messages.get(id).is_some_and(|message| message.has(LOADING)))
        {
            self.complete(interaction, id, draft)?;
            return Ok(id);
        }
        let only_for = (draft.flags.unwrap_or(0) & EPHEMERAL != 0).then_some(interaction.user);
        let via = Some(Self::via(interaction));
        self.insert(interaction.channel, self.application, draft, via, only_for, false)
    }

    /// A message made in answer to an interaction: `@original` or a follow-up.
    pub(crate) fn answer_of(&self, interaction: &Interaction, message: &str) -> Result<u64, Refusal> {
        let id = if message == "@original" {
            interaction.original
        } else {
            let own = |id: &u64| {
                let via = self.messages.get(id).and_then(|message| message.via.as_ref());
                via.is_some_and(|via| via.interaction == interaction.id)
            };
            message.parse().ok().filter(own)
        };
        id.filter(|id| self.messages.contains_key(id))
            .ok_or_else(Refusal::unknown_message)
    }

    /// Edits a message made in answer to an interaction.
    pub(crate) fn edit_answer(
        &mut self,
        interaction: &Interaction,
        id: u64,
        body: &Value,
        uploads: Vec<Upload>,
    ) -> Result<(), Refusal> {
        let was_v2 = self
            .messages
            .get(&id)
            .is_some_and(|message| message.has(IS_COMPONENTS_V2));
        let draft = check(body, uploads, Form::WebhookEdit, was_v2)?;
        self.complete(interaction, id, draft)
    }

    fn complete(&mut self, interaction: &Interaction, id: u64, draft: Draft) -> Result<(), Refusal> {
        let first = interaction.state == State::Loading && interaction.original == Some(id);
        self.edit(id, draft, first.then_some(interaction.id))?;
        if first {
            self.interactions
                .entry(interaction.id)
                .and_modify(|interaction| interaction.state = State::Answered);
        }
        Ok(())
    }
}

fn callback_type(interaction: &Interaction, body: &Value) -> Result<i64, Refusal> {
    let mut check = Check::default();
    let mut kind = 0;
    if let Some(map) = check.object("", body, &["type", "data"]) {
        check.required("", map, "type");
        kind = check.integer("", map, "type", 1..=12).unwrap_or(0);
    }
    let from_message = interaction.source.is_some();
    let allowed: &[i64] = match interaction.kind {
        COMMAND => &[4, 5, 9],
        COMPONENT => &[4, 5, 6, 7, 9],
        AUTOCOMPLETE => &[8],
        _ if from_message => &[4, 5, 6, 7],
        _ => &[4, 5],
    };
    if check.is_fine() && !allowed.contains(&kind) {
        let list: Vec<_> = allowed.iter().map(ToString::to_string).collect();
        let message = format!(
            "Value must be one of ({}) in answer to this interaction.",
            list.join(", ")
        );
        check.problem("type", "BASE_TYPE_CHOICES", message);
    }
    check.finish(kind)
}

fn choices(data: &Value, kind: i64) -> Result<Outcome, Refusal> {
    let mut check = Check::default();
    let mut list: &[Value] = &[];
    if let Some(map) = check.object("data", data, &["choices"]) {
        check.required("data", map, "choices");
        list = check.list("data", map, "choices", 0..=25);
        for (index, choice) in list.iter().enumerate() {
            command::choice(&mut check, &format!("data.choices.{index}"), choice, kind);
        }
    }
    check.finish(Outcome::Choices(json!(list)))
}

/// Moves the problems of a message one level down, where callbacks have it.
fn below_data(refusal: Refusal) -> Refusal {
    Refusal {
        errors: refusal.errors.map(|errors| json!({ "data": errors })),
        ..refusal
    }
}
