//! What a message has to show, and of what type a file is.

use super::Message;
use crate::check::message::IS_COMPONENTS_V2;

/// Whether there is nothing to see.
pub(super) fn is_empty(message: &Message) -> bool {
    let shown = if message.has(IS_COMPONENTS_V2) {
        message.components.is_empty()
    } else {
        message.content.is_empty()
    };
    shown && message.embeds.is_empty() && message.attachments.is_empty()
}

/// The type that goes with the ending of a file's name.
pub(crate) fn guess_type(name: &str) -> &'static str {
    let ending = name.rsplit('.').next().unwrap_or("").to_lowercase();
    match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "md" | "txt" | "gift" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
