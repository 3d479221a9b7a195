//! Incoming interactions: Discord's JSON into ours.
//!
//! Read here from the text itself, and only what the bot uses: fields come and go at Discord without a version, and a
//! model that insists on all of them refuses interactions for a badge on somebody's profile. What is not needed may be
//! absent, null, new or of any form; what is needed and cannot be read costs that part alone.

mod commands;
mod incoming;
mod lenient;

pub use self::incoming::Incoming;
use self::incoming::{Member as IncomingMember, Payload};
use self::lenient::without_nul;
use crate::ids::{ChannelId, GuildId, RoleId, UserId, made_at};
use crate::interaction::{Action, Caller, CustomId, Interaction, Member};

/// What can be made of an incoming interaction.
#[derive(Debug)]
pub enum Decoded {
    /// Something to handle.
    Ours(Box<Interaction>),
    /// Done outside of a guild, where the bot has nothing to offer.
    NotInGuild,
    /// Done in a guild the bot is no member of, by somebody who added it to their own account.
    NotInstalled,
    /// A kind of interaction the bot does not use, such as a ping.
    Unused,
    /// Something that is always there is missing; this.
    Unreadable(&'static str),
}

/// Translates an interaction. `text` is the event's data that `incoming` was read from.
#[must_use]
pub fn decode_interaction(incoming: &Incoming, text: &str) -> Decoded {
    let Ok(payload) = serde_json::from_str::<Payload<'_>>(text) else {
        return Decoded::Unreadable("the event itself");
    };
    let action = match incoming.kind {
        2 => commands::read_command(&payload),
        3 => read_press(&payload),
        4 => commands::read_completion(&payload),
        5 => read_form(&payload),
        _ => return Decoded::Unused,
    };
    if payload.is_unnamed() {
        return Decoded::Unreadable("what was used");
    }
    let (Some(guild), Some(member)) = (payload.guild_id, &payload.member) else {
        return Decoded::NotInGuild;
    };
    if payload.is_foreign() {
        return Decoded::NotInstalled;
    }
    let Some(channel) = payload.channel() else {
        return Decoded::Unreadable("the channel");
    };
    let Some(member) = read_member(member) else {
        return Decoded::Unreadable("the member");
    };
    let caller = Caller {
        id: incoming.id,
        at: made_at(incoming.id.0),
        guild: GuildId(guild.0),
        channel: ChannelId(channel.0),
        member,
        app_permissions: payload.app_permissions.map(|permissions| permissions.0),
        in_thread: payload.is_in_thread(),
        locale: payload.locale.as_deref().map(without_nul),
        on_own_message: payload
            .message
            .as_ref()
            .is_some_and(|message| message.is_private()),
    };
    Decoded::Ours(Box::new(Interaction { caller, action }))
}

fn read_press(payload: &Payload<'_>) -> Action {
    let custom_id = payload.custom_id();
    match CustomId::parse(custom_id) {
        Some(press) => Action::Press {
            press,
            values: payload.values(),
        },
        None => Action::Unknown {
            what: without_nul(custom_id),
        },
    }
}

fn read_form(payload: &Payload<'_>) -> Action {
    let custom_id = payload.custom_id();
    match CustomId::parse(custom_id) {
        Some(form) => Action::Submit {
            form,
            fields: payload.fields(),
        },
        None => Action::Unknown {
            what: without_nul(custom_id),
        },
    }
}

fn read_member(member: &IncomingMember<'_>) -> Option<Member> {
    // Discord sends the permissions the member has in this channel, administrators with all of them.
    const MANAGE_GUILD: u128 = 1 << 5;
    let permissions = member.permissions.map_or(0, |permissions| permissions.0);
    Some(Member {
        user: UserId(member.user.as_ref()?.id?.0),
        name: member.display_name(),
        manage_guild: permissions & MANAGE_GUILD != 0,
        roles: member.roles.iter().map(|role| RoleId(role.0)).collect(),
    })
}

#[cfg(test)]
mod tests;
