//! Who is pinged by a text.

use serde_json::Value;

use super::{Message, World};
use crate::permissions::MENTION_EVERYONE;

impl World {
    /// Works out whom a message pings, after Discord's rules for `allowed_mentions`.
    ///
    /// `users_only` is the default of interactions and webhooks, where nobody else is pinged unless asked for.
    pub(crate) fn resolve_mentions(&self, message: &mut Message, allowed: Option<&Value>, users_only: bool) {
        let parses = |kind: &str| match allowed {
            None => kind == "users" || !users_only,
            Some(allowed) => allowed["parse"]
                .as_array()
                .is_some_and(|parse| parse.iter().any(|has| has == kind)),
        };
        let lists = |kind: &str, id: u64| {
            let list = allowed.and_then(|allowed| allowed[kind].as_array());
            list.is_some_and(|list| {
                list.iter()
                    .any(|has| *has == id.to_string().as_str() || *has == id)
            })
        };
        let text = text_of(message);
        let guild = self
            .channels
            .get(&message.channel)
            .and_then(|channel| channel.guild);
        let guild = guild.and_then(|guild| self.guilds.get(&guild));
        let free = self.permissions(message.channel, message.author) & MENTION_EVERYONE != 0;
        let users = ids_after(&text, &["<@!", "<@"]).into_iter();
        message.mentions = users
            .filter(|id| self.users.contains_key(id) && (parses("users") || lists("users", *id)))
            .collect();
        let roles = ids_after(&text, &["<@&"]).into_iter();
        let pingable = |id: &u64| {
            guild
                .and_then(|guild| guild.roles.get(id))
                .is_some_and(|role| role.mentionable || free)
        };
        message.mention_roles = roles
            .filter(pingable)
            .filter(|id| parses("roles") || lists("roles", *id))
            .collect();
        let names_all = text.contains("@everyone") || text.contains("@here");
        message.mention_everyone = names_all && free && parses("everyone");
    }
}

/// Everything in a message that can ping.
fn text_of(message: &Message) -> String {
    let mut text = message.content.clone();
    let mut waiting: Vec<&Value> = message.components.iter().collect();
    while let Some(component) = waiting.pop() {
        if let Some(content) = component["content"].as_str() {
            text.push('\n');
            text.push_str(content);
        }
        waiting.extend(crate::check::kinds::list_children(component));
    }
    text
}

/// The ids in mentions with one of these beginnings, each once.
fn ids_after(text: &str, starts: &[&str]) -> Vec<u64> {
    let mut ids = Vec::new();
    for start in starts {
        for (at, _) in text.match_indices(start) {
            let rest = &text[at + start.len()..];
            let Some(end) = rest.find('>') else { continue };
            if let Ok(id) = rest[..end].parse()
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
    }
    ids
}
