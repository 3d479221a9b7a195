//! Discord's limits for messages in Components V2, from its component and message reference.

use std::collections::HashSet;

use super::{Button, Component, Message, Modal, Picture};

/// Characters of all texts of a message together.
pub const TEXT: usize = 4000;
/// Bytes of all texts together; from about 10,170 on Discord answers with a server error.
pub const TEXT_BYTES: usize = 10_000;
/// Components, nested ones included.
pub const COMPONENTS: usize = 40;
/// Characters of a button's label.
pub const LABEL: usize = 80;
/// Characters of a `custom_id`.
pub const CUSTOM_ID: usize = 100;
/// Buttons side by side.
pub const ROW: usize = 5;
/// Options of a select, choices of a completion.
pub const CHOICES: usize = 25;
/// Characters of an option's or choice's name.
pub const CHOICE: usize = 100;
/// Characters of a select's placeholder.
pub const PLACEHOLDER: usize = 150;
/// Characters of a picture's alternative text.
pub const ALTERNATIVE: usize = 1024;
/// Files of a message.
pub const FILES: usize = 10;
/// Bytes of a file, in servers without boosts.
pub const FILE_BYTES: usize = 10 * 1024 * 1024;
/// Characters of a form's title.
pub const MODAL_TITLE: usize = 45;
/// Characters of a label in a form.
pub const MODAL_LABEL: usize = 45;
/// Characters of the line below a label.
pub const MODAL_DESCRIPTION: usize = 100;
/// Characters a text field can take.
pub const TEXT_INPUT: usize = 4000;
/// Fields of a form.
pub const MODAL_INPUTS: usize = 5;

#[derive(Default)]
struct Count {
    components: usize,
    characters: usize,
    bytes: usize,
    ids: HashSet<String>,
    files: HashSet<String>,
    problems: Vec<String>,
}

pub(super) fn limit_problems(message: &Message) -> Vec<String> {
    let mut count = Count::default();
    if message.components.is_empty() {
        count.problems.push("it shows nothing".to_owned());
    }
    for component in &message.components {
        count.component(component);
    }
    count.at_most("files", count.files.len(), FILES);
    count.at_most("components", count.components, COMPONENTS);
    count.at_most("characters of text", count.characters, TEXT);
    count.at_most("bytes of text", count.bytes, TEXT_BYTES);
    count.problems
}

pub(super) fn room_left(message: &Message) -> usize {
    let mut count = Count::default();
    for component in &message.components {
        count.component(component);
    }
    let bytes = TEXT_BYTES.saturating_sub(count.bytes);
    // No character takes more than four bytes.
    TEXT.saturating_sub(count.characters).min(bytes / 4)
}

pub(super) fn modal_problems(modal: &Modal) -> Vec<String> {
    let mut count = Count::default();
    count.custom_id(&modal.custom_id);
    if modal.title.trim().is_empty() || modal.inputs.is_empty() {
        count
            .problems
            .push("a form has no title or nothing to fill in".to_owned());
    }
    count.at_most("fields of a form", modal.inputs.len(), MODAL_INPUTS);
    for input in &modal.inputs {
        count.custom_id(&input.custom_id);
        count.at_most(
            "characters of a field's label",
            input.label.chars().count(),
            MODAL_LABEL,
        );
        let description = input.description.chars().count();
        count.at_most(
            "characters of a field's description",
            description,
            MODAL_DESCRIPTION,
        );
        count.at_most("characters a field takes", input.max, TEXT_INPUT);
        if input.label.is_empty() || input.description.is_empty() || input.max == 0 {
            count
                .problems
                .push("a field says nothing or takes nothing".to_owned());
        }
    }
    count.problems
}

impl Count {
    fn component(&mut self, component: &Component) {
        self.components += 1;
        match component {
            Component::Text(text) => self.text(text),
            Component::Section(text, button) => {
                self.components += 1;
                self.text(text);
                self.button(button);
            }
            Component::Row(buttons) => {
                if buttons.is_empty() {
                    self.problems.push("a row has no button".to_owned());
                }
                self.at_most("buttons in a row", buttons.len(), ROW);
                buttons.iter().for_each(|button| self.button(button));
            }
            Component::Select(select) => {
                self.components += 1;
                self.custom_id(&select.custom_id);
                self.at_most(
                    "characters of a placeholder",
                    select.placeholder.chars().count(),
                    PLACEHOLDER,
                );
                self.at_most("options of a select", select.options.len(), CHOICES);
                if select.options.is_empty() || select.max < 1 || select.max > select.options.len() {
                    self.problems
                        .push("a select asks for more than it offers".to_owned());
                }
            }
            Component::Separator => {}
            Component::Picture(picture) => self.picture(picture),
            Component::Container { children, .. } => {
                for child in children {
                    if matches!(child, Component::Container { .. }) {
                        self.problems.push("a container is inside another".to_owned());
                    }
                    self.component(child);
                }
            }
        }
    }

    fn picture(&mut self, picture: &Picture) {
        self.at_most(
            "characters of an alternative text",
            picture.words.chars().count(),
            ALTERNATIVE,
        );
        self.at_most("bytes of a file", picture.bytes.len(), FILE_BYTES);
        // Discord itself renames a file with anything else in its name, and then it cannot be found.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if picture.file.is_empty() || !picture.file.chars().all(plain) {
            self.problems
                .push(format!("no file can be called {}", picture.file));
        }
        if !self.files.insert(picture.file.clone()) {
            self.problems
                .push(format!("two files are called {}", picture.file));
        }
    }

    fn text(&mut self, text: &str) {
        if text.trim().is_empty() {
            self.problems.push("a text is empty".to_owned());
        }
        self.characters += text.chars().count();
        self.bytes += text.len();
    }

    fn button(&mut self, button: &Button) {
        self.components += 1;
        self.at_most("characters of a label", button.label.chars().count(), LABEL);
        if button.label.is_empty() {
            self.problems.push("a button has no label".to_owned());
        }
        self.custom_id(&button.custom_id);
    }

    fn custom_id(&mut self, id: &str) {
        self.at_most("characters of a custom_id", id.chars().count(), CUSTOM_ID);
        if !self.ids.insert(id.to_owned()) {
            self.problems
                .push(format!("two components share the custom_id {id}"));
        }
    }

    fn at_most(&mut self, what: &str, is: usize, max: usize) {
        if is > max {
            self.problems
                .push(format!("{is} {what}, at most {max} are allowed"));
        }
    }
}
