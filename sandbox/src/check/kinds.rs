//! The types of components by their numbers, which fields each may have, and what is in it.

use serde_json::Value;

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
pub(crate) const FILE_UPLOAD: i64 = 19;
pub(crate) const RADIO_GROUP: i64 = 21;
pub(crate) const CHECKBOX_GROUP: i64 = 22;
pub(crate) const CHECKBOX: i64 = 23;

/// The fields of a component of this type.
pub(super) fn fields_of(kind: i64) -> &'static [&'static str] {
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
        _ => input_fields_of(kind),
    }
}

/// The fields of what only modals have.
fn input_fields_of(kind: i64) -> &'static [&'static str] {
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

/// The components directly in a component: children, accessory, and a label's field.
pub(crate) fn list_children(component: &Value) -> impl Iterator<Item = &Value> {
    let list = component["components"].as_array().into_iter().flatten();
    list.chain(component.get("accessory"))
        .chain(component.get("component"))
}
