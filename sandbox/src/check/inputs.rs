//! The fields that only modals have.

use serde_json::{Map, Value};

use super::kinds::{CHECKBOX_GROUP, RADIO_GROUP, TEXT_INPUT};
use super::tally::Tally;
use super::{Check, join_path};

/// A field that only a modal can have.
pub(super) fn check_input(
    check: &mut Check,
    tally: &mut Tally,
    path: &str,
    map: &Map<String, Value>,
    kind: i64,
) {
    match kind {
        TEXT_INPUT => check_text_input(check, tally, path, map),
        RADIO_GROUP => check_group(check, tally, path, map, 2),
        CHECKBOX_GROUP => check_group(check, tally, path, map, 1),
        _ => tally.check_custom_id(check, path, map),
    }
}

fn check_text_input(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    tally.check_custom_id(check, path, map);
    check.required(path, map, "style");
    check.integer(path, map, "style", 1..=2);
    check.text(path, map, "label", 1..=45);
    check.text(path, map, "placeholder", 0..=100);
    check.boolean(path, map, "required");
    let least = check.integer(path, map, "min_length", 0..=4000).unwrap_or(0);
    let most = check.integer(path, map, "max_length", 1..=4000).unwrap_or(4000);
    if least > most {
        let message = format!("Must be less than or equal to max_length ({most}).");
        check.problem(&join_path(path, "min_length"), "NUMBER_TYPE_MAX", message);
    }
    check.text(path, map, "value", 0..=usize::try_from(most).unwrap_or(4000));
}

fn check_group(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>, least: usize) {
    tally.check_custom_id(check, path, map);
    check.required(path, map, "options");
    for (index, option) in check.list(path, map, "options", least..=10).iter().enumerate() {
        let path = join_path(&join_path(path, "options"), index);
        if let Some(option) = check.object(&path, option, &["label", "value", "description", "default"]) {
            check.required_text(&path, option, "label", 1..=100);
            check.required_text(&path, option, "value", 1..=100);
            check.text(&path, option, "description", 0..=100);
        }
    }
}
