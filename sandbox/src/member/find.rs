//! Finds a component in a message or a field in a modal, as a person would: by what is written on it.

use serde_json::{Value, json};

use crate::ActError;
use crate::check::kinds::{BUTTON, FILE_UPLOAD, STRING_SELECT, list_children};
use crate::slash::{Typist, convert_channel, convert_file, convert_role, convert_user};
use crate::world::World;

/// A button or select that can be used.
pub(super) fn find_component<'v>(
    components: &'v [Value],
    name: &str,
    button: bool,
) -> Result<&'v Value, ActError> {
    let mut all = Vec::new();
    let mut waiting: Vec<&Value> = components.iter().rev().collect();
    while let Some(part) = waiting.pop() {
        let kind = part["type"].as_i64().unwrap_or(0);
        let fits = if button {
            kind == BUTTON
        } else {
            kind == STRING_SELECT || (5..=8).contains(&kind)
        };
        if fits {
            all.push(part);
        }
        let mut below: Vec<_> = list_children(part).collect();
        below.reverse();
        waiting.extend(below);
    }
    let written = |part: &&Value| {
        if button {
            part["label"] == name || part["emoji"]["name"] == name
        } else {
            part["placeholder"] == name
        }
    };
    let by_id = all.iter().copied().find(|part| part["custom_id"] == name);
    let by_text: Vec<_> = all.iter().copied().filter(written).collect();
    let what = if button { "button" } else { "select" };
    let found = match (by_id, by_text.as_slice()) {
        (Some(part), _) => part,
        (None, [part]) => *part,
        (None, []) => {
            let names: Vec<_> = all.iter().map(|part| text_of(part)).collect();
            return Err(ActError::NotSent(format!(
                "There is no {what} {name:?}. There are: {names:?}."
            )));
        }
        (None, _) => return Err(ActError::NotSent(format!("There are several {what}s {name:?}"))),
    };
    if found["disabled"] == true {
        return Err(ActError::NotSent(format!("The {what} {name:?} is disabled")));
    }
    if found.get("url").is_some_and(|url| !url.is_null()) {
        return Err(ActError::NotSent(format!("The button {name:?} is a link")));
    }
    Ok(found)
}

fn text_of(part: &Value) -> &str {
    ["label", "placeholder", "custom_id"]
        .iter()
        .find_map(|key| part[*key].as_str())
        .unwrap_or("")
}

/// What a select sends when these options are chosen, and what it speaks of.
pub(super) fn fill_select(
    world: &World,
    who: &Typist<'_>,
    part: &Value,
    wanted: &[&str],
) -> Result<(Value, Value), ActError> {
    let refuse = |sentence: String| Err(ActError::NotSent(sentence));
    let count = wanted.len() as u64;
    let least = part["min_values"].as_u64().unwrap_or(1);
    let most = part["max_values"].as_u64().unwrap_or(1);
    let left_out = count == 0 && part["required"] == false;
    if !(left_out || (least..=most).contains(&count)) {
        return refuse(format!("{least} to {most} values must be chosen, not {count}"));
    }
    let mut resolved = json!({});
    let mut values = Vec::new();
    for text in wanted {
        let value = match part["type"].as_i64().unwrap_or(0) {
            5 => convert_user(world, who, "the select", text, &mut resolved)?,
            6 => convert_role(world, who, "the select", text, &mut resolved)?,
            7 => convert_user(world, who, "the select", text, &mut resolved)
                .or_else(|_| convert_role(world, who, "the select", text, &mut resolved))?,
            8 => convert_channel(world, who, part, "the select", text, &mut resolved)?,
            FILE_UPLOAD => convert_file(world, who, "the field", text, &mut resolved)?,
            _ => {
                let options = part["options"].as_array().map_or(&[][..], Vec::as_slice);
                let found = options
                    .iter()
                    .find(|option| option["label"] == *text || option["value"] == *text);
                let Some(found) = found else {
                    let labels: Vec<_> = options
                        .iter()
                        .filter_map(|option| option["label"].as_str())
                        .collect();
                    return refuse(format!("There is no option {text:?}. There are: {labels:?}."));
                };
                found["value"].clone()
            }
        };
        values.push(value);
    }
    Ok((Value::Array(values), resolved))
}

/// What a modal sends with these fields filled in.
pub(super) fn fill_field(
    world: &World,
    who: &Typist<'_>,
    modal: &Value,
    fields: &[(&str, &str)],
) -> Result<(Value, Value), ActError> {
    let mut used = 0;
    let mut resolved = json!({});
    let mut made = Vec::new();
    for part in modal["components"].as_array().into_iter().flatten() {
        let row = part["type"] == 1;
        let field = if row {
            &part["components"][0]
        } else {
            &part["component"]
        };
        if field.is_null() {
            made.push(json!({ "type": part["type"], "id": part["id"] }));
            continue;
        }
        let label = if row { &field["label"] } else { &part["label"] };
        let given = fields
            .iter()
            .find(|(name, _)| field["custom_id"] == *name || label == name);
        used += usize::from(given.is_some());
        let name = label.as_str().unwrap_or("");
        let given = given.map(|(_, text)| *text);
        let field = field_value(world, who, field, name, given, &mut resolved)?;
        let inner = if row {
            json!({ "components": [field] })
        } else {
            json!({ "component": field })
        };
        let mut sent = json!({ "type": part["type"], "id": part["id"] });
        crate::world::merge_fields(&mut sent, inner);
        made.push(sent);
    }
    if used < fields.len() {
        let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
        return Err(ActError::NotSent(format!(
            "Not all of {names:?} are fields of the modal"
        )));
    }
    Ok((Value::Array(made), resolved))
}

fn field_value(
    world: &World,
    who: &Typist<'_>,
    field: &Value,
    name: &str,
    given: Option<&str>,
    resolved: &mut Value,
) -> Result<Value, ActError> {
    let mut sent = json!({ "type": field["type"], "id": field["id"], "custom_id": field["custom_id"] });
    let kind = field["type"].as_i64().unwrap_or(0);
    match kind {
        4 => {
            let text = given.or(field["value"].as_str()).unwrap_or("");
            let count = text.chars().count() as u64;
            let least = field["min_length"]
                .as_u64()
                .unwrap_or(0)
                .max(u64::from(field["required"] != false));
            let most = field["max_length"].as_u64().unwrap_or(4000);
            let empty = count == 0 && field["required"] == false;
            if !empty && !(least..=most).contains(&count) {
                let sentence = format!("{name} must have {least} to {most} characters, not {count}");
                return Err(ActError::NotSent(sentence));
            }
            sent["value"] = json!(text);
        }
        21 => {
            let (mut values, _) = fill_select(world, who, field, &given.into_iter().collect::<Vec<_>>())?;
            sent["value"] = values[0].take();
        }
        23 => sent["value"] = json!(given.map_or(field["default"] == true, |text| text == "true")),
        _ => {
            let wanted: Vec<&str> = given
                .into_iter()
                .flat_map(|text| text.split('|'))
                .map(str::trim)
                .collect();
            let (values, named) = fill_select(world, who, field, &wanted)?;
            sent["values"] = values;
            note_all(resolved, &named);
        }
    }
    Ok(sent)
}

/// Adds what one field speaks of to what the others do.
fn note_all(resolved: &mut Value, more: &Value) {
    for (kind, things) in more.as_object().into_iter().flatten() {
        for (id, thing) in things.as_object().into_iter().flatten() {
            resolved[kind][id] = thing.clone();
        }
    }
}
