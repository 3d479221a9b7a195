//! Discord's REST API, the calls of it the bot makes.
//!
//! These are our own over reqwest rather than serenity's `Http`: its rate limiter ignores a proxied address (so nothing
//! could be tested), keeps an entry per interaction for ever and retries without limit, and without its limiter the
//! `Retry-After` of a refusal is lost. Here production and tests take the same path.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::discord::error::{ApiError, Meaning};
use crate::ids::{ChannelId, GuildId, InteractionId, MessageId, UserId};
use crate::reply::{Message, Picture, Reply};

/// No call may hang: the slowest answer Discord gives within its own deadlines.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often a call is made before its failure is handed on.
const ATTEMPTS: u32 = 3;
/// A reply is not tried again after a longer wait than this.
const REPLY_PATIENCE: Duration = Duration::from_secs(1);
/// Longer waits than this are the caller's business: it has a lease to mind.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// A connection pool to Discord's REST API.
pub struct Discord {
    http: reqwest::Client,
    base: String,
    token: SecretString,
    /// Routes that are used up, until when. Discord names the bucket only in its answers, so the route stands for it.
    waits: Mutex<HashMap<String, Instant>>,
}

/// Who the bot is.
#[derive(Clone, Debug, Deserialize)]
pub struct Application {
    /// Its id, which the invitation link and the commands need.
    #[serde(deserialize_with = "snowflake")]
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// What Discord says about its gateway.
#[derive(Clone, Debug)]
pub struct GatewayAnswer {
    /// Its address: a scheme and a host, often no path.
    pub url: String,
    /// How many connections the bot's servers need.
    pub shards: u32,
    /// How many sessions may still begin; absent where it was not said.
    pub remaining: Option<u64>,
    /// When there are as many as ever again.
    pub reset_after: Duration,
}

fn snowflake<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}

