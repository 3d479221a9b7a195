//! What authors see of a question: every side of it, one at a time, in one private message.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ids::{QuestionId, RoundId};
use crate::interaction::{CustomId, Side};
use crate::reply::{Audience, Button, Component, Message};
use crate::rules::open_answer::Marks;
use crate::rules::question::{Kind, Question};
use crate::rules::scoring::Choices;
use crate::view::reveal::{Outcome, discussion_messages, explain_options, revealed_question};
use crate::view::{open, question, text};

/// One side of a question exactly as members will see it, with buttons to the other sides below.
#[must_use]
pub fn show_side(
    asked: &Question,
    topic_title: &str,
    id: QuestionId,
    side: Side,
    now: DateTime<Utc>,
) -> Message {
    // No such round: nothing on the message can be pressed but what is added here.
    let round = RoundId(0);
    let mut parts = discussion_messages(asked, round).into_iter();
    let shown = match side {
        Side::Question => {
            question::open_question(asked, topic_title, round, now + TimeDelta::hours(4), 0, None)
        }
        Side::Reveal => revealed_question(asked, topic_title, round, &example_outcome(asked), None),
        Side::Why => match asked.kind {
            Kind::Single | Kind::Multiple | Kind::Output => {
                explain_options(asked, round, Choices::single(0), None)
            }
            Kind::Open => open::own_answer(asked, round, Some(EXAMPLE)),
        },
        Side::Explanation => parts
            .next()
            .unwrap_or_else(|| Message::note("Nothing to see here.")),
        Side::GoOn => parts
            .nth(1)
            .unwrap_or_else(|| Message::note("Nothing to see here.")),
    };
    let mut message = shown.inert();
    message.audience = Audience::OnlyYou;
    message
        .components
        .push(Component::Row(side_buttons(asked.kind, id, side)));
    message
}

/// What a member may have written.
const EXAMPLE: open::Own<'static> = open::Own {
    words: "Here stands what the member wrote.",
    marks: Marks::NONE,
    shared: false,
    votes: 0,
};

/// Five answers to show the bars with.
fn example_outcome(asked: &Question) -> Outcome {
    let key = Choices::key_of(&asked.options);
    let other = (0u8..).filter_map(Choices::single).find(|choice| *choice != key);
    Outcome {
        distribution: other
            .map(|other| (other, 2))
            .into_iter()
            .chain([(key, 3)])
            .collect(),
        right: Vec::new(),
        right_count: 3,
    }
}

fn side_buttons(kind: Kind, id: QuestionId, shown: Side) -> Vec<Button> {
    let button = |side: Side| {
        let label = match side {
            Side::Question => "Question",
            Side::Reveal => "Reveal",
            Side::Why => match kind {
                Kind::Single | Kind::Multiple | Kind::Output => "Rationales",
                Kind::Open => "Own answer",
            },
            Side::Explanation => "Explanation",
            Side::GoOn => "Going on",
        };
        let button = Button::new(label, CustomId::Look { question: id, side }.custom_id());
        match side == shown {
            true => button.primary().enabled(false),
            false => button,
        }
    };
    Side::ALL.into_iter().map(button).collect()
}

/// No question of that name.
#[must_use]
pub fn no_such(typed: &str) -> Message {
    Message::note(format!(
        "There is no question “{}”. Start typing to see the list; the name is the file’s, without .md.",
        text::plain(typed)
    ))
}
