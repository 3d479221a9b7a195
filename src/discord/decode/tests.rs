//! Realistic interactions of every kind, and each of them with every field dropped, nulled and enlarged.

use serde_json::{Value, json};

use super::*;
use crate::ids::RoundId;
use crate::interaction::{Command, Competition, Completion, Daily, Field, Named, Quiz};

/// What Discord sends around any interaction on a server.
fn on_a_server(kind: u8, data: Value) -> Value {
    json!({
        "id": "1300000000000000000", "application_id": "1", "type": kind, "token": "t", "version": 1,
        "guild_id": "2", "guild": { "id": "2", "features": ["COMMUNITY"], "locale": "en-US" }, "guild_locale": "en-US",
        "channel_id": "3", "channel": {
            "id": "3", "type": 0, "name": "daily", "nsfw": false, "flags": 0, "position": 4, "topic": null,
            "guild_id": "2", "parent_id": null, "permissions": "2251799813685247", "last_message_id": "12",
        },
        "locale": "en-GB", "entitlements": [], "entitlement_sku_ids": [], "attachment_size_limit": 10_485_760,
        "context": 0, "authorizing_integration_owners": { "0": "2" }, "app_permissions": "2251799813685247",
        "member": {
            "user": {
                "id": "4", "username": "ann", "discriminator": "0", "global_name": "Ann", "avatar": null,
                "public_flags": 4_194_304, "bot": false, "collectibles": null, "primary_guild": null,
                "display_name_styles": null, "avatar_decoration_data": null, "clan": null,
            },
            "nick": "Annie", "roles": ["5", "6"], "deaf": false, "mute": false, "flags": 0, "permissions": "32",
            "joined_at": "2026-01-01T00:00:00Z", "premium_since": null, "pending": false, "avatar": null,
            "banner": null, "communication_disabled_until": null, "unusual_dm_activity_until": null,
        },
        "data": data,
    })
}

fn command() -> Value {
    on_a_server(
        2,
        json!({
            "id": "9", "name": "competition", "type": 1,
            "resolved": {
                "roles": { "70": { "id": "70", "name": "Red", "color": 5, "colors": { "primary_color": 5 } } },
                "users": { "80": { "id": "80", "username": "ben", "global_name": "Ben", "public_flags": 0 } },
                "members": { "80": { "nick": null, "roles": [], "permissions": "0" } },
            },
            "options": [{ "name": "create", "type": 1, "options": [
                { "name": "name", "type": 3, "value": "May" },
                { "name": "start", "type": 3, "value": "1 May" },
                { "name": "end", "type": 3, "value": "31 May" },
                { "name": "role-1", "type": 8, "value": "70" },
                { "name": "captain-1", "type": 6, "value": "80" },
                { "name": "team-count", "type": 4, "value": 2 },
                { "name": "announce-channel", "type": 7, "value": "90" },
            ] }],
        }),
    )
}

fn button() -> Value {
    let mut button = on_a_server(
        3,
        json!({ "id": 4, "custom_id": "answer:7:1", "component_type": 2 }),
    );
    button["message"] = json!({
        "id": "11", "type": 0, "flags": 64, "channel_id": "3", "content": "", "embeds": [], "attachments": [],
        "author": { "id": "1", "username": "greenroom", "bot": true, "public_flags": 524_288 },
        "components": [{ "type": 17, "id": 1, "accent_color": 5, "components": [{ "type": 10, "content": "A" }] }],
    });
    button
}

fn select() -> Value {
    on_a_server(
        3,
        json!({ "id": 4, "custom_id": "answers:7", "component_type": 3, "values": ["0", "2"] }),
    )
}

fn form() -> Value {
    on_a_server(
        5,
        json!({ "custom_id": "write:7", "components": [
            { "type": 10, "id": 1 },
            { "type": 18, "id": 2, "component": { "type": 4, "id": 3, "custom_id": "words", "value": "My own words" } },
            { "type": 18, "id": 4, "component":
                { "type": 3, "id": 5, "custom_id": "level", "values": ["easy", "hard"] } },
            { "type": 1, "id": 6, "components": [{ "type": 4, "id": 7, "custom_id": "old", "value": "in a row" }] },
        ] }),
    )
}

