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

/// A button or select of ours. Its text form is the `custom_id`, so all that a click needs is on the message. Options,
/// criteria, follow-ups and pages count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomId {
    /// Choose one option of a round.
    Answer { round: RoundId, option: u8 },
    /// Choose any number of options of a round (a select; its values are the options).
    AnswerMany { round: RoundId },
    /// Answer a round in one's own words: the button, and the form it opens.
    Write { round: RoundId },
    /// One's own words beside the rubric, after the reveal.
    OwnAnswer { round: RoundId },
    /// Mark a criterion of the rubric as met by one's own answer, or not.
    Mark {
        round: RoundId,
        criterion: u8,
        met: bool,
    },
    /// Let the others read one's own answer after the reveal, or not.
    Share { round: RoundId, share: bool },
    /// Find somebody's shared answer convincing, or no longer.
    Convincing { answer: OpenAnswerId },
    /// Why each option is right or wrong.
    Why { round: RoundId },
    /// The follow-up questions.
    FollowUps { round: RoundId },
    /// The model answer of one follow-up.
    ModelAnswer { round: RoundId, follow_up: u8 },
    /// Look at one side of a question that is not asked: what members see before or after the reveal.
    Look { question: QuestionId, side: Side },
    /// Take part in a live quiz, or move it on.
    Live { quiz: QuizId, step: LiveStep },
    /// Read a question of a live quiz again.
    LiveQuestions { quiz: QuizId, page: u8 },
    /// Move a private quiz on.
    Quiz { quiz: QuizId, step: Step },
    /// Begin or go on with the review of what is due.
    ReviewStart,
    /// Put the question of a revealed round into one's own deck.
    Remind { round: RoundId },
    /// A page of the final standings of a season.
    SeasonResults { start: NaiveDate, page: u32 },
    /// A page of the podiums of past seasons.
    HallOfFame { page: u32 },
    /// A page of a competition's board.
    Competition { competition: CompetitionId, page: u32 },
    /// Take part in a competition.
    JoinCompetition { competition: CompetitionId },
    /// The standings behind a notice.
    Notice { notice: NoticeId },
    /// Turn to a page of a board.
    Board { board: WhichBoard, page: u32 },
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
