//! Private quizzes: `/quiz solo` and `/quiz resume`.

use chrono::TimeDelta;
use sandbox::Seen;

use crate::harness::Greenroom;

/// What a member sees on their private message now.
fn now(g: &Greenroom, name: &str, quiz: &Seen) -> Seen {
    g.member(name).see(quiz.id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiz_goes_from_question_to_verdict_to_result_in_one_private_message() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let quiz = ann
        .slash("/quiz solo count:2 topics:references-and-aliasing, slots")
        .await
        .unwrap();
    assert!(quiz.ephemeral);
    insta::assert_snapshot!(quiz, @"
    ────────
    ### One list, two names
    -# Easy · Names that share an object · 10 points
    After `b = a`, where `a` is a list, what does `b.append(1)` do to `a`?
    ---
    **A**  The list that `a` names has one more item [A]
    **B**  Nothing, `b` is a copy [B]
    **C**  It makes `a` an empty list [C]
    ---
    -# Question 1 of 2 · only you can see this · the first answer counts
    ────────
    [Stop]
    ");

    g.advance(TimeDelta::seconds(12)).await;
    let verdict = ann.press(&quiz, "A").await.unwrap();
    assert_eq!(verdict.id, quiz.id);
    insta::assert_snapshot!(verdict, @"
    ────────
    -# Question 1 of 2
    ### One list, two names
    After `b = a`, where `a` is a list, what does `b.append(1)` do to `a`?
    ---
    **Right.** 10 points for practice.
    **A**  The list that `a` names has one more item
    **Right, and what you chose.** Both names stand for one list.
    ────────
    [Next:blue] [Follow-ups] [Stop]
    ");
    insta::assert_snapshot!(ann.press(&verdict, "Follow-ups").await.unwrap(), @"
    -# Question 1 of 2
    ### After “One list, two names”
    Try each in your own words first.
    **How would you keep each value?** [Show a model answer]
    **Does a generator change it?** [Show a model answer]
    [Next:blue] [Back] [Stop]
    ");
    let model = ann
        .press(&now(&g, "Ann", &quiz), "quiz:1:model-answer:1:1")
        .await
        .unwrap();
    insta::assert_snapshot!(model, @"
    -# Question 1 of 2
    ### Does a generator change it?
    The lookup is as late as before.
    [Next:blue] [Follow-ups] [Back] [Stop]
    ");
    ann.press(&model, "Back").await.unwrap();
    assert_eq!(now(&g, "Ann", &quiz).to_string(), verdict.to_string());

    let second = ann.press(&verdict, "Next").await.unwrap();
    insta::assert_snapshot!(second, @"
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
    -# Question 2 of 2 · only you can see this · the first answer counts
    ────────
    [Stop]
    ");
    g.advance(TimeDelta::seconds(70)).await;
    let verdict = ann
        .choose(&second, "Choose all that apply", &["A", "B"])
        .await
        .unwrap();
    insta::assert_snapshot!(verdict, @"
    ────────
    -# Question 2 of 2
    ### What slots do
    Which of these are true of a class whose bases all define `__slots__`?
    ---
    **Not right.** The answer is **A, C**.
    **A**  Its instances have no `__dict__`
    **Right, and what you chose.** Unless a slot is called so.
    **B**  Its instances cannot be changed
    **Not right, and what you chose.** Slots limit names, not values.
    **C**  It rejects attributes that have no slot
    **Right.** There is nowhere to put them.
    ────────
    [See how it went:blue] [Follow-ups]
    ");
    let result = ann.press(&verdict, "See how it went").await.unwrap();
    insta::assert_snapshot!(result, @"
    ### Names that share an object and Objects with a fixed set of attributes
    **1 of 2 right** in 1 min 22 s · 10 points for practice
    - **Right** · 12 s · One list, two names
    - **Missed** · 1 min 10 s · What slots do
    Worth another look: Objects with a fixed set of attributes.
    [Again, only what I missed:blue] [Remind me of these]
    ");

    let again = ann.press(&result, "Again, only what I missed").await.unwrap();
    assert_eq!(again.id, quiz.id);
    insta::assert_snapshot!(again, @"
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
    -# Question 1 of 1 · only you can see this · the first answer counts
    ────────
    [Stop]
    ");
    // One message, whatever was pressed.
    let private = ann.messages("#daily").into_iter().filter(|seen| seen.ephemeral);
    assert_eq!(private.count(), 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiz_goes_on_after_a_restart_where_it_was_left() {
    let mut g = Greenroom::start().await;
    let ann = g.member("Ann");
    insta::assert_snapshot!(ann.slash("/quiz resume").await.unwrap(), @"You have no unfinished quiz. Begin one with /quiz solo.");
    let quiz = ann
        .slash("/quiz solo topics:late-binding-closures")
        .await
        .unwrap();
    insta::assert_snapshot!(quiz, @"
    Only 1 question fits, so that is the whole quiz.
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
    -# Question 1 of 1 · only you can see this · the first answer counts
    ────────
    [Stop]
    ");
    g.stop_bot().await;
    g.start_bot().await;

    // The old message still works, and so does a new one on another device.
    let elsewhere = ann.slash("/quiz resume").await.unwrap();
    let verdict = ann.press(&quiz, "B").await.unwrap();
    insta::assert_snapshot!(verdict, @"
    ────────
    -# Question 1 of 1
    ### Multipliers from a comprehension
    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```
    ---
    **Right.** 20 points for practice.
    **B**  `[20, 20, 20]`
    **Right, and what you chose.** All three look up the same `k`, which is 2 by then.
    ────────
    [See how it went:blue] [Follow-ups]
    ");
    // The first answer counts, whichever message it came from.
    let late = ann.press(&elsewhere, "A").await.unwrap();
    assert_eq!(late.to_string(), verdict.to_string());
    assert_eq!(g.count_answers().await, 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_reply_was_lost_is_judged_when_the_quiz_is_opened_again() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let quiz = ann
        .slash("/quiz solo topics:late-binding-closures")
        .await
        .unwrap();
    // As if the process had ended between the two commits.
    g.plant_rows(
        "insert into answers (round_id, user_id, guild_id, choices, interaction_id, answered_at, source)
         select round_id, only_user_id, guild_id, 2, 1, posted_at + interval '5 s', 'solo' from rounds",
    )
    .await;
    let verdict = ann.slash("/quiz resume").await.unwrap();
    assert!(
        verdict.to_string().contains("**Right.** 20 points for practice."),
        "{verdict}"
    );
    assert_eq!(
        ann.press(&quiz, "A").await.unwrap().to_string(),
        verdict.to_string()
    );
    assert_eq!(
        g.read_number("select points::bigint from standings where period = 'all' and practice")
            .await,
        20
    );
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_gives_points_once_per_question_and_season_and_never_on_the_main_board() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    for expected in ["20 points for practice", "You had its points already this season"] {
        let quiz = ann
            .slash("/quiz solo topics:late-binding-closures")
            .await
            .unwrap();
        let verdict = ann.press(&quiz, "B").await.unwrap().to_string();
        assert!(verdict.contains(expected), "{verdict}");
    }
    assert_eq!(g.count_rows("standings where not practice").await, 0);
    insta::assert_snapshot!(ann.slash("/leaderboard practice:true").await.unwrap(), @"
    ────────
    {leaderboard.png: Practice, Week of 2 Mar. 1. Ann (you): 20 points.}
    **1.** @Ann (you) · 20 points
    ---
    -# Easy 10, medium 20, hard 30 points; taking part in an open question 10. Equal points share a rank; among equals, more right answers and then the earlier last answer come first.
    (Previous) (Page 1 of 1) (Next)
    (Week:blue) [Month] [Season] [All time]
    ────────
    ");
    let season = ann
        .slash("/leaderboard practice:true period:season")
        .await
        .unwrap();
    insta::assert_snapshot!(ann.press(&season, "All time").await.unwrap(), @"
    ────────
    {leaderboard.png: Practice, All time. 1. Ann (you): 20 points.}
    **1.** @Ann (you) · 20 points
    ---
    -# Easy 10, medium 20, hard 30 points; taking part in an open question 10. Equal points share a rank; among equals, more right answers and then the earlier last answer come first.
    (Previous) (Page 1 of 1) (Next)
    [Week] [Month] [Season] (All time:blue)
    ────────
    ");
    assert_eq!(g.sum_standings().await.0, 20);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_can_see_or_answer_a_private_quiz() {
    let g = Greenroom::start().await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    ann.slash("/quiz solo topics:late-binding-closures")
        .await
        .unwrap();
    let his = ben
        .slash("/quiz solo topics:late-binding-closures")
        .await
        .unwrap();
    insta::assert_snapshot!(g.press_forged(&ben, &his, "answer:1:1").await, @"I do not know this question. It may have been removed, or it belongs to another server.");
    insta::assert_snapshot!(g.press_forged(&ben, &his, "quiz:1:stop").await, @"I do not know this quiz. It may belong to somebody else; begin your own with /quiz solo.");
    assert_eq!(g.count_answers().await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_that_is_open_in_the_channel_is_never_in_a_quiz() {
    let g = Greenroom::start().await;
    g.ask("topics:late-binding-closures").await;
    let ann = g.member("Ann");
    insta::assert_snapshot!(ann.slash("/quiz solo topics:late-binding-closures").await.unwrap(), @"No question fits that just now. Leave out the level or the kind, or name more topics. The question that is open in this server is left out, so that its answer stays a surprise.");
    let all = ann.slash("/quiz solo count:20").await.unwrap().to_string();
    assert!(all.contains("Only 2 questions fit"), "{all}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for_is_explained() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    insta::assert_snapshot!(ann.slash("/quiz solo topics:clojures,oop").await.unwrap(), @"
    No quiz was begun:
    - There is no topic “clojures”. Did you mean closures?
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_question_that_opens_in_the_channel_meanwhile_keeps_its_answer_to_itself() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let quiz = ann
        .slash("/quiz solo topics:late-binding-closures")
        .await
        .unwrap();
    g.ask("topics:late-binding-closures").await;
    insta::assert_snapshot!(ann.press(&quiz, "A").await.unwrap(), @"Nothing is left of this quiz: its questions are open in the server just now, or no longer asked.");
    assert_eq!(g.count_answers().await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_practised_is_explained_to_nobody_else() {
    let g = Greenroom::start().await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let hers = ann
        .slash("/quiz solo topics:late-binding-closures")
        .await
        .unwrap();
    ann.press(&hers, "A").await.unwrap();
    let open = g.ask("topics:late-binding-closures").await;
    for forged in ["why:1", "follow-ups:1", "model-answer:1:0"] {
        let told = g.press_forged(&ben, &open, forged).await.to_string();
        assert!(told.starts_with("I do not know this question"), "{told}");
    }
    // Nor is the channel's message rewritten for one person.
    let before = ann.see(open.id).unwrap().to_string();
    let page = g.press_forged(&ann, &open, "quiz:1:back:1").await;
    assert!(page.ephemeral && page.id != open.id);
    assert_eq!(ann.see(open.id).unwrap().to_string(), before);
    g.finish().await;
}
