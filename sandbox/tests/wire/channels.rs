//! Channels of every kind, and what a bot may do in them.

use chrono::{DateTime, Duration, Utc};
use sandbox::{Options, permissions};
use serde_json::{Value, json};

use crate::bot::{Answer, Stage, places};

fn still() -> Options {
    let now: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().expect("a time");
    Options {
        now: Some(now),
        ..Options::calm()
    }
}

impl Stage {
    async fn write_to(&self, channel: &str, body: &Value) -> Answer {
        let channel = self.sandbox.channel_id(channel);
        self.rest
            .post(&format!("/channels/{channel}/messages"), body)
            .await
    }

    /// A thread on a new message, with one message in it; the paths of thread and message.
    async fn thread(&self, channel: &str) -> (String, String) {
        let (_, question) = self.write_to(channel, &json!({ "content": "Why?" })).await;
        let (channel, id) = (
            self.sandbox.channel_id(channel),
            question["id"].as_str().expect("an id"),
        );
        let body = json!({ "name": "Discussion", "auto_archive_duration": 60 });
        let path = format!("/channels/{channel}/messages/{id}/threads");
        let (status, thread) = self.rest.post(&path, &body).await;
        assert_eq!(status, 201, "{thread}");
        let thread = format!("/channels/{id}");
        let (_, inside) = self
            .rest
            .post(&format!("{thread}/messages"), &json!({ "content": "in" }))
            .await;
        let inside = inside["id"].as_str().expect("an id");
        (thread.clone(), format!("{thread}/messages/{inside}"))
    }

    async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.rest.send("PATCH", path, body).await
    }
}

/// Status and code of an answer.
fn code((status, body): &Answer) -> (u16, u64) {
    (*status, body["code"].as_u64().unwrap_or(0))
}

