//! Answering the daily question and seeing it revealed.

use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::harness::{Greenroom, join_messages};

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_revealed_and_explained() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures ping-role:@Daily").await;
    insta::assert_snapshot!(question, @"
    @Daily
    ────────
    ### Multipliers from a comprehension
    -# Medium · When a closure looks its variables up · 20 points
    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```
    ---
    **A**  `[0, 10, 20]` [A]
    **B**  `[20, 20, 20]` [B]
    **C**  `[0, 0, 0]` [C]
    ---
    -# 0 answered · the answer is revealed <t:1772452800:R>, at <t:1772452800:t>
    ────────
    ");
    assert_eq!(question.pings.len(), 1);

    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let receipt = ann.press(&question, "A").await.unwrap();
    insta::assert_snapshot!(receipt, @"
    You chose **A**  `[0, 10, 20]`.
    You can change it until <t:1772452800:t>, <t:1772452800:R>. Then the answer is revealed.
    ");
    assert!(receipt.ephemeral);
    ann.press(&question, "B").await.unwrap();
    ben.press(&question, "C").await.unwrap();

    let revealed = g.reveal(&question).await;
    insta::assert_snapshot!(revealed, @"
    ────────
    ### Multipliers from a comprehension
    -# Medium · When a closure looks its variables up · 20 points
    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```
    ---
    **A**  `[0, 10, 20]`
    -# 0 (0 %)
    **B**  `[20, 20, 20]`
    1 (50 %) · **right**
    **C**  `[0, 0, 0]`
    -# 1 (50 %)
    {answers.png: 2 answers, 1 right. A 0 (0 %), B 1 (50 %, right), C 1 (50 %).}
    The answer is **B**, found by @Ann.
    -# 1 of 2 right · 20 points each
    [Why:blue] [Follow-ups]
    ────────
    ");
    let thread = revealed.thread.expect("a thread");
    insta::assert_snapshot!(join_messages(&ben.messages(thread)), @"
    ### Explanation
    The lambdas share one variable.
    ### In practice
    Callbacks made in a loop.
    ### Common mistakes
    - Believing that the value is copied.
    - Blaming `lambda`; `def` does the same.

    =====

    ### What interviewers listen for
    **Strong signals**
    - Says variable, not value.
    - Knows two ways to bind early.
    **Red flags**
    - Calls it a bug of Python.
    - Cannot predict the output.
    ---
    ### Go on from here
    Talk it through first, then compare.
    **How would you keep each value?** [Show a model answer]
    **Does a generator change it?** [Show a model answer]
    -# Read more: <https://docs.python.org/3/faq/programming.html>
    ");

    insta::assert_snapshot!(ben.press(&revealed, "Why").await.unwrap(), @"
    ### Multipliers from a comprehension
    **A**  `[0, 10, 20]`
    **Not right.** A closure keeps the variable, not the value it had.
    **B**  `[20, 20, 20]`
    **Right.** All three look up the same `k`, which is 2 by then.
    **C**  `[0, 0, 0]`
    **Not right, and what you chose.** The loop does not reset `k`.
    [Follow-ups] [Remind me]
    ");
    let follow_ups = ben.press(&revealed, "Follow-ups").await.unwrap();
    insta::assert_snapshot!(follow_ups, @"
    ### After “Multipliers from a comprehension”
    Try each in your own words first.
    **How would you keep each value?** [Show a model answer]
    **Does a generator change it?** [Show a model answer]
    ");
    insta::assert_snapshot!(ben.press(&follow_ups, "model-answer:1:1").await.unwrap(), @"
    ### Does a generator change it?
    The lookup is as late as before.
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_clicks_at_once_by_one_member_are_twenty_true_replies_and_one_row() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let ann = g.member("Ann");
    let clicks = (0..20).map(|n| ann.press(&question, ["A", "B", "C"][n % 3]));
    let replies = join_all(clicks).await;
    assert_eq!(replies.len(), 20);
    for reply in &replies {
        let text = reply.as_ref().unwrap().to_string();
        assert!(text.contains("You chose"), "{text}");
    }
    assert_eq!(g.count_answers().await, 1);
    // What was said last is what counts: pressing again changes nothing about that.
    let newest: i64 = g.read_number("select interaction_id from answers").await;
    assert!(newest > 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_after_the_window_is_told_what_counts_and_after_the_reveal_it_explains() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures answer-window:1h").await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    ann.press(&question, "B").await.unwrap();

    // The window is over, but nobody told the scheduler yet: these clicks come in between.
    g.sandbox.advance(TimeDelta::minutes(60));
    insta::assert_snapshot!(ann.press(&question, "A").await.unwrap(), @"
    Time was up a moment ago, so this click no longer counts. What counts is your earlier choice, **B**  `[20, 20, 20]`.
    The answer is on its way.
    ");
    insta::assert_snapshot!(ben.press(&question, "A").await.unwrap(), @"
    Time was up a moment ago, so this click no longer counts. You had not answered this one, so nothing is counted for or against you.
    The answer is on its way.
    ");

    g.advance(TimeDelta::seconds(3)).await;
    let revealed = g.wait_for_reveal(&question).await;
    let late = g.press_forged(&ann, &revealed, "answer:1:0").await;
    insta::assert_snapshot!(late, @"
    This question is closed, so the click was not counted. Here is what it was about:
    ### Multipliers from a comprehension
    **A**  `[0, 10, 20]`
    **Not right.** A closure keeps the variable, not the value it had.
    **B**  `[20, 20, 20]`
    **Right, and what you chose.** All three look up the same `k`, which is 2 by then.
    **C**  `[0, 0, 0]`
    **Not right.** The loop does not reset `k`.
    [Follow-ups] [Remind me]
    ");
    assert_eq!(g.sum_points().await, 20);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_right_options_and_no_other_make_a_multiple_choice_right() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:slots").await;
    insta::assert_snapshot!(question, @"
    ────────
    ### What slots do
    -# Hard · Objects with a fixed set of attributes · 30 points · choose all that apply
    Which of these are true of a class whose bases all define `__slots__`?
    ---
    **A**  Its instances have no `__dict__`
    **B**  Its instances cannot be changed
    **C**  It rejects attributes that have no slot
    **D**  It cannot have methods
    <Choose all that apply: A | B | C | D>
    ---
    -# 0 answered · the answer is revealed <t:1772452800:R>, at <t:1772452800:t>
    ────────
    ");
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    insta::assert_snapshot!(ann.choose(&question, "Choose all that apply", &["A", "C"]).await.unwrap(), @"
    You chose **A**, **C**.
    You can change it until <t:1772452800:t>, <t:1772452800:R>. Then the answer is revealed.
    ");
    ben.choose(&question, "Choose all that apply", &["A"])
        .await
        .unwrap();
    let revealed = g.reveal(&question).await;
    insta::assert_snapshot!(revealed, @"
    ────────
    ### What slots do
    -# Hard · Objects with a fixed set of attributes · 30 points · choose all that apply
    Which of these are true of a class whose bases all define `__slots__`?
    ---
    **A**  Its instances have no `__dict__`
    2 (100 %) · **right**
    **B**  Its instances cannot be changed
    -# 0 (0 %)
    **C**  It rejects attributes that have no slot
    1 (50 %) · **right**
    **D**  It cannot have methods
    -# 0 (0 %)
    {answers.png: 2 answers, 1 right. A 2 (100 %, right), B 0 (0 %), C 1 (50 %, right), D 0 (0 %).}
    The answer is **A, C**, found by @Ann.
    -# 1 of 2 right · 30 points each
    [Why:blue] [Follow-ups]
    ────────
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_count_is_shown_at_most_once_in_five_seconds() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let edits = || {
        g.sandbox
            .calls()
            .iter()
            .filter(|call| call.method == "PATCH")
            .count()
    };
    g.member("Ann").press(&question, "A").await.unwrap();
    g.wait_until_shown("1 answered").await;
    for name in ["Ben", "Chloe", "Dev"] {
        g.member(name).press(&question, "B").await.unwrap();
    }
    // The call is noted a moment after the message shows it, so there may be one fewer, but never one more.
    assert!(edits() <= 1);
    g.advance(TimeDelta::seconds(5)).await;
    g.wait_until_shown("4 answered").await;
    assert!(edits() <= 2);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_reveal_nothing_tells_the_key_or_who_chose_what() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    ann.press(&question, "B").await.unwrap();
    g.wait_until_shown("1 answered").await;
    let seen = ben.see(question.id).unwrap();
    // The same style on every button, in the order of the file.
    let styles: Vec<u8> = seen.buttons().iter().map(|button| button.style).collect();
    assert_eq!(styles, [2, 2, 2]);
    assert!(!seen.to_string().contains("Ann"));
    for forged in ["why:1", "follow-ups:1", "model-answer:1:0"] {
        let reply = g.press_forged(&ben, &question, forged).await;
        assert_eq!(
            reply.to_string(),
            "This is told at the reveal. Until then you can still change your answer.",
            "{forged}"
        );
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_buttons_get_a_sentence_and_change_nothing() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let ben = g.member("Ben");
    let mut replies = Vec::new();
    for forged in ["answer:1:4", "answer:999:0", "answer:1:99", "answers:x", "hello"] {
        let reply = g.press_forged(&ben, &question, forged).await;
        replies.push(format!(
            "{forged}\n  {}",
            reply.to_string().lines().next().unwrap_or_default()
        ));
    }
    insta::assert_snapshot!(replies.join("\n"), @"
    answer:1:4
      This question has no such option, so nothing was recorded.
    answer:999:0
      I do not know this question. It may have been removed, or it belongs to another server.
    answer:1:99
      I do not know this button or command any more. Try /help for what there is now.
    answers:x
      I do not know this button or command any more. Try /help for what there is now.
    hello
      I do not know this button or command any more. Try /help for what there is now.
    ");
    assert_eq!(g.count_answers().await, 0);
    g.finish().await;
}
