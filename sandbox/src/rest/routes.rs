//! The routes: which part of the world a method and a path speak of.

mod channels;
mod commands;
mod guilds;
mod interactions;
mod members;
mod pictures;
mod reactions;
mod threads;
mod webhooks;

use serde_json::{Value, json};

use super::ask::{Answer, Ask, Reply, parse_id, unknown_route};
use crate::check::Check;
use crate::refusal::Refusal;
use crate::world::World;

/// Does what a request asks for. An unknown route is a mistake of the bot, or of the sandbox, which then lacks it.
pub(super) fn route_request(world: &mut World, ask: &mut Ask, gateway: &Value) -> Answer {
    world.archive_old_threads();
    let method = ask.method.clone();
    let path = ask.path.clone();
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (method.as_str(), segments.as_slice()) {
        ("GET", ["gateway"]) => Ok(Reply::Json(json!({ "url": gateway["url"] }))),
        ("GET", ["gateway", "bot"]) => Ok(Reply::Json(gateway.clone())),
        ("GET", ["users", "@me"]) => Ok(Reply::Json(world.own_user_json())),
        ("GET", ["users", "@me", "guilds"]) => guilds::list_own_guilds(world, ask),
        ("POST", ["users", "@me", "channels"]) => open_dm(world, ask),
        ("GET", ["users", user]) => user_route(world, parse_id(user)?),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
            Ok(Reply::Json(application_json(world)))
        }
        (_, ["applications", application, rest @ ..]) => {
            let wrong = parse_id(application)? != world.application;
            if wrong {
                Err(Refusal::mistake(
                    403,
                    20012,
                    "Not authorized for this application",
                ))
            } else {
                commands::route_commands(world, ask, rest)
            }
        }
        (_, ["channels", channel, rest @ ..]) => {
            channels::route_channel(world, ask, parse_id(channel)?, rest)
        }
        ("POST", ["interactions", interaction, token, "callback"]) => {
            interactions::answer_interaction(world, ask, parse_id(interaction)?, token)
        }
        (_, ["webhooks", webhook]) => webhooks::route_webhook(world, ask, parse_id(webhook)?, &[]),
        (_, ["webhooks", webhook, rest @ ..]) if world.webhooks.contains_key(&parse_id(webhook)?) => {
            webhooks::route_webhook(world, ask, parse_id(webhook)?, rest)
        }
        (_, ["webhooks", application, token, rest @ ..]) => {
            interactions::route_followups(world, ask, parse_id(application)?, token, rest)
        }
        ("GET", ["guilds", guild, rest @ ..]) => guilds::route_guild(world, ask, parse_id(guild)?, rest),
        (_, ["invites", code]) => webhooks::route_invite(world, ask, code),
        ("GET", rest) => pictures::list_stickers(rest).unwrap_or_else(unknown_route),
        _ => unknown_route(),
    }
}

fn application_json(world: &World) -> Value {
    let id = world.application.to_string();
    json!({
        "id": id, "name": world.users[&world.application].name, "icon": null, "description": "", "summary": "",
        "bot_public": true, "bot_require_code_grant": false, "verify_key": world.public_key, "flags": 0, "hook": true,
        "owner": world.user_json(world.guilds.values().next().map_or(0, |guild| guild.owner)), "team": null,
        "bot": world.user_json(world.application), "interactions_endpoint_url": world.endpoint_url, "redirect_uris": [],
        "approximate_guild_count": world.guilds.len(), "integration_types_config": { "0": {}, "1": {} },
        "type": null, "flags_new": "0",
        "role_connections_verification_url": null, "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "eligible_oauth2_scopes": [],
    })
}

fn user_route(world: &World, user: u64) -> Answer {
    if world.users.contains_key(&user) {
        Ok(Reply::Json(world.user_json(user)))
    } else {
        Err(Refusal::unknown_user())
    }
}

fn open_dm(world: &mut World, ask: &Ask) -> Answer {
    let mut check = Check::default();
    let mut user = None;
    if let Some(map) = check.object("", &ask.body, &["recipient_id"])
        && let Some(value) = check.required("", map, "recipient_id")
    {
        user = check.snowflake("recipient_id", value);
    }
    let user = check.finish(user)?.unwrap_or(0);
    if world.users.get(&user).is_none_or(|user| user.bot) {
        return Err(Refusal::life(400, 50007, "Cannot send messages to this user"));
    }
    world.count_conversation()?;
    let channel = world.dm_with(user);
    Ok(Reply::Json(world.channel_json(channel)))
}
