//! Which fields a component may have.

use super::components::{
    BUTTON, CONTAINER, FILE, GALLERY, ROW, SECTION, SEPARATOR, STRING_SELECT, TEXT, THUMBNAIL,
};

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
        _ => super::modal::fields_of(kind),
    }
}
