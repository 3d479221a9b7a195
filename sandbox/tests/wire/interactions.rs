//! What may be answered to an interaction, how often, and how late.

use std::time::Duration as RealDuration;

use chrono::{DateTime, Duration, Utc};
use sandbox::Options;
use serde_json::json;

use crate::bot::Stage;

#[tokio::test]
async fn an_interaction_has_every_field_a_client_sends() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    for field in [
        "id",
        "application_id",
        "type",
        "data",
        "guild",
        "guild_id",
        "channel",
        "channel_id",
        "member",
        "token",
        "version",
        "message",
        "app_permissions",
        "locale",
        "guild_locale",
        "entitlements",
        "authorizing_integration_owners",
        "context",
        "attachment_size_limit",
    ] {
        assert!(pressed.payload.get(field).is_some(), "{field} is missing");
    }
    assert_eq!(pressed.payload["member"]["user"]["global_name"], "Ben");
    assert_eq!(pressed.payload["data"]["custom_id"], "go");
    pressed.answer(&json!({ "type": 6 })).await;
    pressed.seen().await;
    stage.sandbox.finish();
}

#[tokio::test]
async fn one_answer_only() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    let body = json!({ "type": 4, "data": { "content": "Yes", "flags": 64 } });
    assert_eq!(pressed.answer(&body).await.0, 204);
    assert_eq!(pressed.answer(&body).await.1["code"], 40060);
    assert_eq!(pressed.seen().await.text(), "Yes");
    assert_eq!(stage.sandbox.take_failures().len(), 1);
}

#[tokio::test]
async fn wrong_answers_are_refused_and_the_right_one_still_counts() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    for body in [
        json!({ "type": 8, "data": { "choices": [] } }),
        json!({ "type": 2 }),
        json!({ "type": 5, "data": { "flags": 32768 } }),
        json!({ "type": 4, "data": { "content": "x", "color": 1 } }),
        json!({ "type": 9, "data": { "custom_id": "m", "title": "x".repeat(46), "components": [] } }),
    ] {
        assert_eq!(pressed.answer(&body).await.1["code"], 50035, "{body}");
    }
    assert_eq!(
        pressed.answer(&json!({ "type": 4, "data": {} })).await.1["code"],
        50006
    );
    assert_eq!(
        pressed
            .answer(&json!({ "type": 4, "data": { "content": "ok" } }))
            .await
            .0,
        204
    );
    assert_eq!(pressed.seen().await.text(), "ok");
    assert_eq!(stage.sandbox.take_failures().len(), 6);
}

#[tokio::test]
async fn an_unknown_interaction_is_refused() {
    let stage = Stage::set().await;
    let (status, answer) = stage
        .rest
        .post("/interactions/1/none/callback", &json!({ "type": 6 }))
        .await;
    assert_eq!((status, &answer["code"]), (404, &json!(10062)));
    assert_eq!(stage.sandbox.take_failures().len(), 1);
}

#[tokio::test]
async fn three_seconds_are_real_even_if_the_clock_stands_still() {
    let now: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().expect("a time");
    let mut stage = Stage::with(Options {
        now: Some(now),
        ..Options::calm()
    })
    .await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    let expired = |sandbox: &sandbox::Sandbox| !sandbox.failures().is_empty();
    let started = std::time::Instant::now();
    stage
        .sandbox
        .wait_until("the deadline", expired)
        .await
        .expect("a failure");
    assert!(started.elapsed() > RealDuration::from_millis(2500));
    assert_eq!(pressed.answer(&json!({ "type": 6 })).await.1["code"], 10062);
    assert!(pressed.result.await.expect("no panic").is_err());
    assert_eq!(
        stage.sandbox.take_failures(),
        ["The press of go by Ben in #daily was not answered within 3 s"]
    );
}

