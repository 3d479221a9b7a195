//! Moodle's Aiken: <https://docs.moodle.org/en/Aiken_format>.
//!
//! A line that asks, lines `A. …` or `A) …`, a line `ANSWER: A`. It is plain text, so marks of Markdown are escaped.

use std::ops::Range;

use super::Defaults;
use super::draft::{Draft, blank_question, is_too_long, resolve_topic};
use crate::bank::markdown::escape_markdown;
use crate::bank::problem::Findings;
use crate::rules::question::{AnswerOption, Kind};

/// A question while its lines go by.
#[derive(Default)]
struct Open<'s> {
    asked: Option<(&'s str, Range<usize>)>,
    options: Vec<(char, &'s str)>,
}

/// Reads all questions.
pub fn read_aiken(defaults: &Defaults<'_>, found: &mut Findings<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut open = Open::default();
    let mut at = 0;
    for whole in found.source().split_inclusive('\n') {
        let line = whole.trim();
        let start = at + (whole.len() - whole.trim_start().len());
        let span = start..start + line.len();
        at += whole.len();
        if line.is_empty() {
            continue;
        }
        if let Some(answer) = line.strip_prefix("ANSWER:") {
            drafts.extend(close_question(
                std::mem::take(&mut open),
                answer.trim(),
                span,
                defaults,
                found,
            ));
        } else if let Some((letter, text)) = parse_option(line).filter(|_| open.asked.is_some()) {
            add_option(&mut open, letter, text, span, found);
        } else if line.to_uppercase().starts_with("ANSWER") {
            found.error(
                span,
                "an answer line begins with `ANSWER: `, in capitals, with a colon",
            );
            open = Open::default();
        } else if let Some((_, first)) = open.asked.take() {
            note_unfinished(&open, first, span.clone(), found);
            open = Open {
                asked: Some((line, span)),
                options: Vec::new(),
            };
        } else {
            open.asked = Some((line, span));
        }
    }
    if let Some((_, span)) = open.asked {
        found.error(span, "this question has no line `ANSWER: `");
    }
    drafts
}

/// `A. text` or `A) text`.
fn parse_option(line: &str) -> Option<(char, &str)> {
    let mut chars = line.chars();
    let (letter, mark) = (chars.next()?, chars.next()?);
    let text = chars.as_str().strip_prefix(' ')?;
    (letter.is_ascii_uppercase() && matches!(mark, '.' | ')')).then(|| (letter, text.trim()))
}

fn add_option<'s>(
    open: &mut Open<'s>,
    letter: char,
    text: &'s str,
    span: Range<usize>,
    found: &mut Findings<'_>,
) {
    let next = ('A'..='Z').nth(open.options.len());
    if next != Some(letter) {
        let next = next.map(String::from).unwrap_or_default();
        found.error(
            span,
            format!("option {letter} stands where option {next} is expected"),
        );
    }
    open.options.push((letter, text));
}

/// A line that is neither option nor answer came while a question was open.
fn note_unfinished(open: &Open<'_>, first: Range<usize>, line: Range<usize>, found: &mut Findings<'_>) {
    if open.options.is_empty() {
        found
            .error(line, "a question is one line in Aiken")
            .help("join the two lines, or use GIFT");
    } else {
        found
            .error(first, "this question has no line `ANSWER: `")
            .help("it follows the last option");
    }
}

fn close_question(
    open: Open<'_>,
    answer: &str,
    span: Range<usize>,
    defaults: &Defaults<'_>,
    found: &mut Findings<'_>,
) -> Option<Draft> {
    let Some((asked, asked_at)) = open.asked else {
        found.error(span, "this answer belongs to no question");
        return None;
    };
    if open.options.len() < 2 {
        found
            .error(asked_at, "this question has fewer than two options")
            .help("they begin with `A. ` or `A) `");
        return None;
    }
    if !open
        .options
        .iter()
        .any(|(letter, _)| answer.chars().eq([*letter]))
    {
        let last = open.options.last().map_or('A', |(letter, _)| *letter);
        found.error(span, format!("`{answer}` is not one of the options A to {last}"));
        return None;
    }
    let length = open.options.iter().map(|(_, text)| text.len()).sum::<usize>() + asked.len();
    if is_too_long(length, &(asked_at.start..asked_at.start), found) {
        return None;
    }
    let topic = resolve_topic(None, defaults, &asked_at, found)?;
    let options = open.options.iter().map(|(letter, text)| AnswerOption {
        text: escape_markdown(text),
        right: answer.chars().eq([*letter]),
        rationale: String::new(),
    });
    let question = blank_question(topic, Kind::Single, escape_markdown(asked), options.collect());
    Some(Draft::new(question, asked_at))
}
