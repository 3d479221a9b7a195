//! Seasons: closed once at local midnight, kept as they were.

use chrono::{DateTime, TimeDelta, Utc};
use sandbox::faults::Fault;

use crate::harness::{Greenroom, march};

/// A quarter of an hour before the first of April in Berlin.
fn last_evening() -> DateTime<Utc> {
    march(31, 21, 45)
}

fn midnight() -> DateTime<Utc> {
    march(31, 22, 0)
}

const CLOSED: &str = "seasons where closed_at is not null";

/// Ann, Chloe and Ben have answered one question, Ben wrongly; nothing more is asked.
async fn played(options: &str) -> Greenroom {
    let g = Greenroom::start().await;
    let question = g.ask(&format!("topics:late-binding-closures {options}")).await;
    g.member("Ann").slash("/daily pause").await.unwrap();
    for (name, option) in [("Ann", "B"), ("Chloe", "B"), ("Ben", "A")] {
        g.sandbox.advance(TimeDelta::seconds(1));
        g.member(name).press(&question, option).await.unwrap();
    }
    g.reveal(&question).await;
    g
}

#[tokio::test(flavor = "multi_thread")]
async fn a_season_closes_at_local_midnight_with_a_podium_that_stays() {
    let g = played("").await;
    g.set_time(last_evening()).await;
    let ben = g.member("Ben");
    let before = ben.slash("/season show").await.unwrap();
    insta::assert_snapshot!(before, @"
    ### Q1 2026
    This season ends <t:1774994400:f>, <t:1774994400:R>. Each season after it is a quarter of a year long.
    The podium appears in #daily. /leaderboard period:season shows how it stands.
    ");
    assert_eq!(g.count_rows(CLOSED).await, 0);

    g.set_time(midnight() + TimeDelta::seconds(6)).await;
    g.wait_for_notices(1).await;
    let podium = g.wait_for_message("#daily", 2).await;
    insta::assert_snapshot!(podium, @"
    ────────
    ### Q1 2026 is over
    **1.** @Ann · **20 points**
    -# 1 of 1 right
    **1.** @Chloe · **20 points**
    -# 1 of 1 right
    {podium.png: Q1 2026, Final standings. 1. Ann, 20 points; 1. Chloe, 20 points.}
    ---
    3 members took part. A new season has begun, and everybody starts from zero.
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. /season hall-of-fame keeps this podium.
    [Final standings]
    ────────
    ");
    let standings = g.member("Dev").press(&podium, "Final standings").await.unwrap();
    assert!(standings.ephemeral);
    insta::assert_snapshot!(standings, @"
    ────────
    ### Final standings of Q1 2026
    ---
    **1.** @Ann · **20 points**
    -# 1 of 1 right
    **1.** @Chloe · **20 points**
    -# 1 of 1 right
    **3.** @Ben · **0 points**
    -# 0 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. They stay as they are.
    ────────
    ");
    insta::assert_snapshot!(ben.slash("/season hall-of-fame").await.unwrap(), @"
    ────────
    ### Hall of fame
    ---
    **Q1 2026**
    **1.** @Ann · **20 points**
    -# 1 of 1 right
    **1.** @Chloe · **20 points**
    -# 1 of 1 right
    ────────
    ");
    let board = ben.slash("/leaderboard period:season").await.unwrap().to_string();
    assert!(board.contains("Q2 2026\n---\nNo points yet."), "{board}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_close_a_season_once() {
    let mut g = played("").await;
    g.start_bot().await;
    g.sandbox
        .faults()
        .next(1, "POST", "/channels/*/messages", Fault::Broken(500));
    g.set_time(midnight() + TimeDelta::seconds(6)).await;
    g.wait_for_notices(1).await;
    assert_eq!(g.list_public("#daily").len(), 2);
    assert_eq!(g.count_rows("season_results").await, 3);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_season_waits_for_questions_answered_in_it_to_be_revealed() {
    let g = played("answer-window:1h").await;
    g.set_time(last_evening()).await;
    let question = g.post_now().await;
    g.member("Ben").press(&question, "B").await.unwrap();
    // After midnight, by the member's clock: this one is for the new season.
    g.set_time(midnight() + TimeDelta::minutes(5)).await;
    g.member("Dev").press(&question, "B").await.unwrap();
    let waiting = g.member("Ben").slash("/season show").await.unwrap();
    insta::assert_snapshot!(waiting, @"
    ### Q2 2026
    This season ends <t:1782856800:f>, <t:1782856800:R>. Each season after it is a quarter of a year long.
    The podium appears in #daily. /leaderboard period:season shows how it stands.
    -# Q1 2026 is over. 1 question answered in it is still to be revealed; its final standings wait for that, up to three days.
    ");
    assert_eq!(g.count_rows(CLOSED).await, 0);
    g.set_time(last_evening() + TimeDelta::minutes(62)).await;
    g.wait_for_reveal(&question).await;
    g.advance(TimeDelta::minutes(1)).await;
    g.wait_for_notices(1).await;
    let podium = g.wait_for_message("#daily", 3).await.to_string();
    assert!(podium.contains("@Ben · **20 points**"), "{podium}");
    assert!(podium.contains("3 members took part"), "{podium}");
    let board = g
        .member("Dev")
        .slash("/leaderboard period:season")
        .await
        .unwrap()
        .to_string();
    assert!(board.contains("**1.** @Dev (you) · 20 points"), "{board}");
    g.check_rebuilt_boards().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revealed_too_late_is_noted_beside_final_standings_that_stay() {
    let g = played("answer-window:7d").await;
    g.set_time(last_evening()).await;
    let question = g.post_now().await;
    g.member("Ben").press(&question, "B").await.unwrap();
    g.member("Dev").press(&question, "B").await.unwrap();
    // Three days are over, the question is still open.
    g.set_time(midnight() + TimeDelta::days(3) + TimeDelta::minutes(1))
        .await;
    g.wait_for_rows(CLOSED, 1).await;
    let before = g.digest_rows("season_results").await;
    g.set_time(last_evening() + TimeDelta::days(7) + TimeDelta::minutes(1))
        .await;
    g.wait_for_reveal(&question).await;
    assert_eq!(g.digest_rows("season_results").await, before);
    assert_eq!(g.count_rows("season_regrades").await, 2);
    g.check_rebuilt_boards().await;
    let podium = g.wait_for_message("#daily", 3).await;
    let standings = g.member("Chloe").press(&podium, "Final standings").await.unwrap();
    insta::assert_snapshot!(standings, @"
    ────────
    ### Final standings of Q1 2026
    ---
    **1.** @Ann · **20 points**
    -# 1 of 1 right
    **1.** @Chloe (you) · **20 points**
    -# 1 of 1 right
    **3.** @Ben · **0 points**
    -# 0 of 1 right · 20 after what was revealed or corrected later
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. They stay as they are.
    ────────
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_length_of_seasons_begins_when_the_running_season_ends() {
    let g = played("").await;
    let (ann, ben) = (g.member("Ann"), g.member("Ben"));
    g.sandbox.override_command_permissions(true);
    let refused = ben.slash("/season length length:month").await.unwrap();
    assert!(refused.to_string().starts_with("Only managers"), "{refused}");
    insta::assert_snapshot!(ann.slash("/season length length:month").await.unwrap(), @"From <t:1774994400:f> on, seasons are a month long. Q1 2026 runs to its end as it is.");
    insta::assert_snapshot!(ann.slash("/season length length:month").await.unwrap(), @"Seasons are a month long already. Q1 2026 ends <t:1774994400:f>.");
    let set = ann.slash("/season channel channel:#general").await.unwrap();
    assert!(set.to_string().contains("#general"), "{set}");
    g.set_time(midnight() + TimeDelta::seconds(6)).await;
    let podium = g.wait_for_message("#general", 1).await.to_string();
    assert!(podium.contains("Q1 2026 is over"), "{podium}");
    g.wait_for_notices(1).await;
    let board = ben.slash("/leaderboard period:season").await.unwrap().to_string();
    assert!(board.contains("April 2026"), "{board}");
    // April, in which nobody answered, closes without a word.
    g.set_time(midnight() + TimeDelta::days(31)).await;
    g.wait_for_rows(CLOSED, 2).await;
    assert_eq!(g.list_public("#general").len(), 1);
    g.wait_for_notices(1).await;
    g.check_rebuilt_boards().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_the_server_stays_in_the_archive_and_leaves_the_boards_until_they_answer_again() {
    let g = played("").await;
    g.sandbox.remove_member("Chloe");
    g.set_time(midnight() + TimeDelta::seconds(6)).await;
    let podium = g.wait_for_message("#daily", 2).await.to_string();
    assert!(podium.contains("**1.** Chloe · **20 points**"), "{podium}");
    let board = g
        .member("Ben")
        .slash("/leaderboard period:all")
        .await
        .unwrap()
        .to_string();
    assert!(
        !board.contains("Chloe") && board.contains("**2.** @Ben (you)"),
        "{board}"
    );
    g.sandbox.take_back_member("Chloe");
    let question = g.post_now().await;
    g.member("Chloe").press(&question, "A").await.unwrap();
    let board = g
        .member("Ben")
        .slash("/leaderboard period:all")
        .await
        .unwrap()
        .to_string();
    assert!(board.contains("@Chloe"), "{board}");
    g.finish().await;
}
