//! Looks through a channel for the message of an earlier attempt whose answer was lost.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::discord::client::Discord;
use crate::discord::error::ApiError;
use crate::ids::{ChannelId, MessageId, first_snowflake};
use crate::interaction::CustomId;
use crate::reply::{Component, Message};

/// Pages of a hundred messages that are looked through for an earlier attempt's.
const MOST_PAGES: usize = 30;

/// The first message since it was due that has one of these buttons, at any depth.
pub(super) async fn find_by_custom_id(
    discord: &Discord,
    place: ChannelId,
    due_at: DateTime<Utc>,
    buttons: &[CustomId],
) -> Result<Option<MessageId>, ApiError> {
    let ids: Vec<String> = buttons.iter().map(CustomId::custom_id).collect();
    let mut found = None;
    look_through(discord, place, due_at, |message| {
        found = found.or(message_id(message).filter(|_| has_custom_id(message, &ids)));
        found.is_none()
    })
    .await?;
    Ok(found.map(MessageId))
}

/// Shows `visit` every message of a channel since something was due, until it has seen enough and returns false. An
/// error where not all of them can be seen.
async fn look_through(
    discord: &Discord,
    place: ChannelId,
    due_at: DateTime<Utc>,
    mut visit: impl FnMut(&Value) -> bool,
) -> Result<(), ApiError> {
    let mut after = search_start(due_at);
    let call = || "GET /channels/…/messages".to_owned();
    for page in 0..MOST_PAGES {
        let messages = discord.messages_after(place, after).await?;
        if page == 0 && messages.is_empty() && !discord.may_read_history(place).await? {
            return Err(ApiError::NoAnswer {
                call: call(),
                reason: "without Read Message History I see none. Allow me that in the channel".to_owned(),
            });
        }
        if !messages.iter().all(&mut visit) {
            return Ok(());
        }
        match messages.iter().filter_map(message_id).max() {
            Some(newest) if messages.len() == 100 => after = newest,
            _ => return Ok(()),
        }
    }
    Err(ApiError::NoAnswer {
        call: call(),
        reason: "too much was written since to look through it all".to_owned(),
    })
}

fn message_id(message: &Value) -> Option<i64> {
    message["id"].as_str()?.parse().ok()
}

/// Whether any component of a message, at any depth, has one of these ids.
fn has_custom_id(value: &Value, ids: &[String]) -> bool {
    match value {
        Value::Object(fields) => {
            fields
                .get("custom_id")
                .and_then(Value::as_str)
                .is_some_and(|id| ids.iter().any(|ours| ours == id))
                || fields.values().any(|field| has_custom_id(field, ids))
        }
        Value::Array(items) => items.iter().any(|item| has_custom_id(item, ids)),
        _ => false,
    }
}

/// Where to begin to look for a message that was due at a moment: a little before, because clocks differ. As a
/// snowflake.
fn search_start(due_at: DateTime<Utc>) -> i64 {
    first_snowflake(due_at - TimeDelta::minutes(1))
}

/// A message since it was due that begins with the same text.
pub(super) async fn find_by_text(
    discord: &Discord,
    place: ChannelId,
    due_at: DateTime<Utc>,
    message: &Message,
) -> Result<Option<MessageId>, ApiError> {
    let mut found = None;
    look_through(discord, place, due_at, |earlier| {
        found = found.or(message_id(earlier).filter(|_| is_same_message(earlier, message)));
        found.is_none()
    })
    .await?;
    Ok(found.map(MessageId))
}

/// Whether a message in the channel is this one: it begins with the same text.
fn is_same_message(earlier: &Value, message: &Message) -> bool {
    let Some(Component::Text(first)) = message.components.first() else {
        return false;
    };
    earlier["components"][0]["content"]
        .as_str()
        .is_some_and(|text| text.trim() == first.trim())
}
