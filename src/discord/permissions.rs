//! What the bot may do in a channel, worked out as Discord's documentation says it does.

use crate::discord::client::inspect::{ChannelDetails, GuildDetails, MemberDetails, Overwrite};
use crate::ids::UserId;

/// Everything, whatever else is said.
const ADMINISTRATOR: u64 = 1 << 3;
/// See a channel.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// Write in a channel.
pub const SEND_MESSAGES: u64 = 1 << 11;
/// Show embeds.
const EMBED_LINKS: u64 = 1 << 14;
/// Send pictures.
pub const ATTACH_FILES: u64 = 1 << 15;
/// Read what was written before.
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// Ping everybody and every role.
pub const MENTION_EVERYONE: u64 = 1 << 17;
/// Open threads.
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
/// Write in threads.
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;

/// The permission bits of a member in a channel, whom a moderator has silenced there or not.
#[must_use]
pub fn permissions_in(
    guild: &GuildDetails,
    user: UserId,
    member: &MemberDetails,
    channel: &ChannelDetails,
    silenced: bool,
) -> u64 {
    if guild.owner_id == user.0 {
        return u64::MAX;
    }
    let has = |role: i64| role == guild.id || member.roles.contains(&role);
    let base = guild
        .roles
        .iter()
        .filter(|role| has(role.id))
        .fold(0, |bits, role| bits | role.permissions);
    if base & ADMINISTRATOR != 0 {
        return u64::MAX;
    }
    // Everybody's first, then all roles together, then the member's own: each wins over those before it.
    const ROLE: u64 = 0;
    const MEMBER: u64 = 1;
    let applies: [&dyn Fn(&Overwrite) -> bool; 3] = [
        &|one| one.kind == ROLE && one.id == guild.id,
        &|one| one.kind == ROLE && one.id != guild.id && member.roles.contains(&one.id),
        &|one| one.kind == MEMBER && one.id == user.0,
    ];
    let overwrites = channel.permission_overwrites.as_deref().unwrap_or_default();
    let bits = applies.into_iter().fold(base, |bits, applies| {
        let fitting = overwrites.iter().filter(|one| applies(one));
        let (allow, deny) = fitting.fold((0, 0), |(allow, deny), one| (allow | one.allow, deny | one.deny));
        bits & !deny | allow
    });
    implied(bits, silenced)
}

/// Who cannot see a channel can do nothing in it; who cannot write cannot attach, embed or ping; whom a moderator has
/// silenced can only look on.
fn implied(bits: u64, silenced: bool) -> u64 {
    if bits & VIEW_CHANNEL == 0 {
        return 0;
    }
    let bits = match silenced {
        true => bits & (VIEW_CHANNEL | READ_MESSAGE_HISTORY),
        false => bits,
    };
    match bits & SEND_MESSAGES {
        0 => bits & !(ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE),
        _ => bits,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::bot::system_clock;

    /// Of a bot with the roles 1 (everybody's) and 2 in a channel with these overwrites.
    fn bits(everyone: u64, role: u64, overwrites: Value, silenced: Option<&str>) -> u64 {
        let guild: GuildDetails = serde_json::from_value(json!({ "id": "1", "owner_id": "9", "roles": [
            { "id": "1", "name": "@everyone", "permissions": everyone.to_string(), "mentionable": false },
            { "id": "2", "name": "Bot", "permissions": role.to_string(), "mentionable": false },
            { "id": "3", "name": "Other", "permissions": "8", "mentionable": false },
        ]}))
        .unwrap();
        let member = json!({ "roles": ["2"], "communication_disabled_until": silenced });
        let channel = json!({ "type": 0, "name": "daily", "permission_overwrites": overwrites });
        let (member, channel): (MemberDetails, ChannelDetails) = (
            serde_json::from_value(member).unwrap(),
            serde_json::from_value(channel).unwrap(),
        );
        let silenced = MemberDetails::is_silenced(&member, system_clock()());
        permissions_in(&guild, UserId(7), &member, &channel, silenced)
    }

    fn over(id: u64, kind: u64, allow: u64, deny: u64) -> Value {
        json!({ "id": id.to_string(), "type": kind, "allow": allow.to_string(), "deny": deny.to_string() })
    }

    const BOTH: u64 = VIEW_CHANNEL | SEND_MESSAGES;

    #[test]
    fn a_later_layer_of_overwrites_wins_over_the_earlier() {
        assert_eq!(bits(BOTH, 0, json!([]), None), BOTH);
        let denied = over(1, 0, 0, SEND_MESSAGES);
        assert_eq!(bits(BOTH, 0, json!([denied]), None), VIEW_CHANNEL);
        let by_role = over(2, 0, SEND_MESSAGES, 0);
        assert_eq!(bits(BOTH, 0, json!([by_role, denied]), None), BOTH);
        let own = over(7, 1, 0, SEND_MESSAGES);
        assert_eq!(bits(BOTH, 0, json!([own, by_role, denied]), None), VIEW_CHANNEL);
        let of_both = [SEND_MESSAGES, VIEW_CHANNEL].map(|allow| over(1, 0, allow, 0));
        assert_eq!(bits(SEND_MESSAGES, VIEW_CHANNEL, json!([]), None), BOTH);
        assert_eq!(bits(0, 0, json!(of_both), None), BOTH);
        // Of a role the bot does not have, and of a member whose number is that of a role it has.
        let others = json!([over(3, 0, 0, BOTH), over(2, 1, 0, BOTH)]);
        assert_eq!(bits(BOTH, 0, others, None), BOTH);
    }

    #[test]
    fn who_cannot_see_can_do_nothing_and_who_cannot_write_cannot_ping() {
        let all = BOTH | ATTACH_FILES | MENTION_EVERYONE | READ_MESSAGE_HISTORY;
        assert_eq!(bits(all, 0, json!([over(1, 0, 0, VIEW_CHANNEL)]), None), 0);
        let looks_on = VIEW_CHANNEL | READ_MESSAGE_HISTORY;
        assert_eq!(
            bits(all, 0, json!([over(1, 0, 0, SEND_MESSAGES)]), None),
            looks_on
        );
        assert_eq!(bits(all, 0, json!([]), Some("2999-01-01T00:00:00Z")), looks_on);
        assert_eq!(bits(all, 0, json!([]), Some("2001-01-01T00:00:00Z")), all);
    }

    #[test]
    fn an_administrator_may_do_everything() {
        assert_eq!(
            bits(0, ADMINISTRATOR, json!([over(7, 1, 0, BOTH)]), None),
            u64::MAX
        );
    }
}
