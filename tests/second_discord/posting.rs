//! A question whose posting is answered by nonsense: whether it was posted is not known, and it has to be, once.

use std::sync::Arc;
use std::time::Instant;

use chrono::{TimeZone as _, Utc};
use futures_util::future::join_all;
use greenroom::Clock;
use serde_json::json;

use super::answers::{ANSWERS_WITHIN, PATIENCE, odd_answers};
use super::bot::Bot;
use super::process::wait_until_answering;
use super::record::Seen;
use super::rest::Raw;
use super::server::{Discord, Options};
use super::waiting::add_schedule;
use super::world::command;
use crate::database;

/// A clock that begins on a Monday at nine o'clock in Berlin, when nothing is due, and goes on from there.
fn monday_clock() -> Clock {
    let started = Instant::now();
    let monday = Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap();
    Arc::new(move || monday + started.elapsed())
}

/// Whether the question was posted again, or found where it was looked for.
fn is_second_look(seen: &Seen) -> bool {
    let messages = seen.is_call("POST", "/messages") || seen.is_call("GET", "/messages");
    messages && matches!(seen, Seen::Called(_, 200))
}

async fn post_once(discord: &Discord, raw: Raw) -> Result<(), String> {
    wait_until_answering(discord, PATIENCE).await?;
    discord.script("POST", "/messages", [raw]);
    let post_now = command("daily", Some(json!([{ "name": "post-now", "type": 1 }])));
    for interaction in [add_schedule(), post_now] {
        let id = discord.interact(interaction);
        let answered = |seen: &Seen| matches!(seen, Seen::Answered(answered, _) if *answered == id);
        discord.record().wait_for(0, ANSWERS_WITHIN, answered).await?;
    }
    let looked = discord.record().wait_for(0, PATIENCE, is_second_look).await?;
    if discord.shared.state().messages.is_empty() {
        // It looked, and there was none.
        let posted = |seen: &Seen| seen.is_call("POST", "/messages") && is_second_look(seen);
        discord.record().wait_for(0, PATIENCE, posted).await?;
    }
    let posted = discord.shared.state().messages.len();
    match posted {
        1 => Ok(()),
        many => Err(format!("{many} messages after {looked:?}")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_question_is_answered_with_it_is_posted_once() {
    let posted = async |(name, raw): (&str, Raw)| {
        let database = database::new_database().await;
        let clock = monday_clock();
        let discord = Discord::start(Options {
            clock: Arc::clone(&clock),
            ..Options::default()
        })
        .await;
        let bot = Bot::start_at(&discord, &database, clock);
        let told = post_once(&discord, raw).await;
        bot.stop().await;
        database::remove(&database).await;
        told.map_err(|error| format!("{name}: {error}"))
    };
    // Where the answer alone was lost, and where the question was too.
    let lost = ["cut in the middle", "nothing, and the end", "200 with a page"];
    let odd = || odd_answers().into_iter();
    let done = odd().filter(|(name, _)| lost.contains(name));
    let done = done.map(|(name, raw)| (name, Raw { done: true, ..raw }));
    let not_done = odd().filter(|(name, _)| lost.contains(name) || *name == "403 from Cloudflare");
    let told = join_all(done.chain(not_done).map(posted)).await;
    let wrong: Vec<String> = told.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
