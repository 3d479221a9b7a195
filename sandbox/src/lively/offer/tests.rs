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
    assert_eq!(labels(find_offer(&container, Novelty::Posted)), ["A", "B"]);
    assert_eq!(labels(find_offer(&container, Novelty::Edited)), ["A", "B"]);
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
        labels(find_offer(&message(&json!(sections)), Novelty::Posted)),
        ["A", "C"]
    );
    let careful = message(&json!([row(&[button("Keep", 2), button("Delete", 4)])]));
    assert_eq!(labels(find_offer(&careful, Novelty::Posted)), [""; 0]);
}

#[test]
fn two_buttons_in_a_row_are_options_only_of_a_new_message() {
    let two = message(&json!([row(&[button("Yes", 2), button("No", 2)])]));
    assert_eq!(labels(find_offer(&two, Novelty::Posted)), ["Yes", "No"]);
    assert_eq!(labels(find_offer(&two, Novelty::Edited)), [""; 0]);
    let three = message(&json!([row(&[button("1", 2), button("2", 2), button("3", 2)])]));
    assert_eq!(labels(find_offer(&three, Novelty::Edited)), ["1", "2", "3"]);
}

#[test]
fn the_one_green_button_of_a_new_message_is_an_invitation() {
    let lobby = message(&json!([row(&[
        button("Join", 3),
        button("Leave", 2),
        button("End", 4)
    ])]));
    assert_eq!(labels(find_offer(&lobby, Novelty::Posted)), ["Join"]);
    assert_eq!(labels(find_offer(&lobby, Novelty::Edited)), [""; 0]);
    let two = message(&json!([row(&[button("Yes", 3), button("Also yes", 3)])]));
    assert_eq!(labels(find_offer(&two, Novelty::Posted)), ["Yes", "Also yes"]);
}

#[test]
fn buttons_that_say_the_same_are_no_options() {
    let sections = [section(&button("Show", 2)), section(&button("Show", 2))];
    assert_eq!(
        labels(find_offer(&message(&json!(sections)), Novelty::Posted)),
        [""; 0]
    );
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
    assert_eq!(labels(find_offer(&paged, Novelty::Posted)), [""; 0]);
}

#[test]
fn one_value_of_a_select_is_chosen() {
    let options = json!([{ "label": "One", "value": "1" }, { "label": "Two", "value": "2" }]);
    let select = |least: u8| json!({ "type": 3, "custom_id": "s", "options": options, "min_values": least });
    assert_eq!(
        labels(find_offer(&message(&json!([row(&[select(1)])])), Novelty::Posted)),
        ["1", "2"]
    );
    assert_eq!(
        labels(find_offer(&message(&json!([row(&[select(2)])])), Novelty::Posted)),
        [""; 0]
    );
}

#[test]
fn nobody_takes_what_is_no_longer_possible_or_the_same_twice() {
    let both = [section(&button("A", 2)), section(&button("B", 2))];
    let mut offer = find_offer(&message(&json!(both)), Novelty::Posted).expect("two options");
    let left = list_enabled(&message(&json!([section(&button("B", 2))])));
    assert_eq!(
        offer.take_one_of(&left).map(|pick| pick.custom_id).as_deref(),
        Some("B")
    );
    assert_eq!(offer.take_one_of(&left), None);
}
