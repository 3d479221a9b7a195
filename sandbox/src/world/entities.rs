//! The things in the world, as plain data.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

/// Channel types.
pub(crate) const TEXT_CHANNEL: u8 = 0;
pub(crate) const DM_CHANNEL: u8 = 1;
pub(crate) const VOICE_CHANNEL: u8 = 2;
pub(crate) const ANNOUNCEMENT_CHANNEL: u8 = 5;
pub(crate) const ANNOUNCEMENT_THREAD: u8 = 10;
pub(crate) const PUBLIC_THREAD: u8 = 11;
pub(crate) const PRIVATE_THREAD: u8 = 12;
pub(crate) const STAGE_CHANNEL: u8 = 13;
pub(crate) const FORUM_CHANNEL: u8 = 15;
pub(crate) const MEDIA_CHANNEL: u8 = 16;

/// Interaction types.
pub(crate) const COMMAND: u8 = 2;
pub(crate) const COMPONENT: u8 = 3;
pub(crate) const AUTOCOMPLETE: u8 = 4;
pub(crate) const MODAL_SUBMIT: u8 = 5;

/// A person, or the bot.
#[derive(Clone, Debug)]
pub struct User {
    /// Snowflake.
    pub id: u64,
    /// Display name.
    pub name: String,
    /// Whether it is the bot.
    pub bot: bool,
    /// Language of their client.
    pub locale: String,
}

/// A server.
#[derive(Clone, Debug)]
pub struct Guild {
    /// Snowflake.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Who owns it and may do everything.
    pub owner: u64,
    /// Roles by id; the one with the server's id is everybody's.
    pub roles: BTreeMap<u64, Role>,
    /// Members by user id. The bot is one of them until it is removed.
    pub members: BTreeMap<u64, GuildMember>,
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// Snowflake.
    pub id: u64,
    /// Name, `@everyone` for everybody's.
    pub name: String,
    /// Permission bits.
    pub permissions: u64,
    /// Whether everybody may ping it.
    pub mentionable: bool,
    /// Colour.
    pub color: u32,
    /// Whether it is the bot's own.
    pub managed: bool,
}

/// A person in a server.
#[derive(Clone, Debug)]
pub struct GuildMember {
    /// Their roles, without everybody's.
    pub roles: Vec<u64>,
    /// When they came.
    pub joined: DateTime<Utc>,
}

/// What a channel grants or denies to a role or a member.
#[derive(Clone, Debug)]
pub struct Overwrite {
    /// Role or user.
    pub id: u64,
    /// Whether `id` is a user.
    pub member: bool,
    /// Granted bits.
    pub allow: u64,
    /// Denied bits.
    pub deny: u64,
}

/// A channel, a thread, or a direct conversation with the bot.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Snowflake; a thread started from a message has the message's.
    pub id: u64,
    /// Discord's channel type.
    pub kind: u8,
    /// Its server; none for direct conversations.
    pub guild: Option<u64>,
    /// Name without `#`.
    pub name: String,
    /// The channel a thread belongs to.
    pub parent: Option<u64>,
    /// Exceptions to the roles' permissions.
    pub overwrites: Vec<Overwrite>,
    /// Who is in a direct conversation, besides the bot.
    pub recipient: Option<u64>,
    /// Who started a thread.
    pub owner: Option<u64>,
    /// Whether a thread is put away.
    pub archived: bool,
    /// Whether only moderators can bring it back.
    pub locked: bool,
    /// Minutes of silence after which a thread is put away.
    pub auto_archive: i64,
    /// Latest message.
    pub last_message: Option<u64>,
    /// Whether it is for adults only; threads share it without saying so.
    pub nsfw: bool,
    /// When somebody last brought a thread back or changed how long it stays.
    pub stirred: Option<DateTime<Utc>>,
    /// Who is in a thread, and since when.
    pub members: BTreeMap<u64, DateTime<Utc>>,
}

