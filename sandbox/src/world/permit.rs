//! Who may do what where.

use super::{Channel, Overwrite, World};
use crate::permissions::{
    ADMINISTRATOR, ALL, ATTACH_FILES, CONNECT, EMBED_LINKS, MENTION_EVERYONE, SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL,
};
use crate::refusal::Refusal;

impl World {
    /// A member's permissions in a server, without any channel's exceptions.
    pub fn guild_permissions(&self, guild: u64, user: u64) -> u64 {
        let Some(guild) = self.guilds.get(&guild) else {
            return 0;
        };
        let Some(member) = guild.members.get(&user) else {
            return 0;
        };
        if guild.owner == user {
            return ALL;
        }
        let own = member
            .roles
            .iter()
            .chain([&guild.id])
            .filter_map(|role| guild.roles.get(role));
        let bits = own.fold(0, |bits, role| bits | role.permissions);
        if bits & ADMINISTRATOR != 0 { ALL } else { bits }
    }

    /// A person's permissions in a channel; a thread has its parent's exceptions.
    pub fn permissions(&self, channel: u64, user: u64) -> u64 {
        let Some(channel) = self.channels.get(&channel) else {
            return 0;
        };
        let Some(guild) = channel.guild else { return ALL };
        let base = self.guild_permissions(guild, user);
        if base == ALL || base == 0 {
            return base;
        }
        let roles = &self.guilds[&guild].members[&user].roles;
        let place = channel
            .parent
            .and_then(|parent| self.channels.get(&parent))
            .unwrap_or(channel);
        let mut bits = base;
        let applies: [&dyn Fn(&Overwrite) -> bool; 3] = [
            &|one| !one.member && one.id == guild,
            &|one| !one.member && roles.contains(&one.id),
            &|one| one.member && one.id == user,
        ];
        for applies in applies {
            let (mut deny, mut allow) = (0, 0);
            for overwrite in place.overwrites.iter().filter(|one| applies(one)) {
                deny |= overwrite.deny;
                allow |= overwrite.allow;
            }
            bits = bits & !deny | allow;
        }
        add_implied(bits, channel)
    }

    /// Refuses unless the bot has all these permissions in a channel; not to see it is another refusal.
    pub(crate) fn bot_needs(&self, channel: u64, wanted: u64) -> Result<(), Refusal> {
        let bits = self.permissions(channel, self.application);
        let voice = self.channels.get(&channel).is_some_and(Channel::is_voice);
        let access = VIEW_CHANNEL | if voice { CONNECT } else { 0 };
        if bits & access != access {
            return Err(Refusal::missing_access());
        }
        if bits & wanted == wanted {
            Ok(())
        } else {
            Err(Refusal::missing_permissions())
        }
    }

    /// As [`Self::bot_needs`]; in direct conversations everything is permitted.
    pub(crate) fn bot_needs_in_guild(&self, channel: u64, wanted: u64) -> Result<(), Refusal> {
        let in_guild = self
            .channels
            .get(&channel)
            .is_some_and(|channel| channel.guild.is_some());
        if in_guild {
            self.bot_needs(channel, wanted)
        } else {
            Ok(())
        }
    }

    /// Denies the bot permissions in a channel, or gives them back.
    pub(crate) fn deny_bot(&mut self, channel: u64, bits: u64, denied: bool) {
        let bot = self.application;
        let Some(channel) = self.channels.get_mut(&channel) else {
            return;
        };
        if !channel.overwrites.iter().any(|one| one.id == bot) {
            channel.overwrites.push(Overwrite {
                id: bot,
                member: true,
                allow: 0,
                deny: 0,
            });
        }
        for overwrite in channel.overwrites.iter_mut().filter(|one| one.id == bot) {
            overwrite.deny = if denied {
                overwrite.deny | bits
            } else {
                overwrite.deny & !bits
            };
        }
        let id = channel.id;
        let json = self.channel_json(id);
        self.dispatch("CHANNEL_UPDATE", json, super::intents::GUILDS);
        self.changed(super::Change::Layout);
    }
}

/// Who cannot see a channel can do nothing in it, nor who cannot connect to a voice channel; who cannot write cannot
/// attach, embed or ping.
fn add_implied(bits: u64, channel: &Channel) -> u64 {
    if bits & VIEW_CHANNEL == 0 {
        return 0;
    }
    if channel.is_voice() && bits & CONNECT == 0 {
        return VIEW_CHANNEL;
    }
    let writes = if channel.is_thread() {
        SEND_MESSAGES_IN_THREADS
    } else {
        SEND_MESSAGES
    };
    if bits & writes == 0 {
        return bits & !(ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE);
    }
    bits
}
