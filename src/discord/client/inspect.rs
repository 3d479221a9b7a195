//! The calls that only look: what `greenroom doctor` asks. Of them the bot itself asks only who it is.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Method, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::error_chain;
use super::{Discord, read_snowflake};
use crate::discord::error::ApiError;
use crate::ids::{ChannelId, GuildId, RoleId, UserId};

/// What the developer portal holds about the application.
#[derive(Clone, Debug, Deserialize)]
pub struct Portal {
    /// Its id, which the commands belong to.
    #[serde(deserialize_with = "read_snowflake")]
    pub id: i64,
    pub name: String,
    /// Whether anybody may add it to a server, not only who made it.
    #[serde(default)]
    pub bot_public: Option<bool>,
    /// Whether an invitation link alone does not add it.
    #[serde(default)]
    pub bot_require_code_grant: Option<bool>,
    /// Where Discord sends interactions instead of through the gateway.
    #[serde(default)]
    pub interactions_endpoint_url: Option<String>,
}

/// A server the bot is in, as the list of them has it.
#[derive(Clone, Debug, Deserialize)]
pub struct JoinedGuild {
    #[serde(deserialize_with = "read_snowflake")]
    pub id: i64,
    pub name: String,
}

/// A server with its roles.
#[derive(Clone, Debug, Deserialize)]
pub struct GuildDetails {
    /// Its id, which everybody's role has too.
    #[serde(deserialize_with = "read_snowflake")]
    pub id: i64,
    /// Who may do everything.
    #[serde(deserialize_with = "read_snowflake")]
    pub owner_id: i64,
    /// All roles, everybody's among them.
    pub roles: Vec<RoleDetails>,
}

/// A role.
#[derive(Clone, Debug, Deserialize)]
pub struct RoleDetails {
    #[serde(deserialize_with = "read_snowflake")]
    pub id: i64,
    pub name: String,
    /// Permission bits.
    #[serde(deserialize_with = "bits")]
    pub permissions: u64,
    /// Whether everybody may ping it.
    #[serde(default)]
    pub mentionable: bool,
}

impl GuildDetails {
    /// A role of the server.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&RoleDetails> {
        self.roles.iter().find(|role| role.id == id.0)
    }
}

/// The bot as a member of a server.
#[derive(Clone, Debug, Deserialize)]
pub struct MemberDetails {
    /// Its roles, without everybody's.
    #[serde(deserialize_with = "snowflakes")]
    pub roles: Vec<i64>,
    /// Until when a moderator has silenced it; may lie in the past.
    #[serde(default)]
    pub communication_disabled_until: Option<DateTime<Utc>>,
}

impl MemberDetails {
    /// Whether a moderator has silenced the member at this moment.
    #[must_use]
    pub fn is_silenced(&self, now: DateTime<Utc>) -> bool {
        self.communication_disabled_until.is_some_and(|until| until > now)
    }
}

/// A channel.
#[derive(Clone, Debug, Deserialize)]
pub struct ChannelDetails {
    /// Discord's channel type.
    #[serde(rename = "type")]
    pub kind: u64,
    /// Name without `#`.
    #[serde(default)]
    pub name: Option<String>,
    /// The server it belongs to; none for a direct conversation.
    #[serde(default, deserialize_with = "read_snowflake_if_any")]
    pub guild_id: Option<i64>,
    /// The channel a thread is in, or the category of a channel.
    #[serde(default, deserialize_with = "read_snowflake_if_any")]
    pub parent_id: Option<i64>,
    /// Exceptions to the roles' permissions.
    #[serde(default)]
    pub permission_overwrites: Option<Vec<Overwrite>>,
}

/// What a channel grants or denies to a role or a member.
#[derive(Clone, Debug, Deserialize)]
pub struct Overwrite {
    /// Role or user.
    #[serde(deserialize_with = "read_snowflake")]
    pub id: i64,
    /// 0 for a role, 1 for a member.
    #[serde(rename = "type")]
    pub kind: u64,
    /// Granted bits.
    #[serde(deserialize_with = "bits")]
    pub allow: u64,
    /// Denied bits.
    #[serde(deserialize_with = "bits")]
    pub deny: u64,
}

