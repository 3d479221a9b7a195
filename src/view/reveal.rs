//! The reveal: the edited message, what is written below or in the thread, and what its buttons open.

use chrono::{DateTime, Utc};

use crate::ids::{RoundId, UserId};
use crate::interaction::CustomId;
use crate::picture::Image;
use crate::picture::distribution::{Bar, Distribution};
use crate::reply::{Button, Component, Message, Picture, clip_text, limits};
use crate::rules::markdown::first_line;
use crate::rules::question::{Kind, Question};
use crate::rules::scoring::{Choices, TAKING_PART, points_for};
use crate::view::colour::level_colour;
use crate::view::question::{lettered_options, question_head};
use crate::view::{open, text};

/// Who answered what, as far as everybody may know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many members chose which set of options.
    pub distribution: Vec<(Choices, i64)>,
    /// Members who were right and let themselves be named, the first to answer first.
    pub right: Vec<UserId>,
    /// How many were right, named or not.
    pub right_count: i64,
}

impl Outcome {
    fn answered(&self) -> i64 {
        self.distribution.iter().map(|(_, n)| n).sum()
    }

    fn chose(&self, option: u8) -> i64 {
        self.distribution
            .iter()
            .filter(|(choices, _)| choices.contains(option))
            .map(|(_, n)| n)
            .sum()
    }
}

/// Who chose what, as a card; `None` where there is nothing to count.
#[must_use]
pub fn distribution_image(question: &Question, outcome: &Outcome) -> Option<Image> {
    let answered = outcome.answered();
    if answered == 0 || question.options.is_empty() {
        return None;
    }
    let bars = (0..).zip(&question.options).map(|(index, option)| Bar {
        count: outcome.chose(index),
        right: option.right,
    });
    Some(Image::Distribution(Distribution {
        answered,
        right: outcome.right_count,
        bars: bars.collect(),
    }))
}

/// The question's message once its key is public, with [`distribution_image`] drawn where it could be.
#[must_use]
pub fn revealed_question(
    question: &Question,
    topic_title: &str,
    round: RoundId,
    outcome: &Outcome,
    picture: Option<Picture>,
) -> Message {
    let mut children = question_head(question, topic_title);
    children.push(Component::Separator);
    match question.kind {
        Kind::Single | Kind::Multiple | Kind::Output => {
            children.extend(key_and_distribution(question, outcome, picture))
        }
        Kind::Open => children.extend(rubric_and_model_answer(question, outcome.answered())),
    }
    let explained = match question.kind {
        Kind::Single | Kind::Multiple | Kind::Output => {
            Button::new("Why", CustomId::Why { round }.custom_id()).primary()
        }
        Kind::Open => open::own_button(round),
    };
    children.push(Component::Row(vec![
        explained,
        Button::new("Follow-ups", CustomId::FollowUps { round }.custom_id()),
    ]));
    Message::public(vec![Component::Container {
        accent: level_colour(question.level),
        children,
    }])
}

fn key_and_distribution(question: &Question, outcome: &Outcome, picture: Option<Picture>) -> Vec<Component> {
    let answered = outcome.answered();
    let options = lettered_options(&question.options).zip(&question.options);
    let mut shown: Vec<Component> = options
        .map(|((index, shown), option)| {
            let n = outcome.chose(index);
            let mark = if option.right { " · **right**" } else { "" };
            let percent = text::percent(n, answered);
            let bar = match picture {
                None => format!("{} ", text::bar(n, answered)),
                // The picture has the bars.
                Some(_) if option.right => String::new(),
                Some(_) => "-# ".to_owned(),
            };
            Component::Text(format!("{shown}\n{bar}{n} ({percent}){mark}"))
        })
        .collect();
    match picture {
        Some(picture) => shown.push(Component::Picture(picture)),
        None => shown.push(Component::Separator),
    }
    shown.push(Component::Text(who_was_right(question, outcome, answered)));
    shown
}

fn rubric_and_model_answer(question: &Question, answered: i64) -> Vec<Component> {
    let taking_part = match answered {
        0 => "-# Nobody answered this time.".to_owned(),
        n => format!(
            "-# {} · {TAKING_PART} points each for taking part",
            text::count_of(n, "answer", "answers")
        ),
    };
    vec![
        Component::Text(format!("**A good answer**\n{}", text::list(&question.rubric))),
        Component::Separator,
        Component::Text(text::markdown(&question.model_answer)),
        Component::Text(taking_part),
    ]
}

fn who_was_right(question: &Question, outcome: &Outcome, answered: i64) -> String {
    let key = Choices::key_of(&question.options);
    if answered == 0 {
        return format!("The answer is **{key}**. Nobody answered this time.");
    }
    let right = outcome.right_count;
    if right == 0 {
        let answers = text::count_of(answered, "answer", "answers");
        return format!(
            "The answer is **{key}**. Nobody found it this time: a good one to talk about.\n-# {answers}"
        );
    }
    let mut names: Vec<String> = outcome.right.iter().map(|user| text::member(*user)).collect();
    let unnamed = right - i64::try_from(names.len()).unwrap_or(right);
    if unnamed > 0 {
        let (one, many) = if names.is_empty() {
            ("member", "members")
        } else {
            ("other", "others")
        };
        names.push(text::count_of(unnamed, one, many));
    }
    let found = match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.join(""),
    };
    format!(
        "The answer is **{key}**, found by {found}.\n-# {right} of {answered} right · {} points each",
        points_for(question.level, true)
    )
}

