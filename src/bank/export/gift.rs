//! Moodle's GIFT: <https://docs.moodle.org/en/GIFT_format>.
//!
//! What GIFT has no place for stands in tags (level, kind, version) and, as Markdown, in the general feedback.

use std::fmt::Write as _;

use super::markdown::{kind_word, level_word, write_body};
use crate::bank::markdown::with_hard_breaks;
use crate::rules::question::{AnswerOption, Kind, PythonVersion, Question};

/// The questions as one GIFT file.
pub fn write_gift(questions: &[Question]) -> String {
    let mut out = String::new();
    let mut topic = None;
    for question in questions {
        if topic != Some(&question.topic) {
            topic = Some(&question.topic);
            let _ = writeln!(out, "$CATEGORY: {}\n", question.topic);
        }
        write_one(question, &mut out);
    }
    out
}

fn write_one(question: &Question, out: &mut String) {
    let mut tags = vec![
        format!("level:{}", level_word(question.level)),
        format!("kind:{}", kind_word(question.kind)),
    ];
    tags.extend(
        question
            .python
            .map(|PythonVersion(major, minor)| format!("python:{major}.{minor}")),
    );
    tags.extend(question.tags.iter().cloned());
    let tags: Vec<String> = tags
        .iter()
        .map(|tag| format!("[tag:{}]", tag.replace(']', "\\]")))
        .collect();
    let _ = writeln!(out, "// [id:{}] {}", question.slug, tags.join(" "));
    let prompt = escape_gift(&with_hard_breaks(&question.prompt));
    let _ = writeln!(out, "::{}::[markdown]{prompt}{{", escape_gift(&question.title));
    let right = question.options.iter().filter(|option| option.right).count();
    for option in &question.options {
        let _ = write!(
            out,
            "\t{}{}",
            option_sign(question.kind, option, right),
            escape_gift(&with_hard_breaks(&option.text))
        );
        if !option.rationale.is_empty() {
            let _ = write!(out, "#{}", escape_gift(&with_hard_breaks(&option.rationale)));
        }
        out.push('\n');
    }
    let feedback = write_feedback(question);
    if !feedback.is_empty() {
        let _ = writeln!(out, "\t####{}", escape_gift(&feedback));
    }
    out.push_str("}\n\n");
}

/// What stands before an answer: all right ones together are worth the whole, a wrong one takes the whole away.
fn option_sign(kind: Kind, option: &AnswerOption, right: usize) -> &'static str {
    match (kind, option.right) {
        (Kind::Single | Kind::Output | Kind::Open, true) => "=",
        (Kind::Single | Kind::Output | Kind::Open, false) => "~",
        (Kind::Multiple, false) => "~%-100%",
        // The fractions Moodle knows.
        (Kind::Multiple, true) => match right {
            1 => "~%100%",
            2 => "~%50%",
            3 => "~%33.33333%",
            4 => "~%25%",
            _ => "~%20%",
        },
    }
}

/// Explanation, other sections and references as Markdown.
fn write_feedback(question: &Question) -> String {
    let mut text = String::new();
    write_body(question, &mut text);
    if !question.references.is_empty() {
        text.push_str("\n## References\n\n");
        for reference in &question.references {
            let _ = writeln!(text, "- <{reference}>");
        }
    }
    let text = text.trim();
    text.strip_prefix("## Explanation")
        .unwrap_or(text)
        .trim()
        .to_owned()
}

/// GIFT's own marks made harmless; a line break would end the question if an empty line followed.
fn escape_gift(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\\' | '~' | '=' | '#' | '{' | '}' | ':' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}
