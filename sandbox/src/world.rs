//! The state of the simulated Discord and the rules it follows. No I/O: whoever changes the world takes the events
//! that follow from the change out of it (`take_events`) and delivers them.
//!
//! It deliberately models one application and people who are in every server, and nothing of voice, presence,
//! webhooks of others, forums or scheduled events.

mod callbacks;
mod commands;
mod content;
mod edits;
mod entities;
mod files;
mod follow_ups;
mod guilds;
mod interactions;
mod invites;
mod json;
mod membership;
mod mentions;
mod messages;
mod permit;
mod pins;
mod reactions;
mod seed;
mod strange;
mod thread_members;
mod threads;
mod versions;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::clock::{Clock, Snowflakes};
pub(crate) use content::guess_type;
pub(crate) use entities::{
    ANNOUNCEMENT_CHANNEL, ANNOUNCEMENT_THREAD, AUTOCOMPLETE, COMMAND, COMPONENT, DM_CHANNEL, FORUM_CHANNEL,
    MEDIA_CHANNEL, MODAL_SUBMIT, PRIVATE_THREAD, PUBLIC_THREAD, STAGE_CHANNEL, TEXT_CHANNEL, VOICE_CHANNEL,
};
pub use entities::{Attachment, Channel, Guild, GuildMember, Message, Overwrite, Reaction, Role, User, Via};
use entities::{Invite, Webhook};
pub(crate) use guilds::roles_json;
pub(crate) use interactions::{Act, DEADLINE, Interaction, Outcome};
pub(crate) use json::merge_fields;
pub(crate) use messages::Page;
pub(crate) use strange::{Strange, UNKNOWN_EVENTS};
pub use versions::Version;

/// The whole simulated Discord.
pub struct World {
    /// Servers.
    pub guilds: BTreeMap<u64, Guild>,
    /// People and the bot.
    pub users: BTreeMap<u64, User>,
    /// Channels, threads and direct conversations.
    pub channels: BTreeMap<u64, Channel>,
    /// Messages, ephemeral ones included; ids rise with time.
    pub messages: BTreeMap<u64, Message>,
    /// How many there are in each channel: threads say so wherever they are told of.
    pub(crate) message_counts: HashMap<u64, usize>,
    /// The application's id, which is also its bot's user id.
    pub application: u64,
    /// Whether every member may use every command, as an administrator can decide in a server's settings.
    pub commands_for_all: bool,
    /// People who take no direct messages from the bot.
    pub closed_dms: BTreeSet<u64>,
    /// Whether the application may read messages and list members.
    pub(crate) privileged: bool,
    pub(crate) clock: Clock,
    pub(crate) nonce_window: Duration,
    pub(crate) base_url: String,
    pub(crate) public_key: String,
    /// Where interactions are sent instead of through the gateway, as the developer portal shows it.
    pub(crate) endpoint_url: Option<String>,
    pub(crate) global_commands: Vec<Value>,
    pub(crate) guild_commands: BTreeMap<u64, Vec<Value>>,
    /// Whether the bot registered commands since the start.
    pub(crate) registered: bool,
    pub(crate) interactions: HashMap<u64, Interaction>,
    /// The bot's nonces with their messages and when they were used, oldest first.
    pub(crate) nonces: Vec<(Value, u64, DateTime<Utc>)>,
    /// When the bot opened direct conversations.
    pub(crate) conversations_opened: VecDeque<DateTime<Utc>>,
    pub(crate) old_edits: HashMap<u64, VecDeque<Instant>>,
    /// Files that people gave to commands.
    pub(crate) uploads: BTreeMap<u64, Attachment>,
    /// What is mixed into what the bot is sent.
    pub(crate) strange: Option<Strange>,
    /// Invitations by their code.
    pub(crate) invites: BTreeMap<String, Invite>,
    pub(crate) webhooks: BTreeMap<u64, Webhook>,
    pub(crate) failures: Vec<String>,
    /// What public messages said at any time, if it is kept.
    pub(crate) versions: Option<Vec<Version>>,
    ids: Snowflakes,
    events: Vec<Event>,
}

