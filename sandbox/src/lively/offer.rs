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
/// edit leaves, such as "Why" and "More", is rather about the answer than an answer. The one green button of a new message
/// is an invitation, and stands for itself. Replies to commands belong to
/// whoever used the command.
pub(super) fn of(message: &Message, novelty: Novelty) -> Option<Offer> {
    let sections = buttons(message, Place::Section);
    if sections.len() >= 2 && are_different(&sections) {
        return Some(Offer(sections.into_iter().map(|button| button.pick).collect()));
    }
    if message.via.as_ref().is_some_and(|via| via.kind == COMMAND) {
        return None;
    }
    let row = buttons(message, Place::Row);
    if novelty == Novelty::Posted
        && let Some(invitation) = invitation(&row)
    {
        return Some(Offer(vec![invitation]));
    }
    let enough = if novelty == Novelty::Posted { 2 } else { 3 };
    if row.len() >= enough && are_different(&row) && row.iter().all(|button| button.style == row[0].style) {
        return Some(Offer(row.into_iter().map(|button| button.pick).collect()));
    }
    let choices = choices(message);
    (choices.len() >= 2).then_some(Offer(choices))
}

/// The one green button among others: what everybody is asked to do, such as to join.
fn invitation(row: &[Button]) -> Option<Pick> {
    let mut green = row.iter().filter(|button| button.style == SUCCESS);
    match (green.next(), green.next()) {
        (Some(one), None) => Some(one.pick.clone()),
        _ => None,
    }
}

