//! A private quiz, page by page: the question, the verdict, follow-ups, how it went.

use chrono::TimeDelta;

use crate::ids::{QuizId, RoundId};
use crate::interaction::{CustomId, Step};
use crate::reply::{Button, Component, Message, clip_text, limits};
use crate::rules::open_answer::Marks;
use crate::rules::question::Question;
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::view::question::{framed_question, lettered_options, level_colour};
use crate::view::quote::quote_words;
use crate::view::{open, text};

/// What puts a quiz's questions into the deck.
const REMIND: &str = "Remind me of these";

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

/// How one question of a quiz went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Result {
    /// The question's title.
    pub title: String,
    /// What its topic is called.
    pub topic: String,
    /// Right or not; none where it was not answered, or in one's own words.
    pub right: Option<bool>,
    /// Whether it was answered in one's own words, which are neither right nor wrong.
    pub own_words: bool,
    /// Points for practice.
    pub points: i16,
    /// How long the answer took.
    pub took: Option<TimeDelta>,
}

/// A private quiz that is over.
#[derive(Clone, Debug)]
pub struct Ended<'a> {
    /// Which quiz.
    pub quiz: QuizId,
    /// What asked it: a review gives no points, and its questions are in the deck already.
    pub source: Source,
    /// What it was about.
    pub title: &'a str,
    /// Its questions.
    pub results: &'a [Result],
    /// What a button on this message just did.
    pub done: Option<String>,
}

/// How it went: score, time, each question, what to look at again.
#[must_use]
pub fn quiz_summary(ended: &Ended<'_>) -> Message {
    let Ended {
        quiz,
        source,
        title,
        results,
        done,
    } = ended;
    let answered = results.iter().filter(|result| result.right.is_some()).count();
    let right = results.iter().filter(|result| result.right == Some(true)).count();
    let own_words = results.iter().filter(|result| result.own_words).count();
    let points: i32 = results.iter().map(|result| i32::from(result.points)).sum();
    let took: TimeDelta = results.iter().filter_map(|result| result.took).sum();
    let worth = match source {
        Source::Review => String::new(),
        Source::Daily | Source::Live | Source::Solo => format!(" · {points} points for practice"),
    };
    let mut components = vec![Component::Text(format!(
        "### {}\n{}",
        text::plain(title),
        match (answered, own_words) {
            (0, 0) => "You stopped before the first answer.".to_owned(),
            (0, n) => format!("**{n} in your own words** in {}{worth}", text::duration(took)),
            (_, 0) => format!(
                "**{right} of {answered} right** in {}{worth}",
                text::duration(took)
            ),
            (_, n) => format!(
                "**{right} of {answered} right, {n} in your own words** in {}{worth}",
                text::duration(took)
            ),
        }
    ))];
    if results.is_empty() {
        return Message::note(
            "Nothing is left of this quiz: its questions are open in the server just now, or no longer asked.",
        );
    }
    let lines: Vec<String> = results.iter().map(result_line).collect();
    components.push(Component::Text(lines.join("\n")));
    let weak = weak_topics(results);
    if !weak.is_empty() {
        components.push(Component::Text(format!(
            "Worth another look: {}.",
            text::plain(&weak.join(", "))
        )));
    }
    let button = |label, step| Button::new(label, CustomId::Quiz { quiz: *quiz, step }.custom_id());
    let mut row = Vec::new();
    if answered > 0 && right < answered {
        row.push(button("Again, only what I missed", Step::Again).primary());
    }
    if answered > 0 && done.is_none() && *source != Source::Review {
        row.push(button(REMIND, Step::Remind));
    }
    if !row.is_empty() {
        components.push(Component::Row(row));
    }
    if *source == Source::Review {
        components.push(Component::Text(
            "-# /review now shows when they come back.".to_owned(),
        ));
    }
    components.extend(done.as_ref().map(|done| Component::Text(format!("-# {done}"))));
    Message::private(components)
}

fn result_line(result: &Result) -> String {
    let verdict = match result.right {
        Some(true) => "Right",
        Some(false) => "Missed",
        None if result.own_words => "In your own words",
        None => "Not answered",
    };
    let took = result
        .took
        .map_or(String::new(), |took| format!(" · {}", text::duration(took)));
    format!("- **{verdict}**{took} · {}", result.title)
}

/// Topics with a wrong answer, in the order they came.
fn weak_topics(results: &[Result]) -> Vec<&str> {
    let mut topics: Vec<&str> = Vec::new();
    for result in results.iter().filter(|result| result.right == Some(false)) {
        if !topics.contains(&result.topic.as_str()) {
            topics.push(&result.topic);
        }
    }
    topics
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
        "No question fits that just now. Leave out the level or the kind, or name more topics. The question that is open \
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