/// Something the transport has to do because the world changed.
#[derive(Debug)]
pub(crate) enum Event {
    /// Send to gateway sessions that have one of these intents (0: always).
    Dispatch {
        name: &'static str,
        data: Value,
        intents: u64,
    },
    /// Tell whoever waits for the answer to an interaction.
    Answered { interaction: u64, outcome: Outcome },
    /// Tell the page and whoever waits for a change.
    Changed(Change),
}

/// What changed, for the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A message was posted or edited.
    Message {
        /// Where.
        channel: String,
        /// Which.
        id: String,
    },
    /// A message was deleted or dismissed.
    Deleted {
        /// Where.
        channel: String,
        /// Which.
        id: String,
    },
    /// Channels, threads, members or roles changed.
    Layout,
    /// The bot registered commands.
    Commands,
    /// Something was recorded as a failure.
    Failure,
    /// The bot connected or disconnected.
    Connection,
    /// The clock was set.
    Clock,
}

/// The gateway's names for which events a bot wants.
pub(crate) mod intents {
    pub(crate) const GUILDS: u64 = 1;
    pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
    pub(crate) const GUILD_WEBHOOKS: u64 = 1 << 5;
    pub(crate) const GUILD_INVITES: u64 = 1 << 6;
    pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const GUILD_MESSAGE_REACTIONS: u64 = 1 << 10;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const DIRECT_MESSAGE_REACTIONS: u64 = 1 << 13;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
    pub(crate) const ALL: u64 = (1 << 26) - 1;
}

impl World {
    /// The world's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// What the bot did wrong so far.
    pub fn failures(&self) -> &[String] {
        &self.failures
    }

    pub(crate) fn fail(&mut self, sentence: impl Into<String>) {
        self.failures.push(sentence.into());
        self.changed(Change::Failure);
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        let now = self.now();
        self.ids.next(now)
    }

    /// Takes that many ids in a row and returns the first.
    pub(crate) fn reserve_ids(&mut self, count: u64) -> u64 {
        let now = self.now();
        self.ids.reserve(now, count)
    }

    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    pub(crate) fn changed(&mut self, change: Change) {
        self.events.push(Event::Changed(change));
    }

    fn dispatch(&mut self, name: &'static str, data: Value, intents: u64) {
        self.events.push(Event::Dispatch { name, data, intents });
    }

    fn answered(&mut self, interaction: u64, outcome: Outcome) {
        self.events.push(Event::Answered { interaction, outcome });
    }

    /// The channels of a server in their order; threads have a parent.
    pub fn channels_of(&self, guild: u64) -> Vec<&Channel> {
        self.channels
            .values()
            .filter(|channel| channel.guild == Some(guild))
            .collect()
    }

    /// What a person sees in a channel: public messages and their own ephemeral ones, oldest first.
    pub fn visible(&self, channel: u64, user: u64) -> Vec<&Message> {
        let in_channel = self
            .messages
            .values()
            .filter(|message| message.channel == channel);
        in_channel
            .filter(|message| message.only_for.is_none_or(|only| only == user))
            .collect()
    }

    /// The person with that name.
    pub fn user_named(&self, name: &str) -> Option<&User> {
        self.users.values().find(|user| user.name == name)
    }

    /// The channel with that name (with or without `#`), in one server if one is given; of threads the latest.
    pub fn channel_named(&self, name: &str, guild: Option<u64>) -> Option<&Channel> {
        let name = name.trim_start_matches('#');
        let fits = |channel: &&Channel| (guild.is_none() || channel.guild == guild) && channel.name == name;
        let mut channels = self.channels.values().filter(fits);
        let plain = channels.clone().find(|channel| !channel.is_thread());
        plain.or_else(|| channels.next_back())
    }

    /// The first server, where things happen unless another is named.
    pub fn first_guild(&self) -> u64 {
        self.guilds.keys().next().copied().unwrap_or(0)
    }
}
