//! Whether the commands Discord has are the ones of this version, by meaning: what Discord adds, and how it spells a
//! thing that is not set, makes no difference.

use serde_json::Value;

/// What of a command or option people notice. Discord's own additions, ids for instance, are no difference.
const MEANT: [&str; 19] = [
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "type",
    "required",
    "autocomplete",
    "choices",
    "value",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "options",
    "default_member_permissions",
    "nsfw",
    "contexts",
    "integration_types",
];
/// Left out, Discord fills it in by the application's settings.
const FILLED_IN: [&str; 2] = ["contexts", "integration_types"];
/// The type of a command that leaves its type out.
const SLASH_COMMAND: u64 = 1;

/// How the registered commands differ from the wanted ones.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Wanted, and not registered.
    pub missing: Vec<String>,
    /// Registered, but otherwise.
    pub changed: Vec<String>,
    /// Registered, and not wanted.
    pub foreign: Vec<String>,
}

impl Difference {
    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares two lists of commands; their order says nothing.
#[must_use]
pub fn compare_commands(wanted: &Value, registered: &Value) -> Difference {
    let list = |commands: &Value| commands.as_array().cloned().unwrap_or_default();
    let (wanted, registered) = (list(wanted), list(registered));
    let kind = |command: &Value| command["type"].as_u64().unwrap_or(SLASH_COMMAND);
    let same_name = |a: &Value, b: &Value| a["name"] == b["name"] && kind(a) == kind(b);
    let name = |command: &Value| command["name"].as_str().unwrap_or_default().to_owned();
    let mut difference = Difference::default();
    for command in &wanted {
        match registered.iter().find(|has| same_name(has, command)) {
            None => difference.missing.push(name(command)),
            Some(has) if !is_same(command, has) => difference.changed.push(name(command)),
            Some(_) => {}
        }
    }
    let foreign = registered
        .iter()
        .filter(|has| !wanted.iter().any(|one| same_name(one, has)));
    difference.foreign.extend(foreign.map(name));
    difference
}

/// Whether two commands, or options of them, mean the same.
fn is_same(wanted: &Value, has: &Value) -> bool {
    MEANT.iter().all(|key| {
        let (wanted, has) = (&wanted[*key], &has[*key]);
        match *key {
            "type" => wanted.as_u64().unwrap_or(SLASH_COMMAND) == has.as_u64().unwrap_or(SLASH_COMMAND),
            key if FILLED_IN.contains(&key) && wanted.is_null() => true,
            "contexts" | "integration_types" | "channel_types" => sorted(wanted) == sorted(has),
            _ => is_same_value(wanted, has),
        }
    })
}

fn is_same_value(wanted: &Value, has: &Value) -> bool {
    match (wanted, has) {
        (wanted, has) if is_unset(wanted) || is_unset(has) => is_unset(wanted) && is_unset(has),
        // 1 and 1.0.
        (Value::Number(wanted), Value::Number(has)) => wanted.as_f64() == has.as_f64(),
        (Value::Array(wanted), Value::Array(has)) => {
            wanted.len() == has.len() && wanted.iter().zip(has).all(|(a, b)| is_same(a, b))
        }
        _ => wanted == has,
    }
}

/// Discord leaves out, or sends as null, false or empty, what is not set.
fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn sorted(list: &Value) -> Vec<u64> {
    let mut numbers: Vec<u64> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::discord::commands;

    /// A command as Discord gives it back.
    fn stored(mut command: Value) -> Value {
        let more = json!({
            "id": "1", "application_id": "2", "version": "3", "type": 1, "nsfw": false, "name_localizations": null,
            "description_localizations": null, "dm_permission": false, "integration_types": [0], "handler": null,
        });
        for (key, value) in more.as_object().unwrap() {
            command[key] = value.clone();
        }
        for option in command["options"].as_array_mut().into_iter().flatten() {
            let option = option.as_object_mut().unwrap();
            option.retain(|key, value| key != "required" || *value != json!(false));
            option.retain(|key, value| key != "options" || *value != json!([]));
        }
        command
    }

    fn all_stored() -> Vec<Value> {
        let mut all: Vec<Value> = commands::all_commands().as_array().unwrap().clone();
        all.reverse();
        all.into_iter().map(stored).collect()
    }

    #[test]
    fn what_discord_adds_leaves_out_and_reorders_is_no_difference() {
        let difference = compare_commands(&commands::all_commands(), &json!(all_stored()));
        assert_eq!(difference, Difference::default());
    }

    #[test]
    fn every_change_a_person_would_notice_is_a_difference() {
        let changes: [fn(&mut Value); 6] = [
            |daily| daily["description"] = json!("Other words"),
            |daily| daily["default_member_permissions"] = json!(null),
            |daily| daily["contexts"] = json!([0, 1]),
            |daily| daily["options"][0]["options"][0]["required"] = json!(false),
            |daily| daily["options"].as_array_mut().unwrap().swap(0, 1),
            |daily| daily["options"][0]["options"][0]["channel_types"] = json!([0]),
        ];
        for change in changes {
            let mut all = all_stored();
            let daily = all.iter_mut().find(|command| command["name"] == "daily").unwrap();
            change(daily);
            let difference = compare_commands(&commands::all_commands(), &json!(all));
            assert_eq!(difference.changed, ["daily"]);
        }
        let mut all = all_stored();
        all[0]["name"] = json!("old");
        let difference = compare_commands(&commands::all_commands(), &json!(all));
        assert_eq!(
            (difference.missing, difference.foreign),
            (vec!["help".to_owned()], vec!["old".to_owned()])
        );
    }
}
