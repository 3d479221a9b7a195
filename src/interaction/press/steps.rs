//! Where buttons lead within one thing: a live quiz, a private quiz, a look at a question.

use crate::rules::review::Rating;
use crate::rules::words::words;

/// What is done to a live quiz by its buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveStep {
    /// Take part.
    Join,
    /// Leave the lobby.
    Leave,
    /// Begin before the lobby closes by itself.
    Start,
    /// Ask the next question without the pause.
    Next,
    /// Cancel the lobby, or end the quiz with the standing so far.
    Stop,
    /// See one's own result.
    Result,
}

words!(LiveStep:
    Join = "join", Leave = "leave", Start = "start", Next = "next", Stop = "stop", Result = "result"
);

/// Where a private quiz moves. `number` is the question's place in the quiz, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next question, or the result behind the last.
    Next,
    /// To the result, leaving out what is left.
    Stop,
    /// To what was right and wrong about an answered question.
    Back { number: u8 },
    /// To its follow-ups.
    FollowUps { number: u8 },
    /// To the model answer of one follow-up, counted from 0.
    ModelAnswer { number: u8, follow_up: u8 },
    /// To a new quiz of what was missed in this one.
    Again,
    /// To the next question, after judging an answered one oneself.
    Rate { number: u8, rating: Rating },
    /// Nowhere: puts all its questions into the deck.
    Remind,
}

impl Step {
    pub(super) fn text(self) -> String {
        match self {
            Self::Next => "next".to_owned(),
            Self::Stop => "stop".to_owned(),
            Self::Back { number } => format!("back:{number}"),
            Self::FollowUps { number } => format!("follow-ups:{number}"),
            Self::ModelAnswer { number, follow_up } => format!("model-answer:{number}:{follow_up}"),
            Self::Again => "again".to_owned(),
            Self::Rate { number, rating } => format!("rate:{number}:{}", rating.as_str()),
            Self::Remind => "remind".to_owned(),
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let name = parts.next()?;
        if name == "rate" {
            let (number, rating) = (parts.next()?.parse().ok()?, Rating::parse(parts.next()?)?);
            let step = Self::Rate { number, rating };
            return (step.text() == text).then_some(step);
        }
        let mut number = || parts.next()?.parse().ok();
        let step = match name {
            "next" => Self::Next,
            "stop" => Self::Stop,
            "back" => Self::Back { number: number()? },
            "follow-ups" => Self::FollowUps { number: number()? },
            "model-answer" => Self::ModelAnswer {
                number: number()?,
                follow_up: number()?,
            },
            "again" => Self::Again,
            "remind" => Self::Remind,
            _ => return None,
        };
        // Reject anything that does not round-trip.
        (step.text() == text).then_some(step)
    }
}

/// A side of a question: one of the messages members see of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// While it can be answered.
    Question,
    /// Once its key is public.
    Reveal,
    /// Behind the button Why.
    Why,
    /// First part of what is written into the thread.
    Explanation,
    /// Second part.
    GoOn,
}

words!(Side:
    Question = "question", Reveal = "reveal", Why = "why", Explanation = "explanation", GoOn = "go-on"
);