#[tokio::test]
async fn every_kind_of_channel_takes_messages_and_threads_as_documented() {
    let stage = Stage::set().await;
    let (_, listed) = stage
        .rest
        .get(&format!("/guilds/{}/channels", stage.sandbox.guild_id()))
        .await;
    let kinds = ["news", "lounge", "stage", "forum", "media", "after-dark"].map(|name| {
        let mut channels = listed.as_array().expect("a list").iter();
        let found = channels
            .find(|channel| channel["name"] == name)
            .expect("the channel");
        (found["type"].as_u64().expect("a type"), found["nsfw"] == true)
    });
    assert_eq!(
        kinds,
        [
            (5, false),
            (2, false),
            (13, false),
            (15, false),
            (16, false),
            (0, true)
        ]
    );
    let hello = json!({ "content": "Hello" });
    for (channel, wanted) in [("news", 10), ("after-dark", 11), ("lounge", 0), ("stage", 0)] {
        let (status, made) = stage.write_to(channel, &hello).await;
        assert_eq!(status, 200, "{channel}");
        let message = made["id"].as_str().expect("an id");
        let place = stage.sandbox.channel_id(channel);
        let path = format!("/channels/{place}/messages/{message}/threads");
        let answer = stage.rest.post(&path, &json!({ "name": "About it" })).await;
        if wanted == 0 {
            assert_eq!(code(&answer), (400, 50024), "{channel}");
        } else {
            assert_eq!((answer.0, &answer.1["type"]), (201, &json!(wanted)), "{channel}");
        }
    }
    for channel in ["forum", "media"] {
        assert_eq!(
            code(&stage.write_to(channel, &hello).await),
            (400, 50008),
            "{channel}"
        );
    }
    assert_eq!(
        stage.sandbox.take_failures().len(),
        2,
        "threads where none can be"
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn text_in_a_voice_channel_needs_the_permission_to_connect() {
    let stage = Stage::set().await;
    let lounge = stage.sandbox.channel_id("lounge");
    let list = format!("/channels/{lounge}/messages");
    stage.sandbox.deny("lounge", permissions::CONNECT);
    let hello = json!({ "content": "Hello" });
    assert_eq!(code(&stage.write_to("lounge", &hello).await), (403, 50001));
    assert_eq!(code(&stage.rest.get(&list).await), (403, 50001));
    stage.sandbox.allow("lounge", permissions::CONNECT);
    assert_eq!(stage.write_to("lounge", &hello).await.0, 200);
    stage.sandbox.finish();
}

#[tokio::test]
async fn what_is_not_permitted_is_refused_or_empty() {
    let stage = Stage::set().await;
    let (_, made) = stage.write(&json!({ "content": "First" })).await;
    let message = made["id"].as_str().expect("an id");
    let list = format!("/channels/{}/messages", stage.daily);
    let plain = json!({ "content": "Hello" });
    let embed = json!({ "embeds": [{ "title": "Hello" }] });
    let reply = json!({ "content": "Hello", "message_reference": { "message_id": message } });
    let cases = [
        (permissions::VIEW_CHANNEL, &plain, (403, 50001)),
        (permissions::SEND_MESSAGES, &plain, (403, 50013)),
        (permissions::EMBED_LINKS, &embed, (403, 50013)),
        (permissions::EMBED_LINKS, &plain, (200, 0)),
        (permissions::READ_MESSAGE_HISTORY, &reply, (400, 160_002)),
        (permissions::READ_MESSAGE_HISTORY, &plain, (200, 0)),
    ];
    for (denied, body, wanted) in cases {
        stage.sandbox.deny("#daily", denied);
        assert_eq!(code(&stage.write(body).await), wanted, "{denied:#x} {body}");
        stage.sandbox.allow("#daily", denied);
    }
    stage.sandbox.deny("#daily", permissions::READ_MESSAGE_HISTORY);
    assert_eq!(stage.rest.get(&list).await, (200, json!([])));
    stage.sandbox.allow("#daily", permissions::READ_MESSAGE_HISTORY);
    stage.sandbox.deny("#daily", permissions::EMBED_LINKS);
    let edit = stage.patch(&format!("{list}/{message}"), &embed).await;
    assert_eq!(code(&edit), (403, 50013));
    stage.sandbox.deny("#daily", permissions::CREATE_PUBLIC_THREADS);
    let thread = stage
        .rest
        .post(&format!("{list}/{message}/threads"), &json!({ "name": "x" }))
        .await;
    assert_eq!(code(&thread), (403, 50013));
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_role_that_may_not_be_mentioned_pings_nobody() {
    let stage = Stage::set().await;
    let guild = stage.sandbox.guild_id();
    let (_, roles) = stage.rest.get(&format!("/guilds/{guild}/roles")).await;
    let id_of = |name: &str| {
        let found = roles
            .as_array()
            .expect("a list")
            .iter()
            .find(|role| role["name"] == name);
        found.expect("the role")["id"].as_str().expect("an id").to_owned()
    };
    for (role, pings) in [("Organisers", false), ("Daily", true)] {
        let text = format!("<@&{}>, a new question", id_of(role));
        let (_, made) = stage.write(&json!({ "content": text })).await;
        assert_eq!(
            made["mention_roles"].as_array().map(Vec::len),
            Some(usize::from(pings)),
            "{role}"
        );
        let seen = stage.sandbox.member("Ann").last("#daily");
        assert_eq!(seen.pings.len(), usize::from(pings), "{role}");
    }
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_message_in_an_archived_thread_is_edited_only_after_the_thread_is_brought_back() {
    let stage = Stage::with(still()).await;
    for channel in ["#daily", "news"] {
        let (thread, message) = stage.thread(channel).await;
        let edit = json!({ "content": "edited" });
        assert_eq!(stage.patch(&message, &edit).await.0, 200);
        stage.sandbox.advance(Duration::minutes(61));
        let (_, old) = stage.rest.get(&thread).await;
        assert_eq!(
            old["thread_metadata"]["archived"], true,
            "nobody wrote for an hour"
        );
        assert_eq!(code(&stage.patch(&message, &edit).await), (400, 50083));
        assert_eq!(
            code(&stage.patch(&thread, &json!({ "name": "x" })).await),
            (400, 50083)
        );
        assert_eq!(
            code(&stage.patch(&message, &edit).await),
            (400, 50083),
            "still so"
        );
        assert_eq!(stage.patch(&thread, &json!({ "archived": false })).await.0, 200);
        assert_eq!(stage.patch(&message, &edit).await.0, 200);
        assert_eq!(stage.patch(&thread, &json!({ "archived": true })).await.0, 200);
        let (status, _) = stage
            .rest
            .post(&format!("{thread}/messages"), &json!({ "content": "awake" }))
            .await;
        assert_eq!(status, 200, "writing brings it back");
        assert_eq!(stage.patch(&message, &edit).await.0, 200);
    }
    stage.sandbox.finish();
}

#[tokio::test]
async fn in_a_locked_thread_only_moderators_do_anything() {
    let stage = Stage::with(still()).await;
    let (thread, message) = stage.thread("#daily").await;
    let edit = json!({ "content": "edited" });
    stage.sandbox.moderate_thread("Discussion", false, true);
    assert_eq!(code(&stage.patch(&message, &edit).await), (400, 160_005));
    let writes = format!("{thread}/messages");
    assert_eq!(code(&stage.rest.post(&writes, &edit).await), (400, 160_005));
    stage.sandbox.moderate_thread("Discussion", true, true);
    assert_eq!(code(&stage.patch(&message, &edit).await), (400, 50083));
    let back = stage.patch(&thread, &json!({ "archived": false })).await;
    assert_eq!(code(&back), (403, 50013));
    assert_eq!(
        code(&stage.rest.send("DELETE", &message, &json!({})).await),
        (400, 50083)
    );
    stage.sandbox.moderate_thread("Discussion", true, false);
    assert_eq!(stage.patch(&thread, &json!({ "archived": false })).await.0, 200);
    stage.sandbox.finish();
}

#[tokio::test]
async fn nobody_uses_the_bot_in_an_archived_thread() {
    let stage = Stage::set().await;
    let (thread, _) = stage.thread("#daily").await;
    let button = json!({ "type": 2, "style": 1, "label": "Go", "custom_id": "go" });
    let body = json!({ "content": "Ready?", "components": [{ "type": 1, "components": [button] }] });
    stage.rest.post(&format!("{thread}/messages"), &body).await;
    stage.sandbox.moderate_thread("Discussion", true, false);
    let ann = stage.sandbox.member("Ann");
    let pressed = ann.press(&ann.last("Discussion"), "Go").await;
    assert!(
        matches!(pressed, Err(sandbox::ActError::NotSent(_))),
        "{pressed:?}"
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn an_edit_lists_the_new_file_that_it_shows() {
    let stage = Stage::set().await;
    let gallery = json!({ "type": 12, "items": [{ "media": { "url": "attachment://a.png" } }] });
    let mut body = json!({ "components": [{ "type": 10, "content": "Chart" }], "flags": 1 << 15 });
    let (_, made) = stage.write(&body).await;
    let path = format!(
        "/channels/{}/messages/{}",
        stage.daily,
        made["id"].as_str().expect("an id")
    );
    body = json!({ "components": [gallery] });
    let file: &[(&str, &[u8])] = &[("a.png", b"bytes")];
    let refused = stage.rest.upload_with("PATCH", &path, &body, file).await;
    assert_eq!(code(&refused), (400, 50035));
    assert_eq!(
        places(&refused.1),
        ["components.0.items.0.media.url: COMPONENT_ATTACHMENT_NOT_FOUND"]
    );
    body["attachments"] = json!([{ "id": 0, "filename": "a.png" }]);
    let (status, made) = stage.rest.upload_with("PATCH", &path, &body, file).await;
    assert_eq!((status, &made["attachments"]), (200, &json!([])), "{made}");
    let media = &made["components"][0]["items"][0]["media"];
    assert!(media["attachment_id"].is_string(), "{media}");
    assert_eq!(stage.sandbox.take_failures().len(), 1);
    stage.sandbox.finish();
}
