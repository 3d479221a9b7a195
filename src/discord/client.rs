//! Discord's REST API, the calls of it the bot makes.
//!
//! These are our own over reqwest rather than serenity's `Http`: its rate limiter ignores a proxied address (so nothing
//! could be tested), keeps an entry per interaction for ever and retries without limit, and without its limiter the
//! `Retry-After` of a refusal is lost. Here production and tests take the same path.

mod history;
pub mod inspect;
mod limits;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::{ChannelId, GuildId, InteractionId, MessageId, UserId};
use crate::reply::{Message, Picture, Reply};

/// No call may hang: the slowest answer Discord gives within its own deadlines.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often a call is made before its failure is handed on.
const ATTEMPTS: u32 = 3;
/// How long one try at a reply may take. Discord takes replies for three seconds, and a second try needs its time.
const REPLY_TIMEOUT: Duration = Duration::from_secs(1);
/// A reply is not tried again later than this after the first try began.
const REPLY_PATIENCE: Duration = Duration::from_millis(1_500);
/// The pause before a reply is tried again, where Discord does not say how long.
const REPLY_PAUSE: Duration = Duration::from_millis(200);
/// Longer waits than this are the caller's business: it has a lease to mind.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// A connection pool to Discord's REST API.
pub struct Discord {
    http: reqwest::Client,
    base: String,
    token: SecretString,
    limits: limits::Limits,
    /// The bot's own user, once it was asked for.
    me: tokio::sync::OnceCell<UserId>,
}

/// One call as it is made, however often.
struct Ask<'a> {
    method: Method,
    path: &'a str,
    route: String,
    body: Option<&'a Value>,
    pictures: Vec<&'a Picture>,
}

