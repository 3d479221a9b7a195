//! Interactions over the wire, as Discord sends them today, and might send them tomorrow.

use std::time::Duration;

use serde_json::{Value, json};

use super::bot::Bot;
use super::process::wait_until_answering;
use super::record::Seen;
use super::server::{CHANNEL, Discord, GUILD, Options};
use super::world::{BEN, command, interaction, user};
use crate::database;

pub const PATIENCE: Duration = Duration::from_secs(30);
/// Discord waits three seconds; the machine does much else.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

pub async fn answer_to(discord: &Discord, interaction: Value) -> Result<Value, String> {
    let id = discord.interact(interaction);
    wait_for_answer(discord, id).await
}

pub async fn wait_for_answer(discord: &Discord, id: u64) -> Result<Value, String> {
    let answered = |seen: &Seen| matches!(seen, Seen::Answered(answered, _) if *answered == id);
    let entry = discord.record().wait_for(0, ANSWERS_WITHIN, answered).await;
    let entry = entry.map_err(|_| format!("interaction {id} is not answered"))?;
    match entry.seen {
        Seen::Answered(_, body) => Ok(body),
        _ => Err("something else was waited for".to_owned()),
    }
}

/// The `custom_id` of the first enabled button, at any depth.
fn first_button(body: &Value) -> Option<String> {
    match body {
        Value::Object(fields)
            if fields.get("type") == Some(&json!(2)) && fields.get("disabled") != Some(&json!(true)) =>
        {
            Some(fields.get("custom_id")?.as_str()?.to_owned())
        }
        Value::Object(fields) => fields.values().find_map(first_button),
        Value::Array(items) => items.iter().find_map(first_button),
        _ => None,
    }
}

/// A press on a message of the bot's that only Ann sees.
fn press(custom_id: &str, components: &Value) -> Value {
    let mut pressed = interaction(
        3,
        &json!({ "component_type": 2, "custom_id": custom_id, "id": 5 }),
    );
    pressed["message"] = message(components);
    pressed
}

fn message(components: &Value) -> Value {
    json!({
        "id": "1400000000000000001", "channel_id": CHANNEL.to_string(), "type": 20, "content": "",
        "author": user(super::server::APPLICATION, "greenroom"), "flags": 32_832, "tts": false, "pinned": false,
        "timestamp": "2026-03-02T08:00:00.000000+00:00", "edited_timestamp": null, "mention_everyone": false,
        "mentions": [user(BEN, "Ben")], "mention_roles": [], "attachments": [], "embeds": [], "components": components,
        "webhook_id": super::server::APPLICATION.to_string(), "application_id": super::server::APPLICATION.to_string(),
        "interaction_metadata": { "id": "1400000000000000000", "type": 2, "user": user(BEN, "Ben"),
            "authorizing_integration_owners": { "0": GUILD.to_string() }, "name": "quiz solo", "command_type": 1 },
    })
}

/// A form that was sent, with the words in its only field.
fn submit(modal: &Value, components: &Value) -> Value {
    let label = &modal["data"]["components"][0];
    let field = &label["component"]["custom_id"];
    let mut sent = interaction(
        5,
        &json!({ "custom_id": modal["data"]["custom_id"], "components": [
            { "type": 18, "id": 1, "component": { "type": 4, "id": 2, "custom_id": field, "value": "In a test." } },
        ] }),
    );
    sent["message"] = message(components);
    sent
}

fn completion(value: &Value) -> Value {
    let focused = json!({ "name": "timezone", "type": 3, "value": value, "focused": true });
    let mut typed = command(
        "daily",
        Some(json!([{ "name": "add", "type": 1, "options": [focused] }])),
    );
    typed["type"] = 4.into();
    typed
}

/// What is new or large in the events of some members, all at once.
fn make_strange(event: &mut Value) {
    for of in ["/member/user", "/message/author", "/message/mentions/0"] {
        let Some(user) = event.pointer_mut(of) else {
            continue;
        };
        user["flags"] = (1_u64 << 44).into();
        user["public_flags"] = (1_u64 << 51).into();
        user["avatar"] = "a_not-a-hash".into();
        user["banner"] = "v2_neither".into();
        user["accent_color"] = (-1).into();
        user["avatar_decoration_data"] =
            json!({ "asset": "v2_odd", "sku_id": 12, "expires_at": 1_790_000_000 });
        user["collectibles"] = json!({ "nameplate": { "asset": "x", "palette": null }, "new": {} });
        user["primary_guild"] = json!({ "identity_guild_id": "1", "badge": "odd", "tag": "ÄÖÜ😀" });
        user["discriminator"] = Value::Null;
    }
    let member = &mut event["member"];
    member["permissions"] = "340282366920938463463374607431768211455".into();
    member["avatar"] = "odd".into();
    member["flags"] = (1_u64 << 52).into();
    member["premium_since"] = "the day before yesterday".into();
    member["roles"] = json!(["18446744073709551615"]);
    event["app_permissions"] = "340282366920938463463374607431768211455".into();
    event["channel"]["type"] = 99.into();
    event["channel"]["default_reaction_emoji"] = json!([]);
    event["entitlements"] = json!([{ "id": "1", "type": 99, "sku_id": null }]);
    event["context"] = 9.into();
    event["locale"] = "tlh".into();
    event["guild_locale"] = Value::Null;
    event["authorizing_integration_owners"]["7"] = json!({ "new": true });
    event["attachment_size_limit"] = (1_u64 << 53).into();
    event["brand_new"] = json!({ "deep": [[{ "deeper": null }]] });
    event["data"]["brand_new"] = json!([null]);
    if event["message"].is_object() {
        event["message"]["flags"] = (1_u64 << 53).into();
        event["message"]["type"] = 250.into();
        event["message"]["components"] = json!([{ "type": 99, "new": [] }, { "type": 2, "style": 42 }]);
        event["message"]["timestamp"] = "yesterday".into();
    }
}

