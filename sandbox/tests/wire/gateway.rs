//! The gateway: who gets in, what is sent, what can be resumed.

use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::bot::{Stage, Wire};

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).await.expect("a free port")
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
        (&json!("Study group"), Some(3))
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
        ..Options::default()
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
