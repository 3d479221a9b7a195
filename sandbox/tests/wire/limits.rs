//! Documented limits: payload → code and place.

use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::bot::{Rest, Stage, places};

fn text(length: usize) -> String {
    "x".repeat(length)
}

fn button(custom_id: &str) -> Value {
    json!({ "type": 2, "style": 1, "label": "B", "custom_id": custom_id })
}

fn row(children: &[Value]) -> Value {
    json!({ "type": 1, "components": children })
}

fn with(components: &Value) -> Value {
    json!({ "content": "x", "components": components })
}

fn v2(components: &Value) -> Value {
    json!({ "flags": 32768, "components": components })
}

fn words(content: &str) -> Value {
    json!({ "type": 10, "content": content })
}

fn select(options: usize) -> Value {
    let options: Vec<_> = (0..options)
        .map(|n| json!({ "label": "o", "value": n.to_string() }))
        .collect();
    json!({ "type": 3, "custom_id": "s", "options": options })
}

/// What is refused with 50035, and where.
fn refused() -> Vec<(Value, &'static str)> {
    let six: Vec<_> = (0..6).map(|n| button(&n.to_string())).collect();
    let section = |accessory: Value| json!({ "type": 9, "components": [words("t")], "accessory": accessory });
    let many: Vec<_> = (0..41).map(|_| words("t")).collect();
    vec![
        (json!({ "content": text(2001) }), "content: BASE_TYPE_MAX_LENGTH"),
        (
            json!({ "content": "x", "contnet": "x" }),
            "contnet: UNKNOWN_FIELD",
        ),
        (
            json!({ "content": "x", "flags": 64 }),
            "flags: MESSAGE_FLAGS_INVALID",
        ),
        (
            json!({ "content": "x", "nonce": text(26) }),
            "nonce: BASE_TYPE_MAX_LENGTH",
        ),
        (json!({ "content": 5 }), "content: STRING_TYPE_CONVERT"),
        (
            json!({ "embeds": [{ "title": text(257) }] }),
            "embeds.0.title: BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!({ "embeds": [{ "description": text(4000) }, { "description": text(2001) }] }),
            "embeds: MAX_EMBED_SIZE_EXCEEDED",
        ),
        (
            json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] } }),
            "allowed_mentions: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            with(&json!([row(&[button("a"), button("a")])])),
            "components.0.components.1.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            with(&json!([row(&six)])),
            "components.0.components: BASE_TYPE_BAD_LENGTH",
        ),
        (
            with(&json!([row(&[button(&text(101))])])),
            "components.0.components.0.custom_id: BASE_TYPE_MAX_LENGTH",
        ),
        (
            with(&json!([row(&[json!({ "type": 2, "style": 1, "label": "B" })])])),
            "components.0.components.0.custom_id: BASE_TYPE_REQUIRED",
        ),
        (
            with(&json!([row(&[json!({ "type": 2, "style": 5, "label": "B" })])])),
            "components.0.components.0.url: BASE_TYPE_REQUIRED",
        ),
        (
            with(&json!([row(&[select(1), button("b")])])),
            "components.0.components: COMPONENT_LAYOUT_WIDTH_EXCEEDED",
        ),
        (
            with(&json!([row(&[select(26)])])),
            "components.0.components.0.options: BASE_TYPE_BAD_LENGTH",
        ),
        (
            with(&json!([words("t")])),
            "components.0.type: UNION_TYPE_CHOICES",
        ),
        (
            json!({ "content": "x", "flags": 32768, "components": [words("t")] }),
            "content: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (v2(&json!(many)), "components: BASE_TYPE_BAD_LENGTH"),
        (
            v2(&json!([{ "type": 17, "components": many[..40] }])),
            "components: COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        (
            v2(&json!([words(&text(4000)), words("x")])),
            "components: COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        (
            v2(&json!([words(&"文".repeat(3400))])),
            "components: SANDBOX_TEXT_BYTES_EXCEEDED",
        ),
        (
            v2(&json!([{ "type": 17, "components": [{ "type": 17, "components": [words("x")] }] }])),
            "components.0.components.0.type: UNION_TYPE_CHOICES",
        ),
        (
            v2(&json!([{ "type": 9, "components": [words("t")] }])),
            "components.0.accessory: BASE_TYPE_REQUIRED",
        ),
        (
            v2(&json!([section(words("no"))])),
            "components.0.accessory.type: UNION_TYPE_CHOICES",
        ),
        (
            v2(&json!([{ "type": 13, "file": { "url": "attachment://a.txt" } }])),
            "components.0.file.url: COMPONENT_ATTACHMENT_NOT_FOUND",
        ),
    ]
}

