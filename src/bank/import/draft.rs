//! A question as far as a foreign format has it.

use std::ops::Range;

use super::Defaults;
use crate::bank::limits;
use crate::bank::markdown::escape_markdown;
use crate::bank::parse::parse_question;
use crate::bank::problem::{Findings, Severity};
use crate::rules::markdown::first_line;
use crate::rules::question::{AnswerOption, Kind, Level, Question};

/// A question and where it came from.
#[derive(Debug)]
pub struct Draft {
    /// What is known of it; the rest is empty.
    pub question: Question,
    /// Where it begins in the imported file.
    pub span: Range<usize>,
    /// Whether the file gave it its name, rather than we.
    pub named: bool,
}

/// Whether a question is so long that it is none, which is then recorded. What it says is not read: the signs in a text
/// without end mean something to each other.
pub fn is_too_long(length: usize, span: &Range<usize>, found: &mut Findings<'_>) -> bool {
    let too_long = length > limits::QUESTION;
    if too_long {
        let message = format!(
            "this question has {} KB; {} fit",
            length >> 10,
            limits::QUESTION >> 10
        );
        found
            .error(span.clone(), message)
            .help("is it in the format that was named?");
    }
    too_long
}

/// The topic and level of a question, which may name a topic itself; what is missing is recorded.
pub fn resolve_topic(
    named: Option<&str>,
    defaults: &Defaults<'_>,
    span: &Range<usize>,
    found: &mut Findings<'_>,
) -> Option<(String, Level)> {
    let Some(name) = named.or(defaults.topic) else {
        found
            .error(span.clone(), "this question names no topic")
            .help("name one for all of them with --topic");
        return None;
    };
    let Some(topic) = defaults.syllabus.topic(name) else {
        if found.is_full() {
            return None;
        }
        let problem = found.error(span.clone(), format!("the syllabus has no topic `{name}`"));
        match defaults.syllabus.nearest(name) {
            Some(close) => problem.help(format!("did you mean `{close}`?")),
            None => problem.help("questions/syllabus.toml lists the topics; name one for all with --topic"),
        };
        return None;
    };
    Some((name.to_owned(), defaults.level.unwrap_or(topic.level)))
}

/// A question with nothing but these.
pub fn blank_question(
    (topic, level): (String, Level),
    kind: Kind,
    prompt: String,
    options: Vec<AnswerOption>,
) -> Question {
    Question {
        slug: String::new(),
        tags: vec![topic.clone()],
        topic,
        level,
        kind,
        python: None,
        references: Vec::new(),
        title: String::new(),
        prompt,
        options,
        explanation: String::new(),
        in_practice: String::new(),
        common_mistakes: Vec::new(),
        strong_signals: Vec::new(),
        red_flags: Vec::new(),
        follow_ups: Vec::new(),
        rubric: Vec::new(),
        model_answer: String::new(),
    }
}

impl Draft {
    /// Gives the question a title and a name where it has none, both from what it asks.
    pub fn new(mut question: Question, span: Range<usize>) -> Self {
        if question.title.is_empty() {
            question.title = title_from(&question.prompt);
        }
        let named = !question.slug.is_empty();
        if !named {
            question.slug = slug_from(&question.title);
        }
        Self {
            question,
            span,
            named,
        }
    }
}

/// The first line of the prompt, cut at a word.
fn title_from(prompt: &str) -> String {
    let line = prompt
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .trim();
    let line = line.trim_start_matches('#').trim_start();
    if line.chars().count() <= limits::TITLE {
        return line.to_owned();
    }
    // Cut in the middle, marks would lose their other half.
    let shown = first_line(line);
    let mut room = limits::TITLE - 1;
    loop {
        let cut: String = shown.chars().take(room).collect();
        let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
        let title = format!("{}…", escape_markdown(cut));
        // Escapes take room, too.
        match title.chars().count().saturating_sub(limits::TITLE) {
            0 => return title,
            over => room = room.saturating_sub(over),
        }
    }
}

/// Lower-case words joined by hyphens.
fn slug_from(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        if slug.len() + word.len() > 60 {
            break;
        }
        slug.push_str(if slug.is_empty() { "" } else { "-" });
        slug.push_str(word);
    }
    if slug.is_empty() {
        "question".to_owned()
    } else {
        slug
    }
}

/// The first part in which what was written differs from what was meant.
pub fn first_difference(meant: &Question, read: Option<&Question>) -> Option<&'static str> {
    let Some(read) = read else {
        return Some("the front matter");
    };
    let options = |question: &Question| {
        question
            .options
            .iter()
            .map(|option| (option.text.clone(), option.right))
            .collect::<Vec<_>>()
    };
    let parts = [
        ("the title", meant.title == read.title),
        ("the prompt", meant.prompt == read.prompt),
        ("an option", options(meant) == options(read)),
        ("a rationale", meant.options == read.options),
        ("the explanation", meant.explanation == read.explanation),
        ("a follow-up", meant.follow_ups == read.follow_ups),
        (
            "a tag or a reference",
            meant.tags == read.tags && meant.references == read.references,
        ),
        ("a part", meant == read),
    ];
    parts.into_iter().find(|(_, same)| !same).map(|(part, _)| part)
}

/// A question file of ours, from wherever it lies.
pub fn read_file(defaults: &Defaults<'_>, found: &mut Findings<'_>) -> Vec<Draft> {
    let parsed = parse_question(found.path(), found.source(), defaults.syllabus);
    let errors = parsed
        .problems
        .into_iter()
        .filter(|problem| problem.severity == Severity::Error);
    found
        .problems
        .extend(errors.filter(|problem| !problem.is_misplaced));
    parsed
        .draft
        .into_iter()
        .map(|question| Draft {
            question,
            span: parsed.title.clone(),
            named: true,
        })
        .collect()
}
