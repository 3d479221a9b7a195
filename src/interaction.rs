//! What a person did, in our own words: everything the bot can be asked.
//!
//! Nothing here knows how Discord spells it; `discord::decode` translates. The one exception is [`CustomId`], whose
//! text form is what a button carries.

mod command;
mod press;

use chrono::{DateTime, Utc};

pub use self::command::{
    Authoring, Command, Competition, CompetitionOptions, Completion, Daily, DailyOptions, Field, LiveOptions,
    Named, Quiz, QuizOptions, QuizSet, Review, ReviewOptions, Season, WhichBoard,
};
pub use self::press::{CustomId, LiveStep, Side, Step};
use crate::ids::{ChannelId, GuildId, InteractionId, RoleId, UserId};

/// One thing a member did.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// Who did it, where and when.
    pub caller: Caller,
    /// What was done.
    pub action: Action,
}

/// Who did something, where and when: all that Discord vouches for.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The interaction. It grows with time; of two clicks the one with the larger id is the newer.
    pub id: InteractionId,
    /// When the person acted, as Discord saw it. Not when we heard of it.
    pub at: DateTime<Utc>,
    /// The guild it happened in. The bot does nothing outside of guilds.
    pub guild: GuildId,
    /// The channel it happened in.
    pub channel: ChannelId,
    /// Who did it.
    pub member: Member,
    /// The language of the person's Discord, such as `en-GB`; absent where Discord did not say.
    pub locale: Option<String>,
    /// What the bot may do in that channel, as Discord's bits; absent where Discord did not say.
    pub app_permissions: Option<u128>,
    /// Whether that channel is a thread, where writing takes a permission of its own.
    pub in_thread: bool,
    /// Whether the pressed button is on a message only this person sees, which may be rewritten for them alone.
    pub on_own_message: bool,
}

/// The person who acts, as Discord describes them in this guild.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who it is.
    pub user: UserId,
    /// What Discord calls them in this guild.
    pub name: String,
    /// Whether they hold Manage Server (or own the guild or administer it).
    pub manage_guild: bool,
    /// Their roles.
    pub roles: Vec<RoleId>,
}

/// Everything a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A slash command.
    Command(Command),
    /// A button or a select. `values` are the chosen values of a select.
    Press {
        press: CustomId,
        /// What was chosen; empty for a button.
        values: Vec<String>,
    },
    /// A form that was filled in and sent.
    Submit {
        /// Which one; the button that opened it is called the same.
        form: CustomId,
        /// What was entered: the name of each field with its values, of which a text field has one.
        fields: Vec<(String, Vec<String>)>,
    },
    /// Discord asks what could be typed next.
    Complete(Completion),
    /// Something this version does not know, such as a button of a newer one.
    Unknown {
        /// Its name or `custom_id`, for the log.
        what: String,
    },
}
