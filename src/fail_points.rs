//! Fail points: the moments between two steps at which a test may end the process or hold it up.
//!
//! They exist only with the feature `fail-points`, which no release has; without it [`fail_point`] is nothing. The
//! environment says what happens where, to each process by itself, in the words of the crate `fail`:
//!
//! ```sh
//! FAILPOINTS='answer.recorded=2*off->return;plan.inserted=1*sleep(2000)'
//! ```
//!
//! `return` ends the process at once, as `kill -9` would, here at the third answer; `sleep(2000)` and `pause` hold up
//! the thread that comes by.
//!
//! To add one, put `fail_point("…")` between the two steps and its name below. A test sees that every name is used in
//! one place and that none is missing here.

/// Every fail point, and what has happened when it is reached.
pub const FAIL_POINTS: &[(&str, &str)] = &[
    // Planning.
    (
        "plan.chosen",
        "A question is chosen for a day that is due, and has no round yet.",
    ),
    (
        "plan.inserted",
        "The round of a day is inserted, and the schedule still says that the day is due.",
    ),
    (
        "plan.skipped",
        "A day is recorded as skipped, and the schedule still says that it is due.",
    ),
    (
        "plan.next-set",
        "The schedule says when it is due next, and nothing is committed.",
    ),
    (
        "plan.settled",
        "What is due of a schedule is planned before a change of it, and nothing is committed.",
    ),
    (
        "extra.inserted",
        "An extra round is inserted, and nothing is committed.",
    ),
    (
        "extra.committed",
        "An extra round is committed, and whoever asked for it has not heard so.",
    ),
    // Answering.
    (
        "answer.received",
        "An interaction has come in, and nothing is done about it.",
    ),
    (
        "answer.recorded",
        "An answer is committed, and nothing that follows from it is done.",
    ),
    (
        "answer.followed",
        "What follows from an answer is done, and the reply is not written.",
    ),
    (
        "answer.closing",
        "The last answer that was waited for closes the question of a live quiz, and the quiz is not told.",
    ),
    ("answer.unsaid", "The reply is written and not sent."),
    ("answer.said", "The reply is sent."),
    // Judging.
    (
        "judge.revealed",
        "A round is revealed in a transaction that goes on.",
    ),
    (
        "judge.scored",
        "Its answers have their points and the standings have grown.",
    ),
    (
        "judge.regraded",
        "What the points mean for a closed season is noted.",
    ),
    (
        "judge.decks",
        "The decks of those who answered are brought up to date.",
    ),
    (
        "judge.quiz",
        "The live quiz has its scores and knows when it goes on; nothing is committed.",
    ),
    // Delivering.
    (
        "outbox.leased",
        "A message is leased, and nothing is known of what it is about.",
    ),
    (
        "outbox.looked",
        "It is known whether an earlier attempt has posted the message.",
    ),
    (
        "outbox.composed",
        "What is to be said is known, and nothing is sent.",
    ),
    (
        "outbox.forgotten",
        "A message that was deleted is forgotten, and another is about to be posted.",
    ),
    (
        "outbox.sent",
        "Discord has taken a message, and nothing is noted.",
    ),
    (
        "outbox.followed",
        "What follows from a message is noted, but not that it is there; nothing is committed.",
    ),
    (
        "outbox.noted",
        "It is noted that a message is there, and nothing is committed.",
    ),
    ("outbox.committed", "It is committed that a message is there."),
    (
        "outbox.refused",
        "Discord has refused a message, and nothing is noted.",
    ),
    (
        "outbox.ended",
        "A message is given up with what follows from that, and nothing is committed.",
    ),
    // Moving live quizzes on.
    (
        "live.moved",
        "A live quiz has taken its next step, and nothing is committed.",
    ),
    (
        "live.committed",
        "A live quiz has taken its next step, and nobody is told.",
    ),
    (
        "nudge.planned",
        "The nudge of a member's day is planned, and nothing is committed.",
    ),
    // Quizzes.
    (
        "quiz.opened",
        "A live quiz has its row, its questions and its lobby, and nothing is committed.",
    ),
    (
        "quiz.announced",
        "A live quiz is committed, and its host has not heard so.",
    ),
    (
        "quiz.judged",
        "The answer in a private quiz is judged, and nothing is committed.",
    ),
];

/// Comes by a fail point. Nothing happens unless the environment says so.
#[cfg(feature = "fail-points")]
pub fn fail_point(name: &str) {
    fail::fail_point!(name, |_| end_at_once());
}

/// Comes by a fail point, of which there are none in this build.
#[cfg(not(feature = "fail-points"))]
#[inline]
pub fn fail_point(_name: &str) {}

/// Reads what the environment says of fail points.
///
/// # Errors
/// If it names one there is none of: a test that waits for it would wait in vain.
#[cfg(feature = "fail-points")]
pub fn set_up_fail_points() -> anyhow::Result<()> {
    // For as long as the process lives: what is set up ends with it.
    std::mem::forget(fail::FailScenario::setup());
    for (name, _) in fail::list() {
        let known = FAIL_POINTS.iter().any(|(listed, _)| *listed == name);
        anyhow::ensure!(known, "FAILPOINTS names {name}, and there is no such fail point.");
    }
    Ok(())
}

/// There is nothing to read in this build.
#[cfg(not(feature = "fail-points"))]
pub fn set_up_fail_points() -> anyhow::Result<()> {
    Ok(())
}

/// Ends the process without a word, as a power cut does: no destructor runs and nothing is flushed.
#[cfg(feature = "fail-points")]
fn end_at_once() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort();
}
