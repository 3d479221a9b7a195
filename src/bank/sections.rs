//! The parts of a question file that stand under a heading of their own.

use super::limits;
use super::options::too_long;
use super::outline::{self, Block, BlockKind, Outline};
use super::problem::{Findings, nearest};
use crate::rules::question::{FollowUp, Kind, Question};
use std::ops::{Range, RangeInclusive};

const EXPLANATION: &str = "Explanation";
const IN_PRACTICE: &str = "In practice";
const MISTAKES: &str = "Common mistakes";
const INTERVIEWERS: &str = "What interviewers listen for";
const STRONG: &str = "Strong signals";
const FLAGS: &str = "Red flags";
const RUBRIC: &str = "Rubric";
const MODEL_ANSWER: &str = "Model answer";
const FOLLOW_UP: &str = "Follow-up";

/// The texts below the options.
#[derive(Debug, Default)]
pub struct Sections {
    /// Why the answer is what it is.
    pub explanation: String,
    /// A situation in which it matters.
    pub in_practice: String,
    /// What people get wrong.
    pub common_mistakes: Vec<String>,
    /// Good signs.
    pub strong_signals: Vec<String>,
    /// Warnings.
    pub red_flags: Vec<String>,
    /// Questions to go on with.
    pub follow_ups: Vec<FollowUp>,
    /// Criteria of an open question.
    pub rubric: Vec<String>,
    /// Full answer to an open question.
    pub model_answer: String,
}

impl Sections {
    /// Moves the texts into a question.
    pub fn put_into(self, question: &mut Question) {
        question.explanation = self.explanation;
        question.in_practice = self.in_practice;
        question.common_mistakes = self.common_mistakes;
        question.strong_signals = self.strong_signals;
        question.red_flags = self.red_flags;
        question.follow_ups = self.follow_ups;
        question.rubric = self.rubric;
        question.model_answer = self.model_answer;
    }
}

/// Reads sections outside a file; what stands before the first heading is the explanation.
///
/// # Errors
/// A heading that no section has.
pub fn from_markdown(text: &str, kind: Kind) -> Result<Sections, String> {
    let text = format!("## {EXPLANATION}\n\n{text}");
    let mut found = Findings::new("", &text);
    let outline = outline::read(0, &mut found);
    let sections = split(&outline.blocks, 2);
    let known = [
        EXPLANATION,
        IN_PRACTICE,
        MISTAKES,
        INTERVIEWERS,
        RUBRIC,
        MODEL_ANSWER,
    ];
    let is_known = |title: &str| known.contains(&title) || follow_up_title(title).is_some();
    match sections.iter().find(|section| !is_known(section.title)) {
        Some(unknown) => Err(unknown.title.to_owned()),
        None => Ok(read(&sections, Some(kind), &(0..0), &outline, &mut found)),
    }
}

/// A heading and what stands below it.
#[derive(Debug)]
pub struct Section<'o> {
    title: &'o str,
    heading: Range<usize>,
    blocks: &'o [Block],
}

/// Splits blocks at the headings of that level; blocks before the first are left out.
pub fn split(blocks: &[Block], level: u8) -> Vec<Section<'_>> {
    let is_start = |block: &Block| matches!(block.kind, BlockKind::Heading(of, _) if of <= level);
    let starts: Vec<usize> = (0..blocks.len()).filter(|&at| is_start(&blocks[at])).collect();
    let ends = starts.iter().skip(1).copied().chain([blocks.len()]);
    let section = |(start, end): (&usize, usize)| match &blocks[*start] {
        Block {
            span,
            kind: BlockKind::Heading(_, title),
        } => Some(Section {
            title,
            heading: span.clone(),
            blocks: &blocks[start + 1..end],
        }),
        Block {
            kind: BlockKind::List(_) | BlockKind::Other,
            ..
        } => None,
    };
    starts.iter().zip(ends).filter_map(section).collect()
}

