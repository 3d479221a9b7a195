//! What a member is told about their own answer. Private, always: before the reveal nobody else may know.

use chrono::{DateTime, Utc};

use crate::reply::Message;
use crate::rules::question::Question;
use crate::rules::scoring::{Choices, option_letter};
use crate::view::text;

/// The receipt: what counts now and until when it can be changed.
#[must_use]
pub fn answer_receipt(question: &Question, choices: Choices, reveal_at: DateTime<Utc>) -> Message {
    Message::note(format!(
        "You chose {}.\nYou can change it until {}, {}. Then the answer is revealed.",
        chosen_options(question, choices),
        text::clock(reveal_at),
        text::relative(reveal_at)
    ))
}

/// A click after the window, before the reveal has run.
#[must_use]
pub fn too_late(question: &Question, counts: Option<Choices>) -> Message {
    let counts = match counts {
        Some(choices) => format!(
            "What counts is your earlier choice, {}.",
            chosen_options(question, choices)
        ),
        None => "You had not answered this one, so nothing is counted for or against you.".to_owned(),
    };
    Message::note(format!(
        "Time was up a moment ago, so this click no longer counts. {counts}\nThe answer is on its way."
    ))
}

/// A button of a round this guild does not have.
#[must_use]
pub fn unknown_round() -> Message {
    Message::note("I do not know this question. It may have been removed, or it belongs to another server.")
}

/// A choice the question does not offer, which only a forged button can send.
#[must_use]
pub fn no_such_option() -> Message {
    Message::note("This question has no such option, so nothing was recorded.")
}

/// The chosen options in words: the letter, and the text where it is one line.
pub(super) fn chosen_options(question: &Question, choices: Choices) -> String {
    let named = choices.iter().map(|index| {
        let text = question
            .options
            .get(usize::from(index))
            .map(|option| option.text.as_str());
        match text.filter(|text| choices.len() == 1 && !text.contains('\n')) {
            Some(text) => format!("**{}**  {}", option_letter(index), text::markdown(text)),
            None => format!("**{}**", option_letter(index)),
        }
    });
    named.collect::<Vec<_>>().join(", ")
}
