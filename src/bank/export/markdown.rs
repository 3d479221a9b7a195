//! A question as the file it would be read from.
//!
//! Parts that are missing are left out: `bank check` then says what is still to be written.

use std::fmt::Write as _;

use crate::bank::markdown::with_hard_breaks;
use crate::rules::question::{Kind, Level, PythonVersion, Question};

/// The text of the question file.
pub fn write_question(question: &Question) -> String {
    let mut out = front_matter(question);
    let _ = writeln!(
        out,
        "# {}\n\n{}",
        question.title,
        with_hard_breaks(&question.prompt)
    );
    if !question.options.is_empty() {
        out.push('\n');
    }
    for option in &question.options {
        let mark = if option.right { 'x' } else { ' ' };
        write_item(&format!("- [{mark}] "), &option.text, &mut out);
        if !option.rationale.is_empty() {
            write_indented(&with_hard_breaks(&option.rationale), &mut out);
        }
    }
    write_body(question, &mut out);
    out
}

/// The sections, each after an empty line.
pub(super) fn write_body(question: &Question, out: &mut String) {
    write_prose("## Explanation", &question.explanation, out);
    write_prose("## In practice", &question.in_practice, out);
    write_list("## Common mistakes", &question.common_mistakes, out);
    if !question.strong_signals.is_empty() || !question.red_flags.is_empty() {
        out.push_str("\n## What interviewers listen for\n");
    }
    write_list("### Strong signals", &question.strong_signals, out);
    write_list("### Red flags", &question.red_flags, out);
    for follow_up in &question.follow_ups {
        write_prose(
            &format!("## Follow-up: {}", follow_up.title),
            &follow_up.answer,
            out,
        );
    }
    write_list("## Rubric", &question.rubric, out);
    write_prose("## Model answer", &question.model_answer, out);
}

/// The word a file has for a level.
pub fn level_word(level: Level) -> &'static str {
    match level {
        Level::Easy => "easy",
        Level::Medium => "medium",
        Level::Hard => "hard",
    }
}

/// The word a file has for a kind.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Single => "single",
        Kind::Multiple => "multiple",
        Kind::Output => "output",
        Kind::Open => "open",
    }
}

fn front_matter(question: &Question) -> String {
    let (level, kind) = (level_word(question.level), kind_word(question.kind));
    let mut out = format!(
        "+++\ntopic = {}\nlevel = \"{level}\"\nkind = \"{kind}\"\n",
        quote_value(&question.topic)
    );
    let _ = writeln!(out, "tags = {}", quoted_list(&question.tags));
    if let Some(PythonVersion(major, minor)) = question.python {
        let _ = writeln!(out, "python = \"{major}.{minor}\"");
    }
    let _ = writeln!(out, "references = {}\n+++", quoted_list(&question.references));
    out
}

fn quote_value(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn quoted_list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quote_value(text)).collect();
    format!("[{}]", texts.join(", "))
}

fn write_prose(heading: &str, text: &str, out: &mut String) {
    if !text.is_empty() {
        let _ = writeln!(out, "\n{heading}\n\n{}", with_hard_breaks(text));
    }
}

fn write_list(heading: &str, items: &[String], out: &mut String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{heading}\n");
    for text in items {
        write_item("- ", &with_hard_breaks(text), out);
    }
}

/// An item of a list whose further lines belong to it.
pub(in crate::bank) fn write_item(bullet: &str, text: &str, out: &mut String) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let _ = writeln!(out, "{bullet}{first}");
    if !rest.is_empty() {
        write_indented(rest, out);
    }
}

/// Lines that belong to the item above them.
fn write_indented(text: &str, out: &mut String) {
    for line in text.split('\n') {
        if !line.is_empty() {
            out.push_str("  ");
            out.push_str(line);
        }
        out.push('\n');
    }
}
