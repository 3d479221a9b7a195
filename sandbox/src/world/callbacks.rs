//! The first answer to an interaction: one, in time, of a type that fits.

use std::time::Instant;

use serde_json::{Value, json};

use super::interactions::{DEADLINE, Interaction, Outcome, State};
use super::{AUTOCOMPLETE, COMMAND, COMPONENT, Via, World};
use crate::check::message::{Draft, EPHEMERAL, Form, IS_COMPONENTS_V2, Upload, check_message};
use crate::check::{Check, command, modal};
use crate::refusal::Refusal;

impl World {
    /// The bot's first answer. `Some` is what `with_response` asks for.
    pub(crate) fn callback(
        &mut self,
        id: u64,
        token: &str,
        body: &Value,
        uploads: Vec<Upload>,
        at: Instant,
    ) -> Result<Value, Refusal> {
        let interaction = self.unanswered(id, token, at)?;
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
            8 => (State::Answered, check_choices(data, interaction.focused)?),
            _ => (State::Answered, Outcome::Modal(modal::check_modal(data)?)),
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

    /// An interaction that can still be answered.
    fn unanswered(&mut self, id: u64, token: &str, at: Instant) -> Result<Interaction, Refusal> {
        let found = self.interactions.get(&id).filter(|found| found.token == token);
        let interaction = found.ok_or_else(Refusal::unknown_interaction)?.clone();
        match interaction.state {
            State::Pending if at.duration_since(interaction.sent) <= DEADLINE => Ok(interaction),
            State::Loading | State::Answered => Err(Refusal::already_acknowledged()),
            State::Pending | State::Expired => {
                // The lateness itself is recorded, once.
                self.expire(id);
                Err(Refusal {
                    recorded: false,
                    ..Refusal::unknown_interaction()
                })
            }
        }
    }

    fn callback_response(&self, interaction: &Interaction, kind: i64, original: Option<u64>) -> Value {
        let mut response = json!({
            "interaction": {
                "id": interaction.id.to_string(), "type": interaction.kind,
                "response_message_loading": kind == 5,
                "response_message_ephemeral": original.is_some_and(|id| self.messages[&id].only_for.is_some()),
            },
        });
        if let Some(id) = original {
            response["interaction"]["response_message_id"] = json!(id.to_string());
        }
        // Only these two make or change a message that is already there to be shown.
        if let Some(message) = original
            .filter(|_| [4, 7].contains(&kind))
            .and_then(|id| self.message_json(id))
        {
            response["resource"] = json!({ "type": kind, "message": message });
        }
        response
    }

    /// What a message remembers of the interaction it answers.
    pub(super) fn via(interaction: &Interaction) -> Via {
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
            installed_by: interaction.installed_by,
        }
    }

    fn answer(
        &mut self,
        interaction: &Interaction,
        data: &Value,
        uploads: Vec<Upload>,
    ) -> Result<u64, Refusal> {
        let draft = check_message(data, uploads, Form::Callback, false).map_err(below_data)?;
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

    /// Whether the place of an interaction still exists.
    pub(super) fn channel_is_there(&self, interaction: &Interaction) -> Result<(), Refusal> {
        let there = self.channels.contains_key(&interaction.channel);
        if there {
            Ok(())
        } else {
            Err(Refusal::unknown_channel())
        }
    }

    /// "… is thinking". Libraries send what they send with every message, also where nothing of it is used.
    fn think(&mut self, interaction: &Interaction, data: &Value) -> Result<Outcome, Refusal> {
        let draft = check_message(data, Vec::new(), Form::Callback, false).map_err(below_data)?;
        let mut check = Check::default();
        let flags = draft.flags.unwrap_or(0);
        if flags & !EPHEMERAL != 0 {
            let message = "Only the ephemeral flag can be set while deferring";
            check.problem("data.flags", "MESSAGE_FLAGS_INVALID", message);
        }
        for (key, has) in [
            (
                "content",
                draft.content.is_some_and(|content| !content.is_empty()),
            ),
            ("embeds", draft.embeds.is_some_and(|embeds| !embeds.is_empty())),
            (
                "components",
                draft.components.is_some_and(|components| !components.is_empty()),
            ),
            (
                "attachments",
                draft
                    .attachments
                    .is_some_and(|attachments| !attachments.is_empty()),
            ),
        ] {
            if has {
                let message = "Discord would ignore it in silence while deferring, the sandbox refuses it";
                check.problem(&format!("data.{key}"), "UNKNOWN_FIELD", message);
            }
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
        let draft =
            check_message(data, uploads, Form::Update, message.has(IS_COMPONENTS_V2)).map_err(below_data)?;
        self.edit(source, draft, None)?;
        Ok(Outcome::Message(source))
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

fn check_choices(data: &Value, kind: i64) -> Result<Outcome, Refusal> {
    let mut check = Check::default();
    let mut list: &[Value] = &[];
    if let Some(map) = check.object("data", data, &["choices"]) {
        check.required("data", map, "choices");
        list = check.list("data", map, "choices", 0..=25);
        for (index, choice) in list.iter().enumerate() {
            command::check_choice(&mut check, &format!("data.choices.{index}"), choice, kind);
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
