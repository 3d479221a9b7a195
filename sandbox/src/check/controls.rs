//! Buttons and selects.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::kinds::STRING_SELECT;
use super::tally::Tally;
use super::{Check, join_path};

/// A button.
pub(super) fn check_button(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required(path, map, "style");
    let style = check.integer(path, map, "style", 1..=6).unwrap_or(0);
    check.boolean(path, map, "disabled");
    let label = check.text(path, map, "label", 1..=80);
    check_emoji(check, path, map);
    if label.is_none() && map.get("emoji").is_none_or(Value::is_null) && style != 6 {
        let message = "A button must have a label or an emoji";
        check.problem(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", message);
    }
    match style {
        1..=4 => {
            tally.check_custom_id(check, path, map);
            refuse_both(check, path, map, "url");
        }
        5 => {
            check.required(path, map, "url");
            if let Some(url) = check.text(path, map, "url", 1..=512)
                && !["http://", "https://", "discord://"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme))
            {
                let message = "Scheme must be one of ('http', 'https', 'discord').";
                check.problem(&join_path(path, "url"), "URL_TYPE_INVALID_SCHEME", message);
            }
            refuse_both(check, path, map, "custom_id");
        }
        _ => {
            check.required(path, map, "sku_id");
        }
    }
}

fn refuse_both(check: &mut Check, path: &str, map: &Map<String, Value>, key: &str) {
    if map.get(key).is_some_and(|value| !value.is_null()) {
        let message = "A custom id and url cannot both be specified";
        check.problem(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", message);
    }
}

fn check_emoji(check: &mut Check, path: &str, map: &Map<String, Value>) {
    let Some(emoji) = map.get("emoji").filter(|emoji| !emoji.is_null()) else {
        return;
    };
    let path = join_path(path, "emoji");
    let Some(emoji) = check.object(&path, emoji, &["id", "name", "animated"]) else {
        return;
    };
    if emoji.get("id").is_none_or(Value::is_null) && emoji.get("name").is_none_or(|name| name == "") {
        check.problem(&path, "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
}

/// A select of any kind.
pub(super) fn check_select(
    check: &mut Check,
    tally: &mut Tally,
    path: &str,
    map: &Map<String, Value>,
    kind: i64,
) {
    tally.check_custom_id(check, path, map);
    check.text(path, map, "placeholder", 0..=150);
    check.boolean(path, map, "disabled");
    let least = check.integer(path, map, "min_values", 0..=25).unwrap_or(1);
    let most = check.integer(path, map, "max_values", 1..=25).unwrap_or(1);
    if least > most {
        let message = format!("Must be less than or equal to max_values ({most}).");
        check.problem(&join_path(path, "min_values"), "BASE_TYPE_MAX_LENGTH", message);
    }
    if kind != STRING_SELECT {
        return;
    }
    check.required(path, map, "options");
    let options = check.list(path, map, "options", 1..=25);
    let mut values = HashSet::new();
    for (index, option) in options.iter().enumerate() {
        let path = join_path(&join_path(path, "options"), index);
        check_option(check, &mut values, &path, option);
    }
    let defaults = options.iter().filter(|option| option["default"] == true).count();
    if i64::try_from(defaults).unwrap_or(i64::MAX) > most {
        let message = "Number of default options exceeds max_values";
        check.problem(
            &join_path(path, "options"),
            "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
            message,
        );
    }
}

fn check_option(check: &mut Check, values: &mut HashSet<String>, path: &str, option: &Value) {
    let known = &["label", "value", "description", "emoji", "default"];
    let Some(option) = check.object(path, option, known) else {
        return;
    };
    check.required_text(path, option, "label", 1..=100);
    check.text(path, option, "description", 1..=100);
    check.boolean(path, option, "default");
    check_emoji(check, path, option);
    if let Some(value) = check.required_text(path, option, "value", 1..=100)
        && !values.insert(value.to_owned())
    {
        let message = "The specified option value is already used";
        check.problem(
            &join_path(path, "value"),
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            message,
        );
    }
}
