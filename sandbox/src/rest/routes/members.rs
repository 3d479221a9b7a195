//! Members, and single roles.

use serde_json::json;

use crate::refusal::Refusal;
use crate::rest::ask::{Answer, Ask, Reply, parse_id};
use crate::world::{World, roles_json};

/// `/guilds/{guild}/members`
pub(super) fn list_members(world: &World, ask: &Ask, guild: u64) -> Answer {
    ask.query_only(&["limit", "after"])?;
    if !world.privileged {
        return Err(Refusal::mistake(
            403,
            50001,
            "Missing Access (listing members is a privileged intent)",
        ));
    }
    let limit = ask.query_number("limit")?.unwrap_or(1).clamp(1, 1000);
    let after = ask.query_number("after")?.unwrap_or(0);
    let members = world
        .guilds
        .get(&guild)
        .into_iter()
        .flat_map(|guild| guild.members.keys());
    let members = members.filter(|user| **user > after);
    let members = members.take(usize::try_from(limit).unwrap_or(1000));
    Ok(Reply::Json(
        members.map(|user| world.member_json(guild, *user)).collect(),
    ))
}

/// `/guilds/{guild}/members/{user}`
pub(super) fn show_member(world: &World, guild: u64, user: &str) -> Answer {
    let member = world.member_json(guild, parse_id(user)?);
    if member.is_null() {
        return Err(Refusal::unknown_member());
    }
    Ok(Reply::Json(member))
}

/// `/guilds/{guild}/members/search`
pub(super) fn search_members(world: &World, ask: &Ask, guild: u64) -> Answer {
    ask.query_only(&["query", "limit"])?;
    let limit = ask.query_limit(1..=1000, 1)?;
    let query = ask.query.iter().find(|(key, _)| key == "query");
    let Some((_, query)) = query.filter(|(_, text)| !text.is_empty()) else {
        return Err(Refusal::invalid(
            "query",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        ));
    };
    let found = world.members_named(guild, query).into_iter().take(limit);
    Ok(Reply::Json(json!(
        found
            .map(|user| world.member_json(guild, user))
            .collect::<Vec<_>>()
    )))
}

/// `/guilds/{guild}/roles/{role}`
pub(super) fn show_role(world: &World, guild: u64, role: &str) -> Answer {
    let wanted = parse_id(role)?.to_string();
    let roles = world.guilds.get(&guild).map(roles_json).unwrap_or_default();
    let found = roles.into_iter().find(|role| role["id"] == wanted.as_str());
    found
        .map(Reply::Json)
        .ok_or_else(|| Refusal::life(404, 10011, "Unknown Role"))
}
