use crate::store::{cards, competitions, nudges, quizzes, rounds};

/// Databases hold these words: a new one may come, but none may change.
#[test]
fn stored_words_stay_as_they_are() {
    assert_eq!(
        rounds::State::ALL.map(rounds::State::as_str),
        ["waiting", "planned", "posted", "revealed", "skipped", "failed"]
    );
    assert_eq!(
        quizzes::State::ALL.map(quizzes::State::as_str),
        ["lobby", "running", "finished", "cancelled"]
    );
    assert_eq!(
        competitions::State::ALL.map(competitions::State::as_str),
        ["planned", "running", "finished", "cancelled"]
    );
    assert_eq!(
        nudges::End::ALL.map(nudges::End::as_str),
        ["sent", "dropped", "refused"]
    );
    assert_eq!(cards::Why::ALL.map(cards::Why::as_str), ["missed", "asked"]);
}
