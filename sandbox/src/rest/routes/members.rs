//! Members sought by their name, and single roles.

use serde_json::json;

use crate::refusal::Refusal;
use crate::rest::ask::{Answer, Ask, Reply, parse_id};
use crate::world::{World, roles_json};

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
pub(super) fn one_role(world: &World, guild: u64, role: &str) -> Answer {
    let wanted = parse_id(role)?.to_string();
    let roles = world.guilds.get(&guild).map(roles_json).unwrap_or_default();
    let found = roles.into_iter().find(|role| role["id"] == wanted.as_str());
    found
        .map(Reply::Json)
        .ok_or_else(|| Refusal::life(404, 10011, "Unknown Role"))
}
