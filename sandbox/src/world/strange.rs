//! Strange but legal: what Discord may send, and to most bots seldom does. Numbers of 64 bits, pictures whose names
//! have another form, kinds that did not exist yesterday, and every optional field null or absent.
//!
//! The mixture follows from a seed: the same world in the same order is strange in the same way.

use serde_json::{Map, Value, json};

/// Flags of a user that need more than 32 bits: quarantined, collaborator, restricted collaborator.
const USER_FLAGS: [u64; 3] = [1 << 44, 1 << 50, 1 << 51];
/// Bits no permission has yet, beyond what 64 bits hold.
const FUTURE_PERMISSIONS: u128 = 1 << 70 | 1 << 64;
/// A kind of channel or component that does not exist yet.
const UNKNOWN_KIND: u8 = 99;

/// Events no documentation names. The last one ends what a session is sent after READY.
pub(crate) const UNKNOWN_EVENTS: [&str; 3] = ["CHANNEL_TOPIC_UPDATE", "GUILD_NOTHING_NEW", "SOMETHING_NEW"];

/// What is mixed in.
#[derive(Debug)]
pub(crate) struct Strange {
    seed: u64,
    count: u64,
}

impl Strange {
    /// The mixture that follows from a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    /// The next number of the mixture (splitmix64).
    fn draw(&mut self) -> u64 {
        self.count += 1;
        let mut mixed = self
            .seed
            .wrapping_add(self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Dresses up a user object; the same person always in the same way.
    pub(crate) fn dress_user(&self, id: u64, user: &mut Value) {
        let Some(user) = user.as_object_mut() else { return };
        let kind = id.wrapping_add(self.seed) % 6;
        let flags = USER_FLAGS[usize::try_from(kind % 3).unwrap_or(0)];
        match kind {
            0..=2 => put_fields(user, json!({ "flags": flags, "public_flags": flags })),
            3 => put_fields(
                user,
                json!({ "avatar": "not-32-hex", "public_flags": u64::MAX >> 11 }),
            ),
            4 => drop_fields(
                user,
                &[
                    "banner",
                    "accent_color",
                    "system",
                    "flags",
                    "public_flags",
                    "avatar_decoration_data",
                    "primary_guild",
                ],
            ),
            _ => put_fields(
                user,
                json!({ "public_flags": null, "flags": null, "collectibles": null }),
            ),
        }
        match kind {
            1 => put_fields(
                user,
                json!({ "avatar_decoration_data": {
                    "asset": "v2_not_hex", "sku_id": "1144058844004", "expires_at": null,
                } }),
            ),
            2 => put_fields(
                user,
                json!({ "collectibles": { "nameplate": { "sku_id": "22475588", "asset": "nameplates/a/" } } }),
            ),
            3 => put_fields(
                user,
                json!({ "primary_guild": {
                    "identity_guild_id": "1", "identity_enabled": true, "tag": "STDY", "badge": "odd",
                } }),
            ),
            5 => put_fields(
                user,
                json!({
                    "primary_guild": {
                        "identity_guild_id": null, "identity_enabled": null, "tag": null, "badge": null,
                    },
                    "display_name_styles": { "font_id": 11, "effect_id": 3, "colors": [255] },
                }),
            ),
            _ => {}
        }
    }

    /// Dresses up a member object; the same person always in the same way.
    pub(crate) fn dress_member(&self, user: u64, member: &mut Value) {
        let Some(member) = member.as_object_mut() else {
            return;
        };
        match user.wrapping_add(self.seed) % 3 {
            0 => drop_fields(
                member,
                &[
                    "nick",
                    "avatar",
                    "banner",
                    "premium_since",
                    "pending",
                    "communication_disabled_until",
                ],
            ),
            1 => put_fields(
                member,
                json!({ "avatar": "a_odd", "flags": 1_u64 << 40, "collectibles": { "nameplate": null } }),
            ),
            _ => put_fields(
                member,
                json!({ "avatar_decoration_data": null, "unusual_dm_activity_until": null, "pending": false }),
            ),
        }
    }

    /// Dresses up READY: the bot is quarantined, and what nobody promised is not there.
    pub(crate) fn dress_ready(ready: &mut Value) {
        ready["user"]["flags"] = json!(1_u64 << 44);
        ready["application"]["flags"] = json!(1_u64 << 50);
        ready["something_new"] = json!([{}, null]);
        let undocumented = [
            "user_settings",
            "session_type",
            "relationships",
            "private_channels",
            "presences",
            "guild_join_requests",
            "geo_ordered_rtc_regions",
            "auth",
        ];
        if let Some(ready) = ready.as_object_mut() {
            drop_fields(ready, &undocumented);
        }
        if let Some(user) = ready["user"].as_object_mut() {
            drop_fields(user, &["verified", "email", "locale", "banner"]);
            put_fields(user, json!({ "mfa_enabled": null, "accent_color": null }));
        }
    }

    /// Presences of a large server, about 80 KB: more than a WebSocket frame of the middle size holds.
    pub(crate) fn huge_presences() -> Value {
        let presence = |n: u64| {
            json!({
                "user": { "id": n.to_string() }, "status": "online", "activities": [],
                "client_status": { "desktop": "online", "something": "new" },
            })
        };
        (1..=700).map(presence).collect()
    }

    /// Dresses up an interaction. Nothing that tells who did what where is touched.
    pub(crate) fn dress_interaction(&mut self, payload: &mut Value) {
        let mixed = self.draw();
        let chance = |shift: u32, of: u64| (mixed >> shift) % of;
        alternate_options(&mut payload["data"], chance(0, 2) == 0);
        for role in payload["data"]["resolved"]["roles"]
            .as_object_mut()
            .into_iter()
            .flat_map(Map::values_mut)
        {
            role.as_object_mut().map(|role| role.remove("colors"));
        }
        widen_permissions(&mut payload["member"]["permissions"]);
        widen_permissions(&mut payload["app_permissions"]);
        if payload["member"]["permissions"].is_null() {
            payload.as_object_mut().map(|payload| payload.remove("member"));
        }
        let absent: &[&str] = match chance(8, 4) {
            0 => &["channel", "guild_locale"],
            1 => &["guild", "context"],
            2 => &["locale"],
            _ => &[],
        };
        if let Some(payload) = payload.as_object_mut() {
            drop_fields(payload, absent);
            put_fields(
                payload,
                json!({ "attachment_size_limit": 1_u64 << 33, "something_new": { "a": [null] } }),
            );
        }
        if chance(16, 3) == 0 && payload["channel"]["type"] == 0 {
            payload["channel"]["type"] = json!(UNKNOWN_KIND);
        }
        if chance(24, 2) == 0 && !payload["locale"].is_null() {
            payload["locale"] = json!("tlh");
        }
        if payload["guild"].is_object() {
            payload["guild"]["features"] = json!(["SOMETHING_NEW"]);
        }
        payload["entitlements"] = json!([{ "id": "1", "sku_id": "2", "type": UNKNOWN_KIND }]);
        if payload["message"].is_object() {
            dress_message(&mut payload["message"]);
        }
        if let Some(payload) = payload.as_object_mut() {
            payload.retain(|_, value| !value.is_null());
        }
    }
}

/// The message of an interaction has a component nobody knows and flags nobody knows.
fn dress_message(message: &mut Value) {
    let flags = message["flags"].as_u64().unwrap_or(0) | 1 << 40;
    message["flags"] = json!(flags);
    if let Some(components) = message["components"].as_array_mut() {
        components.push(json!({ "type": UNKNOWN_KIND, "id": 7777, "something": {} }));
    }
    if let Some(message) = message.as_object_mut() {
        drop_fields(message, &["nonce", "interaction", "tts", "pinned"]);
    }
}

/// Empty `options` are absent or empty, at every level.
fn alternate_options(data: &mut Value, absent: bool) {
    let Some(map) = data.as_object_mut() else { return };
    match map.get_mut("options") {
        Some(Value::Array(list)) if list.is_empty() && absent => drop(map.remove("options")),
        Some(Value::Array(list)) => list
            .iter_mut()
            .filter(|option| option["type"] == 1 || option["type"] == 2)
            .for_each(|option| alternate_options(option, absent)),
        _ => {}
    }
}

fn widen_permissions(bits: &mut Value) {
    if let Some(has) = bits.as_str().and_then(|bits| bits.parse::<u128>().ok()) {
        *bits = json!((has | FUTURE_PERMISSIONS).to_string());
    }
}

fn put_fields(object: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        object.extend(more);
    }
}

fn drop_fields(object: &mut Map<String, Value>, names: &[&str]) {
    object.retain(|name, _| !names.contains(&name.as_str()));
}
