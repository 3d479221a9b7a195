//! Discord's REST API, the calls of it the bot makes.
//!
//! These are our own over reqwest rather than serenity's `Http`: its rate limiter ignores a proxied address (so nothing
//! could be tested), keeps an entry per interaction for ever and retries without limit, and without its limiter the
//! `Retry-After` of a refusal is lost. Here production and tests take the same path.

mod call;
mod history;
pub mod inspect;
mod limits;
mod priority;
mod respond;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use self::call::unreadable;
use self::limits::Limits;
pub use self::priority::CallPriority;
use crate::discord::error::ApiError;
use crate::ids::{ChannelId, GuildId, MessageId, UserId};
use crate::reply::Message;

/// No call may hang: the slowest answer Discord gives within its own deadlines.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Discord's REST API, with a priority for the calls that are made by this handle. Clones share everything else.
#[derive(Clone)]
pub struct Discord {
    shared: Arc<Shared>,
    priority: CallPriority,
}

/// A connection pool, and what limits it.
struct Shared {
    http: reqwest::Client,
    base: String,
    token: SecretString,
    limits: Limits,
    /// The bot's own user, once it was asked for.
    me: tokio::sync::OnceCell<UserId>,
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
    /// How many sessions may begin in a day; absent where it was not said.
    pub total: Option<u64>,
    /// How many of them still may; absent where it was not said.
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
    /// A client for the API under `base`, such as `https://discord.com`, that makes so many requests a second at most.
    /// Its calls have the priority of questions.
    ///
    /// # Errors
    /// If the machine's TLS library cannot be set up.
    pub fn new(base: &str, token: SecretString, per_second: NonZeroU32) -> reqwest::Result<Self> {
        let agent = format!("DiscordBot ({}, {})", home(), env!("CARGO_PKG_VERSION"));
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .user_agent(agent)
            .build()?;
        let shared = Shared {
            http,
            base: base.trim_end_matches('/').to_owned(),
            token,
            limits: Limits::new(per_second),
            me: tokio::sync::OnceCell::new(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            priority: CallPriority::Question,
        })
    }

    /// The same client, which is done waiting for a rate limit also when this clock says so.
    #[must_use]
    pub fn by_clock(self, clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>) -> Self {
        self.shared.limits.set_clock(clock);
        self
    }

    /// The same client, which sends nothing more but replies once so many of its requests in ten minutes were refused:
    /// fewer than 5,000 for one that shares its address with others.
    #[must_use]
    pub fn with_invalid_budget(self, requests: usize) -> Self {
        self.shared.limits.set_invalid_budget(requests);
        self
    }

    /// The same client, whose calls have this priority among all that wait.
    #[must_use]
    pub fn at(&self, priority: CallPriority) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            priority,
        }
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
            total: limit["total"].as_u64(),
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
}

/// Where the program is at home, for the header by which Discord knows a bot: its repository, where the manifest names
/// one, and else the service it is a bot of.
fn home() -> &'static str {
    match env!("CARGO_PKG_REPOSITORY") {
        "" => "https://discord.com",
        repository => repository,
    }
}

fn id_field(answer: &Value) -> Result<i64, ApiError> {
    let id = answer["id"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| unreadable("a call that creates something", "it names no id"))
}
