//! The `Date` of every answer: the world's time, as Discord's servers tell theirs.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::DATE;
use axum::response::Response;

use crate::Sandbox;

/// Stamps an answer.
pub(crate) async fn stamp_date(State(sandbox): State<Sandbox>, mut response: Response) -> Response {
    let date = sandbox.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::try_from(date) {
        response.headers_mut().insert(DATE, date);
    }
    response
}
