//! Members asked for over the gateway (op 8), which are sent in chunks.

use serde_json::{Value, json};

use crate::world::{World, intents};

/// Members in one chunk.
const CHUNK: usize = 1000;
/// Members that a prefix or a list of ids can give.
const MOST_FOUND: usize = 100;
/// Bytes of a nonce; a longer one is ignored.
const LONGEST_NONCE: usize = 32;

/// The chunks that answer a request, or what is wrong with it.
pub(super) fn chunks_for(world: &World, data: &Value, wanted: u64) -> Result<Vec<Value>, String> {
    let id_of = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse::<u64>().ok());
    let guild = id_of(&data["guild_id"]).and_then(|guild| world.guilds.get(&guild));
    let guild = guild.filter(|guild| guild.members.contains_key(&world.application));
    let Some(guild) = guild else {
        return Err("guild_id must be one server the bot is in".to_owned());
    };
    if data["presences"] == true && wanted & intents::GUILD_PRESENCES == 0 {
        return Err("presences needs the intent GUILD_PRESENCES".to_owned());
    }
    let mut not_found = Vec::new();
    let found: Vec<u64> = match (&data["query"], &data["user_ids"]) {
        (Value::String(query), Value::Null) => {
            by_prefix(world, guild.id, query, data["limit"].as_u64(), wanted)?
        }
        (Value::Null, ids @ (Value::Array(_) | Value::String(_) | Value::Number(_))) => {
            let ids = ids.as_array().cloned().unwrap_or_else(|| vec![ids.clone()]);
            if ids.len() > MOST_FOUND {
                return Err(format!("user_ids has {} ids, more than {MOST_FOUND}", ids.len()));
            }
            let ids: Option<Vec<u64>> = ids.iter().map(id_of).collect();
            let ids = ids.ok_or("user_ids must be snowflakes")?;
            let (found, missing) = ids.into_iter().partition(|user| guild.members.contains_key(user));
            not_found = missing;
            found
        }
        _ => return Err("there must be either query or user_ids".to_owned()),
    };
    Ok(chunks_of(world, guild.id, &found, &not_found, &data["nonce"]))
}

fn by_prefix(
    world: &World,
    guild: u64,
    query: &str,
    limit: Option<u64>,
    wanted: u64,
) -> Result<Vec<u64>, String> {
    let limit = limit.ok_or("query needs a limit")?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if query.is_empty() {
        if wanted & intents::GUILD_MEMBERS == 0 {
            return Err("all members are only for bots with the intent GUILD_MEMBERS".to_owned());
        }
        let all = world.guilds[&guild].members.keys().copied();
        return Ok(all.take(if limit == 0 { usize::MAX } else { limit }).collect());
    }
    let mut found = world.members_named(guild, query);
    found.truncate(limit.clamp(1, MOST_FOUND));
    Ok(found)
}

fn chunks_of(world: &World, guild: u64, found: &[u64], not_found: &[u64], nonce: &Value) -> Vec<Value> {
    let count = found.len().div_ceil(CHUNK).max(1);
    let chunk = |index: usize| {
        let members = found.iter().skip(index * CHUNK).take(CHUNK);
        let mut data = json!({
            "guild_id": guild.to_string(), "chunk_index": index, "chunk_count": count,
            "members": members.map(|user| world.member_json(guild, *user)).collect::<Vec<_>>(),
        });
        if index == 0 && !not_found.is_empty() {
            data["not_found"] = json!(not_found.iter().map(u64::to_string).collect::<Vec<_>>());
        }
        if let Some(nonce) = nonce.as_str().filter(|nonce| nonce.len() <= LONGEST_NONCE) {
            data["nonce"] = json!(nonce);
        }
        data
    };
    (0..count).map(chunk).collect()
}
