//! Modals: their title and their rows.

use serde_json::{Map, Value};

use super::components::check_component;
use super::kinds::{LABEL, ROW, TEXT, TEXT_INPUT};
use super::tally::Tally;
use super::{Check, join_path};
use crate::refusal::Refusal;

/// Checks the data of a modal callback and returns its components, numbered.
pub(crate) fn check_modal(data: &Value) -> Result<Value, Refusal> {
    let mut check = Check::default();
    let mut made = data.clone();
    if let Some(map) = check.object("data", data, &["custom_id", "title", "components"]) {
        check.required_text("data", map, "custom_id", 1..=100);
        check.required_text("data", map, "title", 1..=45);
        check.required("data", map, "components");
        let mut tally = Tally::default();
        let list = check.list("data", map, "components", 1..=5);
        for (index, component) in list.iter().enumerate() {
            let path = join_path("data.components", index);
            match component.as_object() {
                Some(map) if component["type"] == ROW => check_row(&mut check, &mut tally, &path, map),
                _ => check_component(&mut check, &mut tally, &path, component, &[ROW, TEXT, LABEL]),
            }
        }
        made["components"] = Value::Array(super::stored::complete_components(list));
    }
    check.finish(made)
}

/// A modal's row holds exactly one text input, with a label.
fn check_row(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    for (index, child) in check.list(path, map, "components", 1..=1).iter().enumerate() {
        let path = join_path(&join_path(path, "components"), index);
        check_component(check, tally, &path, child, &[TEXT_INPUT]);
        if child["type"] == TEXT_INPUT && child.get("label").is_none() {
            check.problem(
                &join_path(&path, "label"),
                "BASE_TYPE_REQUIRED",
                "This field is required",
            );
        }
    }
}
