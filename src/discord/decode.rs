//! Incoming interactions: serenity's types into ours.

mod commands;
mod contest;

use chrono::{DateTime, Utc};
use serde_json::Value;
use serenity::model::application::{
    CommandInteraction, ComponentInteraction, ComponentInteractionDataKind, Interaction as Incoming,
    ModalInteraction, ResolvedOption, ResolvedValue,
};
use serenity::model::channel::{Message as IncomingMessage, MessageFlags, PartialChannel};
use serenity::model::guild::{Member as GuildMember, Role};
use serenity::model::id::UserId as IncomingUserId;

use self::commands::{command_action, completion};
use crate::ids::{ChannelId, GuildId, InteractionId, RoleId, UserId};
use crate::interaction::{Action, Interaction, Member, Press};

/// What can be made of an incoming interaction.
#[derive(Debug)]
pub enum Decoded {
    /// Something to handle.
    Ours(Box<Interaction>),
    /// Done outside of a guild, where the bot has nothing to offer.
    NotInGuild,
    /// A kind of interaction the bot does not use, such as a ping.
    Unused,
}

/// Translates.
#[must_use]
pub fn decode(incoming: &Incoming) -> Decoded {
    match incoming {
        Incoming::Command(command) => {
            assembled(command, |command| command_action(&command.data.name, command))
        }
        Incoming::Autocomplete(command) => assembled(command, completion),
        Incoming::Component(component) => of_component(component),
        _ => Decoded::Unused,
    }
}

/// Translates a form that was sent. What was entered is read from the event itself, `raw`: serenity's model keeps no
/// field that stands in a label.
#[must_use]
pub fn decode_form(incoming: &Incoming, raw: &Value) -> Decoded {
    let Incoming::Modal(modal) = incoming else {
        return Decoded::Unused;
    };
    let (Some(guild), Some(member)) = (modal.guild_id, &modal.member) else {
        return Decoded::NotInGuild;
    };
    Decoded::Ours(Box::new(Interaction {
        id: InteractionId(modal.id.get().cast_signed()),
        at: moment(modal.id.get()),
        guild: GuildId(guild.get().cast_signed()),
        channel: ChannelId(modal.channel_id.get().cast_signed()),
        member: decode_member(member),
        on_private_message: modal.message.as_deref().is_some_and(is_private),
        action: form_action(modal, raw),
    }))
}

fn form_action(modal: &ModalInteraction, raw: &Value) -> Action {
    let custom_id = &modal.data.custom_id;
    let Some(form) = Press::parse(custom_id) else {
        return Action::Unknown {
            what: custom_id.clone(),
        };
    };
    let labels = raw["data"]["components"].as_array().into_iter().flatten();
    let fields = labels.filter_map(|label| {
        let field = &label["component"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let values = match field["values"].as_array() {
            Some(values) => values.iter().filter_map(text).collect(),
            None => text(&field["value"]).into_iter().collect(),
        };
        Some((text(&field["custom_id"])?, values))
    });
    Action::Submit {
        form,
        fields: fields.collect(),
    }
}

fn is_private(message: &IncomingMessage) -> bool {
    message
        .flags
        .is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
}

fn assembled(command: &CommandInteraction, action: impl FnOnce(&CommandInteraction) -> Action) -> Decoded {
    let (Some(guild), Some(member)) = (command.guild_id, &command.member) else {
        return Decoded::NotInGuild;
    };
    Decoded::Ours(Box::new(Interaction {
        id: InteractionId(command.id.get().cast_signed()),
        at: moment(command.id.get()),
        guild: GuildId(guild.get().cast_signed()),
        channel: ChannelId(command.channel_id.get().cast_signed()),
        member: decode_member(member),
        on_private_message: false,
        action: action(command),
    }))
}

fn of_component(component: &ComponentInteraction) -> Decoded {
    let (Some(guild), Some(member)) = (component.guild_id, &component.member) else {
        return Decoded::NotInGuild;
    };
    let values = match &component.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.clone(),
        _ => Vec::new(),
    };
    let custom_id = &component.data.custom_id;
    let action = match Press::parse(custom_id) {
        Some(press) => Action::Press { press, values },
        None => Action::Unknown {
            what: custom_id.clone(),
        },
    };
    Decoded::Ours(Box::new(Interaction {
        id: InteractionId(component.id.get().cast_signed()),
        at: moment(component.id.get()),
        guild: GuildId(guild.get().cast_signed()),
        channel: ChannelId(component.channel_id.get().cast_signed()),
        member: decode_member(member),
        on_private_message: is_private(&component.message),
        action,
    }))
}

