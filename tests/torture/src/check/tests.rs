//! A world in which everything is right, and what the rules say once it is broken in one place.

mod world;

use serde_json::json;

use self::world::{ANN, BEN, SECRET, at, sound_world};
use super::{Kind, check_facts};
use crate::facts::{Choice, Deed, Facts, Outcome, Press, Told};

/// Breaks the world and returns what is said then.
fn broken(change: impl FnOnce(&mut Facts)) -> Vec<(Kind, String)> {
    let mut facts = sound_world();
    change(&mut facts);
    let findings = check_facts(&facts);
    findings
        .into_iter()
        .map(|finding| (finding.kind, finding.what))
        .collect()
}

/// The rules say this, among whatever else follows from it.
#[track_caller]
fn finds(kind: Kind, part: &str, change: impl FnOnce(&mut Facts)) {
    let found = broken(change);
    assert!(
        found
            .iter()
            .any(|(found, what)| *found == kind && what.contains(part)),
        "nothing is {kind} about {part:?}: {found:#?}"
    );
}

#[test]
fn nothing_is_wrong_with_a_sound_world() {
    assert_eq!(broken(|_| {}), []);
}

#[test]
fn a_question_that_is_posted_twice_is_found() {
    finds(Kind::Twice, "question of round 1", |facts| {
        let mut again = facts.shown[0].clone();
        (again.message, again.nonce) = (109, None);
        facts.shown.push(again);
    });
}

#[test]
fn a_message_without_buttons_that_is_posted_twice_is_found_by_what_it_says_and_by_its_nonce() {
    finds(Kind::Twice, "channel 100 says the same", |facts| {
        let mut again = facts.shown[2].clone();
        (again.message, again.nonce) = (109, None);
        facts.shown.push(again);
    });
    finds(Kind::Twice, "nonce n101", |facts| {
        let mut again = facts.shown[2].clone();
        (again.message, again.words) = (109, "Something else".to_owned());
        facts.shown.push(again);
    });
}

#[test]
fn lobbies_podiums_notices_and_shared_answers_that_are_posted_twice_are_found() {
    for (at, part) in [
        (3, "lobby of quiz 5"),
        (6, "podium of quiz 5"),
        (9, "shared answer 4"),
        (10, "notice 6"),
    ] {
        finds(Kind::Twice, part, |facts| {
            let mut again = facts.shown[at].clone();
            (again.message, again.nonce) = (999, None);
            again.words.push('!');
            facts.shown.push(again);
        });
    }
}

#[test]
fn what_somebody_asked_for_may_be_there_as_often_as_they_ask() {
    let found = broken(|facts| {
        for message in [109, 110] {
            let mut reply = facts.shown[2].clone();
            (reply.message, reply.nonce, reply.on_request) = (message, None, true);
            facts.shown.push(reply);
        }
    });
    assert_eq!(found, []);
}

#[test]
fn a_due_question_without_a_round_is_found_and_one_with_two() {
    finds(Kind::Lost, "schedule 9 was due", |facts| {
        facts.tables.rounds.remove(0);
    });
    finds(Kind::Twice, "schedule 9 has 2 rounds", |facts| {
        let mut again = facts.tables.rounds[0].clone();
        again.0["round_id"] = json!(11);
        facts.tables.rounds.push(again);
    });
    finds(Kind::Wrong, "was not due on 2026-03-03", |facts| {
        let mut other = facts.tables.rounds[0].clone();
        other.0["round_id"] = json!(11);
        other.0["occurrence_date"] = json!("2026-03-03");
        facts.tables.rounds.push(other);
    });
}

#[test]
fn a_day_that_is_skipped_says_why() {
    let skip = |facts: &mut Facts, reason: Option<&str>| {
        let round = &mut facts.tables.rounds[0].0;
        (round["state"], round["reason"]) = (json!("skipped"), json!(reason));
    };
    finds(Kind::Lost, "does not say why", |facts| skip(facts, None));
    finds(
        Kind::Wrong,
        "round 1 is skipped but stands in messages",
        |facts| {
            skip(facts, Some("it was late"));
        },
    );
}

#[test]
fn a_round_whose_message_is_not_there_is_found() {
    finds(Kind::Wrong, "round 1 says its message is 100", |facts| {
        facts.shown.retain(|shown| shown.message != 100);
    });
    finds(Kind::Lost, "the reveal of round 1", |facts| {
        facts.shown.remove(1);
    });
    finds(Kind::Lost, "the discussion of round 1", |facts| {
        facts.shown.remove(2);
    });
}

#[test]
fn a_receipt_without_a_row_is_found_and_one_that_says_something_else() {
    finds(Kind::Lost, "member 8 in round 1", |facts| {
        facts
            .tables
            .answers
            .retain(|answer| answer.number("user_id") != BEN);
    });
    finds(Kind::Wrong, "member 7 in round 1", |facts| {
        facts.tables.answers[0].0["choices"] = json!(1);
    });
    finds(Kind::Wrong, "member 7 in round 3", |facts| {
        facts.tables.open_answers[0].0["words"] = json!("By asking.");
    });
    finds(Kind::Wrong, "never chose it", |facts| {
        facts.presses[0].told = Told::Counts(Choice::Options(4));
    });
    finds(Kind::Lost, "nothing counts, after a receipt", |facts| {
        facts.presses[3].told = Told::TooLate(None);
    });
    finds(Kind::Wrong, "the first answer counts", |facts| {
        facts.presses[5].told = Told::Counts(Choice::Options(1));
    });
    finds(Kind::Wrong, "never answered", |facts| {
        facts.presses.retain(|press| press.user != BEN);
    });
}