impl Discord {
    /// A client for the API under `base`, such as `https://discord.com`.
    ///
    /// # Errors
    /// If the machine's TLS library cannot be set up.
    pub fn new(base: &str, token: SecretString) -> reqwest::Result<Self> {
        let agent = concat!("DiscordBot (greenroom, ", env!("CARGO_PKG_VERSION"), ")");
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .user_agent(agent)
            .build()?;
        Ok(Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            token,
            waits: Mutex::default(),
        })
    }

    /// Where the gateway is, and how many sessions may still begin there today.
    ///
    /// # Errors
    /// See [`ApiError`]; so for all calls.
    pub async fn gateway(&self) -> Result<GatewayAnswer, ApiError> {
        let answer = self.call(Method::GET, "/gateway/bot", None).await?;
        let limit = &answer["session_start_limit"];
        Ok(GatewayAnswer {
            url: text(&answer, "url"),
            shards: answer["shards"]
                .as_u64()
                .map_or(1, |shards| shards.clamp(1, 16_384) as u32),
            remaining: limit["remaining"].as_u64(),
            reset_after: Duration::from_millis(limit["reset_after"].as_u64().unwrap_or_default()),
        })
    }

    /// Who the token belongs to.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn application(&self) -> Result<Application, ApiError> {
        let answer = self.call(Method::GET, "/applications/@me", None).await?;
        serde_json::from_value(answer).map_err(|error| ApiError::NoAnswer {
            call: "GET /applications/@me".to_owned(),
            reason: format!("its answer could not be read: {error}"),
        })
    }

    /// Replaces the global commands.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn register_commands(&self, application: i64, commands: &Value) -> Result<(), ApiError> {
        self.call(
            Method::PUT,
            &format!("/applications/{application}/commands"),
            Some(commands),
        )
        .await?;
        Ok(())
    }

    /// Posts a message. Within a few minutes the same nonce gives the same message instead of a second one, so a call
    /// whose answer was lost can be made again. Where files are not allowed, it is posted without its pictures.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn post(
        &self,
        channel: ChannelId,
        message: &Message,
        nonce: &str,
    ) -> Result<MessageId, ApiError> {
        match self.post_as_it_is(channel, message, nonce).await {
            Err(error)
                if !message.pictures().is_empty()
                    && matches!(error.meaning(), Meaning::Forbidden | Meaning::Refused) =>
            {
                tracing::warn!(channel.id = channel.0, %error, "a message is posted without its picture");
                self.post_as_it_is(channel, &message.clone().in_words(), nonce)
                    .await
            }
            posted => posted,
        }
    }

    async fn post_as_it_is(
        &self,
        channel: ChannelId,
        message: &Message,
        nonce: &str,
    ) -> Result<MessageId, ApiError> {
        let mut body = json!(message);
        body["nonce"] = nonce.into();
        body["enforce_nonce"] = true.into();
        let path = format!("/channels/{channel}/messages");
        let answer = self
            .call_with(Method::POST, &path, Some(&body), &message.pictures())
            .await?;
        Ok(MessageId(id(&answer)?))
    }

    /// The conversation with a person, which direct messages are posted to; the same one every time.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn conversation(&self, user: UserId) -> Result<ChannelId, ApiError> {
        let body = json!({ "recipient_id": user.to_string() });
        let answer = self
            .call(Method::POST, "/users/@me/channels", Some(&body))
            .await?;
        Ok(ChannelId(id(&answer)?))
    }

    /// Whether the guild has this member. The answer may be old by the time it is read.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn has_member(&self, guild: GuildId, user: UserId) -> Result<bool, ApiError> {
        const UNKNOWN_MEMBER: i64 = 10_007;
        let path = format!("/guilds/{guild}/members/{user}");
        match self.call(Method::GET, &path, None).await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some(UNKNOWN_MEMBER) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Rewrites a message.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn edit(&self, channel: ChannelId, id: MessageId, message: &Message) -> Result<(), ApiError> {
        let path = format!("/channels/{channel}/messages/{id}");
        self.call_with(Method::PATCH, &path, Some(&message.edit()), &message.pictures())
            .await?;
        Ok(())
    }

    /// Up to 100 messages of a channel that came after a moment, given as the snowflake of that moment.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn messages_after(&self, channel: ChannelId, after: i64) -> Result<Vec<Value>, ApiError> {
        let path = format!("/channels/{channel}/messages?after={after}&limit=100");
        match self.call(Method::GET, &path, None).await? {
            Value::Array(messages) => Ok(messages),
            _ => Ok(Vec::new()),
        }
    }

    /// Opens a thread on a message. A thread that is there already is taken: its id is the message's.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn thread(
        &self,
        channel: ChannelId,
        message: MessageId,
        name: &str,
    ) -> Result<ChannelId, ApiError> {
        const THREAD_EXISTS: i64 = 160_004;
        let body = json!({ "name": name, "auto_archive_duration": 10_080 });
        let path = format!("/channels/{channel}/messages/{message}/threads");
        match self.call(Method::POST, &path, Some(&body)).await {
            Ok(answer) => Ok(ChannelId(id(&answer)?)),
            Err(error) if error.code() == Some(THREAD_EXISTS) => Ok(ChannelId(message.0)),
            Err(error) => Err(error),
        }
    }

    /// Opens a thread again that was archived.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn unarchive(&self, thread: ChannelId) -> Result<(), ApiError> {
        let body = json!({ "archived": false });
        self.call(Method::PATCH, &format!("/channels/{thread}"), Some(&body))
            .await?;
        Ok(())
    }

    /// Answers an interaction. The token is the interaction's, and a secret for fifteen minutes.
    #[expect(clippy::missing_errors_doc, reason = "said at `gateway`")]
    pub async fn respond(&self, id: InteractionId, token: &str, reply: &Reply) -> Result<(), ApiError> {
        const ALREADY_ANSWERED: i64 = 40_060;
        let path = format!("/interactions/{id}/{token}/callback");
        let answer = async |reply: &Reply| {
            self.call_with(Method::POST, &path, Some(&json!(reply)), &reply.pictures())
                .await
        };
        match answer(reply).await {
            Err(error) if !reply.pictures().is_empty() && error.meaning() == Meaning::Forbidden => {
                answer(&reply.clone().in_words()).await.map(|_| ())
            }
            // The first try got through and only its answer was lost.
            Err(error) if error.code() == Some(ALREADY_ANSWERED) => Ok(()),
            other => other.map(|_| ()),
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, ApiError> {
        self.call_with(method, path, body, &[]).await
    }

    /// A call with pictures sent along.
    async fn call_with(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        pictures: &[&Picture],
    ) -> Result<Value, ApiError> {
        let route = route(&method, path);
        // A reply is worth nothing after three seconds, and its limits are its own: it neither waits for others nor
        // makes them wait.
        let reply = path.starts_with("/interactions/");
        let patience = if reply { REPLY_PATIENCE } else { LONGEST_WAIT };
        let mut attempt = 1;
        loop {
            if !reply {
                self.wait(&route).await;
            }
            let error = match self.once(&method, path, &route, body, pictures).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Meaning::Later(wait) = error.meaning() else {
                return Err(error);
            };
            // Doubling pauses for a server that is down; what Discord asked for where it said how long.
            let pause = match error {
                ApiError::Refused {
                    retry_after: Some(_), ..
                } => wait,
                _ => Duration::from_millis(250) * 2u32.pow(attempt),
            };
            if attempt == ATTEMPTS || pause > patience {
                return Err(error);
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        route: &str,
        body: Option<&Value>,
        pictures: &[&Picture],
    ) -> Result<Value, ApiError> {
        let url = format!("{}/api/v10{path}", self.base);
        let mut request = self.http.request(method.clone(), url);
        // The token in an interaction's path is all that is asked for there.
        if !path.starts_with("/interactions/") {
            request = request.header(
                header::AUTHORIZATION,
                format!("Bot {}", self.token.expose_secret()),
            );
        }
        request = match body {
            None => request,
            Some(body) if pictures.is_empty() => request.json(body),
            // Made anew for each attempt: a form is used up by sending it.
            Some(body) => request.multipart(form(body, pictures)),
        };
        // `without_url`, because the address may hold an interaction's token.
        let lost = |error: reqwest::Error| ApiError::NoAnswer {
            call: route.to_owned(),
            reason: chain(&error.without_url()),
        };
        let response = request.send().await.map_err(|error| match error.is_builder() {
            // Never left this machine: the address or the token cannot be used at all.
            true => ApiError::Refused {
                call: route.to_owned(),
                status: 0,
                code: 0,
                message: chain(&error.without_url()),
                retry_after: None,
            },
            false => lost(error),
        })?;
        if !path.starts_with("/interactions/") {
            self.remember_limit(route, &response);
        }
        let status = response.status();
        tracing::debug!(call = route, status = status.as_u16(), "asked Discord");
        let retry_after = retry_after(&response);
        let bytes = response.bytes().await.map_err(lost)?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(answer);
        }
        Err(refusal(route, status, retry_after, &answer))
    }

    async fn wait(&self, route: &str) {
        let until = self
            .waits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(route)
            .copied();
        if let Some(until) = until {
            tokio::time::sleep_until(until.into()).await;
        }
    }

    /// Notes when a route is used up, so that the next call waits instead of being refused.
    fn remember_limit(&self, route: &str, response: &Response) {
        let header = |name: &str| response.headers().get(name)?.to_str().ok()?.parse::<f64>().ok();
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        match (header("x-ratelimit-remaining"), header("x-ratelimit-reset-after")) {
            (Some(0.0), Some(seconds)) => {
                let pause = Duration::try_from_secs_f64(seconds)
                    .unwrap_or_default()
                    .min(LONGEST_WAIT);
                waits.retain(|_, until| *until > Instant::now());
                waits.insert(route.to_owned(), Instant::now() + pause);
            }
            _ => {
                waits.remove(route);
            }
        }
    }
}

/// A body and its files; a file's number is the one the body's `attachments` call it by.
fn form(body: &Value, pictures: &[&Picture]) -> Form {
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

fn refusal(call: &str, status: StatusCode, retry_after: Option<Duration>, answer: &Value) -> ApiError {
    let in_body = answer["retry_after"]
        .as_f64()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let mut message = text(answer, "message");
    if answer["errors"].is_object() {
        message = format!("{message}: {}", answer["errors"]);
    }
    ApiError::Refused {
        call: call.to_owned(),
        status: status.as_u16(),
        code: answer["code"].as_i64().unwrap_or_default(),
        message,
        retry_after: retry_after.or(in_body),
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: f64 = response
        .headers()
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Method and path without ids that make no difference to a rate limit, and without the interaction's token.
fn route(method: &Method, path: &str) -> String {
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
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}

fn text(answer: &Value, field: &str) -> String {
    answer[field].as_str().unwrap_or_default().to_owned()
}

fn id(answer: &Value) -> Result<i64, ApiError> {
    let id = answer["id"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| ApiError::NoAnswer {
        call: "a call that creates something".to_owned(),
        reason: "its answer names no id".to_owned(),
    })
}
