//! The day's budget of IDENTIFYs: a thousand, and whoever uses it up loses the token.

use std::time::Duration;

use super::process::{Process, wait_until_answering};
use super::record::Seen;
use super::server::{Discord, Options, Welcome};
use crate::database;

const PATIENCE: Duration = Duration::from_secs(30);
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// When the bot identified, in seconds since it first did.
fn identifies(discord: &Discord) -> Vec<f64> {
    let entries = discord.record().entries();
    let all = entries.iter().filter(|entry| entry.seen.is_identify());
    let at: Vec<_> = all.map(|entry| entry.at).collect();
    at.iter().map(|then| (*then - at[0]).as_secs_f64()).collect()
}

async fn stop(bot: Process) -> String {
    bot.terminate();
    let (code, took, log) = bot
        .ended(STOPS_WITHIN)
        .await
        .expect("it stops when it is told to");
    assert_eq!(code, Some(0), "{log}");
    println!("stopped in {took:?}");
    log
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_invalid_again_and_again_is_asked_for_less_and_less_often() {
    const WATCHED: Duration = Duration::from_secs(45);
    let database = database::new_database().await;
    let discord = Discord::start(Options::default()).await;
    discord.welcome([], Welcome::Invalidate);
    let bot = Process::start(&discord, &database, &[]);
    let identified = |seen: &Seen| seen.is_identify();
    discord.record().wait_for(0, PATIENCE, identified).await.unwrap();
    let used = bot.processor_time();
    let accepted = |seen: &Seen| matches!(seen, Seen::Identified(_, true));
    let never = discord.record().wait_for(0, WATCHED, accepted).await;
    assert!(never.is_err());
    let used = bot.processor_time() - used;
    let log = stop(bot).await;
    let at = identifies(&discord);
    println!("IDENTIFYs at {at:.1?} s, {used:?} of processor time");
    let pauses: Vec<f64> = at.windows(2).map(|two| two[1] - two[0]).collect();
    assert!((2..=6).contains(&pauses.len()), "pauses of {pauses:?}\n{log}");
    assert!(
        pauses[pauses.len() - 1] > 1.5 * pauses[0],
        "pauses of {pauses:?}\n{log}"
    );
    assert!(used < Duration::from_secs(2), "{used:?} of processor time");
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
    database::remove(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_no_identify_left_the_bot_waits_for_the_next_day_and_says_so() {
    const NEXT_DAY: Duration = Duration::from_secs(12);
    let database = database::new_database().await;
    let discord = Discord::start(Options {
        identifies_left: 0,
        identifies_reset: NEXT_DAY,
        ..Options::default()
    })
    .await;
    let begun = tokio::time::Instant::now();
    let bot = Process::start(&discord, &database, &[]);
    wait_until_answering(&discord, PATIENCE).await.unwrap();
    let entries = discord.record().entries();
    let first = entries.iter().find(|entry| entry.seen.is_identify()).unwrap();
    assert!(first.at - begun >= NEXT_DAY - Duration::from_millis(500));
    let log = stop(bot).await;
    let told = log
        .lines()
        .filter(|line| line.contains(" WARN ") || line.contains(" ERROR "));
    assert_eq!(told.count(), 1, "{log}");
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
    database::remove(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_identify_of_the_day_is_not_spent() {
    let database = database::new_database().await;
    let discord = Discord::start(Options {
        identifies_left: 1,
        ..Options::default()
    })
    .await;
    let bot = Process::start(&discord, &database, &[]);
    // It asks how many are left, and they are too few to spend any.
    let (code, _, log) = bot.ended(PATIENCE).await.expect("it ends by itself");
    assert_eq!(code, Some(1), "{log}");
    assert!(
        log.contains("Of the gateway sessions Discord lets this bot begin, 1 remain"),
        "{log}"
    );
    let asked = |seen: &Seen| seen.is_call("GET", "/gateway/bot");
    assert!(discord.record().entries().iter().any(|entry| asked(&entry.seen)));
    assert_eq!(identifies(&discord), Vec::<f64>::new());
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
    database::remove(&database).await;
}
