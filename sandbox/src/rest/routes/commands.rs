//! The application's commands, for all servers and for one.

use serde_json::json;

use super::pictures;
use crate::rest::ask::{Answer, Ask, Reply, parse_id, unknown_route};
use crate::world::World;

/// `/applications/{application}/…`
pub(super) fn route_commands(world: &mut World, ask: &Ask, rest: &[&str]) -> Answer {
    let (guild, rest) = match rest {
        ["guilds", guild, rest @ ..] => (Some(parse_id(guild)?), rest),
        rest => (None, rest),
    };
    match (ask.method.as_str(), rest) {
        ("GET", ["commands"]) => {
            ask.query_only(&["with_localizations"])?;
            Ok(Reply::Json(json!(world.commands(guild))))
        }
        ("PUT", ["commands"]) => world.replace_commands(guild, &ask.body).map(Reply::Json),
        ("POST", ["commands"]) => world.add_command(guild, &ask.body).map(Reply::Created),
        ("GET", ["commands", command]) => world
            .command(guild, parse_id(command)?)
            .map(|command| Reply::Json(command.clone())),
        ("PATCH", ["commands", command]) => world
            .change_command(guild, parse_id(command)?, &ask.body)
            .map(Reply::Json),
        ("DELETE", ["commands", command]) => {
            world.remove_command(guild, parse_id(command)?)?;
            Ok(Reply::Nothing)
        }
        (_, rest) => pictures::of_application(ask, rest).unwrap_or_else(unknown_route),
    }
}
