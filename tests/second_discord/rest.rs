//! The REST calls a bot like ours makes, by Discord's documentation, and answers out of a script instead.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::time::Instant;

use super::http::{Request, answer, json_answer, read_request};
use super::record::{Door, Seen};
use super::server::{APPLICATION, CHANNEL, Discord, GUILD, Shared, TOKEN};
use super::world::user;

/// Bytes instead of an answer, and what becomes of the connection.
#[derive(Clone, Debug)]
pub struct Raw {
    pub bytes: Vec<u8>,
    /// Whether the connection is held open afterwards, without another word. Else it ends.
    pub hold: bool,
    /// Whether the call was carried out all the same.
    pub done: bool,
}

/// What the next calls of this kind are answered with.
pub struct Script {
    pub method: &'static str,
    /// How the path ends.
    pub path: &'static str,
    pub answers: VecDeque<Raw>,
}

impl Discord {
    /// Answers the next calls of this kind with these, one each.
    pub fn script(&self, method: &'static str, path: &'static str, answers: impl IntoIterator<Item = Raw>) {
        self.shared.state().scripts.push(Script {
            method,
            path,
            answers: answers.into_iter().collect(),
        });
    }
}

/// Answers calls until the connection ends.
pub async fn answer_calls<S>(shared: &Arc<Shared>, mut stream: BufReader<S>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(request) = read_request(&mut stream).await? {
        check_call(shared, &request);
        let Some(raw) = scripted(shared, &request) else {
            let (status, body) = answer_call(shared, &request);
            shared.record.note(Seen::Called(request, status));
            let bytes = match status {
                204 => answer(204, &[], ""),
                status => json_answer(status, &body),
            };
            stream.write_all(&bytes).await?;
            continue;
        };
        if raw.done {
            answer_call(shared, &request);
        }
        shared.record.note(Seen::Called(request, 0));
        stream.write_all(&raw.bytes).await?;
        stream.flush().await?;
        if raw.hold {
            std::future::pending::<()>().await;
        }
        return stream.shutdown().await;
    }
    Ok(())
}

fn scripted(shared: &Shared, request: &Request) -> Option<Raw> {
    let path = request.parts().0;
    let mut state = shared.state();
    let mut scripts = state.scripts.iter_mut();
    let matches = |script: &&mut Script| {
        script.method == request.method && path.ends_with(script.path) && !script.answers.is_empty()
    };
    scripts.find(matches)?.answers.pop_front()
}

/// What Discord wants of every call.
fn check_call(shared: &Shared, request: &Request) {
    let said = |name| request.header(name).unwrap_or_default();
    // A bot of another test may still look for its gateway at a port that this Discord was given since.
    if said("upgrade").eq_ignore_ascii_case("websocket") {
        return;
    }
    let complain = |complaint: &str| {
        let line = &request.line;
        shared.record.complain(format!("{line:?}: {complaint}"));
    };
    if !request.line.ends_with(" HTTP/1.1") || !request.target.starts_with("/api/v10/") {
        complain("not a call of version 10");
    }
    let by_token = request.target.contains("/interactions/") || request.target.contains("/webhooks/");
    if !by_token && said("authorization") != format!("Bot {TOKEN}") {
        complain("without the bot's token");
    }
    // By the book: the bot's home and its version.
    if !said("user-agent").starts_with("DiscordBot (http") {
        complain("a User-Agent of which Cloudflare may refuse everything");
    }
    if !request.body.is_empty() && request.json().is_none() {
        complain("a body that is neither JSON nor a form with payload_json");
    }
}

fn refused(status: u16, code: u32, message: &str) -> (u16, Value) {
    (status, json!({ "message": message, "code": code }))
}

