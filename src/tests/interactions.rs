//! What Discord, or somebody in its place, says that a person did.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::config;
use super::made_up::made_up_text;
use crate::discord::decode::{Incoming, decode_interaction};

/// Any JSON, not deep.
fn made_up_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(|id| Value::from(id.to_string())),
        made_up_text(4).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|pairs| pairs.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let known = select(vec![
        "id",
        "name",
        "type",
        "value",
        "values",
        "options",
        "custom_id",
        "components",
        "component",
        "resolved",
        "users",
        "members",
        "roles",
        "nick",
        "user",
        "permissions",
        "focused",
        "data",
        "member",
        "channel",
        "message",
        "flags",
    ]);
    prop_oneof![9 => known.prop_map(str::to_owned), 1 => made_up_text(3)]
}

/// An interaction as it is, with some of its parts put in the place of others.
fn interaction() -> impl Strategy<Value = Value> {
    let custom_id = prop_oneof![
        Just("answers:7".to_owned()),
        Just("write:7".to_owned()),
        made_up_text(4),
    ];
    let command = select(vec![
        "daily",
        "quiz",
        "leaderboard",
        "competition",
        "author",
        "review",
        "\0",
    ]);
    let whole = (2_u8..7, command, custom_id, made_up_text(4)).prop_map(|(kind, command, custom_id, text)| {
        json!({
            "id": "1300000000000000000", "token": "t", "type": kind, "guild_id": "2", "channel_id": "3",
            "locale": text, "app_permissions": "8",
            "member": { "user": { "id": "4", "username": text }, "nick": text, "roles": ["5"], "permissions": "32" },
            "data": {
                "name": command, "custom_id": custom_id, "values": [text, "1"],
                "options": [{ "name": "add", "type": 1, "options": [
                    { "name": "time", "type": 3, "value": text, "focused": true },
                    { "name": "role", "type": 8, "value": "70" },
                    { "name": "member", "type": 6, "value": "80" },
                ] }],
                "components": [{ "type": 18, "component": { "custom_id": "answer", "value": text } }],
                "resolved": {
                    "roles": { "70": { "name": text } },
                    "users": { "80": { "id": "80", "username": text } }, "members": { "80": { "nick": text } },
                },
            },
        })
    });
    let changes = prop::collection::vec((any::<prop::sample::Index>(), made_up_json()), 0..4);
    (whole, changes).prop_map(|(mut whole, changes)| {
        for (at, change) in changes {
            let paths = list_paths(&whole);
            if let Some(place) = whole.pointer_mut(&paths[at.index(paths.len())]) {
                *place = change;
            }
        }
        whole
    })
}

/// Where something stands in it, as JSON pointers.
fn list_paths(value: &Value) -> Vec<String> {
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    let below: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (escape(key), value)).collect(),
        Value::Array(items) => (0..)
            .zip(items)
            .map(|(at, item): (usize, _)| (at.to_string(), item))
            .collect(),
        _ => Vec::new(),
    };
    let paths = below.into_iter().flat_map(|(key, value)| {
        let deeper = list_paths(value)
            .into_iter()
            .map(move |path| format!("/{key}{path}"));
        deeper.collect::<Vec<_>>()
    });
    std::iter::once(String::new()).chain(paths).collect()
}

/// Reads it as the gateway does; what comes of it can be kept by a database.
fn decode(text: &str) {
    if let Some(incoming) = Incoming::read(text) {
        let decoded = format!("{:?}", decode_interaction(&incoming, text));
        // A backslash is written twice there.
        let decoded = decoded.replace("\\\\", "");
        assert!(!decoded.contains("\\0"), "{text}\n{decoded}");
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_odd_interaction_is_read_as_far_as_it_can_be(interaction in interaction()) {
        decode(&interaction.to_string());
    }

    #[test]
    fn any_text_is_an_interaction_or_none(text in made_up_text(40), at in any::<prop::sample::Index>()) {
        decode(&text);
        // Half of one, and something else.
        let whole = json!({ "id": "1", "token": "t", "type": 2, "data": { "name": "daily" } }).to_string();
        decode(&format!("{}{text}", &whole[..at.index(whole.len())]));
    }
}

#[test]
fn what_is_nested_without_end_does_not_end_the_program() {
    for (open, close) in [
        ("[", "]"),
        ("{\"options\":[", "]}"),
        ("{\"component\":", "}"),
        ("{\"type\":1,\"name\":\"a\",\"options\":[", "]}"),
    ] {
        let nested = format!("{}0{}", open.repeat(20_000), close.repeat(20_000));
        for field in ["options", "components", "values", "resolved"] {
            decode(&format!(
                r#"{{"id":"1","token":"t","type":2,"guild_id":"2","channel_id":"3","member":{{"user":{{"id":"4"}}}},
                    "data":{{"name":"daily","custom_id":"a","{field}":{nested}}}}}"#
            ));
        }
    }
}
