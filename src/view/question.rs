//! The question as it stands in the channel while it can be answered, and a look at it beforehand.

use chrono::{DateTime, Utc};

use crate::ids::{RoleId, RoundId, UserId};
use crate::interaction::Press;
use crate::reply::{Button, Component, Message, Select};
use crate::rules::markdown::first_line;
use crate::rules::question::{AnswerOption, Kind, Level, Question};
use crate::rules::scoring::{Choices, letter, worth};
use crate::view::{open as own_words, quiz, reveal, text};

/// An open round in its channel. The same for everybody: nothing in it depends on the key.
#[must_use]
pub fn open(
    question: &Question,
    topic_title: &str,
    round: RoundId,
    reveal_at: DateTime<Utc>,
    answered: i64,
    ping: Option<RoleId>,
) -> Message {
    let state = format!(
        "-# {} answered · the answer is revealed {}, at {}",
        answered,
        text::relative(reveal_at),
        text::clock(reveal_at)
    );
    let mut components: Vec<Component> = ping
        .map(|role| Component::Text(text::role(role)))
        .into_iter()
        .collect();
    components.push(framed(question, topic_title, round, state));
    Message {
        pings: ping.into_iter().collect(),
        ..Message::public(components)
    }
}

/// What a manager sees of a question a schedule may ask: the same message, but nothing on it can be pressed.
#[must_use]
pub fn preview(question: &Question, topic_title: &str) -> Message {
    let note = "-# A look at a question your schedule may ask. Only you can see it.".to_owned();
    Message::private(vec![framed(question, topic_title, RoundId(0), note)]).inert()
}

pub(super) fn framed(question: &Question, topic_title: &str, round: RoundId, footer: String) -> Component {
    let mut children = head(question, topic_title);
    children.push(Component::Separator);
    match question.kind {
        Kind::Single | Kind::Output if wide(&question.options) => {
            children.extend(lettered(&question.options).map(|(_, shown)| Component::Text(shown)));
            children.push(Component::Row(buttons(&question.options, round).collect()));
        }
        Kind::Single | Kind::Output => children.extend(sections(&question.options, round)),
        Kind::Multiple => {
            children.extend(lettered(&question.options).map(|(_, shown)| Component::Text(shown)));
            children.push(Component::Select(several(&question.options, round)));
        }
        Kind::Open => children.push(Component::Row(vec![own_words::answer_button(round)])),
    }
    children.push(Component::Separator);
    children.push(Component::Text(footer));
    Component::Container {
        accent: accent(question.level),
        children,
    }
}

/// Title, one line about it, and what is asked.
pub(super) fn head(question: &Question, topic_title: &str) -> Vec<Component> {
    let mut about = format!(
        "### {}\n-# {} · {} · {} points",
        question.title,
        level_name(question.level),
        text::plain(topic_title),
        worth(question.kind, question.level)
    );
    match question.kind {
        Kind::Single | Kind::Output => {}
        Kind::Multiple => about.push_str(" · choose all that apply"),
        Kind::Open => about.push_str(" for taking part · in your own words"),
    }
    vec![
        Component::Text(about),
        Component::Text(text::markdown(&question.prompt)),
    ]
}

/// The options as shown: letter and text.
pub(super) fn lettered(options: &[AnswerOption]) -> impl Iterator<Item = (u8, String)> {
    (0u8..).zip(options).map(|(index, option)| {
        let shown = text::markdown(&option.text);
        // A block of code begins on a line of its own.
        let gap = if shown.starts_with("```") { "\n" } else { "  " };
        (index, format!("**{}**{gap}{shown}", letter(index)))
    })
}

/// Whether an option needs the whole width: beside a button a phone shows some 24 columns of code.
fn wide(options: &[AnswerOption]) -> bool {
    const BESIDE_A_BUTTON: usize = 24;
    let blocks = options.iter().filter(|option| option.text.contains("```"));
    blocks
        .flat_map(|option| option.text.lines().skip(1))
        .any(|line| line.chars().count() > BESIDE_A_BUTTON)
}

fn sections(options: &[AnswerOption], round: RoundId) -> impl Iterator<Item = Component> {
    let shown = lettered(options).map(|(_, shown)| shown);
    shown
        .zip(buttons(options, round))
        .map(|(shown, button)| Component::Section(shown, button))
}

fn buttons(options: &[AnswerOption], round: RoundId) -> impl Iterator<Item = Button> {
    (0u8..).zip(options).map(move |(option, _)| {
        Button::new(
            letter(option).to_string(),
            Press::Answer { round, option }.custom_id(),
        )
    })
}

fn several(options: &[AnswerOption], round: RoundId) -> Select {
    let choices = (0u8..).zip(options).map(|(index, option)| {
        let line = first_line(&option.text);
        (letter(index).to_string(), index.to_string(), line)
    });
    Select {
        custom_id: Press::AnswerMany { round }.custom_id(),
        placeholder: "Choose all that apply".to_owned(),
        max: options.len(),
        enabled: true,
        options: choices.collect(),
    }
}

/// The level as it begins a sentence.
pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::Easy => "Easy",
        Level::Medium => "Medium",
        Level::Hard => "Hard",
    }
}

/// The colour of a level: green, amber, red.
pub(super) fn accent(level: Level) -> u32 {
    match level {
        Level::Easy => 0x57_a7_73,
        Level::Medium => 0xe0_a5_26,
        Level::Hard => 0xd9_53_4f,
    }
}

/// Why Discord would refuse any message about this question; empty for one that can be asked.
#[must_use]
pub fn refused(question: &Question) -> Vec<String> {
    let round = RoundId(i64::MAX);
    let at = DateTime::from_timestamp(4_102_444_800, 0).unwrap_or_default();
    let topic = "T".repeat(80);
    let outcome = reveal::Outcome {
        distribution: vec![(Choices::key_of(&question.options), 1_000_000)],
        right: vec![UserId(i64::MAX); 10],
        right_count: 1_000_000,
    };
    let mut messages = vec![
        (
            "the question",
            open(question, &topic, round, at, 1_000_000, Some(RoleId(i64::MAX))),
        ),
        ("the look at it", preview(question, &topic)),
        (
            "the reveal",
            reveal::revealed(question, &topic, round, &outcome, None),
        ),
        (
            "the rationales",
            reveal::why(
                question,
                round,
                Some(Choices::key_of(&question.options)),
                Some(&"I".repeat(100)),
            ),
        ),
        ("the follow-ups", reveal::follow_ups(question, round)),
    ];
    messages.extend(quiz::pages(question, &topic));
    messages.extend(
        reveal::discussion(question, round)
            .into_iter()
            .map(|message| ("the discussion", message)),
    );
    let answers = (0u8..)
        .zip(&question.follow_ups)
        .map(|(n, _)| ("a model answer", reveal::model_answer(question, n)));
    messages.extend(answers);
    let form = match question.kind {
        Kind::Single | Kind::Multiple | Kind::Output => Vec::new(),
        Kind::Open => {
            messages.extend(own_words::longest(question, round, at));
            own_words::form(question, round, "").problems()
        }
    };
    let problems = messages.iter().flat_map(|(what, message)| {
        message
            .problems()
            .into_iter()
            .map(move |problem| format!("Discord would refuse {what}: {problem}"))
    });
    let form = form
        .into_iter()
        .map(|problem| format!("Discord would refuse the form: {problem}"));
    problems.chain(form).collect()
}