#[test]
fn a_click_nobody_answered_may_have_been_taken_or_not() {
    let unsure = |facts: &mut Facts, choices: i16| {
        facts.presses.push(Press {
            round: 1,
            user: ANN,
            at: at("09:00:40"),
            chose: Choice::Options(choices),
            told: Told::Unsure,
            reply: String::new(),
        });
    };
    assert_eq!(broken(|facts| unsure(facts, 1)), []);
    let taken = broken(|facts| {
        unsure(facts, 1);
        facts.tables.answers[0].0["choices"] = json!(1);
    });
    assert!(
        taken.iter().all(|(_, what)| !what.contains("was told")),
        "{taken:?}"
    );
    finds(Kind::Wrong, "member 7 in round 1", |facts| {
        unsure(facts, 1);
        facts.tables.answers[0].0["choices"] = json!(4);
    });
}

#[test]
fn wrong_points_are_found() {
    finds(Kind::Wrong, "has 30 points, not 20", |facts| {
        facts.tables.answers[0].0["points"] = json!(30);
    });
    finds(Kind::Lost, "has no points", |facts| {
        facts.tables.answers[0].0["points"] = json!(null);
    });
    finds(Kind::Wrong, "is said to be", |facts| {
        facts.tables.answers[1].0["correct"] = json!(true);
    });
    finds(Kind::Wrong, "came after the window", |facts| {
        facts.tables.answers[0].0["answered_at"] = json!(at("09:05:00"));
    });
    finds(Kind::Wrong, "has points before the reveal", |facts| {
        facts.tables.rounds[0].0["state"] = json!("posted");
    });
    finds(Kind::Wrong, "score Some(751) in round 2, not 750", |facts| {
        facts.tables.answers[2].0["score"] = json!(751);
    });
}

#[test]
fn a_question_of_quizzes_that_pays_twice_is_found_and_one_that_never_does() {
    finds(Kind::Lost, "question 2 never paid member 7", |facts| {
        facts.tables.answers[2].0["points"] = json!(0);
    });
    finds(Kind::Twice, "question 2 paid member 7", |facts| {
        let mut round = facts.tables.rounds[1].clone();
        round.0["round_id"] = json!(12);
        facts.tables.rounds.push(round);
        let mut answer = facts.tables.answers[2].clone();
        answer.0["round_id"] = json!(12);
        facts.tables.answers.push(answer);
    });
}

#[test]
fn boards_that_do_not_follow_from_the_answers_are_found() {
    finds(Kind::Wrong, "standings", |facts| {
        facts.tables.standings[0].0["points"] = json!(70);
    });
    finds(Kind::Wrong, "standings", |facts| {
        facts.tables.standings[1].0["last_at"] = json!(at("09:00:00"));
    });
    finds(Kind::Lost, "standings", |facts| {
        facts.tables.standings.remove(3);
    });
    finds(Kind::Wrong, "weekly points", |facts| {
        facts.tables.weekly_points[0].0["points"] = json!(20);
    });
}

#[test]
fn a_profile_that_says_something_else_is_found() {
    for (right, wrong) in [
        ("50 points, rank 1", "50 points, rank 2"),
        ("1 round", "2 rounds"),
    ] {
        finds(Kind::Wrong, "the profile of member 7", |facts| {
            facts.profiles[0].words = facts.profiles[0].words.replace(right, wrong);
        });
    }
}

#[test]
fn a_key_that_is_seen_early_is_found() {
    finds(Kind::Early, "message 100 tells the answer of round 1", |facts| {
        facts.shown[0].words.push_str(SECRET);
    });
    finds(Kind::Early, "message 100 offers why:1", |facts| {
        facts.shown[1].at = at("09:04:59");
    });
    finds(Kind::Early, "member 7 was told the answer of round 1", |facts| {
        facts.presses[0].reply = format!("By the way: {SECRET}");
    });
}

#[test]
fn an_interaction_that_nobody_answered_is_found_unless_nobody_could() {
    let unanswered = |had_to_be_answered| Deed {
        what: "The press of answer:1:0".to_owned(),
        at: at("09:00:40"),
        outcome: Outcome::Unanswered,
        had_to_be_answered,
    };
    finds(Kind::Unanswered, "The press of answer:1:0", |facts| {
        facts.deeds.push(unanswered(true));
    });
    assert_eq!(broken(|facts| facts.deeds.push(unanswered(false))), []);
}

#[test]
fn what_is_still_to_be_done_at_the_end_is_found() {
    finds(Kind::Unfinished, "round 1 is still posted", |facts| {
        facts.tables.rounds[0].0["state"] = json!("posted");
    });
    finds(Kind::Unfinished, "notice 6 is due", |facts| {
        facts.tables.notices[0].0["state"] = json!("planned");
    });
    finds(Kind::Unfinished, "quiz 5 is still in its running", |facts| {
        facts.tables.quizzes[0].0["state"] = json!("running");
    });
    finds(Kind::Lost, "the podium of quiz 5", |facts| {
        facts.shown.retain(|shown| shown.message != 202);
    });
    finds(Kind::Lost, "the shared answer 4", |facts| {
        facts.shown.retain(|shown| shown.message != 301);
    });
}
