//! While nobody's answer can arrive, nothing is asked, and whoever runs the bot is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeZone as _, Utc};
use serde_json::{Value, json};

use super::bot::Bot;
use super::http::cloudflare_page;
use super::process::{Process, wait_until_answering};
use super::record::{Entry, Seen};
use super::server::{CHANNEL, Discord, Options, Welcome};
use super::world::command;
use crate::database;

const PATIENCE: Duration = Duration::from_secs(60);

/// A schedule for half past nine in Berlin, in the only channel.
pub fn add_schedule() -> Value {
    let mut add = command(
        "daily",
        Some(json!([{ "name": "add", "type": 1, "options": [
            { "name": "channel", "type": 7, "value": CHANNEL.to_string() },
            { "name": "time", "type": 3, "value": "9:30" },
            { "name": "timezone", "type": 3, "value": "Europe/Berlin" },
            { "name": "days", "type": 3, "value": "daily" },
        ] }])),
    );
    add["data"]["resolved"] = json!({ "channels": { CHANNEL.to_string(): {
        "id": CHANNEL.to_string(), "type": 0, "name": "daily", "permissions": "2251799813685247",
    } } });
    add
}

fn is_post(seen: &Seen) -> bool {
    seen.is_call("POST", &format!("/channels/{CHANNEL}/messages"))
}

fn refusals(entries: &[Entry]) -> usize {
    let refused = entries
        .iter()
        .filter(|entry| matches!(entry.seen, Seen::Shook(_, _, 503)));
    refused.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_nobody_can_answer_is_not_posted_until_somebody_can() {
    let database = database::new_database().await;
    let at = |hour, minute| Utc.with_ymd_and_hms(2026, 3, 2, hour, minute, 0).unwrap();
    let now = Arc::new(Mutex::new(at(8, 0)));
    let told = Arc::clone(&now);
    let clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync> = Arc::new(move || *told.lock().unwrap());
    let discord = Discord::start(Options {
        clock: Arc::clone(&clock),
        ..Options::default()
    })
    .await;
    let bot = Bot::start_at(&discord, &database, Arc::clone(&clock));
    wait_until_answering(&discord, PATIENCE).await.unwrap();
    let id = discord.interact(add_schedule());
    let added = |seen: &Seen| matches!(seen, Seen::Answered(answered, _) if *answered == id);
    discord.record().wait_for(0, PATIENCE, added).await.unwrap();
    bot.stop().await;

    discord.welcome([], Welcome::Refuse(cloudflare_page(503)));
    *now.lock().unwrap() = at(8, 31);
    let bot = Bot::start_at(&discord, &database, clock);
    // Long enough to have posted it: the bot looks for what is due as soon as it runs.
    let mut mark = discord.record().mark();
    for _ in 0..3 {
        let refused = |seen: &Seen| matches!(seen, Seen::Shook(_, _, 503));
        discord.record().wait_for(mark, PATIENCE, refused).await.unwrap();
        mark = discord.record().mark();
    }
    let entries = discord.record().entries();
    assert!(refusals(&entries) >= 3);
    assert!(
        !entries.iter().any(|entry| is_post(&entry.seen)),
        "{}",
        discord.record().tell(0)
    );
    discord.welcome([], Welcome::ByTheBook);
    discord.record().wait_for(mark, PATIENCE, is_post).await.unwrap();
    let identified = discord
        .record()
        .wait_for(mark, PATIENCE, |seen| seen.is_identify())
        .await;
    let posted = discord.record().wait_for(mark, PATIENCE, is_post).await;
    assert!(
        identified.unwrap().at < posted.unwrap().at,
        "{}",
        discord.record().tell(mark)
    );
    bot.stop().await;
    database::remove(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "watches a bot that cannot connect for more than two minutes"]
async fn two_minutes_without_a_gateway_are_one_error() {
    let database = database::new_database().await;
    let discord = Discord::start(Options::default()).await;
    discord.welcome([], Welcome::Refuse(cloudflare_page(400)));
    let bot = Process::start(&discord, &database, &[]);
    let shook = |seen: &Seen| matches!(seen, Seen::Shook(..));
    discord.record().wait_for(0, PATIENCE, shook).await.unwrap();
    let errors = |log: &str| log.lines().filter(|line| line.contains("ERROR ")).count();
    for (watched, expected) in [(100, 0), (40, 1), (30, 1)] {
        let never = discord
            .record()
            .wait_for(0, Duration::from_secs(watched), |seen| seen.is_identify());
        assert!(never.await.is_err());
        assert_eq!(errors(&bot.log()), expected, "{}", bot.log());
    }
    bot.terminate();
    let (code, _, _) = bot.ended(Duration::from_secs(10)).await.unwrap();
    assert_eq!(code, Some(0));
    database::remove(&database).await;
}
