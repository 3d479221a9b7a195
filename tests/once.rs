//! What is due happens once, also when Discord does not take it at once, and when two instances are at it.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::faults::Fault;

use crate::harness::{Greenroom, monday};

const POSTS: &str = "/channels/*/messages";

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_discord_does_not_take_at_once_is_posted_once() {
    let g = Greenroom::start().await;
    g.sandbox.faults().next(1, "POST", POSTS, Fault::Broken(500));
    g.ask("days:daily").await;
    g.add_questions(1).await;
    let faults = [limited(1, false), limited(1, true), Fault::AnswerLost];
    for (n, fault) in faults.into_iter().enumerate() {
        g.sandbox.faults().next(1, "POST", POSTS, fault.clone());
        g.post_now().await;
        g.wait_until_posted(i64::try_from(n).unwrap() + 2).await;
        assert_eq!(g.list_public("#daily").len(), n + 2, "{fault:?}");
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_has_to_wait_is_posted_once() {
    // Longer than the bot waits for an answer, and longer than it waits while the lease runs.
    let faults = [Fault::Delay(Duration::from_millis(10_500)), limited(60, true)];
    let posted_once = async |fault: Fault| {
        let g = Greenroom::start().await;
        g.add_schedule("").await;
        g.sandbox.faults().next(1, "POST", POSTS, fault.clone());
        g.member("Ann").slash("/daily post-now").await.unwrap();
        if matches!(fault, Fault::RateLimited { .. }) {
            g.wait_until_put_off_to(monday() + TimeDelta::minutes(1), 1).await;
            g.advance(TimeDelta::seconds(61)).await;
        }
        g.wait_until_posted(1).await;
        assert_eq!(g.list_public("#daily").len(), 1);
        g.finish().await;
    };
    join_all(faults.map(posted_once)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_given_before_the_bot_knows_its_question_is_posted_is_recorded_and_counted() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.add_schedule("topics:late-binding-closures").await;
    // The bot asks again half a second later; people see the message at once.
    g.sandbox.faults().next(1, "POST", POSTS, Fault::AnswerLost);
    ann.slash("/daily post-now").await.unwrap();
    let question = g.wait_for_message("#daily", 1).await;
    let receipt = ann.press(&question, "B").await.unwrap();
    assert!(receipt.to_string().starts_with("You chose **B**"), "{receipt}");
    g.wait_until_shown("1 answered").await;
    g.finish().await;
}

fn limited(seconds: u64, with_code: bool) -> Fault {
    Fault::RateLimited {
        retry_after: Duration::from_secs(seconds),
        global: false,
        with_code,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_at_once_do_everything_once() {
    let mut g = Greenroom::start().await;
    let ann = g.member("Ann");
    for _ in 0..10 {
        g.add_schedule("answer-window:30m").await;
    }
    // None is asked twice at a time.
    g.add_questions(10).await;
    g.start_bot().await;
    g.advance(TimeDelta::minutes(30)).await;
    g.wait_until_posted(10).await;
    let questions = g.list_public("#daily");
    assert_eq!(questions.len(), 10);

    let answers = questions
        .iter()
        .map(|question| g.choose("Ben", question, &["A", "C"]));
    join_all(answers).await;
    assert_eq!(g.count_answers().await, 10);

    g.advance(TimeDelta::minutes(31)).await;
    g.wait_until_announced(10).await;
    assert_eq!(g.count_reasons().await, 0);
    for question in &questions {
        let thread = ann.see(question.id).unwrap().thread.expect("a thread");
        assert_eq!(g.list_public(thread).len(), 2);
    }
    assert_eq!(g.list_public("#daily").len(), 10);
    assert_eq!(g.sum_standings().await.1, 10);
    g.expect_second_answers();
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn due_times_are_worked_out_anew_when_the_time_zone_data_is_another() {
    let mut g = Greenroom::start().await;
    g.add_schedule("").await;
    g.stop_bot().await;
    assert_eq!(g.count_rows("meta where key = 'zone data'").await, 1);
    // What another edition of the data may have said.
    let other = "update meta set value = '1970a' where key = 'zone data'; update schedules set next_due_at = next_due_at + interval '1 hour'";
    g.plant_rows(other).await;
    g.start_bot().await;
    let right = "schedules where next_due_at = '2026-03-02 08:30Z'";
    assert_eq!(g.count_rows(right).await, 1);
    g.advance(TimeDelta::minutes(30)).await;
    g.wait_for_message("#daily", 1).await;
    g.finish().await;
}
