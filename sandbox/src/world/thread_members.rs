//! Who is in a thread, and the threads that were put away.

use serde_json::{Value, json};

use super::{Channel, PRIVATE_THREAD, World, intents};
use crate::clock::time_of;
use crate::permissions::{MANAGE_THREADS, READ_MESSAGE_HISTORY, SEND_MESSAGES_IN_THREADS};
use crate::refusal::Refusal;

impl World {
    /// The bot joins a thread, or takes somebody into it.
    pub(crate) fn bot_adds_to_thread(&mut self, thread: u64, user: u64) -> Result<(), Refusal> {
        let guild = self.open_thread(thread)?;
        if user != self.application {
            self.bot_needs(thread, SEND_MESSAGES_IN_THREADS)?;
        }
        if !self.guilds[&guild].members.contains_key(&user) {
            return Err(Refusal::unknown_member());
        }
        let now = self.now();
        let mut added = false;
        self.channels.entry(thread).and_modify(|thread| {
            added = thread.members.insert(user, now).is_none();
        });
        if added {
            self.tell_thread_members(thread, user, true);
        }
        Ok(())
    }

    /// The bot leaves a thread, or takes somebody out of it.
    pub(crate) fn bot_removes_from_thread(&mut self, thread: u64, user: u64) -> Result<(), Refusal> {
        self.open_thread(thread)?;
        let found = &self.channels[&thread];
        let own_private = found.kind == PRIVATE_THREAD && found.owner == Some(self.application);
        if user != self.application && !own_private {
            self.bot_needs(thread, MANAGE_THREADS)?;
        }
        let mut removed = false;
        self.channels.entry(thread).and_modify(|thread| {
            removed = thread.members.remove(&user).is_some();
        });
        if removed {
            self.tell_thread_members(thread, user, false);
        }
        Ok(())
    }

    /// A thread that is not put away; its server.
    fn open_thread(&self, thread: u64) -> Result<u64, Refusal> {
        self.bot_channel(thread)?;
        let found = &self.channels[&thread];
        let Some(guild) = found.guild.filter(|_| found.is_thread()) else {
            let message = "Cannot execute action on this channel type";
            return Err(Refusal::mistake(400, 50024, message));
        };
        self.active_thread(thread)?;
        Ok(guild)
    }

    fn tell_thread_members(&mut self, thread: u64, user: u64, added: bool) {
        let Some(found) = self.channels.get(&thread) else {
            return;
        };
        let mut data = json!({
            "id": thread.to_string(), "guild_id": found.guild.map(|id| id.to_string()),
            "member_count": found.members.len().min(50),
        });
        if added {
            data["added_members"] = json!([self.thread_member_json(thread, user, true)]);
        } else {
            data["removed_member_ids"] = json!([user.to_string()]);
        }
        // Without the privileged intent a bot hears of itself only.
        let wanted = if user == self.application {
            intents::GUILDS
        } else {
            intents::GUILD_MEMBERS
        };
        self.dispatch("THREAD_MEMBERS_UPDATE", data, wanted);
        self.changed(super::Change::Layout);
    }

    /// A thread member object, or null.
    pub(crate) fn thread_member_json(&self, thread: u64, user: u64, with_member: bool) -> Value {
        let Some(found) = self.channels.get(&thread) else {
            return Value::Null;
        };
        let Some(joined) = found.members.get(&user) else {
            return Value::Null;
        };
        let mut object = json!({
            "id": thread.to_string(), "user_id": user.to_string(), "join_timestamp": joined, "flags": 0,
        });
        if let Some(guild) = found.guild.filter(|_| with_member) {
            object["member"] = self.member_json(guild, user);
        }
        object
    }

    /// Threads of a channel that were put away, latest first; `private` asks for private ones.
    pub(crate) fn archived_threads(
        &self,
        channel: u64,
        private: bool,
        own: bool,
    ) -> Result<Vec<&Channel>, Refusal> {
        self.bot_channel(channel)?;
        self.bot_needs_in_guild(channel, READ_MESSAGE_HISTORY)?;
        if private && !own {
            self.bot_needs_in_guild(channel, MANAGE_THREADS)?;
        }
        let joined = |thread: &&Channel| !own || thread.members.contains_key(&self.application);
        let threads = self
            .channels
            .values()
            .filter(|thread| thread.parent == Some(channel));
        let mut threads: Vec<_> = threads
            .filter(|thread| thread.archived && (thread.kind == PRIVATE_THREAD) == private)
            .filter(joined)
            .collect();
        threads.sort_unstable_by_key(|thread| std::cmp::Reverse(time_of(thread.id)));
        Ok(threads)
    }
}