/// Permissions are numbers in text, which grow with each that Discord adds.
fn bits<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}

fn read_snowflake_if_any<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let id = Option::<String>::deserialize(deserializer)?;
    id.map(|id| id.parse().map_err(serde::de::Error::custom))
        .transpose()
}

fn snowflakes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
    let all = Vec::<String>::deserialize(deserializer)?;
    all.iter()
        .map(|id| id.parse().map_err(serde::de::Error::custom))
        .collect()
}

/// As many servers as one call lists.
const GUILDS_A_PAGE: usize = 200;

impl Discord {
    /// What the developer portal holds about the application the token belongs to.
    ///
    /// # Errors
    /// See [`ApiError`]; so for all calls in here.
    pub async fn read_portal(&self) -> Result<Portal, ApiError> {
        self.read("/applications/@me").await
    }

    /// The bot's own user, which is a member of servers. In old applications its id is not the application's.
    pub async fn read_own_user(&self) -> Result<UserId, ApiError> {
        #[derive(Deserialize)]
        struct User {
            #[serde(deserialize_with = "read_snowflake")]
            id: i64,
        }
        let user: User = self.read("/users/@me").await?;
        Ok(UserId(user.id))
    }

    /// The commands Discord knows for all servers, as it stores them.
    pub async fn read_commands(&self, application: i64) -> Result<Value, ApiError> {
        let path = format!("/applications/{application}/commands?with_localizations=true");
        self.call(Method::GET, &path, None).await
    }

    /// All servers the bot is in, as far as `most` pages tell.
    pub async fn read_joined_guilds(&self, most: usize) -> Result<Vec<JoinedGuild>, ApiError> {
        let mut all: Vec<JoinedGuild> = Vec::new();
        for _ in 0..most {
            let after = all.last().map_or(0, |guild| guild.id);
            let path = format!("/users/@me/guilds?limit={GUILDS_A_PAGE}&after={after}");
            let page: Vec<JoinedGuild> = self.read(&path).await?;
            let last = page.len() < GUILDS_A_PAGE;
            all.extend(page);
            if last {
                break;
            }
        }
        Ok(all)
    }

    /// A server with its roles.
    pub async fn read_guild(&self, guild: GuildId) -> Result<GuildDetails, ApiError> {
        self.read(&format!("/guilds/{guild}")).await
    }

    /// A member of a server.
    pub async fn read_member(&self, guild: GuildId, user: UserId) -> Result<MemberDetails, ApiError> {
        self.read(&format!("/guilds/{guild}/members/{user}")).await
    }

    /// A channel.
    pub async fn read_channel(&self, channel: ChannelId) -> Result<ChannelDetails, ApiError> {
        self.read(&format!("/channels/{channel}")).await
    }

    /// What time Discord's servers say it is, to the second. Needs no token.
    pub async fn read_clock(&self, within: Duration) -> Result<DateTime<Utc>, ApiError> {
        const CALL: &str = "GET /gateway";
        let lost = |reason: String| ApiError::NoAnswer {
            call: CALL.to_owned(),
            reason,
        };
        let request = self
            .shared
            .http
            .get(format!("{}/api/v10/gateway", self.shared.base));
        let answer = request.timeout(within).send().await;
        let answer = answer.map_err(|error| lost(error_chain(&error.without_url())))?;
        let date = answer
            .headers()
            .get(header::DATE)
            .and_then(|date| date.to_str().ok())
            .and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        date.map(|date| date.to_utc())
            .ok_or_else(|| lost("its answer has no date".to_owned()))
    }

    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        let answer = self.call(Method::GET, path, None).await?;
        serde_json::from_value(answer).map_err(|error| ApiError::NoAnswer {
            call: format!("GET {path}"),
            reason: format!("its answer could not be read: {error}"),
        })
    }
}
