//! What a member does on the page. Each handler answers with `{ ok }`, `{ modal }`, `{ choices }` or `{ error, sent }`,
//! where `sent` tells whether the bot was asked and did not answer, or the client would not have asked it at all.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::{Multipart, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::{Id, Page};
use super::state::Directory;
use crate::{ActError, Member, Seen};

/// Who acts, where and on what; each deed needs some of it.
#[derive(Deserialize)]
pub(super) struct Deed {
    #[serde(rename = "as")]
    me: Id,
    channel: Id,
    #[serde(default)]
    text: String,
    message: Option<Id>,
    #[serde(default)]
    custom_id: String,
    #[serde(default)]
    values: Vec<String>,
}

/// A dialog's values.
#[derive(Deserialize)]
pub(super) struct Submission {
    #[serde(rename = "as")]
    me: Id,
    modal: String,
    values: Vec<(String, Value)>,
}

#[derive(Deserialize)]
pub(super) struct Lively {
    on: bool,
}

pub(super) async fn post_slash(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let Some(member) = find_actor(&page, &deed) else {
        return answer_nobody();
    };
    let result = member.slash(&deed.text).await;
    answer_outcome(&page, result)
}

/// A command with files: the deed as JSON in the part `deed`, each file in a part of its own.
pub(super) async fn post_upload(State(page): State<Page>, mut parts: Multipart) -> Json<Value> {
    let mut deed: Option<Deed> = None;
    let mut files = Vec::new();
    while let Ok(Some(part)) = parts.next_field().await {
        let name = part.file_name().map(str::to_owned);
        let Ok(bytes) = part.bytes().await else { continue };
        match name {
            Some(name) => files.push((name, bytes)),
            None => deed = serde_json::from_slice(&bytes).ok(),
        }
    }
    let Some(deed) = deed else {
        return answer_failed("The command did not arrive whole. Try again.");
    };
    let Some(member) = find_actor(&page, &deed) else {
        return answer_nobody();
    };
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_ref()))
        .collect();
    let result = member.slash_with(&deed.text, &files).await;
    answer_outcome(&page, result)
}

pub(super) async fn post_complete(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let Some(member) = find_actor(&page, &deed) else {
        return answer_nobody();
    };
    match member.complete(&deed.text).await {
        Ok(choices) => {
            let choices = choices
                .iter()
                .map(|one| json!({ "name": one.name, "value": one.value }));
            Json(json!({ "choices": choices.collect::<Vec<_>>() }))
        }
        Err(error) => answer_refused(&error),
    }
}

pub(super) async fn post_press(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let (Some(member), Some(message)) = (find_actor(&page, &deed), deed.message) else {
        return answer_nobody();
    };
    let result = member.press(message.0, &deed.custom_id).await;
    answer_outcome(&page, result)
}

pub(super) async fn post_choose(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let (Some(member), Some(message)) = (find_actor(&page, &deed), deed.message) else {
        return answer_nobody();
    };
    let values: Vec<&str> = deed.values.iter().map(String::as_str).collect();
    let result = member.choose(message.0, &deed.custom_id, &values).await;
    answer_outcome(&page, result)
}

pub(super) async fn post_submit(State(page): State<Page>, Json(submission): Json<Submission>) -> Json<Value> {
    let Some(member) = page.member(Some(submission.me)) else {
        return answer_nobody();
    };
    let modal = page.modals.open.lock().get(&submission.modal).cloned();
    let Some(modal) = modal else {
        return answer_failed("This dialog is too old. Open it again.");
    };
    let texts: Vec<(String, String)> = submission
        .values
        .into_iter()
        .filter_map(|(name, value)| Some((name, text_of(value)?)))
        .collect();
    let values: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let result = member.submit(&modal, &values).await;
    if result.is_ok() {
        page.modals.open.lock().remove(&submission.modal);
    }
    answer_outcome(&page, result)
}

pub(super) async fn post_say(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let Some(member) = page.member(Some(deed.me)) else {
        return answer_nobody();
    };
    let result = member.say(deed.channel.0, &deed.text);
    answer_outcome(&page, result)
}

pub(super) async fn post_dismiss(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let (Some(member), Some(message)) = (page.member(Some(deed.me)), deed.message) else {
        return answer_nobody();
    };
    match member.see(message.0) {
        Some(seen) => member.dismiss(&seen),
        None => return answer_failed("This message is gone already."),
    }
    answer_done()
}

pub(super) async fn post_lively(State(page): State<Page>, Json(lively): Json<Lively>) -> Json<Value> {
    crate::lively::switch_teammates(&page.sandbox, lively.on);
    answer_done()
}

/// The member who acts, in the channel where they act.
fn find_actor(page: &Page, deed: &Deed) -> Option<Member> {
    let member = page.member(Some(deed.me))?;
    page.sandbox
        .read(|world| world.channels.contains_key(&deed.channel.0))
        .then(|| member.at(deed.channel.0))
}

fn answer_outcome(page: &Page, result: Result<Seen, ActError>) -> Json<Value> {
    match result {
        Ok(seen) if seen.is_modal() => {
            let key = page.modals.next.fetch_add(1, Ordering::Relaxed).to_string();
            let mut modal = page.sandbox.read(Directory::of).render(&seen.payload);
            modal["key"] = json!(key);
            page.modals.open.lock().insert(key, seen);
            Json(json!({ "modal": modal }))
        }
        Ok(_) => answer_done(),
        Err(error) => answer_refused(&error),
    }
}

/// One value of a dialog as the driver takes it: several values of one field are separated by `|`.
fn text_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Bool(on) => Some(on.to_string()),
        Value::Array(values) => Some(
            values
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join("|"),
        ),
        Value::Null | Value::Number(_) | Value::Object(_) => None,
    }
}

fn answer_done() -> Json<Value> {
    Json(json!({ "ok": true }))
}

fn answer_refused(error: &ActError) -> Json<Value> {
    let sent = match error {
        ActError::NotSent(_) => false,
        ActError::NoAnswer(_) => true,
    };
    Json(json!({ "error": error.to_string(), "sent": sent }))
}

fn answer_failed(sentence: &str) -> Json<Value> {
    Json(json!({ "error": sentence, "sent": false }))
}

fn answer_nobody() -> Json<Value> {
    answer_failed("This channel, message or member is gone. Reload the page.")
}
