//! What the bot does by time goes on, whatever becomes of a connection to its database.

use std::time::Duration;

use futures_util::future::join_all;

use crate::harness::{Greenroom, march};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_connection_that_dies_amid_a_pass_stops_nothing_for_long() {
    let mut g = Greenroom::without_bot().await;
    let wire = g.wire_database().await;
    g.patience.database = Duration::from_secs(3);
    g.patience.delivery = Duration::from_secs(3);
    g.patience.live = Duration::from_secs(3);
    g.start_bot().await;
    g.add_schedule("").await;
    wire.cut_at("BEGIN");
    g.set_time(march(2, 8, 30)).await;
    // Whoever does something meanwhile is answered.
    g.member("Ben").slash("/help").await.unwrap();
    g.wait_until_posted(1).await;
    assert_eq!(g.list_public("#daily").len(), 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listening_connection_that_died_without_a_sound_is_renewed() {
    let mut g = Greenroom::without_bot().await;
    let wire = g.wire_database().await;
    g.patience.proof = Duration::from_millis(300);
    g.start_bot().await;
    let listening =
        "pg_stat_activity where datname = current_database() and query ~ '^(LISTEN|select 1 as alive)'";
    g.wait_for_rows(listening, 1).await;
    wire.cut();
    // PostgreSQL has not heard of the first one's end.
    g.wait_for_rows(listening, 2).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_are_answered_again_after_every_connection_has_died_without_a_sound() {
    let mut g = Greenroom::without_bot().await;
    let wire = g.wire_database().await;
    g.start_bot().await;
    let question = g.ask("topics:late-binding-closures").await;
    let names = ["Ann", "Ben", "Chloe"];
    join_all(names.map(|name| g.choose(name, &question, &["A"]))).await;
    wire.cut();
    // What the first of them wait for does not come; they are told so, and their connections are gone.
    for name in names {
        g.member(name).press(&question, "B").await.ok();
    }
    g.sandbox.take_failures();
    let receipt = g.member("Ann").press(&question, "B").await.unwrap();
    assert!(receipt.to_string().starts_with("You chose **B**"), "{receipt}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_given_up_while_it_begins_is_not_left_open() {
    let g = Greenroom::without_bot().await;
    let db = greenroom::run::connect_database(&g.settings().database)
        .await
        .unwrap();
    let note = "insert into meta (key, value) values ($1, 'noted')";
    for moments in 1..20 {
        // There is a connection, and it was used a moment ago: it begins at once.
        let noted = sqlx::query(note).bind(format!("note {moments}"));
        noted.execute(&db).await.unwrap();
        let mut beginning = Box::pin(db.begin());
        // Given up before it is answered, or after.
        for _ in 0..moments {
            if futures_util::poll!(beginning.as_mut()).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    // Whoever comes next works for themselves, and everybody sees it.
    assert_eq!(g.count_rows("meta where value = 'noted'").await, 19);
    let open = "pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
    g.wait_for_rows(open, 0).await;
    db.close().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_are_answered_while_somebody_posts_now_over_and_over() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    // One of them waits for this, and the others for that one.
    let mut held = g.db.begin().await.unwrap();
    let hold = sqlx::query("select from guilds for no key update");
    hold.execute(&mut *held).await.unwrap();
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    let presses = join_all((0..12).map(|_| ann.slash("/daily post-now")));
    let (posted, receipt) = tokio::join!(presses, async {
        g.wait_until_held_up().await;
        let receipt = ben.press(&question, "A").await.unwrap();
        held.rollback().await.unwrap();
        receipt
    });
    assert!(receipt.to_string().starts_with("You chose **A**"), "{receipt}");
    assert!(posted.iter().all(Result::is_ok), "{posted:?}");
    g.finish().await;
}
