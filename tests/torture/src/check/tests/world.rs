//! A small world in which everything is right, to be broken.

use serde_json::{Value, json};

use crate::facts::{Choice, Deed, Facts, Moment, Outcome, Press, Profile, Row, Shown, Tables, Told};

pub(super) const GUILD: i64 = 1;
pub(super) const ANN: i64 = 7;
pub(super) const BEN: i64 = 8;
const CHANNEL: i64 = 2;
/// What tells the answer of the question that is asked.
pub(super) const SECRET: &str = "Names are looked up when they are used, not when they are written.";

/// A moment of Monday, 2 March 2026.
pub(super) fn at(time: &str) -> Moment {
    format!("2026-03-02T{time}Z").parse().expect("a moment")
}

fn rows(values: Value) -> Vec<Row> {
    let values = values.as_array().cloned().unwrap_or_default();
    values.into_iter().map(Row).collect()
}

/// Round 1 is of a schedule, round 2 of a live quiz, round 3 in one's own words and for Ann alone to answer.
pub(super) fn sound_world() -> Facts {
    Facts {
        ended: at("12:00:00"),
        shown: messages(),
        presses: presses(),
        deeds: vec![Deed {
            what: "a press".to_owned(),
            at: at("09:00:10"),
            outcome: Outcome::Answered,
            had_to_be_answered: true,
        }],
        profiles: vec![Profile {
            guild: GUILD,
            user: ANN,
            words: "**This week** 50 points, rank 1\n**All time** 50 points, rank 1\n**Right** 2 of 2\n\
                    **In a row** 1 round\n-# Every 10 rounds"
                .to_owned(),
        }],
        tables: tables(),
    }
}

fn message(message: i64, time: &str, custom_ids: &[&str], words: &str) -> Shown {
    Shown {
        message,
        channel: CHANNEL,
        guild: GUILD,
        at: at(time),
        custom_ids: custom_ids.iter().map(|id| (*id).to_owned()).collect(),
        words: words.to_owned(),
        nonce: Some(format!("n{message}")),
        on_request: false,
    }
}

fn messages() -> Vec<Shown> {
    vec![
        message(100, "09:00:00", &["answer:1:0", "answer:1:1"], "What is printed?"),
        message(
            100,
            "09:05:03",
            &["why:1", "follow-ups:1"],
            &format!("B is right. {SECRET}"),
        ),
        Shown {
            channel: 100,
            ..message(101, "09:05:04", &[], "### Explanation")
        },
        message(200, "10:00:00", &["live:5:join"], "A live quiz"),
        message(201, "10:01:00", &["answer:2:0", "answer:2:1"], "Question 1 of 1"),
        message(201, "10:01:13", &["why:2"], "B is right."),
        message(202, "10:02:00", &["live:5:result"], "The podium"),
        message(300, "11:00:00", &["write:3"], "How do you find a leak?"),
        message(300, "11:05:03", &["own:3"], "A good answer"),
        Shown {
            channel: 300,
            ..message(301, "11:05:04", &["convincing:4"], "Ann wrote")
        },
        message(400, "08:00:00", &["notice:6"], "The Cup has begun"),
    ]
}

fn press(round: i64, user: i64, time: &str, chose: Choice, told: Told) -> Press {
    Press {
        round,
        user,
        at: at(time),
        chose,
        told,
        reply: "You chose it.".to_owned(),
    }
}

fn presses() -> Vec<Press> {
    let option = |bits| Choice::Options(bits);
    let words = || Choice::Words("By looking.".to_owned());
    vec![
        press(1, ANN, "09:00:10", option(1), Told::Counts(option(1))),
        press(1, ANN, "09:00:20", option(2), Told::Counts(option(2))),
        press(1, BEN, "09:00:30", option(1), Told::Counts(option(1))),
        press(1, BEN, "09:05:01", option(2), Told::TooLate(Some(option(1)))),
        press(2, ANN, "10:01:05", option(2), Told::Counts(option(2))),
        press(2, ANN, "10:01:06", option(1), Told::Counts(option(2))),
        press(3, ANN, "11:00:05", words(), Told::Counts(words())),
    ]
}

