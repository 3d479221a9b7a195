//! The numbers of components: Discord gives one to every component that has none.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::components::children;

/// Gives every component without an id the next free number, parents first.
pub(crate) fn numbered(list: &[Value]) -> Vec<Value> {
    let mut list = list.to_vec();
    let mut taken = HashSet::new();
    for component in &list {
        collect_ids(component, &mut taken);
    }
    let mut next = 1;
    for component in &mut list {
        number(component, &taken, &mut next);
    }
    list
}

fn collect_ids(component: &Value, taken: &mut HashSet<i64>) {
    taken.extend(component["id"].as_i64());
    children(component).for_each(|child| collect_ids(child, taken));
}

fn number(component: &mut Value, taken: &HashSet<i64>, next: &mut i64) {
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
        list.iter_mut().for_each(|child| number(child, taken, next));
    }
    for key in ["accessory", "component"] {
        if let Some(child) = map.get_mut(key) {
            number(child, taken, next);
        }
    }
}
