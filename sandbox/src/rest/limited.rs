//! Keeps the limits: refuses what comes too often, and tells the others how much is left.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, VIA as VIA_NAME};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::headers::VIA;
use super::limits::{Told, Verdict};
use crate::clock::Clock;
use crate::{Call, Sandbox};

/// Stands before all routes.
pub(crate) async fn limit_requests(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path();
    let path = path.strip_prefix("/api/v10").unwrap_or(path).to_owned();
    let verdict = sandbox
        .inner()
        .limiter
        .lock()
        .judge(&method, &path, Instant::now());
    let response = match &verdict {
        Verdict::Free | Verdict::Counted(_) => {
            let mut response = next.run(request).await;
            write_verdict(&mut response, &verdict);
            response
        }
        refused => {
            let call = Call {
                method: method.clone(),
                path: path.clone(),
                body: Value::Null,
                status: 429,
                at: sandbox.now(),
            };
            sandbox.inner().record(call);
            answer_limited(refused)
        }
    };
    let mut limiter = sandbox.inner().limiter.lock();
    limiter.note_answer(&method, &path, response.status().as_u16());
    if is_invalid(&response) && verdict != Verdict::Banned {
        limiter.note_invalid(Instant::now());
    }
    drop(limiter);
    response
}

/// Whether an answer counts as asked in vain. What others exhausted does not.
fn is_invalid(response: &Response) -> bool {
    let shared = response
        .headers()
        .get("x-ratelimit-scope")
        .is_some_and(|scope| scope == "shared");
    [401, 403, 429].contains(&response.status().as_u16()) && !shared
}

/// Writes the headers of a bucket; interactions have none. What a test or a limit of its own wrote stays.
fn write_verdict(response: &mut Response, verdict: &Verdict) {
    let own = response.status() == StatusCode::TOO_MANY_REQUESTS;
    let html = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind != "application/json");
    if own || html {
        return;
    }
    let headers = response.headers_mut();
    for name in ["limit", "remaining", "reset", "reset-after", "bucket"] {
        headers.remove(format!("x-ratelimit-{name}"));
    }
    if let Verdict::Counted(told) = verdict {
        write_bucket(headers, told);
    }
}

fn write_bucket(headers: &mut HeaderMap, told: &Told) {
    let reset = Clock::Real.now() + told.reset_after;
    let reset = format!("{}.{:03}", reset.timestamp(), reset.timestamp_subsec_millis());
    let lines = [
        ("x-ratelimit-limit", told.limit.to_string()),
        ("x-ratelimit-remaining", told.remaining.to_string()),
        ("x-ratelimit-reset", reset),
        (
            "x-ratelimit-reset-after",
            format!("{:.3}", told.reset_after.as_secs_f64()),
        ),
        ("x-ratelimit-bucket", told.bucket.clone()),
    ];
    for (name, value) in lines {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
}

fn answer_limited(verdict: &Verdict) -> Response {
    let (after, global) = match verdict {
        Verdict::Exceeded(told) => (told.reset_after, false),
        Verdict::GloballyExceeded(after) => (*after, true),
        // Cloudflare's words, without any header that tells for how long.
        _ => {
            let page = "<!DOCTYPE html><title>Access denied | discord.com</title>error code: 1015";
            let kind = [(CONTENT_TYPE, "text/html; charset=UTF-8")];
            return (StatusCode::TOO_MANY_REQUESTS, kind, page).into_response();
        }
    };
    let seconds = after.as_secs_f64();
    let body = json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": global });
    let scope = if global { "global" } else { "user" };
    let headers = [
        (VIA_NAME.as_str(), VIA.to_owned()),
        (RETRY_AFTER.as_str(), format!("{:.0}", seconds.ceil().max(1.0))),
        ("x-ratelimit-scope", scope.to_owned()),
    ];
    let mut response = (StatusCode::TOO_MANY_REQUESTS, headers, axum::Json(body)).into_response();
    if let Verdict::Exceeded(told) = verdict {
        write_bucket(response.headers_mut(), told);
    } else if let Ok(yes) = "true".parse() {
        response.headers_mut().insert("x-ratelimit-global", yes);
    }
    response
}
