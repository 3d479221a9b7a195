//! The parts of an interaction that the bot reads, as Discord spells them. Every one of them may be missing or odd:
//! then it is absent here, and the rest is read all the same.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::lenient::{Bits, Id, read_each, read_leniently, read_shallow, without_nul};
use crate::ids::InteractionId;

/// What it takes to answer an interaction, whatever it says.
#[derive(Debug)]
pub struct Incoming {
    /// Its number, which the answer is sent to.
    pub id: InteractionId,
    /// What proves that we were asked; a secret for fifteen minutes.
    pub token: String,
    /// Discord's number for its kind: 2 command, 3 component, 4 autocomplete, 5 form.
    pub kind: u64,
}

impl Incoming {
    /// Reads as much as an answer needs; `None` where not even that is there.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Envelope {
            #[serde(default, deserialize_with = "read_leniently")]
            id: Option<Id>,
            #[serde(default, deserialize_with = "read_leniently")]
            token: Option<String>,
            #[serde(default, rename = "type", deserialize_with = "read_leniently")]
            kind: Option<u64>,
        }
        let envelope: Envelope = serde_json::from_str(text).ok()?;
        Some(Self {
            id: InteractionId(envelope.id?.0),
            token: envelope.token?,
            kind: envelope.kind.unwrap_or_default(),
        })
    }

    /// Whether Discord asks what could be typed next.
    #[must_use]
    pub fn is_completion(&self) -> bool {
        self.kind == 4
    }
}

/// An interaction's data, as far as it is used.
#[derive(Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(default, deserialize_with = "read_leniently")]
    pub(super) guild_id: Option<Id>,
    #[serde(default, deserialize_with = "read_leniently")]
    channel_id: Option<Id>,
    #[serde(default, deserialize_with = "read_leniently")]
    channel: Option<HasId>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    pub(super) member: Option<Member<'a>>,
    #[serde(default, deserialize_with = "read_leniently")]
    pub(super) message: Option<Message>,
    #[serde(default, deserialize_with = "read_leniently")]
    pub(super) app_permissions: Option<Bits>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    pub(super) locale: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "read_leniently")]
    authorizing_integration_owners: Option<Owners>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    pub(super) data: Option<Data<'a>>,
}

/// Who added the bot.
#[derive(Deserialize)]
struct Owners {
    #[serde(default, rename = "0")]
    server: Option<IgnoredAny>,
    #[serde(default, rename = "1")]
    person: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct HasId {
    #[serde(default, deserialize_with = "read_leniently")]
    id: Option<Id>,
    #[serde(default, rename = "type", deserialize_with = "read_leniently")]
    kind: Option<u64>,
}

/// What was used: a command's name and options, or a component's id and values.
#[derive(Deserialize)]
pub(super) struct Data<'a> {
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    name: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    custom_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "read_shallow")]
    options: Vec<SlashOption<'a>>,
    #[serde(default, deserialize_with = "read_each")]
    values: Vec<String>,
    #[serde(default, deserialize_with = "read_each")]
    components: Vec<Value>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    resolved: Option<Resolved<'a>>,
}

/// An option of a command, or a subcommand with options of its own.
#[derive(Deserialize)]
pub(super) struct SlashOption<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(default, rename = "type", deserialize_with = "read_leniently")]
    pub(super) kind: Option<u64>,
    #[serde(default, deserialize_with = "read_leniently")]
    pub(super) value: Option<Value>,
    #[serde(default, borrow, deserialize_with = "read_shallow")]
    pub(super) options: Vec<SlashOption<'a>>,
    #[serde(default, deserialize_with = "read_leniently")]
    focused: Option<bool>,
}

impl SlashOption<'_> {
    /// Whether this is a subcommand or a group of them. One without options looks no different from an option without
    /// a value, but for its type.
    pub(super) fn is_subcommand(&self) -> bool {
        match self.kind {
            Some(kind) => matches!(kind, 1 | 2),
            None => self.value.is_none(),
        }
    }
}

/// The people and roles that options name by their ids.
#[derive(Default, Deserialize)]
struct Resolved<'a> {
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    users: Option<HashMap<String, &'a RawValue>>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    members: Option<HashMap<String, &'a RawValue>>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    roles: Option<HashMap<String, &'a RawValue>>,
}

/// A member of a guild.
#[derive(Deserialize)]
pub(super) struct Member<'a> {
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    pub(super) user: Option<User<'a>>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    nick: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "read_leniently")]
    pub(super) permissions: Option<Bits>,
    #[serde(default, deserialize_with = "read_each")]
    pub(super) roles: Vec<Id>,
}

impl Member<'_> {
    /// What the guild calls them.
    pub(super) fn display_name(&self) -> String {
        let user = self.user.as_ref();
        let named = self.nick.as_ref().or_else(|| user.and_then(User::display_name));
        named.map_or_else(|| "a member".to_owned(), |name| without_nul(name))
    }
}

/// An account.
#[derive(Deserialize)]
pub(super) struct User<'a> {
    #[serde(default, deserialize_with = "read_leniently")]
    pub(super) id: Option<Id>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    username: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "read_leniently")]
    global_name: Option<Cow<'a, str>>,
}

