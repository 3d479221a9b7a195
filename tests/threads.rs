//! Where the discussion goes when the thread on a question is no place for it.

use sandbox::Seen;
use sandbox::permissions::{CREATE_PUBLIC_THREADS, MANAGE_THREADS, SEND_MESSAGES_IN_THREADS};
use serde_json::{Value, json};

use crate::harness::{Greenroom, join_messages};

/// A call with the bot's token, as another program of its operator's could make it.
async fn call(g: &Greenroom, method: reqwest::Method, path: &str, body: Value) -> Value {
    let request = reqwest::Client::new()
        .request(method, format!("{}/api/v10{path}", g.sandbox.api_base()))
        .header("authorization", format!("Bot {}", g.sandbox.token()))
        .header("user-agent", "DiscordBot (https://example.org, 1)")
        .header("content-type", "application/json")
        .body(body.to_string());
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// A thread on the question, as somebody opens one before the reveal.
async fn open_thread(g: &Greenroom, question: &Seen) -> u64 {
    let channel = g.sandbox.channel_id("daily");
    let path = format!("/channels/{channel}/messages/{}/threads", question.id);
    let thread = call(g, reqwest::Method::POST, &path, json!({ "name": "Guesses" })).await;
    thread["id"].as_str().unwrap().parse().unwrap()
}

async fn lock_thread(g: &Greenroom, thread: u64) {
    let bot = "Bot";
    g.sandbox.add_role("Moderator", MANAGE_THREADS);
    g.sandbox.give_role(bot, "Moderator");
    let path = format!("/channels/{thread}");
    call(
        g,
        reqwest::Method::PATCH,
        &path,
        json!({ "locked": true, "archived": true }),
    )
    .await;
    g.sandbox.take_role(bot, "Moderator");
}

/// Reveals and returns what stands in the channel then, and what the list says of it.
async fn discussed(g: &Greenroom, question: &Seen) -> (String, String) {
    g.reveal(question).await;
    let ann = g.member("Ann");
    let list = ann.slash("/daily list").await.unwrap().to_string();
    (join_messages(&ann.messages("#daily")), list)
}

const TOLD: &str = "-# The discussion of Monday, 2 March is in the channel: I could not write in a thread.";

#[tokio::test(flavor = "multi_thread")]
async fn a_discussion_whose_thread_is_locked_takes_place_in_the_channel_and_the_list_says_so() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let thread = open_thread(&g, &question).await;
    lock_thread(&g, thread).await;
    let (channel, list) = discussed(&g, &question).await;
    assert!(
        channel.contains("### Explanation") && channel.contains("### Go on from here"),
        "{channel}"
    );
    assert!(list.contains(TOLD), "{list}");
    assert_eq!(g.count_reasons().await, 0);
    g.sandbox.take_failures();
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_does_one_whose_thread_is_closed_to_the_bot_deleted_or_not_allowed() {
    for case in ["closed", "deleted", "not allowed"] {
        let g = Greenroom::start().await;
        let question = g.ask("topics:late-binding-closures").await;
        match case {
            "closed" => {
                open_thread(&g, &question).await;
                g.sandbox.deny("#daily", SEND_MESSAGES_IN_THREADS);
            }
            "deleted" => {
                let thread = open_thread(&g, &question).await;
                g.plant_rows(&format!("update rounds set thread_id = {thread}"))
                    .await;
                g.sandbox.delete_channel(thread);
            }
            _ => g.sandbox.deny("#daily", CREATE_PUBLIC_THREADS),
        }
        let (channel, list) = discussed(&g, &question).await;
        assert!(channel.contains("### Explanation"), "{case}: {channel}");
        assert!(list.contains(TOLD), "{case}: {list}");
        g.sandbox.take_failures();
        g.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discussion_in_its_thread_is_nothing_to_tell_of() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    open_thread(&g, &question).await;
    let (channel, list) = discussed(&g, &question).await;
    assert!(!channel.contains("### Explanation"), "{channel}");
    assert!(!list.contains("The discussion of"), "{list}");
    g.finish().await;
}
