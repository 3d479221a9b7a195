//! Routes that bots of libraries call and the bot of this repository does not, encodings, and members over the gateway.

use sandbox::{Options, Sandbox, permissions};
use serde_json::{Value, json};

use crate::bot::{Rest, Stage, Wire};

/// A stage whose bot has further permissions.
async fn stage_with(rights: u64) -> Stage {
    let stage = Stage::set().await;
    stage.sandbox.add_role("Judge", rights);
    stage.sandbox.give_role("Bot", "Judge");
    stage
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn what_is_encoded_in_a_path_or_query_is_decoded() {
    let mut stage = Stage::for_a_library().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    let data = json!({ "content": "Noted", "enforce_nonce": false });
    let answer = pressed.answer(&json!({ "type": 4, "data": data })).await;
    assert_eq!(answer.0, 204, "{}", answer.1);
    let original = pressed.webhook("/messages/%40original");
    assert_eq!(stage.rest.get(&original).await.1["content"], "Noted");
    let guild = stage.sandbox.guild_id();
    let sought = stage
        .rest
        .get(&format!("/guilds/{guild}/members/search?query=%43hl"))
        .await;
    assert_eq!(sought.1[0]["user"]["global_name"], "Chloe");
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_nonce_is_enforced_in_channels_only_and_false_is_taken_everywhere() {
    let stage = Stage::for_a_library().await;
    let (status, made) = stage
        .write(&json!({ "content": "a", "enforce_nonce": false }))
        .await;
    assert_eq!(status, 200);
    let path = format!("/channels/{}/messages/{}", stage.daily, id_of(&made));
    let edit = |enforce: bool| json!({ "content": "b", "enforce_nonce": enforce });
    assert_eq!(stage.rest.send("PATCH", &path, &edit(false)).await.0, 200);
    assert_eq!(stage.rest.send("PATCH", &path, &edit(true)).await.0, 400);
    assert_eq!(stage.sandbox.take_failures().len(), 1);
}

#[tokio::test]
async fn files_may_be_listed_with_all_that_discord_says_of_them() {
    let stage = Stage::for_a_library().await;
    let path = format!("/channels/{}/messages", stage.daily);
    let voice = json!({ "id": "0", "filename": "a.txt", "duration_secs": null, "waveform": null });
    let (status, made) = stage
        .rest
        .upload(
            &path,
            &json!({ "content": "x", "attachments": [voice] }),
            &[("a.txt", b"a")],
        )
        .await;
    assert_eq!(status, 200, "{made}");
    let message = format!("{path}/{}", id_of(&made));
    let kept = stage
        .rest
        .send("PATCH", &message, &json!({ "attachments": made["attachments"] }))
        .await;
    assert_eq!(kept.1["attachments"], made["attachments"]);
    let odd = json!({ "id": "0", "filename": "a.txt", "width": 3 });
    let refused = stage
        .rest
        .upload(
            &path,
            &json!({ "content": "x", "attachments": [odd] }),
            &[("a.txt", b"a")],
        )
        .await;
    assert_eq!(refused.1["code"], 50035);
    assert_eq!(stage.sandbox.take_failures().len(), 1);
}

#[tokio::test]
async fn reactions_are_counted_and_others_taken_away_only_with_the_permission() {
    let stage = Stage::set().await;
    let (mut wire, _) = Wire::identified(&stage.sandbox, 1 << 10).await;
    let (_, made) = stage.write(&json!({ "content": "a" })).await;
    let path = format!("/channels/{}/messages/{}/reactions", stage.daily, id_of(&made));
    let thumb = format!("{path}/%F0%9F%91%8D");
    assert_eq!(
        stage
            .rest
            .send("PUT", &format!("{thumb}/@me"), &json!({}))
            .await
            .0,
        204
    );
    let added = wire.event("MESSAGE_REACTION_ADD").await;
    assert_eq!(
        (&added["emoji"]["name"], &added["message_id"]),
        (&json!("👍"), &made["id"])
    );
    let message = format!("/channels/{}/messages/{}", stage.daily, id_of(&made));
    let (_, seen) = stage.rest.get(&message).await;
    assert_eq!(
        (&seen["reactions"][0]["count"], &seen["reactions"][0]["me"]),
        (&json!(1), &json!(true))
    );
    let bot = stage.sandbox.application_id().to_string();
    assert_eq!(stage.rest.get(&thumb).await.1[0]["id"], bot.as_str());
    let ben = stage.sandbox.member("Ben").id();
    let others = stage
        .rest
        .send("DELETE", &format!("{thumb}/{ben}"), &json!({}))
        .await;
    assert_eq!(others.1["code"], 50013);
    assert_eq!(
        stage.rest.send("DELETE", &path, &json!({})).await.1["code"],
        50013
    );
    assert_eq!(
        stage
            .rest
            .send("DELETE", &format!("{thumb}/@me"), &json!({}))
            .await
            .0,
        204
    );
    wire.event("MESSAGE_REACTION_REMOVE").await;
    stage.sandbox.deny("#daily", permissions::ADD_REACTIONS);
    let denied = stage.rest.send("PUT", &format!("{thumb}/@me"), &json!({})).await;
    assert_eq!(denied.1["code"], 50013);
    let own = stage
        .rest
        .send("PUT", &format!("{path}/blob:1/@me"), &json!({}))
        .await;
    assert_eq!(own.1["code"], 10014);
    assert_eq!(
        stage.sandbox.take_failures().len(),
        1,
        "an unknown emoji is the bot's mistake"
    );
}

#[tokio::test]
async fn pins_are_listed_latest_first_and_need_their_permission() {
    let stage = Stage::set().await;
    let (_, first) = stage.write(&json!({ "content": "first" })).await;
    let (_, second) = stage.write(&json!({ "content": "second" })).await;
    let pins = format!("/channels/{}/messages/pins", stage.daily);
    let old = format!("/channels/{}/pins", stage.daily);
    let pin = format!("{pins}/{}", id_of(&first));
    assert_eq!(stage.rest.send("PUT", &pin, &json!({})).await.1["code"], 50013);
    stage.sandbox.add_role("Pinner", permissions::PIN_MESSAGES);
    stage.sandbox.give_role("Bot", "Pinner");
    assert_eq!(stage.rest.send("PUT", &pin, &json!({})).await.0, 204);
    let other = format!("{old}/{}", id_of(&second));
    assert_eq!(stage.rest.send("PUT", &other, &json!({})).await.0, 204);
    let (_, list) = stage.rest.get(&format!("{pins}?limit=1")).await;
    assert_eq!(
        (&list["items"][0]["message"]["id"], &list["has_more"]),
        (&second["id"], &json!(true))
    );
    assert_eq!(list["items"][0]["message"]["pinned"], true);
    assert_eq!(stage.rest.get(&old).await.1.as_array().map(Vec::len), Some(2));
    let notice = stage.sandbox.member("Ann").last("#daily");
    assert_eq!(
        (
            &notice.payload["type"],
            &notice.payload["message_reference"]["message_id"]
        ),
        (&json!(6), &second["id"])
    );
    assert_eq!(stage.rest.send("DELETE", &pin, &json!({})).await.0, 204);
    stage.sandbox.deny("#daily", permissions::READ_MESSAGE_HISTORY);
    assert_eq!(
        stage.rest.get(&pins).await.1["items"],
        json!([]),
        "empty, not refused"
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn messages_are_deleted_in_bulk_unless_they_are_old_or_one_is_named_twice() {
    let stage = stage_with(permissions::MANAGE_MESSAGES).await;
    let path = format!("/channels/{}/messages/bulk-delete", stage.daily);
    let mut ids = Vec::new();
    for content in ["a", "b", "c"] {
        ids.push(id_of(&stage.write(&json!({ "content": content })).await.1));
    }
    let delete = async |ids: &[String]| stage.rest.post(&path, &json!({ "messages": ids })).await;
    assert_eq!(delete(&ids[..1]).await.1["code"], 50035);
    assert_eq!(delete(&[ids[0].clone(), ids[0].clone()]).await.1["code"], 50035);
    assert_eq!(delete(&ids[..2]).await.0, 204);
    assert_eq!(stage.sandbox.member("Ann").messages("#daily").len(), 1);
    stage.sandbox.advance(chrono::Duration::days(15));
    let old = [ids[2].clone(), "1".to_owned()];
    assert_eq!(delete(&old).await.1["code"], 50034);
    assert_eq!(stage.sandbox.take_failures().len(), 3);
}

#[tokio::test]
async fn the_members_of_a_thread_come_and_go_unless_it_is_archived() {
    let stage = Stage::set().await;
    let path = format!("/channels/{}/threads", stage.daily);
    let (_, thread) = stage
        .rest
        .post(&path, &json!({ "name": "Talk", "type": 11 }))
        .await;
    let members = format!("/channels/{}/thread-members", id_of(&thread));
    let ben = format!("{members}/{}", stage.sandbox.member("Ben").id());
    assert_eq!(stage.rest.get(&ben).await.1["code"], 10007);
    assert_eq!(stage.rest.send("PUT", &ben, &json!({})).await.0, 204);
    let (_, found) = stage.rest.get(&format!("{ben}?with_member=true")).await;
    assert_eq!(found["member"]["user"]["global_name"], "Ben");
    assert_eq!(stage.rest.send("DELETE", &ben, &json!({})).await.1["code"], 50013);
    assert_eq!(
        stage.rest.get(&members).await.1["code"],
        50001,
        "a privileged intent"
    );
    let thread_path = format!("/channels/{}", id_of(&thread));
    stage
        .rest
        .send("PATCH", &thread_path, &json!({ "archived": true }))
        .await;
    assert_eq!(stage.rest.send("PUT", &ben, &json!({})).await.1["code"], 50083);
    let (_, archived) = stage.rest.get(&format!("{path}/archived/public")).await;
    assert_eq!(archived["threads"][0]["id"], thread["id"]);
    assert_eq!(stage.sandbox.take_failures().len(), 1);
}

#[tokio::test]
async fn a_thread_from_a_message_may_say_its_type() {
    let stage = Stage::for_a_library().await;
    let (_, made) = stage.write(&json!({ "content": "a" })).await;
    let path = format!("/channels/{}/messages/{}/threads", stage.daily, id_of(&made));
    let (status, thread) = stage
        .rest
        .post(&path, &json!({ "name": "Talk", "type": 12 }))
        .await;
    assert_eq!(
        (status, &thread["type"]),
        (201, &json!(11)),
        "the message decides it"
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_webhook_writes_under_its_own_name_and_is_known_by_its_token() {
    let stage = stage_with(permissions::MANAGE_WEBHOOKS).await;
    let path = format!("/channels/{}/webhooks", stage.daily);
    let refused = stage.rest.post(&path, &json!({ "name": "Discord news" })).await;
    assert_eq!(refused.1["code"], 50035);
    let (_, hook) = stage.rest.post(&path, &json!({ "name": "Herald" })).await;
    let by_token = format!(
        "/webhooks/{}/{}",
        id_of(&hook),
        hook["token"].as_str().expect("a token")
    );
    assert_eq!(
        stage.rest.post(&by_token, &json!({ "content": "quiet" })).await.0,
        204
    );
    let body = json!({ "content": "Hear", "username": "Crier" });
    let (_, sent) = stage.rest.post(&format!("{by_token}?wait=true"), &body).await;
    assert_eq!(
        (&sent["author"]["username"], &sent["webhook_id"]),
        (&json!("Crier"), &hook["id"])
    );
    assert_eq!(stage.sandbox.member("Ann").last("#daily").author, "Crier");
    let message = format!("{by_token}/messages/{}", id_of(&sent));
    let (_, edited) = stage
        .rest
        .send("PATCH", &message, &json!({ "content": "Hear ye" }))
        .await;
    assert_eq!(edited["content"], "Hear ye");
    assert!(stage.rest.get(&by_token).await.1.get("user").is_none());
    let wrong = stage.rest.get(&format!("/webhooks/{}/wrong", id_of(&hook))).await;
    assert_eq!(wrong.1["code"], 50027);
    let bare = reqwest::Client::new().get(format!(
        "{}/api/v10/webhooks/{}",
        stage.sandbox.api_base(),
        id_of(&hook)
    ));
    assert_eq!(
        Rest::answer(bare.header("user-agent", "x")).await.0,
        401,
        "without a token of any kind"
    );
    assert_eq!(stage.rest.send("DELETE", &message, &json!({})).await.0, 204);
    assert_eq!(stage.rest.send("DELETE", &by_token, &json!({})).await.0, 204);
    assert_eq!(stage.rest.get(&path).await.1, json!([]));
    assert_eq!(stage.sandbox.take_failures().len(), 2);
}

#[tokio::test]
async fn an_invitation_runs_out_and_is_listed_only_to_managers() {
    let stage = stage_with(permissions::CREATE_INSTANT_INVITE).await;
    let path = format!("/channels/{}/invites", stage.daily);
    let (_, invite) = stage.rest.post(&path, &json!({ "max_age": 60 })).await;
    let code = invite["code"].as_str().expect("a code");
    let (_, seen) = stage.rest.get(&format!("/invites/{code}?with_counts=true")).await;
    assert_eq!(seen["channel"]["name"], "daily");
    assert_eq!(seen["approximate_member_count"], 9);
    assert_eq!(stage.rest.get(&path).await.1["code"], 50013);
    assert_eq!(
        stage.rest.post(&path, &json!({ "max_age": 60 })).await.1["code"],
        code
    );
    let unique = json!({ "max_age": 60, "unique": true });
    assert_ne!(stage.rest.post(&path, &unique).await.1["code"], code);
    stage.sandbox.advance(chrono::Duration::seconds(61));
    assert_eq!(stage.rest.get(&format!("/invites/{code}")).await.1["code"], 10006);
    stage.sandbox.finish();
}

#[tokio::test]
async fn members_are_sent_in_chunks_to_those_who_may_ask() {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let (mut wire, _) = Wire::identified(&sandbox, 0).await;
    let guild = sandbox.guild_id().to_string();
    let mut ask = async |more: Value| {
        let mut data = json!({ "guild_id": guild });
        for (key, value) in more.as_object().expect("an object") {
            data[key] = value.clone();
        }
        wire.say(&json!({ "op": 8, "d": data })).await;
        // Acknowledged after the members, if there are any.
        wire.say(&json!({ "op": 1, "d": null })).await;
        let payload = wire.payload().await;
        if payload["op"] == 0 {
            assert_eq!(wire.payload().await["op"], 11);
        }
        payload
    };
    let found = ask(json!({ "query": "be", "limit": 5, "nonce": "n" })).await;
    assert_eq!(found["t"], "GUILD_MEMBERS_CHUNK");
    let chunk = &found["d"];
    assert_eq!(chunk["members"][0]["user"]["global_name"], "Ben");
    assert_eq!(
        (&chunk["chunk_index"], &chunk["chunk_count"], &chunk["nonce"]),
        (&json!(0), &json!(1), &json!("n"))
    );
    let ann = sandbox.member("Ann").id().to_string();
    let found = ask(json!({ "user_ids": [ann, "5"], "limit": 0, "nonce": "x".repeat(33) })).await;
    assert_eq!(
        (&found["d"]["not_found"], found["d"].get("nonce")),
        (&json!(["5"]), None)
    );
    for more in [
        json!({ "query": "", "limit": 0 }),
        json!({ "query": "be", "limit": 1, "presences": true }),
        json!({ "query": "be" }),
        json!({}),
    ] {
        assert_eq!(ask(more.clone()).await["op"], 11, "{more} is not answered");
    }
    assert_eq!(sandbox.take_failures().len(), 4);
}

#[tokio::test]
async fn there_are_no_emoji_and_stickers_and_that_is_an_answer() {
    let stage = Stage::set().await;
    let guild = stage.sandbox.guild_id();
    let application = stage.sandbox.application_id();
    for (path, body) in [
        (format!("/guilds/{guild}/emojis"), json!([])),
        (format!("/guilds/{guild}/stickers"), json!([])),
        (
            format!("/applications/{application}/emojis"),
            json!({ "items": [] }),
        ),
        ("/sticker-packs".to_owned(), json!({ "sticker_packs": [] })),
    ] {
        assert_eq!(stage.rest.get(&path).await, (200, body), "{path}");
    }
    assert_eq!(
        stage.rest.get(&format!("/guilds/{guild}/emojis/5")).await.1["code"],
        10014
    );
    stage.sandbox.finish();
}

#[tokio::test]
async fn what_is_chosen_and_uploaded_in_a_form_is_resolved() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let pressed = stage.press("Ben", &question).await;
    let label = |name: &str, component: Value| json!({ "type": 18, "label": name, "component": component });
    let form = json!({ "custom_id": "form", "title": "Form", "components": [
        label("Who", json!({ "type": 5, "custom_id": "who", "max_values": 2 })),
        label("Where", json!({ "type": 8, "custom_id": "where" })),
        label("Proof", json!({ "type": 19, "custom_id": "proof" })),
    ] });
    let (status, answer) = pressed.answer(&json!({ "type": 9, "data": form })).await;
    assert_eq!(status, 204, "{answer}");
    let modal = pressed.seen().await;
    let ben = stage.sandbox.member("Ben");
    let submitted = tokio::spawn(async move {
        let fields = [("Who", "@Ann|@Chloe"), ("Where", "#quiz"), ("Proof", "a.txt")];
        ben.submit_with(&modal, &fields, &[("a.txt", b"A")]).await
    });
    let payload = stage.wire.event("INTERACTION_CREATE").await;
    let resolved = &payload["data"]["resolved"];
    let count = |kind: &str| resolved[kind].as_object().map_or(0, serde_json::Map::len);
    assert_eq!((count("users"), count("members"), count("channels")), (2, 2, 1));
    let file = &payload["data"]["components"][2]["component"]["values"][0];
    let file = file.as_str().expect("an id");
    assert_eq!(resolved["attachments"][file]["filename"], "a.txt");
    let path = format!(
        "/interactions/{}/{}/callback",
        id_of(&payload),
        payload["token"].as_str().expect("a token")
    );
    stage
        .rest
        .post(&path, &json!({ "type": 4, "data": { "content": "Thanks" } }))
        .await;
    assert_eq!(
        submitted.await.expect("no panic").expect("an answer").text(),
        "Thanks"
    );
    stage.sandbox.finish();
}
