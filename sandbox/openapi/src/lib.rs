//! Judges what went over a sandbox's wire by Discord's own `OpenAPI` document.
//!
//! A test starts its sandbox with `record_wire` and calls [`check_calls`] at its end. Where the document is wrong
//! stands in `amendments.rs`, each entry with its source.

mod amendments;
mod document;
mod events;
mod routes;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use sandbox::{Exchange, Sandbox};
use serde_json::Value;

use document::Reading;
use routes::Operation;
use words::complaints_of;

/// Whose requests are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// All of them: the bot knows Discord's rules.
    All,
    /// Those the sandbox took: the bot breaks rules on purpose.
    Taken,
    /// None: other libraries send fields that Discord takes and the document does not know.
    None,
}

/// What is played to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answers {
    /// What Discord mostly sends: all of it is judged.
    Usual,
    /// Strange things on purpose: of people only who they are is judged, and events are not.
    Strange,
}

impl Answers {
    fn reading(self) -> Reading {
        match self {
            Self::Usual => Reading::Answers,
            Self::Strange => Reading::Strange,
        }
    }
}

/// What was judged.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// How many calls.
    pub calls: usize,
    /// How many events of the gateway.
    pub events: usize,
    /// Names of the operations, with the statuses they were answered with.
    pub operations: BTreeSet<(String, u16)>,
    /// What is not by the document, a sentence each.
    pub violations: Vec<String>,
}

/// Checks every call and event of a sandbox, and says how much that was.
///
/// # Panics
/// When something is not by the document; the message says what, where, and in the schema's words.
pub fn check_calls(sandbox: &Sandbox) -> Judged {
    check_wire(sandbox, Requests::All)
}

/// As [`check_calls`], with a choice of what is judged.
///
/// # Panics
/// When something is not by the document.
pub fn check_wire(sandbox: &Sandbox, requests: Requests) -> Judged {
    let judged = judge_wire(sandbox, requests);
    let violations = &judged.violations;
    assert!(
        violations.is_empty(),
        "Discord's OpenAPI document says otherwise in {} place(s):\n  {}",
        violations.len(),
        violations.join("\n  ")
    );
    judged
}

fn judge_wire(sandbox: &Sandbox, requests: Requests) -> Judged {
    let begun = Instant::now();
    let answers = if sandbox.is_strange() {
        Answers::Strange
    } else {
        Answers::Usual
    };
    let mut judged = Judged::default();
    for exchange in sandbox.exchanges() {
        judged.calls += 1;
        judge_exchange(&exchange, requests, answers, &mut judged);
    }
    if answers == Answers::Usual {
        for dispatch in sandbox.dispatches() {
            judged.events += 1;
            judged.violations.extend(events::judge_dispatch(&dispatch));
        }
    }
    report_judged(&judged, begun.elapsed());
    judged
}

fn judge_exchange(exchange: &Exchange, requests: Requests, answers: Answers, judged: &mut Judged) {
    let taken = (200..300).contains(&exchange.status);
    let judge_request = match requests {
        Requests::All => true,
        Requests::Taken => taken,
        Requests::None => false,
    };
    let Exchange {
        method, path, status, ..
    } = exchange;
    let Some(operation) = routes::find_operation(method, path) else {
        if judge_request {
            let sentence =
                format!("{method} {path} is no operation of the document (answered with {status})");
            judged.violations.push(sentence);
        }
        return;
    };
    judged.operations.insert((operation.name.clone(), *status));
    let mut found = Vec::new();
    if judge_request {
        found.extend(
            judge_query(operation, &exchange.query)
                .into_iter()
                .map(|why| format!("query {why}")),
        );
        found.extend(
            judge_body(operation, &exchange.request)
                .into_iter()
                .map(|why| format!("request {why}")),
        );
    }
    if !exchange.ordered {
        found.extend(
            judge_answer(operation, exchange, answers)
                .into_iter()
                .map(|why| format!("answer {why}")),
        );
    }
    let head = format!("{method} {path} ({}), {status}:", operation.name);
    judged
        .violations
        .extend(found.into_iter().map(|why| format!("{head} {why}")));
}

