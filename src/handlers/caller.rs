//! What handlers ask about the caller.

use crate::handlers::stop::Stop;
use crate::ids::millis_of;
use crate::interaction::Caller;
use crate::reply::{Message, Reply};
use crate::view;

impl Caller {
    /// The caller's own message is rewritten in place; a message that others see never is.
    pub fn update_or_say(&self, message: Message) -> Reply {
        match self.on_own_message {
            true => Reply::Update(message),
            false => Reply::Say(message),
        }
    }

    /// Goes on only for those who may administer. Checked here, whatever the command's registration says: servers can
    /// override that, and buttons can be forged.
    pub fn require_manager(&self) -> Result<(), Stop> {
        match self.member.manage_guild {
            true => Ok(()),
            false => Err(view::help::managers_only().into()),
        }
    }

    /// The permissions the bot lacks to write where this was asked, by the names Discord gives them. None where Discord
    /// did not say what it has.
    pub fn lacking_permissions(&self) -> Vec<&'static str> {
        const ADMINISTRATOR: u128 = 1 << 3;
        let write = match self.in_thread {
            true => (1 << 38, "Send Messages in Threads"),
            false => (1 << 11, "Send Messages"),
        };
        let has = self.app_permissions.unwrap_or(u128::MAX);
        let lacks = |bit: u128| has & (bit | ADMINISTRATOR) == 0;
        [(1 << 10, "View Channel"), write]
            .into_iter()
            .filter(|(bit, _)| lacks(*bit))
            .map(|(_, name)| name)
            .collect()
    }

    /// What the choice of questions follows from: the moment, in milliseconds, and who asks. The rest of the id only
    /// counts what else happened at Discord.
    pub fn seed(&self) -> u64 {
        (millis_of(self.id.0) ^ self.member.user.0).cast_unsigned()
    }
}
