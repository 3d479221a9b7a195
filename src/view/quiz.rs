//! A private quiz, page by page: the question, the verdict, follow-ups, how it went.

use chrono::{DateTime, Utc};

use crate::ids::{QuizId, RoundId};
use crate::interaction::{CustomId, Step};
use crate::reply::{Button, Component, Message, clip_text, limits};
use crate::rules::open_answer::Marks;
use crate::rules::question::Question;
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::view::colour::level_colour;
use crate::view::question::{framed_question, lettered_options};
use crate::view::quote::quote_words;
use crate::view::reveal::kept_until;
use crate::view::{open, text};

/// What puts a quiz's questions into the deck.
pub(super) const REMIND: &str = "Remind me of these";

/// Where in a quiz one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuizPosition {
    /// Which quiz.
    pub quiz: QuizId,
    /// What asks it: a review gives no points, and its questions are in the deck already.
    pub source: Source,
    /// The question, from 1.
    pub number: u8,
    /// How many there are.
    pub of: u8,
    /// Whether any waits for its answer.
    pub more: bool,
}

impl QuizPosition {
    fn button(self, label: &str, step: Step) -> Button {
        let quiz = self.quiz;
        Button::new(label, CustomId::Quiz { quiz, step }.custom_id())
    }

    fn heading(self) -> String {
        format!("-# Question {} of {}", self.number, self.of)
    }
}

/// A question that waits for its answer. `few` says how many there are where more were asked for.
#[must_use]
pub fn quiz_question(
    question: &Question,
    topic_title: &str,
    round: RoundId,
    place: QuizPosition,
    few: Option<usize>,
) -> Message {
    let mut components = Vec::new();
    if let Some(few) = few {
        let found = text::count_of(
            i64::try_from(few).unwrap_or(i64::MAX),
            "question fits",
            "questions fit",
        );
        components.push(Component::Text(format!(
            "Only {found}, so that is the whole quiz."
        )));
    }
    let counts = match place.source {
        Source::Review => "no points, only practice",
        Source::Daily | Source::Live | Source::Solo => "the first answer counts",
    };
    let state = format!(
        "-# Question {} of {} · only you can see this · {counts}",
        place.number, place.of
    );
    components.push(framed_question(question, topic_title, round, state));
    components.push(Component::Row(vec![place.button("Stop", Step::Stop)]));
    Message::private(components)
}

/// Right or wrong, and why: the option that was chosen and those that are right.
///
/// `points` is what it was worth, where
/// there are points, and `rated` what it means for the deck, where that can be judged otherwise.
#[must_use]
pub fn quiz_verdict(
    question: &Question,
    place: QuizPosition,
    chosen: Choices,
    points: Option<i16>,
    rated: Option<[Component; 2]>,
) -> Message {
    let key = Choices::key_of(&question.options);
    let right = chosen == key;
    let worth = match (right, points) {
        (false, _) | (true, None) => String::new(),
        (true, Some(0)) => " You had its points already this season.".to_owned(),
        (true, Some(points)) => format!(" {points} points for practice."),
    };
    let verdict = match right {
        true => format!("**Right.**{worth}"),
        false => format!("**Not right.** The answer is **{key}**."),
    };
    let mut children = vec![
        Component::Text(format!("{}\n### {}", place.heading(), question.title)),
        Component::Text(text::markdown(&question.prompt)),
        Component::Separator,
        Component::Text(verdict),
    ];
    let told = lettered_options(&question.options).zip(&question.options);
    for ((index, shown), option) in told {
        let chosen = chosen.contains(index);
        if chosen || option.right {
            let verdict = if option.right { "Right" } else { "Not right" };
            let yours = if chosen { ", and what you chose" } else { "" };
            children.push(Component::Text(format!(
                "{shown}\n**{verdict}{yours}.** {}",
                text::markdown(&option.rationale)
            )));
        }
    }
    let mut components = vec![Component::Container {
        accent: level_colour(question.level),
        children,
    }];
    components.extend(rated.into_iter().flatten());
    components.push(way_on(place, &[Step::FollowUps { number: place.number }]));
    Message::private(components)
}

