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
pub fn blocks(question: &Question) -> Vec<Block> {
    match question.kind {
        Kind::Open => vec![
            Block::Rubric(RUBRIC, question.rubric.clone()),
            Block::Scale(vec![depth(question), going_on()]),
        ],
        Kind::Single | Kind::Multiple | Kind::Output => {
            vec![Block::Scale(vec![answer(question), depth(question), going_on()])]
        }
    }
}

fn answer(question: &Question) -> Criterion {
    let mistake = |at| example(&question.common_mistakes, at);
    Criterion {
        name: "Answer",
        anchors: [
            anchor("Wrong, and stays wrong after the hint.", mistake(0)),
            anchor("Right after the hint, or right without a reason.", mistake(1)),
            anchor("Right without help, with the reason.", None),
            anchor(
                "Right at once. Says which rule is behind it, and where else it applies.",
                None,
            ),
        ],
    }
}

fn depth(question: &Question) -> Criterion {
    let (strong, flag) = (
        |at| example(&question.strong_signals, at),
        |at| example(&question.red_flags, at),
    );
    Criterion {
        name: "Depth",
        anchors: [
            anchor("Red flags dominate.", flag(0)),
            anchor("A red flag beside what is right, or no strong signal.", flag(1)),
            anchor("A strong signal, no red flag.", strong(0)),
            anchor("Several strong signals, unasked.", strong(1)),
        ],
    }
}

fn going_on() -> Criterion {
    Criterion {
        name: "Follow-ups",
        anchors: [
            anchor("Gets nowhere, or contradicts the first answer.", None),
            anchor("Part of the model answer, or all of it with help.", None),
            anchor("The substance of the model answer.", None),
            anchor("And a cost, a limit or an alternative.", None),
        ],
    }
}

fn anchor(says: &'static str, example: Option<String>) -> Anchor {
    Anchor { says, example }
}

fn example(items: &[String], at: usize) -> Option<String> {
    items.get(at).cloned()
}
