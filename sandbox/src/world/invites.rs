//! Invitations to channels.

use chrono::{DateTime, Duration};
use serde_json::{Value, json};

use super::entities::Invite;
use super::{World, intents};
use crate::check::Check;
use crate::permissions::{CREATE_INSTANT_INVITE, MANAGE_CHANNELS, MANAGE_GUILD};
use crate::refusal::Refusal;

impl World {
    /// The bot makes an invitation; without `unique` one with the same terms is given again.
    pub(crate) fn bot_invites(&mut self, channel: u64, body: &Value) -> Result<Value, Refusal> {
        let (mut invite, unique) = invite_body(body)?;
        self.bot_channel(channel)?;
        let Some(guild) = self.channels[&channel].guild else {
            let message = "Cannot execute action on this channel type";
            return Err(Refusal::mistake(400, 50024, message));
        };
        self.bot_needs(channel, CREATE_INSTANT_INVITE)?;
        (invite.channel, invite.inviter, invite.created) = (channel, self.application, self.now());
        let same = |has: &Invite| {
            (has.channel, has.max_age, has.max_uses, has.temporary)
                == (channel, invite.max_age, invite.max_uses, invite.temporary)
        };
        let existing = self.invites.iter().find(|(_, has)| !unique && same(has));
        if let Some(code) = existing.map(|(code, _)| code.clone()) {
            return Ok(self.invite_json(&code));
        }
        let code = format!("s{:x}", self.next_id());
        self.invites.insert(code.clone(), invite);
        let mut data = self.invite_json(&code);
        data["channel_id"] = json!(channel.to_string());
        data["guild_id"] = json!(guild.to_string());
        ["guild", "channel"].iter().for_each(|key| {
            data.as_object_mut().map(|data| data.remove(*key));
        });
        self.dispatch("INVITE_CREATE", data, intents::GUILD_INVITES);
        Ok(self.invite_json(&code))
    }

    /// The bot takes an invitation back.
    pub(crate) fn bot_uninvites(&mut self, code: &str) -> Result<Value, Refusal> {
        let json = self.invite(code, false)?;
        let channel = self.invites[code].channel;
        let guild = self
            .channels
            .get(&channel)
            .and_then(|channel| channel.guild)
            .unwrap_or(0);
        if self.guild_permissions(guild, self.application) & MANAGE_GUILD == 0 {
            self.bot_needs(channel, MANAGE_CHANNELS)?;
        }
        self.invites.remove(code);
        let data = json!({ "channel_id": channel.to_string(), "guild_id": guild.to_string(), "code": code });
        self.dispatch("INVITE_DELETE", data, intents::GUILD_INVITES);
        Ok(json)
    }

    /// An invitation that has not run out, as everybody may see it.
    pub(crate) fn invite(&self, code: &str, counts: bool) -> Result<Value, Refusal> {
        let mut json = self.invite_json(code);
        if json.is_null() {
            return Err(Refusal::life(404, 10006, "Unknown Invite"));
        }
        let guild = json["guild_id"].as_str().and_then(|id| id.parse().ok());
        if let Some(guild) = guild
            .and_then(|guild: u64| self.guilds.get(&guild))
            .filter(|_| counts)
        {
            json["approximate_member_count"] = json!(guild.members.len());
            json["approximate_presence_count"] = json!(guild.members.len());
        }
        Ok(json)
    }

    /// The invitations to a channel, for those who manage it.
    pub(crate) fn invites_to_channel(&self, channel: u64) -> Result<Vec<Value>, Refusal> {
        self.bot_channel(channel)?;
        self.bot_needs_in_guild(channel, MANAGE_CHANNELS)?;
        Ok(self.invites_where(|invite| invite.channel == channel))
    }

    /// The invitations to a server, for those who manage it.
    pub(crate) fn invites_to_guild(&self, guild: u64) -> Result<Vec<Value>, Refusal> {
        if self.guild_permissions(guild, self.application) & MANAGE_GUILD == 0 {
            return Err(Refusal::missing_permissions());
        }
        let here = |invite: &Invite| {
            let channel = self.channels.get(&invite.channel);
            channel.is_some_and(|channel| channel.guild == Some(guild))
        };
        Ok(self.invites_where(here))
    }

    fn invites_where(&self, wanted: impl Fn(&Invite) -> bool) -> Vec<Value> {
        let codes = self.invites.iter().filter(|(_, invite)| wanted(invite));
        let all = codes.map(|(code, _)| self.invite_json(code));
        all.filter(|json| !json.is_null()).collect()
    }

    fn invite_json(&self, code: &str) -> Value {
        let Some(invite) = self.invites.get(code) else {
            return Value::Null;
        };
        let expires = (invite.max_age > 0).then(|| invite.created + Duration::seconds(invite.max_age));
        let Some(channel) = self.channels.get(&invite.channel) else {
            return Value::Null;
        };
        if expires.is_some_and(|expires| expires <= self.now()) {
            return Value::Null;
        }
        let full = self.guild_json(channel.guild.unwrap_or(0));
        let mut guild = json!({});
        for key in [
            "id",
            "name",
            "splash",
            "banner",
            "description",
            "icon",
            "features",
            "verification_level",
            "vanity_url_code",
            "nsfw_level",
            "nsfw",
            "premium_subscription_count",
            "premium_tier",
        ] {
            guild[key] = full[key].clone();
        }
        json!({
            "type": 0, "code": code, "guild_id": full["id"], "guild": guild, "flags": 0,
            "channel": { "id": channel.id.to_string(), "name": channel.name, "type": channel.kind },
            "inviter": self.user_json(invite.inviter), "expires_at": expires, "created_at": invite.created,
            "uses": 0, "max_uses": invite.max_uses, "max_age": invite.max_age, "temporary": invite.temporary,
        })
    }
}

fn invite_body(body: &Value) -> Result<(Invite, bool), Refusal> {
    let mut check = Check::default();
    let mut made = Invite {
        channel: 0,
        inviter: 0,
        created: DateTime::UNIX_EPOCH,
        max_age: 86_400,
        max_uses: 0,
        temporary: false,
    };
    let mut unique = false;
    let targets = ["target_type", "target_user_id", "target_application_id"];
    let known = &[
        "max_age",
        "max_uses",
        "temporary",
        "unique",
        targets[0],
        targets[1],
        targets[2],
    ];
    if !body.is_null()
        && let Some(map) = check.object("", body, known)
    {
        made.max_age = check.integer("", map, "max_age", 0..=604_800).unwrap_or(86_400);
        made.max_uses = check.integer("", map, "max_uses", 0..=100).unwrap_or(0);
        made.temporary = check.boolean("", map, "temporary").unwrap_or(false);
        unique = check.boolean("", map, "unique").unwrap_or(false);
        // Libraries send them empty.
        for key in targets {
            if map.get(key).is_some_and(|value| !value.is_null()) {
                check.problem(
                    key,
                    "SANDBOX_UNSUPPORTED",
                    "The sandbox has no voice channels to invite to",
                );
            }
        }
    }
    check.finish((made, unique))
}
