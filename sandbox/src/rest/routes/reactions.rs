//! Reactions, pins, and messages deleted in bulk.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::rest::ask::{Answer, Ask, Reply, parse_id};
use crate::world::World;

/// `/channels/{channel}/messages/{message}/reactions/…`
pub(super) fn route_reactions(
    world: &mut World,
    ask: &Ask,
    channel: u64,
    message: u64,
    rest: &[&str],
) -> Option<Answer> {
    Some(match (ask.method.as_str(), rest) {
        ("PUT", [emoji, "@me"]) => world.bot_reacts(channel, message, emoji).map(answer_nothing),
        ("DELETE", [emoji, "@me"]) => {
            let bot = world.application;
            world
                .bot_takes_reaction(channel, message, emoji, bot)
                .map(answer_nothing)
        }
        ("DELETE", [emoji, user]) => parse_id(user)
            .and_then(|user| world.bot_takes_reaction(channel, message, emoji, user))
            .map(answer_nothing),
        ("DELETE", []) => world
            .bot_clears_reactions(channel, message, None)
            .map(answer_nothing),
        ("DELETE", [emoji]) => world
            .bot_clears_reactions(channel, message, Some(emoji))
            .map(answer_nothing),
        ("GET", [emoji]) => who_reacted(world, ask, channel, message, emoji),
        _ => return None,
    })
}

fn who_reacted(world: &World, ask: &Ask, channel: u64, message: u64, emoji: &str) -> Answer {
    ask.query_only(&["after", "limit", "type"])?;
    let limit = ask.query_limit(1..=100, 25)?;
    match ask.query_number("type")?.unwrap_or(0) {
        0 => {}
        // Nobody here has what burst reactions take.
        1 => return Ok(Reply::Json(json!([]))),
        _ => {
            let message = "Value must be one of (0, 1).";
            return Err(Refusal::invalid("type", "BASE_TYPE_CHOICES", message));
        }
    }
    let after = ask.query_number("after")?.unwrap_or(0);
    let users = world.reacted(channel, message, emoji, after, limit)?;
    Ok(Reply::Json(json!(users)))
}

/// `/channels/{channel}/messages/pins/…`, and `/channels/{channel}/pins/…` as it was before.
pub(super) fn route_pins(world: &mut World, ask: &Ask, channel: u64, rest: &[&str]) -> Option<Answer> {
    Some(match (ask.method.as_str(), rest) {
        ("PUT", ["messages", "pins", message] | ["pins", message]) => parse_id(message)
            .and_then(|message| world.bot_pins(channel, message, true))
            .map(answer_nothing),
        ("DELETE", ["messages", "pins", message] | ["pins", message]) => parse_id(message)
            .and_then(|message| world.bot_pins(channel, message, false))
            .map(answer_nothing),
        ("GET", ["messages", "pins"]) => list_pins(world, ask, channel),
        ("GET", ["pins"]) => old_pins(world, channel),
        ("POST", ["messages", "bulk-delete"]) => {
            world.bot_deletes_many(channel, &ask.body).map(answer_nothing)
        }
        _ => return None,
    })
}

fn list_pins(world: &World, ask: &Ask, channel: u64) -> Answer {
    ask.query_only(&["before", "limit"])?;
    let limit = ask.query_limit(1..=50, 50)?;
    let before = ask.query.iter().find(|(key, _)| key == "before");
    let before = before.map(|(_, text)| parse_moment(text)).transpose()?;
    let pins = world.pins(channel, before)?;
    let more = pins.len() > limit;
    let items: Vec<Value> = pins
        .into_iter()
        .take(limit)
        .map(|(at, message)| json!({ "pinned_at": at, "message": message }))
        .collect();
    Ok(Reply::Json(json!({ "items": items, "has_more": more })))
}

/// The first fifty, as a plain list.
fn old_pins(world: &World, channel: u64) -> Answer {
    let pins = world.pins(channel, None)?.into_iter().take(50);
    Ok(Reply::Json(pins.map(|(_, message)| message).collect()))
}

/// A moment in a query.
pub(super) fn parse_moment(text: &str) -> Result<DateTime<Utc>, Refusal> {
    let wrong = |_| {
        Refusal::invalid(
            "before",
            "DATE_TIME_TYPE_PARSE",
            "Could not parse it. Should be ISO8601.",
        )
    };
    DateTime::parse_from_rfc3339(text).map(Into::into).map_err(wrong)
}

fn answer_nothing((): ()) -> Reply {
    Reply::Nothing
}
