//! READY as Discord may send it, and no model expects: the session it begins has to be kept all the same.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::bot::Bot;
use super::process::wait_until_answering;
use super::record::Seen;
use super::server::{Act, Discord, Options};
use super::world::command;
use crate::database;

const PATIENCE: Duration = Duration::from_secs(30);

/// Takes away a field or makes it null.
fn without(of: &mut Value, fields: &[&str], null: bool) {
    for field in fields {
        match null {
            true => of[*field] = Value::Null,
            false => {
                of.as_object_mut().unwrap().remove(*field);
            }
        }
    }
}

/// What no bot needs to keep a session.
const UNNEEDED: [&str; 13] = [
    "user_settings",
    "session_type",
    "relationships",
    "private_channels",
    "presences",
    "guilds",
    "guild_join_requests",
    "geo_ordered_rtc_regions",
    "game_relationships",
    "auth",
    "shard",
    "_trace",
    "application",
];
const UNNEEDED_OF_USER: [&str; 10] = [
    "verified",
    "primary_guild",
    "mfa_enabled",
    "global_name",
    "flags",
    "email",
    "discriminator",
    "clan",
    "avatar",
    "bot",
];

/// What it is called, and what READY says otherwise.
type Variant = (&'static str, fn(&mut Value));

const VARIANTS: [Variant; 12] = [
    ("as ever", |_| {}),
    ("a quarantined bot", |ready| {
        ready["user"]["flags"] = (1_u64 << 44).into()
    }),
    ("flags of 53 bits", |ready| {
        ready["user"]["flags"] = ((1_u64 << 53) - 1).into();
        ready["user"]["public_flags"] = (1_u64 << 51).into();
        ready["application"]["flags"] = (1_u64 << 52).into();
    }),
    ("everything else absent", |ready| without(ready, &UNNEEDED, false)),
    ("everything else null", |ready| without(ready, &UNNEEDED, true)),
    ("nothing but the user's id and name", |ready| {
        without(&mut ready["user"], &UNNEEDED_OF_USER, false)
    }),
    ("the user's fields null", |ready| {
        without(&mut ready["user"], &UNNEEDED_OF_USER, true)
    }),
    ("an odd avatar", |ready| {
        ready["user"]["avatar"] = "a_not-a-hash".into();
        ready["user"]["banner"] = "v2_neither".into();
        ready["user"]["avatar_decoration_data"] = json!({ "asset": "v3_x", "sku_id": null, "new": [] });
    }),
    ("an odd server tag", |ready| {
        ready["user"]["primary_guild"] =
            json!({ "identity_guild_id": null, "identity_enabled": null, "tag": null, "badge": "odd" });
    }),
    ("a discriminator as a number", |ready| {
        ready["user"]["discriminator"] = 0.into()
    }),
    ("guilds that say more", |ready| {
        ready["guilds"] = json!([{ "id": "1", "unavailable": null, "geo_restricted": true }, { "id": "2" }]);
    }),
    ("fields nobody knows", |ready| {
        ready["explicit_content_scan_version"] = 2.into();
        ready["user"]["premium"] = json!({ "deep": [[[[]]]] });
        ready["user_settings"] = json!([1, "two", null]);
        ready["session_type"] = 7.into();
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_ready_that_no_model_can_read_begins_a_session_that_is_resumed() {
    let database = database::new_database().await;
    let resumed = async |(name, ready): Variant| {
        let discord = Discord::start(Options {
            ready,
            ..Options::default()
        })
        .await;
        let bot = Bot::start(&discord, &database);
        let told = async {
            wait_until_answering(&discord, PATIENCE).await?;
            let mark = discord.record().mark();
            discord.act(Act::Cut);
            let id = discord.interact(command("help", None));
            let resumed = |seen: &Seen| matches!(seen, Seen::Resumed(_, true));
            discord
                .record()
                .wait_for(mark, Duration::from_secs(10), resumed)
                .await?;
            let answered = |seen: &Seen| matches!(seen, Seen::Answered(answered, _) if *answered == id);
            discord.record().wait_for(mark, PATIENCE, answered).await?;
            match discord.record().complaints() {
                none if none.is_empty() => Ok(()),
                some => Err(some.join("\n")),
            }
        };
        let told = told.await.map_err(|error: String| format!("{name}: {error}"));
        bot.stop().await;
        told
    };
    let told = join_all(VARIANTS.map(resumed)).await;
    let wrong: Vec<String> = told.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    database::remove(&database).await;
}