/// What is written into the thread, or below the question where there is no thread.
#[must_use]
pub fn discussion_messages(question: &Question, round: RoundId) -> Vec<Message> {
    let mut why = vec![Component::Text(format!(
        "### Explanation\n{}",
        text::markdown(&question.explanation)
    ))];
    if !question.in_practice.is_empty() {
        why.push(Component::Text(format!(
            "### In practice\n{}",
            text::markdown(&question.in_practice)
        )));
    }
    why.push(Component::Text(format!(
        "### Common mistakes\n{}",
        text::list(&question.common_mistakes)
    )));

    let mut talk = vec![Component::Text(format!(
        "### What interviewers listen for\n**Strong signals**\n{}\n**Red flags**\n{}",
        text::list(&question.strong_signals),
        text::list(&question.red_flags)
    ))];
    talk.push(Component::Separator);
    talk.push(Component::Text(
        "### Go on from here\nTalk it through first, then compare.".to_owned(),
    ));
    talk.extend(follow_up_rows(question, round, "Show a model answer"));
    if !question.references.is_empty() {
        talk.push(Component::Text(reference_list(question)));
    }
    vec![Message::public(why), Message::public(talk)]
}

fn reference_list(question: &Question) -> String {
    let links: Vec<String> = question
        .references
        .iter()
        .map(|link| format!("<{link}>"))
        .collect();
    format!("-# Read more: {}", links.join(" · "))
}

/// Why each option is right or wrong, with the reader's own marked. `intro` says why they see it.
#[must_use]
pub fn explain_options(
    question: &Question,
    round: RoundId,
    own: Option<Choices>,
    intro: Option<&str>,
) -> Message {
    let mut components: Vec<Component> = intro
        .map(|intro| Component::Text(intro.to_owned()))
        .into_iter()
        .collect();
    components.push(Component::Text(format!("### {}", question.title)));
    for ((index, shown), option) in lettered_options(&question.options).zip(&question.options) {
        let verdict = if option.right { "Right" } else { "Not right" };
        let yours = if own.is_some_and(|own| own.contains(index)) {
            ", and what you chose"
        } else {
            ""
        };
        let rationale = text::markdown(&option.rationale);
        components.push(Component::Text(format!(
            "{shown}\n**{verdict}{yours}.** {rationale}"
        )));
    }
    if own.is_none() {
        components.push(Component::Text("-# You did not answer this one.".to_owned()));
    }
    let mut row = vec![Button::new(
        "Follow-ups",
        CustomId::FollowUps { round }.custom_id(),
    )];
    if question.kind != Kind::Open {
        row.push(Button::new("Remind me", CustomId::Remind { round }.custom_id()));
    }
    components.push(Component::Row(row));
    Message::private(components)
}

/// The follow-up questions, each with its model answer behind a button.
#[must_use]
pub fn follow_ups(question: &Question, round: RoundId) -> Message {
    let mut components = vec![Component::Text(format!(
        "### After “{}”\nTry each in your own words first.",
        question.title
    ))];
    components.extend(follow_up_rows(question, round, "Show a model answer"));
    Message::private(components)
}

fn follow_up_rows<'a>(
    question: &'a Question,
    round: RoundId,
    label: &'a str,
) -> impl Iterator<Item = Component> + 'a {
    (0u8..).zip(&question.follow_ups).map(move |(follow_up, asked)| {
        let press = CustomId::ModelAnswer { round, follow_up };
        Component::Section(
            format!("**{}**", asked.title),
            Button::new(label, press.custom_id()),
        )
    })
}

/// One model answer.
#[must_use]
pub fn model_answer(question: &Question, follow_up: u8) -> Message {
    match question.follow_ups.get(usize::from(follow_up)) {
        Some(asked) => {
            let answer = format!("### {}\n{}", asked.title, text::markdown(&asked.answer));
            Message::private(vec![Component::Text(clip_text(&answer, limits::TEXT))])
        }
        None => Message::note("This follow-up is no longer there."),
    }
}

/// Asked for before the reveal, when nothing may be told.
#[must_use]
pub fn not_yet() -> Message {
    Message::note("This is told at the reveal. Until then you can still change your answer.")
}

/// Asked for while the server is being asked the same question again.
#[must_use]
pub fn asked_again(until: DateTime<Utc>, now: DateTime<Utc>) -> Message {
    Message::note(kept_until(until, now))
}

/// Why a question is not explained now, and when it is.
pub(super) fn kept_until(until: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let when = match until > now {
        true => format!("until {}, {}", text::clock(until), text::relative(until)),
        false => "for a moment longer".to_owned(),
    };
    format!(
        "Everybody here is being asked this question just now, so I keep its answer to myself {when}. Look again then."
    )
}

/// The name of a round's thread.
#[must_use]
pub fn thread_name(question: &Question) -> String {
    match first_line(&question.title) {
        // A thread has to be called something.
        title if title.is_empty() => "Discussion".to_owned(),
        title => clip_text(&title, 100),
    }
}
