//! Every button is understood again, and nothing else is.

use proptest::prelude::*;

use super::*;
use crate::rules::review::Rating;

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
        (round.clone(), 0..Choices::MOST_OPTIONS).prop_map(|(round, option)| Press::Answer { round, option }),
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
