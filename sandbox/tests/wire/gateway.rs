//! The gateway: who gets in, what is sent, what can be resumed.

use std::time::Duration;

use sandbox::gateway::Door;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::bot::{Rest, Stage, Wire};

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::calm()).await.expect("a free port")
}

#[tokio::test]
async fn servers_are_sent_only_to_those_who_asked() {
    let sandbox = sandbox().await;
    let (mut wire, ready) = Wire::identified(&sandbox, 1).await;
    assert_eq!(
        ready["guilds"][0],
        json!({ "id": sandbox.guild_id().to_string(), "unavailable": true })
    );
    let guild = wire.event("GUILD_CREATE").await;
    assert_eq!(
        (&guild["name"], guild["channels"].as_array().map(Vec::len)),
        (&json!("Study group"), Some(9))
    );
    let (mut silent, _) = Wire::identified(&sandbox, 0).await;
    silent.say(&json!({ "op": 1, "d": null })).await;
    assert_eq!(
        silent.payload().await["op"],
        11,
        "the acknowledgement comes first: no server was sent"
    );
    sandbox.finish();
}

#[tokio::test]
async fn other_peoples_messages_need_an_intent_and_their_text_a_privileged_one() {
    let options = Options {
        privileged_intents: true,
        ..Options::calm()
    };
    let sandbox = Sandbox::start(options).await.expect("a free port");
    let (mut plain, _) = Wire::identified(&sandbox, 1 << 9).await;
    let (mut privileged, _) = Wire::identified(&sandbox, 1 << 9 | 1 << 15).await;
    sandbox.member("Ann").say("#daily", "Hello").expect("a message");
    assert_eq!(plain.event("MESSAGE_CREATE").await["content"], "");
    let full = privileged.event("MESSAGE_CREATE").await;
    assert_eq!((&full["content"], full.get("_private")), (&json!("Hello"), None));
    sandbox.finish();
}

#[tokio::test]
async fn mistakes_close_the_connection_with_their_code() {
    let sandbox = sandbox().await;
    let token = sandbox.token();
    let closed = async |payload: Value| {
        let mut wire = Wire::open(&sandbox).await;
        wire.say(&payload).await;
        wire.next().await.expect_err("closed")
    };
    let identify = |token: &str, intents: Value, shard: Value| json!({ "op": 2, "d": { "token": token, "intents": intents, "properties": {}, "shard": shard } });
    assert_eq!(closed(identify("wrong", json!(0), json!([0, 1]))).await, 4004);
    assert_eq!(
        sandbox.take_failures(),
        Vec::<String>::new(),
        "a wrong token is the operator's mistake"
    );
    assert_eq!(
        closed(identify(&token, json!(1 << 15), json!([0, 1]))).await,
        4014
    );
    assert_eq!(
        closed(identify(&token, json!(1_u64 << 40), json!([0, 1]))).await,
        4013
    );
    assert_eq!(closed(identify(&token, json!(null), json!([0, 1]))).await, 4013);
    assert_eq!(closed(identify(&token, json!(0), json!([1, 1]))).await, 4010);
    assert_eq!(closed(json!({ "op": 3, "d": {} })).await, 4003);
    assert_eq!(closed(json!({ "op": 99, "d": {} })).await, 4001);
    assert_eq!(closed(json!({ "op": 1, "d": "x".repeat(5000) })).await, 4002);
    assert_eq!(sandbox.take_failures().len(), 7);
}

#[tokio::test]
async fn what_was_missed_is_replayed_once() {
    let sandbox = sandbox().await;
    let (mut wire, ready) = Wire::identified(&sandbox, 1 << 9).await;
    sandbox.member("Ann").say("#daily", "one").expect("a message");
    wire.event("MESSAGE_CREATE").await;
    sandbox.gateway().cut();
    sandbox.member("Ann").say("#daily", "two").expect("a message");
    let mut again = Wire::open(&sandbox).await;
    let resume = json!({ "token": sandbox.token(), "session_id": ready["session_id"], "seq": wire.seq });
    again.say(&json!({ "op": 6, "d": resume })).await;
    let missed = again.payload().await;
    assert_eq!(
        (&missed["t"], &missed["s"]),
        (&json!("MESSAGE_CREATE"), &json!(wire.seq + 1))
    );
    assert_eq!(again.payload().await["t"], "RESUMED");
    sandbox.finish();
}

#[tokio::test]
async fn a_session_that_was_ended_cannot_be_resumed() {
    let sandbox = sandbox().await;
    let (wire, ready) = Wire::identified(&sandbox, 0).await;
    sandbox.gateway().close(4009);
    let mut again = Wire::open(&sandbox).await;
    let resume = json!({ "token": sandbox.token(), "session_id": ready["session_id"], "seq": wire.seq });
    again.say(&json!({ "op": 6, "d": resume })).await;
    let invalid = again.payload().await;
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
    sandbox.finish();
}

#[tokio::test]
async fn a_session_without_a_connection_can_be_forgotten() {
    let sandbox = sandbox().await;
    let (wire, ready) = Wire::identified(&sandbox, 0).await;
    sandbox.gateway().forget_lost_sessions();
    assert_eq!(sandbox.gateway().connections(), 1, "it is not lost");
    sandbox.gateway().cut();
    sandbox.gateway().forget_lost_sessions();
    let mut again = Wire::open(&sandbox).await;
    let resume = json!({ "token": sandbox.token(), "session_id": ready["session_id"], "seq": wire.seq });
    again.say(&json!({ "op": 6, "d": resume })).await;
    assert_eq!(again.payload().await["op"], 9);
    sandbox.finish();
}

