//! Watches what appears on Discord: writes it into the diary, and tells the members what there is to do.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use sandbox::world::Version;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use torture::facts::{Shown, list_custom_ids, list_words};

use crate::stage::Stage;

/// How often one looks.
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// Something that appeared.
#[derive(Clone, Debug)]
pub enum Appeared {
    /// A question to answer.
    Question(Question),
    /// The reveal of a question.
    Reveal {
        /// Its message.
        message: u64,
        /// Where it stands.
        channel: u64,
        /// A button to press.
        button: String,
    },
    /// The lobby of a live quiz.
    Lobby {
        /// Which.
        quiz: i64,
        /// Its message.
        message: u64,
        /// Where it stands.
        channel: u64,
    },
}

/// A question as it can be answered.
#[derive(Clone, Debug)]
pub struct Question {
    /// The round.
    pub round: i64,
    /// Its message.
    pub message: u64,
    /// Where it stands.
    pub channel: u64,
    /// How it is answered.
    pub form: Form,
    /// Whether it belongs to a live quiz, and so is open for seconds.
    pub live: bool,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One of so many buttons.
    Buttons(i16),
    /// Any of so many entries of a list.
    List(i16),
    /// One's own words.
    Words,
}

/// Watches for as long as the process lives.
pub async fn watch_messages(stage: Arc<Stage>, tell: UnboundedSender<Appeared>) {
    let mut told = HashSet::new();
    loop {
        note_messages(&stage, |shown, payload| {
            for (what, appeared) in list_news(shown, payload) {
                if told.insert(what) {
                    let _ = tell.send(appeared);
                }
            }
        });
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Writes into the diary what appeared since the last time.
pub fn note_messages(stage: &Stage, mut see: impl FnMut(&Shown, &Value)) {
    let versions = stage.sandbox.take_versions();
    let application = stage.sandbox.application_id().to_string();
    for version in versions {
        let payload: Value = serde_json::from_str(&version.payload).unwrap_or_default();
        if payload["author"]["id"] != application.as_str() {
            continue;
        }
        let guild = stage.sandbox.read(|world| {
            let channel = world.channels.get(&version.channel);
            channel.and_then(|channel| channel.guild).unwrap_or_default()
        });
        let shown = to_shown(&version, &payload, guild);
        see(&shown, &payload);
        stage.diary().shown.push(shown);
    }
}

fn to_shown(version: &Version, payload: &Value, guild: u64) -> Shown {
    Shown {
        message: version.message.cast_signed(),
        channel: version.channel.cast_signed(),
        guild: guild.cast_signed(),
        at: version.at,
        custom_ids: list_custom_ids(payload),
        words: list_words(payload),
        nonce: payload["nonce"].as_str().map(str::to_owned),
        on_request: payload.get("interaction_metadata").is_some(),
    }
}

/// What there is to do, each with a name by which it is told once.
fn list_news(shown: &Shown, payload: &Value) -> Vec<(String, Appeared)> {
    let (message, channel) = (shown.message.cast_unsigned(), shown.channel.cast_unsigned());
    let mut news = Vec::new();
    if shown.on_request {
        return news;
    }
    for custom_id in &shown.custom_ids {
        let mut parts = custom_id.split(':');
        let (Some(name), Some(Ok(id))) = (parts.next(), parts.next().map(str::parse::<i64>)) else {
            continue;
        };
        let appeared = match (name, parts.next()) {
            ("answer" | "answers" | "write", _) => Appeared::Question(Question {
                round: id,
                message,
                channel,
                form: read_form(name, id, shown, payload),
                live: shown.words.contains(" of ") && shown.words.contains("have answered"),
            }),
            ("why" | "own" | "follow-ups", _) => Appeared::Reveal {
                message,
                channel,
                button: custom_id.clone(),
            },
            ("live", Some("join")) => Appeared::Lobby {
                quiz: id,
                message,
                channel,
            },
            _ => continue,
        };
        let what = match name {
            "answer" | "answers" | "write" => format!("question {id}"),
            _ => custom_id.clone(),
        };
        news.push((what, appeared));
    }
    news
}

fn read_form(name: &str, round: i64, shown: &Shown, payload: &Value) -> Form {
    match name {
        "answer" => {
            let beginning = format!("answer:{round}:");
            let buttons = shown.custom_ids.iter().filter(|id| id.starts_with(&beginning));
            Form::Buttons(i16::try_from(buttons.count()).unwrap_or(2))
        }
        "answers" => Form::List(count_entries(payload, &format!("answers:{round}")).unwrap_or(2)),
        _ => Form::Words,
    }
}

/// How many entries the list with this id has.
fn count_entries(value: &Value, custom_id: &str) -> Option<i16> {
    match value {
        Value::Object(fields) if fields.get("custom_id").is_some_and(|id| id == custom_id) => {
            let entries = fields.get("options")?.as_array()?.len();
            i16::try_from(entries).ok()
        }
        Value::Object(fields) => fields.values().find_map(|value| count_entries(value, custom_id)),
        Value::Array(all) => all.iter().find_map(|value| count_entries(value, custom_id)),
        _ => None,
    }
}
