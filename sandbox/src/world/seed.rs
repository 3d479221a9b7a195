//! The world at the start: a study group with eight people, a channel of each kind and one bot.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use chrono::{DateTime, Duration, Utc};

use super::{
    ANNOUNCEMENT_CHANNEL, Channel, DM_CHANNEL, FORUM_CHANNEL, Guild, GuildMember, MEDIA_CHANNEL, Role,
    STAGE_CHANNEL, TEXT_CHANNEL, User, VOICE_CHANNEL, World,
};
use crate::clock::{Clock, Snowflakes};
use crate::permissions;

const PEOPLE: [&str; 8] = ["Ann", "Ben", "Chloe", "Dev", "Emi", "Farid", "Grace", "Hugo"];
const CHANNELS: [&str; 3] = ["general", "daily", "quiz"];
/// Channels of other kinds, which every server of some size has.
const OTHER_CHANNELS: [(u8, &str); 5] = [
    (ANNOUNCEMENT_CHANNEL, "news"),
    (VOICE_CHANNEL, "lounge"),
    (STAGE_CHANNEL, "stage"),
    (FORUM_CHANNEL, "forum"),
    (MEDIA_CHANNEL, "media"),
];
/// A channel for adults only.
const NSFW_CHANNEL: &str = "after-dark";

impl World {
    /// The default world.
    pub(crate) fn new(now: Option<DateTime<Utc>>, nonce_window: Duration, bot_name: &str) -> Self {
        let mut world = Self {
            guilds: BTreeMap::new(),
            users: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            message_counts: HashMap::new(),
            application: 0,
            commands_for_all: false,
            closed_dms: BTreeSet::new(),
            privileged: false,
            clock: now.map_or(Clock::Real, Clock::Still),
            nonce_window,
            base_url: String::new(),
            public_key: String::new(),
            endpoint_url: None,
            global_commands: Vec::new(),
            guild_commands: BTreeMap::new(),
            registered: false,
            interactions: HashMap::new(),
            nonces: Vec::new(),
            conversations_opened: VecDeque::new(),
            old_edits: HashMap::new(),
            uploads: BTreeMap::new(),
            strange: None,
            invites: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            failures: Vec::new(),
            versions: None,
            ids: Snowflakes::default(),
            events: Vec::new(),
        };
        world.application = world.new_user(bot_name, true);
        for name in PEOPLE {
            world.new_user(name, false);
        }
        let guild = world.add_guild("Study group", "Ann");
        for name in ["Ben", "Chloe", "Dev", "Emi", "Farid", "Grace", "Hugo"] {
            world.give_role(guild, name, "Daily");
        }
        world.take_events();
        world
    }

    fn new_user(&mut self, name: &str, bot: bool) -> u64 {
        let id = self.next_id();
        self.users.insert(
            id,
            User {
                id,
                name: name.to_owned(),
                bot,
                locale: "en-GB".to_owned(),
            },
        );
        id
    }

    /// Another person, a member of every server.
    pub(crate) fn add_user(&mut self, name: &str) -> u64 {
        let id = self.new_user(name, false);
        let joined = self.now();
        for guild in self.guilds.values_mut() {
            guild.members.insert(
                id,
                GuildMember {
                    roles: Vec::new(),
                    joined,
                },
            );
        }
        self.changed(super::Change::Layout);
        id
    }

    /// Another server with the same people and channels, owned by one of them.
    pub(crate) fn add_guild(&mut self, name: &str, owner: &str) -> u64 {
        let id = self.next_id();
        let owner = self.user_named(owner).map_or(0, |user| user.id);
        let member = GuildMember {
            roles: Vec::new(),
            joined: self.now(),
        };
        let people = self.users.keys().map(|id| (*id, member.clone()));
        let guild = Guild {
            id,
            name: name.to_owned(),
            owner,
            roles: BTreeMap::new(),
            members: people.collect(),
        };
        self.guilds.insert(id, guild);
        self.insert_role(id, id, "@everyone", permissions::EVERYONE, 0);
        let organisers = self.add_role(id, "Organisers", permissions::MANAGE_GUILD, 0x5865f2);
        let daily = self.add_role(id, "Daily", 0, 0x57f287);
        let bot = self.application;
        let bot_name = self.users[&bot].name.clone();
        let own = self.add_role(id, &bot_name, permissions::EVERYONE, 0);
        if let Some(guild) = self.guilds.get_mut(&id) {
            guild.roles.entry(own).and_modify(|role| role.managed = true);
            guild
                .roles
                .entry(daily)
                .and_modify(|role| role.mentionable = true);
            guild
                .members
                .entry(bot)
                .and_modify(|member| member.roles.push(own));
            guild
                .members
                .entry(owner)
                .and_modify(|member| member.roles.push(organisers));
        }
        for name in CHANNELS {
            self.add_channel(id, name);
        }
        for (kind, name) in OTHER_CHANNELS {
            self.add_channel_of(id, kind, name, false);
        }
        self.add_channel_of(id, TEXT_CHANNEL, NSFW_CHANNEL, true);
        let guild = self.guild_create_json(id);
        self.dispatch("GUILD_CREATE", guild, super::intents::GUILDS);
        id
    }

