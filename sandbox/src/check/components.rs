//! Components of messages, both kinds: rows of buttons and selects, and the layout kind ("V2").

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::controls::{button, select};
use super::fields::fields_of;
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
    pub(super) custom_ids: HashSet<String>,
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
    (super::stored::components(list), tally.files)
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

/// The components directly in a component: children, accessory, and a label's field.
pub(crate) fn children(component: &Value) -> impl Iterator<Item = &Value> {
    let list = component["components"].as_array().into_iter().flatten();
    list.chain(component.get("accessory"))
        .chain(component.get("component"))
}
