//! REST v10 over the world: authorisation, faults, bodies, records. What the routes do is in [`routes`].

mod ask;
mod body;
mod date;
mod faulty;
mod files;
mod headers;
mod limited;
pub(crate) mod limits;
mod recording;
mod refuse;
mod routes;

use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, Request, State};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use self::ask::{Ask, Reply, decode_path, parse_query};
use self::body::read_body;
use self::faulty::{answer_as_written, answer_broken};
use self::refuse::refuse_call;
use crate::faults::Fault;
use crate::line::Line;
use crate::refusal::Refusal;
use crate::{Call, Sandbox};
pub(crate) use date::stamp_date;
pub(crate) use files::send_file;
pub(crate) use limited::limit_requests;
pub(crate) use recording::keep_exchange;

/// Everything under `/api`.
pub(crate) async fn handle_request(
    State(sandbox): State<Sandbox>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let at = Instant::now();
    if let Some(click) = sandbox.inner().load.click(request.uri().path()) {
        // The body has to be read, or the connection cannot be used again.
        let body = Bytes::from_request(request, &()).await.unwrap_or_default();
        sandbox.inner().load.answered(click, at, body);
        return StatusCode::NO_CONTENT.into_response();
    }
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let path = decode_path(path.strip_prefix("/api/v10").unwrap_or(&path));
    let query = parse_query(request.uri().query().unwrap_or(""));
    let headers = request.headers().clone();
    let (body, uploads) = match read_body(request).await {
        Ok(parsed) => parsed,
        Err(refusal) => {
            let at = sandbox.now();
            let call = Call {
                method,
                path,
                body: Value::Null,
                status: refusal.status,
                at,
            };
            return refuse_call(&sandbox, call, &refusal);
        }
    };
    let ask = Ask {
        method,
        path,
        query,
        body,
        uploads,
        at,
    };
    answer_with_faults(&sandbox, &line, &headers, ask).await
}

/// Answers, or fails as a test ordered.
async fn answer_with_faults(sandbox: &Sandbox, line: &Line, headers: &HeaderMap, ask: Ask) -> Response {
    let has_files = !ask.uploads.is_empty();
    let faults = sandbox.inner().faults.of(&ask.method, &ask.path, has_files);
    for fault in faults {
        match fault {
            Fault::Delay(time) => tokio::time::sleep(time).await,
            Fault::AnswerLost => {
                answer_request(sandbox, headers, ask, true);
                line.cut();
                return StatusCode::BAD_GATEWAY.into_response();
            }
            Fault::AnswerLate(time) => {
                let response = answer_request(sandbox, headers, ask, true);
                tokio::time::sleep(time).await;
                return response;
            }
            Fault::Raw { done: true, .. } => {
                answer_request(sandbox, headers, ask, true);
                return answer_as_written(&fault);
            }
            Fault::Raw { status, .. } => {
                sandbox.inner().record(ask.into_call(status, sandbox.now()));
                return answer_as_written(&fault);
            }
            Fault::Broken(_) | Fault::RateLimited { .. } => {
                let mut response = answer_broken(sandbox, ask, &fault);
                response.extensions_mut().insert(crate::recorded::Ordered);
                return response;
            }
        }
    }
    answer_request(sandbox, headers, ask, false)
}

fn answer_request(sandbox: &Sandbox, headers: &HeaderMap, mut ask: Ask, lost: bool) -> Response {
    let call_body = ask.body.clone();
    let result = check_token(sandbox, headers, &ask.method, &ask.path).and_then(|()| {
        let gateway = sandbox.inner().gateway.json();
        sandbox
            .inner()
            .change(|world| routes::route_request(world, &mut ask, &gateway))
    });
    let call = Call {
        method: ask.method,
        path: ask.path,
        body: call_body,
        status: 0,
        at: sandbox.now(),
    };
    let (status, body) = match result {
        Ok(Reply::Json(body)) => (200, Some(body)),
        Ok(Reply::Created(body)) => (201, Some(body)),
        Ok(Reply::Nothing) => (204, None),
        Err(refusal) => {
            let status = if lost { 0 } else { refusal.status };
            return refuse_call(sandbox, Call { status, ..call }, &refusal);
        }
    };
    sandbox.inner().record(Call {
        status: if lost { 0 } else { status },
        ..call
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    match body {
        Some(body) => (status, axum::Json(body)).into_response(),
        None => status.into_response(),
    }
}

/// A bot's own token, except where the address is the secret; and the header Discord's front door looks at.
fn check_token(sandbox: &Sandbox, headers: &HeaderMap, method: &str, path: &str) -> Result<(), Refusal> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    };
    if text(USER_AGENT).is_empty() {
        let message =
            "internal network error: there is no User-Agent, which should be DiscordBot ($url, $version)";
        return Err(Refusal::mistake(403, 40333, message));
    }
    let open = ["/interactions/", "/webhooks/", "/gateway"];
    // A webhook without its token is looked at by the bot.
    let closed = path == "/gateway/bot" || path.starts_with("/webhooks/") && path.matches('/').count() == 2;
    if open.iter().any(|start| path.starts_with(start)) && !closed {
        return Ok(());
    }
    // Anybody may look at these.
    if method == "GET"
        && ["/sticker-packs", "/invites/"]
            .iter()
            .any(|start| path.starts_with(start))
    {
        return Ok(());
    }
    let token = text(AUTHORIZATION).strip_prefix("Bot ");
    if token == Some(sandbox.inner().token.as_str()) {
        Ok(())
    } else {
        Err(Refusal::unauthorized())
    }
}