/// Who the bot is.
#[derive(Clone, Debug, Deserialize)]
pub struct Application {
    /// Its id, which the invitation link and the commands need.
    #[serde(deserialize_with = "read_snowflake")]
    pub id: i64,
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

fn read_snowflake<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
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
        let agent = format!("DiscordBot ({}, {})", home(), env!("CARGO_PKG_VERSION"));
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .user_agent(agent)
            .build()?;
        Ok(Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            token,
            limits: limits::Limits::default(),
            me: tokio::sync::OnceCell::new(),
        })
    }

    /// The same client, which is done waiting for a rate limit also when this clock says so.
    #[must_use]
    pub fn by_clock(mut self, clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>) -> Self {
        self.limits.clock = clock;
        self
    }

    /// Where the gateway is, and how many sessions may still begin there today.
    ///
    /// # Errors
    /// See [`ApiError`]; so for all calls.
    pub async fn gateway(&self) -> Result<GatewayAnswer, ApiError> {
        const PATH: &str = "/gateway/bot";
        let answer = self.call(Method::GET, PATH, None).await?;
        let unnamed = || unreadable(&format!("GET {PATH}"), "it names no address");
        let limit = &answer["session_start_limit"];
        Ok(GatewayAnswer {
            url: answer["url"].as_str().map(str::to_owned).ok_or_else(unnamed)?,
            shards: answer["shards"]
                .as_u64()
                .map_or(1, |shards| shards.clamp(1, 16_384) as u32),
            remaining: limit["remaining"].as_u64(),
            reset_after: Duration::from_millis(limit["reset_after"].as_u64().unwrap_or_default()),
        })
    }

    /// Who the token belongs to.
    pub async fn application(&self) -> Result<Application, ApiError> {
        let answer = self.call(Method::GET, "/applications/@me", None).await?;
        serde_json::from_value(answer)
            .map_err(|error| unreadable("GET /applications/@me", &error.to_string()))
    }

    /// Replaces the global commands.
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
    pub async fn post(
        &self,
        channel: ChannelId,
        message: &Message,
        nonce: &str,
    ) -> Result<MessageId, ApiError> {
        match self.post_as_it_is(channel, message, nonce).await {
            Err(error) if !message.pictures().is_empty() && error.may_be_the_picture() => {
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
        Ok(MessageId(id_field(&answer)?))
    }

    /// The conversation with a person, which direct messages are posted to; the same one every time.
    pub async fn conversation(&self, user: UserId) -> Result<ChannelId, ApiError> {
        let body = json!({ "recipient_id": user.to_string() });
        let answer = self
            .call(Method::POST, "/users/@me/channels", Some(&body))
            .await?;
        Ok(ChannelId(id_field(&answer)?))
    }

    /// Whether the guild has this member. The answer may be old by the time it is read.
    pub async fn has_member(&self, guild: GuildId, user: UserId) -> Result<bool, ApiError> {
        const UNKNOWN_MEMBER: i64 = 10_007;
        // No account any more.
        const UNKNOWN_USER: i64 = 10_013;
        let path = format!("/guilds/{guild}/members/{user}");
        match self.call(Method::GET, &path, None).await {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.code(), Some(UNKNOWN_MEMBER | UNKNOWN_USER)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Rewrites a message.
    pub async fn edit(&self, channel: ChannelId, id: MessageId, message: &Message) -> Result<(), ApiError> {
        let path = format!("/channels/{channel}/messages/{id}");
        self.call_with(Method::PATCH, &path, Some(&message.edit()), &message.pictures())
            .await?;
        Ok(())
    }

    /// Up to 100 messages of a channel that came after a moment, given as the snowflake of that moment.
    pub async fn messages_after(&self, channel: ChannelId, after: i64) -> Result<Vec<Value>, ApiError> {
        let path = format!("/channels/{channel}/messages?after={after}&limit=100");
        match self.call(Method::GET, &path, None).await? {
            Value::Array(messages) => Ok(messages),
            _ => Err(unreadable("GET /channels/…/messages", "it is not a list")),
        }
    }

    /// Opens a thread on a message. A thread that is there already is taken: its id is the message's.
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
            Ok(answer) => Ok(ChannelId(id_field(&answer)?)),
            Err(error) if error.code() == Some(THREAD_EXISTS) => Ok(ChannelId(message.0)),
            Err(error) => Err(error),
        }
    }

    /// Opens a thread again that was archived.
    pub async fn unarchive(&self, thread: ChannelId) -> Result<(), ApiError> {
        let body = json!({ "archived": false });
        self.call(Method::PATCH, &format!("/channels/{thread}"), Some(&body))
            .await?;
        Ok(())
    }

    /// Answers an interaction. The token is the interaction's, and a secret for fifteen minutes.
    ///
    /// A reply is worth nothing after three seconds, and its limits are its own: it neither waits for others nor makes
    /// them wait. Within its time it is tried again, without its pictures where they may be to blame.
    pub async fn respond(&self, id: InteractionId, token: &str, reply: &Reply) -> Result<(), ApiError> {
        const ALREADY_ANSWERED: i64 = 40_060;
        let path = format!("/interactions/{id}/{token}/callback");
        let began = Instant::now();
        let mut reply = reply.clone();
        loop {
            let body = json!(reply);
            let ask = Ask::new(Method::POST, &path, Some(&body), reply.pictures());
            let error = match self.once(&ask, REPLY_TIMEOUT).await {
                Ok(_) => return Ok(()),
                // An earlier try got through and only its answer was lost.
                Err(error) if error.code() == Some(ALREADY_ANSWERED) => return Ok(()),
                Err(error) => error,
            };
            let pause = if !reply.pictures().is_empty() && error.may_be_the_picture() {
                reply = reply.in_words();
                Duration::ZERO
            } else if let ErrorKind::Later(_) = error.kind() {
                error.retry_after().unwrap_or(REPLY_PAUSE)
            } else {
                return Err(error);
            };
            if began.elapsed() + pause > REPLY_PATIENCE {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, ApiError> {
        self.call_with(method, path, body, &[]).await
    }

    /// A call with pictures sent along, tried again a few times while that makes sense.
    async fn call_with(
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

    async fn once(&self, ask: &Ask<'_>, patience: Duration) -> Result<Value, ApiError> {
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
    fn new(method: Method, path: &'a str, body: Option<&'a Value>, pictures: Vec<&'a Picture>) -> Self {
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

/// Where the program is at home, for the header by which Discord knows a bot: its repository, where the manifest names
/// one, and else the service it is a bot of.
fn home() -> &'static str {
    match env!("CARGO_PKG_REPOSITORY") {
        "" => "https://discord.com",
        repository => repository,
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
fn unreadable(call: &str, reason: &str) -> ApiError {
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
fn error_chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}

fn id_field(answer: &Value) -> Result<i64, ApiError> {
    let id = answer["id"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| unreadable("a call that creates something", "it names no id"))
}
