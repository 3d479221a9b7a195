//! Pictures on messages: there, with words beside them, and gone when the message moves on.

use chrono::TimeDelta;
use sandbox::Seen;

use crate::harness::Greenroom;

/// The files a message has: name and content.
fn files(g: &Greenroom, message: &Seen) -> Vec<(String, Vec<u8>)> {
    g.sandbox.read(|world| {
        let files = world.messages[&message.id].attachments.iter();
        files
            .map(|file| (file.name.clone(), file.bytes.to_vec()))
            .collect()
    })
}

fn is_png(file: &(String, Vec<u8>)) -> bool {
    file.1.starts_with(b"\x89PNG\r\n\x1a\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_has_a_picture_on_its_first_page_only() {
    let g = Greenroom::start().await;
    let names: Vec<String> = (1..=11).map(|n| format!("成员 {n:02} 👩‍🚀")).collect();
    for name in &names {
        g.sandbox.add_member(name);
    }
    let question = g.ask("topics:late-binding-closures").await;
    for (n, name) in names.iter().enumerate() {
        g.sandbox.advance(TimeDelta::seconds(1));
        g.member(name)
            .press(&question, if n % 3 == 0 { "B" } else { "A" })
            .await
            .unwrap();
    }
    g.reveal(&question).await;
    let reader = g.member(&names[10]);
    let board = reader.slash("/leaderboard").await.unwrap();
    let first = files(&g, &board);
    assert!(first.len() == 1 && is_png(&first[0]), "{board}");
    assert_eq!(
        board.payload["attachments"],
        serde_json::json!([]),
        "a layout shows its files"
    );
    assert!(board.payload.to_string().contains(r#""width":1000"#), "{board}");
    let second = reader.press(&board, "Next").await.unwrap();
    assert!(files(&g, &second).is_empty(), "{second}");
    let back = reader.press(&second, "Previous").await.unwrap();
    assert_eq!(files(&g, &back), first, "the same picture");
    for _ in 0..2 {
        let other = reader.press(&back, "Season").await.unwrap();
        assert_eq!(files(&g, &other).len(), 1, "pictures do not pile up");
        reader.press(&other, "Week").await.unwrap();
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_shows_who_rose_and_fell_with_the_last_question() {
    let g = Greenroom::start().await;
    let first = g.ask("topics:late-binding-closures").await;
    g.member("Ann").slash("/daily pause").await.unwrap();
    for (name, option) in [("Ann", "B"), ("Ben", "A"), ("Chloe", "A")] {
        g.member(name).press(&first, option).await.unwrap();
    }
    g.reveal(&first).await;
    g.member("Ann").slash("/daily edit topics:slots").await.unwrap();
    let second = g.post_now().await;
    for name in ["Ben", "Dev"] {
        g.member(name)
            .choose(&second, "Choose all that apply", &["A", "C"])
            .await
            .unwrap();
    }
    g.reveal(&second).await;
    let board = g.member("Ben").slash("/leaderboard").await.unwrap();
    insta::assert_snapshot!(board, @"
    ────────
    {leaderboard.png: Leaderboard, Week of 2 Mar. 1. Ben (you): 30 points, up 1. 1. Dev: 30 points, new. 3. Ann: 20 points, down 2. 4. Chloe: 0 points, down 2. Change of place since the last question.}
    **1.** @Ben (you) · 30 points
    **1.** @Dev · 30 points
    **3.** @Ann · 20 points
    **4.** @Chloe · 0 points
    ---
    -# Easy 10, medium 20, hard 30 points; taking part in an open question 10. Equal points share a rank; among equals, more right answers and then the earlier last answer come first.
    (Previous) (Page 1 of 1) (Next)
    (Week:blue) [Month] [Season] [All time]
    ────────
    ");
    let profile = g.member("Ben").slash("/profile").await.unwrap();
    insta::assert_snapshot!(profile, @"
    ────────
    ### @Ben
    **This week** 30 points, rank 1
    **All time** 30 points, rank 1
    **Right** 1 of 2 (50 %)
    **In a row** 0 rounds
    -# Every 10 rounds in a row earn a freeze, up to 2. A missed round spends one instead of breaking the row.
    {profile.png: Ben: 30 points, place 1 of all time, 1 of 2 right, 0 in a row. Answered on 1 day of the last 26 weeks. Place 1 this week. Right by area, weakest first: Functions 0 of 1; Object orientation 1 of 1.}
    ────────
    ");
    assert!(is_png(&files(&g, &profile)[0]));
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_member_is_not_named_on_a_picture_either() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    for name in ["Ann", "Ben"] {
        g.member(name).press(&question, "B").await.unwrap();
    }
    g.reveal(&question).await;
    g.hide_member("Ben").await;
    let seen = g.member("Ann").slash("/leaderboard").await.unwrap().to_string();
    assert!(
        !seen.contains("Ben") && seen.contains("a hidden member"),
        "{seen}"
    );
    let own = g.member("Ben").slash("/leaderboard").await.unwrap().to_string();
    assert!(own.contains("Ben (you)"), "{own}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reveal_shows_who_chose_what_and_does_without_where_files_are_forbidden() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    g.member("Ann").press(&question, "B").await.unwrap();
    assert!(files(&g, &question).is_empty());
    let revealed = g.reveal(&question).await;
    let shown = files(&g, &revealed);
    assert!(shown.len() == 1 && is_png(&shown[0]), "{revealed}");

    g.sandbox.deny("#daily", sandbox::permissions::ATTACH_FILES);
    let plain = g.post_now().await;
    g.choose("Ann", &plain, &["A"]).await;
    let revealed = g.reveal(&plain).await;
    assert!(files(&g, &revealed).is_empty());
    assert!(revealed.to_string().contains("The answer is"), "{revealed}");
    g.finish().await;
}
