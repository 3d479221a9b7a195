//! What there is: a bot, a server with a channel, two members, and what they do.

use std::sync::Arc;

use serde_json::{Value, json};

use super::record::Door;
use super::server::{APPLICATION, Act, CHANNEL, Discord, GUILD, Session, Shared};

pub const ANN: u64 = 1_000_000_000_000_000_011;
pub const BEN: u64 = 1_000_000_000_000_000_012;

/// A new session with its first events.
pub fn begin_session(shared: &Shared) -> Vec<Arc<str>> {
    let id = {
        let mut state = shared.state();
        state.sessions += 1;
        let id = format!("5ec0nd{:026}", state.sessions);
        state.session = Some(Session {
            id: id.clone(),
            events: Vec::new(),
        });
        id
    };
    let mut ready = ready(&id, &shared.url(Door::Resume));
    (shared.options.ready)(&mut ready);
    vec![
        add_event(shared, "READY", &ready),
        add_event(shared, "GUILD_CREATE", &guild()),
    ]
}

/// The events after this number, and that it is resumed; none if there is no such session, or no such number in it.
pub fn resume_session(shared: &Shared, id: &str, number: u64) -> Option<Vec<Arc<str>>> {
    let mut state = shared.state();
    let session = state.session.as_mut().filter(|session| session.id == id)?;
    let heard = usize::try_from(number).ok()?;
    let mut missed = session.events.get(heard..)?.to_vec();
    missed.push(number_event(session, "RESUMED", r#"{"_trace":["second"]}"#));
    Some(missed)
}

fn add_event(shared: &Shared, kind: &str, data: &Value) -> Arc<str> {
    add_raw_event(shared, kind, &data.to_string())
}

/// Adds an event to the session, with data that need not be what a JSON library would write.
pub fn add_raw_event(shared: &Shared, kind: &str, data: &str) -> Arc<str> {
    let mut state = shared.state();
    number_event(state.session.as_mut().expect("a session is open"), kind, data)
}

fn number_event(session: &mut Session, kind: &str, data: &str) -> Arc<str> {
    let number = session.events.len() + 1;
    let event: Arc<str> = format!(r#"{{"t":"{kind}","s":{number},"op":0,"d":{data}}}"#).into();
    session.events.push(Arc::clone(&event));
    event
}

fn ready(session: &str, resume: &str) -> Value {
    json!({
        "v": 10,
        "user_settings": {},
        "user": {
            "verified": true, "username": "greenroom", "primary_guild": null, "mfa_enabled": true,
            "id": APPLICATION.to_string(), "global_name": null, "flags": 0, "email": null,
            "discriminator": "4242", "clan": null, "bot": true, "avatar": null,
        },
        "session_type": "normal",
        "session_id": session,
        "resume_gateway_url": resume,
        "relationships": [],
        "private_channels": [],
        "presences": [],
        "guilds": [{ "unavailable": true, "id": GUILD.to_string() }],
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": ["frankfurt", "rotterdam"],
        "game_relationships": [],
        "auth": {},
        "application": { "id": APPLICATION.to_string(), "flags": 565_248 },
        "shard": [0, 1],
        "_trace": ["[\"gateway-prd-second\",{\"micros\":70000}]"],
    })
}

fn guild() -> Value {
    let mut guild = json!({
        "id": GUILD.to_string(), "name": "The second", "icon": null, "owner_id": ANN.to_string(), "unavailable": false,
        "joined_at": "2026-01-01T00:00:00.000000+00:00", "large": false, "member_count": 3, "features": [],
        "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0,
        "preferred_locale": "en-US", "nsfw_level": 0, "premium_tier": 0, "premium_progress_bar_enabled": false,
        "afk_timeout": 300, "system_channel_flags": 0, "widget_enabled": false,
    });
    for none in [
        "application_id",
        "system_channel_id",
        "rules_channel_id",
        "vanity_url_code",
        "description",
        "banner",
    ] {
        guild[none] = Value::Null;
    }
    for empty in [
        "members",
        "threads",
        "presences",
        "voice_states",
        "stage_instances",
        "emojis",
        "stickers",
    ] {
        guild[empty] = json!([]);
    }
    guild["roles"] = json!([{
        "id": GUILD.to_string(), "name": "@everyone", "permissions": "2248473465835073", "position": 0, "color": 0,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null }, "hoist": false,
        "managed": false, "mentionable": false, "icon": null, "unicode_emoji": null, "flags": 0,
    }]);
    guild["channels"] = json!([{
        "id": CHANNEL.to_string(), "type": 0, "name": "daily", "position": 0, "flags": 0, "nsfw": false, "topic": null,
        "permission_overwrites": [], "last_message_id": null, "rate_limit_per_user": 0, "parent_id": null,
    }]);
    guild
}

/// A user as the events of today show one.
pub fn user(id: u64, name: &str) -> Value {
    json!({
        "id": id.to_string(), "username": name.to_lowercase(), "global_name": name, "discriminator": "0",
        "avatar": null, "avatar_decoration_data": null, "collectibles": null, "display_name_styles": null,
        "primary_guild": null, "clan": null, "public_flags": 0,
    })
}

fn member(id: u64, name: &str) -> Value {
    json!({
        "user": user(id, name), "nick": null, "avatar": null, "banner": null, "collectibles": null,
        "roles": [], "joined_at": "2026-01-02T00:00:00.000000+00:00", "premium_since": null, "deaf": false,
        "mute": false, "pending": false, "flags": 0, "unusual_dm_activity_until": null,
        "communication_disabled_until": null, "permissions": "2251799813685247",
    })
}

/// What every interaction of Ann's in the channel has.
pub fn interaction(kind: u8, data: &Value) -> Value {
    json!({
        "version": 1, "type": kind, "application_id": APPLICATION.to_string(),
        "guild_id": GUILD.to_string(), "channel_id": CHANNEL.to_string(), "context": 0,
        "guild": { "id": GUILD.to_string(), "locale": "en-US", "features": [] },
        "channel": {
            "id": CHANNEL.to_string(), "type": 0, "name": "daily", "guild_id": GUILD.to_string(),
            "permissions": "2251799813685247", "flags": 0, "position": 0, "nsfw": false, "topic": null,
            "parent_id": null, "last_message_id": null, "rate_limit_per_user": 0,
        },
        "member": member(ANN, "Ann"), "locale": "en-GB", "guild_locale": "en-US",
        "app_permissions": "2248473465835073", "attachment_size_limit": 10_485_760, "entitlements": [],
        "entitlement_sku_ids": [], "authorizing_integration_owners": { "0": GUILD.to_string() },
        "data": data,
    })
}

/// A slash command; without options the key is left out, as Discord leaves it out.
pub fn command(name: &str, options: Option<Value>) -> Value {
    let mut data = json!({ "id": (APPLICATION + 100).to_string(), "name": name, "type": 1 });
    if let Some(options) = options {
        data["options"] = options;
    }
    interaction(2, &data)
}

impl Discord {
    /// Lets something happen; heard at once, or after the client resumed.
    pub fn dispatch(&self, kind: &str, data: &str) {
        let event = add_raw_event(&self.shared, kind, data);
        let live = self.shared.state().live.clone();
        if let Some(live) = live {
            // If nobody is there, it is replayed.
            let _ = live.send(Act::Event(event));
        }
    }

    /// An id and a token for an interaction that may be answered.
    pub fn open_interaction(&self) -> (u64, String) {
        let id = self.shared.new_id();
        let token = format!("aW50ZXJhY3Rpb246{id}");
        let mut state = self.shared.state();
        state.open_interactions.push((id, token.clone(), false));
        (id, token)
    }

    /// Sends an interaction under a new id, which is returned.
    pub fn interact(&self, mut interaction: Value) -> u64 {
        let (id, token) = self.open_interaction();
        interaction["id"] = id.to_string().into();
        interaction["token"] = token.into();
        self.dispatch("INTERACTION_CREATE", &interaction.to_string());
        id
    }
}