/// What an interaction cannot be answered without, or would mean something else without.
const NEEDED: [&str; 9] = [
    "id",
    "token",
    "type",
    "data",
    "guild_id",
    "channel_id",
    "channel",
    "member",
    "application_id",
];
const NEEDED_OF_MEMBER: [&str; 2] = ["user", "permissions"];

/// The same event without one field, or with it null, for every field that is not needed.
fn lacking(event: &Value) -> Vec<(String, Value)> {
    let places: [(&str, &[&str]); 6] = [
        ("", &NEEDED),
        ("/member", &NEEDED_OF_MEMBER),
        ("/member/user", &["id"]),
        ("/channel", &["id"]),
        ("/message", &["id"]),
        (
            "/data",
            &["name", "custom_id", "options", "components", "component_type"],
        ),
    ];
    let mut all = Vec::new();
    for (place, needed) in places {
        let Some(Value::Object(fields)) = event.pointer(place) else {
            continue;
        };
        for field in fields.keys().filter(|field| !needed.contains(&field.as_str())) {
            let mut absent = event.clone();
            let object = absent.pointer_mut(place).and_then(Value::as_object_mut).unwrap();
            object.remove(field);
            all.push((format!("{place}/{field} absent"), absent));
            let mut null = event.clone();
            null.pointer_mut(place).unwrap()[field] = Value::Null;
            all.push((format!("{place}/{field} null"), null));
        }
    }
    all
}

/// Whether the bot did what it was asked, rather than say that it could not read it.
pub fn judge_answer(name: &str, answer: Result<Value, String>, kinds: &[u64]) -> Result<Value, String> {
    let answer = answer.map_err(|error| format!("{name}: {error}"))?;
    let kind = answer["type"].as_u64().unwrap_or_default();
    if !kinds.contains(&kind) || answer.to_string().contains("do not understand") {
        return Err(format!("{name}: {answer}"));
    }
    Ok(answer)
}

struct Corpus {
    /// A name, the event and the types of an answer that are right.
    events: Vec<(&'static str, Value, &'static [u64])>,
}

/// One of each kind, as it comes up: each begins with what the bot answered before.
async fn collect_corpus(discord: &Discord) -> Result<Corpus, String> {
    let solo = |kind: Option<&str>| {
        let mut subcommand = json!({ "name": "solo", "type": 1 });
        if let Some(kind) = kind {
            subcommand["options"] = json!([{ "name": "kind", "type": 3, "value": kind }]);
        }
        command("quiz", Some(json!([subcommand])))
    };
    let list = |options: bool| {
        let mut subcommand = json!({ "name": "list", "type": 1 });
        if options {
            subcommand["options"] = json!([]);
        }
        command("daily", Some(json!([subcommand])))
    };
    let said = judge_answer(
        "quiz in one's own words",
        answer_to(discord, solo(Some("open"))).await,
        &[4],
    )?;
    let components = &said["data"]["components"];
    let button = first_button(&said).ok_or_else(|| format!("no button: {said}"))?;
    let opens = press(&button, components);
    let modal = judge_answer(
        "a button that opens a form",
        answer_to(discord, opens.clone()).await,
        &[9],
    )?;
    Ok(Corpus {
        events: vec![
            ("command without options", command("help", None), &[4]),
            ("subcommand, options absent", list(false), &[4]),
            ("subcommand, options empty", list(true), &[4]),
            ("quiz, options absent", solo(None), &[4]),
            ("button", opens, &[9]),
            ("form", submit(&modal, components), &[4, 7]),
            ("autocomplete", completion(&"Berl".into()), &[8]),
            ("autocomplete of nothing yet", completion(&"".into()), &[8]),
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_is_understood_whatever_is_new_large_null_or_left_out_in_it() {
    let database = database::new_database().await;
    let discord = Discord::start(Options::default()).await;
    let bot = Bot::start(&discord, &database);
    wait_until_answering(&discord, PATIENCE).await.unwrap();
    let corpus = collect_corpus(&discord).await.unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (name, event, kinds) in corpus.events {
        let mut variants = vec![(String::new(), event.clone())];
        let mut strange = event.clone();
        make_strange(&mut strange);
        variants.push(("everything strange".to_owned(), strange));
        variants.extend(lacking(&event));
        for (what, variant) in variants {
            checked += 1;
            let answer = answer_to(&discord, variant).await;
            wrong.extend(judge_answer(&format!("{name}: {what}"), answer, kinds).err());
        }
    }
    println!("{checked} interactions, {} not understood", wrong.len());
    assert!(
        wrong.is_empty(),
        "{} of {checked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
    bot.stop().await;
    database::remove(&database).await;
}
