//! What is owed is not forgotten: not when a schedule is changed at the moment its question is due, and not when a
//! message is gone. What did not happen is said.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::Options;
use sandbox::faults::Fault;

use crate::harness::{Greenroom, monday};

const POSTS: &str = "/channels/*/messages";
/// As often as one attempt tries.
const TRIES: usize = 3;

/// A question that Ann answered is deleted by somebody, and its window ends; `fault` is switched on before.
async fn delete_question(g: &Greenroom, fault: Option<Fault>) {
    let ann = g.member("Ann");
    let question = g.ask("topics:late-binding-closures").await;
    ann.press(&question, "B").await.unwrap();
    g.wait_until_shown("1 answered").await;
    g.sandbox.delete_message(&question);
    if let Some(fault) = fault {
        g.sandbox.faults().next(TRIES, "POST", POSTS, fault);
    }
    ann.slash("/daily reveal-now").await.unwrap();
    g.advance(TimeDelta::seconds(3)).await;
}

/// The reveal is there once, in a message of its own that is discussed in its thread.
async fn check_revealed_once(g: &Greenroom) {
    g.wait_until_announced(1).await;
    assert_eq!(g.count_reasons().await, 0);
    let seen = g.list_public("#daily");
    assert_eq!(seen.len(), 1);
    assert!(seen[0].to_string().contains("found by @Ann"), "{}", seen[0]);
    assert_eq!(g.list_public(seen[0].thread.expect("a thread")).len(), 2);
    let why = g.member("Ann").press(&seen[0], "Why").await.unwrap();
    assert!(
        why.to_string().contains("**Right, and what you chose.**"),
        "{why}"
    );
    assert_eq!(g.sum_points().await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_deleted_is_revealed_in_a_new_message() {
    let g = Greenroom::start().await;
    delete_question(&g, None).await;
    check_revealed_once(&g).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_message_whose_answer_was_lost_shows_the_reveal_once() {
    let lost = async |nonce_window: TimeDelta| {
        let mut g = Greenroom::in_world(Options {
            now: Some(monday()),
            nonce_window,
            ..Options::default()
        })
        .await;
        g.start_bot().await;
        delete_question(&g, Some(Fault::AnswerLost)).await;
        g.wait_until_put_off(1).await;
        g.advance(TimeDelta::minutes(3)).await;
        check_revealed_once(&g).await;
        g.finish().await;
    };
    join_all([TimeDelta::minutes(10), TimeDelta::milliseconds(1)].map(lost)).await;
}
