//! What a person does.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Choice, Member, MessageRef, Place, find};
use crate::check::message::Draft;
use crate::slash::{self, Typist};
use crate::world::{AUTOCOMPLETE, Act, Attachment, COMMAND, COMPONENT, MODAL_SUBMIT, Outcome};
use crate::{ActError, Seen};

impl Member {
    /// Types a slash command and sends it, then waits for the reply.
    ///
    /// # Errors
    /// When the client would not send it, or the bot does not answer in time.
    pub async fn slash(&self, text: &str) -> Result<Seen, ActError> {
        self.slash_with(text, &[]).await
    }

    /// As [`Self::slash`], with files at hand that options name.
    ///
    /// # Errors
    /// When the client would not send it, or the bot does not answer in time.
    pub async fn slash_with(&self, text: &str, files: &[(&str, &[u8])]) -> Result<Seen, ActError> {
        let files = self.upload(files);
        let typed = self.typed(text, &files, false)?;
        self.perform(self.act(COMMAND, None, typed.name, typed.data))
            .await
    }

    /// Uses a command from a message's menu.
    ///
    /// # Errors
    /// When there is no such command, or the bot does not answer in time.
    pub async fn use_on_message(
        &self,
        message: impl Into<MessageRef>,
        command: &str,
    ) -> Result<Seen, ActError> {
        let seen = self.look_at(message.into())?;
        let here = self.at(seen.channel);
        let resolved = json!({ "messages": { seen.id.to_string(): seen.payload } });
        let data = here.menu(3, command, seen.id, resolved)?;
        here.perform(here.act(COMMAND, None, command.to_owned(), data))
            .await
    }

    /// Uses a command from a member's menu.
    ///
    /// # Errors
    /// When there is no such command or member, or the bot does not answer in time.
    pub async fn use_on_member(&self, member: &str, command: &str) -> Result<Seen, ActError> {
        let (id, resolved) = self.with_typist(&[], |world, who| {
            let mut resolved = json!({});
            let id = slash::convert_user(world, who, "the menu", member, &mut resolved)?;
            Ok::<_, ActError>((id, resolved))
        })?;
        let target = id.as_str().and_then(|id| id.parse().ok()).unwrap_or(0);
        let data = self.menu(2, command, target, resolved)?;
        self.perform(self.act(COMMAND, None, command.to_owned(), data))
            .await
    }

    fn menu(&self, kind: u8, name: &str, target: u64, resolved: Value) -> Result<Value, ActError> {
        let commands = self.commands();
        let command = commands
            .iter()
            .find(|command| command["type"] == kind && command["name"] == name);
        let Some(command) = command else {
            return Err(ActError::NotSent(format!("The menu has no command {name:?}")));
        };
        Ok(json!({
            "id": command["id"], "name": name, "type": kind, "target_id": target.to_string(), "resolved": resolved,
        }))
    }

    /// Types part of a command and looks at the suggestions for the last option.
    ///
    /// # Errors
    /// When that option offers none, or the bot does not answer in time.
    pub async fn complete(&self, text: &str) -> Result<Vec<Choice>, ActError> {
        let typed = self.typed(text, &[], true)?;
        let act = Act {
            focused: typed.focused,
            ..self.act(AUTOCOMPLETE, None, typed.name, typed.data)
        };
        let (interaction, mut outcomes) = self.sandbox.inner().act(act);
        let outcome = outcomes.recv().await;
        self.sandbox.inner().forget(interaction);
        let Some(Outcome::Choices(list)) = outcome else {
            return Err(ActError::NoAnswer("Loading options failed".to_owned()));
        };
        let choice = |choice: &Value| Choice {
            name: choice["name"].as_str().unwrap_or("").to_owned(),
            value: choice["value"].clone(),
        };
        Ok(list.as_array().into_iter().flatten().map(choice).collect())
    }

    /// Presses a button, found by its label or `custom_id`, and waits for what comes of it: the reply, or the changed
    /// message.
    ///
    /// # Errors
    /// When there is no such button, it cannot be pressed, or the bot does not answer in time.
    pub async fn press(&self, message: impl Into<MessageRef>, button: &str) -> Result<Seen, ActError> {
        let seen = self.look_at(message.into())?;
        let components = seen.payload["components"].as_array().cloned().unwrap_or_default();
        let part = find::find_component(&components, button, true)?;
        let custom_id = part["custom_id"].as_str().unwrap_or("").to_owned();
        let data = json!({ "custom_id": custom_id, "component_type": 2, "id": part["id"] });
        self.at(seen.channel)
            .perform(
                self.at(seen.channel)
                    .act(COMPONENT, Some(seen.id), custom_id, data),
            )
            .await
    }

