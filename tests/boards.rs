//! Leaderboards and profiles.

use chrono::TimeDelta;

use crate::harness::{Greenroom, march};

#[tokio::test(flavor = "multi_thread")]
async fn a_board_ranks_ties_equal_and_always_shows_ones_own_row() {
    let g = Greenroom::start().await;
    let names: Vec<String> = (1..=12).map(|n| format!("Member {n:02}")).collect();
    for name in &names {
        g.sandbox.add_member(name);
    }
    let question = g.ask("topics:late-binding-closures").await;
    for (n, name) in names.iter().enumerate() {
        g.sandbox.advance(TimeDelta::seconds(1));
        let option = if n < 3 { "B" } else { "A" };
        g.member(name).press(&question, option).await.unwrap();
    }
    g.reveal(&question).await;
    let last = g.member("Member 12");
    let board = last.slash("/leaderboard").await.unwrap();
    insta::assert_snapshot!(board, @"
    ────────
    {leaderboard.png: Leaderboard, Week of 2 Mar. 1. Member 01: 20 points. 1. Member 02: 20 points. 1. Member 03: 20 points. 4. Member 04: 0 points. 4. Member 05: 0 points. 4. Member 06: 0 points. 4. Member 07: 0 points. 4. Member 08: 0 points. 4. Member 09: 0 points. 4. Member 10: 0 points. 4. Member 12 (you): 0 points. 1 more.}
    **1.** @Member 01 · 20 points
    **1.** @Member 02 · 20 points
    **1.** @Member 03 · 20 points
    **4.** @Member 04 · 0 points
    **4.** @Member 05 · 0 points
    **4.** @Member 06 · 0 points
    **4.** @Member 07 · 0 points
    **4.** @Member 08 · 0 points
    **4.** @Member 09 · 0 points
    **4.** @Member 10 · 0 points
    ---
    **4.** @Member 12 (you) · 0 points
    -# Easy 10, medium 20, hard 30 points; taking part in an open question 10. Equal points share a rank; among equals, more right answers and then the earlier last answer come first.
    (Previous) (Page 1 of 2) [Next]
    (Week:blue) [Month] [Season] [All time]
    ────────
    ");
    let second = last.press(&board, "Next").await.unwrap();
    insta::assert_snapshot!(second, @"
    ────────
    ### Leaderboard
    Week of 2 Mar
    ---
    **4.** @Member 11 · **0 points**
    -# 0 of 1 right (0 %)
    **4.** @Member 12 (you) · **0 points**
    -# 0 of 1 right (0 %)
    ---
    -# Easy 10, medium 20, hard 30 points; taking part in an open question 10. Equal points share a rank; among equals, more right answers and then the earlier last answer come first.
    [Previous] (Page 2 of 2) (Next)
    (Week:blue) [Month] [Season] [All time]
    ────────
    ");
    assert_eq!(second.id, board.id, "the page turns in place");
    for period in ["Month", "Season", "All time"] {
        let other = last.press(&board, period).await.unwrap().to_string();
        assert!(other.contains("**1.** @Member 01 · 20 points\n"), "{other}");
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_of_one_topic_counts_only_that_topic() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    g.member("Ben").press(&question, "B").await.unwrap();
    g.reveal(&question).await;
    let ben = g.member("Ben");
    let closures = ben
        .slash("/leaderboard period:season topic:late-binding-closures")
        .await
        .unwrap();
    assert!(closures.to_string().contains("20 points"), "{closures}");
    let area = ben
        .slash("/leaderboard period:all topic:functions")
        .await
        .unwrap();
    assert!(area.to_string().contains("20 points"), "{area}");
    let other = ben.slash("/leaderboard topic:slots").await.unwrap();
    assert!(other.to_string().contains("No points yet."), "{other}");
    let unknown = ben.slash("/leaderboard topic:slotz").await.unwrap();
    insta::assert_snapshot!(unknown, @"There is no topic “slotz”. Did you mean slots?");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_shows_points_streak_and_areas() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    insta::assert_snapshot!(ann.slash("/profile").await.unwrap(), @"
    ────────
    ### @Ann
    You have no scored answer yet. The first reveal changes that.
    ────────
    ");
    g.add_schedule("days:daily answer-window:30m").await;
    // Three days; Ben misses the second.
    for day in 2..=4 {
        g.set_time(march(day, 8, 30)).await;
        let question = g.wait_for_question(usize::try_from(day - 1).unwrap()).await;
        for name in ["Ann", "Ben"] {
            if (name, day) == ("Ben", 3) {
                continue;
            }
            g.choose(name, &question, &["A"]).await;
        }
        // Well within the hour after which Discord allows few edits of a message.
        g.advance(TimeDelta::minutes(30) + TimeDelta::seconds(3)).await;
        g.wait_for_reveal(&question).await;
    }
    let own = ann.slash("/profile").await.unwrap().to_string();
    assert!(own.contains("**In a row** 3 rounds"), "{own}");
    let other = ann.slash("/profile member:@Ben").await.unwrap().to_string();
    assert!(other.contains("**In a row** 1 round\n"), "{other}");
    insta::assert_snapshot!(other, @"
    ────────
    ### @Ben
    **This week** 10 points, rank 1
    **All time** 10 points, rank 1
    **Right** 1 of 2 (50 %)
    **In a row** 1 round
    -# Every 10 rounds in a row earn a freeze, up to 2. A missed round spends one instead of breaking the row.
    {profile.png: Ben: 10 points, place 1 of all time, 1 of 2 right, 1 in a row. Answered on 2 days of the last 26 weeks. Place 1 this week. Right by area, weakest first: Object orientation 0 of 1; Fundamentals 1 of 1.}
    ────────
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_rounds_in_a_row_earn_a_freeze_and_a_missed_round_spends_it() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.add_schedule("days:daily answer-window:30m").await;
    let mut told = Vec::new();
    for day in 2..=13 {
        g.set_time(march(day, 8, 30)).await;
        let question = g.wait_for_question(usize::try_from(day - 1).unwrap()).await;
        if day != 12 {
            g.choose("Ann", &question, &["A"]).await;
        }
        g.advance(TimeDelta::minutes(30) + TimeDelta::seconds(3)).await;
        g.wait_for_reveal(&question).await;
        let profile = ann.slash("/profile").await.unwrap().to_string();
        let line = profile.lines().find(|line| line.starts_with("**In a row**"));
        told.push(line.unwrap().to_owned());
    }
    assert_eq!(
        told[8..],
        [
            "**In a row** 9 rounds",
            "**In a row** 10 rounds · 1 freeze kept",
            "**In a row** 10 rounds",
            "**In a row** 11 rounds"
        ]
        .map(str::to_owned)
    );
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_made_anew_from_the_answers_are_identical() {
    let g = Greenroom::start().await;
    let mut question = g.ask("").await;
    g.member("Ann").slash("/daily pause").await.unwrap();
    // The podium of the season that ends meanwhile is not among the questions.
    let elsewhere = "/season channel channel:#general";
    g.member("Ann").slash(elsewhere).await.unwrap();
    for round in 0..3 {
        for (n, name) in ["Ann", "Ben", "Chloe", "Dev"].iter().enumerate() {
            if question.buttons().is_empty() {
                let chosen: &[&str] = if n == round { &["A", "C"] } else { &["B"] };
                g.member(name)
                    .choose(&question, "Choose all that apply", chosen)
                    .await
                    .unwrap();
            } else {
                g.member(name)
                    .press(&question, ["A", "B", "C"][(n + round) % 3])
                    .await
                    .unwrap();
            }
        }
        g.reveal(&question).await;
        // Into the next season for the last one.
        let days = TimeDelta::days(i64::try_from(round).unwrap());
        g.set_time(march(31, 8, 0) + days).await;
        if round < 2 {
            question = g.post_now().await;
        }
    }
    assert!(g.count_rows("standings").await > 4);
    g.check_rebuilt_boards().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_made_anew_while_a_season_gets_its_first_points_have_them() {
    let mut g = Greenroom::start().await;
    let ann = g.member("Ann");
    let first = g.ask("").await;
    for command in ["/daily pause", "/season channel channel:#general"] {
        ann.slash(command).await.unwrap();
    }
    g.choose("Ann", &first, &["A"]).await;
    g.reveal(&first).await;
    g.set_time(march(31, 8, 0) + TimeDelta::days(2)).await;
    let second = g.post_now().await;
    g.choose("Ann", &second, &["A"]).await;
    g.reveal(&second).await;
    g.stop_bot().await;
    let before = g.digest_rows("standings").await;
    // The second reveal once more, and slower: its points are not written, and then they are.
    g.plant_rows(
        "create table season_rows as select * from standings where start_date = '2026-04-01';
         create table given as select round_id, points from answers where answered_at >= '2026-04-01';
         delete from standings where start_date = '2026-04-01';
         update answers set points = null where answered_at >= '2026-04-01'",
    )
    .await;
    assert_eq!(g.count_rows("season_rows").await, 1);
    let mut reveal = g.db.begin().await.unwrap();
    let write = "update answers a set points = g.points from given g where g.round_id = a.round_id;
                 insert into standings select * from season_rows";
    sqlx::raw_sql(write).execute(&mut *reveal).await.unwrap();
    let commit = async {
        g.wait_until_held_up().await;
        reveal.commit().await.unwrap();
    };
    let settings = g.settings();
    let (rebuilt, ()) = tokio::join!(greenroom::run::rebuild_boards(&settings), commit);
    rebuilt.unwrap();
    assert_eq!(g.digest_rows("standings").await, before);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_of_very_many_answers_is_what_it_would_be_without_its_sums() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let first = g.ask("topics:late-binding-closures answer-window:1h").await;
    g.choose("Ann", &first, &["B"]).await;
    g.reveal(&first).await;
    // More people than are counted in a moment, none of whom was right.
    g.plant_rows(
        "insert into answers (round_id, user_id, guild_id, choices, interaction_id, answered_at, correct, points, source)
         select round_id, n, guild_id, 1, n, answered_at, false, 0, source from answers, generate_series(1, 25000) n",
    )
    .await;
    let boards = [
        "period:month",
        "period:all topic:functions",
        "period:month topic:late-binding-closures",
    ];
    let look = async || {
        let mut shown = Vec::new();
        for board in boards {
            shown.push(
                ann.slash(&format!("/leaderboard {board}"))
                    .await
                    .unwrap()
                    .to_string(),
            );
        }
        shown
    };
    // Somebody with a wrong clock could still answer today's question, so there are no sums yet.
    let on_the_day = look().await;
    assert_eq!(g.count_rows("board_sums").await, 0);
    g.set_time(march(20, 8, 0)).await;
    assert_eq!(look().await, on_the_day);
    g.wait_for_rows("board_sums", 3 * 25_001).await;
    assert_eq!(look().await, on_the_day);
    // What comes later is added to them.
    let second = g.post_now().await;
    g.choose("Ben", &second, &["B"]).await;
    g.reveal(&second).await;
    let with_sums = look().await;
    assert_ne!(with_sums, on_the_day);
    g.plant_rows("delete from board_prefixes").await;
    assert_eq!(look().await, with_sums);
    g.wait_for_rows("board_sums", 3 * 25_001).await;
    // Made anew, boards begin without them.
    greenroom::run::rebuild_boards(&g.settings()).await.unwrap();
    assert_eq!(g.count_rows("board_sums").await, 0);
    g.finish().await;
}