fn completion() -> Value {
    on_a_server(
        4,
        json!({ "id": "9", "name": "daily", "type": 1, "options": [{ "name": "add", "type": 1, "options": [
            { "name": "channel", "type": 7, "value": "" },
            { "name": "timezone", "type": 3, "value": "ber", "focused": true },
        ] }] }),
    )
}

fn decode(value: &Value) -> Option<Decoded> {
    let text = value.to_string();
    let incoming = Incoming::read(&text)?;
    Some(decode_interaction(&incoming, &text))
}

fn read(value: &Value) -> Interaction {
    match decode(value) {
        Some(Decoded::Ours(interaction)) => *interaction,
        other => panic!("{other:?} instead of something to handle"),
    }
}

#[test]
fn who_where_and_when_are_read() {
    let interaction = read(&button());
    assert_eq!(interaction.caller.member.name, "Annie");
    assert_eq!(interaction.caller.member.roles, [RoleId(5), RoleId(6)]);
    assert!(interaction.caller.member.manage_guild && interaction.caller.on_own_message);
    assert_eq!(
        (interaction.caller.guild, interaction.caller.channel),
        (GuildId(2), ChannelId(3))
    );
    assert_eq!(interaction.caller.app_permissions, Some(2_251_799_813_685_247));
    let mut named_by_account = button();
    named_by_account["member"]["nick"] = Value::Null;
    assert_eq!(read(&named_by_account).caller.member.name, "Ann");
}

#[test]
fn a_command_is_read_with_the_names_of_who_it_names() {
    let Action::Command(Command::Competition(Competition::Create(options))) = read(&command()).action else {
        panic!("/competition create is a command");
    };
    let red = Named {
        id: RoleId(70),
        name: "Red".to_owned(),
    };
    let ben = Named {
        id: UserId(80),
        name: "Ben".to_owned(),
    };
    assert_eq!((options.roles(), options.captains()), (vec![&red], vec![&ben]));
    assert_eq!(
        (options.team_count, options.announce_channel),
        (Some(2), Some(ChannelId(90)))
    );
}

/// An option's value as Discord would send it, and how it shows once it was read.
fn sample(option: &Value, number: i64) -> (Value, String) {
    let chosen = option["choices"][0]["value"].as_str();
    match option["type"].as_u64() {
        Some(3) => {
            let text = chosen.map_or_else(|| format!("text {number}"), str::to_owned);
            // The only choice that is not handed on as it was typed.
            let shown = if text == "week" {
                "Week".to_owned()
            } else {
                format!("{text:?}")
            };
            (json!(text), shown)
        }
        Some(4) => (json!(number), number.to_string()),
        Some(5) => (json!(true), "true".to_owned()),
        _ => (json!(number.to_string()), format!("Id({number})")),
    }
}

