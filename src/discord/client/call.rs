//! How a call is made: its limits, its tries, its files, and what a refusal says.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode, header};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::limits::{Held, Pass, Route, Said, in_body, retry_after};
use super::{Discord, TIMEOUT};
use crate::discord::error::{ApiError, ErrorKind};
use crate::reply::Picture;

/// How often a call is made before its failure is handed on.
const ATTEMPTS: u32 = 3;
/// Longer pauses than this are the caller's business: it has a lease to mind.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// One call as it is made, however often.
pub(super) struct Ask<'a> {
    method: Method,
    path: &'a str,
    route: Route,
    body: Option<&'a Value>,
    pictures: Vec<&'a Picture>,
}

impl Discord {
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ApiError> {
        self.call_with(method, path, body, &[]).await
    }

    /// A call with pictures sent along, tried again a few times while that makes sense.
    pub(super) async fn call_with(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        pictures: &[&Picture],
    ) -> Result<Value, ApiError> {
        let ask = Ask::new(method, path, body, pictures.to_vec());
        let mut attempt = 1;
        loop {
            let entered = self.shared.limits.enter(&ask.route, self.priority).await;
            let pass = entered.map_err(|held| hold_back(&ask.route.name, held))?;
            let error = match self.once(&ask, Some(&pass), TIMEOUT).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            drop(pass);
            // Doubling pauses for a server that is down; what Discord asked for where it said how long.
            let asked = error
                .retry_after()
                .unwrap_or(Duration::from_millis(250) * 2u32.pow(attempt));
            let soon = matches!(error.kind(), ErrorKind::Later(_)) && !error.is_about_spam();
            if !soon || attempt == ATTEMPTS || asked > LONGEST_PAUSE {
                return Err(error);
            }
            attempt += 1;
            // A call that came too often waits at the gate, among the others.
            if !error.is_too_often() {
                tokio::time::sleep(asked).await;
            }
        }
    }

    /// Makes a call once. `pass` is the right to do so, which only replies do not need.
    pub(super) async fn once(
        &self,
        ask: &Ask<'_>,
        pass: Option<&Pass>,
        patience: Duration,
    ) -> Result<Value, ApiError> {
        let route = &ask.route.name;
        // `without_url`, because the address may hold an interaction's token.
        let lost = |error: reqwest::Error| ApiError::NoAnswer {
            call: route.clone(),
            reason: error_chain(&error.without_url()),
        };
        let request = self.request(ask).timeout(patience);
        let response = request.send().await.map_err(|error| match error.is_builder() {
            // Never left this machine: the address or the token cannot be used at all.
            true => ApiError::Refused {
                call: route.clone(),
                status: 0,
                code: None,
                message: error_chain(&error.without_url()),
                retry_after: None,
            },
            false => lost(error),
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        tracing::debug!(call = route, status = status.as_u16(), "asked Discord");
        let bytes = response.bytes().await;
        let answer = serde_json::from_slice::<Value>(bytes.as_deref().unwrap_or_default());
        let said = Said::read(status, &headers, answer.as_ref().unwrap_or(&Value::Null));
        match pass {
            Some(pass) => pass.note(&said),
            None => self.shared.limits.note_reply(&said),
        }
        let bytes = bytes.map_err(lost)?;
        match answer {
            Ok(answer) if status.is_success() => Ok(answer),
            Err(_) if status.is_success() && bytes.is_empty() => Ok(Value::Null),
            // Whoever said so, whether Discord has done it is not known.
            Err(error) if status.is_success() => Err(unreadable(route, &error.to_string())),
            answer => Err(read_refusal(
                route,
                status,
                &headers,
                &said,
                &answer.unwrap_or(Value::Null),
            )),
        }
    }

    fn request(&self, ask: &Ask<'_>) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v10{}", self.shared.base, ask.path);
        let mut request = self.shared.http.request(ask.method.clone(), url);
        // The token in an interaction's path is all that is asked for there.
        if !ask.is_reply() {
            request = request.header(
                header::AUTHORIZATION,
                format!("Bot {}", self.shared.token.expose_secret()),
            );
        }
        match ask.body {
            None => request,
            Some(body) if ask.pictures.is_empty() => request.json(body),
            // Made anew for each attempt: a form is used up by sending it.
            Some(body) => request.multipart(multipart_form(body, &ask.pictures)),
        }
    }
}

impl<'a> Ask<'a> {
    pub(super) fn new(
        method: Method,
        path: &'a str,
        body: Option<&'a Value>,
        pictures: Vec<&'a Picture>,
    ) -> Self {
        let route = limit_route(&method, path);
        Self {
            method,
            path,
            route,
            body,
            pictures,
        }
    }

    fn is_reply(&self) -> bool {
        self.path.starts_with("/interactions/")
    }
}

/// A body and its files; a file's number is the one the body's `attachments` call it by.
fn multipart_form(body: &Value, pictures: &[&Picture]) -> Form {
    let json = Part::text(body.to_string()).headers(content_type("application/json"));
    let form = Form::new().part("payload_json", json);
    pictures.iter().enumerate().fold(form, |form, (n, picture)| {
        let file = Part::bytes(picture.bytes.to_vec())
            .file_name(picture.file.clone())
            .headers(content_type("image/png"));
        form.part(format!("files[{n}]"), file)
    })
}

fn content_type(kind: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))])
}

fn read_refusal(
    call: &str,
    status: StatusCode,
    headers: &HeaderMap,
    said: &Said,
    answer: &Value,
) -> ApiError {
    // Discord's errors have both; what stands in front of it answers as it likes.
    let code = answer["code"].as_i64().filter(|_| answer["message"].is_string());
    let mut message = match answer["message"].as_str() {
        Some(message) => message.to_owned(),
        None => "not Discord itself, but something in front of it answered".to_owned(),
    };
    if answer["errors"].is_object() {
        message = format!("{message}: {}", answer["errors"]);
    }
    ApiError::Refused {
        call: call.to_owned(),
        status: status.as_u16(),
        code,
        message,
        retry_after: said
            .asked_to_wait()
            .or_else(|| retry_after(headers).max(in_body(answer))),
    }
}

/// A call that is not made.
fn hold_back(call: &str, held: Held) -> ApiError {
    ApiError::Held {
        call: call.to_owned(),
        reason: held.to_string(),
        retry_after: held.after,
    }
}

/// An answer that says yes in a form nobody understands.
pub(super) fn unreadable(call: &str, reason: &str) -> ApiError {
    ApiError::NoAnswer {
        call: call.to_owned(),
        reason: format!("its answer could not be read: {reason}"),
    }
}

/// What a call is counted by: without ids that make no difference to a rate limit, and without the interaction's token.
fn limit_route(method: &Method, path: &str) -> Route {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let kept = match parts.as_slice() {
        ["", "interactions", ..] => "/interactions/…/callback".to_owned(),
        ["", "channels", channel, "messages", _, "threads"] => {
            format!("/channels/{channel}/messages/…/threads")
        }
        ["", "guilds", guild, "members", _] => format!("/guilds/{guild}/members/…"),
        ["", "channels", channel, "messages", _] => format!("/channels/{channel}/messages/…"),
        _ => path.to_owned(),
    };
    let resource = match parts.as_slice() {
        ["", kind @ ("channels" | "guilds"), id, ..] => format!("{kind}/{id}"),
        _ => String::new(),
    };
    Route {
        name: format!("{method} {kept}"),
        resource,
    }
}

/// An error with its causes, which reqwest keeps apart.
pub(super) fn error_chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}