fn judge_query(operation: &Operation, query: &[(String, String)]) -> Vec<String> {
    let known = operation.value["parameters"].as_array();
    let judge = |(name, value): &(String, String)| {
        let place = known.and_then(|known| {
            known
                .iter()
                .position(|one| one["name"] == **name && one["in"] == "query")
        });
        let Some(place) = place else {
            return vec![format!("/{name}: the document does not know this parameter")];
        };
        let pointer = format!("{}/parameters/{place}/schema", operation.pointer);
        let schema = Reading::Requests.schema_at(&pointer);
        // A query has only texts; what they stand for depends on the schema.
        let meant = [
            Some(Value::from(value.as_str())),
            flag_of(value),
            value.parse::<i64>().ok().map(Value::from),
        ];
        if meant.iter().flatten().any(|value| schema.is_valid(value)) {
            return Vec::new();
        }
        complaints_of(&schema, &Value::from(value.as_str()))
    };
    query.iter().flat_map(judge).collect()
}

/// Booleans in a query, as the documentation lists them (reference.mdx, "Boolean Query Strings").
fn flag_of(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "1" => Some(Value::Bool(true)),
        "false" | "False" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn judge_body(operation: &Operation, body: &Value) -> Vec<String> {
    let schema = operation
        .value
        .pointer("/requestBody/content/application~1json/schema");
    match (schema, body) {
        (Some(_), body) => {
            let pointer = format!(
                "{}/requestBody/content/application~1json/schema",
                operation.pointer
            );
            complaints_of(&Reading::Requests.schema_at(&pointer), body)
        }
        (None, Value::Null) => Vec::new(),
        (None, Value::Object(map)) if map.is_empty() => Vec::new(),
        (None, _) => vec!["/: the document has no body here".to_owned()],
    }
}

fn judge_answer(operation: &Operation, exchange: &Exchange, answers: Answers) -> Vec<String> {
    let status = exchange.status;
    if status >= 500 {
        // Nobody promises anything about these.
        return Vec::new();
    }
    let exact = status.to_string();
    let family = format!("{}XX", status / 100);
    let responses = &operation.value["responses"];
    let Some(key) = [exact, family]
        .into_iter()
        .find(|key| responses.get(key).is_some())
    else {
        return vec!["/: the document has no such status here".to_owned()];
    };
    let pointer = match responses[&key]["$ref"].as_str() {
        Some(shared) => shared.trim_start_matches('#').to_owned(),
        None => format!("{}/responses/{key}", operation.pointer),
    };
    let pointer = format!("{pointer}/content/application~1json/schema");
    match (document::DOCUMENT.pointer(&pointer), &exchange.answer) {
        (None, None) => Vec::new(),
        (None, Some(_)) => vec!["/: the document has no body here".to_owned()],
        (Some(_), None) => vec!["/: the document has a JSON body here".to_owned()],
        (Some(_), Some(answer)) => complaints_of(&answers.reading().schema_at(&pointer), answer),
    }
}

/// Adds a line to the file that `OPENAPI_REPORT` names, from which `make test` says how much was judged in all: calls,
/// events, milliseconds, and operations with their statuses.
fn report_judged(judged: &Judged, took: Duration) {
    let Some(file) = std::env::var_os("OPENAPI_REPORT") else {
        return;
    };
    let names = judged
        .operations
        .iter()
        .map(|(name, status)| format!("{name}:{status}"));
    let names = names.collect::<Vec<_>>().join(" ");
    let line = format!(
        "{}\t{}\t{}\t{names}\n",
        judged.calls,
        judged.events,
        took.as_millis()
    );
    let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
    // One write, so that tests that end at once do not mix their lines.
    let written = file.and_then(|mut file| std::io::Write::write_all(&mut file, line.as_bytes()));
    if let Err(error) = written {
        eprintln!("The file that OPENAPI_REPORT names cannot be written: {error}");
    }
}
