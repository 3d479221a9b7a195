//! Components of messages, both kinds: rows of buttons and selects, and the layout kind ("V2").

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Check, join};

/// Most components a message may have, nested ones included.
const MOST: usize = 40;
/// Most characters in all text displays of a message together (not in the documentation, but enforced).
const MOST_TEXT: usize = 4000;
/// Most UTF-8 bytes of text, and what each text display adds: observed, not documented.
const MOST_BYTES: usize = 10_170;
const BYTES_PER_TEXT: usize = 12;

pub(crate) const ROW: i64 = 1;
pub(crate) const BUTTON: i64 = 2;
pub(crate) const STRING_SELECT: i64 = 3;
pub(crate) const TEXT_INPUT: i64 = 4;
pub(crate) const SECTION: i64 = 9;
pub(crate) const TEXT: i64 = 10;
pub(crate) const THUMBNAIL: i64 = 11;
pub(crate) const GALLERY: i64 = 12;
pub(crate) const FILE: i64 = 13;
pub(crate) const SEPARATOR: i64 = 14;
pub(crate) const CONTAINER: i64 = 17;
pub(crate) const LABEL: i64 = 18;

/// What is counted over a whole message or modal.
#[derive(Default)]
pub(crate) struct Tally {
    count: usize,
    text: usize,
    bytes: usize,
    custom_ids: HashSet<String>,
    ids: HashSet<i64>,
    /// Names of uploaded files the components show.
    pub(crate) files: Vec<(String, String)>,
}

