//! What people see on the page, without asking for it.

use sandbox::Sandbox;
use serde_json::json;

use super::bot::Bot;
use super::browser::{Browser, DESKTOP, ENTER, ESCAPE, PHONE};
use super::open;

#[tokio::test]
async fn a_page_nobody_touched_goes_where_something_happens() {
    let Some(browser) = Browser::start(DESKTOP).await else {
        return;
    };
    let bot = Bot::start().await;
    browser.open(&bot.sandbox.page_url()).await;
    browser.see("#channel-name", "general").await;
    bot.ask().await;
    browser.see("#channel-name", "daily").await;
    browser.see(".container h2", "Two calls, one default").await;
    browser.end().await;
}

#[tokio::test]
async fn what_happens_elsewhere_appears_by_itself() {
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
    let message = bot.post(json!({ "content": "before" })).await;
    browser.see(".message .md", "before").await;
    bot.call(
        "PATCH",
        &format!("/channels/{}/messages/{message}", bot.daily()),
        json!({ "content": "after" }),
    )
    .await;
    browser.see(".message .md", "after").await;
    browser.see(".edited", "(edited)").await;
    let path = format!("/channels/{}/messages/{message}/threads", bot.daily());
    bot.call("POST", &path, json!({ "name": "Talk about it" })).await;
    bot.call(
        "POST",
        &format!("/channels/{message}/messages"),
        json!({ "content": "in the thread" }),
    )
    .await;
    browser.see(".chip", "1 Message").await;
    browser.see(".channel.thread", "Talk about it").await;
    browser.click(".chip").await;
    browser.see("#channel-name", "Talk about it").await;
    browser.see(".message .md", "in the thread").await;
    // A thread begins with the message it was started from.
    browser.see(".message .md", "after").await;
    browser.picture("thread").await;
    bot.sandbox
        .member("Ben")
        .say("#daily", "hello")
        .expect("Ben may write");
    browser.see(".channel.unread", "daily").await;
    browser.click("#channel-name .parent").await;
    browser.see(".message .md", "hello").await;
    bot.sandbox.delete_message(message);
    browser.see_no(".message .md", "after").await;
    browser.end().await;
}

#[tokio::test]
async fn other_servers_and_direct_messages_are_in_reach() {
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
    bot.sandbox.add_guild("Rivals", "Ben");
    browser.see(".server", "R").await;
    browser.click(".server[title=Rivals]").await;
    browser.see("#server-name", "Rivals").await;
    browser.see(".welcome h2", "Welcome to #general").await;
    let ann = bot.sandbox.member("Ann").id().to_string();
    let dm = bot
        .call("POST", "/users/@me/channels", json!({ "recipient_id": ann }))
        .await;
    let path = format!(
        "/channels/{}/messages",
        dm["id"].as_str().expect("a channel has an id")
    );
    bot.call("POST", &path, json!({ "content": "just for you" }))
        .await;
    browser.see(".category", "DIRECT MESSAGES").await;
    browser
        .click(".category ~ [role=listitem] .channel[aria-label^=Bot]")
        .await;
    browser.see("#channel-name", "Bot").await;
    browser.see(".message .md", "just for you").await;
    browser.act_as("Ben").await;
    browser.see_no(".message .md", "just for you").await;
    browser.end().await;
}

#[tokio::test]
async fn somebody_who_reads_back_is_not_thrown_to_the_end() {
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
    bot.ask().await;
    bot.ask().await;
    browser
        .see(".message + .message .container h2", "Two calls, one default")
        .await;
    browser
        .script("document.getElementById('messages').scrollTop = 0")
        .await;
    bot.sandbox
        .member("Ben")
        .say("#daily", "hello")
        .expect("Ben may write");
    browser.see("#to-latest", "New messages").await;
    assert_eq!(
        browser
            .script("return document.getElementById('messages').scrollTop")
            .await,
        json!(0)
    );
    browser.click("#to-latest").await;
    browser.see_none("#to-latest").await;
    browser.end().await;
}

