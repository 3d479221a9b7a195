//! Whether everything that will ever be said of a question fits what Discord takes. The bank check refuses it
//! otherwise.

use chrono::{DateTime, Utc};

use crate::ids::{QuizId, RoleId, RoundId, UserId};
use crate::reply::Message;
use crate::rules::open_answer::Marks;
use crate::rules::question::{Kind, Question};
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::view::quiz::QuizPosition;
use crate::view::quote::longest_words;
use crate::view::{open, question as asking, quiz, reveal, review};

/// The longest number there is.
const ROUND: RoundId = RoundId(i64::MAX);

/// Why Discord would refuse any message about this question; empty for one that can be asked.
#[must_use]
pub fn limit_problems(question: &Question) -> Vec<String> {
    let at = DateTime::from_timestamp(4_102_444_800, 0).unwrap_or_default();
    let topic = "T".repeat(80);
    let mut messages = messages_of_round(question, &topic, at);
    messages.extend(pages_of_quiz(question, &topic));
    let form = match question.kind {
        Kind::Single | Kind::Multiple | Kind::Output => Vec::new(),
        Kind::Open => {
            messages.extend(open::longest_messages(question, ROUND, at));
            open::answer_form(question, ROUND, "").problems()
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

/// The messages of a round, each as long as it can become.
fn messages_of_round(question: &Question, topic: &str, at: DateTime<Utc>) -> Vec<(&'static str, Message)> {
    let key = Choices::key_of(&question.options);
    let outcome = reveal::Outcome {
        distribution: vec![(key, 1_000_000)],
        right: vec![UserId(i64::MAX); 10],
        right_count: 1_000_000,
    };
    let role = Some(RoleId(i64::MAX));
    let open = asking::open_question(question, topic, ROUND, at, 1_000_000, role);
    let intro = "I".repeat(100);
    let mut messages = vec![
        ("the question", open),
        ("the look at it", asking::preview_question(question, topic)),
        (
            "the reveal",
            reveal::revealed_question(question, topic, ROUND, &outcome, None),
        ),
        (
            "the rationales",
            reveal::explain_options(question, ROUND, Some(key), Some(&intro)),
        ),
        ("the follow-ups", reveal::follow_ups(question, ROUND)),
    ];
    let discussion = reveal::discussion_messages(question, ROUND);
    messages.extend(discussion.into_iter().map(|message| ("the discussion", message)));
    let answers = (0u8..)
        .zip(&question.follow_ups)
        .map(|(n, _)| ("a model answer", reveal::model_answer(question, n)));
    messages.extend(answers);
    messages
}

/// Every page a question can be shown on in a private quiz.
fn pages_of_quiz(question: &Question, topic: &str) -> Vec<(&'static str, Message)> {
    let place = QuizPosition {
        quiz: QuizId(i64::MAX),
        source: Source::Solo,
        number: u8::MAX,
        of: u8::MAX,
        more: true,
    };
    let chosen = match question.kind {
        Kind::Multiple => Choices::all_of(&question.options),
        // The longest of the others.
        Kind::Single | Kind::Output | Kind::Open => longest_wrong(question),
    };
    let words = match question.kind {
        // A placeholder: own words are shown for open questions only.
        Kind::Single | Kind::Multiple | Kind::Output => "w".to_owned(),
        Kind::Open => longest_words(),
    };
    vec![
        (
            "one's own answer in a quiz",
            quiz::own_words(question, place, ROUND, &words, Marks::NONE, Some(i16::MAX)),
        ),
        (
            "the question in a quiz",
            quiz::quiz_question(question, topic, ROUND, place, Some(20)),
        ),
        (
            "the verdict in a quiz",
            quiz::quiz_verdict(
                question,
                place,
                chosen,
                Some(i16::MAX),
                Some(review::widest_ratings(place.quiz)),
            ),
        ),
        ("the follow-ups in a quiz", quiz::follow_ups(question, place)),
    ]
}

fn longest_wrong(question: &Question) -> Choices {
    let wrong = (0u8..).zip(&question.options).filter(|(_, option)| !option.right);
    wrong
        .max_by_key(|(_, option)| option.text.chars().count() + option.rationale.chars().count())
        .and_then(|(index, _)| Choices::single(index))
        .unwrap_or(Choices::NONE)
}
