//! Who and what there is in the simulated Discord, and what its moderators do.

use super::Sandbox;
use crate::world::World;
use crate::{Member, MessageRef, Place};

impl Sandbox {
    /// A channel of the first server.
    ///
    /// # Panics
    /// When there is no such channel.
    pub fn channel_id(&self, name: &str) -> u64 {
        let guild = self.guild_id();
        let found = self
            .inner
            .read(|world| world.channel_named(name, Some(guild)).map(|channel| channel.id));
        found.unwrap_or_else(|| panic!("there is no channel {name}"))
    }

    /// A member of the first server, acting in its first channel.
    ///
    /// # Panics
    /// When nobody has that name.
    pub fn member(&self, name: &str) -> Member {
        let id = self
            .inner
            .read(|world| world.user_named(name).map(|user| user.id));
        Member::new(
            self.unguarded(),
            id.unwrap_or_else(|| panic!("there is no member {name}")),
        )
    }

    /// Everybody but the bot.
    pub fn members(&self) -> Vec<Member> {
        let people = |world: &World| -> Vec<u64> {
            world
                .users
                .values()
                .filter(|user| !user.bot)
                .map(|user| user.id)
                .collect()
        };
        self.inner
            .read(people)
            .into_iter()
            .map(|id| Member::new(self.unguarded(), id))
            .collect()
    }

    /// Somebody new, in every server.
    pub fn add_member(&self, name: &str) -> Member {
        let id = self.inner.change(|world| world.add_user(name));
        Member::new(self.unguarded(), id)
    }

    /// Another server with the same people and channels; the bot is in it too.
    pub fn add_guild(&self, name: &str, owner: &str) -> u64 {
        self.inner.change(|world| world.add_guild(name, owner))
    }

    /// Another server, with nobody in it but its owner and the bot, and one channel; returns both.
    pub fn add_small_guild(&self, name: &str, owner: &str) -> (u64, u64) {
        self.inner.change(|world| world.add_small_guild(name, owner))
    }

    /// Another server with the same people and channels, in which the bot is not.
    pub fn add_foreign_guild(&self, name: &str, owner: &str) -> u64 {
        self.inner.change(|world| world.add_foreign_guild(name, owner))
    }

    /// Another channel of the first server.
    pub fn add_channel(&self, name: &str) -> u64 {
        let guild = self.guild_id();
        self.inner.change(|world| world.add_channel(guild, name))
    }

    /// Another role of the first server.
    pub fn add_role(&self, name: &str, permissions: u64) -> u64 {
        let guild = self.guild_id();
        self.inner
            .change(|world| world.add_role(guild, name, permissions, 0))
    }

    /// Gives a member of the first server a role.
    ///
    /// # Panics
    /// When there is no such member or role.
    pub fn give_role(&self, member: &str, role: &str) {
        let guild = self.guild_id();
        let done = self.inner.change(|world| world.give_role(guild, member, role));
        assert!(done, "there is no member {member} or no role {role}");
    }

    /// Takes a role from a member of the first server.
    ///
    /// # Panics
    /// When there is no such member or role.
    pub fn take_role(&self, member: &str, role: &str) {
        let guild = self.guild_id();
        let done = self.inner.change(|world| world.take_role(guild, member, role));
        assert!(done, "there is no member {member} or no role {role}");
    }

    /// A person takes no direct messages from the bot any more, or takes them again.
    ///
    /// # Panics
    /// When nobody has that name.
    pub fn close_dms(&self, member: &str, closed: bool) {
        let user = self.member(member).id();
        self.inner.change(|world| match closed {
            true => world.closed_dms.insert(user),
            false => world.closed_dms.remove(&user),
        });
    }

    /// A member leaves the first server.
    ///
    /// # Panics
    /// When there is no such member.
    pub fn remove_member(&self, member: &str) {
        let guild = self.guild_id();
        let done = self
            .inner
            .change(|world| world.set_membership(guild, member, false));
        assert!(done, "there is no member {member}");
    }

    /// Somebody who left comes back to the first server.
    ///
    /// # Panics
    /// When nobody has that name.
    pub fn take_back_member(&self, member: &str) {
        let guild = self.guild_id();
        let done = self
            .inner
            .change(|world| world.set_membership(guild, member, true));
        assert!(done, "there is no member {member}");
    }

    /// Denies the bot permissions in a channel.
    pub fn deny<'p>(&self, channel: impl Into<Place<'p>>, permissions: u64) {
        let channel = self.place(channel.into());
        self.inner
            .change(|world| world.deny_bot(channel, permissions, true));
    }

    /// Takes a denial back.
    pub fn allow<'p>(&self, channel: impl Into<Place<'p>>, permissions: u64) {
        let channel = self.place(channel.into());
        self.inner
            .change(|world| world.deny_bot(channel, permissions, false));
    }

    /// A moderator puts a thread away or brings it back, and locks it or not.
    pub fn moderate_thread<'p>(&self, thread: impl Into<Place<'p>>, archived: bool, locked: bool) {
        let thread = self.place(thread.into());
        self.inner
            .change(|world| world.moderate_thread(thread, archived, locked));
    }

    /// Throws the bot out of the first server.
    pub fn remove_bot(&self) {
        let guild = self.guild_id();
        self.inner.change(|world| world.remove_bot(guild));
    }

    /// Takes the bot back into the first server.
    pub fn add_bot(&self) {
        let guild = self.guild_id();
        self.inner.change(|world| world.add_bot(guild));
    }

    /// A moderator deletes a message.
    pub fn delete_message(&self, message: impl Into<MessageRef>) {
        let MessageRef(id) = message.into();
        self.inner.change(|world| world.delete(id));
    }

    /// An administrator deletes a channel.
    pub fn delete_channel<'p>(&self, channel: impl Into<Place<'p>>) {
        let channel = self.place(channel.into());
        self.inner.change(|world| world.delete_channel(channel));
    }

    /// An administrator opens every command to every member, or closes them again.
    pub fn override_command_permissions(&self, open: bool) {
        self.inner.change(|world| world.commands_for_all = open);
    }

    fn place(&self, place: Place<'_>) -> u64 {
        match place {
            Place::Id(id) => id,
            Place::Name(name) => self.channel_id(name),
        }
    }
}