#[tokio::test]
async fn thinking_ends_with_the_first_edit() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    pressed
        .answer(&json!({ "type": 5, "data": { "flags": 64 } }))
        .await;
    let ben = stage.sandbox.member("Ben");
    assert_eq!(ben.last("#daily").text(), "Bot is thinking…");
    let path = pressed.webhook("/messages/@original");
    let (status, _) = stage
        .rest
        .send("PATCH", &path, &json!({ "content": "Done" }))
        .await;
    assert_eq!(status, 200);
    let seen = pressed.seen().await;
    assert_eq!((seen.text(), seen.ephemeral, seen.edited), ("Done", true, false));
    assert_eq!(stage.sandbox.member("Ann").last("#daily").id, question.id);
    stage.sandbox.finish();
}

#[tokio::test]
async fn follow_ups_come_after_the_answer_and_within_fifteen_minutes() {
    let now: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().expect("a time");
    let mut stage = Stage::with(Options {
        now: Some(now),
        ..Options::calm()
    })
    .await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    let more = json!({ "content": "More", "flags": 64 });
    assert_eq!(
        stage.rest.post(&pressed.webhook(""), &more).await.1["code"],
        10015
    );
    assert_eq!(stage.sandbox.take_failures().len(), 1);
    pressed
        .answer(&json!({ "type": 7, "data": { "content": "Changed" } }))
        .await;
    let (status, made) = stage.rest.post(&pressed.webhook(""), &more).await;
    assert_eq!((status, &made["flags"]), (200, &json!(64)));
    let (_, original) = stage.rest.get(&pressed.webhook("/messages/@original")).await;
    assert_eq!(
        (original["id"].clone(), &original["content"]),
        (json!(question.id.to_string()), &json!("Changed"))
    );
    let path = pressed.webhook(&format!("/messages/{}", made["id"].as_str().expect("an id")));
    assert_eq!(stage.rest.send("DELETE", &path, &json!(null)).await.0, 204);
    assert_eq!(stage.rest.get(&path).await.1["code"], 10008);
    stage.sandbox.advance(Duration::minutes(16));
    assert_eq!(
        stage.rest.post(&pressed.webhook(""), &more).await.1["code"],
        50027
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn an_ephemeral_message_is_nobody_elses() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    pressed
        .answer(&json!({ "type": 4, "data": { "content": "Secret", "flags": 64 } }))
        .await;
    let seen = pressed.seen().await;
    let path = format!("/channels/{}/messages/{}", stage.daily, seen.id);
    assert_eq!(stage.rest.get(&path).await.1["code"], 10008);
    let (_, list) = stage
        .rest
        .get(&format!("/channels/{}/messages", stage.daily))
        .await;
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    let ann = stage.sandbox.member("Ann");
    assert!(ann.see(&seen).is_none());
    assert!(ann.press(&seen, "Go").await.is_err());
    stage.sandbox.member("Ben").dismiss(&seen);
    assert!(stage.sandbox.member("Ben").see(&seen).is_none());
    stage.sandbox.finish();
}

#[tokio::test]
async fn in_direct_messages_there_is_a_user_and_no_member() {
    let mut stage = Stage::set().await;
    let ben = stage.sandbox.member("Ben");
    let body = json!({ "recipient_id": ben.id().to_string() });
    let (_, channel) = stage.rest.post("/users/@me/channels", &body).await;
    let path = format!("/channels/{}/messages", channel["id"].as_str().expect("an id"));
    let button = json!({ "type": 2, "style": 1, "label": "Go", "custom_id": "go" });
    let body = json!({ "content": "Hello", "components": [{ "type": 1, "components": [button] }] });
    assert_eq!(stage.rest.post(&path, &body).await.0, 200);
    let hello = ben.dms().pop().expect("a message");
    let pressed = stage.press("Ben", &hello).await;
    assert_eq!(pressed.payload["user"]["global_name"], "Ben");
    assert_eq!(
        (pressed.payload.get("member"), &pressed.payload["context"]),
        (None, &json!(1))
    );
    pressed
        .answer(&json!({ "type": 4, "data": { "content": "Hi" } }))
        .await;
    assert_eq!(pressed.seen().await.text(), "Hi");
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_mangled_interaction_can_still_be_answered() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    stage
        .sandbox
        .mangle_next(|payload| payload["member"] = json!("nobody"));
    let pressed = stage.press("Ben", &question).await;
    assert_eq!(pressed.payload["member"], "nobody");
    pressed
        .answer(&json!({ "type": 4, "data": { "content": "Anyway" } }))
        .await;
    assert_eq!(pressed.seen().await.text(), "Anyway");
    stage.sandbox.finish();
}

#[tokio::test]
async fn menu_commands_name_their_target() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let path = format!("/applications/{}/commands", stage.sandbox.application_id());
    let commands = json!([{ "name": "Report this", "type": 3 }, { "name": "Profile", "type": 2 }]);
    assert_eq!(stage.rest.send("PUT", &path, &commands).await.0, 200);
    let ben = stage.sandbox.member("Ben");
    let id = question.id;
    let acting = tokio::spawn(async move { ben.use_on_message(id, "Report this").await });
    let payload = stage.wire.event("INTERACTION_CREATE").await;
    assert_eq!(payload["data"]["target_id"], json!(id.to_string()));
    assert_eq!(
        payload["data"]["resolved"]["messages"][id.to_string()]["content"],
        "Ready?"
    );
    let path = format!(
        "/interactions/{}/{}/callback",
        payload["id"].as_str().expect("an id"),
        payload["token"].as_str().expect("a token")
    );
    stage
        .rest
        .post(&path, &json!({ "type": 4, "data": { "content": "Thanks" } }))
        .await;
    assert_eq!(
        acting.await.expect("no panic").expect("an answer").text(),
        "Thanks"
    );
    assert!(
        stage
            .sandbox
            .member("Ben")
            .use_on_member("Ann", "Nothing")
            .await
            .is_err()
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_select_sends_what_was_chosen_and_whom_it_names() {
    let mut stage = Stage::set().await;
    let options = json!([{ "label": "Easy", "value": "e" }, { "label": "Hard", "value": "h" }]);
    let levels = json!({ "type": 3, "custom_id": "level", "placeholder": "Level", "max_values": 2, "options": options });
    let people = json!({ "type": 5, "custom_id": "people", "placeholder": "Who" });
    let row = |part| json!({ "type": 1, "components": [part] });
    let (_, made) = stage
        .write(&json!({ "content": "Choose", "components": [row(levels), row(people)] }))
        .await;
    let id: u64 = made["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let ben = stage.sandbox.member("Ben");
    assert_eq!(
        ben.see(id).expect("a message").text(),
        "Choose\n<Level: Easy | Hard>\n<Who: any member>"
    );
    for wanted in [&["Easy", "Medium"][..], &[], &["Easy", "Hard", "Hard"]] {
        assert!(ben.choose(id, "Level", wanted).await.is_err(), "{wanted:?}");
    }
    for (select, values, sent) in [
        ("Level", vec!["Hard", "e"], json!(["h", "e"])),
        ("people", vec!["@Ann"], json!(null)),
    ] {
        let ben = ben.clone();
        let acting = tokio::spawn(async move { ben.choose(id, select, &values).await });
        let payload = stage.wire.event("INTERACTION_CREATE").await;
        if sent.is_null() {
            let ann = stage.sandbox.member("Ann").id().to_string();
            assert_eq!(payload["data"]["values"], json!([ann]));
            assert_eq!(payload["data"]["resolved"]["users"][&ann]["global_name"], "Ann");
        } else {
            assert_eq!(payload["data"]["values"], sent);
        }
        let (id, token) = (
            payload["id"].as_str().expect("an id"),
            payload["token"].as_str().expect("a token"),
        );
        stage
            .rest
            .post(
                &format!("/interactions/{id}/{token}/callback"),
                &json!({ "type": 6 }),
            )
            .await;
        acting.await.expect("no panic").expect("an answer");
    }
    stage.sandbox.finish();
}