/// When a snowflake was made: milliseconds since 2015 stand above its 22 lowest bits.
fn moment(snowflake: u64) -> DateTime<Utc> {
    const DISCORD_EPOCH: i64 = 1_420_070_400_000;
    let millis = (snowflake >> 22).cast_signed() + DISCORD_EPOCH;
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

fn decode_member(member: &GuildMember) -> Member {
    // Discord sends the permissions the member has in this channel, administrators with all of them.
    let manage_guild = member
        .permissions
        .is_some_and(|permissions| permissions.manage_guild());
    Member {
        user: user(member.user.id),
        name: member.display_name().to_owned(),
        manage_guild,
        roles: member
            .roles
            .iter()
            .map(|role| RoleId(role.get().cast_signed()))
            .collect(),
    }
}

fn user(id: IncomingUserId) -> UserId {
    UserId(id.get().cast_signed())
}

/// The options that were given.
struct Given<'a>(&'a [ResolvedOption<'a>]);

impl Given<'_> {
    fn value(&self, name: &str) -> Option<&ResolvedValue<'_>> {
        self.0
            .iter()
            .find(|option| option.name == name)
            .map(|option| &option.value)
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            ResolvedValue::String(text) => Some((*text).to_owned()),
            _ => None,
        }
    }

    fn whole(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            ResolvedValue::Integer(number) => Some(*number),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            ResolvedValue::Integer(number) => Some(*number),
            _ => None,
        }
    }

    fn truth(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            ResolvedValue::Boolean(truth) => Some(*truth),
            _ => None,
        }
    }

    fn channel(&self, name: &str) -> Option<ChannelId> {
        match self.value(name)? {
            ResolvedValue::Channel(PartialChannel { id, .. }) => Some(ChannelId(id.get().cast_signed())),
            _ => None,
        }
    }

    fn role(&self, name: &str) -> Option<RoleId> {
        match self.value(name)? {
            ResolvedValue::Role(Role { id, .. }) => Some(RoleId(id.get().cast_signed())),
            _ => None,
        }
    }

    fn user(&self, name: &str) -> Option<UserId> {
        match self.value(name)? {
            ResolvedValue::User(found, _) => Some(user(found.id)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::RoundId;

    fn sent() -> Value {
        json!({
            "id": "1300000000000000000", "application_id": "1", "type": 5, "token": "t", "version": 1,
            "guild_id": "2", "channel_id": "3", "locale": "en-GB", "entitlements": [], "attachment_size_limit": 1,
            "member": {
                "user": { "id": "4", "username": "ann", "discriminator": "0" },
                "roles": [], "deaf": false, "mute": false, "flags": 0, "permissions": "0",
                "joined_at": "2026-01-01T00:00:00Z",
            },
            "data": { "custom_id": "write:7", "components": [
                { "type": 10, "id": 1 },
                { "type": 18, "id": 2, "component":
                    { "type": 4, "id": 3, "custom_id": "words", "value": "In my own words" } },
                { "type": 18, "id": 4, "component":
                    { "type": 3, "id": 5, "custom_id": "level", "values": ["easy", "hard"] } },
            ] },
        })
    }

    fn read(raw: &Value) -> Incoming {
        serde_json::from_value(raw.clone()).unwrap()
    }

    #[test]
    fn what_was_entered_into_a_form_is_read_from_the_event() {
        let raw = sent();
        let Decoded::Ours(interaction) = decode_form(&read(&raw), &raw) else {
            panic!("a form is something to handle");
        };
        assert_eq!(
            interaction.action,
            Action::Submit {
                form: Press::Write { round: RoundId(7) },
                fields: vec![
                    ("words".to_owned(), vec!["In my own words".to_owned()]),
                    ("level".to_owned(), vec!["easy".to_owned(), "hard".to_owned()]),
                ],
            }
        );
        assert!(!interaction.on_private_message);
    }

    #[test]
    fn a_form_nobody_knows_or_with_nothing_in_it_is_read_too() {
        let mut raw = sent();
        raw["data"]["components"] = json!([{ "type": 18 }, 5, { "component": { "custom_id": "words" } }]);
        // What is no component at all serenity cannot read; here it is only passed over.
        let incoming = read(&sent());
        let Decoded::Ours(interaction) = decode_form(&incoming, &raw) else {
            panic!("a form is something to handle");
        };
        let form = Press::Write { round: RoundId(7) };
        let fields = vec![("words".to_owned(), Vec::new())];
        assert_eq!(interaction.action, Action::Submit { form, fields });
    }

    /// When this fails, serenity reads labels: then `discord/relay.rs` can go, and `decode` takes the values from the
    /// model.
    #[test]
    fn serenity_still_drops_what_stands_in_a_label() {
        let Incoming::Modal(modal) = read(&sent()) else {
            panic!("type 5 is a form");
        };
        assert!(modal.data.components.iter().all(|row| row.components.is_empty()));
        assert!(!serde_json::to_string(&modal).unwrap().contains("In my own words"));
    }
}
