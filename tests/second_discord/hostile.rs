//! What Discord may send and seldom does.

use super::bot::Bot;
use super::corpus::{PATIENCE, answer_to, judge_answer, wait_for_answer};
use super::frames::{CONTINUATION, PING, TEXT, frame};
use super::process::wait_until_answering;
use super::server::{Act, Discord, Options};
use super::world::{add_raw_event, command};
use crate::database;

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_twice_is_answered_once_and_what_comes_in_parts_at_all() {
    let database = database::new_database().await;
    let discord = Discord::start(Options::default()).await;
    let bot = Bot::start(&discord, &database);
    wait_until_answering(&discord, PATIENCE).await.unwrap();
    let (twice, token) = discord.open_interaction();
    let mut event = command("help", None);
    event["id"] = twice.to_string().into();
    event["token"] = token.into();
    for _ in 0..2 {
        discord.dispatch("INTERACTION_CREATE", &event.to_string());
    }
    let (parts, token) = discord.open_interaction();
    event["id"] = parts.to_string().into();
    event["token"] = token.into();
    // More than one frame holds, and a ping between two of them.
    event["channel"]["topic"] = "y".repeat(200_000).into();
    let text = add_raw_event(&discord.shared, "INTERACTION_CREATE", &event.to_string());
    let bytes = text.as_bytes();
    let (first, rest) = bytes.split_at(100);
    let (second, third) = rest.split_at(70_000);
    for part in [
        frame(false, TEXT, first),
        frame(true, PING, b"between"),
        frame(false, CONTINUATION, second),
        frame(true, CONTINUATION, third),
    ] {
        discord.act(Act::Bytes(part));
    }
    for id in [twice, parts] {
        judge_answer("a command", wait_for_answer(&discord, id).await, &[4]).unwrap();
    }
    // A later command has been through the same connection after all of them.
    answer_to(&discord, command("help", None)).await.unwrap();
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
    bot.stop().await;
    database::remove(&database).await;
}
