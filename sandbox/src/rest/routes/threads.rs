//! Who is in a thread, and the threads that were put away.

use serde_json::{Value, json};

use super::reactions::parse_moment;
use crate::clock::time_of;
use crate::refusal::Refusal;
use crate::rest::ask::{Answer, Ask, Reply, parse_id};
use crate::world::World;

/// `/channels/{channel}/thread-members/…` and `/channels/{channel}/…/threads/archived/…`
pub(super) fn route_thread(world: &mut World, ask: &Ask, channel: u64, rest: &[&str]) -> Option<Answer> {
    let bot = world.application;
    Some(match (ask.method.as_str(), rest) {
        ("GET", ["thread-members"]) => list_members(world, ask, channel),
        ("GET", ["thread-members", user]) => one_member(world, ask, channel, user),
        ("PUT", ["thread-members", user]) => member_id(user, bot)
            .and_then(|user| world.bot_adds_to_thread(channel, user))
            .map(|()| Reply::Nothing),
        ("DELETE", ["thread-members", user]) => member_id(user, bot)
            .and_then(|user| world.bot_removes_from_thread(channel, user))
            .map(|()| Reply::Nothing),
        ("GET", ["threads", "archived", kind @ ("public" | "private")]) => {
            list_archived(world, ask, channel, *kind == "private", false)
        }
        ("GET", ["users", "@me", "threads", "archived", "private"]) => {
            list_archived(world, ask, channel, true, true)
        }
        _ => return None,
    })
}

fn member_id(segment: &str, bot: u64) -> Result<u64, Refusal> {
    if segment == "@me" {
        Ok(bot)
    } else {
        parse_id(segment)
    }
}

/// All members of a thread: only for those who may list members at all.
fn list_members(world: &World, ask: &Ask, thread: u64) -> Answer {
    ask.query_only(&["with_member", "after", "limit"])?;
    let limit = ask.query_limit(1..=100, 100)?;
    world.bot_channel(thread)?;
    if !world.privileged {
        let message = "Missing Access (listing the members of a thread is a privileged intent)";
        return Err(Refusal::mistake(403, 50001, message));
    }
    let after = ask.query_number("after")?.unwrap_or(0);
    let with_member = ask.query_flag("with_member")?;
    let users = world.channels[&thread]
        .members
        .keys()
        .filter(|user| **user > after);
    let members = users
        .take(limit)
        .map(|user| world.thread_member_json(thread, *user, with_member));
    Ok(Reply::Json(members.collect()))
}

fn one_member(world: &World, ask: &Ask, thread: u64, user: &str) -> Answer {
    ask.query_only(&["with_member"])?;
    world.bot_channel(thread)?;
    let user = member_id(user, world.application)?;
    let member = world.thread_member_json(thread, user, ask.query_flag("with_member")?);
    if member.is_null() {
        Err(Refusal::unknown_member())
    } else {
        Ok(Reply::Json(member))
    }
}

fn list_archived(world: &World, ask: &Ask, channel: u64, private: bool, own: bool) -> Answer {
    ask.query_only(&["before", "limit"])?;
    let limit = ask.query_limit(2..=100, 50)?;
    let mut threads = world.archived_threads(channel, private, own)?;
    if let Some((_, before)) = ask.query.iter().find(|(key, _)| key == "before") {
        // The bot's own are paged by their ids, the others by when they were put away.
        let before = if own {
            time_of(parse_id(before)?)
        } else {
            parse_moment(before)?
        };
        threads.retain(|thread| time_of(thread.id) < before);
    }
    let bot = world.application;
    let members: Vec<Value> = threads
        .iter()
        .take(limit)
        .map(|thread| world.thread_member_json(thread.id, bot, false))
        .filter(|member| !member.is_null())
        .collect();
    let more = threads.len() > limit;
    let threads: Vec<Value> = threads
        .into_iter()
        .take(limit)
        .map(|thread| world.channel_json(thread.id))
        .collect();
    Ok(Reply::Json(
        json!({ "threads": threads, "members": members, "has_more": more }),
    ))
}
