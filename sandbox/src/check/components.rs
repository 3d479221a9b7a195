//! Components of messages, both kinds: rows of buttons and selects, and the layout kind ("V2").

use serde_json::{Map, Value};

use super::controls::{check_button, check_select};
use super::inputs::check_input;
use super::kinds::{
    BUTTON, CHECKBOX, CHECKBOX_GROUP, CONTAINER, FILE, FILE_UPLOAD, GALLERY, LABEL, RADIO_GROUP, ROW,
    SECTION, SEPARATOR, STRING_SELECT, TEXT, TEXT_INPUT, THUMBNAIL, fields_of,
};
use super::tally::{MOST, Tally};
use super::{Check, join_path};

/// Checks a message's components and returns them with every component numbered, as Discord does.
pub(super) fn check_components(
    check: &mut Check,
    list: &[Value],
    v2: bool,
) -> (Vec<Value>, Vec<(String, String)>) {
    let mut tally = Tally::default();
    if !v2 && list.len() > 5 {
        check.problem(
            "components",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 0 and 5 in length.",
        );
    }
    for (index, component) in list.iter().enumerate() {
        let path = join_path("components", index);
        let allowed: &[i64] = if v2 {
            &[ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER]
        } else {
            &[ROW]
        };
        check_component(check, &mut tally, &path, component, allowed);
    }
    tally.check_totals(check);
    (super::stored::complete_components(list), tally.files)
}

/// One component and what is in it; `allowed` are the types permitted in this place.
pub(super) fn check_component(
    check: &mut Check,
    tally: &mut Tally,
    path: &str,
    component: &Value,
    allowed: &[i64],
) {
    let kind = component["type"].as_i64().unwrap_or(0);
    tally.count += 1;
    if !allowed.contains(&kind) {
        let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
        let message = format!("Value of field \"type\" must be one of ({}).", allowed.join(", "));
        check.problem(&join_path(path, "type"), "UNION_TYPE_CHOICES", message);
        return;
    }
    let Some(map) = check.object(path, component, fields_of(kind)) else {
        return;
    };
    tally.check_id(check, path, map);
    match kind {
        ROW => check_row(check, tally, path, map),
        BUTTON => check_button(check, tally, path, map),
        STRING_SELECT | 5..=8 => check_select(check, tally, path, map, kind),
        SECTION => check_section(check, tally, path, map),
        TEXT => {
            let content = check.required_text(path, map, "content", 1..=4000).unwrap_or("");
            tally.count_text(content);
        }
        THUMBNAIL => check_media(check, tally, path, map),
        GALLERY => check_gallery(check, tally, path, map),
        FILE => check_file(check, tally, path, map),
        SEPARATOR => {
            check.boolean(path, map, "divider");
            check.integer(path, map, "spacing", 1..=2);
        }
        CONTAINER => check_container(check, tally, path, map),
        LABEL => check_label(check, tally, path, map),
        _ => check_input(check, tally, path, map, kind),
    }
}

fn check_row(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required(path, map, "components");
    let children = check.list(path, map, "components", 1..=5);
    for (index, child) in children.iter().enumerate() {
        let path = join_path(&join_path(path, "components"), index);
        check_component(check, tally, &path, child, &[BUTTON, STRING_SELECT, 5, 6, 7, 8]);
    }
    if children.len() > 1 && children.iter().any(|child| child["type"] != BUTTON) {
        let message = "The specified component exceeds the maximum width";
        check.problem(
            &join_path(path, "components"),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            message,
        );
    }
}

fn check_section(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required(path, map, "components");
    for (index, child) in check.list(path, map, "components", 1..=3).iter().enumerate() {
        check_component(
            check,
            tally,
            &join_path(&join_path(path, "components"), index),
            child,
            &[TEXT],
        );
    }
    if let Some(accessory) = check.required(path, map, "accessory") {
        check_component(
            check,
            tally,
            &join_path(path, "accessory"),
            accessory,
            &[BUTTON, THUMBNAIL],
        );
    }
}

fn check_media(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.text(path, map, "description", 0..=1024);
    check.boolean(path, map, "spoiler");
    if let Some(media) = check.required(path, map, "media") {
        check_url(check, tally, &join_path(path, "media"), media, true);
    }
}

fn check_url(check: &mut Check, tally: &mut Tally, path: &str, media: &Value, web: bool) {
    let Some(media) = check.object(path, media, &["url"]) else {
        return;
    };
    let Some(url) = check.required_text(path, media, "url", 1..=2048) else {
        return;
    };
    if let Some(name) = url.strip_prefix("attachment://") {
        tally.files.push((join_path(path, "url"), name.to_owned()));
    } else if !web || !(url.starts_with("http://") || url.starts_with("https://")) {
        let schemes = if web {
            "'http', 'https', 'attachment'"
        } else {
            "'attachment'"
        };
        let message = format!("Scheme must be one of ({schemes}).");
        check.problem(&join_path(path, "url"), "URL_TYPE_INVALID_SCHEME", message);
    }
}

fn check_gallery(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required(path, map, "items");
    for (index, item) in check.list(path, map, "items", 1..=10).iter().enumerate() {
        let path = join_path(&join_path(path, "items"), index);
        if let Some(item) = check.object(&path, item, &["media", "description", "spoiler"]) {
            check_media(check, tally, &path, item);
        }
    }
}

fn check_file(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.boolean(path, map, "spoiler");
    if let Some(file) = check.required(path, map, "file") {
        check_url(check, tally, &join_path(path, "file"), file, false);
    }
}

fn check_container(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.integer(path, map, "accent_color", 0..=0xff_ff_ff);
    check.boolean(path, map, "spoiler");
    check.required(path, map, "components");
    for (index, child) in check.list(path, map, "components", 1..=MOST).iter().enumerate() {
        let allowed = &[ROW, TEXT, SECTION, GALLERY, SEPARATOR, FILE];
        check_component(
            check,
            tally,
            &join_path(&join_path(path, "components"), index),
            child,
            allowed,
        );
    }
}

fn check_label(check: &mut Check, tally: &mut Tally, path: &str, map: &Map<String, Value>) {
    check.required_text(path, map, "label", 1..=45);
    check.text(path, map, "description", 1..=100);
    let Some(inner) = check.required(path, map, "component") else {
        return;
    };
    let path = join_path(path, "component");
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
    check_component(check, tally, &path, inner, allowed);
    if inner.get("disabled").is_some_and(|disabled| disabled == true) {
        check.problem(
            &join_path(&path, "disabled"),
            "MODAL_DISABLED_COMPONENT",
            "Modal components cannot be disabled",
        );
    }
    if inner["type"] == TEXT_INPUT && inner.get("label").is_some_and(|label| !label.is_null()) {
        check.problem(
            &join_path(&path, "label"),
            "BASE_TYPE_UNUSABLE",
            "A text input in a label has no label of its own",
        );
    }
}
