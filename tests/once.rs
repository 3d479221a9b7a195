//! What is due happens once, also when Discord does not take it at once, and when two instances are at it.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::Seen;
use sandbox::faults::Fault;

use crate::harness::Greenroom;

const POSTS: &str = "/channels/*/messages";

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_discord_does_not_take_at_once_is_posted_once() {
    let g = Greenroom::start().await;
    g.sandbox.faults().next(1, "POST", POSTS, Fault::Broken(500));
    g.ask("days:daily").await;
    let faults = [limited(1, false), limited(1, true), Fault::AnswerLost];
    for (n, fault) in faults.into_iter().enumerate() {
        g.sandbox.faults().next(1, "POST", POSTS, fault.clone());
        g.post_now().await;
        let posted = "select count(*) from rounds where state = 'posted'";
        g.until(posted, i64::try_from(n).unwrap() + 2).await;
        assert_eq!(g.all_public("#daily").len(), n + 2, "{fault:?}");
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_has_to_wait_is_posted_once() {
    // Longer than the bot waits for an answer, and longer than it waits while the lease runs.
    let faults = [Fault::Delay(Duration::from_millis(10_500)), limited(60, true)];
    let posted_once = async |fault: Fault| {
        let g = Greenroom::start().await;
        let ann = g.member("Ann");
        let add = "/daily add channel:#daily time:9:30 timezone:Europe/Berlin";
        ann.slash(add).await.unwrap();
        g.sandbox.faults().next(1, "POST", POSTS, fault.clone());
        ann.slash("/daily post-now").await.unwrap();
        if matches!(fault, Fault::RateLimited { .. }) {
            g.until(PUT_OFF, 1).await;
            g.advance(TimeDelta::seconds(61)).await;
        }
        g.until("select count(*) from rounds where state = 'posted'", 1)
            .await;
        assert_eq!(g.all_public("#daily").len(), 1);
        g.finish().await;
    };
    join_all(faults.map(posted_once)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_given_before_the_bot_knows_its_question_is_posted_is_recorded_and_counted() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let add = "/daily add channel:#daily time:9:30 timezone:Europe/Berlin topics:late-binding-closures";
    ann.slash(add).await.unwrap();
    // The bot asks again half a second later; people see the message at once.
    g.sandbox.faults().next(1, "POST", POSTS, Fault::AnswerLost);
    let question = g.post_now().await;
    let receipt = ann.press(&question, "B").await.unwrap();
    assert!(receipt.to_string().starts_with("You chose **B**"), "{receipt}");
    let counted = |seen: &Seen| seen.to_string().contains("1 answered");
    ann.sees("#daily", counted).await.unwrap();
    g.finish().await;
}

const PUT_OFF: &str = "select count(*) from rounds where lease_until = '2026-03-02 08:01Z'";

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
    let add = "/daily add channel:#daily time:9:30 timezone:Europe/Berlin answer-window:30m";
    for _ in 0..10 {
        ann.slash(add).await.unwrap();
    }
    g.start_bot().await;
    g.advance(TimeDelta::minutes(30)).await;
    g.until("select count(*) from rounds where state = 'posted'", 10)
        .await;
    let questions = g.all_public("#daily");
    assert_eq!(questions.len(), 10);

    let answer = async |question: &Seen| match question.buttons().first() {
        Some(first) => g.member("Ben").press(question, &first.label).await.unwrap(),
        None => g
            .member("Ben")
            .choose(question, "Choose all that apply", &["A", "C"])
            .await
            .unwrap(),
    };
    join_all(questions.iter().map(answer)).await;
    assert_eq!(g.count("select count(*) from answers").await, 10);

    g.advance(TimeDelta::minutes(31)).await;
    g.until(
        "select count(*) from rounds where announced_at is not null and reason is null",
        10,
    )
    .await;
    for question in &questions {
        let thread = ann.see(question.id).unwrap().thread.expect("a thread");
        assert_eq!(g.all_public(thread).len(), 2);
    }
    assert_eq!(g.all_public("#daily").len(), 10);
    assert_eq!(
        g.count("select answers::bigint from standings where period = 'all'")
            .await,
        10
    );
    refused_twice(&g);
    g.finish().await;
}

/// Both instances are told of every click, and Discord takes the first answer only.
fn refused_twice(g: &Greenroom) {
    for failure in g.sandbox.take_failures() {
        assert!(failure.contains("40060"), "{failure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn due_times_are_worked_out_anew_when_the_time_zone_data_is_another() {
    let mut g = Greenroom::start().await;
    let add = "/daily add channel:#daily time:9:30 timezone:Europe/Berlin";
    g.member("Ann").slash(add).await.unwrap();
    g.stop_bot().await;
    let sql = "update meta set value = '1970a'";
    assert_eq!(sqlx::query(sql).execute(&g.db).await.unwrap().rows_affected(), 1);
    // What another edition of the data may have said.
    let sql = "update schedules set next_due_at = next_due_at + interval '1 hour'";
    sqlx::query(sql).execute(&g.db).await.unwrap();
    g.start_bot().await;
    let right = "select count(*) from schedules where next_due_at = '2026-03-02 08:30Z'";
    assert_eq!(g.count(right).await, 1);
    g.advance(TimeDelta::minutes(30)).await;
    g.public("#daily", 1).await;
    g.finish().await;
}
