//! Buttons and selects, and the text each carries as its `custom_id`.
//!
//! A button must still be understood in a year: never change the meaning of a form once it has been released, add a new
//! one.

use chrono::NaiveDate;

use super::command::WhichBoard;
use crate::ids::{CompetitionId, NoticeId, OpenAnswerId, QuestionId, QuizId, RoundId};
use crate::rules::own_words::Marks;
use crate::rules::period::Period;
use crate::rules::review::Rating;
use crate::rules::scoring::Choices;

/// A button or select of ours. Its text form is the `custom_id`, so all that a click needs is on the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
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

impl LiveStep {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Join,
        Self::Leave,
        Self::Start,
        Self::Next,
        Self::Stop,
        Self::Result,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Start => "start",
            Self::Next => "next",
            Self::Stop => "stop",
            Self::Result => "result",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

/// Where a private quiz moves. `number` is the question's place in the quiz, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are explained above")]
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
    fn text(self) -> String {
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

    fn parse(text: &str) -> Option<Self> {
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
        // One form for each step, nothing behind it.
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

impl Side {
    /// All of them, in the order members meet them.
    pub const ALL: [Self; 5] = [
        Self::Question,
        Self::Reveal,
        Self::Why,
        Self::Explanation,
        Self::GoOn,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Reveal => "reveal",
            Self::Why => "why",
            Self::Explanation => "explanation",
            Self::GoOn => "go-on",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.as_str() == text)
    }
}

impl Press {
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

    /// Reads a `custom_id`, which anybody can forge; `None` where it is not one of ours.
    #[must_use]
    pub fn parse(custom_id: &str) -> Option<Self> {
        let (name, rest) = custom_id.split_once(':')?;
        let round = |text: &str| text.parse().ok().filter(|id| *id > 0).map(RoundId);
        let numbered = || {
            let (id, number) = rest.split_once(':')?;
            Some((round(id)?, number.parse::<u8>().ok()?))
        };
        Some(match name {
            "answer" => {
                let (round, option) = numbered()?;
                Choices::single(option)?;
                Self::Answer { round, option }
            }
            "answers" => Self::AnswerMany { round: round(rest)? },
            "write" => Self::Write { round: round(rest)? },
            "own" => Self::OwnAnswer { round: round(rest)? },
            "mark" => {
                let (rest, met) = rest.rsplit_once(':')?;
                let (id, criterion) = rest.split_once(':')?;
                Self::Mark {
                    round: round(id)?,
                    criterion: criterion.parse().ok().filter(|bit| *bit < Marks::MOST_CRITERIA)?,
                    met: truth(met)?,
                }
            }
            "share" => {
                let (id, share) = rest.split_once(':')?;
                Self::Share {
                    round: round(id)?,
                    share: truth(share)?,
                }
            }
            "convincing" => {
                let answer = rest.parse().ok().filter(|id| *id > 0).map(OpenAnswerId)?;
                Self::Convincing { answer }
            }
            "why" => Self::Why { round: round(rest)? },
            "follow-ups" => Self::FollowUps { round: round(rest)? },
            "model-answer" => {
                let (round, follow_up) = numbered()?;
                Self::ModelAnswer { round, follow_up }
            }
            "look" => {
                let (id, side) = rest.split_once(':')?;
                let question = id.parse().ok().filter(|id| *id > 0).map(QuestionId)?;
                Self::Look {
                    question,
                    side: Side::parse(side)?,
                }
            }
            "live" => {
                let (id, step) = rest.split_once(':')?;
                let quiz = id.parse().ok().filter(|id| *id > 0).map(QuizId)?;
                Self::Live {
                    quiz,
                    step: LiveStep::parse(step)?,
                }
            }
            "live-questions" => {
                let (RoundId(id), page) = numbered()?;
                Self::LiveQuestions {
                    quiz: QuizId(id),
                    page,
                }
            }
            "quiz" => {
                let (id, step) = rest.split_once(':')?;
                let quiz = id.parse().ok().filter(|id| *id > 0).map(QuizId)?;
                Self::Quiz {
                    quiz,
                    step: Step::parse(step)?,
                }
            }
            "review" if rest == "start" => Self::ReviewStart,
            "remind" => Self::Remind { round: round(rest)? },
            "season" => {
                let (start, page) = rest.split_once(':')?;
                // Only dates as we write them: chrono reads years of any length.
                Self::SeasonResults {
                    start: start.parse().ok().filter(|_| start.len() == 10)?,
                    page: page.parse().ok()?,
                }
            }
            "hall-of-fame" => Self::HallOfFame {
                page: rest.parse().ok()?,
            },
            "competition" => {
                let (id, page) = rest.split_once(':')?;
                Self::Competition {
                    competition: id.parse().ok().filter(|id| *id > 0).map(CompetitionId)?,
                    page: page.parse().ok()?,
                }
            }
            "join-competition" => Self::JoinCompetition {
                competition: rest.parse().ok().filter(|id| *id > 0).map(CompetitionId)?,
            },
            "notice" => Self::Notice {
                notice: rest.parse().ok().filter(|id| *id > 0).map(NoticeId)?,
            },
            "board" | "practice" => {
                let mut parts = rest.splitn(3, ':');
                let period: Period = parts.next()?.parse().ok()?;
                let page = parts.next()?.parse().ok()?;
                let topic = parts.next().filter(|topic| !topic.is_empty()).map(str::to_owned);
                let board = WhichBoard {
                    period,
                    practice: name == "practice",
                    topic,
                };
                Self::Board { board, page }
            }
            _ => return None,
        })
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Next),
            Just(Step::Stop),
            Just(Step::Again),
            Just(Step::Remind),
            (any::<u8>(), prop::sample::select(Rating::ALL.to_vec()))
                .prop_map(|(number, rating)| Step::Rate { number, rating }),
            any::<u8>().prop_map(|number| Step::Back { number }),
            any::<u8>().prop_map(|number| Step::FollowUps { number }),
            any::<(u8, u8)>().prop_map(|(number, follow_up)| Step::ModelAnswer { number, follow_up }),
        ]
    }

