//! What is counted over a whole message or modal.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Check, join_path};

/// Most components a message may have, nested ones included.
pub(super) const MOST: usize = 40;
/// Most characters in all text displays of a message together (not in the documentation, but enforced).
const MOST_TEXT: usize = 4000;
/// Most UTF-8 bytes of text, and what each text display adds: observed, not documented.
const MOST_BYTES: usize = 10_170;
const BYTES_PER_TEXT: usize = 12;

/// What is counted over a whole message or modal.
#[derive(Default)]
pub(super) struct Tally {
    /// Components, nested ones included.
    pub(super) count: usize,
    text: usize,
    bytes: usize,
    custom_ids: HashSet<String>,
    ids: HashSet<i64>,
    /// Names of uploaded files the components show.
    pub(super) files: Vec<(String, String)>,
}

impl Tally {
    /// A number of the bot's own: in range, and used once.
    pub(super) fn check_id(&mut self, check: &mut Check, path: &str, map: &Map<String, Value>) {
        if let Some(id) = check.integer(path, map, "id", 0..=i64::from(i32::MAX))
            && id != 0
            && !self.ids.insert(id)
        {
            check.problem(
                &join_path(path, "id"),
                "COMPONENT_ID_DUPLICATED",
                "Component id cannot be duplicated",
            );
        }
    }

    /// A `custom_id`: present, short enough, and used once.
    pub(super) fn check_custom_id(&mut self, check: &mut Check, path: &str, map: &Map<String, Value>) {
        let Some(custom_id) = check.required_text(path, map, "custom_id", 1..=100) else {
            return;
        };
        if !self.custom_ids.insert(custom_id.to_owned()) {
            let message = "Component custom id cannot be duplicated";
            check.problem(
                &join_path(path, "custom_id"),
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                message,
            );
        }
    }

    /// Counts a text display.
    pub(super) fn count_text(&mut self, content: &str) {
        self.text += content.chars().count();
        self.bytes += content.len() + BYTES_PER_TEXT;
    }

    /// Complains of what is too much for one message.
    pub(super) fn check_totals(&self, check: &mut Check) {
        if self.count > MOST {
            let message = format!(
                "The total number of components must not exceed {MOST}, there are {}.",
                self.count
            );
            check.problem("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message);
        }
        if self.text > MOST_TEXT {
            let message = format!(
                "The text displays of a message must not exceed {MOST_TEXT} characters in total, there are {}.",
                self.text
            );
            check.problem("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message);
        }
        if self.bytes > MOST_BYTES {
            let bytes = self.bytes;
            let message = format!(
                "Discord breaks with status 500 on so much text: {bytes} bytes, {MOST_BYTES} are safe."
            );
            check.problem("components", "SANDBOX_TEXT_BYTES_EXCEEDED", message);
        }
    }
}
