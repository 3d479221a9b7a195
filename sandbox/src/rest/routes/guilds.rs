//! Servers: which the bot is in, and what is in them.

use serde_json::json;

use super::{members, pictures, webhooks};
use crate::refusal::Refusal;
use crate::rest::ask::{Answer, Ask, Reply, unknown_route};
use crate::world::{World, roles_json};

/// `/guilds/{guild}` and what is below it.
pub(super) fn route_guild(world: &World, ask: &Ask, guild: u64, rest: &[&str]) -> Answer {
    let found = world
        .guilds
        .get(&guild)
        .filter(|guild| guild.members.contains_key(&world.application));
    let found = found.ok_or_else(Refusal::unknown_guild)?;
    match rest {
        [] => {
            ask.query_only(&["with_counts"])?;
            let mut json = world.guild_json(guild);
            if ask.query_flag("with_counts")? {
                json["approximate_member_count"] = json!(found.members.len());
                json["approximate_presence_count"] = json!(found.members.len());
            }
            Ok(Reply::Json(json))
        }
        ["channels"] => {
            let channels = world
                .channels_of(guild)
                .into_iter()
                .filter(|channel| !channel.is_thread());
            Ok(Reply::Json(
                channels.map(|channel| world.channel_json(channel.id)).collect(),
            ))
        }
        ["roles"] => Ok(Reply::Json(json!(roles_json(found)))),
        ["roles", role] => members::show_role(world, guild, role),
        ["threads", "active"] => Ok(list_active_threads(world, guild)),
        ["members"] => members::list_members(world, ask, guild),
        ["members", "search"] => members::search_members(world, ask, guild),
        ["members", user] => members::show_member(world, guild, user),
        rest => {
            let answer = webhooks::of_guild(world, guild, rest);
            answer
                .or_else(|| pictures::of_guild(rest))
                .unwrap_or_else(unknown_route)
        }
    }
}

fn list_active_threads(world: &World, guild: u64) -> Reply {
    let threads = world
        .channels_of(guild)
        .into_iter()
        .filter(|one| one.is_thread() && !one.archived);
    let threads: Vec<_> = threads.map(|thread| world.channel_json(thread.id)).collect();
    Reply::Json(json!({ "threads": threads, "members": [], "has_more": false }))
}

/// `/users/@me/guilds`
pub(super) fn list_own_guilds(world: &World, ask: &Ask) -> Answer {
    ask.query_only(&["before", "after", "limit", "with_counts"])?;
    let limit = ask.query_number("limit")?.unwrap_or(200);
    if !(1..=200).contains(&limit) {
        let message = "int value should be between 1 and 200.";
        return Err(Refusal::invalid("limit", "NUMBER_TYPE_MAX", message));
    }
    let after = ask.query_number("after")?.unwrap_or(0);
    let before = ask.query_number("before")?.unwrap_or(u64::MAX);
    let with_counts = ask.query_flag("with_counts")?;
    let joined = world.guilds.values().filter(|guild| {
        guild.members.contains_key(&world.application) && guild.id > after && guild.id < before
    });
    let json = joined.take(usize::try_from(limit).unwrap_or(200)).map(|guild| {
        let permissions = world.guild_permissions(guild.id, world.application).to_string();
        let mut json = json!({
            "id": guild.id.to_string(), "name": guild.name, "icon": null, "banner": null, "owner": false,
            "permissions": permissions, "features": [],
        });
        if with_counts {
            json["approximate_member_count"] = json!(guild.members.len());
            json["approximate_presence_count"] = json!(guild.members.len());
        }
        json
    });
    Ok(Reply::Json(json.collect()))
}
