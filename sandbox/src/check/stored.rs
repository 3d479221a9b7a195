//! Components and embeds as Discord stores and returns them: numbered, and with its defaults filled in.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::kinds::{CONTAINER, FILE, GALLERY, SEPARATOR, STRING_SELECT, THUMBNAIL, list_children};

/// Components with every default; those without a number get the next free one, parents first.
pub(super) fn complete_components(list: &[Value]) -> Vec<Value> {
    let mut list = list.to_vec();
    let mut taken = HashSet::new();
    for component in &list {
        collect_ids(component, &mut taken);
    }
    let mut next = 1;
    for component in &mut list {
        complete_component(component, &taken, &mut next);
    }
    list
}

/// Embeds with their defaults.
pub(super) fn complete_embeds(list: &[Value]) -> Vec<Value> {
    let mut list = list.to_vec();
    for embed in &mut list {
        set_default(embed, "type", &json!("rich"));
        if let Some(embed) = embed.as_object_mut() {
            embed.remove("flags");
        }
        for field in embed
            .get_mut("fields")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            set_default(field, "inline", &json!(false));
        }
    }
    list
}

fn collect_ids(component: &Value, taken: &mut HashSet<i64>) {
    taken.extend(component["id"].as_i64());
    list_children(component).for_each(|child| collect_ids(child, taken));
}

fn complete_component(component: &mut Value, taken: &HashSet<i64>, next: &mut i64) {
    fill_defaults(component);
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
        list.iter_mut()
            .for_each(|child| complete_component(child, taken, next));
    }
    for key in ["accessory", "component"] {
        if let Some(child) = map.get_mut(key) {
            complete_component(child, taken, next);
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
fn fill_defaults(component: &mut Value) {
    drop_null_emoji_id(component);
    let options = component.get_mut("options").and_then(Value::as_array_mut);
    options.into_iter().flatten().for_each(drop_null_emoji_id);
    match component["type"].as_i64().unwrap_or(0) {
        STRING_SELECT | 5..=8 => {
            set_default(component, "min_values", &json!(1));
            set_default(component, "max_values", &json!(1));
        }
        THUMBNAIL => complete_medium(component),
        GALLERY => {
            let items = component.get_mut("items").and_then(Value::as_array_mut);
            items.into_iter().flatten().for_each(complete_medium);
        }
        FILE => {
            for key in ["name", "size"] {
                set_default(component, key, &Value::Null);
            }
            set_default(component, "spoiler", &json!(false));
            complete_address(&mut component["file"]);
        }
        SEPARATOR => {
            set_default(component, "divider", &json!(true));
            set_default(component, "spacing", &json!(1));
        }
        CONTAINER => {
            set_default(component, "accent_color", &Value::Null);
            set_default(component, "spoiler", &json!(false));
        }
        _ => {}
    }
}

fn complete_medium(item: &mut Value) {
    set_default(item, "description", &Value::Null);
    set_default(item, "spoiler", &json!(false));
    complete_address(&mut item["media"]);
}

/// A medium's address has a second one through Discord's servers.
fn complete_address(media: &mut Value) {
    let url = media["url"].clone();
    set_default(media, "proxy_url", &url);
    set_default(media, "id", &json!("0"));
}

fn set_default(object: &mut Value, key: &str, value: &Value) {
    let map: Option<&mut Map<String, Value>> = object.as_object_mut();
    if let Some(map) = map.filter(|map| map.get(key).is_none_or(Value::is_null)) {
        map.insert(key.to_owned(), value.clone());
    }
}
