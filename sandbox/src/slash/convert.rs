//! Option values: from what is typed to what Discord's client sends.

use serde_json::{Value, json};

use super::typist::{Typist, refuse_act};
use crate::ActError;
use crate::world::{World, merge_fields};

/// Converts all options; also tells the type of the one under the cursor.
pub(super) fn convert_options(
    world: &World,
    who: &Typist<'_>,
    given: &[(String, String)],
    known: &[Value],
    completing: bool,
    resolved: &mut Value,
) -> Result<(Value, i64), ActError> {
    let mut options = Vec::new();
    let mut focused = 0;
    for (index, (name, text)) in given.iter().enumerate() {
        let Some(option) = known.iter().find(|option| option["name"] == name.as_str()) else {
            continue;
        };
        let kind = option["type"].as_i64().unwrap_or(0);
        if completing && index + 1 == given.len() {
            if option["autocomplete"] != true {
                return refuse_act(format!("The option {name} offers nothing while one types"));
            }
            focused = kind;
            options.push(json!({ "name": name, "type": kind, "value": text, "focused": true }));
            continue;
        }
        // While one types, values are as typed: texts, unfinished, and not validated.
        let value = match convert_option(world, who, option, name, text, resolved) {
            Ok(value) if completing && value.is_number() => json!(text),
            Err(_) if completing => json!(text),
            value => value?,
        };
        options.push(json!({ "name": name, "type": kind, "value": value }));
    }
    if completing && focused == 0 {
        return refuse_act("There is no option under the cursor".to_owned());
    }
    Ok((Value::Array(options), focused))
}

fn convert_option(
    world: &World,
    who: &Typist<'_>,
    option: &Value,
    name: &str,
    text: &str,
    resolved: &mut Value,
) -> Result<Value, ActError> {
    if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
        let fits = |choice: &&Value| choice["name"] == text || show_plain(&choice["value"]) == text;
        if let Some(choice) = choices.iter().find(fits) {
            return Ok(choice["value"].clone());
        }
        let names: Vec<_> = choices
            .iter()
            .filter_map(|choice| choice["name"].as_str())
            .collect();
        return refuse_act(format!(
            "{text:?} is not a choice of {name}. There are: {}.",
            names.join(", ")
        ));
    }
    match option["type"].as_i64().unwrap_or(0) {
        3 => convert_text(option, name, text),
        4 => convert_number(
            option,
            name,
            text,
            text.parse::<i64>().ok().map(|number| json!(number)),
        ),
        5 => match text.to_lowercase().as_str() {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            _ => refuse_act(format!("{name} is True or False, not {text:?}")),
        },
        6 => convert_user(world, who, name, text, resolved),
        7 => convert_channel(world, who, option, name, text, resolved),
        8 => convert_role(world, who, name, text, resolved),
        9 => convert_user(world, who, name, text, resolved)
            .or_else(|_| convert_role(world, who, name, text, resolved)),
        10 => convert_number(
            option,
            name,
            text,
            text.parse::<f64>().ok().map(|number| json!(number)),
        ),
        _ => convert_file(world, who, name, text, resolved),
    }
}

fn show_plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn convert_text(option: &Value, name: &str, text: &str) -> Result<Value, ActError> {
    let length = text.chars().count() as u64;
    let least = option["min_length"].as_u64().unwrap_or(1);
    let most = option["max_length"].as_u64().unwrap_or(6000);
    if (least..=most).contains(&length) {
        return Ok(json!(text));
    }
    refuse_act(format!(
        "{name} must have {least} to {most} characters, not {length}"
    ))
}

fn convert_number(option: &Value, name: &str, text: &str, value: Option<Value>) -> Result<Value, ActError> {
    let Some(value) = value else {
        return refuse_act(format!("{name} must be a number, not {text:?}"));
    };
    let number = value.as_f64().unwrap_or(0.0);
    let below = option["min_value"].as_f64().is_some_and(|least| number < least);
    let above = option["max_value"].as_f64().is_some_and(|most| number > most);
    if below || above {
        let (least, most) = (&option["min_value"], &option["max_value"]);
        return refuse_act(format!("{name} must be between {least} and {most}, not {text}"));
    }
    Ok(value)
}

/// The id in a mention such as `<@1>`, or a bare id.
fn find_id(text: &str, starts: &[&str]) -> Option<u64> {
    let inner = text.strip_suffix('>').unwrap_or(text);
    starts
        .iter()
        .find_map(|start| inner.strip_prefix(start))
        .unwrap_or(inner)
        .parse()
        .ok()
}

