//! Everything the bot says by itself goes through one table: whatever interrupts it, each message is there once and shows
//! what is newest.

mod model;
mod upgrade;

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::faults::Fault;
use sandbox::{Options, Sandbox};

use crate::harness::{Greenroom, monday};

/// Longer than any test.
const FOR_EVER: Fault = Fault::Delay(Duration::from_secs(600));
const POSTS: &str = "/channels/*/messages";

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_hangs_holds_up_no_other_channel_no_live_quiz_and_no_judging() {
    let g = Greenroom::start().await;
    for name in ["quiz", "other"] {
        g.sandbox.add_channel(name);
    }
    let open = g.ask("answer-window:30m").await;
    g.add_questions(5).await;
    let hanging = format!("/channels/{}/messages", g.sandbox.channel_id("#daily"));
    g.sandbox.faults().always("POST", &hanging, FOR_EVER);
    let ann = g.member("Ann");
    ann.slash("/daily post-now").await.unwrap();
    g.wait_for_rows("outbox where message_id is null and lease_until is not null", 1)
        .await;

    ann.slash("/daily add channel:#other time:23:00 timezone:Europe/Berlin")
        .await
        .unwrap();
    ann.slash("/daily post-now schedule:2").await.unwrap();
    let there = |sandbox: &Sandbox| !sandbox.member("Ann").at("#other").messages("#other").is_empty();
    g.sandbox.wait_until("a question elsewhere", there).await.unwrap();

    let host = g.sandbox.member("Ann").at("#quiz");
    host.slash("/quiz live count:1").await.unwrap();
    let lobby = host.sees("#quiz", |seen| !seen.buttons().is_empty()).await;
    let lobby = lobby.unwrap();
    g.wait_until_lobby_is_known().await;
    host.press(&lobby, "Join").await.unwrap();
    host.press(&lobby, "Start").await.unwrap();
    g.wait_until_quiz_is("running").await;
    g.advance(TimeDelta::minutes(31)).await;
    let judged = format!("rounds where message_id = {} and state = 'revealed'", open.id);
    g.wait_for_rows(&judged, 1).await;
    g.sandbox.faults().clear();
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_whose_post_was_interrupted_is_found_among_a_thousand_messages_written_since() {
    let mut g = Greenroom::in_world(Options {
        now: Some(monday()),
        // Longer than Discord remembers it.
        nonce_window: TimeDelta::milliseconds(1),
        ..Options::default()
    })
    .await;
    g.start_bot().await;
    g.add_schedule("").await;
    g.sandbox.faults().next(3, "POST", POSTS, Fault::AnswerLost);
    let ann = g.member("Ann");
    ann.slash("/daily post-now").await.unwrap();
    g.wait_until_put_off(1).await;
    g.stop_bot().await;
    for n in 0..1_100 {
        ann.say("#daily", &format!("Message {n}")).unwrap();
    }
    g.sandbox.advance(TimeDelta::minutes(5));
    g.start_bot().await;
    g.wait_until_posted(1).await;
    let asked = |seen: &&sandbox::Seen| !seen.buttons().is_empty();
    assert_eq!(ann.messages("#daily").iter().filter(asked).count(), 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_freezes_while_it_holds_a_row_stops_no_other_reveal() {
    let g = Greenroom::start().await;
    g.add_schedule("answer-window:30m").await;
    g.add_schedule("answer-window:30m").await;
    g.advance(TimeDelta::minutes(30)).await;
    g.wait_until_posted(2).await;
    let mut frozen = g.db.begin().await.unwrap();
    sqlx::query("select from rounds order by reveal_at, round_id limit 1 for update")
        .execute(&mut *frozen)
        .await
        .unwrap();
    g.advance(TimeDelta::minutes(31)).await;
    g.wait_until_announced(1).await;
    frozen.rollback().await.unwrap();
    g.wait_until_announced(2).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_is_late_never_stays_on_a_reveal() {
    let counted_late = async |fault: Fault| {
        let g = Greenroom::start().await;
        let question = g.ask("").await;
        g.sandbox
            .faults()
            .next(1, "PATCH", "/channels/*/messages/*", fault);
        g.member("Ben").press(&question, "A").await.unwrap();
        g.wait_for_rows("outbox where kind = 'question' and lease_until is not null", 1)
            .await;
        let revealed = g.reveal(&question).await;
        assert!(revealed.to_string().contains("The answer is"), "{revealed}");
        g.wait_for_rows("outbox where state = 'waiting'", 0).await;
        let last = g.member("Ben").see(question.id).unwrap();
        assert!(last.to_string().contains("The answer is"), "{last}");
        g.finish().await;
    };
    let faults = [
        Fault::Delay(Duration::from_secs(1)),
        Fault::Broken(502),
        Fault::AnswerLost,
    ];
    join_all(faults.map(counted_late)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_cannot_be_shown_holds_back_no_other() {
    let g = Greenroom::start().await;
    for _ in 0..3 {
        g.add_schedule("answer-window:30m").await;
    }
    g.advance(TimeDelta::minutes(30)).await;
    g.wait_until_posted(3).await;
    g.plant_rows(
        "with broken as (insert into revisions (question_id, content, created_at)
                         select question_id, '{}', now() from questions limit 1 returning revision_id)
         update rounds set revision_id = (select revision_id from broken)
          where round_id = (select min(round_id) from rounds)",
    )
    .await;
    g.advance(TimeDelta::minutes(31)).await;
    g.wait_until_announced(2).await;
    assert_eq!(g.count_rows("rounds where state = 'posted'").await, 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_live_quiz_is_another_instances_after_half_a_minute() {
    let g = Greenroom::start().await;
    g.sandbox.faults().always("POST", POSTS, FOR_EVER);
    g.member("Ann").slash("/quiz live count:1").await.unwrap();
    let leased = "outbox where kind = 'lobby' and lease_until is not null";
    g.wait_for_rows(leased, 1).await;
    let half_a_minute = g.sandbox.now() + TimeDelta::seconds(30);
    assert_eq!(
        g.count_rows(&format!("{leased} and lease_until <= '{half_a_minute}'"))
            .await,
        1
    );
    g.sandbox.faults().clear();
    g.finish().await;
}
