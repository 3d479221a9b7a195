//! What authors and managers see of a question before anybody is asked.

use crate::harness::Greenroom;

#[tokio::test(flavor = "multi_thread")]
async fn an_author_sees_every_side_of_a_question_in_one_private_message() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let found = ann.complete("/question preview id:slo").await.unwrap();
    assert_eq!(found[0].name, "what-slots-do");
    let question = ann.slash("/question preview id:multipliers").await.unwrap();
    assert!(question.ephemeral);
    let options = question.buttons().into_iter().take(3);
    assert!(
        options.clone().all(|button| button.disabled),
        "nothing can be answered"
    );
    let mut sides = vec![question.to_string()];
    for side in ["Reveal", "Rationales", "Explanation", "Going on"] {
        let shown = ann.press(&question, side).await.unwrap();
        assert_eq!(shown.id, question.id, "it turns in place");
        sides.push(shown.to_string());
    }
    insta::assert_snapshot!(sides.join("\n\n=====\n\n"), @"
    ────────
    ### Multipliers from a comprehension
    -# Medium · When a closure looks its variables up · 20 points
    What does this program print?

    ```python
    table = [lambda n: n * k for k in range(3)]
    print([f(10) for f in table])
    ```
    ---
    **A**  `[0, 10, 20]` (A)
    **B**  `[20, 20, 20]` (B)
    **C**  `[0, 0, 0]` (C)
    ---
    -# 0 answered · the answer is revealed <t:1772452800:R>, at <t:1772452800:t>
    ────────
    (Question:blue) [Reveal] [Rationales] [Explanation] [Going on]

    =====

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
    `████░░░░░░` 2 (40 %)
    **B**  `[20, 20, 20]`
    `██████░░░░` 3 (60 %) · **right**
    **C**  `[0, 0, 0]`
    `░░░░░░░░░░` 0 (0 %)
    ---
    The answer is **B**, found by 3 members.
    -# 3 of 5 right · 20 points each
    (Why:blue) (Follow-ups)
    ────────
    [Question] (Reveal:blue) [Rationales] [Explanation] [Going on]

    =====

    ### Multipliers from a comprehension
    **A**  `[0, 10, 20]`
    **Not right, and what you chose.** A closure keeps the variable, not the value it had.
    **B**  `[20, 20, 20]`
    **Right.** All three look up the same `k`, which is 2 by then.
    **C**  `[0, 0, 0]`
    **Not right.** The loop does not reset `k`.
    (Follow-ups) (Remind me)
    [Question] [Reveal] (Rationales:blue) [Explanation] [Going on]

    =====

    ### Explanation
    The lambdas share one variable.
    ### In practice
    Callbacks made in a loop.
    ### Common mistakes
    - Believing that the value is copied.
    - Blaming `lambda`; `def` does the same.
    [Question] [Reveal] [Rationales] (Explanation:blue) [Going on]

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
    **How would you keep each value?** (Show a model answer)
    **Does a generator change it?** (Show a model answer)
    -# Read more: <https://docs.python.org/3/faq/programming.html>
    [Question] [Reveal] [Rationales] [Explanation] (Going on:blue)
    ");
    assert_eq!(g.count_rounds().await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_managers_may_look_because_it_tells_keys() {
    let g = Greenroom::start().await;
    let ben = g.member("Ben");
    g.sandbox.override_command_permissions(true);
    let refused = ben.slash("/question preview id:multipliers").await.unwrap();
    assert!(
        refused.to_string().starts_with("Only managers can do this"),
        "{refused}"
    );
    let question = g.ask("topics:late-binding-closures").await;
    let forged = g.press_forged(&ben, &question, "look:1:reveal").await;
    assert!(
        forged.to_string().starts_with("Only managers can do this"),
        "{forged}"
    );
    let missing = g
        .member("Ann")
        .slash("/question preview id:nothing")
        .await
        .unwrap();
    insta::assert_snapshot!(missing, @"There is no question “nothing”. Start typing to see the list; the name is the file’s, without .md.");
    g.finish().await;
}
