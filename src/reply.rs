//! What the bot says: plain data that serialises to exactly what Discord's API takes.
//!
//! Every message is made of Components V2, ephemeral ones too, and pings nobody it does not name. serenity has no types
//! for these, so they are ours; [`Message::problems`] is Discord's rule book for them.

pub mod limits;

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::ids::RoleId;

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
                    .map(|(name, value)| json!({ "name": clip(name, limits::CHOICE), "value": value }))
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
        }
    }

    /// A message only the person it answers can see.
    #[must_use]
    pub fn private(components: Vec<Component>) -> Self {
        Self {
            components,
            audience: Audience::OnlyYou,
            pings: Vec::new(),
        }
    }

    /// A sentence only the person it answers can see.
    #[must_use]
    pub fn note(text: impl Into<String>) -> Self {
        Self::private(vec![Component::Text(clip(&text.into(), limits::TEXT))])
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
        limits::room(self)
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
        limits::problems(self)
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

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Component {
    /// Markdown.
    Text(String),
    /// Markdown with a button beside it.
    Section(String, Button),
    /// One to five buttons side by side.
    Row(Vec<Button>),
    /// A list to choose from.
    Select(Select),
    /// A picture that is sent along.
    Picture(Picture),
    /// A thin line.
    Separator,
    /// A framed group.
    Container {
        /// Colour of its left edge, `0xRRGGBB`.
        accent: u32,
        /// What it frames; no other container.
        children: Vec<Component>,
    },
}

impl Component {
    fn disable(&mut self) {
        match self {
            Self::Section(_, button) => button.enabled = false,
            Self::Row(buttons) => buttons.iter_mut().for_each(|button| button.enabled = false),
            Self::Select(select) => select.enabled = false,
            Self::Container { children, .. } => children.iter_mut().for_each(Self::disable),
            Self::Text(_) | Self::Picture(_) | Self::Separator => {}
        }
    }

    fn pictures<'a>(&'a self, found: &mut Vec<&'a Picture>) {
        match self {
            Self::Picture(picture) => found.push(picture),
            Self::Container { children, .. } => children.iter().for_each(|child| child.pictures(found)),
            Self::Text(_) | Self::Section(..) | Self::Row(_) | Self::Select(_) | Self::Separator => {}
        }
    }
}

/// A PNG file that is shown where it stands in the message.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file's name, of letters, digits, `.`, `-` and `_`; one of its kind in a message.
    pub file: String,
    /// The same in words, for those who cannot see it.
    pub words: String,
    /// The file.
    pub bytes: Arc<[u8]>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Picture({}, {} bytes: {})",
            self.file,
            self.bytes.len(),
            self.words
        )
    }
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What a click sends.
    pub custom_id: String,
    /// How it looks.
    pub style: Style,
    /// Whether it can be pressed.
    pub enabled: bool,
}

impl Button {
    /// An ordinary, enabled button.
    #[must_use]
    pub fn new(label: impl Into<String>, custom_id: String) -> Self {
        Self {
            label: label.into(),
            custom_id,
            style: Style::Secondary,
            enabled: true,
        }
    }

    /// The same button, the one most people want.
    #[must_use]
    pub fn primary(self) -> Self {
        Self {
            style: Style::Primary,
            ..self
        }
    }

    /// The same button, green: take part.
    #[must_use]
    pub fn invite(self) -> Self {
        Self {
            style: Style::Success,
            ..self
        }
    }

    /// The same button, red: something ends.
    #[must_use]
    pub fn danger(self) -> Self {
        Self {
            style: Style::Danger,
            ..self
        }
    }

    /// The same button, enabled or not.
    #[must_use]
    pub fn enabled(self, enabled: bool) -> Self {
        Self { enabled, ..self }
    }
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The colour of Discord.
    Primary,
    /// Grey.
    Secondary,
    /// Green.
    Success,
    /// Red.
    Danger,
}

/// A list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// What a choice sends.
    pub custom_id: String,
    /// What stands there before anything is chosen.
    pub placeholder: String,
    /// How many may be chosen at once; at least one must.
    pub max: usize,
    /// Whether it can be opened.
    pub enabled: bool,
    /// Label, value and a line of description.
    pub options: Vec<(String, String, String)>,
}

impl Serialize for Component {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |content: &String| json!({ "type": 10, "content": content });
        match self {
            Self::Text(content) => text(content),
            Self::Section(content, button) => {
                json!({ "type": 9, "components": [text(content)], "accessory": button })
            }
            Self::Row(buttons) => json!({ "type": 1, "components": buttons }),
            Self::Select(select) => json!({ "type": 1, "components": [select] }),
            Self::Picture(picture) => {
                let media = json!({ "url": format!("attachment://{}", picture.file) });
                json!({ "type": 12, "items": [{ "media": media, "description": picture.words }] })
            }
            Self::Separator => json!({ "type": 14 }),
            Self::Container { accent, children } => {
                json!({ "type": 17, "accent_color": accent, "components": children })
            }
        }
        .serialize(serializer)
    }
}

impl Serialize for Button {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let style = match self.style {
            Style::Primary => 1,
            Style::Secondary => 2,
            Style::Success => 3,
            Style::Danger => 4,
        };
        json!({
            "type": 2, "style": style, "label": self.label, "custom_id": self.custom_id, "disabled": !self.enabled,
        })
        .serialize(serializer)
    }
}

impl Serialize for Select {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let options: Vec<Value> = self
            .options
            .iter()
            .map(|(label, value, description)| {
                let mut option = json!({ "label": clip(label, limits::CHOICE), "value": value });
                if !description.is_empty() {
                    option["description"] = clip(description, limits::CHOICE).into();
                }
                option
            })
            .collect();
        json!({
            "type": 3, "custom_id": self.custom_id, "placeholder": self.placeholder,
            "min_values": 1, "max_values": self.max, "options": options, "disabled": !self.enabled,
        })
        .serialize(serializer)
    }
}

/// A form that opens over the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modal {
    /// What sending it sends.
    pub custom_id: String,
    /// Its heading; cut where it is too long.
    pub title: String,
    /// What is to be filled in, one to five.
    pub inputs: Vec<TextInput>,
}

/// A text of several lines to be written, which must not be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextInput {
    /// What its value is called.
    pub custom_id: String,
    /// What it is.
    pub label: String,
    /// What to know about it.
    pub description: String,
    /// What stands there to begin with; may be empty.
    pub value: String,
    /// The most characters it takes.
    pub max: usize,
}

impl Modal {
    /// What Discord would refuse about it, one sentence each; empty for every form we send.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        limits::modal_problems(self)
    }
}

impl Serialize for Modal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json!({
            "custom_id": self.custom_id, "title": clip(&self.title, limits::MODAL_TITLE), "components": self.inputs,
        })
        .serialize(serializer)
    }
}

impl Serialize for TextInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const PARAGRAPH: u8 = 2;
        let mut input = json!({
            "type": 4, "custom_id": self.custom_id, "style": PARAGRAPH, "min_length": 1, "max_length": self.max,
            "required": true,
        });
        if !self.value.is_empty() {
            input["value"] = clip(&self.value, self.max).into();
        }
        json!({ "type": 18, "label": self.label, "description": self.description, "component": input })
            .serialize(serializer)
    }
}

/// Shortens a text to at most `max` characters, with an ellipsis where something was cut.
#[must_use]
pub fn clip(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
