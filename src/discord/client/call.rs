//! How a call is made: its limits, its tries, its files, and what a refusal says.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode, header};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::{Discord, TIMEOUT, limits};
use crate::discord::error::{ApiError, ErrorKind};
use crate::reply::Picture;

/// How often a call is made before its failure is handed on.
const ATTEMPTS: u32 = 3;
/// Longer waits than this are the caller's business: it has a lease to mind.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// One call as it is made, however often.
pub(super) struct Ask<'a> {
    method: Method,
    path: &'a str,
    route: String,
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
        let mut pause = self.limits.remaining(&ask.route);
        let mut attempt = 1;
        loop {
            // Longer waits are the caller's business; asking all the same would only make them longer.
            if pause > LONGEST_WAIT {
                return Err(left_alone(&ask.route, pause));
            }
            tokio::time::sleep(pause).await;
            let error = match self.once(&ask, TIMEOUT).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // Doubling pauses for a server that is down; what Discord asked for where it said how long.
            let asked = error
                .retry_after()
                .unwrap_or(Duration::from_millis(250) * 2u32.pow(attempt));
            let soon = matches!(error.kind(), ErrorKind::Later(_)) && !error.is_about_spam();
            if !soon || attempt == ATTEMPTS || asked > LONGEST_WAIT {
                return Err(error);
            }
            attempt += 1;
            pause = asked.max(self.limits.remaining(&ask.route));
        }
    }

    pub(super) async fn once(&self, ask: &Ask<'_>, patience: Duration) -> Result<Value, ApiError> {
        let route = &ask.route;
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
        let bytes = response.bytes().await.map_err(lost)?;
        let answer = serde_json::from_slice::<Value>(&bytes);
        let too_often = (status == StatusCode::TOO_MANY_REQUESTS)
            .then(|| limits::too_often(&headers, answer.as_ref().unwrap_or(&Value::Null)));
        if !ask.is_reply() {
            self.limits.note(route, &headers, too_often);
        }
        match answer {
            Ok(answer) if status.is_success() => Ok(answer),
            Err(_) if status.is_success() && bytes.is_empty() => Ok(Value::Null),
            // Whoever said so, whether Discord has done it is not known.
            Err(error) if status.is_success() => Err(unreadable(route, &error.to_string())),
            answer => Err(read_refusal(
                route,
                status,
                &headers,
                too_often,
                &answer.unwrap_or(Value::Null),
            )),
        }
    }

    fn request(&self, ask: &Ask<'_>) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v10{}", self.base, ask.path);
        let mut request = self.http.request(ask.method.clone(), url);
        // The token in an interaction's path is all that is asked for there.
        if !ask.is_reply() {
            request = request.header(
                header::AUTHORIZATION,
                format!("Bot {}", self.token.expose_secret()),
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
    too_often: Option<(Duration, bool)>,
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
    let said = limits::retry_after(headers).max(limits::in_body(answer));
    ApiError::Refused {
        call: call.to_owned(),
        status: status.as_u16(),
        code,
        message,
        retry_after: too_often.map(|(after, _)| after).or(said),
    }
}

/// A call that is not made, because Discord said to leave it alone for longer than anybody waits here.
fn left_alone(call: &str, pause: Duration) -> ApiError {
    ApiError::Refused {
        call: call.to_owned(),
        status: StatusCode::TOO_MANY_REQUESTS.as_u16(),
        code: None,
        message: format!(
            "it was asked too often; nothing is sent for another {} s",
            pause.as_secs()
        ),
        retry_after: Some(pause),
    }
}

/// An answer that says yes in a form nobody understands.
pub(super) fn unreadable(call: &str, reason: &str) -> ApiError {
    ApiError::NoAnswer {
        call: call.to_owned(),
        reason: format!("its answer could not be read: {reason}"),
    }
}

/// Method and path without ids that make no difference to a rate limit, and without the interaction's token.
fn limit_route(method: &Method, path: &str) -> String {
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
    format!("{method} {kept}")
}

/// An error with its causes, which reqwest keeps apart.
pub(super) fn error_chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}
