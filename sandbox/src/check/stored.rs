//! Components and embeds as Discord stores and returns them: numbered, and with its defaults filled in.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::components::{CONTAINER, FILE, GALLERY, SEPARATOR, STRING_SELECT, THUMBNAIL, children};

/// Components with every default; those without a number get the next free one, parents first.
pub(crate) fn components(list: &[Value]) -> Vec<Value> {
    let mut list = list.to_vec();
    let mut taken = HashSet::new();
    for component in &list {
        collect_ids(component, &mut taken);
    }
    let mut next = 1;
    for component in &mut list {
        complete(component, &taken, &mut next);
    }
    list
}

/// Embeds with their defaults.
pub(crate) fn embeds(list: &[Value]) -> Vec<Value> {
    let mut list = list.to_vec();
    for embed in &mut list {
        default(embed, "type", &json!("rich"));
        if let Some(embed) = embed.as_object_mut() {
            embed.remove("flags");
        }
        for field in embed
            .get_mut("fields")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            default(field, "inline", &json!(false));
        }
    }
    list
}

fn collect_ids(component: &Value, taken: &mut HashSet<i64>) {
    taken.extend(component["id"].as_i64());
    children(component).for_each(|child| collect_ids(child, taken));
}

fn complete(component: &mut Value, taken: &HashSet<i64>, next: &mut i64) {
    fill_in(component);
    let Some(map) = component.as_object_mut() else {
        return;
    };
    if map.get("id").and_then(Value::as_i64).unwrap_or(0) == 0 {
        while taken.contains(next) {
            *next += 1;
        }
        map.insert("id".to_owned(), json!(*next));
        *next += 1;
    }
    if let Some(list) = map.get_mut("components").and_then(Value::as_array_mut) {
        list.iter_mut().for_each(|child| complete(child, taken, next));
    }
    for key in ["accessory", "component"] {
        if let Some(child) = map.get_mut(key) {
            complete(child, taken, next);
        }
    }
}

/// An emoji that is a character has no number; libraries send one that is null.
fn drop_null_emoji_id(part: &mut Value) {
    if let Some(emoji) = part.get_mut("emoji").and_then(Value::as_object_mut) {
        emoji.retain(|key, value| key != "id" || !value.is_null());
    }
}

/// The defaults of one component.
fn fill_in(component: &mut Value) {
    drop_null_emoji_id(component);
    let options = component.get_mut("options").and_then(Value::as_array_mut);
    options.into_iter().flatten().for_each(drop_null_emoji_id);
    match component["type"].as_i64().unwrap_or(0) {
        STRING_SELECT | 5..=8 => {
            default(component, "min_values", &json!(1));
            default(component, "max_values", &json!(1));
        }
        THUMBNAIL => medium(component),
        GALLERY => {
            let items = component.get_mut("items").and_then(Value::as_array_mut);
            items.into_iter().flatten().for_each(medium);
        }
        FILE => {
            for key in ["name", "size"] {
                default(component, key, &Value::Null);
            }
            default(component, "spoiler", &json!(false));
            address(&mut component["file"]);
        }
        SEPARATOR => {
            default(component, "divider", &json!(true));
            default(component, "spacing", &json!(1));
        }
        CONTAINER => {
            default(component, "accent_color", &Value::Null);
            default(component, "spoiler", &json!(false));
        }
        _ => {}
    }
}

fn medium(item: &mut Value) {
    default(item, "description", &Value::Null);
    default(item, "spoiler", &json!(false));
    address(&mut item["media"]);
}

/// A medium's address has a second one through Discord's servers.
fn address(media: &mut Value) {
    let url = media["url"].clone();
    default(media, "proxy_url", &url);
    default(media, "id", &json!("0"));
}

fn default(object: &mut Value, key: &str, value: &Value) {
    let map: Option<&mut Map<String, Value>> = object.as_object_mut();
    if let Some(map) = map.filter(|map| map.get(key).is_none_or(Value::is_null)) {
        map.insert(key.to_owned(), value.clone());
    }
}
