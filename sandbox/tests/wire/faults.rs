//! Faults: each does what it says, and nothing else.

use std::time::{Duration, Instant};

use sandbox::faults::Fault;
use serde_json::json;

use crate::bot::Stage;

const MESSAGES: &str = "/channels/*/messages";

#[tokio::test]
async fn a_lost_answer_leaves_the_message_and_cuts_the_connection() {
    let stage = Stage::set().await;
    stage
        .sandbox
        .faults()
        .next(1, "POST", MESSAGES, Fault::AnswerLost);
    let path = format!("/channels/{}/messages", stage.daily);
    let body = json!({ "content": "Once", "nonce": "n", "enforce_nonce": true });
    let lost = stage.rest.request("POST", &path).json(&body).send().await;
    assert!(lost.is_err(), "no answer arrives");
    assert_eq!(stage.write(&body).await.0, 200);
    assert_eq!(stage.sandbox.member("Ann").messages("#daily").len(), 1);
    let statuses: Vec<_> = stage.sandbox.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [0, 200]);
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_broken_server_does_nothing() {
    let stage = Stage::set().await;
    stage
        .sandbox
        .faults()
        .next(2, "POST", MESSAGES, Fault::Broken(502));
    let body = json!({ "content": "x" });
    for wanted in [502, 502, 200] {
        assert_eq!(stage.write(&body).await.0, wanted);
    }
    assert_eq!(stage.sandbox.member("Ann").messages("#daily").len(), 1);
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_rate_limit_has_headers_and_a_body_with_or_without_code() {
    let stage = Stage::set().await;
    let path = format!("/channels/{}/messages", stage.daily);
    for (global, with_code) in [(false, false), (true, true)] {
        let retry_after = Duration::from_millis(1500);
        let fault = Fault::RateLimited {
            retry_after,
            global,
            with_code,
        };
        stage.sandbox.faults().next(1, "*", "/channels/**", fault);
        let answer = stage
            .rest
            .request("POST", &path)
            .json(&json!({ "content": "x" }))
            .send()
            .await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers()["retry-after"], "2");
        assert_eq!(answer.headers()["x-ratelimit-reset-after"], "1.500");
        assert_eq!(answer.headers().contains_key("x-ratelimit-global"), global);
        let body: serde_json::Value = answer.json().await.expect("a body");
        assert_eq!(
            (&body["retry_after"], &body["global"]),
            (&json!(1.5), &json!(global))
        );
        assert_eq!(body.get("code").is_some(), with_code);
    }
    stage.sandbox.finish();
}

#[tokio::test]
async fn an_answer_the_test_wrote_arrives_as_it_is_with_or_without_the_deed() {
    let stage = Stage::set().await;
    let path = format!("/channels/{}/messages", stage.daily);
    let posted = || stage.sandbox.member("Ann").messages("#daily").len();
    let page = Fault::html(429).header("Retry-After", "7");
    stage.sandbox.faults().next(1, "POST", MESSAGES, page);
    let answer = stage.rest.request("POST", &path).json(&json!({ "content": "x" }));
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "7");
    assert_eq!(answer.headers()["content-type"], "text/html; charset=UTF-8");
    assert!(answer.text().await.expect("a body").contains("Cloudflare"));
    assert_eq!(posted(), 0);

    let refused = Fault::code(403, 40333, "internal network error");
    stage.sandbox.faults().next(1, "POST", MESSAGES, refused);
    let (status, body) = stage.write(&json!({ "content": "x" })).await;
    assert_eq!((status, &body["code"]), (403, &json!(40333)));
    assert_eq!(posted(), 0);

    let unreadable = Fault::body(200, "OK").after_the_deed();
    stage.sandbox.faults().next(1, "POST", MESSAGES, unreadable);
    assert_eq!(
        stage.write(&json!({ "content": "x" })).await,
        (200, serde_json::Value::Null)
    );
    assert_eq!(posted(), 1);
    let statuses: Vec<_> = stage.sandbox.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [429, 403, 0]);
    stage.sandbox.finish();
}

#[tokio::test]
async fn only_calls_with_files_can_be_refused() {
    let stage = Stage::set().await;
    let path = format!("/channels/{}/messages", stage.daily);
    let too_large = Fault::code(413, 40005, "Request entity too large");
    stage
        .sandbox
        .faults()
        .next_with_files(1, "POST", MESSAGES, too_large);
    assert_eq!(stage.write(&json!({ "content": "x" })).await.0, 200);
    for wanted in [413, 200] {
        let sent = stage.rest.upload(&path, &json!({}), &[("a.png", b"x")]).await;
        assert_eq!(sent.0, wanted);
    }
    stage.sandbox.finish();
}

#[tokio::test]
async fn a_bot_that_heard_no_answer_may_send_it_again() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let lost = Fault::body(200, "OK").after_the_deed();
    stage.sandbox.faults().next(1, "POST", "/interactions/**", lost);
    let pressed = stage.press("Ben", &question).await;
    let body = json!({ "type": 4, "data": { "content": "Yes", "flags": 64 } });
    assert_eq!(pressed.answer(&body).await.0, 200);
    assert_eq!(pressed.answer(&body).await.1["code"], 40060);
    assert_eq!(pressed.seen().await.text(), "Yes");
    stage.sandbox.finish();
}

#[tokio::test]
async fn latency_is_added_until_it_is_cleared() {
    let stage = Stage::set().await;
    let delay = Duration::from_millis(150);
    stage
        .sandbox
        .faults()
        .always("POST", MESSAGES, Fault::Delay(delay));
    let started = Instant::now();
    stage.write(&json!({ "content": "x" })).await;
    assert!(started.elapsed() >= delay);
    stage.sandbox.faults().clear();
    let started = Instant::now();
    stage.write(&json!({ "content": "x" })).await;
    assert!(started.elapsed() < delay);
    stage.sandbox.finish();
}

#[tokio::test]
#[should_panic(expected = "The sandbox recorded 1 failure(s):\n  GET /nowhere was refused")]
async fn a_recorded_failure_fails_the_test() {
    let stage = Stage::set().await;
    stage.rest.get("/nowhere").await;
}

#[tokio::test]
async fn a_measurement_counts_every_click_once() {
    let mut stage = Stage::set().await;
    let question = stage.question().await;
    let load = sandbox::load::Load {
        targets: vec![(question.id, "go".to_owned())],
        members: 7,
        clicks: 200,
        in_flight: 16,
    };
    let sandbox = stage.sandbox.clone();
    let measuring = tokio::spawn(async move { sandbox.load(&load).await });
    let mut users = std::collections::HashSet::new();
    for _ in 0..200 {
        let click = stage.wire.event("INTERACTION_CREATE").await;
        users.insert(click["member"]["user"]["id"].to_string());
        let (id, token) = (
            click["id"].as_str().expect("an id"),
            click["token"].as_str().expect("a token"),
        );
        let path = format!("/interactions/{id}/{token}/callback");
        assert_eq!(stage.rest.post(&path, &json!({ "type": 6 })).await.0, 204);
    }
    let report = measuring.await.expect("no panic").expect("a report");
    assert_eq!(
        (report.answered, report.unanswered, report.duplicates),
        (200, 0, 0)
    );
    assert_eq!((users.len(), &report.sample), (7, &json!({ "type": 6 })));
    stage.sandbox.finish();
}
