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
    insta::assert_snapshot!(sides.join("\n\n=====\n\n"), @"");
    assert_eq!(g.count("select count(*) from rounds").await, 0);
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
