//! REST v10 over the world: authorisation, faults, bodies, records. What the routes do is in [`routes`].

mod body;
mod date;
pub(crate) mod limits;
mod routes;

use std::time::{Duration, Instant};

pub(crate) use date::stamp_date;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::check::message::Upload;
use crate::faults::Fault;
use crate::refusal::Refusal;
use crate::sandbox::Line;
use crate::world::World;
use crate::{Call, Sandbox};

/// A request, understood as far as HTTP goes.
pub(crate) struct Ask {
    pub(crate) method: String,
    /// Without `/api/v10`.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Value,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) at: Instant,
}

impl Ask {
    /// How it is remembered.
    fn call(self, status: u16, at: DateTime<Utc>) -> Call {
        Call {
            method: self.method,
            path: self.path,
            body: self.body,
            status,
            at,
        }
    }
}

/// What a route answers when nothing is wrong.
pub(crate) enum Reply {
    Json(Value),
    Created(Value),
    Nothing,
}

/// Everything under `/api`.
pub(crate) async fn handle(
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
    let query = query_of(request.uri().query().unwrap_or(""));
    let headers = request.headers().clone();
    let (body, uploads) = match body::read(request).await {
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
            return refuse(&sandbox, call, &refusal);
        }
    };
    let faults = sandbox.inner().faults.of(&method, &path, !uploads.is_empty());
    let ask = Ask {
        method,
        path,
        query,
        body,
        uploads,
        at,
    };
    for fault in faults {
        match fault {
            Fault::Delay(time) => tokio::time::sleep(time).await,
            Fault::AnswerLost => {
                answer(&sandbox, &headers, ask, true);
                line.cut();
                return StatusCode::BAD_GATEWAY.into_response();
            }
            Fault::AnswerLate(time) => {
                let response = answer(&sandbox, &headers, ask, true);
                tokio::time::sleep(time).await;
                return response;
            }
            Fault::Raw { done: true, .. } => {
                answer(&sandbox, &headers, ask, true);
                return raw(&fault);
            }
            Fault::Raw { status, .. } => {
                sandbox.inner().record(ask.call(status, sandbox.now()));
                return raw(&fault);
            }
            Fault::Broken(_) | Fault::RateLimited { .. } => {
                let mut response = broken(&sandbox, ask, &fault);
                response.extensions_mut().insert(crate::recorded::Ordered);
                return response;
            }
        }
    }
    answer(&sandbox, &headers, ask, false)
}

/// The answer a test wrote.
fn raw(fault: &Fault) -> Response {
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
    response.extensions_mut().insert(crate::recorded::Ordered);
    response
}

/// A path as it is meant: `%40original` is `@original`. A slash within a segment stays as it is.
fn decode_path(path: &str) -> String {
    let decoded = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8_lossy().into_owned();
        if text.contains('/') {
            segment.to_owned()
        } else {
            text
        }
    };
    path.split('/').map(decoded).collect::<Vec<_>>().join("/")
}

/// The names and values of a query.
pub(crate) fn query_of(query: &str) -> Vec<(String, String)> {
    let pairs = query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| {
            (
                k.to_owned(),
                percent_decode_str(&v.replace('+', " "))
                    .decode_utf8_lossy()
                    .into_owned(),
            )
        })
        .collect()
}

/// The JSON of a body, of a multipart one its `payload_json`; nothing where the route refuses it.
pub(crate) async fn read_body(request: Request) -> Option<Value> {
    body::read(request).await.ok().map(|(body, _)| body)
}

fn answer(sandbox: &Sandbox, headers: &HeaderMap, mut ask: Ask, lost: bool) -> Response {
    let call_body = ask.body.clone();
    let result = authorised(sandbox, headers, &ask.method, &ask.path).and_then(|()| {
        let gateway = sandbox.inner().gateway.json();
        sandbox
            .inner()
            .change(|world| routes::route(world, &mut ask, &gateway))
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
            return refuse(sandbox, Call { status, ..call }, &refusal);
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
fn authorised(sandbox: &Sandbox, headers: &HeaderMap, method: &str, path: &str) -> Result<(), Refusal> {
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

fn refuse(sandbox: &Sandbox, call: Call, refusal: &Refusal) -> Response {
    if refusal.recorded && !(refusal.code == ALREADY_ANSWERED && tries_again(sandbox, &call)) {
        let problems = refusal.errors.as_ref().map(flat).unwrap_or_default();
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
        limit_headers(response.headers_mut(), seconds, false, "shared");
    }
    response
}

/// 40060: an interaction has its first answer.
const ALREADY_ANSWERED: u32 = 40_060;
/// Nobody gives up waiting for an answer sooner.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether this is the same call once more, by a bot that heard no answer: it was lost, or took too long. Discord refuses
/// it all the same; the bot cannot know.
fn tries_again(sandbox: &Sandbox, call: &Call) -> bool {
    let id = call.path.split('/').nth(2).and_then(|id| id.parse::<u64>().ok());
    let sent = sandbox.read(|world| world.interactions.get(&id?).map(|found| found.sent));
    let slow = sent.is_some_and(|sent| sent.elapsed() > PATIENCE);
    let calls = sandbox.calls();
    let mut earlier = calls.iter().rev().filter(|earlier| earlier.path == call.path);
    earlier.any(|earlier| earlier.body == call.body && (slow || earlier.status == 0))
}

/// The tree of errors on one line each.
fn flat(errors: &Value) -> String {
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
                waiting.push((crate::check::join(&path, key), below));
            }
        }
    }
    text
}

/// The answer to a request that was not treated at all.
fn broken(sandbox: &Sandbox, ask: Ask, fault: &Fault) -> Response {
    let (status, mut body) = match fault {
        Fault::Broken(status) => (
            *status,
            json!({ "message": format!("{status}: switched on by the test"), "code": 0 }),
        ),
        _ => (429, json!({ "message": "You are being rate limited." })),
    };
    sandbox.inner().record(ask.call(status, sandbox.now()));
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
    limit_headers(
        response.headers_mut(),
        seconds,
        *global,
        if *global { "global" } else { "user" },
    );
    response
}

fn limit_headers(headers: &mut HeaderMap, seconds: f64, global: bool, scope: &str) {
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    };
    set("via", limits::VIA.to_owned());
    set("retry-after", format!("{:.0}", seconds.ceil()));
    set("x-ratelimit-limit", "5".to_owned());
    set("x-ratelimit-remaining", "0".to_owned());
    set("x-ratelimit-reset-after", format!("{seconds:.3}"));
    set("x-ratelimit-bucket", "sandbox".to_owned());
    set("x-ratelimit-scope", scope.to_owned());
    if global {
        set("x-ratelimit-global", "true".to_owned());
    }
}

/// A file of a message.
pub(crate) async fn attachment(
    State(sandbox): State<Sandbox>,
    Path((channel, id, _name)): Path<(u64, u64, String)>,
) -> Response {
    let find = |world: &World| {
        let messages = world
            .messages
            .values()
            .filter(|message| message.channel == channel);
        let mut files = messages.flat_map(|message| &message.attachments);
        files
            .find(|file| file.id == id)
            .or_else(|| world.uploads.get(&id))
            .cloned()
    };
    match sandbox.read(find) {
        Some(file) => ([(CONTENT_TYPE, file.content_type)], file.bytes.to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