    /// Chooses in a select, found by its placeholder or `custom_id`; the values by their label or value.
    ///
    /// # Errors
    /// When there is no such select or option, or the bot does not answer in time.
    pub async fn choose(
        &self,
        message: impl Into<MessageRef>,
        select: &str,
        values: &[&str],
    ) -> Result<Seen, ActError> {
        let seen = self.look_at(message.into())?;
        let here = self.at(seen.channel);
        let components = seen.payload["components"].as_array().cloned().unwrap_or_default();
        let part = find::find_component(&components, select, false)?;
        let custom_id = part["custom_id"].as_str().unwrap_or("").to_owned();
        let (values, resolved) =
            here.with_typist(&[], |world, who| find::fill_select(world, who, part, values))?;
        let mut data = json!({
            "custom_id": custom_id, "component_type": part["type"], "id": part["id"], "values": values,
        });
        if resolved.as_object().is_some_and(|resolved| !resolved.is_empty()) {
            data["resolved"] = resolved;
        }
        here.perform(here.act(COMPONENT, Some(seen.id), custom_id, data))
            .await
    }

    /// Fills in a modal and sends it; fields by their label or `custom_id`, several values of one separated by `|`.
    ///
    /// # Errors
    /// When a field is missing, too long or unknown, or the bot does not answer in time.
    pub async fn submit(&self, modal: &Seen, fields: &[(&str, &str)]) -> Result<Seen, ActError> {
        self.submit_with(modal, fields, &[]).await
    }

    /// As [`Self::submit`], with files at hand that fields name.
    ///
    /// # Errors
    /// When a field is missing, too long or unknown, or the bot does not answer in time.
    pub async fn submit_with(
        &self,
        modal: &Seen,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Result<Seen, ActError> {
        if !modal.is_modal() {
            return Err(ActError::NotSent("Only a modal can be sent".to_owned()));
        }
        let here = self.at(modal.channel);
        let files = self.upload(files);
        let (components, resolved) = here.with_typist(&files, |world, who| {
            find::fill_field(world, who, &modal.payload, fields)
        })?;
        let source = self
            .sandbox
            .read(|world| world.interactions.get(&modal.id).and_then(|one| one.source));
        let custom_id = modal.payload["custom_id"].as_str().unwrap_or("").to_owned();
        let mut data = json!({ "custom_id": custom_id, "components": components });
        if resolved.as_object().is_some_and(|resolved| !resolved.is_empty()) {
            data["resolved"] = resolved;
        }
        here.perform(here.act(MODAL_SUBMIT, source, custom_id, data))
            .await
    }

    /// Writes a plain message.
    ///
    /// # Errors
    /// When it is empty or too long.
    pub fn say<'p>(&self, place: impl Into<Place<'p>>, text: &str) -> Result<Seen, ActError> {
        let place = self.resolve(place.into());
        if text.trim().is_empty() || text.chars().count() > 2000 {
            return Err(ActError::NotSent("A message has 1 to 2000 characters".to_owned()));
        }
        let draft = Draft {
            content: Some(text.to_owned()),
            ..Draft::default()
        };
        let made = self
            .sandbox
            .inner()
            .change(|world| world.insert(place, self.id, draft, None, None, false));
        let id = made.map_err(|refusal| ActError::NotSent(refusal.message))?;
        self.see(id)
            .ok_or_else(|| ActError::NotSent("The message vanished".to_owned()))
    }

    /// Dismisses an ephemeral message of theirs.
    pub fn dismiss(&self, message: impl Into<MessageRef>) {
        let MessageRef(id) = message.into();
        self.sandbox.inner().change(|world| {
            if world
                .messages
                .get(&id)
                .is_some_and(|message| message.only_for == Some(self.id))
            {
                world.delete(id);
            }
        });
    }

    /// The slash commands Discord's client shows them here, as Discord's JSON.
    pub fn commands(&self) -> Vec<Value> {
        let guild = self.guild();
        self.with_typist(&[], |world, who| {
            let mut commands = world.commands_for(guild, self.user_install);
            commands.retain(|command| slash::check_shown(world, who, command).is_ok());
            commands
        })
    }

    fn look_at(&self, message: MessageRef) -> Result<Seen, ActError> {
        self.see(message)
            .ok_or_else(|| ActError::NotSent(format!("{} does not see that message", self.name())))
    }

    fn act(&self, kind: u8, source: Option<u64>, name: String, data: Value) -> Act {
        Act {
            kind,
            user: self.id,
            channel: self.place,
            source,
            name,
            focused: 0,
            installed_by: self.user_install.then_some(self.id),
            data,
        }
    }

    fn typed(&self, text: &str, files: &[Attachment], completing: bool) -> Result<slash::Typed, ActError> {
        self.with_typist(files, |world, who| {
            slash::read_command(world, who, text, completing)
        })
    }

    fn with_typist<R>(
        &self,
        files: &[Attachment],
        act: impl FnOnce(&crate::world::World, &Typist<'_>) -> R,
    ) -> R {
        let guild = self.guild();
        let who = Typist {
            user: self.id,
            channel: self.place,
            guild,
            user_install: self.user_install,
            files,
        };
        self.sandbox.read(|world| act(world, &who))
    }

    fn upload(&self, files: &[(&str, &[u8])]) -> Vec<Attachment> {
        self.sandbox.inner().change(|world| {
            let mut made = Vec::new();
            for (name, bytes) in files {
                let file = Attachment {
                    id: world.next_id(),
                    name: (*name).to_owned(),
                    content_type: crate::world::guess_type(name).to_owned(),
                    bytes: Arc::from(*bytes),
                    description: None,
                };
                world.uploads.insert(file.id, file.clone());
                made.push(file);
            }
            made
        })
    }
}
