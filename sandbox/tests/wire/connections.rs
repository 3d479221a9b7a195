//! What a connection may bring and what a bot owes it.

use std::time::Duration;

use sandbox::gateway::GatewayControl;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::bot::{Rest, Wire};

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::calm()).await.expect("a free port")
}

fn resume_of(sandbox: &Sandbox, ready: &Value, seq: u64) -> Value {
    json!({ "op": 6, "d": { "token": sandbox.token(), "session_id": ready["session_id"], "seq": seq } })
}

#[tokio::test]
async fn every_end_of_a_connection_keeps_or_ends_the_session_as_documented() {
    type End = (&'static str, u16, bool, fn(&GatewayControl));
    const fn code(close: fn(&GatewayControl), code: u16, resumable: bool) -> End {
        ("a close code", code, resumable, close)
    }
    let ends: [End; 19] = [
        ("no code", 0, true, GatewayControl::close_without_code),
        ("a cut", 0, true, GatewayControl::cut),
        code(|gateway| gateway.close(1000), 1000, true),
        code(|gateway| gateway.close(1001), 1001, true),
        code(|gateway| gateway.close(4000), 4000, true),
        code(|gateway| gateway.close(4001), 4001, true),
        code(|gateway| gateway.close(4002), 4002, true),
        code(|gateway| gateway.close(4003), 4003, true),
        code(|gateway| gateway.close(4005), 4005, true),
        code(|gateway| gateway.close(4008), 4008, true),
        code(|gateway| gateway.close(4999), 4999, true),
        code(|gateway| gateway.close(4007), 4007, false),
        code(|gateway| gateway.close(4009), 4009, false),
        code(|gateway| gateway.close(4004), 4004, false),
        code(|gateway| gateway.close(4010), 4010, false),
        code(|gateway| gateway.close(4011), 4011, false),
        code(|gateway| gateway.close(4012), 4012, false),
        code(|gateway| gateway.close(4013), 4013, false),
        code(|gateway| gateway.close(4014), 4014, false),
    ];
    let sandbox = sandbox().await;
    for (what, code, resumable, end) in ends {
        let (mut wire, ready) = Wire::identified(&sandbox, 0).await;
        end(&sandbox.gateway());
        assert_eq!(wire.next().await.expect_err("the end"), code, "{what}");
        let mut again = Wire::open_at(&sandbox.gateway().resume_url()).await;
        again.say(&resume_of(&sandbox, &ready, wire.seq)).await;
        let answer = again.payload().await;
        if resumable {
            assert_eq!(answer["t"], "RESUMED", "{what} {code}");
        } else {
            assert_eq!(
                (&answer["op"], &answer["d"]),
                (&json!(9), &json!(false)),
                "{what} {code}"
            );
        }
    }
    sandbox.finish();
}

#[tokio::test]
async fn a_resume_needs_the_numbers_and_the_format_of_the_session() {
    let sandbox = sandbox().await;
    let (wire, ready) = Wire::identified(&sandbox, 0).await;
    let mut ahead = Wire::open(&sandbox).await;
    ahead.say(&resume_of(&sandbox, &ready, wire.seq + 7)).await;
    assert_eq!(ahead.next().await.expect_err("closed"), 4007);
    let url = sandbox.gateway().resume_url();
    let mut other = Wire::connect(&url, "v=9&encoding=json").await;
    assert_eq!(other.payload().await["op"], 10);
    other.say(&resume_of(&sandbox, &ready, wire.seq)).await;
    assert_eq!(other.next().await.expect_err("closed"), 4002);
    assert_eq!(sandbox.take_failures().len(), 2);
}

#[tokio::test]
async fn a_version_can_be_left_out_but_not_be_wrong() {
    let sandbox = sandbox().await;
    let url = sandbox.gateway().url();
    for (query, fine) in [
        ("", true),
        ("v=10", true),
        ("v=9&encoding=json", true),
        ("v=5", false),
    ] {
        let mut wire = Wire::connect(&url, query).await;
        assert_eq!(wire.payload().await["op"], 10, "{query}");
        if fine {
            wire.say(&json!({ "op": 1, "d": null })).await;
            assert_eq!(wire.payload().await["op"], 11, "{query}");
        } else {
            assert_eq!(wire.next().await.expect_err("closed"), 4012, "{query}");
        }
    }
    sandbox.finish();
}

#[tokio::test]
async fn a_test_can_refuse_greetings_and_sessions() {
    let sandbox = sandbox().await;
    let gateway = sandbox.gateway();
    gateway.ask_to_reconnect_before_hello(1);
    let mut wire = Wire::connect(&gateway.url(), "v=10").await;
    assert_eq!(wire.payload().await["op"], 7);
    gateway.refuse_identifies(2);
    let mut wire = Wire::open(&sandbox).await;
    for _ in 0..2 {
        gateway.forget_last_identify();
        wire.identify(&sandbox.token(), 0).await;
        let invalid = wire.payload().await;
        assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
    }
    gateway.forget_last_identify();
    wire.identify(&sandbox.token(), 0).await;
    wire.event("READY").await;
    sandbox.finish();
}

#[tokio::test]
async fn a_test_can_say_anything() {
    let sandbox = sandbox().await;
    let gateway = sandbox.gateway();
    let (mut wire, _) = Wire::identified(&sandbox, 0).await;
    gateway.ask_for_heartbeat();
    assert_eq!(wire.payload().await["op"], 1);
    gateway.send_payload(r#"{"op":99,"d":{}}"#);
    assert_eq!(wire.payload().await["op"], 99);
    gateway.dispatch("SOMETHING_NEW", json!([1, null]));
    assert_eq!(wire.event("SOMETHING_NEW").await, json!([1, null]));
    gateway.ping();
    assert!(wire.gets_ping().await, "a ping");
    sandbox.finish();
}

#[tokio::test]
async fn messages_can_come_in_fragments() {
    let sandbox = sandbox().await;
    sandbox.gateway().cut_into_fragments(true);
    let mut wire = Wire::connect(&sandbox.gateway().url(), "v=10").await;
    assert!(wire.gets_ping().await, "between the two fragments of HELLO");
    assert_eq!(wire.payload().await["op"], 10);
    wire.identify(&sandbox.token(), 1).await;
    assert_eq!(wire.event("GUILD_CREATE").await["name"], "Study group");
    sandbox.finish();
}

#[tokio::test]
async fn a_close_frame_arrives_whatever_the_bot_says_meanwhile() {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    let (mut wire, _) = Wire::identified(&sandbox, 0).await;
    sandbox.gateway().close(4014);
    for _ in 0..10 {
        // The sandbox has sent its close frame by then, and the bot has not read it.
        assert_eq!(rest.get("/gateway").await.0, 200);
        wire.say(&json!({ "op": 1, "d": null })).await;
    }
    assert_eq!(wire.next().await.expect_err("closed"), 4014);
    sandbox.finish();
}

#[tokio::test]
async fn who_sends_no_heartbeat_is_disconnected_and_can_resume() {
    let options = Options {
        heartbeat: Duration::from_millis(10),
        ..Options::calm()
    };
    let sandbox = Sandbox::start(options).await.expect("a free port");
    let (mut wire, ready) = Wire::identified(&sandbox, 0).await;
    assert_eq!(wire.next().await.expect_err("closed"), 4000);
    let mut again = Wire::open(&sandbox).await;
    again.say(&json!({ "op": 1, "d": wire.seq })).await;
    again.say(&resume_of(&sandbox, &ready, wire.seq)).await;
    again.event("RESUMED").await;
    assert_eq!(sandbox.gateway().heartbeats(), 1);
    sandbox.finish();
}

#[tokio::test]
async fn who_speaks_too_often_is_disconnected() {
    let sandbox = sandbox().await;
    let (mut wire, _) = Wire::identified(&sandbox, 0).await;
    for _ in 0..120 {
        wire.say(&json!({ "op": 1, "d": null })).await;
    }
    let code = loop {
        match wire.next().await {
            Ok(payload) => assert_eq!(payload["op"], 11),
            Err(code) => break code,
        }
    };
    assert_eq!(code, 4008, "IDENTIFY counts too");
    assert_eq!(sandbox.take_failures().len(), 1);
}
