//! Forms that open over the channel. What is entered comes back as an interaction of its own.

use serde::{Serialize, Serializer};
use serde_json::json;

use super::{clip_text, limits};

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
            "custom_id": self.custom_id,
            "title": clip_text(&self.title, limits::MODAL_TITLE),
            "components": self.inputs,
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
            input["value"] = clip_text(&self.value, self.max).into();
        }
        json!({ "type": 18, "label": self.label, "description": self.description, "component": input })
            .serialize(serializer)
    }
}