/// Reads the sections of a question of that kind; `missing_at` is where to point when one is missing.
pub fn read(
    sections: &[Section<'_>],
    kind: Option<Kind>,
    missing_at: &Range<usize>,
    outline: &Outline,
    found: &mut Findings<'_>,
) -> Sections {
    let open = kind == Some(Kind::Open);
    let mut reader = Reader {
        sections,
        missing_at,
        outline,
        found,
    };
    reader.refuse_unknown(open);
    reader.refuse_duplicates();
    let (strong_signals, red_flags) = reader.interviewers();
    let mut read = Sections {
        explanation: reader.prose(EXPLANATION, limits::EXPLANATION),
        in_practice: reader.prose(IN_PRACTICE, limits::IN_PRACTICE),
        common_mistakes: reader.items(MISTAKES, limits::ITEM_COUNT),
        strong_signals,
        red_flags,
        follow_ups: reader.follow_ups(),
        ..Sections::default()
    };
    if open {
        read.rubric = reader.items(RUBRIC, limits::RUBRIC_COUNT);
        read.model_answer = reader.prose(MODEL_ANSWER, limits::MODEL_ANSWER);
    }
    read
}

struct Reader<'r, 'o, 'f, 's> {
    sections: &'r [Section<'o>],
    missing_at: &'r Range<usize>,
    outline: &'r Outline,
    found: &'f mut Findings<'s>,
}

impl<'r, 'o> Reader<'r, 'o, '_, '_> {
    fn refuse_unknown(&mut self, open: bool) {
        let known = [EXPLANATION, IN_PRACTICE, MISTAKES, INTERVIEWERS];
        let only_open = [RUBRIC, MODEL_ANSWER];
        for section in self.sections {
            let title = section.title;
            if known.contains(&title)
                || follow_up_title(title).is_some()
                || (open && only_open.contains(&title))
            {
                continue;
            }
            if only_open.contains(&title) {
                let problem = self.found.error(
                    section.heading.clone(),
                    format!("`{title}` belongs to open questions"),
                );
                problem.help("remove it, or make the kind `open`");
                continue;
            }
            let problem = self
                .found
                .error(section.heading.clone(), format!("unknown section `{title}`"));
            match nearest(title, known.into_iter().chain(only_open).chain([FOLLOW_UP])) {
                Some(FOLLOW_UP) => problem.help("write `## Follow-up: ` and the question"),
                Some(close) => problem.help(format!("did you mean `{close}`?")),
                None => problem.help("questions/README.md lists the sections"),
            };
        }
    }

    fn refuse_duplicates(&mut self) {
        for (at, section) in self.sections.iter().enumerate() {
            if self.sections[..at]
                .iter()
                .any(|earlier| earlier.title == section.title)
            {
                self.found.error(
                    section.heading.clone(),
                    format!("the section `{}` stands here twice", section.title),
                );
            }
        }
    }

    fn find(&mut self, title: &str) -> Option<&'r Section<'o>> {
        let section = self.sections.iter().find(|section| section.title == title);
        // Behind an unclosed fence everything seems missing.
        if section.is_none() && !self.outline.unclosed {
            self.found.error(
                self.missing_at.clone(),
                format!("the section `{title}` is missing"),
            );
        }
        section
    }

    fn prose(&mut self, title: &str, limit: usize) -> String {
        let Some(section) = self.find(title) else {
            return String::new();
        };
        self.prose_of(section, limit)
    }

    fn prose_of(&mut self, section: &Section<'_>, limit: usize) -> String {
        let Some(last) = section.blocks.last() else {
            self.found.error(
                section.heading.clone(),
                format!("the section `{}` is empty", section.title),
            );
            return String::new();
        };
        for block in section.blocks {
            if let BlockKind::Heading(_, title) = &block.kind {
                self.found
                    .error(
                        block.span.clone(),
                        format!("the heading `{title}` is not expected here"),
                    )
                    .help("use bold text");
            }
        }
        let start = section.blocks[0].span.start;
        let text = self.outline.text(self.found.source(), start..last.span.end, 0);
        too_long(
            &format!("the section `{}`", section.title),
            text.chars().count(),
            limit,
            &section.heading,
            self.found,
        );
        text
    }