#[tokio::test]
async fn what_people_write_is_shown_as_written_and_never_runs() {
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
    browser.click("#input").await;
    browser
        .keys("<img src=x onerror=window.hacked=1> **bold** <script>window.hacked=1</script>")
        .await;
    browser.keys(ENTER).await;
    browser
        .see(
            ".message .md",
            "<img src=x onerror=window.hacked=1> bold <script>",
        )
        .await;
    browser.see(".message .md strong", "bold").await;
    bot.post(json!({ "embeds": [{
        "title": "<b>t</b>", "url": "javascript:window.hacked=1", "description": "[x](javascript:window.hacked=1)",
        "fields": [{ "name": "<i>n</i>", "value": "||<svg onload=window.hacked=1>||" }],
    }] }))
    .await;
    browser.see(".embed .title", "<b>t</b>").await;
    assert_eq!(
        browser.script("return String(window.hacked)").await,
        json!("undefined")
    );
    assert_eq!(
        browser
            .script("return document.querySelectorAll('.embed a[href]').length")
            .await,
        json!(0)
    );
    drop(bot.sandbox.take_failures());
    browser.end().await;
}

#[tokio::test]
async fn pictures_and_files_are_shown_with_their_descriptions() {
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
    bot.post_with_picture(json!({ "flags": 1 << 15, "components": [
        { "type": 9, "components": [{ "type": 10, "content": "### Distribution" }],
          "accessory": { "type": 11, "media": { "url": "attachment://bars.png" }, "description": "Small bars" } },
        { "type": 12, "items": [{ "media": { "url": "attachment://bars.png" }, "description": "Six bars" }] },
        { "type": 13, "file": { "url": "attachment://bars.png" } },
    ] }))
    .await;
    browser.see(".file", "bars.png").await;
    browser.see(".gallery img[alt='Six bars']", "").await;
    browser.see(".thumbnail[alt='Small bars']", "").await;
    let loaded = "return [...document.images].every((one) => one.complete && one.naturalWidth === 240)";
    browser.until_true("the pictures to load", loaded).await;
    let at_end = "const all = document.getElementById('messages'); \
                  return all.scrollHeight - all.scrollTop - all.clientHeight < 5";
    browser.until_true("the end to stay in sight", at_end).await;
    browser.picture("pictures").await;
    browser.end().await;
}

#[tokio::test]
async fn it_fits_a_phone() {
    let Some((browser, bot)) = open(PHONE).await else {
        return;
    };
    bot.ask().await;
    browser.see(".container h2", "Two calls, one default").await;
    browser.press("C").await;
    browser.see(".message.ephemeral .md", "Recorded: C").await;
    browser.picture("phone").await;
    let overflow = "return document.documentElement.scrollWidth - innerWidth + \
                    Math.max(0, document.getElementById('messages').scrollWidth - innerWidth)";
    assert_eq!(
        browser.script(overflow).await,
        json!(0),
        "the page is wider than the phone"
    );
    browser.click("#open-drawer").await;
    browser.picture("phone-drawer").await;
    browser.click("#channels .channel:not([aria-current])").await;
    browser.see("#channel-name", "general").await;
    browser.click("#open-drawer").await;
    browser.keys(ESCAPE).await;
    browser.see_none("#drawer.open").await;
    browser.end().await;
}

#[tokio::test]
async fn lively_teammates_answer_and_leave_the_one_at_the_page_alone() {
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
    bot.ask().await;
    browser.see(".container h2", "Two calls, one default").await;
    browser.click("#lively").await;
    browser.see("#lively[aria-checked=true]", "").await;
    let answered = |sandbox: &Sandbox| {
        let people = sandbox.members();
        people
            .iter()
            .filter(|member| member.messages("#daily").iter().any(|seen| seen.ephemeral))
            .count()
    };
    bot.until("two teammates to answer", |sandbox| answered(sandbox) >= 2)
        .await;
    assert!(
        !bot.sandbox
            .member("Ann")
            .messages("#daily")
            .iter()
            .any(|seen| seen.ephemeral)
    );
    browser.click("#lively").await;
    browser.see("#lively[aria-checked=false]", "").await;
    browser.end().await;
}
