//! How a private quiz went.

use chrono::TimeDelta;

use crate::ids::QuizId;
use crate::interaction::{CustomId, Step};
use crate::reply::{Button, Component, Message};
use crate::rules::quiz::Source;
use crate::view::quiz::REMIND;
use crate::view::text;

/// How one question of a quiz went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuizResult {
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
    pub results: &'a [QuizResult],
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
    if results.is_empty() {
        return Message::note(
            "Nothing is left of this quiz: its questions are open in the server just now, or no longer asked.",
        );
    }
    let answered = results.iter().filter(|result| result.right.is_some()).count();
    let right = results.iter().filter(|result| result.right == Some(true)).count();
    let mut components = vec![Component::Text(format!(
        "### {}\n{}",
        text::plain(title),
        score_line(*source, results)
    ))];
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

/// `3 of 5 right in 2 min · 60 points for practice`.
fn score_line(source: Source, results: &[QuizResult]) -> String {
    let answered = results.iter().filter(|result| result.right.is_some()).count();
    let right = results.iter().filter(|result| result.right == Some(true)).count();
    let own_words = results.iter().filter(|result| result.own_words).count();
    let points: i32 = results.iter().map(|result| i32::from(result.points)).sum();
    let took: TimeDelta = results.iter().filter_map(|result| result.took).sum();
    let took = text::duration(took);
    let worth = match source {
        Source::Review => String::new(),
        Source::Daily | Source::Live | Source::Solo => format!(" · {points} points for practice"),
    };
    match (answered, own_words) {
        (0, 0) => "You stopped before the first answer.".to_owned(),
        (0, n) => format!("**{n} in your own words** in {took}{worth}"),
        (_, 0) => format!("**{right} of {answered} right** in {took}{worth}"),
        (_, n) => format!("**{right} of {answered} right, {n} in your own words** in {took}{worth}"),
    }
}

fn result_line(result: &QuizResult) -> String {
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
fn weak_topics(results: &[QuizResult]) -> Vec<&str> {
    let mut topics: Vec<&str> = Vec::new();
    for result in results.iter().filter(|result| result.right == Some(false)) {
        if !topics.contains(&result.topic.as_str()) {
            topics.push(&result.topic);
        }
    }
    topics
}