    fn press() -> impl Strategy<Value = Press> {
        let round = (1..=i64::MAX).prop_map(RoundId);
        let question = (1..=i64::MAX).prop_map(QuestionId);
        let period = prop::sample::select(Period::ALL.to_vec());
        let topic = proptest::option::of("[a-z][a-z0-9-]{0,50}");
        prop_oneof![
            (round.clone(), 0..Choices::MOST_OPTIONS)
                .prop_map(|(round, option)| Press::Answer { round, option }),
            round.clone().prop_map(|round| Press::AnswerMany { round }),
            round.clone().prop_map(|round| Press::Write { round }),
            round.clone().prop_map(|round| Press::OwnAnswer { round }),
            (round.clone(), 0..Marks::MOST_CRITERIA, any::<bool>()).prop_map(|(round, criterion, met)| {
                Press::Mark {
                    round,
                    criterion,
                    met,
                }
            }),
            (round.clone(), any::<bool>()).prop_map(|(round, share)| Press::Share { round, share }),
            (1..=i64::MAX).prop_map(|id| Press::Convincing {
                answer: OpenAnswerId(id)
            }),
            round.clone().prop_map(|round| Press::Why { round }),
            round.clone().prop_map(|round| Press::Remind { round }),
            Just(Press::ReviewStart),
            round.clone().prop_map(|round| Press::FollowUps { round }),
            (round, any::<u8>()).prop_map(|(round, follow_up)| Press::ModelAnswer { round, follow_up }),
            (
                (1..=i64::MAX).prop_map(QuizId),
                prop::sample::select(LiveStep::ALL.to_vec())
            )
                .prop_map(|(quiz, step)| Press::Live { quiz, step }),
            ((1..=i64::MAX).prop_map(QuizId), any::<u8>())
                .prop_map(|(quiz, page)| Press::LiveQuestions { quiz, page }),
            ((1..=i64::MAX).prop_map(QuizId), step()).prop_map(|(quiz, step)| Press::Quiz { quiz, step }),
            (question, prop::sample::select(Side::ALL.to_vec()))
                .prop_map(|(question, side)| Press::Look { question, side }),
            (0..9000_i32, 1..=12_u32, any::<u32>()).prop_map(|(year, month, page)| Press::SeasonResults {
                start: NaiveDate::from_ymd_opt(1000 + year, month, 1).unwrap(),
                page
            }),
            any::<u32>().prop_map(|page| Press::HallOfFame { page }),
            ((1..=i64::MAX).prop_map(CompetitionId), any::<u32>())
                .prop_map(|(competition, page)| Press::Competition { competition, page }),
            (1..=i64::MAX).prop_map(|id| Press::JoinCompetition {
                competition: CompetitionId(id)
            }),
            (1..=i64::MAX).prop_map(|id| Press::Notice { notice: NoticeId(id) }),
            (period, any::<bool>(), topic, any::<u32>()).prop_map(|(period, practice, topic, page)| {
                Press::Board {
                    board: WhichBoard {
                        period,
                        practice,
                        topic,
                    },
                    page,
                }
            }),
        ]
    }

