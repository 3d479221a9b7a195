//! How often a bot may ask, and what it is told of it.

use std::time::Duration;

use reqwest::Response;
use sandbox::{Limits, Options, Rate, Sandbox, Traffic};
use serde_json::{Value, json};

use crate::bot::{Judge, Rest, Stage, Wire};

async fn with(limits: Limits) -> (Sandbox, Rest) {
    let options = Options {
        limits,
        ..Options::calm()
    };
    let sandbox = Sandbox::start(options).await.expect("a free port");
    let rest = Rest::new(&sandbox);
    (sandbox, rest)
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

#[tokio::test]
async fn a_bucket_says_how_much_is_left_and_is_empty_when_it_says_so() {
    let (sandbox, rest) = with(Limits::default()).await;
    let path = format!("/channels/{}/messages", sandbox.channel_id("#daily"));
    let post = async || {
        let request = rest.request("POST", &path).json(&json!({ "content": "x" }));
        request.send().await.expect("an answer")
    };
    for left in ["4", "3", "2", "1", "0"] {
        let response = post().await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "x-ratelimit-remaining"), Some(left));
        assert_eq!(header(&response, "x-ratelimit-limit"), Some("5"));
        let after: f64 = header(&response, "x-ratelimit-reset-after")
            .expect("a time")
            .parse()
            .expect("seconds");
        assert!(after > 0.0 && after <= 5.0, "{after}");
    }
    let refused = post().await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "x-ratelimit-scope"), Some("user"));
    let waits: u64 = header(&refused, "retry-after")
        .expect("a time")
        .parse()
        .expect("whole seconds");
    let body: Value = refused.json().await.expect("JSON");
    assert!((1..=5).contains(&waits), "{waits}");
    assert!(
        body["retry_after"]
            .as_f64()
            .is_some_and(|after| after <= waits as f64),
        "{body}"
    );
    assert_eq!(body["global"], false);
    let elsewhere = format!("/channels/{}/messages", sandbox.channel_id("#quiz"));
    assert_eq!(
        rest.post(&elsewhere, &json!({ "content": "x" })).await.0,
        200,
        "another bucket"
    );
    sandbox.finish();
}

#[tokio::test]
async fn interactions_are_answered_without_any_limit_or_word_of_one() {
    let (sandbox, rest) = with(Limits::default()).await;
    let (wire, _) = Wire::identified(&sandbox, 0).await;
    let daily = sandbox.channel_id("#daily");
    let mut stage = Stage {
        _judge: Judge(sandbox.clone(), openapi::Requests::Taken),
        sandbox,
        rest,
        wire,
        daily,
    };
    let question = stage.question().await;
    for _ in 0..7 {
        let pressed = stage.press("Ben", &question).await;
        let path = format!("/interactions/{}/{}/callback", pressed.id(), pressed.token());
        let request = stage.rest.request("POST", &path).json(&json!({ "type": 6 }));
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 204);
        let names = response.headers().keys().map(|name| name.as_str());
        assert_eq!(names.filter(|name| name.starts_with("x-ratelimit")).count(), 0);
    }
    stage.sandbox.finish();
}

#[tokio::test]
async fn everything_together_has_a_limit_too() {
    let limits = Limits {
        global: Rate {
            count: 3,
            per: Duration::from_secs(60),
        },
        ..Limits::default()
    };
    let (sandbox, rest) = with(limits).await;
    for path in ["/gateway", "/users/@me", "/applications/@me"] {
        assert_eq!(rest.get(path).await.0, 200);
    }
    let refused = rest
        .request("GET", "/gateway/bot")
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "x-ratelimit-global"), Some("true"));
    assert_eq!(header(&refused, "x-ratelimit-scope"), Some("global"));
    assert_eq!(refused.json::<Value>().await.expect("JSON")["global"], true);
    let traffic = sandbox.traffic();
    let of_route = |requests, too_often| Traffic { requests, too_often };
    assert_eq!(traffic["GET /gateway"], of_route(1, 0));
    assert_eq!(traffic["GET /gateway/bot"], of_route(1, 1));
    assert_eq!(sandbox.invalid_requests(), 1);
    sandbox.set_limits(Limits::default());
    assert_eq!(
        rest.get("/gateway/bot").await.0,
        200,
        "other numbers hold at once"
    );
    sandbox.finish();
}

#[tokio::test]
async fn who_asks_in_vain_too_often_is_banned_with_a_page() {
    let limits = Limits {
        invalid: Rate {
            count: 3,
            per: Duration::from_millis(500),
        },
        ..Limits::default()
    };
    let (sandbox, rest) = with(limits).await;
    let path = format!("/channels/{}", sandbox.channel_id("#daily"));
    sandbox.deny("#daily", sandbox::permissions::VIEW_CHANNEL);
    for _ in 0..3 {
        assert_eq!(rest.get(&path).await.0, 403);
    }
    let banned = rest.request("GET", "/users/@me").send().await.expect("an answer");
    assert_eq!(banned.status(), 429);
    assert_eq!(header(&banned, "retry-after"), None);
    assert!(header(&banned, "content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(banned.text().await.expect("a page").contains("1015"));
    let over = async { while rest.get("/users/@me").await.0 != 200 {} };
    tokio::time::timeout(Duration::from_secs(5), over)
        .await
        .expect("the ban ends");
    sandbox.finish();
}
