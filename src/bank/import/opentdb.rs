//! What the API of the Open Trivia Database answers: <https://opentdb.com/api_config.php>, default encoding.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Defaults;
use super::draft::{Draft, blank_question, is_too_long, resolve_topic};
use crate::bank::markdown::escape_markdown;
use crate::bank::problem::Findings;
use crate::rules::question::{AnswerOption, Kind, Level};

#[derive(Deserialize)]
struct Answer<'j> {
    response_code: u8,
    #[serde(borrow)]
    results: Vec<&'j RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(rename = "type")]
    form: Form,
    difficulty: Level,
    category: String,
    question: String,
    correct_answer: String,
    incorrect_answers: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Multiple,
    Boolean,
}

/// Reads all questions.
pub fn read_opentdb(defaults: &Defaults<'_>, found: &mut Findings<'_>) -> Vec<Draft> {
    let source = found.source();
    let answer: Answer<'_> = match serde_json::from_str(source) {
        Ok(answer) => answer,
        Err(error) => {
            let at = byte_offset(source, error.line(), error.column());
            found
                .error(at..at, json_reason(&error))
                .help("this is not what the Open Trivia Database answers");
            return Vec::new();
        }
    };
    if answer.response_code != 0 {
        let at = source.find("response_code").unwrap_or(0);
        let message = format!("the database refused with code {}", answer.response_code);
        found
            .error(at..at + "response_code".len(), message)
            .help("ask it again; 1 is no results, 5 is too many requests");
    }
    answer
        .results
        .iter()
        .filter_map(|row| read_one(row.get(), defaults, found))
        .collect()
}

fn read_one(raw: &str, defaults: &Defaults<'_>, found: &mut Findings<'_>) -> Option<Draft> {
    // The row is a slice of the file.
    let start = raw.as_ptr().addr() - found.source().as_ptr().addr();
    let span = start..start + raw.len();
    if is_too_long(raw.len(), &(start..start), found) {
        return None;
    }
    let row: Row = match serde_json::from_str(raw) {
        Ok(row) => row,
        Err(error) => {
            let at = start + byte_offset(raw, error.line(), error.column());
            found.error(at..at, json_reason(&error));
            return None;
        }
    };
    let (name, level) = resolve_topic(None, defaults, &span, found)?;
    let level = if defaults.level.is_some() {
        level
    } else {
        row.difficulty
    };
    let mut question = blank_question(
        (name, level),
        Kind::Single,
        plain_text(&row.question),
        to_options(&row),
    );
    let category = plain_text(&row.category).to_lowercase().replace([':', '&'], " ");
    let words: Vec<&str> = category.split_whitespace().collect();
    question.tags.push(words.join(" "));
    question.tags.dedup();
    Some(Draft::new(question, span))
}

/// The right answer among the others: true before false, else at a place that depends on the question alone.
fn to_options(row: &Row) -> Vec<AnswerOption> {
    let option = |text: &str, right| AnswerOption {
        text: plain_text(text),
        right,
        rationale: String::new(),
    };
    let mut options: Vec<AnswerOption> = row
        .incorrect_answers
        .iter()
        .map(|text| option(text, false))
        .collect();
    let at = match row.form {
        Form::Boolean => usize::from(row.correct_answer == "False"),
        Form::Multiple => place_of(&row.question, options.len() + 1),
    };
    options.insert(at.min(options.len()), option(&row.correct_answer, true));
    options
}

fn place_of(question: &str, places: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    question.hash(&mut hasher);
    usize::try_from(hasher.finish() % places as u64).unwrap_or(0)
}

fn plain_text(text: &str) -> String {
    escape_markdown(html_escape::decode_html_entities(text).trim())
}

/// What serde says, without the position, which we tell ourselves.
fn json_reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// The byte at a line and column as serde counts them: from 1, in bytes.
fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
