//! What other libraries send and read, and the bot of this repository does not: Discord takes it, so it is taken.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sandbox::{Limits, Options, Rate, Sandbox};
use serde_json::{Value, json};

use crate::bot::{Pressed, Rest, Stage, Wire};

/// The callback, and what `with_response` gives.
async fn answer_with(pressed: &Pressed, rest: &Rest, flag: &str, body: &Value) -> (u16, Value) {
    let path = format!(
        "/interactions/{}/{}/callback?with_response={flag}",
        pressed.id(),
        pressed.token()
    );
    rest.post(&path, body).await
}

#[tokio::test]
async fn a_token_begins_with_the_bots_id() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let token = sandbox.token();
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3);
    let id = STANDARD_NO_PAD.decode(parts[0]).expect("base64");
    assert_eq!(id, sandbox.application_id().to_string().into_bytes());
    sandbox.finish();
}

#[tokio::test]
async fn a_query_flag_has_the_documented_forms_only() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    for (flag, status) in [
        ("true", 200),
        ("True", 200),
        ("1", 200),
        ("false", 204),
        ("False", 204),
        ("0", 204),
    ] {
        let pressed = stage.press("Ben", &question).await;
        let answer = answer_with(&pressed, &stage.rest, flag, &json!({ "type": 6 })).await;
        assert_eq!(answer.0, status, "{flag}");
        pressed.seen().await;
    }
    let pressed = stage.press("Ben", &question).await;
    for flag in ["TRUE", "yes", ""] {
        let answer = answer_with(&pressed, &stage.rest, flag, &json!({ "type": 6 })).await;
        assert_eq!(answer.1["code"], 50035, "{flag}");
    }
    pressed.answer(&json!({ "type": 6 })).await;
    pressed.seen().await;
    assert_eq!(stage.sandbox.take_failures().len(), 3);
}

#[tokio::test]
async fn a_response_names_a_message_only_where_there_is_one() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let modal = json!({ "type": 9, "data": { "custom_id": "m", "title": "M", "components": [
        { "type": 18, "label": "Words", "component": { "type": 4, "custom_id": "w", "style": 1, "label": null } },
    ] } });
    for (body, message, resource) in [
        (json!({ "type": 4, "data": { "content": "x" } }), true, true),
        (json!({ "type": 7, "data": { "content": "Ready?" } }), true, true),
        (json!({ "type": 6 }), true, false),
        (json!({ "type": 5 }), true, false),
        (modal, false, false),
    ] {
        let pressed = stage.press("Ben", &question).await;
        let (status, response) = answer_with(&pressed, &stage.rest, "1", &body).await;
        assert_eq!(status, 200, "{response}");
        let named = response["interaction"].get("response_message_id");
        assert_eq!(named.is_some_and(Value::is_string), message, "{body}: {response}");
        assert_eq!(named.is_some(), message, "{body}: never null");
        assert_eq!(response.get("resource").is_some(), resource, "{body}: {response}");
        if body["type"] == 5 {
            let edit = json!({ "content": "done" });
            stage
                .rest
                .send("PATCH", &pressed.webhook("/messages/@original"), &edit)
                .await;
        }
        pressed.seen().await;
    }
    stage.sandbox.finish();
}

#[tokio::test]
async fn deferring_takes_what_libraries_send_with_every_message_and_no_message() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    for data in [
        json!({ "content": "now already" }),
        json!({ "embeds": [{ "title": "now already" }] }),
        json!({ "flags": 32768 }),
        json!({ "colour": 1 }),
    ] {
        let answer = pressed.answer(&json!({ "type": 5, "data": data })).await;
        assert_eq!(answer.1["code"], 50035, "{data}");
    }
    assert_eq!(stage.sandbox.take_failures().len(), 4);
    let usual = json!({ "flags": 64, "allowed_mentions": { "parse": [] }, "components": [], "embeds": [] });
    assert_eq!(pressed.answer(&json!({ "type": 5, "data": usual })).await.0, 204);
    let edit = json!({ "content": "done" });
    stage
        .rest
        .send("PATCH", &pressed.webhook("/messages/@original"), &edit)
        .await;
    assert!(pressed.seen().await.ephemeral);
    stage.sandbox.finish();
}

#[tokio::test]
async fn the_bots_servers_are_listed_with_their_counts_when_asked() {
    let stage = Stage::set().await;
    let (_, plain) = stage.rest.get("/users/@me/guilds").await;
    assert_eq!(plain[0].get("approximate_member_count"), None);
    let (_, counted) = stage
        .rest
        .get("/users/@me/guilds?with_counts=True&limit=200")
        .await;
    assert_eq!(counted[0]["approximate_member_count"], 9);
    assert!(counted[0]["approximate_presence_count"].is_u64());
    let after = format!("/users/@me/guilds?after={}", stage.sandbox.guild_id());
    assert_eq!(stage.rest.get(&after).await.1, json!([]));
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_librarys_own_user_agent_is_taken_and_none_is_not() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let url = format!("{}/api/v10/users/@me", sandbox.api_base());
    let ask = |agent: &str| {
        let request = reqwest::Client::new().get(&url).header("user-agent", agent);
        Rest::answer(request.header("authorization", format!("Bot {}", sandbox.token())))
    };
    assert_eq!(ask("Python/3.11 aiohttp/3.14.5").await.0, 200);
    assert_eq!(ask("").await.0, 403);
    assert_eq!(sandbox.take_failures().len(), 1);
}

