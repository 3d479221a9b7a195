//! Answers to interactions: the first one, and what follows with the token.

use serde_json::json;

use crate::rest::ask::{Answer, Ask, Reply, unknown_route};
use crate::world::World;

/// `POST /interactions/{id}/{token}/callback`
pub(super) fn answer_interaction(world: &mut World, ask: &mut Ask, interaction: u64, token: &str) -> Answer {
    ask.query_only(&["with_response"])?;
    let with_response = ask.query_flag("with_response")?;
    let uploads = std::mem::take(&mut ask.uploads);
    let response = world.callback(interaction, token, &ask.body, uploads, ask.at)?;
    Ok(if with_response {
        Reply::Json(response)
    } else {
        Reply::Nothing
    })
}

/// `/webhooks/{application}/{token}/…`
pub(super) fn route_followups(
    world: &mut World,
    ask: &mut Ask,
    application: u64,
    token: &str,
    rest: &[&str],
) -> Answer {
    ask.query_only(&["wait", "thread_id", "with_components"])?;
    let interaction = world.by_token(application, token)?;
    let uploads = std::mem::take(&mut ask.uploads);
    match (ask.method.as_str(), rest) {
        ("POST", []) => {
            let message = world.follow_up(&interaction, &ask.body, uploads)?;
            Ok(Reply::Json(json!(world.message_json(message))))
        }
        ("GET", ["messages", message]) => {
            let message = world.answer_of(&interaction, message)?;
            Ok(Reply::Json(json!(world.message_json(message))))
        }
        ("PATCH", ["messages", message]) => {
            let message = world.answer_of(&interaction, message)?;
            world.edit_answer(&interaction, message, &ask.body, uploads)?;
            Ok(Reply::Json(json!(world.message_json(message))))
        }
        ("DELETE", ["messages", message]) => {
            let message = world.answer_of(&interaction, message)?;
            world.delete(message);
            Ok(Reply::Nothing)
        }
        _ => unknown_route(),
    }
}
