//! Who is in a server, with which roles.

use serde_json::json;

use super::{Change, GuildMember, World, intents};

impl World {
    /// Gives a person a role; unknown names change nothing and say so.
    pub(crate) fn give_role(&mut self, guild: u64, user: &str, role: &str) -> bool {
        self.change_roles(guild, user, role, |roles, role| {
            if !roles.contains(&role) {
                roles.push(role);
            }
        })
    }

    /// A person leaves a server, or comes back to it without roles; unknown names change nothing and say so.
    pub(crate) fn set_membership(&mut self, guild: u64, user: &str, member: bool) -> bool {
        let joined = self.now();
        let Some(user) = self.user_named(user).map(|user| user.id) else {
            return false;
        };
        let Some(guild) = self.guilds.get_mut(&guild) else {
            return false;
        };
        if member {
            let fresh = || GuildMember {
                roles: Vec::new(),
                joined,
            };
            guild.members.entry(user).or_insert_with(fresh);
        } else {
            guild.members.remove(&user);
        }
        self.changed(Change::Layout);
        true
    }

    /// Takes a role from a person; unknown names change nothing and say so.
    pub(crate) fn take_role(&mut self, guild: u64, user: &str, role: &str) -> bool {
        self.change_roles(guild, user, role, |roles, role| roles.retain(|has| *has != role))
    }

    fn change_roles(&mut self, guild: u64, user: &str, role: &str, act: impl Fn(&mut Vec<u64>, u64)) -> bool {
        let Some(user) = self.user_named(user).map(|user| user.id) else {
            return false;
        };
        let Some(guild) = self.guilds.get_mut(&guild) else {
            return false;
        };
        let Some(role) = guild
            .roles
            .values()
            .find(|has| has.name == role)
            .map(|role| role.id)
        else {
            return false;
        };
        guild
            .members
            .entry(user)
            .and_modify(|member| act(&mut member.roles, role));
        self.changed(Change::Layout);
        true
    }

    /// Somebody throws the bot out of a server.
    pub(crate) fn remove_bot(&mut self, guild: u64) {
        let bot = self.application;
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.members.remove(&bot);
        }
        self.dispatch(
            "GUILD_DELETE",
            json!({ "id": guild.to_string() }),
            intents::GUILDS,
        );
        self.changed(Change::Layout);
    }

    /// Somebody takes the bot into a server again, with the role that is its own.
    pub(crate) fn add_bot(&mut self, guild: u64) {
        let (bot, joined) = (self.application, self.now());
        if let Some(guild) = self.guilds.get_mut(&guild) {
            let own = guild.roles.values().filter(|role| role.managed);
            let roles = own.map(|role| role.id).collect();
            guild.members.insert(bot, GuildMember { roles, joined });
        }
        let data = self.guild_create_json(guild);
        self.dispatch("GUILD_CREATE", data, intents::GUILDS);
        self.changed(Change::Layout);
    }
}