/// One's own words beside the rubric, to be marked, and beside the model answer where there is room.
#[must_use]
pub fn own_words(
    question: &Question,
    place: QuizPosition,
    round: RoundId,
    words: &str,
    marks: Marks,
    points: Option<i16>,
) -> Message {
    let worth = match points {
        None => "Neither right nor wrong: the marks are yours alone.".to_owned(),
        Some(0) => "You had the points for this one already this season.".to_owned(),
        Some(points) => format!("{points} points for practice, for answering."),
    };
    let mut components = vec![
        Component::Text(format!("{}\n### {}", place.heading(), question.title)),
        Component::Text(format!("**Your answer**\n{}", quote_words(words))),
        Component::Separator,
    ];
    components.extend(open::criteria_buttons(question, round, marks));
    components.push(Component::Text(format!("-# {worth}")));
    let row = way_on(place, &[Step::FollowUps { number: place.number }]);
    open::with_model_answer(question, components, Some(row))
}

/// The way on, with what else can be looked at from here.
fn way_on(place: QuizPosition, more: &[Step]) -> Component {
    let next = if place.more { "Next" } else { "See how it went" };
    let mut row = vec![place.button(next, Step::Next).primary()];
    row.extend(more.iter().map(|step| {
        let label = match step {
            Step::FollowUps { .. } => "Follow-ups",
            Step::Back { .. } => "Back",
            Step::ModelAnswer { .. } => "Show a model answer",
            Step::Next => next,
            Step::Stop => "Stop",
            Step::Again | Step::Rate { .. } => "Again",
            Step::Remind => REMIND,
        };
        place.button(label, *step)
    }));
    if place.more {
        row.push(place.button("Stop", Step::Stop));
    }
    Component::Row(row)
}

/// The follow-up questions, each with its model answer behind a button.
#[must_use]
pub fn follow_ups(question: &Question, place: QuizPosition) -> Message {
    let number = place.number;
    let mut components = vec![Component::Text(format!(
        "{}\n### After “{}”\nTry each in your own words first.",
        place.heading(),
        question.title
    ))];
    components.extend((0u8..).zip(&question.follow_ups).map(|(follow_up, asked)| {
        Component::Section(
            format!("**{}**", asked.title),
            place.button("Show a model answer", Step::ModelAnswer { number, follow_up }),
        )
    }));
    components.push(way_on(place, &[Step::Back { number }]));
    Message::private(components)
}

/// One model answer.
#[must_use]
pub fn model_answer(question: &Question, place: QuizPosition, follow_up: u8) -> Message {
    let told = match question.follow_ups.get(usize::from(follow_up)) {
        Some(asked) => format!("### {}\n{}", asked.title, text::markdown(&asked.answer)),
        None => "This follow-up is no longer there.".to_owned(),
    };
    let number = place.number;
    let heading = place.heading();
    let room = limits::TEXT - heading.chars().count() - 1;
    Message::private(vec![
        Component::Text(format!("{heading}\n{}", clip_text(&told, room))),
        way_on(place, &[Step::FollowUps { number }, Step::Back { number }]),
    ])
}

/// In place of what would be told of a question that everybody in the server is being asked just now.
#[must_use]
pub fn kept_page(place: QuizPosition, until: DateTime<Utc>, now: DateTime<Utc>) -> Message {
    Message::private(vec![
        Component::Text(format!("{}\n{}", place.heading(), kept_until(until, now))),
        way_on(place, &[]),
    ])
}

/// What cannot be asked for, all of it at once.
#[must_use]
pub fn option_mistakes(mistakes: &[String]) -> Message {
    text::mistake_list("No quiz was begun:", mistakes)
}

/// Nothing to ask.
#[must_use]
pub fn nothing_fits() -> Message {
    Message::note(
        "No question fits that just now. Leave out the level or the kind, or name more topics. The question that is \
         open \
         in this server is left out, so that its answer stays a surprise.",
    )
}

/// `/quiz resume` with nothing to go on with.
#[must_use]
pub fn nothing_unfinished() -> Message {
    Message::note("You have no unfinished quiz. Begin one with /quiz solo.")
}

/// A button of a quiz that belongs to somebody else or to another server.
#[must_use]
pub fn not_yours() -> Message {
    Message::note("I do not know this quiz. It may belong to somebody else; begin your own with /quiz solo.")
}
