//! Whatever ends the bot, and whenever: what is due happens exactly once.
//!
//! The real program runs by the machine's clock and is killed. What is started after it is an instance in the test's
//! process, which goes by the sandbox's clock, so that a lease's time passes at once.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::faults::Fault;
use sandbox::{Options, Sandbox, Seen};

use crate::harness::Greenroom;
use crate::program::Program;

/// Longer than any test.
const FOR_EVER: Fault = Fault::Delay(Duration::from_secs(600));
/// For how long Discord keeps nonces: longer than the bot is away, or hardly at all.
const NONCES_KEPT: TimeDelta = TimeDelta::minutes(10);
const NONCES_FORGOTTEN: TimeDelta = TimeDelta::milliseconds(1);
const POSTS: &str = "/channels/*/messages";
const MESSAGES: &str = "/channels/*/messages/*";
const THREADS: &str = "/channels/*/messages/*/threads";

/// The program, connected, with a schedule that is not due before the day after tomorrow.
async fn running(nonce_window: TimeDelta) -> (Greenroom, Program) {
    let g = Greenroom::in_world(Options {
        nonce_window,
        ..Options::default()
    })
    .await;
    let program = g.connected_program().await;
    let day = (g.sandbox.now() + TimeDelta::days(3)).format("%a");
    let add =
        format!("/daily add channel:#daily time:9 timezone:UTC topics:late-binding-closures days:{day}");
    g.member("Ann").slash(&add).await.unwrap();
    (g, program)
}