impl Channel {
    /// Whether it is a thread.
    pub fn is_thread(&self) -> bool {
        self.parent.is_some()
    }

    /// Whether people speak in it; to write there, one has to be able to connect.
    pub fn is_voice(&self) -> bool {
        [VOICE_CHANNEL, STAGE_CHANNEL].contains(&self.kind)
    }

    /// Whether messages can be written to it: forums and media channels have threads only.
    pub fn takes_messages(&self) -> bool {
        ![FORUM_CHANNEL, MEDIA_CHANNEL].contains(&self.kind)
    }
}

/// A file of a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Snowflake.
    pub id: u64,
    /// File name.
    pub name: String,
    /// MIME type.
    pub content_type: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
    /// Text for those who do not see it.
    pub description: Option<String>,
}

/// The interaction a message answers.
#[derive(Clone, Debug)]
pub struct Via {
    /// The interaction.
    pub interaction: u64,
    /// Its type.
    pub kind: u8,
    /// Who acted.
    pub user: u64,
    /// The command with its subcommands; empty for components.
    pub name: String,
    /// The message the component was on.
    pub source: Option<u64>,
    /// Who installed the application for themselves, if it was used through that.
    pub installed_by: Option<u64>,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Snowflake.
    pub id: u64,
    /// Where it stands.
    pub channel: u64,
    /// Who wrote it.
    pub author: u64,
    /// Discord's message type.
    pub kind: u8,
    /// Text.
    pub content: String,
    /// Embeds, as sent.
    pub embeds: Vec<Value>,
    /// Components, as sent, every one numbered.
    pub components: Vec<Value>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Flag bits.
    pub flags: u64,
    /// When it was written.
    pub created: DateTime<Utc>,
    /// When it was last edited.
    pub edited: Option<DateTime<Utc>>,
    /// The sender's mark against double posting.
    pub nonce: Option<Value>,
    /// The only person who sees it.
    pub only_for: Option<u64>,
    /// The message it replies to.
    pub reply_to: Option<u64>,
    /// The interaction it answers.
    pub via: Option<Via>,
    /// People who were pinged.
    pub mentions: Vec<u64>,
    /// Roles that were pinged.
    pub mention_roles: Vec<u64>,
    /// Whether everybody was pinged.
    pub mention_everyone: bool,
    /// Emoji people chose, in the order of the first choice.
    pub reactions: Vec<Reaction>,
    /// When it was pinned.
    pub pinned: Option<DateTime<Utc>>,
    /// The name a webhook wrote it under; the author is the webhook then.
    pub signed: Option<String>,
}

impl Message {
    /// A message with nothing in it, from long ago.
    pub(crate) fn empty(id: u64, channel: u64, author: u64) -> Self {
        Self {
            id,
            channel,
            author,
            kind: 0,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            attachments: Vec::new(),
            flags: 0,
            created: DateTime::UNIX_EPOCH,
            edited: None,
            nonce: None,
            only_for: None,
            reply_to: None,
            via: None,
            mentions: Vec::new(),
            mention_roles: Vec::new(),
            mention_everyone: false,
            reactions: Vec::new(),
            pinned: None,
            signed: None,
        }
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: u64) -> bool {
        self.flags & flag != 0
    }
}

/// An emoji under a message, and who chose it, in their order.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// The emoji itself: there are none of a server's own.
    pub emoji: String,
    /// User ids.
    pub users: Vec<u64>,
}

/// An invitation.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    pub(super) channel: u64,
    pub(super) inviter: u64,
    pub(super) created: DateTime<Utc>,
    /// Seconds; 0 is for ever.
    pub(super) max_age: i64,
    pub(super) max_uses: i64,
    pub(super) temporary: bool,
}

/// A webhook.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub(crate) id: u64,
    pub(crate) channel: u64,
    pub(crate) name: String,
    pub(crate) token: String,
}
