//! The page in a real browser: headless Chromium, driven by key and click, against a small demo bot.
//!
//! Skipped, with a message, only where no Chromium is installed. With `SANDBOX_PICTURES=folder` every test leaves
//! pictures of what it saw.

#[path = "page/bot.rs"]
mod bot;
#[path = "page/browser.rs"]
mod browser;

use bot::Bot;
use browser::{Browser, DESKTOP, ENTER, ESCAPE, PHONE, TAB};
use sandbox::Sandbox;
use serde_json::json;

/// Starts a sandbox with the demo bot and opens #daily in a browser, or ends the test where there is none.
macro_rules! open {
    ($size:expr) => {{
        let Some(browser) = Browser::start($size).await else {
            return;
        };
        let bot = Bot::start().await;
        browser
            .open(&format!(
                "{}#{}",
                bot.sandbox.page_url(),
                bot.sandbox.channel_id("#daily")
            ))
            .await;
        browser.see("#channel-name", "daily").await;
        (browser, bot)
    }};
}

#[tokio::test]
async fn a_question_can_be_answered_and_only_the_member_sees_the_receipt() {
    let (browser, bot) = open!(DESKTOP);
    bot.ask().await;
    browser.see(".message .name", "Bot").await;
    browser.see(".container h2", "Two calls, one default").await;
    browser.see("pre .py-keyword", "def").await;
    browser.see("time[data-style=R]", "in 3 hours").await;
    browser.see(".container sub", "3 answered").await;
    browser.picture("question").await;
    browser.press("B").await;
    browser.see(".message.ephemeral .md", "Recorded: B").await;
    browser
        .see(".message.ephemeral .reply-line", "Two calls, one default")
        .await;
    browser.see(".private", "Only you can see this").await;
    browser.picture("receipt").await;
    let focused = browser.script("return document.activeElement.dataset.key").await;
    assert_eq!(focused, json!("answer:B"), "the keyboard stays where it was");

    browser.act_as("Ben").await;
    browser.see(".container h2", "Two calls, one default").await;
    browser.see_none(".message.ephemeral").await;
    browser.act_as("Ann").await;
    browser.click(".message.ephemeral .private button").await;
    browser.see_none(".message.ephemeral").await;
    browser.end().await;
}

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
async fn what_the_bot_does_wrong_is_shown() {
    let (browser, bot) = open!(DESKTOP);
    bot.post(json!({ "content": "Try", "components": [bot::row(&[("Silent", 1), ("Other", 2)])] }))
        .await;
    browser.press("Silent").await;
    browser.see(".button.pending .dots", "").await;
    browser.see(".message .failed", "This interaction failed").await;
    browser.see("#failures .count.bad", "").await;
    browser.click("#failures").await;
    browser.see("dialog .failure-list li", "within 3 s").await;
    browser.picture("failures").await;
    browser.keys(ESCAPE).await;
    browser.see_none("dialog").await;
    assert!(!bot.sandbox.take_failures().is_empty());
    browser.end().await;
}

#[tokio::test]
async fn a_command_is_written_with_the_keyboard_alone() {
    let (browser, bot) = open!(DESKTOP);
    bot.register().await;
    browser.click("#input").await;
    browser.keys("/").await;
    browser.see("#suggestions .item b", "/daily add").await;
    browser.picture("commands").await;
    browser.keys("daily a").await;
    browser.keys(TAB).await;
    browser.see("#suggestions .hint", "Where to post").await;
    browser.see("#suggestions .item b", "#daily").await;
    browser.keys("qu").await;
    browser.keys(ENTER).await;
    browser.value("/daily add channel:#quiz time:").await;
    browser.keys("9:30 z").await;
    browser.keys(TAB).await;
    browser.keys("ber").await;
    browser.see("#suggestions .item b", "Europe/Berlin").await;
    browser.picture("autocomplete").await;
    browser.keys(ENTER).await;
    browser.keys("level:tricky").await;
    browser.keys(ENTER).await;
    browser
        .see("#composer-error", "“tricky” is not one of the choices")
        .await;
    browser.erase("tricky".len()).await;
    browser.see("#suggestions .item b", "Easy").await;
    browser.keys(ENTER).await;
    browser.picture("command").await;
    browser.keys(ENTER).await;
    browser.see(".reply-line", "Ann used /daily add").await;
    // The value behind the choice's name was sent.
    browser.see(".message .md", "quiz 9:30 zone-berlin e").await;
    browser.value("").await;

    browser.keys("/daily add").await;
    browser.keys(ENTER).await;
    browser.keys(ESCAPE).await;
    browser.keys(ENTER).await;
    browser.see("#composer-error", "required").await;
    browser.erase(40).await;
    browser.keys("/nothing").await;
    browser.keys(ENTER).await;
    browser.see("#composer-error", "There is no command").await;
    browser.end().await;
}

#[tokio::test]
async fn a_file_can_be_given_to_a_command() {
    let (browser, bot) = open!(DESKTOP);
    bot.register().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a question.md");
    std::fs::write(&file, "# Title").expect("a file");
    browser.click("#input").await;
    browser.keys("/import").await;
    browser.keys(ENTER).await;
    browser.choose_file("#files input", &file).await;
    browser.value("/import file:a_question.md").await;
    browser.click("#input").await;
    browser.keys(ENTER).await;
    browser.see(".message .md", "a_question.md of 7 bytes").await;
    browser.end().await;
}

#[tokio::test]
async fn a_modal_is_filled_in() {
    let (browser, bot) = open!(DESKTOP);
    bot.post(json!({ "content": "Explain", "components": [bot::row(&[("Answer", 1)])] }))
        .await;
    browser.press("Answer").await;
    browser.see("dialog h2", "Your answer").await;
    browser.keys(ENTER).await;
    browser.press("Submit").await;
    browser.see("dialog .problem", "This is required").await;
    browser.click("dialog textarea").await;
    browser.keys("a default is made once").await;
    browser.click("dialog input[value=sure]").await;
    browser.picture("modal").await;
    browser.press("Submit").await;
    browser.see_none("dialog").await;
    browser
        .see(".message.ephemeral .md", "a default is made once / sure")
        .await;
    browser.end().await;
}

#[tokio::test]
async fn selects_take_one_value_or_several() {
    let (browser, bot) = open!(DESKTOP);
    bot.post(json!({ "content": "Topics", "components": [bot::select("one", 1), bot::select("many", 3)] }))
        .await;
    browser.click("[data-key=one]").await;
    browser.keys("Cl").await;
    browser.keys(ENTER).await;
    browser.see(".message.ephemeral .md", "one: c").await;
    browser.click("[data-key=many]").await;
    browser.click(".select .list:not([hidden]) [data-value=f]").await;
    browser.click(".select .list:not([hidden]) [data-value=i]").await;
    browser.picture("select").await;
    browser.keys(ESCAPE).await;
    browser.see(".message.ephemeral .md", "many: f, i").await;
    browser.end().await;
}

#[tokio::test]
async fn what_happens_elsewhere_appears_by_itself() {
    let (browser, bot) = open!(DESKTOP);
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
async fn what_people_write_is_shown_as_written_and_never_runs() {
    let (browser, bot) = open!(DESKTOP);
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
    let (browser, bot) = open!(DESKTOP);
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
    browser.picture("pictures").await;
    browser.end().await;
}

#[tokio::test]
async fn it_fits_a_phone() {
    let (browser, bot) = open!(PHONE);
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
    let (browser, bot) = open!(DESKTOP);
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
