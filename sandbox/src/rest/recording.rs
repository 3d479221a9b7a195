//! Keeps what goes over the wire, where it is asked for.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;

use super::ask::parse_query;
use super::body::read_body;
use crate::Sandbox;
use crate::recorded::{Exchange, Ordered};

/// Keeps a request and its answer on their way through.
pub(crate) async fn keep_exchange(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    if !sandbox.inner().recorder.is_on() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // Too much for memory it cannot be: the bot sits on the same machine, and its route refuses what is too large.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let again = Request::from_parts(parts.clone(), bytes.clone().into());
    // What the route refuses is kept without a body.
    let sent = read_body(again).await.map_or(Value::Null, |(body, _)| body);
    let path = parts.uri.path();
    let mut exchange = Exchange {
        method: parts.method.to_string(),
        path: path.strip_prefix("/api/v10").unwrap_or(path).to_owned(),
        query: parse_query(parts.uri.query().unwrap_or("")),
        request: sent,
        status: 0,
        answer: None,
        ordered: false,
    };
    let response = next.run(Request::from_parts(parts, bytes.into())).await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    exchange.status = parts.status.as_u16();
    let kind = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let page = kind.is_some_and(|kind| kind.starts_with("text/html"));
    exchange.ordered = page || parts.extensions.get::<Ordered>().is_some();
    exchange.answer = kind
        .filter(|kind| kind.starts_with("application/json"))
        .and_then(|_| serde_json::from_slice(&bytes).ok());
    sandbox.inner().recorder.keep_exchange(exchange);
    Response::from_parts(parts, bytes.into())
}
