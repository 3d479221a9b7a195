//! When everybody has had their time, nothing is left to do.

use std::collections::HashSet;

use super::{Findings, Kind};
use crate::facts::Facts;

/// No round, notice, quiz or shared answer waits for something.
pub(super) fn check_nothing_is_left(facts: &Facts, findings: &mut Findings) {
    let tables = &facts.tables;
    for round in &tables.rounds {
        let (id, state) = (round.number("round_id"), round.text("state"));
        let over = round
            .moment("reveal_at")
            .is_some_and(|at| at < facts.ended - chrono::TimeDelta::minutes(1));
        let private = round.maybe_number("only_user_id").is_some();
        if state == "planned" || state == "posted" && over && !private {
            findings.add(Kind::Unfinished, format!("round {id} is still {state}"));
        }
    }
    for notice in &tables.notices {
        let due = notice.moment("due_at").is_some_and(|at| at < facts.ended);
        if notice.text("state") == "planned" && due {
            let id = notice.number("notice_id");
            findings.add(Kind::Unfinished, format!("notice {id} is due and not posted"));
        }
    }
    for quiz in tables.quizzes.iter().filter(|quiz| quiz.text("source") == "live") {
        let (id, state) = (quiz.number("quiz_id"), quiz.text("state"));
        if ["lobby", "running"].contains(&state) {
            findings.add(Kind::Unfinished, format!("quiz {id} is still in its {state}"));
        }
    }
    check_kept(facts, findings);
}

/// What a notice, a quiz and a shared answer say is on a message, is.
fn check_kept(facts: &Facts, findings: &mut Findings) {
    let subjects: HashSet<String> = facts
        .shown
        .iter()
        .filter(|shown| !shown.on_request)
        .flat_map(|shown| shown.custom_ids.iter())
        .filter_map(|custom_id| super::once::subject_of(custom_id))
        .collect();
    let tables = &facts.tables;
    let mut expected = Vec::new();
    for quiz in tables
        .quizzes
        .iter()
        .filter(|quiz| quiz.text("source") == "live" && quiz.text("state") == "finished")
    {
        let id = quiz.number("quiz_id");
        expected.push(format!("podium of quiz {id}"));
    }
    let revealed: HashSet<i64> = tables
        .rounds
        .iter()
        .filter(|round| round.text("state") == "revealed")
        .map(|round| round.number("round_id"))
        .collect();
    for answer in tables
        .open_answers
        .iter()
        .filter(|answer| answer.flag("shared") == Some(true) && revealed.contains(&answer.number("round_id")))
    {
        expected.push(format!("shared answer {}", answer.number("open_answer_id")));
    }
    for missing in expected.iter().filter(|subject| !subjects.contains(*subject)) {
        findings.add(Kind::Lost, format!("the {missing} was never posted"));
    }
}