fn note_resolved(resolved: &mut Value, kind: &str, id: u64, value: Value) -> Value {
    resolved[kind][id.to_string()] = value;
    json!(id.to_string())
}

pub(crate) fn convert_user(
    world: &World,
    who: &Typist<'_>,
    name: &str,
    text: &str,
    resolved: &mut Value,
) -> Result<Value, ActError> {
    let by_name = || world.user_named(text.trim_start_matches('@')).map(|user| user.id);
    let id = find_id(text, &["<@!", "<@"])
        .filter(|id| world.users.contains_key(id))
        .or_else(by_name);
    let Some(id) = id else {
        return refuse_act(format!("{name}: there is no member {text:?}"));
    };
    if let Some(guild) = who.guild {
        let mut member = world.member_json(guild, id);
        if let Some(member) = member.as_object_mut() {
            ["user", "deaf", "mute"]
                .iter()
                .for_each(|key| drop(member.remove(*key)));
            member.insert(
                "permissions".to_owned(),
                json!(world.permissions(who.channel, id).to_string()),
            );
            resolved["members"][id.to_string()] = json!(member);
        }
    }
    Ok(note_resolved(resolved, "users", id, world.user_json(id)))
}

pub(crate) fn convert_channel(
    world: &World,
    who: &Typist<'_>,
    option: &Value,
    name: &str,
    text: &str,
    resolved: &mut Value,
) -> Result<Value, ActError> {
    let by_name = || world.channel_named(text, who.guild).map(|channel| channel.id);
    let found = find_id(text, &["<#"])
        .filter(|id| world.channels.contains_key(id))
        .or_else(by_name);
    let Some(channel) = found.and_then(|id| world.channels.get(&id)) else {
        return refuse_act(format!("{name}: there is no channel {text:?}"));
    };
    let kinds = option["channel_types"]
        .as_array()
        .filter(|kinds| !kinds.is_empty());
    if kinds.is_some_and(|kinds| !kinds.iter().any(|kind| *kind == channel.kind)) {
        return refuse_act(format!(
            "{name}: {text:?} is not the kind of channel that can be chosen"
        ));
    }
    let mut partial = json!({
        "id": channel.id.to_string(), "name": channel.name, "type": channel.kind,
        "permissions": world.permissions(channel.id, who.user).to_string(),
    });
    let full = world.channel_json(channel.id);
    for key in [
        "parent_id",
        "thread_metadata",
        "flags",
        "last_message_id",
        "position",
        "topic",
        "nsfw",
        "guild_id",
    ] {
        if let Some(value) = full.get(key) {
            merge_fields(&mut partial, json!({ key: value }));
        }
    }
    Ok(note_resolved(resolved, "channels", channel.id, partial))
}

pub(crate) fn convert_role(
    world: &World,
    who: &Typist<'_>,
    name: &str,
    text: &str,
    resolved: &mut Value,
) -> Result<Value, ActError> {
    let guild = who.guild.and_then(|guild| world.guilds.get(&guild));
    let plain = text.trim_start_matches('@');
    let wanted = find_id(text, &["<@&"]);
    let json = crate::world::roles_json;
    let found = guild.into_iter().flat_map(json).find(|role| {
        let has = role["name"].as_str().unwrap_or("").trim_start_matches('@');
        has == plain || wanted.is_some_and(|id| role["id"] == id.to_string().as_str())
    });
    let Some(role) = found else {
        return refuse_act(format!("{name}: there is no role {text:?}"));
    };
    let id = role["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(0);
    Ok(note_resolved(resolved, "roles", id, role))
}

pub(crate) fn convert_file(
    world: &World,
    who: &Typist<'_>,
    name: &str,
    text: &str,
    resolved: &mut Value,
) -> Result<Value, ActError> {
    let Some(file) = who.files.iter().find(|file| file.name == text) else {
        return refuse_act(format!("{name}: there is no file {text:?} at hand"));
    };
    let url = format!(
        "{}/attachments/{}/{}/{}",
        world.base_url,
        who.channel,
        file.id,
        file.name.replace(' ', "_")
    );
    let object = json!({
        "id": file.id.to_string(), "filename": file.name, "size": file.bytes.len(), "url": url, "proxy_url": url,
        "content_type": file.content_type, "ephemeral": true,
    });
    Ok(note_resolved(resolved, "attachments", file.id, object))
}
