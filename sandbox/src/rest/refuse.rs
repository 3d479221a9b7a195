//! Refusals as the wire has them, and which of them fail a test.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::headers::write_limit;
use crate::refusal::Refusal;
use crate::{Call, Sandbox};

/// Answers with a refusal; what a bot that behaves would never have asked for fails the test.
pub(super) fn refuse_call(sandbox: &Sandbox, call: Call, refusal: &Refusal) -> Response {
    if refusal.recorded && !(refusal.code == ALREADY_ANSWERED && tries_again(sandbox, &call)) {
        let problems = refusal.errors.as_ref().map(flatten_errors).unwrap_or_default();
        let Call { method, path, .. } = &call;
        let sentence = format!(
            "{method} {path} was refused with {}: {}{problems}",
            refusal.code, refusal.message
        );
        sandbox.inner().change(|world| world.fail(sentence));
    }
    sandbox.inner().record(call);
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, axum::Json(refusal.body())).into_response();
    if let Some(seconds) = refusal.retry_after {
        write_limit(response.headers_mut(), seconds, false, "shared");
    }
    response
}

/// 40060: an interaction has its first answer.
const ALREADY_ANSWERED: u32 = 40_060;
/// Nobody gives up waiting for an answer sooner.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether this is the same call once more, by a bot that heard no answer: it was lost, or took too long. Discord
/// refuses it all the same; the bot cannot know.
fn tries_again(sandbox: &Sandbox, call: &Call) -> bool {
    let id = call.path.split('/').nth(2).and_then(|id| id.parse::<u64>().ok());
    let sent = sandbox.read(|world| world.interactions.get(&id?).map(|found| found.sent));
    let slow = sent.is_some_and(|sent| sent.elapsed() > PATIENCE);
    sandbox.inner().was_called(|earlier| {
        earlier.path == call.path && earlier.body == call.body && (slow || earlier.status == 0)
    })
}

/// The tree of errors on one line each.
fn flatten_errors(errors: &Value) -> String {
    let mut text = String::new();
    let mut waiting = vec![(String::new(), errors)];
    while let Some((path, node)) = waiting.pop() {
        for (key, below) in node.as_object().into_iter().flatten() {
            if key == "_errors" {
                for error in below.as_array().into_iter().flatten() {
                    let message = error["message"].as_str().unwrap_or("");
                    text = format!("\n    {path}: {message}{text}");
                }
            } else {
                waiting.push((crate::check::join_path(&path, key), below));
            }
        }
    }
    text
}
