//! All that is known after a run: what Discord showed, what members remember, what the tables hold.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

/// A moment.
pub type Moment = DateTime<Utc>;

/// All that is known after a run.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// When the run was over and nothing was left to do.
    pub ended: Moment,
    /// Every version of every message of the bot that all can see, in the order in which they were made.
    pub shown: Vec<Shown>,
    /// Every click on an option, and every answer in one's own words, in the order in which a member made them.
    pub presses: Vec<Press>,
    /// Everything a person did, and what came of it.
    pub deeds: Vec<Deed>,
    /// Profiles members were shown at the end.
    pub profiles: Vec<Profile>,
    /// The tables.
    pub tables: Tables,
}

/// A message of the bot as everybody saw it from a moment on.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The message.
    pub message: i64,
    /// The channel or thread.
    pub channel: i64,
    /// The server; 0 for a direct message.
    pub guild: i64,
    /// From when.
    pub at: Moment,
    /// What its buttons and selects carry.
    pub custom_ids: Vec<String>,
    /// All it says.
    pub words: String,
    /// The mark against posting twice.
    pub nonce: Option<String>,
    /// Whether somebody asked for it by a command or a button.
    pub on_request: bool,
}

/// What a member chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Options, bit by bit.
    Options(i16),
    /// Words.
    Words(String),
}

/// What a member was told about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// This counts.
    Counts(Choice),
    /// It was too late, and this counts, if anything does.
    TooLate(Option<Choice>),
    /// It was too late, and what was written before counts, which is not said again.
    TooLateAsBefore,
    /// The question is closed, and explained.
    Closed,
    /// It may or may not have worked: an apology, or no answer at all.
    Unsure,
    /// It was refused, and nothing was done.
    Refused,
}

/// An answer a member gave, and the receipt they remember.
#[derive(Clone, Debug)]
pub struct Press {
    /// The round its button names.
    pub round: i64,
    /// Who.
    pub user: i64,
    /// When.
    pub at: Moment,
    /// What was chosen.
    pub chose: Choice,
    /// What they were told.
    pub told: Told,
    /// The whole reply.
    pub reply: String,
}

/// What came of something a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answered,
    /// It was answered with an apology.
    Apology,
    /// It was not answered within three seconds.
    Unanswered,
}

/// Something a person did.
#[derive(Clone, Debug)]
pub struct Deed {
    /// What, in words.
    pub what: String,
    /// When.
    pub at: Moment,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether an instance lived all the time, undisturbed, so that it had to be answered.
    pub had_to_be_answered: bool,
}

/// What a member was told of their record.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The server.
    pub guild: i64,
    /// Who.
    pub user: i64,
    /// What it said.
    pub words: String,
}

/// The tables as they are at the end. A row is the JSON PostgreSQL makes of it, so that columns may come and go.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// `rounds`
    pub rounds: Vec<Row>,
    /// `answers`
    pub answers: Vec<Row>,
    /// `open_answers`
    pub open_answers: Vec<Row>,
    /// `revisions`
    pub revisions: Vec<Row>,
    /// `schedules`
    pub schedules: Vec<Row>,
    /// `standings`
    pub standings: Vec<Row>,
    /// `weekly_points`
    pub weekly_points: Vec<Row>,
    /// `quizzes`
    pub quizzes: Vec<Row>,
    /// `live_quizzes`
    pub live_quizzes: Vec<Row>,
    /// `notices`
    pub notices: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub struct Row(pub Value);

impl Row {
    /// A whole number; 0 where there is none.
    pub fn number(&self, column: &str) -> i64 {
        self.maybe_number(column).unwrap_or_default()
    }

    /// A whole number, if there is one.
    pub fn maybe_number(&self, column: &str) -> Option<i64> {
        self.0[column].as_i64()
    }

    /// A text; empty where there is none.
    pub fn text(&self, column: &str) -> &str {
        self.0[column].as_str().unwrap_or_default()
    }

    /// Yes or no, if it is said.
    pub fn flag(&self, column: &str) -> Option<bool> {
        self.0[column].as_bool()
    }

    /// A moment, if there is one.
    pub fn moment(&self, column: &str) -> Option<Moment> {
        DateTime::parse_from_rfc3339(self.0[column].as_str()?)
            .ok()
            .map(|at| at.to_utc())
    }

    /// A day, if there is one.
    pub fn day(&self, column: &str) -> Option<NaiveDate> {
        self.0[column].as_str()?.parse().ok()
    }
}

/// All custom ids in a message's JSON.
pub fn list_custom_ids(payload: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(payload, &mut |key, value| {
        if key == "custom_id" {
            found.push(value.to_owned());
        }
    });
    found
}

/// All that a message's JSON says to a reader.
pub fn list_words(payload: &Value) -> String {
    let mut found = Vec::new();
    walk(payload, &mut |key, value| {
        if ["content", "label", "placeholder", "description"].contains(&key) && !value.is_empty() {
            found.push(value.to_owned());
        }
    });
    found.join("\n")
}

fn walk(value: &Value, see: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(text) => see(key, text),
                    None => walk(value, see),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| walk(value, see)),
        _ => {}
    }
}
