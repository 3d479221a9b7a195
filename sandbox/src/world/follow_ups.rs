//! What follows the first answer to an interaction: further messages and edits, with its token.

use chrono::Duration;
use serde_json::Value;

use super::interactions::{Interaction, State, TOKEN_MINUTES};
use super::{Message, World};
use crate::check::message::{Draft, EPHEMERAL, Form, IS_COMPONENTS_V2, LOADING, Upload, check_message};
use crate::refusal::Refusal;

/// Further messages to an interaction through a person's own installation, in a server without the bot.
const MOST_FOLLOW_UPS: usize = 5;

impl World {
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
        let draft = check_message(body, uploads, Form::Followup, false)?;
        self.channel_is_there(interaction)?;
        self.may_follow_up(interaction)?;
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

    /// Where the bot is not, a person's own installation permits so many further messages.
    fn may_follow_up(&self, interaction: &Interaction) -> Result<(), Refusal> {
        let answers = |message: &&Message| {
            let via = message.via.as_ref();
            via.is_some_and(|via| via.interaction == interaction.id)
                && Some(message.id) != interaction.original
        };
        let bound = interaction.installed_by.is_some() && !self.bot_is_at(interaction.channel);
        if bound && self.messages.values().filter(answers).count() >= MOST_FOLLOW_UPS {
            let message = "Maximum number of follow-up messages reached (5)";
            return Err(Refusal::mistake(400, 40094, message));
        }
        Ok(())
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
        let draft = check_message(body, uploads, Form::WebhookEdit, was_v2)?;
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
