//! What is scored, and what each step of the scale looks like.
//!
//! The wording is the same for all questions, so that a 3 means the same everywhere; the examples come from what the
//! question's author wrote about mistakes, strong signals and red flags.

use super::{Anchor, Block, Criterion};
use crate::rules::question::{Kind, Question};

/// What a criterion of an open question scores, whatever it is about.
const RUBRIC: [&str; 4] = [
    "Missing, or the opposite",
    "After the hint, or without a reason",
    "Unasked, with the reason",
    "And with an example, a cost or a limit",
];

/// The tables to score an answer in.
pub fn criteria_blocks(question: &Question) -> Vec<Block> {
    match question.kind {
        Kind::Open => vec![
            Block::Rubric(RUBRIC, question.rubric.clone()),
            Block::Scale(vec![depth_criterion(question), going_on()]),
        ],
        Kind::Single | Kind::Multiple | Kind::Output => {
            vec![Block::Scale(vec![
                answer_criterion(question),
                depth_criterion(question),
                going_on(),
            ])]
        }
    }
}

fn answer_criterion(question: &Question) -> Criterion {
    let mistake = |at| example_at(&question.common_mistakes, at);
    Criterion {
        name: "Answer",
        anchors: [
            anchor_of("Wrong, and stays wrong after the hint.", mistake(0)),
            anchor_of("Right after the hint, or right without a reason.", mistake(1)),
            anchor_of("Right without help, with the reason.", None),
            anchor_of(
                "Right at once. Says which rule is behind it, and where else it applies.",
                None,
            ),
        ],
    }
}

fn depth_criterion(question: &Question) -> Criterion {
    let (strong, flag) = (
        |at| example_at(&question.strong_signals, at),
        |at| example_at(&question.red_flags, at),
    );
    Criterion {
        name: "Depth",
        anchors: [
            anchor_of("Red flags dominate.", flag(0)),
            anchor_of("A red flag beside what is right, or no strong signal.", flag(1)),
            anchor_of("A strong signal, no red flag.", strong(0)),
            anchor_of("Several strong signals, unasked.", strong(1)),
        ],
    }
}

fn going_on() -> Criterion {
    Criterion {
        name: "Follow-ups",
        anchors: [
            anchor_of("Gets nowhere, or contradicts the first answer.", None),
            anchor_of("Part of the model answer, or all of it with help.", None),
            anchor_of("The substance of the model answer.", None),
            anchor_of("And a cost, a limit or an alternative.", None),
        ],
    }
}

fn anchor_of(says: &'static str, example: Option<String>) -> Anchor {
    Anchor { says, example }
}

fn example_at(items: &[String], at: usize) -> Option<String> {
    items.get(at).cloned()
}
