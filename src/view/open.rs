//! Questions answered in one's own words: every message about them but the question and its reveal.
//!
//! What a member wrote goes through [`quote_words`] wherever it is shown.

use chrono::{DateTime, Utc};

use crate::ids::{OpenAnswerId, RoundId, UserId};
use crate::interaction::CustomId;
use crate::reply::{Button, Component, Message, Modal, TextInput, clip_text, limits};
use crate::rules::markdown::first_line;
use crate::rules::open_answer::{MOST_CHARACTERS, Marks};
use crate::rules::question::Question;
use crate::rules::scoring::TAKING_PART;
use crate::view::quote::{self, quote_verbatim, quote_words};
use crate::view::text;

/// What the text field of the form is called.
pub const WORDS: &str = "words";

/// The form, with what the member wrote before.
#[must_use]
pub fn answer_form(question: &Question, round: RoundId, before: &str) -> Modal {
    Modal {
        custom_id: CustomId::Write { round }.custom_id(),
        title: first_line(&question.title),
        inputs: vec![TextInput {
            custom_id: WORDS.to_owned(),
            label: "Your answer".to_owned(),
            description: "Nobody else reads it unless you share it. You can edit it until the reveal."
                .to_owned(),
            value: before.to_owned(),
            max: MOST_CHARACTERS,
        }],
    }
}

/// The button below an open question.
#[must_use]
pub fn answer_button(round: RoundId) -> Button {
    Button::new("Answer", CustomId::Write { round }.custom_id()).primary()
}

/// The button below a revealed one.
#[must_use]
pub fn own_button(round: RoundId) -> Button {
    Button::new("My answer", CustomId::OwnAnswer { round }.custom_id()).primary()
}

/// What counts now, before the reveal.
#[must_use]
pub fn words_receipt(round: RoundId, words: &str, shared: bool, reveal_at: DateTime<Utc>) -> Message {
    let share = match shared {
        true => "After the reveal the others can read it.",
        false => "Nobody else can read it.",
    };
    Message::private(vec![
        Component::Text(format!(
            "Your answer is recorded. You can edit it until {}, {}. Then you see it beside what makes a good answer.",
            text::clock(reveal_at),
            text::relative(reveal_at)
        )),
        Component::Text(quote_words(words)),
        Component::Text(format!("-# {share} {TAKING_PART} points for taking part.")),
        Component::Row(vec![
            Button::new("Edit", CustomId::Write { round }.custom_id()),
            share_button(round, shared, "Share after the reveal"),
        ]),
    ])
}

fn share_button(round: RoundId, shared: bool, share: &str) -> Button {
    let label = if shared { "Do not share" } else { share };
    let press = CustomId::Share {
        round,
        share: !shared,
    };
    Button::new(label, press.custom_id())
}

/// Nothing that could be read.
#[must_use]
pub fn no_words() -> Message {
    Message::note("There was nothing to read in it, so nothing was recorded. A sentence or two are enough.")
}

/// More than fits, which the form refuses before it is sent.
#[must_use]
pub fn too_long(words: &str) -> Message {
    let characters = words.chars().count();
    let why = match characters > MOST_CHARACTERS {
        true => format!("An answer has at most 1,500 characters, and this has {characters}."),
        false => "With so many signs or lines it does not fit into a message.".to_owned(),
    };
    Message::note(format!(
        "{why} Nothing was recorded. Here it is, so that you can shorten it:\n{}",
        quote_verbatim(words)
    ))
}

/// Sent after the time was up: the words are not lost.
#[must_use]
pub fn too_late(round: RoundId, words: &str, wrote_before: bool, revealed: bool) -> Message {
    let counts = match wrote_before {
        true => "What counts is what you wrote before.",
        false => "You had not answered before, so nothing is counted.",
    };
    let mut components = vec![Component::Text(format!(
        "Time was up before this arrived. {counts} Here are your words, so that they are not lost:\n{}",
        quote_verbatim(words)
    ))];
    if revealed {
        let press = CustomId::OwnAnswer { round }.custom_id();
        let label = if wrote_before {
            "My answer"
        } else {
            "A good answer"
        };
        components.push(Component::Row(vec![Button::new(label, press)]));
    }
    Message::private(components)
}

/// The button pressed when time is up and the reveal is on its way.
#[must_use]
pub fn time_is_up() -> Message {
    Message::note("Time was up a moment ago. What a good answer has is on its way.")
}

/// Whether others will read it, said in the moment before the reveal.
#[must_use]
pub fn shared_now(shared: bool) -> Message {
    Message::note(match shared {
        true => "The others can read your answer after the reveal, which is on its way.",
        false => "Nobody else can read your answer. The reveal is on its way.",
    })
}

/// Recording failed on our side. The words are given back, because the form is gone; `reference` is in the log.
#[must_use]
pub fn recording_failed(reference: &str, words: &str) -> Message {
    Message::note(format!(
        "Something went wrong on my side, so your answer may not be recorded. Press Answer again; if it stays, tell \
         whoever runs this bot the number {reference}. Here are your words, so that they are not lost:\n{}",
        quote_verbatim(words)
    ))
}

/// A member's own answer as they look at it after the reveal.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    pub words: &'a str,
    pub marks: Marks,
    pub shared: bool,
    /// How many members found it convincing.
    pub votes: i64,
}