fn lost_answers(sandbox: &Sandbox) -> usize {
    sandbox.calls().iter().filter(|call| call.status == 0).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_before_its_question_was_posted_posts_it_once_after_the_restart() {
    let (mut g, program) = running(NONCES_KEPT).await;
    g.sandbox.faults().always("POST", POSTS, FOR_EVER);
    g.member("Ann").slash("/daily post-now").await.unwrap();
    g.wait_for_rows(
        "outbox where kind = 'question' and state = 'waiting' and attempt = 1",
        1,
    )
    .await;
    g.kill(program).await;
    assert_eq!(g.list_public("#daily").len(), 0);

    g.start_after_kill().await;
    g.wait_until_posted(1).await;
    assert_eq!(g.list_public("#daily").len(), 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_before_it_heard_that_its_question_is_posted_takes_the_message_that_is_there() {
    let killed = async |nonces_are_kept_for| {
        let (mut g, program) = running(nonces_are_kept_for).await;
        g.sandbox.faults().always("POST", POSTS, Fault::AnswerLost);
        g.member("Ann").slash("/daily post-now").await.unwrap();
        let question = g.wait_for_message("#daily", 1).await;
        g.kill(program).await;
        g.wait_until_planned(1).await;
        // What people talked about meanwhile is not what is looked for.
        let ben = g.member("Ben");
        for n in 0..120 {
            ben.say("#daily", &format!("Is it {n}?")).unwrap();
        }

        g.start_after_kill().await;
        g.wait_until_posted(1).await;
        let questions = g
            .list_public("#daily")
            .into_iter()
            .filter(|seen| !seen.buttons().is_empty());
        assert_eq!(questions.count(), 1, "nonces kept for {nonces_are_kept_for}");
        let stored = g.read_number("select message_id from rounds").await;
        assert_eq!(stored.cast_unsigned(), question.id);
        ben.press(&question, "B").await.unwrap();
        g.finish().await;
    };
    join_all([NONCES_KEPT, NONCES_FORGOTTEN].map(killed)).await;
}

/// Kills the bot at one moment of a reveal and lets another finish it.
async fn killed_in_a_reveal(
    nonce_window: TimeDelta,
    route: (&str, &str),
    fault: Fault,
    moment: fn(&Seen) -> bool,
) {
    let (mut g, program) = running(nonce_window).await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let question = g.post_now().await;
    ann.press(&question, "B").await.unwrap();
    // The count is on the message before anything goes wrong.
    g.wait_until_shown("1 answered").await;
    let lost = fault == Fault::AnswerLost;
    g.sandbox.faults().always(route.0, route.1, fault);
    ann.slash("/daily reveal-now").await.unwrap();
    g.wait_until_reveals_begin(1).await;
    let there = |sandbox: &Sandbox| {
        ann.see(question.id).is_some_and(|seen| moment(&seen)) && (!lost || lost_answers(sandbox) > 0)
    };
    g.sandbox.wait_until("the moment", there).await.unwrap();
    g.kill(program).await;
    g.wait_until_reveals_begin(1).await;

    g.start_after_kill().await;
    let revealed = g.wait_for_reveal(&question).await;
    assert!(revealed.to_string().contains("found by @Ann"), "{revealed}");
    let thread = revealed.thread.expect("a thread");
    let discussion: Vec<String> = g.list_public(thread).iter().map(first_line).collect();
    assert_eq!(
        discussion,
        ["### Explanation", "### What interviewers listen for"]
    );
    assert_eq!(g.list_public("#daily").len(), 1);
    assert_eq!(g.sum_standings().await, (20, 1));
    let why = ben.press(&revealed, "Why").await.unwrap();
    assert!(why.to_string().contains("**Right.**"), "{why}");
    g.finish().await;
}

fn first_line(seen: &Seen) -> String {
    seen.to_string().lines().next().unwrap_or_default().to_owned()
}

fn is_revealed(seen: &Seen) -> bool {
    seen.buttons().iter().any(|button| button.label == "Why")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_between_scoring_and_showing_it_shows_it_after_the_restart() {
    killed_in_a_reveal(NONCES_KEPT, ("PATCH", MESSAGES), FOR_EVER, |_| true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_between_the_edit_and_the_thread_opens_the_thread_after_the_restart() {
    killed_in_a_reveal(NONCES_KEPT, ("POST", THREADS), FOR_EVER, is_revealed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_before_it_heard_of_its_thread_takes_the_thread_that_is_there() {
    let open = |seen: &Seen| seen.thread.is_some();
    killed_in_a_reveal(NONCES_KEPT, ("POST", THREADS), Fault::AnswerLost, open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_between_the_messages_of_the_thread_writes_only_the_second_after_the_restart() {
    let killed = |nonces_are_kept_for| {
        killed_in_a_reveal(
            nonces_are_kept_for,
            ("POST", POSTS),
            Fault::AnswerLost,
            is_revealed,
        )
    };
    join_all([NONCES_KEPT, NONCES_FORGOTTEN].map(killed)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_after_a_restart_gets_a_true_answer() {
    let (mut g, program) = running(NONCES_KEPT).await;
    let question = g.post_now().await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    ann.press(&question, "A").await.unwrap();
    g.kill(program).await;

    g.start_after_kill().await;
    let receipt = ann.press(&question, "B").await.unwrap();
    assert!(receipt.to_string().starts_with("You chose **B**"), "{receipt}");
    assert_eq!(g.count_answers().await, 1);
    let revealed = g.reveal(&question).await;
    g.stop_bot().await;

    g.sandbox.advance(TimeDelta::days(365));
    g.start_bot().await;
    let why = ann.press(&revealed, "Why").await.unwrap();
    assert!(
        why.to_string().contains("**Right, and what you chose.**"),
        "{why}"
    );
    let late = g.press_forged(&ben, &revealed, "answer:1:0").await;
    assert!(late.to_string().starts_with("This question is closed"), "{late}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_amid_clicks_has_kept_every_answer_it_acknowledged() {
    let (g, program) = running(NONCES_KEPT).await;
    let question = g.post_now().await;
    let names: Vec<String> = (0..40).map(|n| format!("Member {n}")).collect();
    for name in &names {
        g.sandbox.add_member(name);
    }
    let click = async |name: &String| g.member(name).press(&question, "B").await.is_ok();
    let clicks = join_all(names.iter().map(click));
    let kill = async {
        let answered = |sandbox: &Sandbox| {
            let replies = sandbox
                .calls()
                .into_iter()
                .filter(|call| call.path.ends_with("/callback"));
            replies.count() >= 12
        };
        g.sandbox.wait_until("some replies", answered).await.unwrap();
        g.kill(program).await;
    };
    let (acknowledged, ()) = tokio::join!(clicks, kill);
    for (name, acknowledged) in names.iter().zip(acknowledged) {
        let rows = format!("answers where user_id = {}", g.member(name).id());
        assert!(!acknowledged || g.count_rows(&rows).await == 1, "{name}");
    }
    for failure in g.sandbox.take_failures() {
        assert!(failure.ends_with("was not answered within 3 s"), "{failure}");
    }
    g.finish().await;
}

/// Kills the bot while it announces a competition and lets another finish it.
async fn killed_announcing(nonce_window: TimeDelta, fault: Fault) {
    let (mut g, program) = running(nonce_window).await;
    let posted = fault == Fault::AnswerLost;
    g.sandbox.faults().always("POST", POSTS, fault);
    let ann = g.member("Ann");
    ann.slash("/competition create name:Cup start:now end:in 2 weeks")
        .await
        .unwrap();
    g.wait_for_rows(
        "outbox where kind = 'notice' and state = 'waiting' and attempt = 1",
        1,
    )
    .await;
    if posted {
        g.wait_for_message("#daily", 1).await;
    }
    g.kill(program).await;
    for n in 0..120 {
        ann.say("#daily", &format!("Who plays, {n}?")).unwrap();
    }

    g.start_after_kill().await;
    g.wait_for_notices(1).await;
    let said = g
        .list_public("#daily")
        .into_iter()
        .filter(|seen| seen.to_string().contains("### Cup has begun"));
    assert_eq!(said.count(), 1, "nonces kept for {nonce_window}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_killed_while_it_announces_a_competition_has_announced_it_once_after_the_restart() {
    let killed = |(nonces, fault)| killed_announcing(nonces, fault);
    let moments = [
        (NONCES_KEPT, FOR_EVER),
        (NONCES_KEPT, Fault::AnswerLost),
        (NONCES_FORGOTTEN, Fault::AnswerLost),
    ];
    join_all(moments.map(killed)).await;
}
