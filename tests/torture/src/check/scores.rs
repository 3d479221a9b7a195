//! Points follow from answers, keys and rules.

use std::collections::{BTreeMap, HashMap};

use super::{Findings, Kind};
use crate::facts::{Facts, Row};

/// What is worth what.
struct Worth {
    key: i64,
    points: i64,
    open: bool,
}

fn read_worth(revision: &Row) -> Worth {
    let content = &revision.0["content"];
    let options = content["options"].as_array().cloned().unwrap_or_default();
    let bits = (0..).zip(&options).filter(|(_, option)| option["right"] == true);
    let open = content["kind"] == "open";
    let by_level = match content["level"].as_str() {
        Some("easy") => 10,
        Some("medium") => 20,
        _ => 30,
    };
    Worth {
        key: bits.map(|(bit, _)| 1_i64 << bit).sum(),
        points: if open { 10 } else { by_level },
        open,
    }
}

/// The rounds, and what each is worth.
fn list_rounds(facts: &Facts) -> HashMap<i64, (&Row, Option<Worth>)> {
    let revisions: HashMap<i64, &Row> = facts
        .tables
        .revisions
        .iter()
        .map(|row| (row.number("revision_id"), row))
        .collect();
    facts
        .tables
        .rounds
        .iter()
        .map(|round| {
            let revision = revisions.get(&round.number("revision_id"));
            let worth = revision.map(|revision| read_worth(revision));
            (round.number("round_id"), (round, worth))
        })
        .collect()
}

/// Every answer of a revealed round is judged by its key, and none before.
pub(super) fn check_scores(facts: &Facts, findings: &mut Findings) {
    let rounds = list_rounds(facts);
    let mut paid: BTreeMap<(i64, i64, i64), Vec<Paid>> = BTreeMap::new();
    for answer in &facts.tables.answers {
        let (id, user) = (answer.number("round_id"), answer.number("user_id"));
        let who = format!("the answer of member {user} in round {id}");
        let Some((round, Some(worth))) = rounds.get(&id) else {
            findings.add(
                Kind::Wrong,
                format!("{who} belongs to no round that asked anything"),
            );
            continue;
        };
        let points = answer.maybe_number("points");
        if round.text("state") != "revealed" {
            if points.is_some() {
                findings.add(Kind::Wrong, format!("{who} has points before the reveal"));
            }
            continue;
        }
        let in_time = answer.moment("answered_at") < round.moment("reveal_at");
        if !in_time {
            findings.add(Kind::Wrong, format!("{who} came after the window and is counted"));
        }
        let Some(points) = points else {
            findings.add(Kind::Lost, format!("{who} has no points"));
            continue;
        };
        let right = worth.open || answer.number("choices") == worth.key;
        let said = answer.flag("correct");
        if said != (!worth.open).then_some(right) {
            findings.add(Kind::Wrong, format!("{who} is said to be {said:?}, not {right}"));
        }
        let full = if right { worth.points } else { 0 };
        let may_be_nothing = ["live", "solo"].contains(&round.text("source"));
        if points != full && !(may_be_nothing && points == 0) {
            findings.add(Kind::Wrong, format!("{who} has {points} points, not {full}"));
        }
        if right {
            let place = (round.number("guild_id"), round.number("question_id"), user);
            paid.entry(place).or_default().push(Paid {
                round: id,
                source: round.text("source").to_owned(),
                points,
            });
        }
    }
    check_payments(&paid, findings);
}

/// A right answer and what was paid for it.
struct Paid {
    round: i64,
    source: String,
    points: i64,
}

/// A question pays once per member in quizzes, however often it is asked there; whoever gets nothing was paid before.
fn check_payments(paid: &BTreeMap<(i64, i64, i64), Vec<Paid>>, findings: &mut Findings) {
    for ((_, question, user), answers) in paid {
        for practice in [false, true] {
            let here: Vec<&Paid> = answers
                .iter()
                .filter(|paid| paid.source != "review" && (paid.source == "solo") == practice)
                .collect();
            let quizzes = here
                .iter()
                .filter(|paid| paid.source != "daily" && paid.points > 0);
            if quizzes.clone().count() > 1 {
                let rounds: Vec<i64> = quizzes.map(|paid| paid.round).collect();
                findings.add(
                    Kind::Twice,
                    format!("question {question} paid member {user} in each of rounds {rounds:?}"),
                );
            }
            let anything = here.iter().any(|paid| paid.points > 0);
            if !here.is_empty() && !anything {
                let rounds: Vec<i64> = here.iter().map(|paid| paid.round).collect();
                findings.add(
                    Kind::Lost,
                    format!("question {question} never paid member {user}, who was right in {rounds:?}"),
                );
            }
        }
    }
}

/// What an answer was worth in its live quiz.
pub(super) fn check_quiz_scores(facts: &Facts, findings: &mut Findings) {
    let rounds = list_rounds(facts);
    let quizzes: HashMap<i64, &Row> = facts
        .tables
        .live_quizzes
        .iter()
        .map(|quiz| (quiz.number("quiz_id"), quiz))
        .collect();
    for answer in &facts.tables.answers {
        let (id, user) = (answer.number("round_id"), answer.number("user_id"));
        let Some((round, Some(worth))) = rounds.get(&id) else {
            continue;
        };
        if round.text("source") != "live" || round.text("state") != "revealed" || worth.open {
            continue;
        }
        let Some(quiz) = quizzes.get(&round.number("quiz_id")) else {
            findings.add(
                Kind::Lost,
                format!("round {id} belongs to a live quiz that is not there"),
            );
            continue;
        };
        let right = answer.number("choices") == worth.key;
        let expected = score_answer(quiz, round, answer, right, worth.points);
        let score = answer.maybe_number("score");
        if score != Some(expected) {
            findings.add(
                Kind::Wrong,
                format!("member {user} has the score {score:?} in round {id}, not {expected}"),
            );
        }
    }
}

fn score_answer(quiz: &Row, round: &Row, answer: &Row, right: bool, points: i64) -> i64 {
    let speed = quiz.text("scoring") == "speed";
    let penalty = quiz.flag("penalty") == Some(true);
    if !right {
        return match (penalty, speed) {
            (false, _) => 0,
            (true, true) => -250,
            (true, false) => -points / 2,
        };
    }
    if !speed {
        return points;
    }
    let window = quiz.number("seconds") * 1000;
    let took = answer
        .moment("answered_at")
        .zip(round.moment("posted_at"))
        .map_or(0, |(at, posted)| (at - posted).num_milliseconds());
    let took = took.clamp(0, window);
    // The published formula: a thousand points, of which half is lost over the window; halves are rounded up.
    (1000 * (2 * window - took) + window) / (2 * window)
}
