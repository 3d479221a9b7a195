//! Discord's permission bits, as far as the sandbox looks at them.

/// Invite people.
pub const CREATE_INSTANT_INVITE: u64 = 1 << 0;
/// Everything.
pub const ADMINISTRATOR: u64 = 1 << 3;
/// Edit channels.
pub const MANAGE_CHANNELS: u64 = 1 << 4;
/// Manage Server: who has it is a manager to most bots.
pub const MANAGE_GUILD: u64 = 1 << 5;
/// Add reactions.
pub const ADD_REACTIONS: u64 = 1 << 6;
/// See a channel.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// Write in a channel (threads have their own).
pub const SEND_MESSAGES: u64 = 1 << 11;
/// Delete others' messages.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
/// Show embeds.
pub const EMBED_LINKS: u64 = 1 << 14;
/// Upload files.
pub const ATTACH_FILES: u64 = 1 << 15;
/// Read what was written before.
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// Ping everyone and every role.
pub const MENTION_EVERYONE: u64 = 1 << 17;
/// Use emojis of other servers.
pub const USE_EXTERNAL_EMOJIS: u64 = 1 << 18;
/// Join a voice channel, without which one cannot write there either.
pub const CONNECT: u64 = 1 << 20;
/// Edit roles.
pub const MANAGE_ROLES: u64 = 1 << 28;
/// Make and remove webhooks.
pub const MANAGE_WEBHOOKS: u64 = 1 << 29;
/// Use slash commands.
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
/// Rename, lock and archive threads.
pub const MANAGE_THREADS: u64 = 1 << 34;
/// Start public threads.
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
/// Start private threads.
pub const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
/// Write in threads.
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
/// Pin messages.
pub const PIN_MESSAGES: u64 = 1 << 51;

/// What everybody may do in a new server.
pub(crate) const EVERYONE: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | ADD_REACTIONS
    | READ_MESSAGE_HISTORY
    | CONNECT
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS;

/// Every bit Discord has defined.
pub(crate) const ALL: u64 = (1 << 53) - 1;
