//! The task list of a question file: the options with their rationales.
//!
//! It does not judge whether the distractors are good; see [`super::lint`].

use std::collections::BTreeMap;
use std::ops::Range;

use super::limits;
use super::outline::{Item, Outline};
use super::output::Expected;
use super::problem::Findings;
use crate::rules::question::{AnswerOption, Kind};
use crate::rules::scoring::option_letter;

/// Columns by which the lines of an item are indented.
const INDENT: usize = 2;

/// An option with its place and what it says a program prints.
#[derive(Debug)]
pub struct Offered {
    /// The option itself.
    pub option: AnswerOption,
    /// Its first line in the file.
    pub span: Range<usize>,
    /// What a program prints if this option is right; `None` where it does not say.
    pub expected: Option<Expected>,
}

/// Reads the items of the option list.
pub fn read_options(items: &[Item], outline: &Outline, found: &mut Findings<'_>) -> Vec<Offered> {
    items
        .iter()
        .filter_map(|item| read_one(item, outline, found))
        .collect()
}

fn read_one(item: &Item, outline: &Outline, found: &mut Findings<'_>) -> Option<Offered> {
    let source = found.source();
    let line_end = source[item.text..item.span.end]
        .find('\n')
        .map_or(item.span.end, |at| item.text + at);
    let line = item.text..line_end;
    let span = item.span.start..line_end;
    let Some(right) = item.task else {
        found
            .error(span, "this item of the options has no box")
            .help("begin it with `- [ ]`, or with `- [x]` if it is right");
        return None;
    };
    if let Some((code, _)) = outline
        .spans
        .iter()
        .find(|(code, _)| code.start < line_end && line_end < code.end)
    {
        found
            .error(code.start..line_end, "this code span goes on in the next line")
            .help("the option is the first line only");
    }
    let block = outline.codes.iter().find(|code| {
        item.span.contains(&code.span.start)
            && code.span.start > line_end
            && source[line_end..code.span.start].trim().is_empty()
    });
    let (text, rest) = match block {
        None => (source[line.clone()].trim().to_owned(), line_end),
        Some(code) => (
            outline.text(source, item.text..code.span.end, INDENT),
            code.span.end,
        ),
    };
    let option = AnswerOption {
        text,
        right,
        rationale: outline
            .text(source, rest..item.span.end, INDENT)
            .trim()
            .to_owned(),
    };
    let expected = match block {
        Some(code) if code.info == "text" => Some(Expected::block(&code.text)),
        Some(_) => None,
        None => Expected::from_line(&source[line], item.text, outline),
    };
    Some(Offered {
        option,
        span,
        expected,
    })
}

/// Records what is wrong with the options of a question of that kind.
pub fn check_options(kind: Kind, list: &Range<usize>, options: &[Offered], found: &mut Findings<'_>) {
    let count = options.len();
    if !limits::OPTION_COUNT.contains(&count) {
        let problem = found.error(list.clone(), format!("{count} options; there are two to five"));
        problem.help("write the mistakes people really make");
    }
    check_key(kind, list, options, found);
    check_lengths(list, options, found);
    check_duplicates(options, found);
}

fn check_key(kind: Kind, list: &Range<usize>, options: &[Offered], found: &mut Findings<'_>) {
    let right: Vec<&Offered> = options.iter().filter(|offered| offered.option.right).collect();
    match (kind, right.as_slice()) {
        (_, []) => {
            found
                .error(list.clone(), "no option is marked as right")
                .help("mark it with `- [x]`");
        }
        (Kind::Multiple, right) if right.len() == options.len() => {
            found.error(
                list.clone(),
                "every option is marked as right; one at least has to be wrong",
            );
        }
        (Kind::Single | Kind::Output, [_, second, ..]) => {
            let problem = found.error(
                second.span.clone(),
                format!("{} options are marked as right; this kind has one", right.len()),
            );
            problem.help("unmark the others, or make the kind `multiple`");
        }
        (Kind::Output, [only]) if only.expected.is_none() => {
            let problem = found.error(
                only.span.clone(),
                "this option does not say what the program prints",
            );
            problem.help("one code span, or a line with a `text` block below it, or: Raises `TypeError`");
        }
        (Kind::Single | Kind::Output | Kind::Multiple | Kind::Open, _) => {}
    }
}

fn check_lengths(list: &Range<usize>, options: &[Offered], found: &mut Findings<'_>) {
    for Offered { option, span, .. } in options {
        if option.text.is_empty() {
            found.error(span.clone(), "this option is empty");
        }
        too_long(
            "the option",
            option.text.chars().count(),
            limits::OPTION,
            span,
            found,
        );
        if option.rationale.is_empty() {
            let problem = found.error(span.clone(), "this option has no rationale");
            problem.help("say below it, indented by two spaces, why it is right or wrong");
        }
        too_long(
            "the rationale",
            option.rationale.chars().count(),
            limits::RATIONALE,
            span,
            found,
        );
    }
    let together = options
        .iter()
        .map(|offered| offered.option.text.chars().count())
        .sum();
    too_long("the options together", together, limits::OPTIONS, list, found);
}

fn check_duplicates(options: &[Offered], found: &mut Findings<'_>) {
    let mut seen = BTreeMap::new();
    for (at, offered) in options.iter().enumerate() {
        let plain = offered
            .option
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if plain.is_empty() {
            continue;
        }
        if let Some(first) = seen.insert(plain, at) {
            found.error(
                offered.span.clone(),
                format!("this option says the same as option {}", option_letter(first)),
            );
        }
    }
}

/// Records a part that is longer than fits.
pub fn too_long(what: &str, length: usize, limit: usize, span: &Range<usize>, found: &mut Findings<'_>) {
    if length > limit {
        let verb = if what.ends_with("together") { "have" } else { "has" };
        let problem = found.error(
            span.clone(),
            format!("{what} {verb} {length} characters; {limit} fit"),
        );
        problem.help(format!("shorten by {}", length - limit));
    }
}
