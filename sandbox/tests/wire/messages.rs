//! Messages, files, threads and permissions.

use chrono::{DateTime, Duration, Utc};
use sandbox::{Options, permissions};
use serde_json::{Value, json};

use crate::bot::Stage;

fn still() -> Options {
    let now: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().expect("a time");
    Options {
        now: Some(now),
        ..Options::calm()
    }
}

#[tokio::test]
async fn the_same_nonce_gives_the_same_message_within_the_window_only() {
    let stage = Stage::with(still()).await;
    let body = json!({ "content": "Once", "nonce": "round-1", "enforce_nonce": true });
    let (_, first) = stage.write(&body).await;
    stage.sandbox.advance(Duration::seconds(179));
    let (_, second) = stage.write(&body).await;
    assert_eq!(first["id"], second["id"]);
    assert_eq!(second["nonce"], "round-1");
    stage.sandbox.advance(Duration::seconds(2));
    let (_, third) = stage.write(&body).await;
    assert_ne!(first["id"], third["id"], "the window is over");
    let (_, careless) = stage
        .write(&json!({ "content": "Once", "nonce": "round-1" }))
        .await;
    assert_ne!(careless["id"], third["id"], "not enforced");
    stage.sandbox.finish();
}

#[tokio::test]
async fn every_version_of_a_public_message_is_kept_where_that_was_asked_for() {
    let stage = Stage::with(Options {
        keep_versions: true,
        ..still()
    })
    .await;
    let (_, first) = stage.write(&json!({ "content": "One" })).await;
    let id = first["id"].as_str().expect("an id");
    let path = format!("/channels/{}/messages/{id}", stage.daily);
    stage.sandbox.advance(Duration::seconds(1));
    stage
        .rest
        .send("PATCH", &path, &json!({ "content": "Two" }))
        .await;
    let said = |version: &sandbox::world::Version| {
        let payload: Value = serde_json::from_str(&version.payload).expect("JSON");
        (version.at.to_rfc3339(), payload["content"].clone())
    };
    let versions: Vec<_> = stage.sandbox.take_versions().iter().map(said).collect();
    assert_eq!(
        versions,
        [
            ("2026-03-02T09:00:00+00:00".to_owned(), json!("One")),
            ("2026-03-02T09:00:01+00:00".to_owned(), json!("Two")),
        ]
    );
    assert!(stage.sandbox.take_versions().is_empty());
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_nonce_is_known_in_every_channel_and_outlives_its_message() {
    let stage = Stage::with(still()).await;
    let body = json!({ "content": "Once", "nonce": "round-1", "enforce_nonce": true });
    let (_, first) = stage.write(&body).await;
    let elsewhere = stage.sandbox.channel_id("#quiz");
    let path = format!("/channels/{elsewhere}/messages");
    let (status, second) = stage.rest.post(&path, &body).await;
    assert_eq!((status, &second["id"]), (200, &first["id"]));
    assert_eq!(second["channel_id"], first["channel_id"], "nothing new is posted");
    let id: u64 = first["id"].as_str().expect("an id").parse().expect("a number");
    stage.sandbox.delete_message(id);
    let (status, refused) = stage.write(&body).await;
    assert_eq!((status, &refused["code"]), (404, &json!(10008)));
    stage.sandbox.advance(Duration::seconds(181));
    assert_eq!(stage.write(&body).await.0, 200, "the window is over");
    stage.sandbox.finish();
}

#[tokio::test]
async fn the_thirtieth_conversation_in_ten_minutes_is_refused() {
    let stage = Stage::with(still()).await;
    let open = async |n: usize| {
        let member = stage.sandbox.add_member(&format!("Member {n}"));
        let body = json!({ "recipient_id": member.id().to_string() });
        stage.rest.post("/users/@me/channels", &body).await
    };
    for n in 1..30 {
        assert_eq!(open(n).await.0, 200, "{n}");
    }
    let (status, refused) = open(30).await;
    assert_eq!((status, &refused["code"]), (403, &json!(40003)));
    stage.sandbox.advance(Duration::minutes(10));
    assert_eq!(open(31).await.0, 200);
    stage.sandbox.finish();
}

#[tokio::test]
async fn history_is_paged_from_both_ends() {
    let stage = Stage::set().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let (_, made) = stage.write(&json!({ "content": n.to_string() })).await;
        ids.push(made["id"].as_str().expect("an id").to_owned());
    }
    let path = format!("/channels/{}/messages", stage.daily);
    let read = async |query: &str| {
        let (_, list) = stage.rest.get(&format!("{path}?{query}")).await;
        let list = list.as_array().expect("a list").iter();
        list.map(|one| one["content"].as_str().expect("text").to_owned())
            .collect::<Vec<_>>()
            .concat()
    };
    assert_eq!(read("limit=2").await, "43");
    assert_eq!(read(&format!("before={}&limit=2", ids[3])).await, "21");
    assert_eq!(read(&format!("after={}&limit=2", ids[1])).await, "32");
    assert_eq!(read(&format!("around={}&limit=3", ids[2])).await, "321");
    // serenity begins its queries like this.
    assert_eq!(read("&limit=1").await, "4");
    stage.sandbox.finish();
}