/// Every way to call a command: its name, the subcommands, its options.
fn leaves(command: &Value) -> Vec<(Vec<Value>, Vec<Value>)> {
    let options = command["options"].as_array().cloned().unwrap_or_default();
    let below = options
        .iter()
        .filter(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    let found: Vec<_> = below
        .flat_map(leaves)
        .map(|(mut path, options)| {
            path.insert(0, command.clone());
            (path, options)
        })
        .collect();
    match found.is_empty() {
        true => vec![(vec![command.clone()], options)],
        false => found,
    }
}

#[test]
fn every_option_that_discord_is_told_of_arrives() {
    let commands = crate::discord::commands::all_commands();
    let mut arrived = 0;
    for (path, options) in commands.as_array().unwrap().iter().flat_map(leaves) {
        let samples: Vec<_> = (100..)
            .zip(&options)
            .map(|(n, option)| (option, sample(option, n)))
            .collect();
        let given = samples.iter().map(
            |(option, (value, _))| json!({ "name": option["name"], "type": option["type"], "value": value }),
        );
        let mut data = json!({ "options": given.collect::<Vec<_>>() });
        for part in path[1..].iter().rev() {
            data = json!({ "options": [{ "name": part["name"], "type": part["type"], "options": data["options"] }] });
        }
        data["name"] = path[0]["name"].clone();
        let Action::Command(command) = read(&on_a_server(2, data.clone())).action else {
            panic!("{data} is a command");
        };
        let shown = format!("{command:?}");
        for (option, (_, expected)) in samples {
            arrived += 1;
            assert!(shown.contains(&expected), "{} of {shown}", option["name"]);
        }
    }
    assert!(arrived > 80, "{arrived}");
}

#[test]
fn a_subcommand_without_options_is_read_in_both_forms() {
    for (command, expected) in [
        ("daily", Command::Daily(Box::new(Daily::List {}))),
        ("quiz", Command::Quiz(Quiz::Resume {})),
    ] {
        let name = if command == "daily" { "list" } else { "resume" };
        for subcommand in [
            json!({ "name": name, "type": 1 }),
            json!({ "name": name, "type": 1, "options": [] }),
            json!({ "name": name, "type": 1, "options": null }),
        ] {
            let sent = on_a_server(2, json!({ "id": "9", "name": command, "options": [subcommand] }));
            assert_eq!(read(&sent).action, Action::Command(expected.clone()));
        }
    }
    for help in [
        json!({ "name": "help" }),
        json!({ "name": "help", "options": [] }),
    ] {
        assert_eq!(
            read(&on_a_server(2, help)).action,
            Action::Command(Command::Help {})
        );
    }
}

#[test]
fn what_is_being_typed_is_read_whatever_stands_beside_it() {
    let expected = |typed: &str| {
        Action::Complete(Completion {
            field: Field::Timezone,
            typed: typed.to_owned(),
        })
    };
    assert_eq!(read(&completion()).action, expected("ber"));
    let mut nothing = completion();
    nothing["data"]["options"][0]["options"][1]["value"] = Value::Null;
    assert_eq!(read(&nothing).action, expected(""));
}

#[test]
fn what_was_entered_into_a_form_is_read_whole() {
    let fields = |level: &[&str], words: &str| {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        vec![
            ("words".to_owned(), owned(&[words])),
            ("level".to_owned(), owned(level)),
            ("old".to_owned(), owned(&["in a row"])),
        ]
    };
    assert_eq!(
        read(&form()).action,
        Action::Submit {
            form: CustomId::Write { round: RoundId(7) },
            fields: fields(&["easy", "hard"], "My own words"),
        }
    );
}

#[test]
fn what_is_done_elsewhere_gets_a_true_sentence() {
    let mut direct = button();
    direct["context"] = json!(1);
    direct["user"] = direct["member"]["user"].clone();
    for field in ["member", "guild_id", "guild"] {
        direct.as_object_mut().unwrap().remove(field);
    }
    assert!(matches!(decode(&direct), Some(Decoded::NotInGuild)));
    let mut foreign = button();
    foreign["authorizing_integration_owners"] = json!({ "1": "4" });
    assert!(matches!(decode(&foreign), Some(Decoded::NotInstalled)));
    foreign["authorizing_integration_owners"] = json!({ "0": "2", "1": "4" });
    assert!(matches!(decode(&foreign), Some(Decoded::Ours(_))));
}

/// Every place in a value, as a JSON pointer.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, below) in fields {
                let there = format!("{here}/{key}");
                found.push(there.clone());
                pointers(below, &there, found);
            }
        }
        Value::Array(items) => {
            for (n, below) in items.iter().enumerate() {
                let there = format!("{here}/{n}");
                found.push(there.clone());
                pointers(below, &there, found);
            }
        }
        _ => {}
    }
}

/// Places without which nothing can be done; everywhere else the same thing was done.
const NEEDED: [&str; 13] = [
    "/id",
    "/token",
    "/type",
    "/guild_id",
    "/member",
    "/data",
    "/message/flags",
    "/app_permissions",
    "/authorizing_integration_owners",
    "/channel_id",
    "/message",
    "/channel/id",
    "/channel",
];