#[tokio::test]
async fn the_first_answer_to_an_interaction_has_no_rate_limit_headers() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    let path = format!("/interactions/{}/{}/callback", pressed.id(), pressed.token());
    let request = stage.rest.request("POST", &path).json(&json!({ "type": 6 }));
    let response = request.send().await.expect("an answer");
    let limited = |response: &reqwest::Response| {
        let mut names = response.headers().keys();
        names.any(|name| name.as_str().starts_with("x-ratelimit"))
    };
    assert!(!limited(&response));
    pressed.seen().await;
    let other = stage
        .rest
        .request("GET", "/users/@me")
        .send()
        .await
        .expect("an answer");
    assert!(limited(&other));
    stage.sandbox.finish();
}

#[tokio::test]
async fn in_direct_messages_nothing_names_a_server_not_even_as_null() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let rest = Rest::new(&sandbox);
    let (mut wire, _) = Wire::identified(&sandbox, 1 << 12).await;
    let ann = sandbox.member("Ann");
    let written = ann.say("dm", "Hello").expect("a message");
    assert_eq!(wire.event("MESSAGE_CREATE").await.get("guild_id"), None);
    let reply = json!({ "content": "Yes", "message_reference": { "message_id": written.id.to_string() } });
    let (_, message) = rest
        .post(&format!("/channels/{}/messages", written.channel), &reply)
        .await;
    let reference = &message["message_reference"];
    assert_eq!(reference["message_id"], written.id.to_string());
    assert_eq!(reference.get("guild_id"), None, "{reference}");
    wire.event("MESSAGE_CREATE").await;
    sandbox.delete_message(written.id);
    assert_eq!(wire.event("MESSAGE_DELETE").await.get("guild_id"), None);
    sandbox.finish();
}

#[tokio::test]
async fn an_embed_may_come_back_with_its_flags() {
    let stage = Stage::set().await;
    let embed = json!({ "title": "A card", "type": "rich", "flags": 0 });
    let (status, message) = stage.write(&json!({ "embeds": [embed] })).await;
    assert_eq!(status, 200, "{message}");
    assert_eq!(message["embeds"][0].get("flags"), None);
    let wrong = json!({ "embeds": [{ "title": "A card", "flags": "none" }] });
    assert_eq!(stage.write(&wrong).await.0, 400);
    assert_eq!(stage.sandbox.take_failures().len(), 1);
}

#[tokio::test]
async fn what_anybody_may_look_at_needs_no_token() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let ask = |method: reqwest::Method, path: &str| {
        let url = format!("{}/api/v10{path}", sandbox.api_base());
        Rest::answer(
            reqwest::Client::new()
                .request(method, url)
                .header("user-agent", "library/1"),
        )
    };
    for path in ["/gateway", "/sticker-packs", "/invites/none"] {
        assert_ne!(ask(reqwest::Method::GET, path).await.0, 401, "{path}");
    }
    assert_eq!(ask(reqwest::Method::DELETE, "/invites/none").await.0, 401);
    for path in ["/gateway/bot", "/users/@me"] {
        assert_eq!(ask(reqwest::Method::GET, path).await.0, 401, "{path}");
    }
    sandbox.take_failures();
}

#[tokio::test]
async fn discords_own_limits_came_via_its_servers_and_cloudflares_did_not() {
    let once = |count| Rate {
        count,
        per: Duration::from_secs(60),
    };
    for (limits, own) in [
        (
            Limits {
                others: once(1),
                ..Limits::default()
            },
            true,
        ),
        (
            Limits {
                global: once(1),
                ..Limits::default()
            },
            true,
        ),
        (
            Limits {
                others: once(1),
                invalid: once(1),
                ..Limits::default()
            },
            false,
        ),
    ] {
        let options = Options {
            limits,
            ..Options::calm()
        };
        let sandbox = Sandbox::start(options).await.expect("a free port");
        let rest = Rest::new(&sandbox);
        let mut last = None;
        for _ in 0..3 {
            last = Some(rest.request("GET", "/users/@me").send().await.expect("an answer"));
        }
        let last = last.expect("three answers");
        assert_eq!(
            (last.status().as_u16(), last.headers().contains_key("via")),
            (429, own)
        );
        sandbox.finish();
    }
}