#[tokio::test]
async fn a_dispatch_can_be_duplicated_and_a_strange_one_sent() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    stage.sandbox.gateway().duplicate_next();
    let pressed = stage.press("Ben", &question).await;
    let second = stage.wire.event("INTERACTION_CREATE").await;
    assert_eq!(pressed.payload["id"], second["id"]);
    pressed.answer(&json!({ "type": 6 })).await;
    stage
        .sandbox
        .raw_interaction(&json!({ "id": "7", "type": 99, "token": "t" }));
    assert_eq!(stage.wire.event("INTERACTION_CREATE").await["type"], 99);
    stage.sandbox.finish();
}

/// The status line a request to the gateway's port is answered with.
async fn status_of(sandbox: &Sandbox, request_line: &str) -> String {
    let address = sandbox.gateway().url().replace("ws://", "");
    let mut stream = TcpStream::connect(&address).await.expect("a connection");
    let request = format!(
        "{request_line}\r\nhost: {address}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("an open line");
    let mut answer = [0; 12];
    let read = stream.read_exact(&mut answer);
    tokio::time::timeout(Duration::from_secs(5), read)
        .await
        .expect("an answer in time")
        .expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_gateway_has_no_path_and_a_request_line_needs_one() {
    let sandbox = sandbox().await;
    let (_, named) = Rest::new(&sandbox).get("/gateway").await;
    assert_eq!(named["url"], json!(sandbox.gateway().url()));
    let url = sandbox.gateway().url();
    let (scheme, host) = url.split_once("://").expect("an address");
    assert_eq!((scheme, host.contains(['/', '?'])), ("ws", false));
    let lines = [
        ("GET /?v=10&encoding=json HTTP/1.1", "HTTP/1.1 101"),
        ("GET / HTTP/1.1", "HTTP/1.1 101"),
        ("GET ?v=10 HTTP/1.1", "HTTP/1.1 400"),
        ("GET /gateway?v=10 HTTP/1.1", "HTTP/1.1 404"),
    ];
    for (line, status) in lines {
        assert_eq!(status_of(&sandbox, line).await, status, "{line}");
    }
    sandbox.finish();
}

#[tokio::test]
async fn a_session_is_resumed_at_an_address_of_its_own_which_can_be_dead() {
    let sandbox = sandbox().await;
    let gateway = sandbox.gateway();
    let (wire, ready) = Wire::identified(&sandbox, 0).await;
    let there = ready["resume_gateway_url"]
        .as_str()
        .expect("an address")
        .to_owned();
    assert_eq!(there, gateway.resume_url());
    assert_ne!(there, gateway.url());
    let resume = json!({ "token": sandbox.token(), "session_id": ready["session_id"], "seq": wire.seq });
    let resume = json!({ "op": 6, "d": resume });
    let mut first = Wire::open_at(&there).await;
    first.say(&resume).await;
    assert_eq!(first.payload().await["t"], "RESUMED");
    gateway.set_resume_address(Door::Refusing);
    let port = there.replace("ws://", "");
    let refused = async { while TcpStream::connect(&port).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(5), refused)
        .await
        .expect("refused in time");
    let mut second = Wire::open(&sandbox).await;
    second.say(&resume).await;
    second.event("RESUMED").await;
    gateway.set_resume_address(Door::Silent);
    let mut silent = loop {
        if let Ok(stream) = TcpStream::connect(&port).await {
            break stream;
        }
    };
    silent
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .expect("an open line");
    let answer = tokio::time::timeout(Duration::from_millis(50), silent.read_u8()).await;
    assert!(answer.is_err(), "it answered: {answer:?}");
    gateway.set_resume_address(Door::Open);
    Wire::open_at(&there).await.say(&resume).await;
    let third = |sandbox: &Sandbox| sandbox.gateway().resumed_at().len() == 3;
    sandbox
        .wait_until("the third resume", third)
        .await
        .expect("in time");
    assert_eq!(gateway.resumed_at(), [there.clone(), gateway.url(), there]);
    sandbox.finish();
}

#[tokio::test]
async fn sessions_are_started_one_at_a_time_and_not_more_often_than_told() {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    let left = async || rest.get("/gateway/bot").await.1["session_start_limit"].clone();
    assert_eq!(
        (left().await["total"].clone(), left().await["remaining"].clone()),
        (json!(1000), json!(1000))
    );
    let (_first, _) = Wire::identified(&sandbox, 0).await;
    let mut second = Wire::open(&sandbox).await;
    second.identify(&sandbox.token(), 0).await;
    let invalid = second.payload().await;
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
    assert_eq!(left().await["remaining"], 998);
    sandbox.gateway().forget_last_identify();
    second.identify(&sandbox.token(), 0).await;
    second.event("READY").await;
    sandbox.gateway().set_session_starts(0, Duration::from_secs(90));
    let told = left().await;
    assert_eq!(told["remaining"], 0);
    assert!(
        told["reset_after"]
            .as_u64()
            .is_some_and(|ms| (80_000..=90_000).contains(&ms)),
        "{told}"
    );
    let mut spent = Wire::open(&sandbox).await;
    spent.identify(&sandbox.token(), 0).await;
    assert_eq!(spent.next().await.expect_err("closed"), 4004);
    assert_eq!(sandbox.take_failures().len(), 1);
    sandbox.gateway().set_session_starts(0, Duration::ZERO);
    assert_eq!(left().await["remaining"], 1000);
    sandbox.finish();
}