/// Everything that can be done to a message at the moment.
pub(super) fn enabled(message: &Message) -> Vec<Pick> {
    let buttons = [Place::Section, Place::Row]
        .into_iter()
        .flat_map(|place| buttons(message, place));
    buttons
        .map(|button| button.pick)
        .chain(choices(message))
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
fn buttons(message: &Message, place: Place) -> Vec<Button> {
    let mut found = Vec::new();
    walk(&message.components, &mut |component, section| {
        let is_there = section == (place == Place::Section);
        if is_there && kind(component) == BUTTON && !is_disabled(component) {
            found.extend(button(component));
        }
    });
    found
}

fn button(component: &Value) -> Option<Button> {
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
fn choices(message: &Message) -> Vec<Pick> {
    let mut found = Vec::new();
    walk(&message.components, &mut |component, _| {
        let one_is_enough = component["min_values"].as_u64().unwrap_or(1) <= 1;
        if kind(component) != STRING_SELECT || is_disabled(component) || !one_is_enough {
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
fn walk<'a>(components: &'a [Value], see: &mut dyn FnMut(&'a Value, bool)) {
    for component in components {
        see(component, false);
        if kind(component) == SECTION {
            see(&component["accessory"], true);
        }
        if let Some(inner) = component["components"].as_array() {
            walk(inner, see);
        }
    }
}

fn kind(component: &Value) -> u64 {
    component["type"].as_u64().unwrap_or(0)
}

fn is_disabled(component: &Value) -> bool {
    component["disabled"].as_bool().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::world::Via;

    fn message(components: &Value) -> Message {
        Message {
            components: components.as_array().cloned().unwrap_or_default(),
            ..Message::empty(1, 2, 3)
        }
    }

    fn button(label: &str, style: u8) -> Value {
        json!({ "type": 2, "style": style, "label": label, "custom_id": label })
    }

    fn row(buttons: &[Value]) -> Value {
        json!({ "type": 1, "components": buttons })
    }

    fn section(button: &Value) -> Value {
        json!({ "type": 9, "components": [], "accessory": button })
    }

    fn labels(offer: Option<Offer>) -> Vec<String> {
        offer
            .into_iter()
            .flat_map(|offer| offer.0)
            .map(|pick| pick.value.unwrap_or(pick.custom_id))
            .collect()
    }

    #[test]
    fn sections_with_a_button_each_are_options_wherever_they_stand() {
        let inside = [
            section(&button("A", 2)),
            section(&button("B", 2)),
            row(&[button("More", 1)]),
        ];
        let container = message(&json!([{ "type": 17, "components": inside }]));
        assert_eq!(labels(of(&container, Novelty::Posted)), ["A", "B"]);
        assert_eq!(labels(of(&container, Novelty::Edited)), ["A", "B"]);
    }

    #[test]
    fn links_disabled_and_dangerous_buttons_are_left_alone() {
        let mut disabled = button("B", 2);
        disabled["disabled"] = json!(true);
        let link = json!({ "type": 2, "style": 5, "label": "Docs", "url": "https://example.org" });
        let sections = [
            button("A", 2),
            disabled,
            link,
            button("Delete", 4),
            button("C", 2),
        ];
        let sections: Vec<Value> = sections.iter().map(section).collect();
        assert_eq!(
            labels(of(&message(&json!(sections)), Novelty::Posted)),
            ["A", "C"]
        );
        let careful = message(&json!([row(&[button("Keep", 2), button("Delete", 4)])]));
        assert_eq!(labels(of(&careful, Novelty::Posted)), [""; 0]);
    }

    #[test]
    fn two_buttons_in_a_row_are_options_only_of_a_new_message() {
        let two = message(&json!([row(&[button("Yes", 2), button("No", 2)])]));
        assert_eq!(labels(of(&two, Novelty::Posted)), ["Yes", "No"]);
        assert_eq!(labels(of(&two, Novelty::Edited)), [""; 0]);
        let three = message(&json!([row(&[button("1", 2), button("2", 2), button("3", 2)])]));
        assert_eq!(labels(of(&three, Novelty::Edited)), ["1", "2", "3"]);
    }

    #[test]
    fn the_one_green_button_of_a_new_message_is_an_invitation() {
        let lobby = message(&json!([row(&[
            button("Join", 3),
            button("Leave", 2),
            button("End", 4)
        ])]));
        assert_eq!(labels(of(&lobby, Novelty::Posted)), ["Join"]);
        assert_eq!(labels(of(&lobby, Novelty::Edited)), [""; 0]);
        let two = message(&json!([row(&[button("Yes", 3), button("Also yes", 3)])]));
        assert_eq!(labels(of(&two, Novelty::Posted)), ["Yes", "Also yes"]);
    }

    #[test]
    fn buttons_that_say_the_same_are_no_options() {
        let sections = [section(&button("Show", 2)), section(&button("Show", 2))];
        assert_eq!(labels(of(&message(&json!(sections)), Novelty::Posted)), [""; 0]);
    }

    #[test]
    fn a_reply_to_a_command_belongs_to_whoever_used_it() {
        let mut paged = message(&json!([row(&[button("Back", 2), button("On", 2)])]));
        paged.via = Some(Via {
            interaction: 9,
            kind: COMMAND,
            user: 4,
            name: "board".to_owned(),
            source: None,
            installed_by: None,
        });
        assert_eq!(labels(of(&paged, Novelty::Posted)), [""; 0]);
    }

    #[test]
    fn one_value_of_a_select_is_chosen() {
        let options = json!([{ "label": "One", "value": "1" }, { "label": "Two", "value": "2" }]);
        let select =
            |least: u8| json!({ "type": 3, "custom_id": "s", "options": options, "min_values": least });
        assert_eq!(
            labels(of(&message(&json!([row(&[select(1)])])), Novelty::Posted)),
            ["1", "2"]
        );
        assert_eq!(
            labels(of(&message(&json!([row(&[select(2)])])), Novelty::Posted)),
            [""; 0]
        );
    }

    #[test]
    fn nobody_takes_what_is_no_longer_possible_or_the_same_twice() {
        let both = [section(&button("A", 2)), section(&button("B", 2))];
        let mut offer = of(&message(&json!(both)), Novelty::Posted).expect("two options");
        let left = enabled(&message(&json!([section(&button("B", 2))])));
        assert_eq!(
            offer.take_one_of(&left).map(|pick| pick.custom_id).as_deref(),
            Some("B")
        );
        assert_eq!(offer.take_one_of(&left), None);
    }
}
