//! The parts a message is made of: Discord's Components V2, as many of them as the bot uses.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{clip_text, limits};

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
    pub(super) fn disable(&mut self) {
        match self {
            Self::Section(_, button) => button.enabled = false,
            Self::Row(buttons) => buttons.iter_mut().for_each(|button| button.enabled = false),
            Self::Select(select) => select.enabled = false,
            Self::Container { children, .. } => children.iter_mut().for_each(Self::disable),
            Self::Text(_) | Self::Picture(_) | Self::Separator => {}
        }
    }

    pub(super) fn pictures<'a>(&'a self, found: &mut Vec<&'a Picture>) {
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
                let mut option = json!({ "label": clip_text(label, limits::CHOICE), "value": value });
                if !description.is_empty() {
                    option["description"] = clip_text(description, limits::CHOICE).into();
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
