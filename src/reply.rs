//! What the bot says: plain data that serialises to exactly what Discord's API takes.
//!
//! Every message is made of Components V2, ephemeral ones too, and pings nobody it does not name. serenity has no types
//! for these, so they are ours; [`Message::problems`] is Discord's rule book for them.

mod component;
pub mod limits;
mod modal;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

pub use self::component::{Button, Component, Picture, Select};
pub use self::modal::{Modal, TextInput};
use crate::ids::{OutboxId, RoleId};

/// The answer to an interaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Say something new (callback type 4).
    Say(Message),
    /// Rewrite the message the pressed button is on (callback type 7).
    Update(Message),
    /// A form to fill in (callback type 9). Not an answer to a form that was just sent.
    Modal(Modal),
    /// What could be typed next: name and value (callback type 8). At most 25 are sent.
    Choices(Vec<(String, String)>),
}

impl Reply {
    /// The same without its pictures, for places that take no files.
    #[must_use]
    pub fn in_words(self) -> Self {
        match self {
            Self::Say(message) => Self::Say(message.in_words()),
            Self::Update(message) => Self::Update(message.in_words()),
            Self::Choices(_) | Self::Modal(_) => self,
        }
    }

    /// The pictures that have to be sent along.
    #[must_use]
    pub fn pictures(&self) -> Vec<&Picture> {
        match self {
            Self::Say(message) | Self::Update(message) => message.pictures(),
            Self::Modal(_) | Self::Choices(_) => Vec::new(),
        }
    }
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = match self {
            Self::Say(message) => json!({ "type": 4, "data": message }),
            Self::Update(message) => json!({ "type": 7, "data": message.edit() }),
            Self::Modal(modal) => json!({ "type": 9, "data": modal }),
            Self::Choices(choices) => {
                let choices: Vec<Value> = choices
                    .iter()
                    .take(limits::CHOICES)
                    .map(|(name, value)| json!({ "name": clip_text(name, limits::CHOICE), "value": value }))
                    .collect();
                json!({ "type": 8, "data": { "choices": choices } })
            }
        };
        body.serialize(serializer)
    }
}

/// A message in Components V2.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What it shows, from top to bottom.
    pub components: Vec<Component>,
    /// Who sees it.
    pub audience: Audience,
    /// The only roles it may ping.
    pub pings: Vec<RoleId>,
    /// The id of its first component, by which a message that was posted is known again. Discord keeps what we choose.
    pub mark: Option<i64>,
}

/// Who sees a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The channel.
    Everyone,
    /// Only the person it answers.
    OnlyYou,
}

impl Message {
    /// A message for the channel.
    #[must_use]
    pub fn public(components: Vec<Component>) -> Self {
        Self {
            components,
            audience: Audience::Everyone,
            pings: Vec::new(),
            mark: None,
        }
    }

    /// A message only the person it answers can see.
    #[must_use]
    pub fn private(components: Vec<Component>) -> Self {
        Self {
            components,
            audience: Audience::OnlyYou,
            pings: Vec::new(),
            mark: None,
        }
    }

    /// A sentence only the person it answers can see.
    #[must_use]
    pub fn note(text: impl Into<String>) -> Self {
        Self::private(vec![Component::Text(clip_text(&text.into(), limits::TEXT))])
    }

    /// The same message with the mark of its place in the outbox.
    #[must_use]
    pub fn marked(mut self, id: OutboxId) -> Self {
        self.mark = Some(mark_of(id));
        self
    }

    /// The same message with nothing on it that can be pressed.
    #[must_use]
    pub fn inert(mut self) -> Self {
        self.components.iter_mut().for_each(Component::disable);
        self
    }

    /// The same message with a picture below its heading.
    #[must_use]
    pub fn illustrated(mut self, picture: Option<Picture>) -> Self {
        let framed = self.components.iter_mut().find_map(|component| match component {
            Component::Container { children, .. } => Some(children),
            _ => None,
        });
        let below_heading = framed.map(|children| (1.min(children.len()), children));
        if let (Some(picture), Some((at, children))) = (picture, below_heading) {
            children.insert(at, Component::Picture(picture));
        }
        self
    }

    /// The same message without its pictures, for places that take no files.
    #[must_use]
    pub fn in_words(mut self) -> Self {
        without_pictures(&mut self.components);
        self
    }

    /// How many more characters of text it could take.
    #[must_use]
    pub fn room(&self) -> usize {
        limits::room_left(self)
    }

    /// The pictures on it, from top to bottom. As files they are numbered in this order.
    #[must_use]
    pub fn pictures(&self) -> Vec<&Picture> {
        let mut found = Vec::new();
        self.components.iter().for_each(|one| one.pictures(&mut found));
        found
    }

    /// What an edit to this message sends. It always says which files there are, because Discord keeps those an edit is
    /// silent about: pictures would pile up unseen.
    #[must_use]
    pub fn edit(&self) -> Value {
        let mut body = json!(self);
        if body["attachments"].is_null() {
            body["attachments"] = json!([]);
        }
        body
    }

    /// What Discord would refuse about it, one sentence each; empty for every message we send.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        limits::limit_problems(self)
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const COMPONENTS_V2: u32 = 1 << 15;
        const EPHEMERAL: u32 = 1 << 6;
        let flags = match self.audience {
            Audience::Everyone => COMPONENTS_V2,
            Audience::OnlyYou => COMPONENTS_V2 | EPHEMERAL,
        };
        // Always said, because an edit without it would ping whoever the text mentions.
        let roles: Vec<String> = self.pings.iter().map(ToString::to_string).collect();
        let mut body = json!({
            "flags": flags,
            "components": self.components,
            "allowed_mentions": { "parse": [], "roles": roles },
        });
        let files: Vec<Value> = (0..)
            .zip(self.pictures())
            .map(|(n, picture): (u32, _)| json!({ "id": n, "filename": picture.file, "description": picture.words }))
            .collect();
        if !files.is_empty() {
            body["attachments"] = files.into();
        }
        if let (Some(mark), Some(first)) = (self.mark, body["components"].get_mut(0)) {
            first["id"] = mark.into();
        }
        body.serialize(serializer)
    }
}

fn without_pictures(components: &mut Vec<Component>) {
    components.retain(|component| !matches!(component, Component::Picture(_)));
    for component in components {
        if let Component::Container { children, .. } = component {
            without_pictures(children);
        }
    }
}

/// The mark a message carries, so that it is known again: 32 bits are all that the id of a component has, and Discord
/// numbers those without one from 1 on. Two messages of one channel that are looked for at the same time differ.
#[must_use]
pub fn mark_of(id: OutboxId) -> i64 {
    const FIRST: i64 = 100_000_000;
    const MANY: i64 = 2_000_000_000;
    FIRST + id.0.rem_euclid(MANY)
}

/// Shortens a text to at most `max` characters, with an ellipsis where something was cut.
#[must_use]
pub fn clip_text(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
