//! Discord's JSON for servers and roles.

use serde_json::{Value, json};

use super::json::merge_fields;
use super::{Channel, Guild, Role, World};
use crate::clock::time_of;

impl World {
    /// A server object as REST gives it.
    pub fn guild_json(&self, id: u64) -> Value {
        let Some(guild) = self.guilds.get(&id) else {
            return Value::Null;
        };
        let mut object = json!({
            "id": id.to_string(), "name": guild.name, "icon": null, "description": null, "home_header": null,
            "splash": null, "discovery_splash": null, "features": [], "banner": null,
            "owner_id": guild.owner.to_string(), "application_id": null, "region": "deprecated",
            "afk_channel_id": null, "afk_timeout": 300, "system_channel_id": null, "system_channel_flags": 0,
            "widget_enabled": false, "widget_channel_id": null, "verification_level": 0, "roles": roles_json(guild),
            "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 0, "max_presences": null,
            "max_members": 500_000, "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50, "vanity_url_code": null, "premium_tier": 0,
            "premium_subscription_count": 0, "preferred_locale": "en-GB",
        });
        merge_fields(
            &mut object,
            json!({
                "rules_channel_id": null,
            "safety_alerts_channel_id": null, "public_updates_channel_id": null, "hub_type": null,
            "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [],
            "incidents_data": null, "inventory_settings": null,
            }),
        );
        object
    }

    /// Members whose name or user name begins like this, in the order of their ids.
    pub(crate) fn members_named(&self, guild: u64, start: &str) -> Vec<u64> {
        let start = start.to_lowercase();
        let fits = |user: &&u64| {
            let user = self.users.get(user);
            user.is_some_and(|user| user.name.to_lowercase().starts_with(&start))
        };
        let members = self
            .guilds
            .get(&guild)
            .into_iter()
            .flat_map(|guild| guild.members.keys());
        members.filter(fits).copied().collect()
    }

    /// A server object as the gateway gives it after connecting.
    pub(crate) fn guild_create_json(&self, id: u64) -> Value {
        let mut object = self.guild_json(id);
        let Some(guild) = self.guilds.get(&id) else {
            return object;
        };
        let channels = self.channels_of(id);
        let (threads, channels): (Vec<_>, Vec<_>) =
            channels.into_iter().partition(|channel| channel.is_thread());
        let json = |list: Vec<&Channel>| -> Vec<_> {
            list.iter().map(|channel| self.channel_json(channel.id)).collect()
        };
        let bot = self.member_json(id, self.application);
        merge_fields(
            &mut object,
            json!({
                "joined_at": time_of(id), "large": false, "unavailable": false, "member_count": guild.members.len(),
                "voice_states": [], "members": [bot], "channels": json(channels), "threads": json(threads),
                "presences": [], "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
            }),
        );
        object
    }
}

/// A server's roles.
pub(crate) fn roles_json(guild: &Guild) -> Vec<Value> {
    let json = |(position, role): (usize, &Role)| {
        json!({
            "id": role.id.to_string(), "name": role.name, "permissions": role.permissions.to_string(),
            "position": position, "color": role.color, "hoist": false, "icon": null, "unicode_emoji": null,
            "colors": { "primary_color": role.color, "secondary_color": null, "tertiary_color": null },
            "managed": role.managed, "mentionable": role.mentionable, "flags": 0,
        })
    };
    guild.roles.values().enumerate().map(json).collect()
}