    /// Another server, with nobody in it but its owner and the bot, and one channel; returns both. Ten thousand of them
    /// are made in moments.
    pub(crate) fn add_small_guild(&mut self, name: &str, owner: &str) -> (u64, u64) {
        let id = self.next_id();
        let owner = self.user_named(owner).map_or(0, |user| user.id);
        let member = GuildMember {
            roles: Vec::new(),
            joined: self.now(),
        };
        let guild = Guild {
            id,
            name: name.to_owned(),
            owner,
            roles: BTreeMap::new(),
            members: BTreeMap::from([owner, self.application].map(|user| (user, member.clone()))),
        };
        self.guilds.insert(id, guild);
        self.insert_role(id, id, "@everyone", permissions::EVERYONE, 0);
        let channel = self.add_channel(id, "daily");
        let guild = self.guild_create_json(id);
        self.dispatch("GUILD_CREATE", guild, super::intents::GUILDS);
        (id, channel)
    }

    /// Another server, in which the bot is not.
    pub(crate) fn add_foreign_guild(&mut self, name: &str, owner: &str) -> u64 {
        let told = self.events.len();
        let id = self.add_guild(name, owner);
        self.events.truncate(told);
        let bot = self.application;
        self.guilds
            .entry(id)
            .and_modify(|guild| drop(guild.members.remove(&bot)));
        self.changed(super::Change::Layout);
        id
    }

    /// Another role.
    pub(crate) fn add_role(&mut self, guild: u64, name: &str, permissions: u64, color: u32) -> u64 {
        let id = self.next_id();
        self.insert_role(guild, id, name, permissions, color);
        id
    }

    fn insert_role(&mut self, guild: u64, id: u64, name: &str, permissions: u64, color: u32) {
        let role = Role {
            id,
            name: name.to_owned(),
            permissions,
            mentionable: false,
            color,
            managed: false,
        };
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.roles.insert(id, role);
        }
        self.changed(super::Change::Layout);
    }

    /// Another text channel.
    pub(crate) fn add_channel(&mut self, guild: u64, name: &str) -> u64 {
        self.add_channel_of(guild, TEXT_CHANNEL, name, false)
    }

    /// Another channel of any kind, for adults only or for all.
    pub(crate) fn add_channel_of(&mut self, guild: u64, kind: u8, name: &str, nsfw: bool) -> u64 {
        let id = self.next_id();
        let channel = Channel {
            guild: Some(guild),
            nsfw,
            ..plain_channel(id, kind, name.trim_start_matches('#'))
        };
        self.channels.insert(id, channel);
        let json = self.channel_json(id);
        self.dispatch("CHANNEL_CREATE", json, super::intents::GUILDS);
        self.changed(super::Change::Layout);
        id
    }

    /// The direct conversation between a person and the bot, started if need be.
    pub(crate) fn dm_with(&mut self, user: u64) -> u64 {
        let existing = self
            .channels
            .values()
            .find(|channel| channel.recipient == Some(user));
        if let Some(channel) = existing {
            return channel.id;
        }
        let id = self.next_id();
        self.channels.insert(
            id,
            Channel {
                recipient: Some(user),
                ..plain_channel(id, DM_CHANNEL, "")
            },
        );
        self.changed(super::Change::Layout);
        id
    }
}

/// A channel with nothing special.
pub(super) fn plain_channel(id: u64, kind: u8, name: &str) -> Channel {
    Channel {
        id,
        kind,
        guild: None,
        name: name.to_owned(),
        parent: None,
        overwrites: Vec::new(),
        recipient: None,
        owner: None,
        archived: false,
        locked: false,
        auto_archive: 4320,
        last_message: None,
        nsfw: false,
        stirred: None,
        members: BTreeMap::new(),
    }
}