    proptest! {
        #[test]
        fn every_button_is_understood_again_and_fits_into_a_custom_id(press in press()) {
            let id = press.custom_id();
            prop_assert!(id.len() <= 100, "{id}");
            prop_assert_eq!(Press::parse(&id), Some(press));
        }

        #[test]
        fn any_text_is_either_a_button_of_ours_or_none(text in "\\PC{0,100}") {
            if let Some(press) = Press::parse(&text) {
                prop_assert_eq!(Press::parse(&press.custom_id()), Some(press));
            }
        }
    }

    #[test]
    fn buttons_in_the_field_keep_their_meaning() {
        let round = RoundId(7);
        let released = [
            ("answer:7:2", Press::Answer { round, option: 2 }),
            ("answers:7", Press::AnswerMany { round }),
            ("why:7", Press::Why { round }),
            ("write:7", Press::Write { round }),
            ("own:7", Press::OwnAnswer { round }),
            (
                "mark:7:2:1",
                Press::Mark {
                    round,
                    criterion: 2,
                    met: true,
                },
            ),
            ("share:7:0", Press::Share { round, share: false }),
            (
                "convincing:9",
                Press::Convincing {
                    answer: OpenAnswerId(9),
                },
            ),
            ("follow-ups:7", Press::FollowUps { round }),
            ("remind:7", Press::Remind { round }),
            ("review:start", Press::ReviewStart),
            (
                "quiz:7:rate:2:hard",
                Press::Quiz {
                    quiz: QuizId(7),
                    step: Step::Rate {
                        number: 2,
                        rating: Rating::Hard,
                    },
                },
            ),
            (
                "quiz:7:remind",
                Press::Quiz {
                    quiz: QuizId(7),
                    step: Step::Remind,
                },
            ),
            (
                "live:7:join",
                Press::Live {
                    quiz: QuizId(7),
                    step: LiveStep::Join,
                },
            ),
            (
                "live-questions:7:3",
                Press::LiveQuestions {
                    quiz: QuizId(7),
                    page: 3,
                },
            ),
            (
                "quiz:7:next",
                Press::Quiz {
                    quiz: QuizId(7),
                    step: Step::Next,
                },
            ),
            (
                "quiz:7:model-answer:2:1",
                Press::Quiz {
                    quiz: QuizId(7),
                    step: Step::ModelAnswer {
                        number: 2,
                        follow_up: 1,
                    },
                },
            ),
            ("model-answer:7:1", Press::ModelAnswer { round, follow_up: 1 }),
            (
                "season:2026-10-01:2",
                Press::SeasonResults {
                    start: NaiveDate::from_ymd_opt(2026, 10, 1).unwrap(),
                    page: 2,
                },
            ),
            ("hall-of-fame:1", Press::HallOfFame { page: 1 }),
            (
                "competition:7:1",
                Press::Competition {
                    competition: CompetitionId(7),
                    page: 1,
                },
            ),
            (
                "join-competition:7",
                Press::JoinCompetition {
                    competition: CompetitionId(7),
                },
            ),
            ("notice:7", Press::Notice { notice: NoticeId(7) }),
        ];
        for (id, press) in released {
            assert_eq!(Press::parse(id), Some(press), "{id}");
        }
        for forged in [
            "",
            "answer",
            "answer:7",
            "answer:7:5",
            "answer:-1:0",
            "answer:0:0",
            "why:x",
            "write:0",
            "mark:7:8:1",
            "mark:7:1:2",
            "mark:7:1",
            "share:7",
            "share:7:yes",
            "convincing:-3",
            "model-answer:7:256",
            "quiz:7:next:1",
            "quiz:7:rate:1:superb",
            "review:7",
            "remind:0",
            "quiz:0:next",
            "live:0:join",
            "live:7:win",
        ] {
            assert_eq!(Press::parse(forged), None, "{forged}");
        }
    }
}
