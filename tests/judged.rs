//! Every call of every story is judged by Discord's own `OpenAPI` document (`harness.rs`, `finish`). Here is seen that
//! this says something: which operations the bot uses in one day, and with what they are answered.

use sandbox::Options;

use crate::harness::{Greenroom, monday};

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_the_bot_is_by_discords_own_document() {
    // Nothing strange: then every event is judged as well.
    let mut g = Greenroom::in_world(Options {
        now: Some(monday()),
        ..Options::calm()
    })
    .await;
    g.start_bot().await;
    let question = g.ask("topics:assertions kinds:open").await;
    let ben = g.member("Ben");
    let form = ben.press(&question, "Answer").await.unwrap();
    ben.submit(&form, &[("Your answer", "Nowhere.")]).await.unwrap();
    g.reveal(&question).await;
    ben.complete("/leaderboard topic:oo").await.unwrap();
    ben.slash("/leaderboard").await.unwrap();
    g.stop_bot().await;
    let judged = openapi::check_calls(&g.sandbox);
    let operations: Vec<String> = judged
        .operations
        .iter()
        .map(|(name, status)| format!("{name} {status}"))
        .collect();
    insta::assert_snapshot!(operations.join("\n"), @"
    bulk_set_application_commands 200
    create_interaction_response 204
    create_message 200
    create_thread_from_message 201
    get_bot_gateway 200
    get_gateway 200
    get_my_application 200
    update_message 200
    ");
    assert!(judged.calls >= 12 && judged.events >= 8, "{judged:?}");
    g.finish().await;
}
