//! Where Discord's document says something else than Discord's documentation, or than Discord is known to do.
//!
//! The document's own README says: "If you find discrepancies between the spec and our docs … follow the docs, not the
//! spec." Each entry names its source; a path is a file of the documentation, as of August 2026.

use serde_json::{Value, json};

/// What is put in place of a part of the document.
struct Amendment {
    /// The component.
    component: &'static str,
    /// Where in it, as a JSON pointer.
    at: &'static str,
    /// What stands there instead.
    schema: fn() -> Value,
}

/// Every amendment.
const AMENDMENTS: &[Amendment] = &[
    // interactions/application-commands.mdx, "Application Command Structure": a bit set "as a string". The document's
    // README: "Some fields typed as strings in our docs may be typed as ints in the spec".
    Amendment {
        component: "ApplicationCommandUpdateRequest",
        at: "/properties/default_member_permissions",
        schema: number_as_text,
    },
    Amendment {
        component: "ApplicationCommandCreateRequest",
        at: "/properties/default_member_permissions",
        schema: number_as_text,
    },
    Amendment {
        component: "ApplicationCommandPatchRequestPartial",
        at: "/properties/default_member_permissions",
        schema: number_as_text,
    },
    // reference.mdx, "Uploading Files": the examples have `"attachments": [{ "id": 0, … }]`, the n of `files[n]`.
    Amendment {
        component: "MessageAttachmentRequest",
        at: "/properties/id",
        schema: id_or_number,
    },
    // topics/rate-limits.mdx, "Rate Limit Response Structure": `code?`, and the examples have none.
    Amendment {
        component: "RatelimitedResponse",
        at: "/allOf/0",
        schema: message_and_code,
    },
    // reference.mdx, "Error Messages": in every example the code of a field's error is a word, as "BASE_TYPE_REQUIRED".
    Amendment {
        component: "InnerErrors",
        at: "/properties/_errors/items",
        schema: error_of_field,
    },
    // resources/channel.mdx, "Channel Types": GUILD_MEDIA is 16.
    Amendment {
        component: "ChannelTypes",
        at: "/oneOf/0",
        schema: || json!({ "enum": [1, 16] }),
    },
    Amendment {
        component: "GuildChannelResponse",
        at: "/properties/type/enum",
        schema: || json!([0, 2, 4, 5, 13, 14, 15, 16]),
    },
    // resources/message.mdx, "Embed Object": `flags?`. Libraries send an embed back as they were given it.
    Amendment {
        component: "RichEmbed",
        at: "/properties/flags",
        schema: || json!({ "type": ["integer", "null"] }),
    },
];

fn error_of_field() -> Value {
    json!({
        "type": "object",
        "properties": { "code": { "type": "string" }, "message": { "type": "string" } },
        "required": ["code", "message"],
    })
}

fn number_as_text() -> Value {
    json!({ "type": ["integer", "string", "null"], "minimum": 0, "pattern": "^[0-9]+$" })
}

fn id_or_number() -> Value {
    json!({ "oneOf": [
        { "type": "integer", "minimum": 0 },
        { "$ref": "#/components/schemas/SnowflakeType" },
    ] })
}

fn message_and_code() -> Value {
    json!({
        "type": "object",
        "properties": { "code": { "type": "integer" }, "message": { "type": "string" } },
        "required": ["message"],
    })
}

/// Puts all amendments into the document.
///
/// # Panics
/// When one of them has no place there any more: the document was renewed, and the entry has to be looked at.
pub fn amend_document(document: &mut Value) {
    for one in AMENDMENTS {
        let pointer = format!("/components/schemas/{}{}", one.component, one.at);
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        let place = match document.pointer_mut(parent) {
            Some(Value::Object(parent)) => Some(parent.entry(key).or_insert(Value::Null)),
            Some(Value::Array(list)) => key.parse::<usize>().ok().and_then(|at| list.get_mut(at)),
            _ => None,
        };
        *place.unwrap_or_else(|| panic!("the amendment of {pointer} has no place in the document")) =
            (one.schema)();
    }
}