/// One's own words beside the rubric, and beside the model answer where there is room; without an own answer the rubric
/// alone.
#[must_use]
pub fn own_answer(question: &Question, round: RoundId, own: Option<Own<'_>>) -> Message {
    let mut components = vec![Component::Text(format!("### {}", question.title))];
    match own {
        Some(own) => {
            components.push(Component::Text(format!(
                "**Your answer**\n{}",
                quote_words(own.words)
            )));
            components.push(Component::Separator);
            components.extend(criteria_buttons(question, round, own.marks));
            components.push(Component::Text(marks_line(question, &own)));
            let share = share_button(round, own.shared, "Share my answer");
            components.push(Component::Row(vec![share]));
        }
        None => components.push(Component::Text(format!(
            "You did not answer this one. A good answer:\n{}",
            text::list(&question.rubric)
        ))),
    }
    with_model_answer(question, components, None)
}

/// The criteria of the rubric, each with a button to mark it.
pub(super) fn criteria_buttons(question: &Question, round: RoundId, marks: Marks) -> Vec<Component> {
    let lead = Component::Text("**A good answer** Mark what yours has.".to_owned());
    let rows = (0u8..).zip(&question.rubric).map(|(criterion, text)| {
        let met = marks.contains(criterion);
        let press = CustomId::Mark {
            round,
            criterion,
            met: !met,
        };
        let button = Button::new(if met { "Marked" } else { "Mark" }, press.custom_id());
        let button = if met { button.primary() } else { button };
        Component::Section(text::markdown(text), button)
    });
    [lead].into_iter().chain(rows).collect()
}

fn marks_line(question: &Question, own: &Own<'_>) -> String {
    let marked = format!(
        "{} of {} marked, for your eyes only.",
        own.marks.len(),
        question.rubric.len()
    );
    let shared = match (own.shared, own.votes) {
        (false, _) => "Nobody else can read your answer.".to_owned(),
        (true, 0) => "The others can read your answer.".to_owned(),
        (true, n) => format!(
            "The others can read your answer; it convinced {}.",
            text::count_of(n, "member", "members")
        ),
    };
    format!("-# {marked} {shared}")
}

/// The model answer below, as far as there is room for it, and what is to stand last.
pub(super) fn with_model_answer(
    question: &Question,
    components: Vec<Component>,
    last: Option<Component>,
) -> Message {
    let mut message = Message::private(components);
    message.components.push(Component::Separator);
    let model = format!("**A model answer**\n{}", text::markdown(&question.model_answer));
    let shown = clip_text(&model, message.room());
    message.components.push(Component::Text(shown));
    message.components.extend(last);
    message
}

/// Not answered, so there is nothing to mark or share.
#[must_use]
pub fn not_answered() -> Message {
    Message::note("You did not answer this one, so there is nothing to mark or to share.")
}

/// An answer somebody shares, in the thread. Without an author it is a hidden member's.
#[must_use]
pub fn shared_answer(author: Option<UserId>, words: &str, answer: OpenAnswerId, votes: i64) -> Message {
    let who = match author {
        Some(author) => text::member(author),
        None => "A hidden member".to_owned(),
    };
    let label = match votes {
        0 => "Convincing".to_owned(),
        n => format!("Convincing · {n}"),
    };
    Message::public(vec![
        Component::Text(format!("{who} wrote:\n{}", quote_words(words))),
        Component::Row(vec![Button::new(
            label,
            CustomId::Convincing { answer }.custom_id(),
        )]),
    ])
}

/// In place of an answer its author no longer shares.
#[must_use]
pub fn answer_withdrawn() -> Message {
    Message::public(vec![Component::Text(
        "-# An answer stood here. Its author no longer shares it.".to_owned(),
    )])
}

/// After a vote.
#[must_use]
pub fn vote_noted(convincing: bool) -> Message {
    Message::note(match convincing {
        true => "You find this answer convincing. Press again to take that back.",
        false => "Taken back: this answer no longer counts as convincing for you.",
    })
}

/// A vote for oneself.
#[must_use]
pub fn own_vote() -> Message {
    Message::note("This answer is yours, so whether it convinces is for the others to say.")
}

/// A vote for an answer that is not shared any more, or never was.
#[must_use]
pub fn not_shared() -> Message {
    Message::note("This answer is not shared any more.")
}

/// Every message about an open question at its longest, for the check of Discord's limits.
#[must_use]
pub(super) fn longest_messages(
    question: &Question,
    round: RoundId,
    at: DateTime<Utc>,
) -> Vec<(&'static str, Message)> {
    let words = quote::longest_words();
    let all = Own {
        words: &words,
        marks: Marks::NONE,
        shared: true,
        votes: 1_000_000,
    };
    vec![
        ("the receipt", words_receipt(round, &words, true, at)),
        (
            "a late answer",
            too_late(round, &"x".repeat(limits::TEXT), true, true),
        ),
        ("a long answer", too_long(&"x".repeat(limits::TEXT))),
        ("one's own answer", own_answer(question, round, Some(all))),
        ("the rubric without an answer", own_answer(question, round, None)),
        (
            "a shared answer",
            shared_answer(Some(UserId(i64::MAX)), &words, OpenAnswerId(i64::MAX), 1_000_000),
        ),
    ]
}