#[tokio::test]
async fn messages_over_a_limit_are_refused_with_the_place_and_recorded() {
    let stage = Stage::set().await;
    for (body, place) in refused() {
        let (status, answer) = stage.write(&body).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{body}");
        assert!(
            places(&answer).contains(&place.to_owned()),
            "{place} is not in {answer}"
        );
        assert_eq!(stage.sandbox.take_failures().len(), 1, "{body}");
    }
    assert_eq!(stage.sandbox.member("Ann").messages("#daily").len(), 0);
}

#[tokio::test]
async fn messages_at_the_limit_are_accepted() {
    let stage = Stage::set().await;
    let five: Vec<_> = (0..5).map(|n| button(&n.to_string())).collect();
    let full: Vec<_> = (0..39).map(|_| words("t")).collect();
    for body in [
        json!({ "content": text(2000), "nonce": text(25) }),
        with(&json!([row(&five)])),
        v2(&json!([{ "type": 17, "components": full }])),
        v2(&json!([words(&text(4000))])),
        json!({ "content": "x", "tts": false, "embeds": [], "sticker_ids": [], "attachments": [], "enforce_nonce": false }),
    ] {
        let (status, answer) = stage.write(&body).await;
        assert_eq!(status, 200, "{answer}");
    }
    stage.sandbox.finish();
}

#[tokio::test]
async fn an_empty_message_is_refused() {
    let stage = Stage::set().await;
    for body in [
        json!({}),
        json!({ "content": "  \n" }),
        with(&json!([row(&[button("a")])])),
    ] {
        let mut body = body;
        if body.get("components").is_some() {
            body["content"] = json!("");
        }
        assert_eq!(stage.write(&body).await.1["code"], 50006, "{body}");
    }
    assert_eq!(stage.sandbox.take_failures().len(), 3);
}

/// Commands that cannot be registered, and where the problem is.
fn bad_commands() -> Vec<(Value, &'static str)> {
    let with = |options: Value| json!([{ "name": "a", "description": "d", "options": options }]);
    let option = |name: &str, required: bool| json!({ "type": 3, "name": name, "description": "d", "required": required });
    let choices: Vec<_> = (0..26)
        .map(|n| json!({ "name": n.to_string(), "value": n.to_string() }))
        .collect();
    let huge: Vec<_> = (0..25)
        .map(|n| {
            let choices: Vec<_> = (0..5)
                .map(|m| json!({ "name": format!("{m}"), "value": format!("{m}{}", text(80)) }))
                .collect();
            json!({ "type": 3, "name": format!("o{n}"), "description": "d", "choices": choices })
        })
        .collect();
    vec![
        (
            json!([{ "name": "Daily", "description": "d" }]),
            "0.name: APPLICATION_COMMAND_INVALID_NAME",
        ),
        (
            json!([{ "name": "a b", "description": "d" }]),
            "0.name: APPLICATION_COMMAND_INVALID_NAME",
        ),
        (
            json!([{ "name": text(33), "description": "d" }]),
            "0.name: BASE_TYPE_MAX_LENGTH",
        ),
        (json!([{ "name": "a" }]), "0.description: BASE_TYPE_REQUIRED"),
        (
            json!([{ "name": "a", "description": text(101) }]),
            "0.description: BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!([{ "name": "a", "description": "d" }, { "name": "a", "description": "d" }]),
            "1: APPLICATION_COMMANDS_DUPLICATE_NAME",
        ),
        (
            with(json!([option("b", false), option("c", true)])),
            "0.options.1: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            with(json!([option("b", false), option("b", false)])),
            "0.options.1: APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        ),
        (
            with(json!([{ "type": 3, "name": "b", "description": "d", "choices": choices }])),
            "0.options.0.choices: BASE_TYPE_BAD_LENGTH",
        ),
        (with(json!(huge)), "0: APPLICATION_COMMAND_TOO_LARGE"),
    ]
}

#[tokio::test]
async fn commands_over_a_limit_are_refused() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let rest = Rest::new(&sandbox);
    let path = format!("/applications/{}/commands", sandbox.application_id());
    for (body, place) in bad_commands() {
        let (status, answer) = rest.send("PUT", &path, &body).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{body}");
        assert!(
            places(&answer).contains(&place.to_owned()),
            "{place} is not in {answer}"
        );
    }
    let many: Vec<_> = (0..101)
        .map(|n| json!({ "name": format!("c{n}"), "description": "d" }))
        .collect();
    assert_eq!(rest.send("PUT", &path, &json!(many)).await.1["code"], 30032);
    assert_eq!(sandbox.take_failures().len(), bad_commands().len() + 1);
}