#[test]
fn no_field_but_the_few_that_are_used_can_make_anybody_unheard() {
    let odd = [
        None,
        Some(Value::Null),
        Some(json!(17_592_186_044_416_u64)),
        Some(json!(u64::MAX)),
        Some(json!(-1)),
        Some(json!(1.5e300)),
        Some(json!("")),
        Some(json!("x".repeat(100_000))),
        Some(json!([])),
        Some(json!({})),
        Some(json!({ "new": [{ "deep": true }] })),
        Some(json!(true)),
    ];
    let mut tried = 0;
    for whole in [command(), button(), select(), form(), completion()] {
        let expected = read(&whole).action;
        let mut places = Vec::new();
        pointers(&whole, "", &mut places);
        for (place, odd) in places
            .iter()
            .flat_map(|place| odd.iter().map(move |odd| (place, odd)))
        {
            let (parent, key) = place.rsplit_once('/').unwrap();
            let mut changed = whole.clone();
            match (changed.pointer_mut(parent).unwrap(), odd) {
                (Value::Object(fields), None) => {
                    fields.remove(key);
                }
                (Value::Array(items), None) => {
                    items.remove(key.parse().unwrap());
                }
                (parent, Some(odd)) => match parent {
                    Value::Object(fields) => fields[key] = odd.clone(),
                    items => items[key.parse::<usize>().unwrap()] = odd.clone(),
                },
                _ => unreachable!(),
            }
            tried += 1;
            let needed = NEEDED.contains(&place.as_str())
                || place.starts_with("/data/")
                || place == "/member/user"
                || place == "/member/user/id";
            match decode(&changed) {
                Some(Decoded::Ours(read)) if !needed => {
                    assert_eq!(read.action, expected, "{place} as {odd:?}");
                }
                // Whatever it is, it was read, and is answered with a sentence.
                Some(_) if needed => {}
                None if ["/id", "/token"].contains(&place.as_str()) => {}
                other => panic!("{place} as {odd:?}: {other:?}"),
            }
        }
    }
    assert!(tried > 3_000, "{tried}");
}

/// What is new in a list of options, or unknown, hides none of the others.
#[test]
fn one_odd_element_costs_only_itself() {
    let mut sent = command();
    let options = sent
        .pointer_mut("/data/options/0/options")
        .unwrap()
        .as_array_mut()
        .unwrap();
    options.insert(0, json!({ "name": 5 }));
    options.push(json!("new"));
    sent["member"]["roles"] = json!(["5", null, {}, "6"]);
    let interaction = read(&sent);
    assert!(matches!(
        interaction.action,
        Action::Command(Command::Competition(_))
    ));
    assert_eq!(interaction.caller.member.roles, [RoleId(5), RoleId(6)]);
}

#[test]
fn a_character_no_database_keeps_never_arrives() {
    let mut typed = completion();
    typed["data"]["options"][0]["options"][1]["value"] = json!("b\0er");
    let mut words = form();
    words["data"]["components"][1]["component"]["value"] = json!("My\0 words");
    let mut named = command();
    named["data"]["options"][0]["options"][0]["value"] = json!("\0May");
    let mut pressed = button();
    pressed["data"]["custom_id"] = json!("board:week:0:a\0b");
    for sent in [typed, words, named, pressed] {
        let action = read(&sent).action;
        assert!(
            matches!(action, Action::Unknown { .. }) || !format!("{action:?}").contains("\\0"),
            "{action:?}"
        );
    }
}

#[test]
fn what_is_no_interaction_is_not_taken_for_one() {
    let deep = "[".repeat(100_000);
    for text in [
        "",
        "null",
        "[]",
        "5",
        "{}",
        r#"{"id":5}"#,
        r#"{"id":"x","token":"t"}"#,
        deep.as_str(),
    ] {
        assert!(Incoming::read(text).is_none(), "{text:.20}");
    }
    let bare = json!({ "id": "5", "token": "t", "type": 3 });
    assert!(matches!(
        decode(&bare),
        Some(Decoded::Unreadable("what was used"))
    ));
    let ping = json!({ "id": "5", "token": "t", "type": 1 });
    assert!(matches!(decode(&ping), Some(Decoded::Unused)));
}
