//! Moodle's GIFT: <https://docs.moodle.org/en/GIFT_format>.
//!
//! Questions with options, true or false, and essays become ours; typed, numerical and matching answers, partial
//! credit and descriptions cannot and are told of.

mod answers;
mod lexer;

use std::ops::Range;

use super::Defaults;
use super::draft::{Draft, blank_question, is_too_long, resolve_topic};
use super::html;
use crate::bank::markdown::{escape_markdown, join_lines};
use crate::bank::problem::Findings;
use crate::bank::sections;
use crate::rules::question::{Kind, Level, PythonVersion, Question};
use answers::Answers;
use lexer::{Block, Mark, Text};

/// A blank to be filled in. Without the escapes Discord would underline the middle of it.
const GAP: &str = r"\_\_\_\_\_";

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Markup {
    /// `[html]`, and `[moodle]`, which is HTML with line breaks, and the default.
    Html,
    Plain,
    Markdown,
}

/// Reads all questions.
pub fn read_gift(defaults: &Defaults<'_>, found: &mut Findings<'_>) -> Vec<Draft> {
    let blocks = lexer::split_blocks(found.source());
    blocks
        .iter()
        .filter_map(|block| read_one(block, defaults, found))
        .collect()
}

fn read_one(block: &Block, defaults: &Defaults<'_>, found: &mut Findings<'_>) -> Option<Draft> {
    let span = block.span.clone();
    if is_too_long(span.len(), &(span.start..span.start), found) {
        return None;
    }
    let (title, rest) = block.text.title();
    let (asked, inside, tail) = split_braces(&rest, &span, found)?;
    let (markup, asked) = take_markup(&asked.trimmed(), Markup::Html);
    let mut prompt = to_markdown(&asked, markup, found)?;
    if !tail.trimmed().is_empty() {
        // A question with a gap: the answers stand where the word is missing.
        let tail = to_markdown(&tail.trimmed(), markup, found)?;
        let blank = if tail.starts_with('.') { "" } else { " " };
        prompt = format!("{prompt} {GAP}{blank}{tail}");
    }
    let (answers, feedback) = inside.split_at_mark(Mark::GeneralFeedback);
    let answers = answers::read_answers(&answers.trimmed(), markup, &span, found)?;
    let named = block
        .category
        .as_ref()
        .and_then(|category| topic_in(&category.0, defaults));
    if let (None, None, Some((category, span))) = (named, defaults.topic, &block.category) {
        let problem = found.error(
            span.clone(),
            format!("the category `{category}` names no topic of the syllabus"),
        );
        problem.help("name the topic of all questions with --topic, or end the category with a topic");
        return None;
    }
    let topic = resolve_topic(named, defaults, &span, found)?;
    let (kind, options) = match answers {
        Answers::One(options) => (Kind::Single, options),
        Answers::Several(options) => (Kind::Multiple, options),
        Answers::Essay => (Kind::Open, Vec::new()),
    };
    let mut question = blank_question(topic, kind, prompt, options);
    if let Some(title) = title {
        question.title = to_markdown(&title.trimmed(), Markup::Plain, found)?;
        // Titles are Markdown in ours and plain in theirs; ours come with their own marks.
        if markup == Markup::Markdown {
            question.title = title.trimmed().plain();
        }
    }
    add_feedback(&mut question, feedback, markup, found)?;
    add_tags(&mut question, block, &span, found)?;
    Some(Draft::new(question, span))
}

/// The texts before, in and behind the braces.
fn split_braces(text: &Text, span: &Range<usize>, found: &mut Findings<'_>) -> Option<(Text, Text, Text)> {
    let Some(open) = text.find(Mark::Open, 0) else {
        match text.find(Mark::Close, 0) {
            Some(close) => found
                .error(text.place(close), "this `}` closes nothing")
                .help("write `\\}` if it is part of the text"),
            None => found
                .error(span.clone(), "a description is not a question")
                .help("add answers in `{…}`, or remove it"),
        };
        return None;
    };
    let Some(close) = text.find(Mark::Close, open) else {
        let problem = found.error(text.place(open), "this `{` is not closed");
        problem.help("an empty line ends a question; write a line break as `\\n`");
        return None;
    };
    if let Some(second) = text.find(Mark::Open, open + 1) {
        let problem = found.error(text.place(second), "a second `{` in one question");
        problem.help("write `\\{` if it is part of the text; two questions need an empty line between them");
        return None;
    }
    if let Some(stray) = text.find(Mark::Close, close + 1) {
        found
            .error(text.place(stray), "this `}` closes nothing")
            .help("write `\\}` if it is part of the text");
        return None;
    }
    Some((
        text.slice(0, open),
        text.slice(open + 1, close),
        text.slice(close + 1, text.len()),
    ))
}

