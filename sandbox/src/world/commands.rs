//! The application's commands, for every server and for single ones.

use serde_json::{Value, json};

use super::{Change, World};
use crate::check::command::kind_of;
use crate::refusal::Refusal;

impl World {
    /// The commands of a server, or those for all.
    pub(crate) fn commands(&self, guild: Option<u64>) -> &[Value] {
        match guild {
            None => &self.global_commands,
            Some(guild) => self.guild_commands.get(&guild).map_or(&[], Vec::as_slice),
        }
    }

    fn commands_mut(&mut self, guild: Option<u64>) -> &mut Vec<Value> {
        match guild {
            None => &mut self.global_commands,
            Some(guild) => self.guild_commands.entry(guild).or_default(),
        }
    }

    /// All commands a server shows: its own before those for all.
    pub fn commands_in(&self, guild: Option<u64>) -> Vec<Value> {
        self.commands_for(guild, false)
    }

    /// All commands a place shows to a person: the server's, if the bot is in it, and those for all that the server's
    /// installation or the person's own brings.
    pub(crate) fn commands_for(&self, guild: Option<u64>, user_install: bool) -> Vec<Value> {
        let here = guild.and_then(|guild| self.guilds.get(&guild));
        let bot_is_in = here.is_none_or(|guild| guild.members.contains_key(&self.application));
        let own = guild.filter(|_| bot_is_in);
        let own = own.map_or(&[][..], |guild| self.commands(Some(guild)));
        let brought = |command: &&Value| {
            let types = command["integration_types"].as_array();
            let has = |kind: u8| types.is_some_and(|types| types.iter().any(|one| *one == kind));
            bot_is_in && has(0) || user_install && has(1)
        };
        own.iter()
            .chain(self.global_commands.iter().filter(brought))
            .cloned()
            .collect()
    }

    /// Replaces all commands; a command that was there keeps its id.
    pub(crate) fn replace_commands(&mut self, guild: Option<u64>, list: &Value) -> Result<Value, Refusal> {
        crate::check::command::check_all(list)?;
        self.check_guild(guild)?;
        let old = self.commands(guild).to_vec();
        let new: Vec<Value> = list
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| self.as_registered(item, guild, &old))
            .collect();
        *self.commands_mut(guild) = new.clone();
        self.registered_something();
        Ok(Value::Array(new))
    }

    /// Adds a command, or replaces the one with its name.
    pub(crate) fn add_command(&mut self, guild: Option<u64>, item: &Value) -> Result<Value, Refusal> {
        crate::check::command::check_one(item)?;
        self.check_guild(guild)?;
        let old = self.commands(guild).to_vec();
        let new = self.as_registered(item, guild, &old);
        let same = |has: &Value| has["name"] == new["name"] && kind_of(has) == kind_of(&new);
        if !old.iter().any(same) && old.iter().filter(|has| kind_of(has) == kind_of(&new)).count() >= 100 {
            return Err(Refusal::mistake(
                400,
                30032,
                "Maximum number of application commands reached (100)",
            ));
        }
        let list = self.commands_mut(guild);
        list.retain(|has| !same(has));
        list.push(new.clone());
        self.registered_something();
        Ok(new)
    }

    /// Changes some fields of a command.
    pub(crate) fn change_command(
        &mut self,
        guild: Option<u64>,
        id: u64,
        body: &Value,
    ) -> Result<Value, Refusal> {
        let mut item = self.command(guild, id)?.clone();
        super::json::merge_fields(&mut item, body.clone());
        crate::check::command::check_one(&item)?;
        item["version"] = json!(self.next_id().to_string());
        let key = id.to_string();
        for has in self
            .commands_mut(guild)
            .iter_mut()
            .filter(|has| has["id"] == key.as_str())
        {
            has.clone_from(&item);
        }
        self.registered_something();
        Ok(item)
    }

    /// Removes a command.
    pub(crate) fn remove_command(&mut self, guild: Option<u64>, id: u64) -> Result<(), Refusal> {
        self.command(guild, id)?;
        let key = id.to_string();
        self.commands_mut(guild).retain(|has| has["id"] != key.as_str());
        self.changed(Change::Commands);
        Ok(())
    }

    /// One command.
    pub(crate) fn command(&self, guild: Option<u64>, id: u64) -> Result<&Value, Refusal> {
        let key = id.to_string();
        let found = self.commands(guild).iter().find(|has| has["id"] == key.as_str());
        found.ok_or_else(Refusal::unknown_command)
    }

    fn check_guild(&self, guild: Option<u64>) -> Result<(), Refusal> {
        let Some(guild) = guild else { return Ok(()) };
        let guild = self.guilds.get(&guild).ok_or_else(Refusal::unknown_guild)?;
        if guild.members.contains_key(&self.application) {
            Ok(())
        } else {
            Err(Refusal::missing_access())
        }
    }

    fn registered_something(&mut self) {
        self.registered = true;
        self.changed(Change::Commands);
    }

    /// A command as Discord stores it, with every field present.
    fn as_registered(&mut self, item: &Value, guild: Option<u64>, old: &[Value]) -> Value {
        let before = old
            .iter()
            .find(|has| has["name"] == item["name"] && kind_of(has) == kind_of(item));
        let id = before.map_or_else(
            || json!(self.next_id().to_string()),
            |before| before["id"].clone(),
        );
        let mut command = json!({
            "id": id, "application_id": self.application.to_string(), "version": self.next_id().to_string(),
            "type": kind_of(item), "default_member_permissions": null, "description": "", "nsfw": false,
            "name_localizations": null, "description_localizations": null, "integration_types": [0, 1],
            "contexts": null, "dm_permission": true,
        });
        let mut given = item.clone();
        if let Some(given) = given.as_object_mut() {
            given.retain(|key, value| {
                !value.is_null() && !["id", "application_id", "version"].contains(&key.as_str())
            });
        }
        super::json::merge_fields(&mut command, given);
        if let Some(guild) = guild {
            command["integration_types"] = json!([0]);
            command["guild_id"] = json!(guild.to_string());
        }
        command
    }
}
