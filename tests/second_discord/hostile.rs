//! What Discord never should send: whoever comes after it is answered all the same.

use serde_json::{Value, json};

use super::bot::Bot;
use super::corpus::{PATIENCE, answer_to, judge_answer, wait_for_answer};
use super::frames::{BINARY, CONTINUATION, PING, TEXT, frame, text_frame};
use super::process::wait_until_answering;
use super::server::{Act, Discord, Options};
use super::world::{add_raw_event, command};
use crate::database;

/// `/daily list` under a new id, with something else in this place.
fn change_list(discord: &Discord, pointer: &str, value: Value) -> String {
    let (id, token) = discord.open_interaction();
    let mut event = command("daily", Some(json!([{ "name": "list", "type": 1 }])));
    event["id"] = id.to_string().into();
    event["token"] = token.into();
    *event.pointer_mut(pointer).unwrap() = value;
    event.to_string()
}

/// Values of every other type, in every place the bot reads.
fn odd_values(discord: &Discord) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let odd = [
        Value::Null,
        json!("text"),
        json!(-1),
        json!([1]),
        json!({ "x": 1 }),
        json!(1.5),
        json!(true),
    ];
    for value in odd {
        for place in [
            "/data",
            "/data/name",
            "/data/options",
            "/data/options/0",
            "/data/options/0/name",
            "/data/options/0/type",
            "/type",
            "/id",
            "/token",
            "/member",
            "/member/user",
            "/member/user/id",
            "/member/permissions",
            "/guild_id",
            "/channel_id",
            "/channel",
        ] {
            all.push((place, change_list(discord, place, value.clone())));
        }
    }
    all
}

/// What Discord never should send, as the data of an `INTERACTION_CREATE`.
fn hostile_data(discord: &Discord) -> Vec<(&'static str, String)> {
    let with = |pointer: &str, value: Value| change_list(discord, pointer, value);
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let deep_options = format!(
        "{}{}",
        r#"[{"name":"x","type":2,"options":"#.repeat(3_000),
        "[]".to_owned() + &"}]".repeat(3_000)
    );
    let spliced = |at: &str, raw: &str| with(at, "SPLICE".into()).replace("\"SPLICE\"", raw);
    vec![
        ("deep nesting in data", spliced("/data", &deep)),
        (
            "deep nesting in an unknown place",
            spliced("/entitlements", &deep),
        ),
        (
            "subcommands in subcommands",
            spliced("/data/options", &deep_options),
        ),
        (
            "a number beyond every type",
            spliced("/member/user/public_flags", "1e999"),
        ),
        (
            "the same key twice",
            spliced("/version", r#"1,"type":2,"type":2,"version":1"#),
        ),
        ("half a surrogate", spliced("/data/name", r#""\ud800""#)),
        (
            "3 MB in a field nobody reads",
            with("/channel/topic", "x".repeat(3_000_000).into()),
        ),
        (
            "3 MB as a command's name",
            with("/data/name", "é".repeat(1_500_000).into()),
        ),
        (
            "3 MB of options",
            with(
                "/data/options",
                json!(vec![json!({ "name": "list", "type": 1 }); 80_000]),
            ),
        ),
        ("an array", "[1]".to_owned()),
        ("null", "null".to_owned()),
        ("a text", "\"text\"".to_owned()),
        ("nothing at all", "{}".to_owned()),
    ]
}

/// What Discord never should send, as bytes of a connection that goes on.
fn hostile_bytes() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "broken JSON",
            text_frame(r#"{"t":"INTERACTION_CREATE","s":null,"op":0,"d":{"type":2,"#),
        ),
        ("no JSON", text_frame("INTERACTION_CREATE")),
        ("an empty text", text_frame("")),
        ("an array", text_frame("[0]")),
        (
            "an op nobody knows",
            text_frame(r#"{"op":42,"d":{"x":1},"s":null,"t":null}"#),
        ),
        ("an op that is no number", text_frame(r#"{"op":"0","d":null}"#)),
        ("no op", text_frame(r#"{"d":null,"s":null,"t":null}"#)),
        (
            "an event without a number",
            text_frame(r#"{"op":0,"d":{},"s":null,"t":"TYPING_START"}"#),
        ),
        (
            "an event without a name",
            text_frame(r#"{"op":0,"d":{},"s":null,"t":null}"#),
        ),
        (
            "a heartbeat asked for",
            text_frame(r#"{"op":1,"d":null,"s":null,"t":null}"#),
        ),
        ("an acknowledgement nobody asked for", text_frame(r#"{"op":11}"#)),
        (
            "HELLO once more",
            text_frame(r#"{"op":10,"d":{"heartbeat_interval":41250},"s":null,"t":null}"#),
        ),
        (
            "bytes that are not compressed",
            frame(true, BINARY, b"\x00\x01\x02"),
        ),
        ("a ping", frame(true, PING, b"there?")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_never_should_send_harms_nobody_who_comes_after() {
    let database = database::new_database().await;
    let discord = Discord::start(Options::default()).await;
    let bot = Bot::start(&discord, &database);
    wait_until_answering(&discord, PATIENCE).await.unwrap();
    let mut wrong = Vec::new();
    for (name, data) in hostile_data(&discord).into_iter().chain(odd_values(&discord)) {
        discord.dispatch("INTERACTION_CREATE", &data);
        let after = answer_to(&discord, command("help", None)).await;
        wrong.extend(judge_answer(&format!("after {name}"), after, &[4]).err());
    }
    for (name, bytes) in hostile_bytes() {
        discord.act(Act::Bytes(bytes));
        let after = answer_to(&discord, command("help", None)).await;
        wrong.extend(judge_answer(&format!("after {name}"), after, &[4]).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let identifies = discord.record().entries();
    let identifies = identifies.iter().filter(|entry| entry.seen.is_identify()).count();
    assert_eq!(
        identifies,
        1,
        "no session was lost:\n{}",
        discord.record().tell(0)
    );
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
    bot.stop().await;
    database::remove(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_twice_is_answered_once_and_what_comes_in_parts_at_all() {
    let database = database::new_database().await;
    let discord = Discord::start(Options::default()).await;
    let bot = Bot::start(&discord, &database);
    wait_until_answering(&discord, PATIENCE).await.unwrap();
    let (twice, token) = discord.open_interaction();
    let mut event = command("help", None);
    event["id"] = twice.to_string().into();
    event["token"] = token.into();
    for _ in 0..2 {
        discord.dispatch("INTERACTION_CREATE", &event.to_string());
    }
    let (parts, token) = discord.open_interaction();
    event["id"] = parts.to_string().into();
    event["token"] = token.into();
    // More than one frame holds, and a ping between two of them.
    event["channel"]["topic"] = "y".repeat(200_000).into();
    let text = add_raw_event(&discord.shared, "INTERACTION_CREATE", &event.to_string());
    let bytes = text.as_bytes();
    let (first, rest) = bytes.split_at(100);
    let (second, third) = rest.split_at(70_000);
    for part in [
        frame(false, TEXT, first),
        frame(true, PING, b"between"),
        frame(false, CONTINUATION, second),
        frame(true, CONTINUATION, third),
    ] {
        discord.act(Act::Bytes(part));
    }
    for id in [twice, parts] {
        judge_answer("a command", wait_for_answer(&discord, id).await, &[4]).unwrap();
    }
    // A later command has been through the same connection after all of them.
    answer_to(&discord, command("help", None)).await.unwrap();
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
    bot.stop().await;
    database::remove(&database).await;
}