#[tokio::test]
async fn commands_keep_their_ids_when_registered_again() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let rest = Rest::new(&sandbox);
    let path = format!("/applications/{}/commands", sandbox.application_id());
    let (_, first) = rest
        .send("PUT", &path, &json!([{ "name": "a", "description": "d" }]))
        .await;
    let (_, second) = rest
        .send(
            "PUT",
            &path,
            &json!([{ "name": "b", "description": "d" }, { "name": "a", "description": "e" }]),
        )
        .await;
    assert_eq!(first[0]["id"], second[1]["id"]);
    assert_eq!(rest.get(&path).await.1, second);
    let guild = format!(
        "/applications/{}/guilds/{}/commands",
        sandbox.application_id(),
        sandbox.guild_id()
    );
    let (status, own) = rest
        .post(&guild, &json!({ "name": "own", "description": "d" }))
        .await;
    assert_eq!(
        (status, &own["guild_id"]),
        (201, &json!(sandbox.guild_id().to_string()))
    );
    sandbox.finish();
}

#[tokio::test]
async fn unknown_routes_and_broken_requests_are_recorded() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let rest = Rest::new(&sandbox);
    assert_eq!(rest.get("/voice/regions").await.0, 404);
    let daily = sandbox.channel_id("#daily");
    let messages = format!("/channels/{daily}/messages");
    let broken = rest
        .request("POST", &messages)
        .header("content-type", "application/json")
        .body("{");
    assert_eq!(Rest::answer(broken).await.1["code"], 50109);
    let untyped = rest.request("POST", &messages).body("{}");
    assert_eq!(Rest::answer(untyped).await.1["code"], 50035);
    assert_eq!(rest.get(&format!("{messages}?limit=101")).await.1["code"], 50035);
    assert_eq!(rest.get(&format!("{messages}?lmit=1")).await.1["code"], 50035);
    let failures = sandbox.take_failures();
    assert_eq!(failures.len(), 5);
    assert!(
        failures[0].starts_with("GET /voice/regions was refused with 0: 404: Not Found"),
        "{}",
        failures[0]
    );
    sandbox.finish();
}

#[tokio::test]
async fn servers_tell_what_an_unprivileged_bot_may_know() {
    let stage = Stage::set().await;
    let guild = format!("/guilds/{}", stage.sandbox.guild_id());
    let ben = stage.sandbox.member("Ben").id();
    let (_, member) = stage.rest.get(&format!("{guild}/members/{ben}")).await;
    assert_eq!(member["user"]["global_name"], "Ben");
    assert_eq!(
        stage.rest.get(&format!("{guild}/members/1")).await.1["code"],
        10007
    );
    let (_, roles) = stage.rest.get(&format!("{guild}/roles")).await;
    let names: Vec<_> = roles
        .as_array()
        .expect("a list")
        .iter()
        .map(|role| &role["name"])
        .collect();
    assert_eq!(names, ["@everyone", "Organisers", "Daily", "Bot"]);
    assert_eq!(
        stage.rest.get(&format!("{guild}/members?limit=10")).await.1["code"],
        50001
    );
    assert_eq!(stage.sandbox.take_failures().len(), 1);
    let (_, me) = stage.rest.get("/users/@me").await;
    assert_eq!((&me["bot"], &me["global_name"]), (&json!(true), &json!("Bot")));
    let (_, application) = stage.rest.get("/applications/@me").await;
    assert_eq!(application["verify_key"], stage.sandbox.public_key());
}