    fn items(&mut self, title: &str, count: RangeInclusive<usize>) -> Vec<String> {
        let Some(section) = self.find(title) else {
            return Vec::new();
        };
        self.items_of(section, count)
    }

    fn items_of(&mut self, section: &Section<'_>, count: RangeInclusive<usize>) -> Vec<String> {
        let title = section.title;
        let [
            Block {
                kind: BlockKind::List(items),
                ..
            },
        ] = section.blocks
        else {
            let span = section
                .blocks
                .first()
                .map_or(&section.heading, |block| &block.span)
                .clone();
            let problem = self
                .found
                .error(span, format!("the section `{title}` is a list and nothing else"));
            problem.help(format!(
                "{} to {} items, each beginning with `- `",
                count.start(),
                count.end()
            ));
            return Vec::new();
        };
        if !count.contains(&items.len()) {
            let message = format!(
                "`{title}` has {} items; there are {} to {}",
                items.len(),
                count.start(),
                count.end()
            );
            self.found.error(section.heading.clone(), message);
        }
        let mut texts = Vec::new();
        for item in items {
            let text = self.outline.text(
                self.found.source(),
                item.text..item.span.end,
                item.text - item.span.start,
            );
            let line = item.span.start..item.span.end;
            if text.is_empty() {
                self.found.error(line.clone(), "this item is empty");
            }
            too_long("the item", text.chars().count(), limits::ITEM, &line, self.found);
            texts.push(text);
        }
        texts
    }

    fn interviewers(&mut self) -> (Vec<String>, Vec<String>) {
        let Some(section) = self.find(INTERVIEWERS) else {
            return Default::default();
        };
        let parts = split(section.blocks, 3);
        if let Some(first) = section
            .blocks
            .first()
            .filter(|block| !matches!(block.kind, BlockKind::Heading(3, _)))
        {
            let problem = self.found.error(
                first.span.clone(),
                format!("`{INTERVIEWERS}` has two parts and nothing else"),
            );
            problem.help(format!("`### {STRONG}` and `### {FLAGS}`, each with a list"));
        }
        for part in parts.iter().filter(|part| ![STRONG, FLAGS].contains(&part.title)) {
            let problem = self
                .found
                .error(part.heading.clone(), format!("unknown part `{}`", part.title));
            problem.help(format!("the parts are `### {STRONG}` and `### {FLAGS}`"));
        }
        let mut part = |title: &str| {
            let mut named = parts.iter().filter(|part| part.title == title);
            let first = named.next();
            if let Some(second) = named.next() {
                self.found.error(
                    second.heading.clone(),
                    format!("the part `{title}` stands here twice"),
                );
            }
            match first {
                Some(part) => self.items_of(part, limits::ITEM_COUNT),
                None => {
                    self.found.error(
                        section.heading.clone(),
                        format!("the part `### {title}` is missing"),
                    );
                    Vec::new()
                }
            }
        };
        (part(STRONG), part(FLAGS))
    }

    fn follow_ups(&mut self) -> Vec<FollowUp> {
        let mut follow_ups = Vec::new();
        for section in self.sections {
            let Some(title) = follow_up_title(section.title) else {
                continue;
            };
            if title.is_empty() {
                self.found
                    .error(section.heading.clone(), "this follow-up has no question")
                    .help("write it behind the colon");
            }
            too_long(
                "the follow-up's title",
                title.chars().count(),
                limits::TITLE,
                &section.heading,
                self.found,
            );
            let answer = self.prose_of(section, limits::FOLLOW_UP);
            follow_ups.push(FollowUp {
                title: title.to_owned(),
                answer,
            });
        }
        if !limits::FOLLOW_UP_COUNT.contains(&follow_ups.len()) && !self.outline.unclosed {
            let message = format!("{} follow-ups; there are one to three", follow_ups.len());
            self.found
                .error(self.missing_at.clone(), message)
                .help("write `## Follow-up: ` and the question");
        }
        follow_ups
    }
}

fn follow_up_title(title: &str) -> Option<&str> {
    title.strip_prefix(FOLLOW_UP)?.strip_prefix(':').map(str::trim)
}
