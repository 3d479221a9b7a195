//! A question of a live quiz: while it is open, what a click is told, and the reveal with the standing.

use chrono::{DateTime, Utc};

use crate::ids::RoundId;
use crate::interaction::{CustomId, LiveStep};
use crate::reply::{Button, Component, Message, clip_text, limits};
use crate::rules::podium::PlayerStanding;
use crate::rules::question::Question;
use crate::rules::quiz::Ending;
use crate::rules::scoring::{Choices, option_letter};
use crate::view::colour::level_colour;
use crate::view::live::{Quiz, ending_sentence, player_name};
use crate::view::question::{framed_question, lettered_options, question_head};
use crate::view::{answer, text};

/// Rows of the standing below a reveal.
pub const SHOWN: usize = 5;
/// What a rationale is shortened to where a reveal would be too long for Discord, one after the other.
const SHORTER: [usize; 4] = [400, 240, 120, 0];

/// A question that can be answered. Nothing in it depends on the key or on who chose what.
#[must_use]
pub fn open_question(
    quiz: &Quiz<'_>,
    question: &Question,
    topic_title: &str,
    round: RoundId,
    number: i16,
    reveal_at: DateTime<Utc>,
    answered: (i64, i64),
) -> Message {
    let (answered, players) = answered;
    let state = format!(
        "-# {answered} of {players} have answered · time is up {}",
        text::relative(reveal_at)
    );
    Message::public(vec![
        Component::Text(question_heading(quiz, number)),
        framed_question(question, topic_title, round, state),
    ])
}

fn question_heading(quiz: &Quiz<'_>, number: i16) -> String {
    format!("**Question {number} of {}**", quiz.questions)
}

/// The receipt: what counts, and that it stays.
#[must_use]
pub fn choice_receipt(question: &Question, choices: Choices, now: bool) -> Message {
    let chosen = answer::chosen_options(question, choices);
    Message::note(match now {
        true => format!("You chose {chosen}. It counts."),
        false => format!("Your first answer counts: {chosen}."),
    })
}

/// What everybody sees of a question that is over.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How many members chose which set of options.
    pub distribution: Vec<(Choices, i64)>,
    /// Everybody's place after this question.
    pub standing: Vec<PlayerStanding>,
    /// Whether there was a question before, so that places can have changed.
    pub places_changed: bool,
    /// What comes.
    pub next: Next,
}

/// What comes after a reveal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Next {
    /// Another question, then.
    Question(DateTime<Utc>),
    /// The podium.
    #[default]
    Podium,
    /// The podium, before its time.
    Ended(Ending),
}

/// The question's message once its key is public: key, distribution, why, standing, what comes. The rationales are
/// shortened as far as Discord's limit for a message asks for it.
#[must_use]
pub fn revealed_question(
    quiz: &Quiz<'_>,
    question: &Question,
    topic_title: &str,
    round: RoundId,
    number: i16,
    outcome: &Outcome,
) -> Message {
    let with = |room: usize| {
        let mut children = question_head(question, topic_title);
        children.push(Component::Separator);
        children.push(Component::Text(distribution_lines(question, outcome)));
        let why = reasons_text(question, outcome, room);
        if !why.is_empty() {
            children.push(Component::Text(why));
        }
        children.push(Component::Separator);
        children.push(Component::Text(standing_lines(outcome)));
        children.push(Component::Row(round_buttons(quiz, round, outcome.next)));
        Message::public(vec![
            Component::Text(question_heading(quiz, number)),
            Component::Container {
                accent: level_colour(question.level),
                children,
            },
        ])
    };
    let full = with(limits::TEXT);
    let mut shorter = SHORTER.into_iter().map(with);
    match full.problems().is_empty() {
        true => full,
        false => shorter
            .find(|message| message.problems().is_empty())
            .unwrap_or(full),
    }
}