fn answer_call(shared: &Shared, request: &Request) -> (u16, Value) {
    let path = request.parts().0.to_owned();
    let parts: Vec<&str> = path.trim_start_matches("/api/v10/").split('/').collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["gateway"]) => (200, json!({ "url": shared.url(Door::First) })),
        ("GET", ["gateway", "bot"]) => (200, gateway_bot(shared)),
        ("GET", ["applications" | "oauth2", .., "@me"]) => (200, application()),
        ("GET", ["users", "@me"]) => (200, user(APPLICATION, "greenroom")),
        ("PUT", ["applications", _, "commands"]) => (200, request.json().unwrap_or_default()),
        ("GET", ["applications", _, "commands"]) => (200, json!([])),
        ("POST", ["interactions", id, token, "callback"]) => take_callback(shared, id, token, request),
        ("GET", ["channels", _]) => (
            200,
            json!({ "id": CHANNEL.to_string(), "type": 0, "name": "daily",
            "guild_id": GUILD.to_string(), "permission_overwrites": [], "nsfw": false, "flags": 0 }),
        ),
        ("POST", ["channels", channel, "messages"]) => post_message(shared, channel, request),
        ("GET", ["channels", _, "messages"]) => (200, list_messages(shared, request)),
        ("GET", ["guilds", _, "members", _]) => refused(404, 10_007, "Unknown Member"),
        _ => refused(404, 0, "404: Not Found"),
    }
}

fn gateway_bot(shared: &Shared) -> Value {
    let now = Instant::now();
    let mut state = shared.state();
    if now >= state.identifies_reset {
        state.identifies_left = 1_000;
        state.identifies_reset = now + Duration::from_secs(86_400);
    }
    let reset = u64::try_from((state.identifies_reset - now).as_millis()).unwrap_or_default();
    let left = state.identifies_left;
    drop(state);
    json!({
        "url": shared.url(Door::First), "shards": 1,
        "session_start_limit": { "total": 1_000, "remaining": left, "reset_after": reset, "max_concurrency": 1 },
    })
}

fn application() -> Value {
    json!({
        "id": APPLICATION.to_string(), "name": "greenroom", "icon": null, "description": "", "summary": "",
        "type": null, "is_monetized": false, "is_verified": false, "is_discoverable": false, "bot_public": true,
        "bot_require_code_grant": false, "verify_key": "0".repeat(64), "flags": 565_248, "hook": true,
        "redirect_uris": [], "interactions_endpoint_url": null, "role_connections_verification_url": null,
        "integration_types_config": { "0": {}, "1": {} }, "team": null, "bot": user(APPLICATION, "greenroom"),
    })
}

fn take_callback(shared: &Shared, id: &str, token: &str, request: &Request) -> (u16, Value) {
    let mut state = shared.state();
    let mut open = state.open_interactions.iter_mut();
    let named = open.find(|(known, secret, _)| known.to_string() == id && secret == token);
    let Some((id, _, answered)) = named else {
        return refused(404, 10_062, "Unknown interaction");
    };
    if std::mem::replace(answered, true) {
        shared
            .record
            .complain(format!("interaction {id} is answered twice"));
        return refused(400, 40_060, "Interaction has already been acknowledged.");
    }
    let id = *id;
    drop(state);
    shared
        .record
        .note(Seen::Answered(id, request.json().unwrap_or_default()));
    (204, Value::Null)
}

fn post_message(shared: &Shared, channel: &str, request: &Request) -> (u16, Value) {
    let mut message = request.json().unwrap_or_default();
    let same = |known: &&Value| message["nonce"].is_string() && known["nonce"] == message["nonce"];
    if let Some(known) = shared.state().messages.iter().find(same) {
        return (200, known.clone());
    }
    message["id"] = shared.new_id().to_string().into();
    message["channel_id"] = channel.into();
    message["type"] = 0.into();
    message["author"] = user(APPLICATION, "greenroom");
    message["timestamp"] = (shared.options.clock)().to_rfc3339().into();
    message["edited_timestamp"] = Value::Null;
    shared.state().messages.push(message.clone());
    (200, message)
}

/// Newest first; only those after an id, where one is named.
fn list_messages(shared: &Shared, request: &Request) -> Value {
    let (_, query) = request.parts();
    let after = query.iter().find(|(name, _)| *name == "after");
    let after = after.map_or(0, |(_, id)| id.parse().unwrap_or(0));
    let state = shared.state();
    let id = |message: &Value| message["id"].as_str().and_then(|id| id.parse::<u64>().ok());
    let messages = state.messages.iter().rev();
    messages
        .filter(|message| id(message) > Some(after))
        .cloned()
        .collect()
}
