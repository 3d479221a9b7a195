//! A slash command as a person types it, turned into what Discord's client sends, or refused as the client would.

mod convert;
mod typist;

use serde_json::{Value, json};

use crate::ActError;
use crate::world::World;
pub(crate) use convert::{convert_channel, convert_file, convert_role, convert_user};
use typist::refuse_act;
pub(crate) use typist::{Typist, check_shown};

/// A command ready to be sent.
#[derive(Debug)]
pub(crate) struct Typed {
    /// With subcommands, without the slash.
    pub(crate) name: String,
    pub(crate) data: Value,
    /// Type of the option under the cursor.
    pub(crate) focused: i64,
}

/// Reads `/command subcommand option:value …`. With `completing` the last option is under the cursor, and nothing else
/// has to be finished.
pub(crate) fn read_command(
    world: &World,
    who: &Typist<'_>,
    text: &str,
    completing: bool,
) -> Result<Typed, ActError> {
    let text = text.trim();
    let Some(text) = text.strip_prefix('/') else {
        return refuse_act(format!("A command starts with a slash: /{text}"));
    };
    let (word, mut rest) = split_word(text);
    let commands = world.commands_for(who.guild, who.user_install);
    let Some(command) = commands
        .iter()
        .find(|one| one["type"] == 1 && one["name"] == word)
    else {
        return refuse_act(format!(
            "There is no command /{word}. There are: {}.",
            list_names(&commands, "/")
        ));
    };
    check_shown(world, who, command)?;
    let mut names = vec![word.to_owned()];
    let mut kinds = Vec::new();
    let leaf = find_leaf(command, &mut rest, &mut names, &mut kinds)?;
    let known: &[Value] = leaf["options"].as_array().map_or(&[], Vec::as_slice);
    let name = names.join(" ");
    let given = split_options(&name, known, rest)?;
    let mut resolved = json!({});
    let (mut options, focused) =
        convert::convert_options(world, who, &given, known, completing, &mut resolved)?;
    if !completing {
        check_complete(&name, known, &given)?;
    }
    for (name, kind) in names.iter().skip(1).zip(&kinds).rev() {
        options = json!([{ "name": name, "type": kind, "options": options }]);
    }
    let mut data = json!({ "id": command["id"], "name": command["name"], "type": 1, "options": options });
    // While one types, nothing is resolved.
    if !completing && resolved.as_object().is_some_and(|resolved| !resolved.is_empty()) {
        data["resolved"] = resolved;
    }
    if let Some(guild) = command.get("guild_id") {
        data["guild_id"] = guild.clone();
    }
    Ok(Typed { name, data, focused })
}

/// Follows the words of subcommands to the one that has the options.
fn find_leaf<'c>(
    command: &'c Value,
    rest: &mut &str,
    names: &mut Vec<String>,
    kinds: &mut Vec<Value>,
) -> Result<&'c Value, ActError> {
    let mut leaf = command;
    while let Some(options) = leaf["options"]
        .as_array()
        .filter(|list| list.first().is_some_and(is_nested))
    {
        let (word, after) = split_word(rest);
        let Some(next) = options.iter().find(|one| one["name"] == word) else {
            let path = names.join(" ");
            return refuse_act(format!(
                "/{path} has no {word:?}. It has: {}.",
                list_names(options, "")
            ));
        };
        names.push(word.to_owned());
        kinds.push(next["type"].clone());
        leaf = next;
        *rest = after;
    }
    Ok(leaf)
}

fn is_nested(option: &Value) -> bool {
    option["type"] == 1 || option["type"] == 2
}

fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

fn list_names(items: &[Value], before: &str) -> String {
    let names: Vec<_> = items
        .iter()
        .filter_map(|item| item["name"].as_str())
        .map(|name| format!("{before}{name}"))
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// Every required option has to be there.
fn check_complete(name: &str, known: &[Value], given: &[(String, String)]) -> Result<(), ActError> {
    for option in known.iter().filter(|option| option["required"] == true) {
        let wanted = option["name"].as_str().unwrap_or("");
        if !given.iter().any(|(has, _)| has == wanted) {
            return refuse_act(format!("/{name} needs the option {wanted}"));
        }
    }
    Ok(())
}

/// Splits `one:value with spaces two:"quoted: value"` at the known names.
fn split_options(command: &str, known: &[Value], text: &str) -> Result<Vec<(String, String)>, ActError> {
    let is_known = |name: &str| known.iter().any(|option| option["name"] == name);
    let unknown = |name: &str| {
        ActError::NotSent(format!(
            "/{command} has no option {name}. It has: {}.",
            list_names(known, "")
        ))
    };
    let mut given: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let Some(name) = find_marker(rest) else {
            return refuse_act(format!(
                "/{command}: {rest:?} is not in the form option:value. It has: {}.",
                list_names(known, "")
            ));
        };
        if !is_known(name) {
            return Err(unknown(name));
        }
        if given.iter().any(|(has, _)| has == name) {
            return refuse_act(format!("/{command}: the option {name} is there twice"));
        }
        rest = &rest[name.len() + 1..];
        let (value, after) = match rest.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
            Some((quoted, after)) => (quoted, after),
            None => {
                let end = find_end(rest, &is_known).map_err(unknown)?;
                (rest[..end].trim(), &rest[end..])
            }
        };
        given.push((name.to_owned(), value.to_owned()));
        rest = after.trim_start();
    }
    Ok(given)
}

/// Where a value ends: before the next known option. What looks like an option but is none is an error.
fn find_end<'t>(text: &'t str, is_known: &impl Fn(&str) -> bool) -> Result<usize, &'t str> {
    for (at, _) in text.match_indices(char::is_whitespace) {
        let word = text[at..].trim_start();
        let Some(name) = find_marker(word) else { continue };
        if is_known(name) {
            return Ok(at);
        }
        let after = &word[name.len() + 1..];
        if !after.is_empty() && !after.starts_with([' ', '/']) {
            return Err(name);
        }
    }
    Ok(text.len())
}

/// The name at the start of `name:…`.
fn find_marker(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(':')?;
    let fits = name.starts_with(char::is_alphabetic)
        && name.chars().all(|c| c.is_alphanumeric() || "-_'".contains(c));
    fits.then_some(name)
}