fn round_buttons(quiz: &Quiz<'_>, round: RoundId, next: Next) -> Vec<Button> {
    let mut row = vec![
        Button::new("Why", CustomId::Why { round }.custom_id()).primary(),
        Button::new("Follow-ups", CustomId::FollowUps { round }.custom_id()),
    ];
    if let Next::Question(_) = next {
        row.push(quiz.button("Next", LiveStep::Next));
    }
    row
}

fn distribution_lines(question: &Question, outcome: &Outcome) -> String {
    let answered: i64 = outcome.distribution.iter().map(|(_, n)| n).sum();
    let key = Choices::key_of(&question.options);
    let lines = lettered_options(&question.options)
        .zip(&question.options)
        .map(|((index, shown), option)| {
            let n = count_of_option(outcome, index);
            let mark = if option.right { " · **right**" } else { "" };
            format!("{shown}\n{} {n}{mark}", text::bar(n, answered))
        });
    let lines: Vec<String> = lines.collect();
    let right: i64 = outcome
        .distribution
        .iter()
        .filter(|(choices, _)| *choices == key)
        .map(|(_, n)| n)
        .sum();
    let found = match (answered, right) {
        (0, _) => "Nobody answered this one.".to_owned(),
        (_, 0) => format!("Nobody of {answered} found it."),
        (answered, right) => format!("{right} of {answered} found it."),
    };
    format!("{}\nThe answer is **{key}**. {found}", lines.join("\n"))
}

fn count_of_option(outcome: &Outcome, option: u8) -> i64 {
    outcome
        .distribution
        .iter()
        .filter(|(choices, _)| choices.contains(option))
        .map(|(_, n)| n)
        .sum()
}

/// Why the right options are right and the wrong one most people chose is not.
fn reasons_text(question: &Question, outcome: &Outcome, room: usize) -> String {
    if room == 0 {
        return String::new();
    }
    let tempting = (0u8..)
        .zip(&question.options)
        .filter(|(index, option)| !option.right && count_of_option(outcome, *index) > 0)
        // Of equals the first.
        .min_by_key(|(index, _)| std::cmp::Reverse(count_of_option(outcome, *index)))
        .map(|(index, _)| index);
    let told = (0u8..)
        .zip(&question.options)
        .filter(|(index, option)| option.right || Some(*index) == tempting);
    let lines: Vec<String> = told
        .map(|(index, option)| {
            let verdict = if option.right { "right" } else { "not right" };
            let rationale = clip_text(&text::markdown(&option.rationale), room);
            format!("**{} is {verdict}.** {rationale}", option_letter(index))
        })
        .collect();
    lines.join("\n")
}

/// The first five, and what comes.
fn standing_lines(outcome: &Outcome) -> String {
    let rows = outcome.standing.iter().take(SHOWN).map(|place| {
        let moved = match (outcome.places_changed, place.moved) {
            (false, _) | (_, 0) => String::new(),
            (true, up @ 1..) => format!(" ▲ {up}"),
            (true, down) => format!(" ▼ {}", -down),
        };
        format!(
            "**{}.** {} · {} points{moved}",
            place.rank,
            player_name(place),
            place.total
        )
    });
    let mut lines: Vec<String> = rows.collect();
    let more = outcome.standing.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(format!("-# and {more} more"));
    }
    // A list of first places would tell nothing.
    if outcome.standing.iter().all(|place| place.total == 0) {
        lines = vec!["Nobody has points yet.".to_owned()];
    }
    lines.push(match outcome.next {
        Next::Question(at) => format!("-# The next question comes {}.", text::relative(at)),
        Next::Podium => "-# That was the last question. The podium follows.".to_owned(),
        // Where nothing can be written there is no podium.
        Next::Ended(Ending::Channel) => format!("-# {}", ending_sentence(Some(Ending::Channel))),
        Next::Ended(ending) => format!("-# {} The podium follows.", ending_sentence(Some(ending))),
    });
    lines.join("\n")
}