fn tables() -> Tables {
    Tables {
        rounds: rounds(),
        answers: answers(),
        open_answers: rows(
            json!([{ "open_answer_id": 4, "round_id": 3, "user_id": ANN, "words": "By looking.",
            "shared": true }]),
        ),
        revisions: revisions(),
        schedules: rows(
            json!([{ "schedule_id": 9, "guild_id": GUILD, "local_time": "09:00:00", "days": 127,
            "created_at": "2026-03-02T08:00:00Z", "paused_at": null, "removed_at": null }]),
        ),
        standings: rows(json!([
            standing(ANN, "all", "0001-01-01", 50, 2, 2, "11:00:05"),
            standing(ANN, "season", "2026-01-01", 50, 2, 2, "11:00:05"),
            standing(BEN, "all", "0001-01-01", 0, 0, 1, "09:00:30"),
            standing(BEN, "season", "2026-01-01", 0, 0, 1, "09:00:30"),
        ])),
        weekly_points: rows(json!([
            { "guild_id": GUILD, "week": "2026-03-02", "user_id": ANN, "points": 50 },
            { "guild_id": GUILD, "week": "2026-03-02", "user_id": BEN, "points": 0 },
        ])),
        quizzes: rows(json!([{ "quiz_id": 5, "guild_id": GUILD, "source": "live", "state": "finished" }])),
        live_quizzes: rows(json!([{ "quiz_id": 5, "seconds": 10, "scoring": "speed", "penalty": true }])),
        notices: rows(json!([{ "notice_id": 6, "state": "posted", "due_at": "2026-03-02T08:00:00Z" }])),
    }
}

fn rounds() -> Vec<Row> {
    let round = |id: i64, source: &str, message: i64, posted: &str, reveal: &str, more: Value| {
        let mut row = json!({ "round_id": id, "guild_id": GUILD, "channel_id": CHANNEL, "source": source,
            "state": "revealed", "message_id": message, "question_id": id, "revision_id": id, "thread": false,
            "first_counts": source == "live", "due_at": at(posted), "posted_at": at(posted),
            "reveal_at": at(reveal), "revealed_at": at(reveal) });
        for (key, value) in more.as_object().into_iter().flatten() {
            row[key] = value.clone();
        }
        Row(row)
    };
    let of_schedule = json!({ "schedule_id": 9, "occurrence_date": "2026-03-02", "thread": true });
    let extra = json!({ "schedule_id": 9, "occurrence_date": "2026-03-02", "requested_by_interaction": 77 });
    vec![
        round(1, "daily", 100, "09:00:00", "09:05:00", of_schedule),
        round(
            2,
            "live",
            201,
            "10:01:00",
            "10:01:10",
            json!({ "quiz_id": 5, "number": 1 }),
        ),
        round(3, "daily", 300, "11:00:00", "11:05:00", extra),
    ]
}

fn answers() -> Vec<Row> {
    let answer = |round: i64,
                  user: i64,
                  source: &str,
                  choices: i64,
                  time: &str,
                  correct: Value,
                  points: i64,
                  score: Value| {
        json!({ "round_id": round, "user_id": user, "guild_id": GUILD, "source": source, "choices": choices,
            "answered_at": at(time), "correct": correct, "points": points, "score": score })
    };
    rows(json!([
        answer(1, ANN, "daily", 2, "09:00:20", json!(true), 20, Value::Null),
        answer(1, BEN, "daily", 1, "09:00:30", json!(false), 0, Value::Null),
        // Half of the window is gone: three quarters of a thousand.
        answer(2, ANN, "live", 2, "10:01:05", json!(true), 20, json!(750)),
        answer(3, ANN, "daily", 0, "11:00:05", Value::Null, 10, Value::Null),
    ]))
}

fn revisions() -> Vec<Row> {
    let closed = json!([{ "right": false, "rationale": "No." }, { "right": true, "rationale": SECRET }]);
    let of = |id: i64, kind: &str, options: &Value| {
        json!({ "revision_id": id, "content": { "kind": kind, "level": "medium", "options": options,
            "explanation": SECRET, "model_answer": "" } })
    };
    rows(json!([
        of(1, "single", &closed),
        of(2, "single", &closed),
        of(3, "open", &json!([]))
    ]))
}

fn standing(
    user: i64,
    period: &str,
    start: &str,
    points: i64,
    correct: i64,
    answers: i64,
    last: &str,
) -> Value {
    json!({ "guild_id": GUILD, "period": period, "practice": false, "start_date": start, "user_id": user,
        "points": points, "correct": correct, "answers": answers, "last_at": at(last) })
}
