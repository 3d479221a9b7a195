//! Registration of commands: names, lengths, order of options, counts, total size.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Check, join_path};
use crate::refusal::Refusal;

/// Most characters of names, descriptions and values in one command.
const MOST_TEXT: usize = 8000;
const SUBCOMMAND: i64 = 1;
const GROUP: i64 = 2;

/// The fields of a command; those that Discord itself fills in may be sent back to it.
const FIELDS: [&str; 17] = [
    "id",
    "application_id",
    "guild_id",
    "version",
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "dm_permission",
    "default_permission",
    "nsfw",
    "integration_types",
    "contexts",
    "handler",
];

/// Checks a whole set, as bulk registration sends it.
pub(crate) fn check_all(list: &Value) -> Result<(), Refusal> {
    let Some(list) = list.as_array() else {
        return Err(Refusal::invalid(
            "",
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        ));
    };
    let mut check = Check::default();
    let mut names = HashSet::new();
    for (index, item) in list.iter().enumerate() {
        check_command(&mut check, &index.to_string(), item);
        if !names.insert((kind_of(item), item["name"].as_str())) {
            let message = "Application command names must be unique";
            check.problem(&index.to_string(), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
    }
    check.finish(())?;
    for (kind, most) in [(1, 100), (2, 15), (3, 15)] {
        if list.iter().filter(|item| kind_of(item) == kind).count() > most {
            let message = format!("Maximum number of application commands reached ({most})");
            return Err(Refusal::mistake(400, 30032, &message));
        }
    }
    Ok(())
}

/// Checks one command.
pub(crate) fn check_one(item: &Value) -> Result<(), Refusal> {
    let mut check = Check::default();
    check_command(&mut check, "", item);
    check.finish(())
}

/// 1 for slash commands, 2 for those on users, 3 for those on messages.
pub(crate) fn kind_of(item: &Value) -> i64 {
    item["type"].as_i64().unwrap_or(1)
}

fn check_command(check: &mut Check, path: &str, item: &Value) {
    let Some(map) = check.object(path, item, &FIELDS) else {
        return;
    };
    check.integer(path, map, "type", 1..=4);
    let chat = kind_of(item) == 1;
    if chat {
        check_name(check, path, map);
        check.required_text(path, map, "description", 1..=100);
    } else {
        check.required_text(path, map, "name", 1..=32);
        if map
            .get("description")
            .is_some_and(|text| !text.is_null() && text != "")
        {
            let message = "Context menu commands cannot have description";
            check.problem(
                &join_path(path, "description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
                message,
            );
        }
    }
    if let Some(bits) = check.text(path, map, "default_member_permissions", 1..=20)
        && bits.parse::<u64>().is_err()
    {
        let message = format!("{bits} is not a set of permissions");
        check.problem(
            &join_path(path, "default_member_permissions"),
            "PERMISSION_TYPE_CONVERT",
            message,
        );
    }
    check_contexts(check, path, map);
    check_options(check, path, map, 0);
    let size = count_text(item);
    if size > MOST_TEXT {
        let message = format!("Command exceeds maximum size ({MOST_TEXT}), it has {size} characters");
        check.problem(path, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
}

fn check_contexts(check: &mut Check, path: &str, map: &Map<String, Value>) {
    for (key, most) in [("contexts", 2), ("integration_types", 1)] {
        for (index, value) in check.list(path, map, key, 0..=3).iter().enumerate() {
            if !value.as_i64().is_some_and(|value| (0..=most).contains(&value)) {
                let path = join_path(&join_path(path, key), index);
                check.problem(
                    &path,
                    "BASE_TYPE_CHOICES",
                    format!("Value must be one of 0 to {most}."),
                );
            }
        }
    }
}

fn check_name(check: &mut Check, path: &str, map: &Map<String, Value>) {
    let Some(name) = check.required_text(path, map, "name", 1..=32) else {
        return;
    };
    let known = |c: char| c.is_alphanumeric() || "-_'".contains(c);
    if !name.chars().all(known) || name != name.to_lowercase() {
        let message = "Command name is invalid: lower-case letters, digits, - and _ only";
        check.problem(
            &join_path(path, "name"),
            "APPLICATION_COMMAND_INVALID_NAME",
            message,
        );
    }
}

/// Options of a command (depth 0), a group (1), or a subcommand (2).
fn check_options(check: &mut Check, path: &str, map: &Map<String, Value>, depth: usize) {
    let list = check.list(path, map, "options", 0..=25);
    let mut names = HashSet::new();
    let mut optional_seen = false;
    for (index, option) in list.iter().enumerate() {
        let path = join_path(&join_path(path, "options"), index);
        let Some(map) = option_fields(check, &path, option) else {
            continue;
        };
        if !names.insert(option["name"].as_str()) {
            let message = "Option names must be unique";
            check.problem(&path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message);
        }
        let kind = option["type"].as_i64().unwrap_or(0);
        let nested = kind == SUBCOMMAND || kind == GROUP;
        let fits = match kind {
            SUBCOMMAND => depth <= 1,
            GROUP => depth == 0,
            _ => depth != 1,
        };
        let mixed = nested
            != list
                .first()
                .is_some_and(|first| [SUBCOMMAND, GROUP].iter().any(|k| first["type"] == *k));
        if !fits || mixed {
            let message = "Sub-commands, groups and ordinary options cannot stand here together";
            check.problem(
                &join_path(&path, "type"),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                message,
            );
        }
        match kind {
            SUBCOMMAND => check_options(check, &path, map, 2),
            GROUP => check_options(check, &path, map, 1),
            _ => value_option(check, &path, map, kind),
        }
        let required = option["required"] == true;
        if required && optional_seen && !nested {
            let message = "Required options must be placed before non-required options";
            check.problem(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional_seen |= !required && !nested;
    }
}

fn option_fields<'v>(check: &mut Check, path: &str, option: &'v Value) -> Option<&'v Map<String, Value>> {
    let known = &[
        "type",
        "name",
        "name_localizations",
        "description",
        "description_localizations",
        "required",
        "choices",
        "options",
        "channel_types",
        "min_value",
        "max_value",
        "min_length",
        "max_length",
        "autocomplete",
    ];
    let map = check.object(path, option, known)?;
    check.required(path, map, "type");
    check.integer(path, map, "type", 1..=11);
    check_name(check, path, map);
    check.required_text(path, map, "description", 1..=100);
    check.boolean(path, map, "required");
    Some(map)
}

fn value_option(check: &mut Check, path: &str, map: &Map<String, Value>, kind: i64) {
    check.integer(path, map, "min_length", 0..=6000);
    check.integer(path, map, "max_length", 1..=6000);
    let choices = check.list(path, map, "choices", 0..=25);
    let complete = check.boolean(path, map, "autocomplete").unwrap_or(false);
    if complete && !choices.is_empty() {
        let message = "Autocomplete cannot be used together with choices";
        check.problem(
            path,
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE",
            message,
        );
    }
    if (complete || !choices.is_empty()) && ![3, 4, 10].contains(&kind) {
        let message = "Only texts and numbers have choices or autocomplete";
        check.problem(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    for (index, choice) in choices.iter().enumerate() {
        let path = join_path(&join_path(path, "choices"), index);
        check_choice(check, &path, choice, kind);
    }
}

/// A choice of an option, or one offered by autocomplete.
pub(crate) fn check_choice(check: &mut Check, path: &str, choice: &Value, kind: i64) {
    let Some(map) = check.object(path, choice, &["name", "name_localizations", "value"]) else {
        return;
    };
    check.required_text(path, map, "name", 1..=100);
    let Some(value) = check.required(path, map, "value") else {
        return;
    };
    let fits = match kind {
        3 => value.as_str().is_some_and(|text| text.chars().count() <= 100),
        4 => value.is_i64(),
        _ => value.is_number(),
    };
    if !fits {
        let message = format!("{value} is not a value for an option of type {kind}");
        check.problem(
            &join_path(path, "value"),
            "APPLICATION_COMMAND_OPTION_CHOICE_VALUE_INVALID",
            message,
        );
    }
}

/// What counts towards the limit: names, descriptions and values, everywhere.
fn count_text(item: &Value) -> usize {
    let own: usize = ["name", "description", "value"]
        .iter()
        .filter_map(|key| item[key].as_str())
        .map(|t| t.chars().count())
        .sum();
    let inner = ["options", "choices"]
        .iter()
        .filter_map(|key| item[key].as_array())
        .flatten();
    own + inner.map(count_text).sum::<usize>()
}
