//! The columns of a bank in CSV, known to import and export.

/// How many options have columns.
pub const OPTIONS: usize = 5;
/// How many follow-ups have columns.
pub const FOLLOW_UPS: usize = 3;

/// All columns in the order in which they are exported.
pub const COLUMNS: [&str; 33] = [
    "slug",
    "topic",
    "level",
    "kind",
    "python",
    "tags",
    "references",
    "title",
    "prompt",
    "right",
    "a",
    "why_a",
    "b",
    "why_b",
    "c",
    "why_c",
    "d",
    "why_d",
    "e",
    "why_e",
    "explanation",
    "in_practice",
    "common_mistakes",
    "strong_signals",
    "red_flags",
    "rubric",
    "model_answer",
    "follow_up_1",
    "answer_1",
    "follow_up_2",
    "answer_2",
    "follow_up_3",
    "answer_3",
];
