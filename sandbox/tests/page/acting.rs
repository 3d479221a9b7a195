//! What people do on the page: answer, command, fill in, choose.

use serde_json::json;

use super::bot;
use super::browser::{DESKTOP, ENTER, ESCAPE, TAB};
use super::open;

#[tokio::test]
async fn a_question_can_be_answered_and_only_the_member_sees_the_receipt() {
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
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
async fn what_the_bot_does_wrong_is_shown() {
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
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
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
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
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
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
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
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
    let Some((browser, bot)) = open(DESKTOP).await else {
        return;
    };
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