/// Checks a message's components and returns them with every component numbered, as Discord does.
pub(crate) fn check(check: &mut Check, list: &[Value], v2: bool) -> (Vec<Value>, Vec<(String, String)>) {
    let mut tally = Tally::default();
    if !v2 && list.len() > 5 {
        check.problem(
            "components",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 0 and 5 in length.",
        );
    }
    for (index, component) in list.iter().enumerate() {
        let path = join("components", index);
        let allowed: &[i64] = if v2 {
            &[ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER]
        } else {
            &[ROW]
        };
        one(check, &mut tally, &path, component, allowed);
    }
    if tally.count > MOST {
        let message = format!(
            "The total number of components must not exceed {MOST}, there are {}.",
            tally.count
        );
        check.problem("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message);
    }
    if tally.text > MOST_TEXT {
        let message = format!(
            "The text displays of a message must not exceed {MOST_TEXT} characters in total, there are {}.",
            tally.text
        );
        check.problem("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message);
    }
    if tally.bytes > MOST_BYTES {
        let bytes = tally.bytes;
        let message =
            format!("Discord breaks with status 500 on so much text: {bytes} bytes, {MOST_BYTES} are safe.");
        check.problem("components", "SANDBOX_TEXT_BYTES_EXCEEDED", message);
    }
    (numbered(list), tally.files)
}

/// One component and what is in it; `allowed` are the types permitted in this place.
pub(crate) fn one(check: &mut Check, tally: &mut Tally, path: &str, component: &Value, allowed: &[i64]) {
    let kind = component["type"].as_i64().unwrap_or(0);
    tally.count += 1;
    if !allowed.contains(&kind) {
        let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
        let message = format!("Value of field \"type\" must be one of ({}).", allowed.join(", "));
        check.problem(&join(path, "type"), "UNION_TYPE_CHOICES", message);
        return;
    }
    let Some(map) = check.object(path, component, fields_of(kind)) else {
        return;
    };
    if let Some(id) = check.integer(path, map, "id", 0..=i64::from(i32::MAX))
        && id != 0
        && !tally.ids.insert(id)
    {
        check.problem(
            &join(path, "id"),
            "COMPONENT_ID_DUPLICATED",
            "Component id cannot be duplicated",
        );
    }
    match kind {
        ROW => row(check, tally, path, map),
        BUTTON => button(check, tally, path, map),
        STRING_SELECT | 5..=8 => select(check, tally, path, map, kind),
        SECTION => section(check, tally, path, map),
        TEXT => {
            let content = check.required_text(path, map, "content", 1..=4000).unwrap_or("");
            tally.text += content.chars().count();
            tally.bytes += content.len() + BYTES_PER_TEXT;
        }
        THUMBNAIL => media(check, tally, path, map),
        GALLERY => gallery(check, tally, path, map),
        FILE => file(check, tally, path, map),
        SEPARATOR => {
            check.boolean(path, map, "divider");
            check.integer(path, map, "spacing", 1..=2);
        }
        CONTAINER => container(check, tally, path, map),
        _ => super::modal::field(check, tally, path, map, kind),
    }
}

fn fields_of(kind: i64) -> &'static [&'static str] {
    match kind {
        ROW => &["type", "id", "components"],
        BUTTON => &[
            "type",
            "id",
            "style",
            "label",
            "emoji",
            "custom_id",
            "sku_id",
            "url",
            "disabled",
        ],
        STRING_SELECT => &[
            "type",
            "id",
            "custom_id",
            "options",
            "placeholder",
            "min_values",
            "max_values",
            "required",
            "disabled",
        ],
        5..=7 => &[
            "type",
            "id",
            "custom_id",
            "placeholder",
            "default_values",
            "min_values",
            "max_values",
            "required",
            "disabled",
        ],
        8 => &[
            "type",
            "id",
            "custom_id",
            "channel_types",
            "placeholder",
            "default_values",
            "min_values",
            "max_values",
            "required",
            "disabled",
        ],
        SECTION => &["type", "id", "components", "accessory"],
        TEXT => &["type", "id", "content"],
        THUMBNAIL => &["type", "id", "media", "description", "spoiler"],
        GALLERY => &["type", "id", "items"],
        FILE => &["type", "id", "file", "spoiler"],
        SEPARATOR => &["type", "id", "divider", "spacing"],
        CONTAINER => &["type", "id", "components", "accent_color", "spoiler"],
        _ => super::modal::fields_of(kind),
    }
}

fn row(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required(path, map, "components");
    let children = check.list(path, map, "components", 1..=5);
    for (index, child) in children.iter().enumerate() {
        let path = join(&join(path, "components"), index);
        one(check, tally, &path, child, &[BUTTON, STRING_SELECT, 5, 6, 7, 8]);
    }
    if children.len() > 1 && children.iter().any(|child| child["type"] != BUTTON) {
        let message = "The specified component exceeds the maximum width";
        check.problem(
            &join(path, "components"),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            message,
        );
    }
}

/// A `custom_id`: present, short enough, and used once.
pub(crate) fn custom_id(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    let Some(custom_id) = check.required_text(path, map, "custom_id", 1..=100) else {
        return;
    };
    if !tally.custom_ids.insert(custom_id.to_owned()) {
        let message = "Component custom id cannot be duplicated";
        check.problem(
            &join(path, "custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            message,
        );
    }
}

fn button(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required(path, map, "style");
    let style = check.integer(path, map, "style", 1..=6).unwrap_or(0);
    check.boolean(path, map, "disabled");
    let label = check.text(path, map, "label", 1..=80);
    emoji(check, path, map);
    if label.is_none() && map.get("emoji").is_none_or(Value::is_null) && style != 6 {
        let message = "A button must have a label or an emoji";
        check.problem(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", message);
    }
    match style {
        1..=4 => {
            custom_id(check, tally, path, map);
            not_both(check, path, map, "url");
        }
        5 => {
            check.required(path, map, "url");
            if let Some(url) = check.text(path, map, "url", 1..=512)
                && !["http://", "https://", "discord://"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme))
            {
                let message = "Scheme must be one of ('http', 'https', 'discord').";
                check.problem(&join(path, "url"), "URL_TYPE_INVALID_SCHEME", message);
            }
            not_both(check, path, map, "custom_id");
        }
        _ => {
            check.required(path, map, "sku_id");
        }
    }
}

fn not_both(check: &mut Check, path: &str, map: &Map<String, Value>, key: &str) {
    if map.get(key).is_some_and(|value| !value.is_null()) {
        let message = "A custom id and url cannot both be specified";
        check.problem(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", message);
    }
}

fn emoji(check: &mut Check, path: &str, map: &Map<String, Value>) {
    let Some(emoji) = map.get("emoji").filter(|emoji| !emoji.is_null()) else {
        return;
    };
    let path = join(path, "emoji");
    let Some(emoji) = check.object(&path, emoji, &["id", "name", "animated"]) else {
        return;
    };
    if emoji.get("id").is_none_or(Value::is_null) && emoji.get("name").is_none_or(|name| name == "") {
        check.problem(&path, "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
}

pub(crate) fn select(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>, kind: i64) {
    custom_id(check, tally, path, map);
    check.text(path, map, "placeholder", 0..=150);
    check.boolean(path, map, "disabled");
    let least = check.integer(path, map, "min_values", 0..=25).unwrap_or(1);
    let most = check.integer(path, map, "max_values", 1..=25).unwrap_or(1);
    if least > most {
        let message = format!("Must be less than or equal to max_values ({most}).");
        check.problem(&join(path, "min_values"), "BASE_TYPE_MAX_LENGTH", message);
    }
    if kind != STRING_SELECT {
        return;
    }
    check.required(path, map, "options");
    let options = check.list(path, map, "options", 1..=25);
    let mut values = HashSet::new();
    for (index, option) in options.iter().enumerate() {
        let path = join(&join(path, "options"), index);
        select_option(check, &mut values, &path, option);
    }
    let defaults = options.iter().filter(|option| option["default"] == true).count();
    if i64::try_from(defaults).unwrap_or(i64::MAX) > most {
        let message = "Number of default options exceeds max_values";
        check.problem(
            &join(path, "options"),
            "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
            message,
        );
    }
}

fn select_option(check: &mut Check, values: &mut HashSet<String>, path: &str, option: &Value) {
    let known = &["label", "value", "description", "emoji", "default"];
    let Some(option) = check.object(path, option, known) else {
        return;
    };
    check.required_text(path, option, "label", 1..=100);
    check.text(path, option, "description", 1..=100);
    check.boolean(path, option, "default");
    emoji(check, path, option);
    if let Some(value) = check.required_text(path, option, "value", 1..=100)
        && !values.insert(value.to_owned())
    {
        let message = "The specified option value is already used";
        check.problem(
            &join(path, "value"),
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            message,
        );
    }
}

fn section(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required(path, map, "components");
    for (index, child) in check.list(path, map, "components", 1..=3).iter().enumerate() {
        one(
            check,
            tally,
            &join(&join(path, "components"), index),
            child,
            &[TEXT],
        );
    }
    if let Some(accessory) = check.required(path, map, "accessory") {
        one(
            check,
            tally,
            &join(path, "accessory"),
            accessory,
            &[BUTTON, THUMBNAIL],
        );
    }
}

fn media(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.text(path, map, "description", 0..=1024);
    check.boolean(path, map, "spoiler");
    if let Some(media) = check.required(path, map, "media") {
        url(check, tally, &join(path, "media"), media, true);
    }
}

fn url(check: &mut Check, tally: &mut Tally, path: &str, media: &Value, web: bool) {
    let Some(media) = check.object(path, media, &["url"]) else {
        return;
    };
    let Some(url) = check.required_text(path, media, "url", 1..=2048) else {
        return;
    };
    if let Some(name) = url.strip_prefix("attachment://") {
        tally.files.push((join(path, "url"), name.to_owned()));
    } else if !web || !(url.starts_with("http://") || url.starts_with("https://")) {
        let schemes = if web {
            "'http', 'https', 'attachment'"
        } else {
            "'attachment'"
        };
        let message = format!("Scheme must be one of ({schemes}).");
        check.problem(&join(path, "url"), "URL_TYPE_INVALID_SCHEME", message);
    }
}

fn gallery(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required(path, map, "items");
    for (index, item) in check.list(path, map, "items", 1..=10).iter().enumerate() {
        let path = join(&join(path, "items"), index);
        if let Some(item) = check.object(&path, item, &["media", "description", "spoiler"]) {
            media(check, tally, &path, item);
        }
    }
}

fn file(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.boolean(path, map, "spoiler");
    if let Some(file) = check.required(path, map, "file") {
        url(check, tally, &join(path, "file"), file, false);
    }
}

fn container(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.integer(path, map, "accent_color", 0..=0xff_ff_ff);
    check.boolean(path, map, "spoiler");
    check.required(path, map, "components");
    for (index, child) in check.list(path, map, "components", 1..=MOST).iter().enumerate() {
        let allowed = &[ROW, TEXT, SECTION, GALLERY, SEPARATOR, FILE];
        one(
            check,
            tally,
            &join(&join(path, "components"), index),
            child,
            allowed,
        );
    }
}

/// Gives every component without an id the next free number, parents first.
pub(crate) fn numbered(list: &[Value]) -> Vec<Value> {
    let mut list = list.to_vec();
    let mut taken = HashSet::new();
    for component in &list {
        collect_ids(component, &mut taken);
    }
    let mut next = 1;
    for component in &mut list {
        number(component, &taken, &mut next);
    }
    list
}

fn collect_ids(component: &Value, taken: &mut HashSet<i64>) {
    taken.extend(component["id"].as_i64());
    children(component).for_each(|child| collect_ids(child, taken));
}

fn number(component: &mut Value, taken: &HashSet<i64>, next: &mut i64) {
    let Some(map) = component.as_object_mut() else {
        return;
    };
    if map.get("id").and_then(Value::as_i64).unwrap_or(0) == 0 {
        while taken.contains(next) {
            *next += 1;
        }
        map.insert("id".to_owned(), json!(*next));
        *next += 1;
    }
    if let Some(list) = map.get_mut("components").and_then(Value::as_array_mut) {
        list.iter_mut().for_each(|child| number(child, taken, next));
    }
    for key in ["accessory", "component"] {
        if let Some(child) = map.get_mut(key) {
            number(child, taken, next);
        }
    }
}

/// The components directly in a component: children, accessory, and a label's field.
pub(crate) fn children(component: &Value) -> impl Iterator<Item = &Value> {
    let list = component["components"].as_array().into_iter().flatten();
    list.chain(component.get("accessory"))
        .chain(component.get("component"))
}
