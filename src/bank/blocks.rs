//! The fenced blocks of a question file: what they are for and whether they fit.

use std::ops::Range;

use super::limits;
use super::outline::Code;
use super::problem::{Findings, nearest_word};
use crate::rules::question::Kind;

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A Python program that has to compile.
    Python,
    /// A Python program that is run and compared with the `text output` block behind it.
    Run,
    /// Python that is only shown.
    Fragment,
    /// What was printed.
    Text,
    /// What the program before it prints.
    Output,
    /// Another language, only shown.
    Other,
}

const PURPOSES: [(&str, Purpose); 5] = [
    ("python", Purpose::Python),
    ("python run", Purpose::Run),
    ("python fragment", Purpose::Fragment),
    ("text", Purpose::Text),
    ("text output", Purpose::Output),
];

/// Languages beside Python whose blocks are shown.
const OTHER: [&str; 9] = ["c", "diff", "html", "ini", "json", "sh", "sql", "toml", "yaml"];

impl Purpose {
    /// The purpose an info string names.
    pub fn of(info: &str) -> Option<Self> {
        let known = PURPOSES
            .iter()
            .find(|(name, _)| *name == info)
            .map(|(_, purpose)| *purpose);
        known.or_else(|| OTHER.contains(&info).then_some(Self::Other))
    }
}

/// Records what is wrong with the blocks of a file.
pub fn check_blocks(codes: &[Code], found: &mut Findings<'_>) {
    for (at, code) in codes.iter().enumerate() {
        let fence = first_line(found.source(), &code.span);
        let Some(purpose) = Purpose::of(&code.info) else {
            unknown_info(code, fence, found);
            continue;
        };
        let next = codes.get(at + 1).and_then(|next| Purpose::of(&next.info));
        if purpose == Purpose::Run && next != Some(Purpose::Output) {
            let problem = found.error(fence.clone(), "no `text output` block follows this program");
            problem.help("write what it prints, or make the block plain `python`");
        }
        // A block before it that is marked wrongly was most likely meant to be the program, and has been told of.
        let follows = at
            .checked_sub(1)
            .is_some_and(|before| matches!(Purpose::of(&codes[before].info), Some(Purpose::Run) | None));
        if purpose == Purpose::Output && !follows {
            let problem = found.error(fence.clone(), "no `python run` block stands before this output");
            problem.help("mark the program as `python run`, or make this block plain `text`");
        }
        if code.text.trim().is_empty() {
            found.error(fence, "this block is empty");
        }
        check_width(code, found);
    }
}

/// Records what is wrong with the blocks of the prompt and returns which is the program of an `output` question.
pub fn check_prompt(
    kind: Option<Kind>,
    prompt: &Range<usize>,
    codes: &[Code],
    found: &mut Findings<'_>,
) -> Option<usize> {
    let inside: Vec<&Code> = codes
        .iter()
        .filter(|code| prompt.contains(&code.span.start))
        .collect();
    let lines: usize = inside.iter().map(|code| code.text.lines().count()).sum();
    if lines > limits::CODE_LINES {
        let message = format!("the prompt has {lines} lines of code; {} fit", limits::CODE_LINES);
        found.error(first_line(found.source(), &inside[0].span), message);
    }
    if kind != Some(Kind::Output) {
        return None;
    }
    for run in inside
        .iter()
        .filter(|code| Purpose::of(&code.info) == Some(Purpose::Run))
    {
        let fence = first_line(found.source(), &run.span);
        found
            .error(fence, "the program of an `output` question is marked `python`")
            .help("its options say what it prints");
    }
    let programs: Vec<&&Code> = inside
        .iter()
        .filter(|code| Purpose::of(&code.info) == Some(Purpose::Python))
        .collect();
    match programs.as_slice() {
        [program] => codes.iter().position(|code| code.span == program.span),
        // A block marked wrongly was most likely meant to be it, and has been told of.
        [] if inside.iter().any(|code| Purpose::of(&code.info).is_none()) => None,
        [] => {
            found
                .error(
                    first_line(found.source(), prompt),
                    "the prompt has no `python` block",
                )
                .help("an `output` question shows one program");
            None
        }
        [_, second, ..] => {
            let message = format!(
                "the prompt has {} `python` blocks; an `output` question shows one program",
                programs.len()
            );
            found.error(first_line(found.source(), &second.span), message);
            None
        }
    }
}

fn unknown_info(code: &Code, fence: Range<usize>, found: &mut Findings<'_>) {
    let names = PURPOSES.iter().map(|(name, _)| *name).chain(OTHER);
    if code.info.is_empty() {
        found
            .error(fence, "this block does not say what it holds")
            .help("write `python` or `text` behind the fence");
        return;
    }
    let close = nearest_word(&code.info, names.clone());
    let problem = found.error(fence, format!("blocks of `{}` are not known", code.info));
    match close {
        Some(close) => problem.help(format!("did you mean `{close}`?")),
        None => problem.help(format!("there are {}", names.collect::<Vec<_>>().join(", "))),
    };
}

/// A line too wide wraps on a phone, which is a pity and no more.
fn check_width(code: &Code, found: &mut Findings<'_>) {
    let source = found.source();
    let mut at = code.span.start;
    let indent = source[..at].chars().rev().take_while(|&c| c == ' ').count();
    for line in source[code.span.clone()].split_inclusive('\n') {
        let columns = line
            .trim_end()
            .chars()
            .count()
            .saturating_sub(if at == code.span.start { 0 } else { indent });
        if columns > limits::CODE_COLUMNS {
            let end = at + line.trim_end().len();
            let message = format!(
                "this line of code has {columns} columns; {} fit on a phone",
                limits::CODE_COLUMNS
            );
            found.warning(at + indent..end, message);
        }
        at += line.len();
    }
}

/// The first line of a place.
pub fn first_line(source: &str, span: &Range<usize>) -> Range<usize> {
    let text = &source[span.clone()];
    span.start..span.start + text.find('\n').unwrap_or(text.len())
}
