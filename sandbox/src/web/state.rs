//! What a member sees: servers, channels, people, commands, and the messages of a channel.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::{Id, Page};
use super::view::with_html;
use crate::markdown::Mention;
use crate::world::{Channel, DM_CHANNEL, Guild, World};

/// How far back a channel can be scrolled.
const MOST_MESSAGES: usize = 200;

#[derive(Deserialize)]
pub(super) struct Who {
    #[serde(rename = "as")]
    me: Option<Id>,
    channel: Option<Id>,
}

/// Everything but messages.
pub(super) async fn get_state(State(page): State<Page>, Query(who): Query<Who>) -> Json<Value> {
    let member = page.member(who.me);
    let me = member.as_ref().map_or(0, crate::Member::id);
    let commands = member.map(|member| match who.channel {
        Some(channel) if page.sandbox.read(|world| world.channels.contains_key(&channel.0)) => {
            member.at(channel.0).commands()
        }
        _ => member.commands(),
    });
    let mut state = page.sandbox.read(|world| {
        let application = world.application;
        json!({
            "me": me.to_string(), "now": world.now(), "failures": world.failures(),
            "bot": { "id": application.to_string(), "name": world.users[&application].name, "bot": true },
            "members": world.users.keys().map(|id| member_json(world, *id)).collect::<Vec<_>>(),
            "guilds": world.guilds.values().map(|guild| guild_json(world, guild)).collect::<Vec<_>>(),
            "dms": list_dms(world, me),
        })
    });
    state["commands"] = json!(commands.unwrap_or_default());
    let inner = page.sandbox.inner();
    let connected = inner.gateway.sessions.lock().live() > 0 || inner.delivery.is_on();
    state["connected"] = json!(connected);
    state["lively"] = json!(inner.lively.is_on());
    Json(state)
}

fn member_json(world: &World, id: u64) -> Value {
    let user = &world.users[&id];
    let roles = || {
        let guilds = world.guilds.values();
        guilds
            .flat_map(|guild| Some((guild, guild.members.get(&id)?)))
            .flat_map(|(guild, member)| member.roles.iter().filter_map(|role| guild.roles.get(role)))
    };
    let color = roles().map(|role| role.color).find(|color| *color != 0);
    json!({
        "id": id.to_string(), "name": user.name, "bot": user.bot, "color": color,
        "roles": roles().map(|role| role.id.to_string()).collect::<Vec<_>>(),
    })
}

fn guild_json(world: &World, guild: &Guild) -> Value {
    let roles = guild
        .roles
        .values()
        .filter(|role| role.id != guild.id)
        .map(|role| {
            let hoist = role.color != 0 && !role.managed;
            json!({ "id": role.id.to_string(), "name": role.name, "color": role.color, "hoist": hoist })
        });
    let channels = world
        .channels_of(guild.id)
        .into_iter()
        .filter(|channel| !channel.archived);
    json!({
        "id": guild.id.to_string(), "name": guild.name, "roles": roles.collect::<Vec<_>>(),
        "channels": channels.map(|channel| channel_json(world, channel)).collect::<Vec<_>>(),
    })
}

fn channel_json(world: &World, channel: &Channel) -> Value {
    let count = channel.parent.map(|_| {
        world
            .messages
            .values()
            .filter(|one| one.channel == channel.id)
            .count()
    });
    json!({
        "id": channel.id.to_string(), "name": channel.name, "type": channel.kind, "count": count,
        "parent": channel.parent.map(|id| id.to_string()), "last": channel.last_message.map(|id| id.to_string()),
    })
}

/// Conversations of a member with the bot.
fn list_dms(world: &World, me: u64) -> Vec<Value> {
    let mine = world
        .channels
        .values()
        .filter(|one| one.kind == DM_CHANNEL && one.recipient == Some(me));
    let bot = &world.users[&world.application].name;
    mine.map(|one| json!({ "id": one.id.to_string(), "name": bot, "type": DM_CHANNEL }))
        .collect()
}

/// The messages of a channel as a member sees them, oldest first.
pub(super) async fn get_messages(State(page): State<Page>, Query(who): Query<Who>) -> Json<Vec<Value>> {
    let (Some(member), Some(channel)) = (page.member(who.me), who.channel) else {
        return Json(Vec::new());
    };
    let (messages, directory) = page.sandbox.read(|world| {
        let mut visible = world.visible(channel.0, member.id());
        let first = visible.len().saturating_sub(MOST_MESSAGES);
        visible.drain(..first);
        // A thread begins with the message it was started from, which has the thread's id.
        let starter = world.messages.get(&channel.0);
        visible.splice(0..0, starter);
        let payloads: Vec<Value> = visible
            .iter()
            .filter_map(|message| world.message_json(message.id))
            .collect();
        (payloads, Directory::of(world))
    });
    // Rendered after the world is let go, so that nobody waits for it.
    Json(messages.iter().map(|message| directory.render(message)).collect())
}

/// The names in the world, for mentions.
pub(super) struct Directory {
    users: HashMap<u64, String>,
    roles: HashMap<u64, String>,
    channels: HashMap<u64, String>,
}

impl Directory {
    pub(super) fn of(world: &World) -> Self {
        let roles = world.guilds.values().flat_map(|guild| guild.roles.values());
        Self {
            users: world
                .users
                .values()
                .map(|user| (user.id, user.name.clone()))
                .collect(),
            roles: roles
                .map(|role| (role.id, role.name.trim_start_matches('@').to_owned()))
                .collect(),
            channels: world
                .channels
                .values()
                .map(|channel| (channel.id, channel.name.clone()))
                .collect(),
        }
    }

    /// A message or modal with its Markdown rendered.
    pub(super) fn render(&self, payload: &Value) -> Value {
        with_html(payload, &|mention| {
            let name = match mention {
                Mention::User(id) => self.users.get(&id),
                Mention::Role(id) => self.roles.get(&id),
                Mention::Channel(id) => self.channels.get(&id),
            };
            name.cloned()
        })
    }
}
