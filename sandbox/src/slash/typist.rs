//! Who types a command, and whether they are shown it.

use serde_json::Value;

use crate::ActError;
use crate::permissions::ADMINISTRATOR;
use crate::world::{Attachment, World};

/// Who types, where, and what they attach.
pub(crate) struct Typist<'t> {
    pub(crate) user: u64,
    pub(crate) channel: u64,
    pub(crate) guild: Option<u64>,
    /// Whether they have the application for themselves.
    pub(crate) user_install: bool,
    pub(crate) files: &'t [Attachment],
}

/// Whether Discord's client shows a command to this person, here.
pub(crate) fn check_shown(world: &World, who: &Typist<'_>, command: &Value) -> Result<(), ActError> {
    let name = command["name"].as_str().unwrap_or("");
    if who.guild.is_none() {
        let in_dm = match command["contexts"].as_array() {
            Some(contexts) => contexts.iter().any(|context| *context == 1),
            None => command["dm_permission"] != false,
        };
        return if in_dm {
            Ok(())
        } else {
            refuse_act(format!("/{name} cannot be used in direct messages"))
        };
    }
    let bits = command["default_member_permissions"]
        .as_str()
        .and_then(|bits| bits.parse::<u64>().ok());
    let Some(bits) = bits.filter(|_| !world.commands_for_all) else {
        return Ok(());
    };
    let wanted = if bits == 0 { ADMINISTRATOR } else { bits };
    if world.permissions(who.channel, who.user) & wanted == wanted {
        return Ok(());
    }
    refuse_act(format!(
        "/{name} is not shown to {}: it is for members with the permissions {bits}",
        world.users[&who.user].name
    ))
}

/// What the client does not send.
pub(super) fn refuse_act<T>(sentence: String) -> Result<T, ActError> {
    Err(ActError::NotSent(sentence))
}
