//! How long the parts of a question may be: Discord's messages and people's phones set this.
//!
//! Lengths are characters of the Markdown that is sent, fences and backticks included.

use std::ops::RangeInclusive;

/// Bytes of a question file, or of a question in a file of another program. All parts together have a third of it at
/// most; whatever is longer is no question, and is not looked at closely.
pub const QUESTION: usize = 64 << 10;
/// Title of a question or a follow-up.
pub const TITLE: usize = 80;
/// What is asked, code included.
pub const PROMPT: usize = 1400;
/// Lines of code in a prompt.
pub const CODE_LINES: usize = 22;
/// Columns of a line of code, before it wraps on a phone.
pub const CODE_COLUMNS: usize = 60;
/// One option.
pub const OPTION: usize = 200;
/// All options of a question together.
pub const OPTIONS: usize = 800;
/// Why an option is right or wrong.
pub const RATIONALE: usize = 350;
/// The explanation.
pub const EXPLANATION: usize = 1500;
/// The situation in which it matters.
pub const IN_PRACTICE: usize = 700;
/// An item of a list.
pub const ITEM: usize = 200;
/// The model answer of a follow-up.
pub const FOLLOW_UP: usize = 1500;
/// The model answer of an open question.
pub const MODEL_ANSWER: usize = 2000;
/// File name without `.md`.
pub const SLUG: usize = 80;
/// How many options.
pub const OPTION_COUNT: RangeInclusive<usize> = 2..=5;
/// How many items in common mistakes, strong signals, red flags.
pub const ITEM_COUNT: RangeInclusive<usize> = 2..=4;
/// How many follow-up questions.
pub const FOLLOW_UP_COUNT: RangeInclusive<usize> = 1..=3;
/// How many criteria in a rubric.
pub const RUBRIC_COUNT: RangeInclusive<usize> = 3..=6;