/// Takes `[html]`, `[plain]`, … off the beginning of a text.
fn take_markup(text: &Text, otherwise: Markup) -> (Markup, Text) {
    let names = [
        ("[html]", Markup::Html),
        ("[moodle]", Markup::Html),
        ("[plain]", Markup::Plain),
        ("[markdown]", Markup::Markdown),
    ];
    let plain = text.plain();
    match names.iter().find(|(name, _)| plain.starts_with(name)) {
        Some((name, markup)) => (*markup, text.slice(name.len(), text.len()).trimmed()),
        None => (otherwise, text.clone()),
    }
}

/// The text as Discord's Markdown.
fn to_markdown(text: &Text, markup: Markup, found: &mut Findings<'_>) -> Option<String> {
    let plain = text.plain();
    match markup {
        Markup::Plain => Some(escape_markdown(&plain)),
        Markup::Markdown => Some(join_lines(&plain)),
        Markup::Html => match html::to_markdown(&plain) {
            Ok(text) => Some(text),
            Err((at, tag)) => {
                let at = plain[..at].chars().count();
                found
                    .error(text.place(at), format!("{tag} cannot be kept"))
                    .help("say it in words or in Markdown: [markdown]");
                None
            }
        },
    }
}

/// A category is a path; its last part that is a topic counts.
fn topic_in<'c>(category: &'c str, defaults: &Defaults<'_>) -> Option<&'c str> {
    category
        .rsplit('/')
        .map(str::trim)
        .find(|part| defaults.syllabus.topic(part).is_some())
}

/// The general feedback is the explanation; that of our own export holds the other sections and references too.
fn add_feedback(
    question: &mut Question,
    feedback: Option<Text>,
    markup: Markup,
    found: &mut Findings<'_>,
) -> Option<()> {
    let Some(feedback) = feedback.map(|feedback| feedback.trimmed()) else {
        return Some(());
    };
    let (markup, feedback) = take_markup(&feedback, markup);
    if markup != Markup::Markdown {
        question.explanation = to_markdown(&feedback, markup, found)?;
        return Some(());
    }
    let text = feedback.plain();
    let (text, references) = text.split_once("## References\n").unwrap_or((&text, ""));
    let addresses = references
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- <")?.strip_suffix('>'));
    question.references = addresses.map(str::to_owned).collect();
    match sections::from_markdown(text, question.kind) {
        Ok(sections) => sections.put_into(question),
        Err(heading) => {
            let message = format!("the heading `{heading}` in the feedback cannot be kept");
            found.error(feedback.place(0), message).help("make it bold text");
            return None;
        }
    }
    Some(())
}

/// The tags of our own export say more about a question; others are words to find it by.
fn add_tags(
    question: &mut Question,
    block: &Block,
    span: &Range<usize>,
    found: &mut Findings<'_>,
) -> Option<()> {
    block
        .id
        .clone()
        .unwrap_or_default()
        .clone_into(&mut question.slug);
    let mut words = Vec::new();
    for tag in &block.tags {
        match tag.split_once(':') {
            Some(("level", "easy")) => question.level = Level::Easy,
            Some(("level", "medium")) => question.level = Level::Medium,
            Some(("level", "hard")) => question.level = Level::Hard,
            Some(("kind", "output")) => question.kind = Kind::Output,
            Some(("kind", _)) => {}
            Some(("python", version)) => {
                let minor = version.strip_prefix("3.").and_then(|minor| minor.parse().ok());
                if minor.is_none() {
                    found.error(span.clone(), format!("the tag `{tag}` is not a CPython version"));
                }
                question.python = Some(PythonVersion(3, minor?));
            }
            Some(_) | None => words.push(tag.to_lowercase()),
        }
    }
    words.dedup();
    if !words.is_empty() {
        question.tags = words;
    }
    Some(())
}
