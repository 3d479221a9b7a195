//! What a bot is told of interactions: as Discord tells it, through a server's installation or a person's own.

use sandbox::Sandbox;
use serde_json::{Value, json};

use crate::bot::Stage;

/// Registers commands for all servers.
async fn register(stage: &Stage, commands: &Value) {
    let path = format!("/applications/{}/commands", stage.sandbox.application_id());
    let (status, answer) = stage.rest.send("PUT", &path, commands).await;
    assert_eq!(status, 200, "{answer}");
}

/// Somebody does something; what the bot is told of it, after it was answered.
async fn told(
    stage: &mut Stage,
    act: impl Future<Output = Result<sandbox::Seen, sandbox::ActError>> + Send + 'static,
) -> (Value, sandbox::Seen) {
    let acts = tokio::spawn(act);
    let payload = stage.wire.event("INTERACTION_CREATE").await;
    let path = format!(
        "/interactions/{}/{}/callback",
        payload["id"].as_str().expect("an id"),
        payload["token"].as_str().expect("a token")
    );
    let button = json!({ "type": 2, "style": 1, "label": "Go", "custom_id": "go" });
    let data = json!({ "content": "Here", "components": [{ "type": 1, "components": [button] }] });
    stage.rest.post(&path, &json!({ "type": 4, "data": data })).await;
    (payload, acts.await.expect("no panic").expect("an answer"))
}

#[tokio::test]
async fn a_person_brings_the_application_to_servers_without_the_bot() {
    let mut stage = Stage::set().await;
    let foreign = stage.sandbox.add_foreign_guild("Elsewhere", "Ann");
    let elsewhere = stage.sandbox.read(|world| world.channels_of(foreign)[0].id);
    let here = json!({ "name": "here", "description": "x", "integration_types": [0] });
    register(&stage, &json!([{ "name": "any", "description": "x" }, here])).await;
    let names = |sandbox: &Sandbox, user_install: bool| {
        let ann = sandbox.member("Ann").at(elsewhere);
        let ann = if user_install {
            ann.with_user_install()
        } else {
            ann
        };
        let commands = ann.commands().into_iter();
        commands
            .map(|one| one["name"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&stage.sandbox, false), [""; 0]);
    assert_eq!(
        names(&stage.sandbox, true),
        ["any"],
        "without integration_types both are inherited"
    );
    let ann = stage.sandbox.member("Ann").at(elsewhere).with_user_install();
    let user = ann.id().to_string();
    let (payload, seen) = told(&mut stage, async move { ann.slash("/any").await }).await;
    assert_eq!(payload["authorizing_integration_owners"], json!({ "1": user }));
    assert_eq!(payload["guild_id"], foreign.to_string());
    let ben = stage.sandbox.member("Ben");
    let (payload, _) = told(&mut stage, async move { ben.press(&seen, "Go").await }).await;
    assert_eq!(
        payload["authorizing_integration_owners"],
        json!({ "1": user }),
        "the message is Ann's doing, whoever presses"
    );
    let metadata = &payload["message"]["interaction_metadata"];
    assert_eq!(metadata["authorizing_integration_owners"], json!({ "1": user }));
    let webhook = format!(
        "/webhooks/{}/{}",
        stage.sandbox.application_id(),
        payload["token"].as_str().expect("a token")
    );
    for n in 0..6 {
        let (status, answer) = stage.rest.post(&webhook, &json!({ "content": "more" })).await;
        let wanted = if n < 5 {
            (200, json!(null))
        } else {
            (400, json!(40094))
        };
        assert_eq!((status, answer["code"].clone()), wanted);
    }
    let refused = stage
        .rest
        .post(
            &format!("/channels/{elsewhere}/messages"),
            &json!({ "content": "x" }),
        )
        .await;
    assert_eq!((refused.0, &refused.1["code"]), (403, &json!(50001)));
    assert_eq!(stage.sandbox.take_failures().len(), 1, "the sixth follow-up");
    stage.sandbox.finish();
}

#[tokio::test]
async fn where_the_bot_is_the_server_authorises_and_a_person_may_too() {
    let mut stage = Stage::set().await;
    register(&stage, &json!([{ "name": "any", "description": "x" }])).await;
    let guild = stage.sandbox.guild_id().to_string();
    let ann = stage.sandbox.member("Ann");
    let both = json!({ "0": guild, "1": ann.id().to_string() });
    let own = ann.with_user_install();
    let (payload, _) = told(&mut stage, async move { ann.slash("/any").await }).await;
    assert_eq!(payload["authorizing_integration_owners"], json!({ "0": guild }));
    let dm = own.dm();
    let (payload, _) = told(&mut stage, async move { own.slash("/any").await }).await;
    assert_eq!(payload["authorizing_integration_owners"], both);
    let (payload, _) = told(&mut stage, async move { dm.slash("/any").await }).await;
    assert_eq!(payload["authorizing_integration_owners"]["0"], "0");
    let permissions = payload["app_permissions"].as_str().expect("bits");
    assert_eq!(
        permissions.parse::<u64>(),
        Ok(1 << 14 | 1 << 15 | 1 << 17 | 1 << 18)
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn while_one_types_values_are_texts_and_nothing_is_resolved() {
    let mut stage = Stage::set().await;
    let options = json!([
        { "type": 7, "name": "where", "description": "x", "required": true },
        { "type": 4, "name": "count", "description": "x", "max_value": 9, "required": true },
        { "type": 6, "name": "who", "description": "x", "required": true },
        { "type": 3, "name": "what", "description": "x", "autocomplete": true },
    ]);
    register(
        &stage,
        &json!([{ "name": "ask", "description": "x", "options": options }]),
    )
    .await;
    let ann = stage.sandbox.member("Ann");
    let typed = "/ask where:dai count:12345 who:Ben what:clo";
    let acts = tokio::spawn(async move { ann.complete(typed).await });
    let payload = stage.wire.event("INTERACTION_CREATE").await;
    let ben = stage.sandbox.member("Ben").id().to_string();
    assert_eq!(
        payload["data"]["options"],
        json!([
            { "name": "where", "type": 7, "value": "dai" },
            { "name": "count", "type": 4, "value": "12345" },
            { "name": "who", "type": 6, "value": ben },
            { "name": "what", "type": 3, "value": "clo", "focused": true },
        ])
    );
    assert_eq!(payload["data"].get("resolved"), None);
    let path = format!(
        "/interactions/{}/{}/callback",
        payload["id"].as_str().expect("an id"),
        payload["token"].as_str().expect("a token")
    );
    stage
        .rest
        .post(&path, &json!({ "type": 8, "data": { "choices": [] } }))
        .await;
    assert_eq!(acts.await.expect("no panic"), Ok(Vec::new()));
    stage.sandbox.finish();
}
