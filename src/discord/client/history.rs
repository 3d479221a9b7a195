//! Whether the bot sees what was written in a channel. Without the permission to, Discord does not refuse to list
//! messages: it lists none.

use reqwest::Method;
use serde_json::Value;

use super::Discord;
use crate::discord::error::ApiError;
use crate::ids::{ChannelId, UserId};

const ADMINISTRATOR: u64 = 1 << 3;
const VIEW_CHANNEL: u64 = 1 << 10;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;

impl Discord {
    /// Whether an empty list of a channel's messages can be believed. In direct conversations it always can.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn may_read_history(&self, channel: ChannelId) -> Result<bool, ApiError> {
        let mut place = self.get(&format!("/channels/{channel}")).await?;
        let Some(guild) = place["guild_id"].as_str().map(str::to_owned) else {
            return Ok(true);
        };
        // A thread has the exceptions of the channel it is in.
        if let (10..=12, Some(parent)) = (
            place["type"].as_i64().unwrap_or_default(),
            place["parent_id"].as_str(),
        ) {
            place = self.get(&format!("/channels/{parent}")).await?;
        }
        let me = self.own_user().await?;
        let roles = self.get(&format!("/guilds/{guild}/roles")).await?;
        let member = self.get(&format!("/guilds/{guild}/members/{me}")).await?;
        let wanted = VIEW_CHANNEL | READ_MESSAGE_HISTORY;
        Ok(permissions(&guild, me, &roles, &member, &place["permission_overwrites"]) & wanted == wanted)
    }

    async fn own_user(&self) -> Result<UserId, ApiError> {
        self.me.get_or_try_init(|| self.read_own_user()).await.copied()
    }

    async fn get(&self, path: &str) -> Result<Value, ApiError> {
        self.call(Method::GET, path, None).await
    }
}

/// A member's permissions in a channel, as Discord's page on permissions works them out.
fn permissions(guild: &str, user: UserId, roles: &Value, member: &Value, exceptions: &Value) -> u64 {
    let user = user.to_string();
    let held: Vec<&str> = list(&member["roles"]).filter_map(Value::as_str).collect();
    let of_roles = list(roles)
        .filter(|role| {
            role["id"]
                .as_str()
                .is_some_and(|id| id == guild || held.contains(&id))
        })
        .fold(0, |all, role| all | bits(&role["permissions"]));
    if of_roles & ADMINISTRATOR != 0 {
        return u64::MAX;
    }
    let steps: [&dyn Fn(&str) -> bool; 3] = [
        &|id| id == guild,
        &|id| id != guild && held.contains(&id),
        &|id| id == user,
    ];
    steps.into_iter().fold(of_roles, |before, meant| {
        let those = list(exceptions).filter(|one| one["id"].as_str().is_some_and(meant));
        let (deny, allow) = those.fold((0, 0), |(deny, allow), one| {
            (deny | bits(&one["deny"]), allow | bits(&one["allow"]))
        });
        before & !deny | allow
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn bits(value: &Value) -> u64 {
    value
        .as_str()
        .and_then(|bits| bits.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ME: UserId = UserId(9);

    fn may_read(roles: &Value, exceptions: &Value) -> bool {
        let member = json!({ "roles": ["2"] });
        let wanted = VIEW_CHANNEL | READ_MESSAGE_HISTORY;
        permissions("1", ME, roles, &member, exceptions) & wanted == wanted
    }

    #[test]
    fn roles_add_up_and_exceptions_are_applied_from_everybody_to_the_member() {
        let both = (VIEW_CHANNEL | READ_MESSAGE_HISTORY).to_string();
        let everybody = json!([{ "id": "1", "permissions": both }, { "id": "2", "permissions": "0" }]);
        let split = json!([
            { "id": "1", "permissions": VIEW_CHANNEL.to_string() },
            { "id": "2", "permissions": READ_MESSAGE_HISTORY.to_string() },
            { "id": "3", "permissions": "8" },
        ]);
        let admin = json!([{ "id": "2", "permissions": "8" }]);
        let history = READ_MESSAGE_HISTORY.to_string();
        let deny = |id: &str| json!({ "id": id, "type": 0, "deny": history, "allow": "0" });
        let allow = |id: &str| json!({ "id": id, "type": 0, "deny": "0", "allow": history });
        assert!(may_read(&everybody, &json!([])));
        assert!(may_read(&split, &json!([])));
        assert!(!may_read(&everybody, &json!([deny("1")])));
        assert!(may_read(&everybody, &json!([deny("1"), allow("2")])));
        assert!(!may_read(&everybody, &json!([deny("9"), allow("2")])));
        assert!(may_read(&everybody, &json!([deny("2"), allow("9"), deny("3")])));
        assert!(may_read(&admin, &json!([deny("9")])));
        assert!(!may_read(
            &json!([{ "id": "1", "permissions": history }]),
            &json!([])
        ));
    }
}
