//! Reactions: who chose which emoji under a message.

use serde_json::{Value, json};

use super::{Change, Reaction, World, intents};
use crate::permissions::{ADD_REACTIONS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY};
use crate::refusal::Refusal;

/// Different emoji that a message can have.
const MOST_REACTIONS: usize = 20;

impl World {
    /// The bot reacts to a message.
    pub(crate) fn bot_reacts(&mut self, channel: u64, id: u64, emoji: &str) -> Result<(), Refusal> {
        self.reactions_of(channel, id)?;
        check_emoji(emoji)?;
        let bot = self.application;
        let reactions = &self.messages[&id].reactions;
        if !reactions.iter().any(|has| has.emoji == emoji) {
            self.bot_needs_in_guild(channel, ADD_REACTIONS)?;
            if reactions.len() >= MOST_REACTIONS {
                let message = "Maximum number of reactions reached (20)";
                return Err(Refusal::mistake(400, 30010, message));
            }
        }
        let mut added = false;
        self.messages.entry(id).and_modify(|message| {
            let reactions = &mut message.reactions;
            let at = reactions.iter().position(|has| has.emoji == emoji);
            let at = at.unwrap_or_else(|| {
                let users = Vec::new();
                reactions.push(Reaction {
                    emoji: emoji.to_owned(),
                    users,
                });
                reactions.len() - 1
            });
            added = !reactions[at].users.contains(&bot);
            if added {
                reactions[at].users.push(bot);
            }
        });
        if added {
            self.tell_reaction("MESSAGE_REACTION_ADD", id, reaction_json(emoji, Some(bot)));
        }
        Ok(())
    }

    /// The bot takes back its own reaction, or somebody else's.
    pub(crate) fn bot_takes_reaction(
        &mut self,
        channel: u64,
        id: u64,
        emoji: &str,
        user: u64,
    ) -> Result<(), Refusal> {
        self.reactions_of(channel, id)?;
        check_emoji(emoji)?;
        if user != self.application {
            self.bot_needs(channel, MANAGE_MESSAGES)?;
        }
        let mut found = false;
        self.messages.entry(id).and_modify(|message| {
            for reaction in message.reactions.iter_mut().filter(|has| has.emoji == emoji) {
                found |= reaction.users.contains(&user);
                reaction.users.retain(|has| *has != user);
            }
            message.reactions.retain(|has| !has.users.is_empty());
        });
        if found {
            self.tell_reaction("MESSAGE_REACTION_REMOVE", id, reaction_json(emoji, Some(user)));
        }
        Ok(())
    }

    /// The bot removes all reactions, or all with one emoji.
    pub(crate) fn bot_clears_reactions(
        &mut self,
        channel: u64,
        id: u64,
        emoji: Option<&str>,
    ) -> Result<(), Refusal> {
        self.reactions_of(channel, id)?;
        self.bot_needs(channel, MANAGE_MESSAGES)?;
        emoji.map_or(Ok(()), check_emoji)?;
        let mut found = false;
        self.messages.entry(id).and_modify(|message| {
            let before = message.reactions.len();
            message
                .reactions
                .retain(|has| emoji.is_some_and(|emoji| has.emoji != emoji));
            found = message.reactions.len() < before;
        });
        match emoji.filter(|_| found) {
            Some(emoji) => {
                self.tell_reaction("MESSAGE_REACTION_REMOVE_EMOJI", id, reaction_json(emoji, None));
            }
            None if found => self.tell_reaction("MESSAGE_REACTION_REMOVE_ALL", id, json!({})),
            None => {}
        }
        Ok(())
    }

    /// Who chose an emoji, a page at a time.
    pub(crate) fn reacted(
        &self,
        channel: u64,
        id: u64,
        emoji: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Value>, Refusal> {
        self.reactions_of(channel, id)?;
        check_emoji(emoji)?;
        let mut reactions = self.messages[&id].reactions.iter();
        let mut users = reactions
            .find(|has| has.emoji == emoji)
            .map_or(vec![], |has| has.users.clone());
        users.sort_unstable();
        let page = users.into_iter().filter(|user| *user > after).take(limit);
        Ok(page.map(|user| self.user_json(user)).collect())
    }

    /// A message the bot may look at.
    fn reactions_of(&self, channel: u64, id: u64) -> Result<(), Refusal> {
        self.bot_channel(channel)?;
        self.bot_needs_in_guild(channel, READ_MESSAGE_HISTORY)?;
        self.public_message(channel, id).map(drop)
    }

    fn tell_reaction(&mut self, name: &'static str, id: u64, mut data: Value) {
        let Some(message) = self.messages.get(&id) else {
            return;
        };
        let (channel, author) = (message.channel, message.author);
        data["channel_id"] = json!(channel.to_string());
        data["message_id"] = json!(id.to_string());
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        let wanted = match guild {
            Some(guild) => {
                data["guild_id"] = json!(guild.to_string());
                intents::GUILD_MESSAGE_REACTIONS
            }
            None => intents::DIRECT_MESSAGE_REACTIONS,
        };
        if name == "MESSAGE_REACTION_ADD" {
            data["message_author_id"] = json!(author.to_string());
            let user = data["user_id"]
                .as_str()
                .and_then(|user| user.parse().ok())
                .unwrap_or(0);
            if let Some(guild) = guild {
                data["member"] = self.member_json(guild, user);
            }
        }
        self.changed(Change::Message {
            channel: channel.to_string(),
            id: id.to_string(),
        });
        self.dispatch(name, data, wanted);
    }

    /// A message's reactions as the bot gets them.
    pub(super) fn reactions_json(&self, reactions: &[Reaction]) -> Vec<Value> {
        let json = |reaction: &Reaction| {
            let count = reaction.users.len();
            json!({
                "emoji": { "id": null, "name": reaction.emoji }, "count": count,
                "count_details": { "burst": 0, "normal": count }, "burst_colors": [], "me_burst": false,
                "me": reaction.users.contains(&self.application),
            })
        };
        reactions.iter().map(json).collect()
    }
}

fn reaction_json(emoji: &str, user: Option<u64>) -> Value {
    let mut data = json!({ "emoji": { "id": null, "name": emoji } });
    if let Some(user) = user {
        super::merge_fields(
            &mut data,
            json!({ "user_id": user.to_string(), "burst": false, "type": 0 }),
        );
    }
    data
}

/// An emoji of Unicode; `name:id` would be a server's own, of which there are none.
fn check_emoji(emoji: &str) -> Result<(), Refusal> {
    let pictured = emoji.chars().any(|c| !c.is_ascii() && !c.is_alphanumeric());
    if pictured && !emoji.chars().any(char::is_alphabetic) {
        Ok(())
    } else {
        Err(Refusal::mistake(400, 10014, "Unknown Emoji"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_emoji_of_unicode_can_be_chosen() {
        for emoji in ["👍", "1️⃣", "👨‍👩‍👧", "🇩🇪", "✅"] {
            assert_eq!(check_emoji(emoji), Ok(()), "{emoji}");
        }
        for text in ["", "+1", "a", "é", "blob:123", "1"] {
            assert!(check_emoji(text).is_err(), "{text}");
        }
    }
}
