//! What a message offers to choose from, as far as one can tell from its looks.

use serde_json::Value;

use crate::world::Message;

const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const SECTION: u64 = 9;
const SUCCESS: u64 = 3;
const DANGER: u64 = 4;
const COMMAND: u8 = 2;

/// Whether a message was just posted or is an old one that was edited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Novelty {
    Posted,
    Edited,
}

/// One thing to do: press a button, or choose a value in a select.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pick {
    pub(super) custom_id: String,
    pub(super) value: Option<String>,
}

/// The things of which a person does one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Offer(Vec<Pick>);

impl Offer {
    /// Takes one pick that is still possible out of the offer, by chance.
    pub(super) fn take_one_of(&mut self, possible: &[Pick]) -> Option<Pick> {
        self.0.retain(|pick| possible.contains(pick));
        if self.0.is_empty() {
            return None;
        }
        Some(self.0.swap_remove(fastrand::usize(..self.0.len())))
    }
}

/// The options of a message, or `None` when its buttons do not look like options.
///
/// Sections with a button each are options. So are three buttons in a row, and two when the message is new: what an
/// edit leaves, such as "Why" and "More", is rather about the answer than an answer. The one green button of a new
/// message is an invitation, and stands for itself. Replies to commands belong to whoever used the command.
pub(super) fn find_offer(message: &Message, novelty: Novelty) -> Option<Offer> {
    let sections = list_buttons(message, Place::Section);
    if sections.len() >= 2 && are_different(&sections) {
        return Some(Offer(sections.into_iter().map(|button| button.pick).collect()));
    }
    if message.via.as_ref().is_some_and(|via| via.kind == COMMAND) {
        return None;
    }
    let row = list_buttons(message, Place::Row);
    if novelty == Novelty::Posted
        && let Some(invitation) = find_invitation(&row)
    {
        return Some(Offer(vec![invitation]));
    }
    let enough = if novelty == Novelty::Posted { 2 } else { 3 };
    if row.len() >= enough && are_different(&row) && row.iter().all(|button| button.style == row[0].style) {
        return Some(Offer(row.into_iter().map(|button| button.pick).collect()));
    }
    let choices = list_choices(message);
    (choices.len() >= 2).then_some(Offer(choices))
}

/// The one green button among others: what everybody is asked to do, such as to join.
fn find_invitation(row: &[Button]) -> Option<Pick> {
    let mut green = row.iter().filter(|button| button.style == SUCCESS);
    match (green.next(), green.next()) {
        (Some(one), None) => Some(one.pick.clone()),
        _ => None,
    }
}

/// Everything that can be done to a message at the moment.
pub(super) fn list_enabled(message: &Message) -> Vec<Pick> {
    let buttons = [Place::Section, Place::Row]
        .into_iter()
        .flat_map(|place| list_buttons(message, place));
    buttons
        .map(|button| button.pick)
        .chain(list_choices(message))
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Section,
    Row,
}

struct Button {
    pick: Pick,
    label: String,
    style: u64,
}

fn are_different(buttons: &[Button]) -> bool {
    buttons
        .iter()
        .enumerate()
        .all(|(at, one)| buttons[..at].iter().all(|other| other.label != one.label))
}

/// The buttons that a careful stranger would press: enabled, no links, nothing red.
fn list_buttons(message: &Message, place: Place) -> Vec<Button> {
    let mut found = Vec::new();
    visit_components(&message.components, &mut |component, section| {
        let is_there = section == (place == Place::Section);
        if is_there && kind_of(component) == BUTTON && !is_disabled(component) {
            found.extend(read_button(component));
        }
    });
    found
}

fn read_button(component: &Value) -> Option<Button> {
    let style = component["style"].as_u64()?;
    let custom_id = component["custom_id"].as_str()?.to_owned();
    let label = component["label"].as_str().unwrap_or_default().to_owned();
    (style != DANGER).then_some(Button {
        pick: Pick {
            custom_id,
            value: None,
        },
        label,
        style,
    })
}

/// The values of the selects from which one value is enough.
fn list_choices(message: &Message) -> Vec<Pick> {
    let mut found = Vec::new();
    visit_components(&message.components, &mut |component, _| {
        let one_is_enough = component["min_values"].as_u64().unwrap_or(1) <= 1;
        if kind_of(component) != STRING_SELECT || is_disabled(component) || !one_is_enough {
            return;
        }
        let Some(custom_id) = component["custom_id"].as_str() else {
            return;
        };
        let values = component["options"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one["value"].as_str());
        found.extend(values.map(|value| Pick {
            custom_id: custom_id.to_owned(),
            value: Some(value.to_owned()),
        }));
    });
    found
}

/// Visits every component; `see` is told whether it is the accessory of a section.
fn visit_components<'a>(components: &'a [Value], see: &mut dyn FnMut(&'a Value, bool)) {
    for component in components {
        see(component, false);
        if kind_of(component) == SECTION {
            see(&component["accessory"], true);
        }
        if let Some(inner) = component["components"].as_array() {
            visit_components(inner, see);
        }
    }
}

fn kind_of(component: &Value) -> u64 {
    component["type"].as_u64().unwrap_or(0)
}

fn is_disabled(component: &Value) -> bool {
    component["disabled"].as_bool().unwrap_or(false)
}

#[cfg(test)]
mod tests;
