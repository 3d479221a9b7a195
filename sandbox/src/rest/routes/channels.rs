//! Channels, messages and threads.

use serde_json::json;

use super::{reactions, threads, webhooks};
use crate::check::message::{Form, IS_COMPONENTS_V2, check_message};
use crate::permissions::READ_MESSAGE_HISTORY;
use crate::refusal::Refusal;
use crate::rest::ask::{Answer, Ask, Reply, parse_id, unknown_route};
use crate::world::{Page, World};

/// `/channels/{channel}/…`
pub(super) fn route_channel(world: &mut World, ask: &mut Ask, channel: u64, rest: &[&str]) -> Answer {
    let method = ask.method.clone();
    // Before the messages: `pins` and `bulk-delete` stand where ids do.
    if let Some(answer) = route_further(world, ask, channel, rest) {
        return answer;
    }
    match (method.as_str(), rest) {
        ("GET", []) => {
            world.bot_channel(channel)?;
            Ok(Reply::Json(world.channel_json(channel)))
        }
        ("PATCH", []) => {
            world.bot_changes_channel(channel, &ask.body)?;
            Ok(Reply::Json(world.channel_json(channel)))
        }
        ("POST", ["typing"]) => {
            world.bot_channel(channel)?;
            Ok(Reply::Nothing)
        }
        ("GET", ["messages"]) => list_messages(world, ask, channel),
        ("POST", ["messages"]) => {
            let draft = check_message(&ask.body, std::mem::take(&mut ask.uploads), Form::Create, false)?;
            let message = world.bot_writes(channel, draft)?;
            Ok(Reply::Json(json!(world.message_json(message))))
        }
        ("GET", ["messages", message]) => {
            let message = parse_id(message)?;
            world.bot_channel(channel)?;
            world.bot_needs_in_guild(channel, READ_MESSAGE_HISTORY)?;
            world.public_message(channel, message)?;
            Ok(Reply::Json(json!(world.message_json(message))))
        }
        ("PATCH", ["messages", message]) => edit_message(world, ask, channel, parse_id(message)?),
        ("DELETE", ["messages", message]) => {
            world.bot_deletes(channel, parse_id(message)?)?;
            Ok(Reply::Nothing)
        }
        ("POST", ["threads"]) => start_thread(world, ask, channel, None),
        ("POST", ["messages", message, "threads"]) => {
            start_thread(world, ask, channel, Some(parse_id(message)?))
        }
        _ => unknown_route(),
    }
}

/// What has a file of its own.
fn route_further(world: &mut World, ask: &Ask, channel: u64, rest: &[&str]) -> Option<Answer> {
    if let ["messages", message, "reactions", rest @ ..] = rest {
        return match parse_id(message) {
            Ok(message) => reactions::route_reactions(world, ask, channel, message, rest),
            Err(refusal) => Some(Err(refusal)),
        };
    }
    let answer = reactions::route_pins(world, ask, channel, rest);
    let answer = answer.or_else(|| threads::route_thread(world, ask, channel, rest));
    answer.or_else(|| webhooks::of_channel(world, ask, channel, rest))
}

fn list_messages(world: &World, ask: &Ask, channel: u64) -> Answer {
    ask.query_only(&["limit", "before", "after", "around"])?;
    let limit = ask.query_number("limit")?.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        let message = "int value should be between 1 and 100.";
        return Err(Refusal::invalid("limit", "NUMBER_TYPE_MAX", message));
    }
    let page = match (
        ask.query_number("before")?,
        ask.query_number("after")?,
        ask.query_number("around")?,
    ) {
        (None, None, None) => Page::Latest,
        (Some(before), None, None) => Page::Before(before),
        (None, Some(after), None) => Page::After(after),
        (None, None, Some(around)) => Page::Around(around),
        _ => {
            let message = "Only one of before, after and around can be given.";
            return Err(Refusal::invalid("before", "QUERY_PARAMETERS_EXCLUSIVE", message));
        }
    };
    let limit = usize::try_from(limit).unwrap_or(100);
    Ok(Reply::Json(json!(world.history(channel, &page, limit)?)))
}

fn edit_message(world: &mut World, ask: &mut Ask, channel: u64, message: u64) -> Answer {
    let was_v2 = world
        .messages
        .get(&message)
        .is_some_and(|message| message.has(IS_COMPONENTS_V2));
    let draft = check_message(&ask.body, std::mem::take(&mut ask.uploads), Form::Edit, was_v2)?;
    world.bot_edits(channel, message, draft, ask.at)?;
    Ok(Reply::Json(json!(world.message_json(message))))
}

fn start_thread(world: &mut World, ask: &Ask, channel: u64, message: Option<u64>) -> Answer {
    let thread = world.start_thread(channel, message, &ask.body)?;
    Ok(Reply::Created(world.channel_json(thread)))
}
