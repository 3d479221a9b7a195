//! Delivery to the bot's own HTTP endpoint.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ed25519_dalek::{Signature, VerifyingKey};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::bot::Rest;

/// A bot behind an address, which verifies signatures if it is a good one.
async fn endpoint(key: String, careful: bool) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!(
        "http://{}/interactions",
        listener.local_addr().expect("an address")
    );
    let key = Arc::new(key);
    let handler = move |headers: HeaderMap, body: Bytes| {
        let key = Arc::clone(&key);
        async move { answer(&key, careful, &headers, &body) }
    };
    let app = Router::new().route("/interactions", post(handler));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

fn answer(key: &str, careful: bool, headers: &HeaderMap, body: &[u8]) -> Response {
    let text = |name: &str| headers[name].to_str().expect("text").to_owned();
    let bytes = |hex: &str| -> Vec<u8> {
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
        (0..hex.len()).step_by(2).map(byte).collect()
    };
    let key = VerifyingKey::from_bytes(bytes(key).as_slice().try_into().expect("32 bytes")).expect("a key");
    let signature = Signature::from_slice(&bytes(&text("x-signature-ed25519"))).expect("a signature");
    let signed = [text("x-signature-timestamp").as_bytes(), body].concat();
    if careful && key.verify_strict(&signed, &signature).is_err() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let payload: Value = serde_json::from_slice(body).expect("JSON");
    let reply = match payload["type"].as_u64() {
        Some(1) => json!({ "type": 1 }),
        _ => json!({ "type": 4, "data": { "content": "Over HTTP", "flags": 64 } }),
    };
    axum::Json(reply).into_response()
}

async fn sandbox_with_command() -> Sandbox {
    let sandbox = Sandbox::start(Options::calm()).await.expect("a free port");
    let path = format!("/applications/{}/commands", sandbox.application_id());
    let (status, _) = Rest::new(&sandbox)
        .send("PUT", &path, &json!([{ "name": "ask", "description": "d" }]))
        .await;
    assert_eq!(status, 200);
    sandbox
}

#[tokio::test]
async fn an_inline_answer_counts_as_the_callback() {
    let sandbox = sandbox_with_command().await;
    let url = endpoint(sandbox.public_key(), true).await;
    sandbox.deliver_to(&url).await.expect("a good endpoint");
    let seen = sandbox.member("Ben").slash("/ask").await.expect("an answer");
    assert_eq!((seen.text(), seen.ephemeral), ("Over HTTP", true));
    sandbox.finish();
}

#[tokio::test]
async fn an_endpoint_that_accepts_bad_signatures_is_not_taken() {
    let sandbox = sandbox_with_command().await;
    let url = endpoint(sandbox.public_key(), false).await;
    let refused = sandbox
        .deliver_to(&url)
        .await
        .expect_err("a careless endpoint")
        .to_string();
    assert!(
        refused.ends_with("it answered a bad signature with 200 OK instead of 401."),
        "{refused}"
    );
    sandbox.finish();
}
