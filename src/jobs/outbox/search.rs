//! Looks through a channel for the message of an earlier attempt whose answer was lost.
//!
//! Every message of the outbox carries a mark: the id of its first component, which Discord keeps and shows. Those of
//! programs before the outbox do not, but most have a button of their own.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::discord::client::Discord;
use crate::discord::error::ApiError;
use crate::ids::{ChannelId, MessageId, NoticeId, OpenAnswerId, QuizId, RoundId, first_snowflake};
use crate::interaction::{CustomId, LiveStep};
use crate::reply::mark_of;
use crate::rules::outbox::OutboxKind;
use crate::store::outbox::Item;

/// Clocks differ: the search begins a little before the attempt did.
const BEFORE: TimeDelta = TimeDelta::minutes(1);

/// The message of an earlier attempt that began at `since`. An error where not all messages since then can be seen.
pub(super) async fn find_earlier(
    discord: &Discord,
    place: ChannelId,
    since: DateTime<Utc>,
    item: &Item,
) -> Result<Option<MessageId>, ApiError> {
    let buttons: Vec<String> = old_buttons(item).iter().map(CustomId::custom_id).collect();
    let is_ours = |message: &Value| {
        message["components"][0]["id"].as_i64() == Some(mark_of(item.outbox_id))
            || has_custom_id(&message["components"], &buttons)
    };
    let mut after = first_snowflake(since - BEFORE);
    let mut first_page = true;
    loop {
        let messages = discord.messages_after(place, after).await?;
        if first_page && messages.is_empty() && !discord.may_read_history(place).await? {
            return Err(ApiError::NoAnswer {
                call: "GET /channels/…/messages".to_owned(),
                reason: "without Read Message History I see none. Allow me that in the channel".to_owned(),
            });
        }
        if let Some(ours) = messages
            .iter()
            .filter(|message| is_ours(message))
            .find_map(message_id)
        {
            return Ok(Some(MessageId(ours)));
        }
        match messages.iter().filter_map(message_id).max() {
            Some(newest) if messages.len() == 100 => after = newest,
            _ => return Ok(None),
        }
        first_page = false;
    }
}

fn message_id(message: &Value) -> Option<i64> {
    message["id"].as_str()?.parse().ok()
}

/// The buttons by which a message of a program before the outbox is known.
fn old_buttons(item: &Item) -> Vec<CustomId> {
    if item.nonce.is_none() {
        return Vec::new();
    }
    let id = item.subject_id;
    match item.kind {
        OutboxKind::Question => {
            let round = RoundId(id);
            vec![
                CustomId::Answer { round, option: 0 },
                CustomId::AnswerMany { round },
                CustomId::Write { round },
                CustomId::Why { round },
                CustomId::OwnAnswer { round },
            ]
        }
        OutboxKind::Lobby => vec![CustomId::Live {
            quiz: QuizId(id),
            step: LiveStep::Join,
        }],
        OutboxKind::Podium => vec![CustomId::Live {
            quiz: QuizId(id),
            step: LiveStep::Result,
        }],
        OutboxKind::Notice => vec![CustomId::Notice { notice: NoticeId(id) }],
        OutboxKind::SharedAnswer => vec![CustomId::Convincing {
            answer: OpenAnswerId(id),
        }],
        OutboxKind::Discussion | OutboxKind::Nudge => Vec::new(),
    }
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
