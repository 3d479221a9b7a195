//! Modals: their title, their fields, and what may stand in a label.

use serde_json::{Map, Value};

use super::components::{LABEL, ROW, STRING_SELECT, TEXT, TEXT_INPUT, Tally, one};
use super::controls::custom_id;
use super::{Check, join};
use crate::refusal::Refusal;

pub(crate) const FILE_UPLOAD: i64 = 19;
const RADIO_GROUP: i64 = 21;
const CHECKBOX_GROUP: i64 = 22;
const CHECKBOX: i64 = 23;

/// Checks the data of a modal callback and returns its components, numbered.
pub(crate) fn check(data: &Value) -> Result<Value, Refusal> {
    let mut check = Check::default();
    let mut made = data.clone();
    if let Some(map) = check.object("data", data, &["custom_id", "title", "components"]) {
        check.required_text("data", map, "custom_id", 1..=100);
        check.required_text("data", map, "title", 1..=45);
        check.required("data", map, "components");
        let mut tally = Tally::default();
        let list = check.list("data", map, "components", 1..=5);
        for (index, component) in list.iter().enumerate() {
            let path = join("data.components", index);
            match component.as_object() {
                Some(map) if component["type"] == ROW => row(&mut check, &mut tally, &path, map),
                _ => one(&mut check, &mut tally, &path, component, &[ROW, TEXT, LABEL]),
            }
        }
        made["components"] = Value::Array(super::stored::components(list));
    }
    check.finish(made)
}

pub(crate) fn fields_of(kind: i64) -> &'static [&'static str] {
    match kind {
        TEXT_INPUT => &[
            "type",
            "id",
            "custom_id",
            "style",
            "label",
            "min_length",
            "max_length",
            "required",
            "value",
            "placeholder",
        ],
        LABEL => &["type", "id", "label", "description", "component"],
        RADIO_GROUP => &["type", "id", "custom_id", "options", "required"],
        CHECKBOX_GROUP => &[
            "type",
            "id",
            "custom_id",
            "options",
            "min_values",
            "max_values",
            "required",
        ],
        CHECKBOX => &["type", "id", "custom_id", "default"],
        _ => &["type", "id", "custom_id", "min_values", "max_values", "required"],
    }
}

/// A component that only a modal can have.
pub(crate) fn field(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>, kind: i64) {
    match kind {
        LABEL => label(check, tally, path, map),
        TEXT_INPUT => text_input(check, tally, path, map),
        RADIO_GROUP => group(check, tally, path, map, 2),
        CHECKBOX_GROUP => group(check, tally, path, map, 1),
        _ => custom_id(check, tally, path, map),
    }
}

fn label(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required_text(path, map, "label", 1..=45);
    check.text(path, map, "description", 1..=100);
    let Some(inner) = check.required(path, map, "component") else {
        return;
    };
    let path = join(path, "component");
    let allowed = &[
        STRING_SELECT,
        TEXT_INPUT,
        5,
        6,
        7,
        8,
        FILE_UPLOAD,
        RADIO_GROUP,
        CHECKBOX_GROUP,
        CHECKBOX,
    ];
    one(check, tally, &path, inner, allowed);
    if inner.get("disabled").is_some_and(|disabled| disabled == true) {
        check.problem(
            &join(&path, "disabled"),
            "MODAL_DISABLED_COMPONENT",
            "Modal components cannot be disabled",
        );
    }
    if inner["type"] == TEXT_INPUT && inner.get("label").is_some_and(|label| !label.is_null()) {
        check.problem(
            &join(&path, "label"),
            "BASE_TYPE_UNUSABLE",
            "A text input in a label has no label of its own",
        );
    }
}

fn text_input(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    custom_id(check, tally, path, map);
    check.required(path, map, "style");
    check.integer(path, map, "style", 1..=2);
    check.text(path, map, "label", 1..=45);
    check.text(path, map, "placeholder", 0..=100);
    check.boolean(path, map, "required");
    let least = check.integer(path, map, "min_length", 0..=4000).unwrap_or(0);
    let most = check.integer(path, map, "max_length", 1..=4000).unwrap_or(4000);
    if least > most {
        let message = format!("Must be less than or equal to max_length ({most}).");
        check.problem(&join(path, "min_length"), "NUMBER_TYPE_MAX", message);
    }
    check.text(path, map, "value", 0..=usize::try_from(most).unwrap_or(4000));
}

fn group(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>, least: usize) {
    custom_id(check, tally, path, map);
    check.required(path, map, "options");
    for (index, option) in check.list(path, map, "options", least..=10).iter().enumerate() {
        let path = join(&join(path, "options"), index);
        if let Some(option) = check.object(&path, option, &["label", "value", "description", "default"]) {
            check.required_text(&path, option, "label", 1..=100);
            check.required_text(&path, option, "value", 1..=100);
            check.text(&path, option, "description", 0..=100);
        }
    }
}

/// A modal's row holds exactly one text input, with a label.
fn row(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    for (index, child) in check.list(path, map, "components", 1..=1).iter().enumerate() {
        let path = join(&join(path, "components"), index);
        one(check, tally, &path, child, &[TEXT_INPUT]);
        if child["type"] == TEXT_INPUT && child.get("label").is_none() {
            check.problem(
                &join(&path, "label"),
                "BASE_TYPE_REQUIRED",
                "This field is required",
            );
        }
    }
}
