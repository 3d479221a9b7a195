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

pub(super) async fn slash(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let Some(member) = actor(&page, &deed) else {
        return nobody();
    };
    let result = member.slash(&deed.text).await;
    outcome(&page, result)
}

/// A command with files: the deed as JSON in the part `deed`, each file in a part of its own.
pub(super) async fn upload(State(page): State<Page>, mut parts: Multipart) -> Json<Value> {
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
        return failed("The command did not arrive whole. Try again.");
    };
    let Some(member) = actor(&page, &deed) else {
        return nobody();
    };
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_ref()))
        .collect();
    let result = member.slash_with(&deed.text, &files).await;
    outcome(&page, result)
}

pub(super) async fn complete(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let Some(member) = actor(&page, &deed) else {
        return nobody();
    };
    match member.complete(&deed.text).await {
        Ok(choices) => {
            let choices = choices
                .iter()
                .map(|one| json!({ "name": one.name, "value": one.value }));
            Json(json!({ "choices": choices.collect::<Vec<_>>() }))
        }
        Err(error) => refused(&error),
    }
}

pub(super) async fn press(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let (Some(member), Some(message)) = (actor(&page, &deed), deed.message) else {
        return nobody();
    };
    let result = member.press(message.0, &deed.custom_id).await;
    outcome(&page, result)
}

pub(super) async fn choose(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let (Some(member), Some(message)) = (actor(&page, &deed), deed.message) else {
        return nobody();
    };
    let values: Vec<&str> = deed.values.iter().map(String::as_str).collect();
    let result = member.choose(message.0, &deed.custom_id, &values).await;
    outcome(&page, result)
}

pub(super) async fn submit(State(page): State<Page>, Json(submission): Json<Submission>) -> Json<Value> {
    let Some(member) = page.member(Some(submission.me)) else {
        return nobody();
    };
    let modal = page.modals.open.lock().get(&submission.modal).cloned();
    let Some(modal) = modal else {
        return failed("This dialog is too old. Open it again.");
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
    outcome(&page, result)
}

pub(super) async fn say(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let Some(member) = page.member(Some(deed.me)) else {
        return nobody();
    };
    let result = member.say(deed.channel.0, &deed.text);
    outcome(&page, result)
}

pub(super) async fn dismiss(State(page): State<Page>, Json(deed): Json<Deed>) -> Json<Value> {
    let (Some(member), Some(message)) = (page.member(Some(deed.me)), deed.message) else {
        return nobody();
    };
    match member.see(message.0) {
        Some(seen) => member.dismiss(&seen),
        None => return failed("This message is gone already."),
    }
    done()
}

pub(super) async fn lively(State(page): State<Page>, Json(lively): Json<Lively>) -> Json<Value> {
    crate::lively::switch_teammates(&page.sandbox, lively.on);
    done()
}

/// The member who acts, in the channel where they act.
fn actor(page: &Page, deed: &Deed) -> Option<Member> {
    let member = page.member(Some(deed.me))?;
    page.sandbox
        .read(|world| world.channels.contains_key(&deed.channel.0))
        .then(|| member.at(deed.channel.0))
}

fn outcome(page: &Page, result: Result<Seen, ActError>) -> Json<Value> {
    match result {
        Ok(seen) if seen.is_modal() => {
            let key = page.modals.next.fetch_add(1, Ordering::Relaxed).to_string();
            let mut modal = page.sandbox.read(Directory::of).render(&seen.payload);
            modal["key"] = json!(key);
            page.modals.open.lock().insert(key, seen);
            Json(json!({ "modal": modal }))
        }
        Ok(_) => done(),
        Err(error) => refused(&error),
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

fn done() -> Json<Value> {
    Json(json!({ "ok": true }))
}

fn refused(error: &ActError) -> Json<Value> {
    let sent = match error {
        ActError::NotSent(_) => false,
        ActError::NoAnswer(_) => true,
    };
    Json(json!({ "error": error.to_string(), "sent": sent }))
}

fn failed(sentence: &str) -> Json<Value> {
    Json(json!({ "error": sentence, "sent": false }))
}

fn nobody() -> Json<Value> {
    failed("This channel, message or member is gone. Reload the page.")
}
