//! Buttons and selects, and the text each carries as its `custom_id`.
//!
//! A button must still be understood in a year: never change the meaning of a form once it has been released, add a new
//! one.

mod parse;
mod steps;

use chrono::NaiveDate;

pub use self::steps::{LiveStep, Side, Step};
use super::command::WhichBoard;
use crate::ids::{CompetitionId, NoticeId, OpenAnswerId, QuestionId, QuizId, RoundId};

/// A button or select of ours. Its text form is the `custom_id`, so all that a click needs is on the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomId {
    /// Choose one option of a round.
    Answer {
        /// The round it belongs to.
        round: RoundId,
        /// The option, from 0.
        option: u8,
    },
    /// Choose any number of options of a round (a select; its values are the options).
    AnswerMany {
        /// The round it belongs to.
        round: RoundId,
    },
    /// Answer a round in one's own words: the button, and the form it opens.
    Write {
        /// The round it belongs to.
        round: RoundId,
    },
    /// One's own words beside the rubric, after the reveal.
    OwnAnswer {
        /// The round it belongs to.
        round: RoundId,
    },
    /// Mark a criterion of the rubric as met by one's own answer, or not.
    Mark {
        /// The round it belongs to.
        round: RoundId,
        /// The criterion, from 0.
        criterion: u8,
        /// Whether it is met.
        met: bool,
    },
    /// Let the others read one's own answer after the reveal, or not.
    Share {
        /// The round it belongs to.
        round: RoundId,
        /// Whether they may.
        share: bool,
    },
    /// Find somebody's shared answer convincing, or no longer.
    Convincing {
        /// The answer.
        answer: OpenAnswerId,
    },
    /// Why each option is right or wrong.
    Why {
        /// The round it belongs to.
        round: RoundId,
    },
    /// The follow-up questions.
    FollowUps {
        /// The round it belongs to.
        round: RoundId,
    },
    /// The model answer of one follow-up.
    ModelAnswer {
        /// The round it belongs to.
        round: RoundId,
        /// The follow-up, from 0.
        follow_up: u8,
    },
    /// Look at one side of a question that is not asked: what members see before or after the reveal.
    Look {
        /// The question.
        question: QuestionId,
        /// Which side.
        side: Side,
    },
    /// Take part in a live quiz, or move it on.
    Live {
        /// Which quiz.
        quiz: QuizId,
        /// What to do.
        step: LiveStep,
    },
    /// Read a question of a live quiz again.
    LiveQuestions {
        /// Which quiz.
        quiz: QuizId,
        /// Which of its questions, from 0.
        page: u8,
    },
    /// Move a private quiz on.
    Quiz {
        /// Which quiz.
        quiz: QuizId,
        /// Where to.
        step: Step,
    },
    /// Begin or go on with the review of what is due.
    ReviewStart,
    /// Put the question of a revealed round into one's own deck.
    Remind {
        /// The round it belongs to.
        round: RoundId,
    },
    /// A page of the final standings of a season.
    SeasonResults {
        /// The season's first day.
        start: NaiveDate,
        /// The page, from 0.
        page: u32,
    },
    /// A page of the podiums of past seasons.
    HallOfFame {
        /// The page, from 0.
        page: u32,
    },
    /// A page of a competition's board.
    Competition {
        /// Which one.
        competition: CompetitionId,
        /// The page, from 0.
        page: u32,
    },
    /// Take part in a competition.
    JoinCompetition {
        /// Which one.
        competition: CompetitionId,
    },
    /// The standings behind a notice.
    Notice {
        /// The notice.
        notice: NoticeId,
    },
    /// Turn to a page of a board.
    Board {
        /// Which board.
        board: WhichBoard,
        /// The page, from 0.
        page: u32,
    },
}

impl CustomId {
    /// The `custom_id`: at most 100 characters.
    #[must_use]
    pub fn custom_id(&self) -> String {
        match self {
            Self::Answer { round, option } => format!("answer:{round}:{option}"),
            Self::AnswerMany { round } => format!("answers:{round}"),
            Self::Write { round } => format!("write:{round}"),
            Self::OwnAnswer { round } => format!("own:{round}"),
            Self::Mark {
                round,
                criterion,
                met,
            } => format!("mark:{round}:{criterion}:{}", u8::from(*met)),
            Self::Share { round, share } => format!("share:{round}:{}", u8::from(*share)),
            Self::Convincing { answer } => format!("convincing:{answer}"),
            Self::Why { round } => format!("why:{round}"),
            Self::FollowUps { round } => format!("follow-ups:{round}"),
            Self::ModelAnswer { round, follow_up } => format!("model-answer:{round}:{follow_up}"),
            Self::Look { question, side } => format!("look:{question}:{}", side.as_str()),
            Self::Live { quiz, step } => format!("live:{quiz}:{}", step.as_str()),
            Self::LiveQuestions { quiz, page } => format!("live-questions:{quiz}:{page}"),
            Self::Quiz { quiz, step } => format!("quiz:{quiz}:{}", step.text()),
            Self::ReviewStart => "review:start".to_owned(),
            Self::Remind { round } => format!("remind:{round}"),
            Self::SeasonResults { start, page } => format!("season:{start}:{page}"),
            Self::HallOfFame { page } => format!("hall-of-fame:{page}"),
            Self::Competition { competition, page } => format!("competition:{competition}:{page}"),
            Self::JoinCompetition { competition } => format!("join-competition:{competition}"),
            Self::Notice { notice } => format!("notice:{notice}"),
            Self::Board { board, page } => {
                let name = if board.practice { "practice" } else { "board" };
                let topic = board.topic.as_deref().unwrap_or_default();
                format!("{name}:{}:{page}:{topic}", board.period.as_str())
            }
        }
    }
}

#[cfg(test)]
mod tests;
