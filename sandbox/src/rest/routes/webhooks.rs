//! Webhooks of the bot's own, and invitations.

use serde_json::json;

use crate::rest::ask::{Answer, Ask, Reply, parse_id, unknown_route};
use crate::world::World;

/// `/channels/{channel}/webhooks` and `/channels/{channel}/invites`
pub(super) fn of_channel(world: &mut World, ask: &Ask, channel: u64, rest: &[&str]) -> Option<Answer> {
    Some(match (ask.method.as_str(), rest) {
        ("POST", ["webhooks"]) => world.bot_makes_webhook(channel, &ask.body).map(Reply::Json),
        ("GET", ["webhooks"]) => world.webhooks_of_channel(channel).map(answer_list),
        ("POST", ["invites"]) => world.bot_invites(channel, &ask.body).map(Reply::Json),
        ("GET", ["invites"]) => world.invites_to_channel(channel).map(answer_list),
        _ => return None,
    })
}

/// `/guilds/{guild}/webhooks` and `/guilds/{guild}/invites`
pub(super) fn of_guild(world: &World, guild: u64, rest: &[&str]) -> Option<Answer> {
    Some(match rest {
        ["webhooks"] => world.webhooks_of_guild(guild).map(answer_list),
        ["invites"] => world.invites_to_guild(guild).map(answer_list),
        _ => return None,
    })
}

/// `/invites/{code}`
pub(super) fn route_invite(world: &mut World, ask: &Ask, code: &str) -> Answer {
    match ask.method.as_str() {
        "GET" => {
            ask.query_only(&["with_counts", "with_expiration", "guild_scheduled_event_id"])?;
            world
                .invite(code, ask.query_flag("with_counts")?)
                .map(Reply::Json)
        }
        "DELETE" => world.bot_uninvites(code).map(Reply::Json),
        _ => unknown_route(),
    }
}

/// `/webhooks/{webhook}/…` with a webhook of the bot's own.
pub(super) fn route_webhook(world: &mut World, ask: &mut Ask, webhook: u64, rest: &[&str]) -> Answer {
    let method = ask.method.clone();
    let (token, rest) = match rest {
        [] => (None, rest),
        [token, rest @ ..] => (Some(*token), rest),
    };
    match (method.as_str(), token, rest) {
        ("GET", token, []) => world.webhook(webhook, token).map(Reply::Json),
        ("PATCH", token, []) => world.change_webhook(webhook, token, &ask.body).map(Reply::Json),
        ("DELETE", token, []) => {
            world.remove_webhook(webhook, token)?;
            Ok(Reply::Nothing)
        }
        ("POST", Some(token), []) => execute_webhook(world, ask, webhook, token),
        (_, Some(token), ["messages", message]) => {
            route_messages(world, ask, webhook, token, parse_id(message)?)
        }
        _ => unknown_route(),
    }
}

fn execute_webhook(world: &mut World, ask: &mut Ask, webhook: u64, token: &str) -> Answer {
    ask.query_only(&["wait", "thread_id", "with_components"])?;
    let thread = ask.query_number("thread_id")?;
    let uploads = std::mem::take(&mut ask.uploads);
    let message = world.webhook_writes(webhook, token, thread, &ask.body, uploads)?;
    if ask.query_flag("wait")? {
        Ok(Reply::Json(json!(world.message_json(message))))
    } else {
        Ok(Reply::Nothing)
    }
}

fn route_messages(world: &mut World, ask: &mut Ask, webhook: u64, token: &str, message: u64) -> Answer {
    ask.query_only(&["thread_id", "with_components"])?;
    world.webhook_message(webhook, token, message)?;
    match ask.method.as_str() {
        "GET" => {}
        "PATCH" => {
            let uploads = std::mem::take(&mut ask.uploads);
            world.webhook_edits(webhook, token, message, &ask.body, uploads)?;
        }
        "DELETE" => {
            world.delete(message);
            return Ok(Reply::Nothing);
        }
        _ => return unknown_route(),
    }
    Ok(Reply::Json(json!(world.message_json(message))))
}

fn answer_list(found: Vec<serde_json::Value>) -> Reply {
    Reply::Json(json!(found))
}
