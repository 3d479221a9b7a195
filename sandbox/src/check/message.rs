//! The body of a message in all its forms: created, edited, or as the answer to an interaction.

use serde_json::{Map, Value};

use super::{Check, attachments, components, embeds, join_path};
use crate::refusal::Refusal;

pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
pub(crate) const HAS_THREAD: u64 = 1 << 5;
pub(crate) const EPHEMERAL: u64 = 1 << 6;
pub(crate) const LOADING: u64 = 1 << 7;
pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
pub(crate) const IS_COMPONENTS_V2: u64 = 1 << 15;

/// Largest file a bot may upload without boosts.
pub(crate) const MOST_BYTES: usize = 10 * 1024 * 1024;

/// How a message body came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// POST to a channel.
    Create,
    /// PATCH of a channel's message.
    Edit,
    /// The data of a callback that makes a message.
    Callback,
    /// The data of a callback that changes the message a component is on.
    Update,
    /// POST to an interaction's webhook.
    Followup,
    /// PATCH of a message an interaction's webhook made.
    WebhookEdit,
    /// POST to a webhook of the bot's own.
    Webhook,
}

/// A file that came with a request.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) index: u64,
    pub(crate) name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// A checked body. `None` means that the field was absent, which matters to edits.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Value>>,
    pub(crate) components: Option<Vec<Value>>,
    pub(crate) flags: Option<u64>,
    pub(crate) allowed_mentions: Option<Value>,
    pub(crate) nonce: Option<Value>,
    pub(crate) enforce_nonce: bool,
    pub(crate) tts: bool,
    pub(crate) reply_to: Option<u64>,
    /// The name a webhook writes under.
    pub(crate) signed: Option<String>,
    /// Existing attachments to keep, and descriptions of new ones by their index.
    pub(crate) attachments: Option<Vec<Value>>,
    pub(crate) uploads: Vec<Upload>,
    /// Places that show an uploaded file, with its name.
    pub(crate) shown_files: Vec<(String, String)>,
}

impl Draft {
    /// Whether the body asks for the layout kind of components.
    pub(crate) fn wants_v2(&self) -> bool {
        self.flags.unwrap_or(0) & IS_COMPONENTS_V2 != 0
    }
}

/// Checks a body; `was_v2` tells whether the message to be edited has layout components already.
pub(crate) fn check_message(
    body: &Value,
    uploads: Vec<Upload>,
    form: Form,
    was_v2: bool,
) -> Result<Draft, Refusal> {
    if uploads.len() > 10 {
        return Err(Refusal::mistake(
            400,
            30015,
            "Maximum number of attachments in a message reached (10)",
        ));
    }
    if uploads.iter().any(|upload| upload.bytes.len() > MOST_BYTES) {
        return Err(Refusal::mistake(413, 40005, "Request entity too large"));
    }
    let mut check = Check::default();
    let mut draft = Draft {
        uploads,
        ..Draft::default()
    };
    if let Some(map) = check.object("", body, known_fields(form)) {
        check_flags(&mut check, map, form, &mut draft);
        check_texts(&mut check, map, &mut draft);
        let v2 = was_v2 || draft.wants_v2();
        check_legacy_fields(&mut check, map, v2);
        if map.get("components").is_some() {
            let list = check.list("", map, "components", 0..=40);
            let (made, shown) = components::check_components(&mut check, list, v2);
            draft.components = Some(made);
            draft.shown_files = shown;
        }
        check_mentions(&mut check, map, &mut draft);
        check_nonce(&mut check, map, form, &mut draft);
        check_references(&mut check, map, &mut draft);
        draft.attachments = attachments::check_attachments(&mut check, map);
    }
    check.finish(draft)
}

fn known_fields(form: Form) -> &'static [&'static str] {
    match form {
        Form::Create => &[
            "content",
            "nonce",
            "tts",
            "embeds",
            "allowed_mentions",
            "message_reference",
            "components",
            "sticker_ids",
            "attachments",
            "flags",
            "enforce_nonce",
        ],
        Form::Edit | Form::Update | Form::WebhookEdit => &[
            "content",
            "embeds",
            "flags",
            "allowed_mentions",
            "components",
            "attachments",
            "tts",
            "enforce_nonce",
        ],
        Form::Callback | Form::Followup | Form::Webhook => &[
            "content",
            "tts",
            "embeds",
            "allowed_mentions",
            "components",
            "attachments",
            "flags",
            "enforce_nonce",
        ],
    }
}

