//! What a person sees of a message or a modal, as data and as plain text for snapshots.
//!
//! The text shows content, embeds and components in their order: buttons as `[A]`, coloured ones as `[A:green]`,
//! disabled ones as `(A)`, links as `[text](address)`, selects as `<placeholder: a | b>`, separators as `---`, a
//! container between two lines, files as `{name}`, mentions by name. It renders no Markdown.

mod render;

use std::fmt;

use serde_json::Value;

use crate::check::kinds::list_children;
use crate::clock::time_of;
use crate::world::{Message, World};

/// A message or a modal as one person sees it at one moment.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The message; of a modal the interaction.
    pub id: u64,
    /// Where it stands.
    pub channel: u64,
    /// Who wrote it.
    pub author: String,
    /// Whether only this person sees it.
    pub ephemeral: bool,
    /// Whether it says "(edited)".
    pub edited: bool,
    /// Flag bits.
    pub flags: u64,
    /// Who was pinged: `@Name`, `@Role`, `@everyone`.
    pub pings: Vec<String>,
    /// The thread started from it.
    pub thread: Option<u64>,
    /// Discord's JSON of the message, or of the modal.
    pub payload: Value,
    modal: bool,
    text: String,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What is on it; an emoji, if it has nothing else.
    pub label: String,
    /// What a press sends; links have none.
    pub custom_id: Option<String>,
    /// Where a link leads.
    pub url: Option<String>,
    /// Discord's style: 1 blue, 2 grey, 3 green, 4 red, 5 link.
    pub style: u8,
    /// Whether it cannot be pressed.
    pub disabled: bool,
}

impl Seen {
    /// A message.
    pub fn of_message(world: &World, message: &Message) -> Self {
        Self {
            id: message.id,
            channel: message.channel,
            author: message
                .signed
                .clone()
                .or_else(|| Some(world.users.get(&message.author)?.name.clone()))
                .unwrap_or_default(),
            ephemeral: message.only_for.is_some(),
            edited: message.edited.is_some(),
            flags: message.flags,
            pings: list_pings(world, message),
            thread: world.thread_on(message).map(|thread| thread.id),
            payload: world.message_json(message.id).unwrap_or(Value::Null),
            modal: false,
            text: render::render_message(world, message),
        }
    }

    /// A modal that answers an interaction.
    pub(crate) fn of_modal(world: &World, interaction: u64, modal: Value) -> Self {
        let channel = world
            .interactions
            .get(&interaction)
            .map_or(0, |interaction| interaction.channel);
        Self {
            id: interaction,
            channel,
            author: world.users[&world.application].name.clone(),
            ephemeral: true,
            edited: false,
            flags: 0,
            pings: Vec::new(),
            thread: None,
            text: render::render_modal(world, &modal),
            modal: true,
            payload: modal,
        }
    }

    /// The plain text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is a modal.
    pub fn is_modal(&self) -> bool {
        self.modal
    }

    /// The title of a modal.
    pub fn title(&self) -> &str {
        self.payload["title"].as_str().unwrap_or("")
    }

    /// When it was made.
    pub fn created(&self) -> chrono::DateTime<chrono::Utc> {
        time_of(self.id)
    }

    /// All buttons, in order.
    pub fn buttons(&self) -> Vec<Button> {
        let mut buttons = Vec::new();
        for component in self.payload["components"].as_array().into_iter().flatten() {
            collect_buttons(component, &mut buttons);
        }
        buttons
    }

    /// The button with this label or `custom_id`.
    pub fn button(&self, name: &str) -> Option<Button> {
        self.buttons()
            .into_iter()
            .find(|one| one.label == name || one.custom_id.as_deref() == Some(name))
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn collect_buttons(component: &Value, buttons: &mut Vec<Button>) {
    if component["type"] == 2 {
        let text = |key: &str| component[key].as_str().map(str::to_owned);
        buttons.push(Button {
            label: render::label_of(component),
            custom_id: text("custom_id"),
            url: text("url"),
            style: component["style"]
                .as_u64()
                .and_then(|style| u8::try_from(style).ok())
                .unwrap_or(0),
            disabled: component["disabled"] == true,
        });
    }
    list_children(component).for_each(|child| collect_buttons(child, buttons));
}

fn list_pings(world: &World, message: &Message) -> Vec<String> {
    let everyone = message.mention_everyone.then(|| "@everyone".to_owned());
    let roles = message.mention_roles.iter().filter_map(|id| {
        let role = world.guilds.values().find_map(|guild| guild.roles.get(id))?;
        Some(format!("@{}", role.name))
    });
    let users = message
        .mentions
        .iter()
        .filter_map(|id| Some(format!("@{}", world.users.get(id)?.name)));
    everyone.into_iter().chain(roles).chain(users).collect()
}
