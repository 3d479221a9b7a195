//! The parts of a question file that stand under a heading of their own.

mod reader;

use std::ops::Range;

use crate::bank::limits;
use crate::bank::outline::{self, Block, BlockKind, Outline};
use crate::bank::problem::Findings;
use crate::rules::question::{FollowUp, Kind, Question};
use reader::Reader;

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
    let outline = outline::read_outline(0, &mut found);
    let sections = split_sections(&outline.blocks, 2);
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
        None => Ok(read_sections(
            &sections,
            Some(kind),
            &(0..0),
            &outline,
            &mut found,
        )),
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
pub fn split_sections(blocks: &[Block], level: u8) -> Vec<Section<'_>> {
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
pub fn read_sections(
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

fn follow_up_title(title: &str) -> Option<&str> {
    title.strip_prefix(FOLLOW_UP)?.strip_prefix(':').map(str::trim)
}
