//! The question as it stands in the channel while it can be answered, and a look at it beforehand.

use chrono::{DateTime, Utc};

use crate::ids::{RoleId, RoundId};
use crate::interaction::CustomId;
use crate::reply::{Button, Component, Message, Select};
use crate::rules::markdown::first_line;
use crate::rules::question::{AnswerOption, Kind, Level, Question};
use crate::rules::scoring::{most_points, option_letter};
use crate::view::colour::level_colour;
use crate::view::{open as own_words, text};

/// An open round in its channel. The same for everybody: nothing in it depends on the key.
#[must_use]
pub fn open_question(
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
    components.push(framed_question(question, topic_title, round, state));
    Message {
        pings: ping.into_iter().collect(),
        ..Message::public(components)
    }
}

/// What a manager sees of a question a schedule may ask: the same message, but nothing on it can be pressed.
#[must_use]
pub fn preview_question(question: &Question, topic_title: &str) -> Message {
    let note = "-# A look at a question your schedule may ask. Only you can see it.".to_owned();
    Message::private(vec![framed_question(question, topic_title, RoundId(0), note)]).inert()
}

pub(super) fn framed_question(
    question: &Question,
    topic_title: &str,
    round: RoundId,
    footer: String,
) -> Component {
    let mut children = question_head(question, topic_title);
    children.push(Component::Separator);
    match question.kind {
        Kind::Single | Kind::Output if needs_whole_width(&question.options) => {
            children.extend(lettered_options(&question.options).map(|(_, shown)| Component::Text(shown)));
            children.push(Component::Row(option_buttons(&question.options, round).collect()));
        }
        Kind::Single | Kind::Output => children.extend(option_sections(&question.options, round)),
        Kind::Multiple => {
            children.extend(lettered_options(&question.options).map(|(_, shown)| Component::Text(shown)));
            children.push(Component::Select(option_select(&question.options, round)));
        }
        Kind::Open => children.push(Component::Row(vec![own_words::answer_button(round)])),
    }
    children.push(Component::Separator);
    children.push(Component::Text(footer));
    Component::Container {
        accent: level_colour(question.level),
        children,
    }
}

/// Title, one line about it, and what is asked.
pub(super) fn question_head(question: &Question, topic_title: &str) -> Vec<Component> {
    let mut about = format!(
        "### {}\n-# {} · {} · {} points",
        question.title,
        level_name(question.level),
        text::plain(topic_title),
        most_points(question.kind, question.level)
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
pub(super) fn lettered_options(options: &[AnswerOption]) -> impl Iterator<Item = (u8, String)> {
    (0u8..).zip(options).map(|(index, option)| {
        let shown = text::markdown(&option.text);
        // A block of code begins on a line of its own.
        let gap = if shown.starts_with("```") { "\n" } else { "  " };
        (index, format!("**{}**{gap}{shown}", option_letter(index)))
    })
}

/// Whether an option needs the whole width: beside a button a phone shows some 24 columns of code.
fn needs_whole_width(options: &[AnswerOption]) -> bool {
    const BESIDE_A_BUTTON: usize = 24;
    let blocks = options.iter().filter(|option| option.text.contains("```"));
    blocks
        .flat_map(|option| option.text.lines().skip(1))
        .any(|line| line.chars().count() > BESIDE_A_BUTTON)
}

fn option_sections(options: &[AnswerOption], round: RoundId) -> impl Iterator<Item = Component> {
    let shown = lettered_options(options).map(|(_, shown)| shown);
    shown
        .zip(option_buttons(options, round))
        .map(|(shown, button)| Component::Section(shown, button))
}

fn option_buttons(options: &[AnswerOption], round: RoundId) -> impl Iterator<Item = Button> {
    (0u8..).zip(options).map(move |(option, _)| {
        Button::new(
            option_letter(option).to_string(),
            CustomId::Answer { round, option }.custom_id(),
        )
    })
}

fn option_select(options: &[AnswerOption], round: RoundId) -> Select {
    let choices = (0u8..).zip(options).map(|(index, option)| {
        let line = first_line(&option.text);
        (option_letter(index).to_string(), index.to_string(), line)
    });
    Select {
        custom_id: CustomId::AnswerMany { round }.custom_id(),
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
