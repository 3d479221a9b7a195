//! Reading a `custom_id`, which anybody can forge.

use std::str::FromStr;

use super::{CustomId, LiveStep, Side, Step};
use crate::ids::{CompetitionId, NoticeId, OpenAnswerId, QuestionId, QuizId, RoundId};
use crate::interaction::command::WhichBoard;
use crate::rules::open_answer::Marks;
use crate::rules::scoring::Choices;

impl CustomId {
    /// Reads what [`CustomId::custom_id`] writes; `None` where it is not one of ours.
    #[must_use]
    pub fn parse(custom_id: &str) -> Option<Self> {
        // No database keeps a NUL, and no button of ours has one.
        let (name, rest) = custom_id.split_once(':').filter(|_| !custom_id.contains('\0'))?;
        let parsed = parse_answering(name, Parts(rest))
            .or_else(|| parse_reveal(name, Parts(rest)))
            .or_else(|| parse_quiz(name, Parts(rest)))
            .or_else(|| parse_board(name, Parts(rest)))?;
        // Reject anything that does not round-trip: a part too many, a number or a date of another form.
        (parsed.custom_id() == custom_id).then_some(parsed)
    }
}

/// What stands behind the name, to be read part by part.
struct Parts<'a>(&'a str);

impl<'a> Parts<'a> {
    /// The next part, up to a colon or the end.
    fn text(&mut self) -> &'a str {
        let (part, rest) = self.0.split_once(':').unwrap_or((self.0, ""));
        self.0 = rest;
        part
    }

    fn number<T: FromStr>(&mut self) -> Option<T> {
        self.text().parse().ok()
    }

    fn id<T>(&mut self, of: fn(i64) -> T) -> Option<T> {
        self.number().filter(|id| *id > 0).map(of)
    }

    fn truth(&mut self) -> Option<bool> {
        self.number().map(|number: u8| number == 1)
    }

    fn rest(&mut self) -> &'a str {
        std::mem::take(&mut self.0)
    }
}

fn parse_answering(name: &str, mut parts: Parts<'_>) -> Option<CustomId> {
    Some(match name {
        "answer" => CustomId::Answer {
            round: parts.id(RoundId)?,
            option: parts.number().filter(|option| *option < Choices::MOST_OPTIONS)?,
        },
        "answers" => CustomId::AnswerMany {
            round: parts.id(RoundId)?,
        },
        "write" => CustomId::Write {
            round: parts.id(RoundId)?,
        },
        "own" => CustomId::OwnAnswer {
            round: parts.id(RoundId)?,
        },
        "mark" => CustomId::Mark {
            round: parts.id(RoundId)?,
            criterion: parts.number().filter(|bit| *bit < Marks::MOST_CRITERIA)?,
            met: parts.truth()?,
        },
        "share" => CustomId::Share {
            round: parts.id(RoundId)?,
            share: parts.truth()?,
        },
        "convincing" => CustomId::Convincing {
            answer: parts.id(OpenAnswerId)?,
        },
        _ => return None,
    })
}

fn parse_reveal(name: &str, mut parts: Parts<'_>) -> Option<CustomId> {
    Some(match name {
        "why" => CustomId::Why {
            round: parts.id(RoundId)?,
        },
        "follow-ups" => CustomId::FollowUps {
            round: parts.id(RoundId)?,
        },
        "model-answer" => CustomId::ModelAnswer {
            round: parts.id(RoundId)?,
            follow_up: parts.number()?,
        },
        "remind" => CustomId::Remind {
            round: parts.id(RoundId)?,
        },
        "look" => CustomId::Look {
            question: parts.id(QuestionId)?,
            side: Side::parse(parts.rest())?,
        },
        _ => return None,
    })
}

fn parse_quiz(name: &str, mut parts: Parts<'_>) -> Option<CustomId> {
    Some(match name {
        "live" => CustomId::Live {
            quiz: parts.id(QuizId)?,
            step: LiveStep::parse(parts.rest())?,
        },
        "live-questions" => CustomId::LiveQuestions {
            quiz: parts.id(QuizId)?,
            page: parts.number()?,
        },
        "quiz" => CustomId::Quiz {
            quiz: parts.id(QuizId)?,
            step: Step::parse(parts.rest())?,
        },
        "review" => CustomId::ReviewStart,
        _ => return None,
    })
}

fn parse_board(name: &str, mut parts: Parts<'_>) -> Option<CustomId> {
    Some(match name {
        "season" => CustomId::SeasonResults {
            start: parts.number()?,
            page: parts.number()?,
        },
        "hall-of-fame" => CustomId::HallOfFame {
            page: parts.number()?,
        },
        "competition" => CustomId::Competition {
            competition: parts.id(CompetitionId)?,
            page: parts.number()?,
        },
        "join-competition" => CustomId::JoinCompetition {
            competition: parts.id(CompetitionId)?,
        },
        "notice" => CustomId::Notice {
            notice: parts.id(NoticeId)?,
        },
        "board" | "practice" => {
            let (period, page, topic) = (parts.number()?, parts.number()?, parts.rest());
            let board = WhichBoard {
                period,
                practice: name == "practice",
                topic: (!topic.is_empty()).then(|| topic.to_owned()),
            };
            CustomId::Board { board, page }
        }
        _ => return None,
    })
}
