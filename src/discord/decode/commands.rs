//! Slash commands and what is typed into their options.
//!
//! The options become a map as serde reads it, `{ "daily": { "add": { "answer-window": "4h" } } }`, so an option is
//! named where Discord is told of it and where it is used, and nowhere else.

use serde_json::{Map, Value, json};

use super::incoming::{Payload, SlashOption};
use super::lenient::without_nul;
use crate::interaction::{Action, Completion, Field};

/// A command with its options.
pub(super) fn read_command(payload: &Payload<'_>) -> Action {
    let name = payload.command_name();
    let command = json!({ name: map_options(payload.options(), payload) });
    match serde_json::from_value(command) {
        Ok(command) => Action::Command(command),
        Err(error) => {
            tracing::warn!(command = name, %error, "a command could not be read");
            Action::Unknown {
                what: without_nul(&format!("/{name}")),
            }
        }
    }
}

/// The subcommand that was chosen with its options, or the options where there is none.
fn map_options(options: &[SlashOption<'_>], payload: &Payload<'_>) -> Map<String, Value> {
    if let Some(chosen) = options.iter().find(|option| option.is_subcommand()) {
        let below = map_options(&chosen.options, payload);
        return Map::from_iter([(chosen.name.to_string(), below.into())]);
    }
    let given = options
        .iter()
        .filter_map(|option| Some((option.name.to_string(), read_value(option, payload)?)));
    given.collect()
}

/// What was given for an option; none where it is not of the option's kind.
fn read_value(option: &SlashOption<'_>, payload: &Payload<'_>) -> Option<Value> {
    let value = option.value.as_ref()?;
    let id = || value.as_str()?.parse::<i64>().ok();
    match option.kind {
        Some(3) => value.as_str().map(|text| without_nul(text).into()),
        Some(4) => value.as_i64().map(Value::from),
        Some(5) => value.as_bool().map(Value::from),
        Some(6) => id().map(|id| json!({ "id": id, "name": payload.member_name(id) })),
        Some(7) => id().map(Value::from),
        Some(8) => id().map(|id| json!({ "id": id, "name": payload.role_name(id) })),
        _ => Some(value.clone()),
    }
}

/// The option that is being typed.
pub(super) fn read_completion(payload: &Payload<'_>) -> Action {
    let command = payload.command_name();
    let Some((name, typed)) = payload.focused() else {
        return Action::Unknown {
            what: without_nul(&format!("completion of /{command}")),
        };
    };
    let field = match name {
        "timezone" => Field::Timezone,
        "topics" => Field::Topics,
        "topic" => Field::Topic,
        "schedule" => Field::Schedule,
        "competition" => Field::Competition,
        "id" => Field::Question,
        "name" | "set" if command == "quiz" => Field::Set,
        name => {
            return Action::Unknown {
                what: format!("completion of {name}"),
            };
        }
    };
    Action::Complete(Completion { field, typed })
}