#[tokio::test]
async fn without_a_permission_the_bot_is_refused_and_nothing_is_recorded() {
    let stage = Stage::set().await;
    let daily = stage.daily;
    let plain = json!({ "content": "x" });
    for (bits, body, code) in [
        (permissions::SEND_MESSAGES, plain.clone(), 50013),
        (permissions::VIEW_CHANNEL, plain.clone(), 50001),
        (
            permissions::EMBED_LINKS,
            json!({ "embeds": [{ "title": "x" }] }),
            50013,
        ),
    ] {
        stage.sandbox.deny("#daily", bits);
        let (status, answer) = stage.write(&body).await;
        assert_eq!((status, &answer["code"]), (403, &json!(code)));
        stage.sandbox.allow("#daily", bits);
        assert_eq!(stage.write(&body).await.0, 200);
    }
    stage.sandbox.deny("#daily", permissions::READ_MESSAGE_HISTORY);
    assert_eq!(
        stage.rest.get(&format!("/channels/{daily}/messages")).await,
        (200, json!([]))
    );
    stage.sandbox.delete_channel("#daily");
    assert_eq!(stage.write(&plain).await.1["code"], 10003);
    stage.sandbox.remove_bot();
    let quiz = stage.sandbox.channel_id("#quiz");
    assert_eq!(
        stage
            .rest
            .post(&format!("/channels/{quiz}/messages"), &plain)
            .await
            .1["code"],
        50001
    );
    assert_eq!(
        stage
            .rest
            .get(&format!("/guilds/{}", stage.sandbox.guild_id()))
            .await
            .1["code"],
        10004
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_message_gets_one_thread_which_has_its_own_permissions() {
    let stage = Stage::set().await;
    let question = stage.question().await;
    let path = format!("/channels/{}/messages/{}/threads", stage.daily, question.id);
    let body = json!({ "name": "Discussion", "auto_archive_duration": 1440 });
    stage.sandbox.deny("#daily", permissions::CREATE_PUBLIC_THREADS);
    assert_eq!(stage.rest.post(&path, &body).await.1["code"], 50013);
    stage.sandbox.allow("#daily", permissions::CREATE_PUBLIC_THREADS);
    let (status, thread) = stage.rest.post(&path, &body).await;
    assert_eq!(
        (status, &thread["id"], &thread["type"]),
        (201, &json!(question.id.to_string()), &json!(11))
    );
    assert_eq!(stage.rest.post(&path, &body).await.1["code"], 160_004);
    let inside = format!("/channels/{}/messages", question.id);
    stage.sandbox.deny("#daily", permissions::SEND_MESSAGES);
    assert_eq!(stage.rest.post(&inside, &json!({ "content": "in" })).await.0, 200);
    stage
        .sandbox
        .deny("#daily", permissions::SEND_MESSAGES_IN_THREADS);
    assert_eq!(
        stage.rest.post(&inside, &json!({ "content": "in" })).await.1["code"],
        50013
    );
    let ann = stage.sandbox.member("Ann");
    assert_eq!(ann.see(&question).and_then(|seen| seen.thread), Some(question.id));
    assert_eq!(ann.last("Discussion").text(), "in");
    stage.sandbox.finish();
}

#[tokio::test]
async fn files_are_served_and_kept_or_dropped_by_edits() {
    let stage = Stage::set().await;
    let path = format!("/channels/{}/messages", stage.daily);
    let payload = json!({ "content": "Chart", "attachments": [{ "id": 0, "description": "Nine bars" }] });
    let (_, made) = stage
        .rest
        .upload(&path, &payload, &[("chart.png", b"bytes"), ("b.txt", b"b")])
        .await;
    let files = made["attachments"].as_array().expect("a list");
    assert_eq!((files.len(), &files[0]["description"]), (2, &json!("Nine bars")));
    let url = files[0]["url"].as_str().expect("an address");
    let served = reqwest::get(url).await.expect("an answer");
    assert_eq!(served.headers()["content-type"], "image/png");
    assert_eq!(served.bytes().await.expect("a body"), "bytes");
    assert_eq!(
        stage.sandbox.member("Ann").last("#daily").text(),
        "Chart\n{chart.png}\n{b.txt}"
    );
    let message = format!("{path}/{}", made["id"].as_str().expect("an id"));
    let (_, same) = stage
        .rest
        .send("PATCH", &message, &json!({ "content": "Chart 2" }))
        .await;
    assert_eq!(same["attachments"].as_array().map(Vec::len), Some(2));
    let keep = json!({ "attachments": [{ "id": files[1]["id"] }] });
    let (_, fewer) = stage.rest.send("PATCH", &message, &keep).await;
    assert_eq!(fewer["attachments"][0]["filename"], "b.txt");
    stage.sandbox.deny("#daily", permissions::ATTACH_FILES);
    assert_eq!(
        stage.rest.upload(&path, &payload, &[("a", b"a")]).await.1["code"],
        50013
    );
    let (status, _) = stage
        .rest
        .send("PATCH", &message, &json!({ "content": "Chart 3" }))
        .await;
    assert_eq!(status, 200, "without files it may");
    stage.sandbox.finish();
}

#[tokio::test]
async fn edits_of_messages_older_than_an_hour_are_limited() {
    let stage = Stage::with(still()).await;
    let question = stage.question().await;
    let path = format!("/channels/{}/messages/{}", stage.daily, question.id);
    let edit = async || {
        stage
            .rest
            .send("PATCH", &path, &json!({ "content": "Edited" }))
            .await
    };
    for _ in 0..5 {
        assert_eq!(edit().await.0, 200);
    }
    stage.sandbox.advance(Duration::minutes(61));
    for _ in 0..3 {
        assert_eq!(edit().await.0, 200);
    }
    let (status, body) = edit().await;
    assert_eq!((status, &body["code"]), (429, &json!(30046)));
    assert!(
        body["retry_after"]
            .as_f64()
            .is_some_and(|seconds| seconds > 0.0 && seconds <= 6.0)
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn only_allowed_mentions_ping() {
    let stage = Stage::set().await;
    let ben = stage.sandbox.member("Ben").id();
    let role = |name: &str| {
        stage.sandbox.read(|world| {
            let guild = world.guilds.values().next().expect("a guild");
            guild
                .roles
                .values()
                .find(|role| role.name == name)
                .expect("a role")
                .id
        })
    };
    let (daily, organisers) = (role("Daily"), role("Organisers"));
    let content = format!("<@{ben}> <@&{daily}> <@&{organisers}> @everyone");
    let pings = async |allowed: Value| {
        let mut body = json!({ "content": content });
        if !allowed.is_null() {
            body["allowed_mentions"] = allowed;
        }
        stage.write(&body).await;
        stage.sandbox.member("Ann").last("#daily").pings.join(" ")
    };
    assert_eq!(
        pings(Value::Null).await,
        "@Daily @Ben",
        "Organisers cannot be pinged, everyone neither"
    );
    assert_eq!(pings(json!({ "parse": [] })).await, "");
    assert_eq!(pings(json!({ "roles": [daily.to_string()] })).await, "@Daily");
    assert!(
        stage
            .sandbox
            .member("Ann")
            .last("#daily")
            .text()
            .starts_with("@Ben @Daily @Organisers")
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_message_with_layout_stays_one() {
    let stage = Stage::set().await;
    let body = json!({ "flags": 32768, "components": [{ "type": 10, "content": "a" }] });
    let (_, made) = stage.write(&body).await;
    let path = format!(
        "/channels/{}/messages/{}",
        stage.daily,
        made["id"].as_str().expect("an id")
    );
    let (status, _) = stage
        .rest
        .send(
            "PATCH",
            &path,
            &json!({ "components": [{ "type": 10, "content": "b" }] }),
        )
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        stage
            .rest
            .send("PATCH", &path, &json!({ "content": "b" }))
            .await
            .1["code"],
        50035
    );
    assert_eq!(stage.sandbox.take_failures().len(), 1);
    assert_eq!(stage.sandbox.member("Ann").last("#daily").text(), "b");
}
