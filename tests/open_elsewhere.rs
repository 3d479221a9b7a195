//! Not while it is open: what a server is being asked is neither asked a second time nor explained there.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::faults::Fault;
use sandbox::{Member, Seen};

use crate::harness::{Greenroom, march};

const TOPIC: &str = "topics:late-binding-closures";

async fn press(member: &Member, message: &Seen, button: &str) -> String {
    member.press(message, button).await.unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_schedules_of_one_topic_ask_one_of_them_and_the_manager_reads_why() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.add_schedule(TOPIC).await;
    g.add_schedule(&format!("{TOPIC} answer-window:1h")).await;
    g.set_time(march(2, 8, 30)).await;
    g.wait_for_question(1).await;
    g.wait_until_skipped(1).await;
    assert_eq!(g.list_public("#daily").len(), 1);
    let list = ann.slash("/daily list").await.unwrap().to_string();
    let told = list.lines().find(|line| line.contains("had no question"));
    insta::assert_snapshot!(told.unwrap(), @"-# Monday, 2 March had no question: every question that fits was still open in this server. More topics or a shorter answer window would help.");
    // A schedule may be made while all it can ask is open: its own time comes.
    let add = format!("/daily add channel:#daily time:9:30 timezone:Europe/Berlin {TOPIC}");
    let added = ann.slash(&add).await.unwrap().to_string();
    assert!(added.starts_with("Done."), "{added}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_more_question_is_refused_while_all_that_fit_are_open() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let question = g.ask(TOPIC).await;
    insta::assert_snapshot!(ann.slash("/daily post-now").await.unwrap(), @"Every question that fits this schedule is open in this server just now, and none is asked twice at once. Widen its topics or level, or try again after the reveal; /daily reveal-now brings that forward.");
    let preview = ann.slash("/daily preview").await.unwrap().to_string();
    assert!(preview.contains("is open in this server just now"), "{preview}");
    assert_eq!(g.count_rounds().await, 1);
    g.reveal(&question).await;
    g.post_now().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_question_does_not_tell_what_a_live_quiz_is_asking() {
    let g = Greenroom::start().await;
    g.add_schedule(TOPIC).await;
    let lobby = g.open_lobby(&format!("{TOPIC} count:1")).await;
    g.member("Ben").press(&lobby, "Join").await.unwrap();
    let question = g.start_quiz(&lobby).await;
    let refused = g
        .member("Ann")
        .slash("/daily post-now")
        .await
        .unwrap()
        .to_string();
    assert!(refused.contains("is open in this server just now"), "{refused}");
    g.advance(TimeDelta::seconds(23)).await;
    g.wait_for_reveal(&question).await;
    g.member("Ann").slash("/daily post-now").await.unwrap();
    g.wait_for_rows("rounds where source = 'daily' and state = 'posted'", 1)
        .await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_live_quizzes_that_begin_together_one_asks_their_only_question() {
    let mut g = Greenroom::start().await;
    let channels = ["#daily", "#general", "#quiz"];
    for channel in channels {
        let ann = g.sandbox.member("Ann").at(channel);
        ann.slash(&format!("/quiz live {TOPIC} count:1")).await.unwrap();
    }
    g.wait_for_rows("live_quizzes where message_id is null", 0).await;
    join_all(channels.map(async |channel| {
        let lobby = g.list_public(channel).swap_remove(0);
        g.sandbox
            .member("Ben")
            .at(channel)
            .press(&lobby, "Join")
            .await
            .unwrap();
    }))
    .await;
    // Two instances as well, so that nothing but the database keeps them apart.
    g.start_bot().await;
    g.advance(TimeDelta::seconds(61)).await;
    g.wait_for_rows("rounds where state = 'skipped'", 2).await;
    assert_eq!(
        g.count_rows("rounds where state in ('planned', 'posted')").await,
        1
    );
    g.wait_for_rows("quizzes where state = 'finished'", 2).await;
    let quiet = channels.map(|channel| g.list_public(channel));
    let podium = quiet
        .iter()
        .flatten()
        .find(|seen| seen.to_string().contains("podium"));
    insta::assert_snapshot!(podium.unwrap(), @"
    ────────
    ### The podium
    When a closure looks its variables up
    ---
    Nobody has points this time.
    ---
    -# 1 player · 0 of 1 questions
    -# The others were being asked elsewhere in this server at the same time, or could not be posted.
    [My result:blue] [Show all questions again]
    ────────
    ");
    g.expect_second_answers();
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_of_an_older_round_tell_nothing_while_its_question_is_open_again() {
    let g = Greenroom::start().await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let first = g.ask(TOPIC).await;
    press(&ben, &first, "A").await;
    let revealed = g.reveal(&first).await;
    let solo = ben.slash(&format!("/quiz solo {TOPIC}")).await.unwrap();
    let verdict = ben.press(&solo, "A").await.unwrap();
    let behind = ben.press(&verdict, "Follow-ups").await.unwrap();

    let again = g.post_now().await;
    let told = ben.press(&revealed, "Why").await.unwrap();
    insta::assert_snapshot!(told, @"Everybody here is being asked this question just now, so I keep its answer to myself until <t:1772452803:t>, <t:1772452803:R>. Look again then.");
    let told = told.to_string();
    for button in ["follow-ups:1", "model-answer:1:0", "remind:1", "answer:1:0"] {
        let said = g.press_forged(&ben, &revealed, button).await.to_string();
        assert_eq!(said, told, "{button}");
    }
    insta::assert_snapshot!(ben.press(&behind, "Back").await.unwrap(), @"
    -# Question 1 of 1
    Everybody here is being asked this question just now, so I keep its answer to myself until <t:1772452803:t>, <t:1772452803:R>. Look again then.
    [See how it went:blue]
    ");
    let page = ben.see(solo.id).unwrap();
    for step in ["follow-ups:1", "model-answer:1:0", "back:1"] {
        let said = g
            .press_forged(&ben, &page, &format!("quiz:1:{step}"))
            .await
            .to_string();
        assert!(said.contains("Everybody here is being asked"), "{step}: {said}");
    }
    // The reveal makes it speak again.
    g.reveal(&again).await;
    let why = press(&ann, &revealed, "Why").await;
    assert!(why.contains("**Right.**"), "{why}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_words_stand_beside_no_rubric_while_the_question_is_open_again() {
    let g = Greenroom::start().await;
    let ben = g.member("Ben");
    let first = g.ask("topics:assertions kinds:open").await;
    let form = ben.press(&first, "Answer").await.unwrap();
    ben.submit(&form, &[("Your answer", "In tests.")]).await.unwrap();
    let revealed = g.reveal(&first).await;
    let own = ben.press(&revealed, "My answer").await.unwrap();
    assert!(own.to_string().contains("removes asserts"), "{own}");

    g.post_now().await;
    for button in ["own:1", "write:1", "mark:1:0:1"] {
        let told = g.press_forged(&ben, &revealed, button).await.to_string();
        assert!(
            told.starts_with("Everybody here is being asked this question"),
            "{button}: {told}"
        );
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_questions_again_leaves_out_what_is_open_again() {
    let g = Greenroom::start().await;
    let ben = g.member("Ben");
    g.add_schedule(TOPIC).await;
    let lobby = g.open_lobby(&format!("{TOPIC} count:1")).await;
    ben.press(&lobby, "Join").await.unwrap();
    let question = g.start_quiz(&lobby).await;
    g.advance(TimeDelta::seconds(23)).await;
    g.wait_for_reveal(&question).await;
    g.advance(TimeDelta::seconds(8)).await;
    let podium = g.wait_for_message("#daily", 3).await;
    g.wait_until_quiz_rests().await;
    g.post_now().await;
    insta::assert_snapshot!(press(&ben, &podium, "Show all questions again").await, @"
    -# Question 1 of 1
    Everybody here is being asked this question just now, so I keep its answer to myself until <t:1772452836:t>, <t:1772452836:R>. Look again then.
    (Previous) (Next)
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_whose_reveal_cannot_be_shown_yet_is_not_asked_again() {
    let g = Greenroom::start().await;
    g.ask(TOPIC).await;
    let edits = "/channels/*/messages/*";
    g.sandbox.faults().always("PATCH", edits, Fault::Broken(500));
    g.member("Ann").slash("/daily reveal-now").await.unwrap();
    g.advance(TimeDelta::seconds(3)).await;
    g.wait_until_reveals_begin(1).await;
    let refused = g
        .member("Ann")
        .slash("/daily post-now")
        .await
        .unwrap()
        .to_string();
    assert!(refused.contains("is open in this server just now"), "{refused}");
    g.sandbox.faults().clear();
    g.finish().await;
}
