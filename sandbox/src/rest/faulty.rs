//! Answers that a test ordered by a fault, in place of the API's own.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::ask::Ask;
use super::headers::write_limit;
use crate::Sandbox;
use crate::faults::Fault;
use crate::recorded::Ordered;

/// The answer a test wrote.
pub(super) fn answer_as_written(fault: &Fault) -> Response {
    let Fault::Raw {
        status,
        headers,
        body,
        ..
    } = fault
    else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let json = serde_json::from_str::<Value>(body).is_ok();
    let kind = if json {
        "application/json"
    } else {
        "text/html; charset=UTF-8"
    };
    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = (status, [(CONTENT_TYPE, kind)], body.clone()).into_response();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response.extensions_mut().insert(Ordered);
    response
}

/// The answer to a request that was not treated at all.
pub(super) fn answer_broken(sandbox: &Sandbox, ask: Ask, fault: &Fault) -> Response {
    let (status, mut body) = match fault {
        Fault::Broken(status) => (
            *status,
            json!({ "message": format!("{status}: switched on by the test"), "code": 0 }),
        ),
        _ => (429, json!({ "message": "You are being rate limited." })),
    };
    sandbox.inner().record(ask.into_call(status, sandbox.now()));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Fault::RateLimited {
        retry_after,
        global,
        with_code,
    } = fault
    else {
        return (status, axum::Json(body)).into_response();
    };
    let seconds = retry_after.as_secs_f64();
    body["retry_after"] = json!(seconds);
    body["global"] = json!(global);
    if *with_code {
        body["code"] = json!(20028);
    }
    let mut response = (status, axum::Json(body)).into_response();
    write_limit(
        response.headers_mut(),
        seconds,
        *global,
        if *global { "global" } else { "user" },
    );
    response
}
