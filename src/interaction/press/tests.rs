//! Every button is understood again, and nothing else is.

use proptest::prelude::*;

use super::*;
use crate::rules::open_answer::Marks;
use crate::rules::period::Period;
use crate::rules::review::Rating;
use crate::rules::scoring::Choices;

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

fn press() -> impl Strategy<Value = CustomId> {
    let round = (1..=i64::MAX).prop_map(RoundId);
    let question = (1..=i64::MAX).prop_map(QuestionId);
    let period = prop::sample::select(Period::ALL.to_vec());
    let topic = proptest::option::of("[a-z][a-z0-9-]{0,50}");
    prop_oneof![
        (round.clone(), 0..Choices::MOST_OPTIONS)
            .prop_map(|(round, option)| CustomId::Answer { round, option }),
        round.clone().prop_map(|round| CustomId::AnswerMany { round }),
        round.clone().prop_map(|round| CustomId::Write { round }),
        round.clone().prop_map(|round| CustomId::OwnAnswer { round }),
        (round.clone(), 0..Marks::MOST_CRITERIA, any::<bool>()).prop_map(|(round, criterion, met)| {
            CustomId::Mark {
                round,
                criterion,
                met,
            }
        }),
        (round.clone(), any::<bool>()).prop_map(|(round, share)| CustomId::Share { round, share }),
        (1..=i64::MAX).prop_map(|id| CustomId::Convincing {
            answer: OpenAnswerId(id)
        }),
        round.clone().prop_map(|round| CustomId::Why { round }),
        round.clone().prop_map(|round| CustomId::Remind { round }),
        Just(CustomId::ReviewStart),
        round.clone().prop_map(|round| CustomId::FollowUps { round }),
        (round, any::<u8>()).prop_map(|(round, follow_up)| CustomId::ModelAnswer { round, follow_up }),
        (
            (1..=i64::MAX).prop_map(QuizId),
            prop::sample::select(LiveStep::ALL.to_vec())
        )
            .prop_map(|(quiz, step)| CustomId::Live { quiz, step }),
        ((1..=i64::MAX).prop_map(QuizId), any::<u8>())
            .prop_map(|(quiz, page)| CustomId::LiveQuestions { quiz, page }),
        ((1..=i64::MAX).prop_map(QuizId), step()).prop_map(|(quiz, step)| CustomId::Quiz { quiz, step }),
        (question, prop::sample::select(Side::ALL.to_vec()))
            .prop_map(|(question, side)| CustomId::Look { question, side }),
        (0..9000_i32, 1..=12_u32, any::<u32>()).prop_map(|(year, month, page)| CustomId::SeasonResults {
            start: NaiveDate::from_ymd_opt(1000 + year, month, 1).unwrap(),
            page
        }),
        any::<u32>().prop_map(|page| CustomId::HallOfFame { page }),
        ((1..=i64::MAX).prop_map(CompetitionId), any::<u32>())
            .prop_map(|(competition, page)| CustomId::Competition { competition, page }),
        (1..=i64::MAX).prop_map(|id| CustomId::JoinCompetition {
            competition: CompetitionId(id)
        }),
        (1..=i64::MAX).prop_map(|id| CustomId::Notice { notice: NoticeId(id) }),
        (period, any::<bool>(), topic, any::<u32>()).prop_map(|(period, practice, topic, page)| {
            CustomId::Board {
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
        prop_assert_eq!(CustomId::parse(&id), Some(press));
    }

    #[test]
    fn any_text_is_either_a_button_of_ours_or_none(text in "\\PC{0,100}") {
        if let Some(press) = CustomId::parse(&text) {
            prop_assert_eq!(CustomId::parse(&press.custom_id()), Some(press));
        }
    }
}

#[test]
fn words_within_buttons_stay_as_they_are() {
    assert_eq!(
        LiveStep::ALL.map(LiveStep::as_str),
        ["join", "leave", "start", "next", "stop", "result"]
    );
    assert_eq!(
        Side::ALL.map(Side::as_str),
        ["question", "reveal", "why", "explanation", "go-on"]
    );
}

#[test]
fn buttons_in_the_field_keep_their_meaning() {
    let round = RoundId(7);
    let released = [
        ("answer:7:2", CustomId::Answer { round, option: 2 }),
        ("answers:7", CustomId::AnswerMany { round }),
        ("why:7", CustomId::Why { round }),
        ("write:7", CustomId::Write { round }),
        ("own:7", CustomId::OwnAnswer { round }),
        (
            "mark:7:2:1",
            CustomId::Mark {
                round,
                criterion: 2,
                met: true,
            },
        ),
        ("share:7:0", CustomId::Share { round, share: false }),
        (
            "convincing:9",
            CustomId::Convincing {
                answer: OpenAnswerId(9),
            },
        ),
        ("follow-ups:7", CustomId::FollowUps { round }),
        ("remind:7", CustomId::Remind { round }),
        ("review:start", CustomId::ReviewStart),
        (
            "quiz:7:rate:2:hard",
            CustomId::Quiz {
                quiz: QuizId(7),
                step: Step::Rate {
                    number: 2,
                    rating: Rating::Hard,
                },
            },
        ),
        (
            "quiz:7:remind",
            CustomId::Quiz {
                quiz: QuizId(7),
                step: Step::Remind,
            },
        ),
        (
            "live:7:join",
            CustomId::Live {
                quiz: QuizId(7),
                step: LiveStep::Join,
            },
        ),
        (
            "live-questions:7:3",
            CustomId::LiveQuestions {
                quiz: QuizId(7),
                page: 3,
            },
        ),
        (
            "quiz:7:next",
            CustomId::Quiz {
                quiz: QuizId(7),
                step: Step::Next,
            },
        ),
        (
            "quiz:7:model-answer:2:1",
            CustomId::Quiz {
                quiz: QuizId(7),
                step: Step::ModelAnswer {
                    number: 2,
                    follow_up: 1,
                },
            },
        ),
        ("model-answer:7:1", CustomId::ModelAnswer { round, follow_up: 1 }),
        (
            "season:2026-10-01:2",
            CustomId::SeasonResults {
                start: NaiveDate::from_ymd_opt(2026, 10, 1).unwrap(),
                page: 2,
            },
        ),
        ("hall-of-fame:1", CustomId::HallOfFame { page: 1 }),
        (
            "competition:7:1",
            CustomId::Competition {
                competition: CompetitionId(7),
                page: 1,
            },
        ),
        (
            "join-competition:7",
            CustomId::JoinCompetition {
                competition: CompetitionId(7),
            },
        ),
        ("notice:7", CustomId::Notice { notice: NoticeId(7) }),
    ];
    for (id, press) in released {
        assert_eq!(CustomId::parse(id), Some(press), "{id}");
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
        assert_eq!(CustomId::parse(forged), None, "{forged}");
    }
}

/// Every form a button has ever had. Messages live for years, and so do their buttons: nothing is ever taken from here.
const RELEASED: [&str; 47] = [
    "answer:7:0",
    "answers:7",
    "write:7",
    "own:7",
    "mark:7:2:1",
    "mark:7:2:0",
    "share:7:1",
    "share:7:0",
    "convincing:7",
    "why:7",
    "follow-ups:7",
    "model-answer:7:1",
    "look:7:question",
    "look:7:reveal",
    "look:7:why",
    "look:7:explanation",
    "look:7:go-on",
    "live:7:join",
    "live:7:leave",
    "live:7:start",
    "live:7:next",
    "live:7:stop",
    "live:7:result",
    "live-questions:7:1",
    "quiz:7:next",
    "quiz:7:stop",
    "quiz:7:back:1",
    "quiz:7:follow-ups:1",
    "quiz:7:model-answer:1:0",
    "quiz:7:again",
    "quiz:7:rate:1:again",
    "quiz:7:rate:1:hard",
    "quiz:7:rate:1:good",
    "quiz:7:rate:1:easy",
    "quiz:7:remind",
    "review:start",
    "remind:7",
    "season:2026-01-01:1",
    "hall-of-fame:1",
    "competition:7:1",
    "join-competition:7",
    "notice:7",
    "board:week:1:",
    "board:month:1:closures",
    "board:season:1:",
    "board:all:1:",
    "practice:week:1:closures",
];

#[test]
fn every_button_that_was_ever_posted_is_understood_and_written_the_same() {
    for text in RELEASED {
        let parsed = CustomId::parse(text);
        assert_eq!(
            parsed.map(|custom_id| custom_id.custom_id()).as_deref(),
            Some(text)
        );
    }
}