impl<'a> User<'a> {
    fn display_name(&self) -> Option<&Cow<'a, str>> {
        self.global_name.as_ref().or(self.username.as_ref())
    }
}

/// The message a component is on.
#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(default, deserialize_with = "read_leniently")]
    flags: Option<Bits>,
}

impl Message {
    /// Whether only the person who acts sees it.
    pub(super) fn is_private(&self) -> bool {
        const EPHEMERAL: u128 = 1 << 6;
        self.flags.is_some_and(|flags| flags.0 & EPHEMERAL != 0)
    }
}

impl<'a> Payload<'a> {
    pub(super) fn channel(&self) -> Option<Id> {
        self.channel_id
            .or_else(|| self.channel.as_ref().and_then(|channel| channel.id))
    }

    /// Whether it was done in a thread, of whatever kind.
    pub(super) fn is_in_thread(&self) -> bool {
        let kind = self.channel.as_ref().and_then(|channel| channel.kind);
        matches!(kind, Some(10..=12))
    }

    /// Whether somebody brought the bot along as an app of their own account: then the server did not add it.
    pub(super) fn is_foreign(&self) -> bool {
        self.authorizing_integration_owners
            .as_ref()
            .is_some_and(|owners| owners.person.is_some() && owners.server.is_none())
    }

    /// Whether it names neither a command nor a component.
    pub(super) fn is_unnamed(&self) -> bool {
        self.command_name().is_empty() && self.custom_id().is_empty()
    }

    pub(super) fn command_name(&self) -> &str {
        let name = self.data.as_ref().and_then(|data| data.name.as_deref());
        name.unwrap_or_default()
    }

    pub(super) fn custom_id(&self) -> &str {
        let custom_id = self.data.as_ref().and_then(|data| data.custom_id.as_deref());
        custom_id.unwrap_or_default()
    }

    pub(super) fn options(&self) -> &[SlashOption<'a>] {
        self.data.as_ref().map_or(&[], |data| &data.options)
    }

    /// What was chosen in a select.
    pub(super) fn values(&self) -> Vec<String> {
        self.data
            .as_ref()
            .map(|data| data.values.iter().map(|value| without_nul(value)).collect())
            .unwrap_or_default()
    }

    /// What was entered into a form: the name of each field with its values, in labels and in rows.
    pub(super) fn fields(&self) -> Vec<(String, Vec<String>)> {
        let components = self.data.iter().flat_map(|data| &data.components);
        let in_labels = components.flat_map(|component| {
            let in_row = component["components"].as_array().into_iter().flatten();
            [&component["component"]].into_iter().chain(in_row)
        });
        in_labels.filter_map(read_field).collect()
    }

    /// The option that is being typed, at whatever depth.
    pub(super) fn focused(&self) -> Option<(&str, String)> {
        fn find<'o>(options: &'o [SlashOption<'_>]) -> Option<&'o SlashOption<'o>> {
            options.iter().find_map(|option| match option.focused {
                Some(true) => Some(option),
                _ => find(&option.options),
            })
        }
        let option = find(self.options())?;
        let typed = match &option.value {
            Some(Value::String(text)) => without_nul(text),
            Some(value @ Value::Number(_)) => value.to_string(),
            _ => String::new(),
        };
        Some((&option.name, typed))
    }

    /// What a role is called.
    pub(super) fn role_name(&self, id: i64) -> String {
        #[derive(Deserialize)]
        struct Role {
            name: String,
        }
        let roles = self.resolved().and_then(|resolved| resolved.roles.as_ref());
        let role = roles.and_then(|roles| roles.get(&id.to_string()));
        let role = role.and_then(|role| serde_json::from_str::<Role>(role.get()).ok());
        role.map_or_else(|| "a role".to_owned(), |role| without_nul(&role.name))
    }

    /// What a member is called.
    pub(super) fn member_name(&self, id: i64) -> String {
        let id = id.to_string();
        let resolved = self.resolved();
        let member = resolved.and_then(|all| all.members.as_ref()?.get(&id));
        let nick = member
            .and_then(|member| serde_json::from_str::<Member<'_>>(member.get()).ok())
            .and_then(|member| member.nick);
        let user = resolved.and_then(|all| all.users.as_ref()?.get(&id));
        let user = user.and_then(|user| serde_json::from_str::<User<'_>>(user.get()).ok());
        let name = nick.or_else(|| user.as_ref().and_then(User::display_name).cloned());
        name.map_or_else(|| "a member".to_owned(), |name| without_nul(&name))
    }

    fn resolved(&self) -> Option<&Resolved<'a>> {
        self.data.as_ref()?.resolved.as_ref()
    }
}

fn read_field(field: &Value) -> Option<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().map(without_nul);
    let values = match field["values"].as_array() {
        Some(values) => values.iter().filter_map(text).collect(),
        None => text(&field["value"]).into_iter().collect(),
    };
    Some((text(&field["custom_id"])?, values))
}