fn check_flags(check: &mut Check, map: &Map<String, Value>, form: Form, draft: &mut Draft) {
    let flags = check
        .integer("", map, "flags", 0..=i64::MAX)
        .map(i64::unsigned_abs);
    let known = match form {
        Form::Create | Form::Webhook => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_COMPONENTS_V2,
        Form::Edit | Form::WebhookEdit => SUPPRESS_EMBEDS | IS_COMPONENTS_V2,
        Form::Callback | Form::Followup | Form::Update => {
            SUPPRESS_EMBEDS | EPHEMERAL | SUPPRESS_NOTIFICATIONS | IS_COMPONENTS_V2
        }
    };
    if let Some(wrong) = flags.map(|flags| flags & !known).filter(|wrong| *wrong != 0) {
        let message = format!("These flags cannot be set here: {wrong}");
        check.problem("flags", "MESSAGE_FLAGS_INVALID", message);
    }
    draft.flags = flags;
}

fn check_texts(check: &mut Check, map: &Map<String, Value>, draft: &mut Draft) {
    if map.contains_key("content") {
        draft.content = Some(
            check
                .text("", map, "content", 0..=2000)
                .unwrap_or("")
                .trim()
                .to_owned(),
        );
    }
    if map.contains_key("embeds") {
        let list = check.list("", map, "embeds", 0..=10);
        embeds::check_embeds(check, list);
        draft.embeds = Some(super::stored::complete_embeds(list));
    }
    draft.tts = check.boolean("", map, "tts").unwrap_or(false);
    if !check.list("", map, "sticker_ids", 0..=3).is_empty() {
        check.problem(
            "sticker_ids",
            "SANDBOX_UNSUPPORTED",
            "The sandbox has no stickers",
        );
    }
}

/// A message with layout components has nothing else.
fn check_legacy_fields(check: &mut Check, map: &Map<String, Value>, v2: bool) {
    if !v2 {
        return;
    }
    for key in ["content", "embeds", "sticker_ids"] {
        let empty = match map.get(key) {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.is_empty(),
            Some(Value::Array(list)) => list.is_empty(),
            Some(_) => false,
        };
        if !empty {
            let message =
                format!("The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
            check.problem(
                key,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                message,
            );
        }
    }
}

fn check_mentions(check: &mut Check, map: &Map<String, Value>, draft: &mut Draft) {
    let Some(value) = map.get("allowed_mentions").filter(|value| !value.is_null()) else {
        return;
    };
    draft.allowed_mentions = Some(value.clone());
    let path = "allowed_mentions";
    let Some(value) = check.object(path, value, &["parse", "users", "roles", "replied_user"]) else {
        return;
    };
    let parse = check.list(path, value, "parse", 0..=3);
    for (index, kind) in parse.iter().enumerate() {
        if !["users", "roles", "everyone"].iter().any(|known| kind == known) {
            let message = "Value must be one of ('users', 'roles', 'everyone').";
            check.problem(
                &join_path("allowed_mentions.parse", index),
                "BASE_TYPE_CHOICES",
                message,
            );
        }
    }
    for key in ["users", "roles"] {
        let list = check.list(path, value, key, 0..=100);
        for (index, id) in list.iter().enumerate() {
            check.snowflake(&join_path(&join_path(path, key), index), id);
        }
        if !list.is_empty() && parse.iter().any(|kind| kind == key) {
            let message = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
            check.problem(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
        }
    }
}

fn check_nonce(check: &mut Check, map: &Map<String, Value>, form: Form, draft: &mut Draft) {
    match map.get("nonce") {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) if text.chars().count() > 25 => {
            check.problem("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
        }
        Some(nonce @ Value::String(_)) => draft.nonce = Some(nonce.clone()),
        Some(nonce) if nonce.is_i64() => draft.nonce = Some(nonce.clone()),
        Some(nonce) => check.problem(
            "nonce",
            "NONCE_TYPE_INVALID",
            format!("{nonce} is not an int64 or a text"),
        ),
    }
    draft.enforce_nonce = check.boolean("", map, "enforce_nonce").unwrap_or(false);
    if draft.enforce_nonce && form != Form::Create {
        let message =
            "Unknown field: only a message to a channel can enforce its nonce, false is taken everywhere";
        check.problem("enforce_nonce", "UNKNOWN_FIELD", message);
    }
}

fn check_references(check: &mut Check, map: &Map<String, Value>, draft: &mut Draft) {
    if let Some(value) = map.get("message_reference").filter(|value| !value.is_null()) {
        let known = &[
            "type",
            "message_id",
            "channel_id",
            "guild_id",
            "fail_if_not_exists",
        ];
        let reference = check.object("message_reference", value, known);
        if let Some(id) = reference.and_then(|reference| reference.get("message_id")) {
            draft.reply_to = check.snowflake("message_reference.message_id", id);
        }
    }
}
