//! Competitions between teams: by role, by captains' pick, or drawn.

use chrono::TimeDelta;

use crate::competitions::{count_finished_competitions, play_round, set_up_quietly};

#[tokio::test(flavor = "multi_thread")]
async fn teams_by_role_are_joined_with_the_first_answer_and_stay() {
    let g = set_up_quietly().await;
    g.sandbox.add_role("Red", 0);
    g.sandbox.add_role("Blue", 0);
    for (name, role) in [
        ("Ben", "Red"),
        ("Chloe", "Red"),
        ("Dev", "Red"),
        ("Emi", "Blue"),
        ("Farid", "Blue"),
    ] {
        g.sandbox.give_role(name, role);
    }
    let ann = g.member("Ann");
    let created = ann
        .slash("/competition create name:Derby start:now end:friday teams:role role-1:Red role-2:Blue announce-channel:#general")
        .await
        .unwrap();
    insta::assert_snapshot!(created, @"
    **Derby** is set up.
    Begins <t:1772438400:f>, <t:1772438400:R> and ends <t:1772838000:f>.
    What counts: daily questions. Teams by role: you are in with your first answer, in the team whose role you hold then.
    Teams: Red, Blue
    -# Its start, how it stands on the way, and the podium appear in #general. Times are by the clocks of Europe/Berlin.
    ");
    g.wait_for_notices(1).await;
    insta::assert_snapshot!(g.wait_for_message("#general", 1).await, @"
    ────────
    ### Derby has begun
    Ends <t:1772838000:f>, <t:1772838000:R>.
    What counts: daily questions. Teams by role: you are in with your first answer, in the team whose role you hold then.
    Teams: Red, Blue
    [Standings] [Join:blue]
    ────────
    ");
    let all = [
        ("Ben", "B"),
        ("Chloe", "B"),
        ("Dev", "B"),
        ("Emi", "B"),
        ("Farid", "A"),
        ("Grace", "B"),
    ];
    play_round(&g, &all).await;
    // Another role later changes nothing.
    g.sandbox.take_role("Emi", "Blue");
    g.sandbox.give_role("Emi", "Red");
    play_round(&g, &[("Emi", "B"), ("Farid", "B"), ("Ben", "A")]).await;
    insta::assert_snapshot!(g.member("Emi").slash("/competition show").await.unwrap(), @"
    ────────
    ### Derby
    Ends <t:1772838000:f>, <t:1772838000:R>.
    What counts: daily questions. Teams by role: you are in with your first answer, in the team whose role you hold then.
    {podium.png: Derby, Standings so far. 1. Blue, 30.0 points; 2. Red, 20.0 points.}
    ---
    **1.** Blue · **30.0 points**
    -# 2 members
    **2.** Red · **20.0 points**
    -# 3 members
    ---
    **1.** @Emi (you) · **40 points**
    -# 2 of 2 right · Blue
    **2.** @Chloe · **20 points**
    -# 1 of 1 right · Red
    **2.** @Dev · **20 points**
    -# 1 of 1 right · Red
    **2.** @Farid · **20 points**
    -# 1 of 2 right · Blue
    **2.** @Ben · **20 points**
    -# 1 of 2 right · Red
    ---
    -# A team has the mean of its best 2 members: as many as joined the smallest team. A team once joined stays yours. Equal points share a rank; among equals, more right answers and then the earlier last answer come first. You take part.
    ────────
    ");
    insta::assert_snapshot!(g.member("Grace").slash("/competition join").await.unwrap(), @"Teams are by role, and you hold none of these: @Red, @Blue. Ask for one, then join.");
    ann.slash("/competition end").await.unwrap();
    g.advance(TimeDelta::seconds(6)).await;
    g.wait_for_notices(2).await;
    assert_eq!(count_finished_competitions(&g).await, 1);
    insta::assert_snapshot!(g.wait_for_message("#general", 2).await, @"
    ────────
    ### Derby is over
    {podium.png: Derby, Final standings. 1. Blue, 30.0 points; 2. Red, 20.0 points.}
    ---
    **1.** Blue · **30.0 points**
    -# 2 members
    **2.** Red · **20.0 points**
    -# 3 members
    ---
    **1.** @Emi · **40 points**
    -# 2 of 2 right · Blue
    **2.** @Chloe · **20 points**
    -# 1 of 1 right · Red
    **2.** @Dev · **20 points**
    -# 1 of 1 right · Red
    **2.** @Farid · **20 points**
    -# 1 of 2 right · Blue
    **2.** @Ben · **20 points**
    -# 1 of 2 right · Red
    ---
    -# A team has the mean of its best 2 members: as many as joined the smallest team. A team once joined stays yours. Equal points share a rank; among equals, more right answers and then the earlier last answer come first.
    [Standings]
    ────────
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn captains_pick_in_turn() {
    let g = set_up_quietly().await;
    let ann = g.member("Ann");
    ann.slash("/competition create name:Draft start:tomorrow end:friday teams:captains captain-1:@Ben captain-2:@Chloe")
        .await
        .unwrap();
    let (ben, chloe, dev) = (g.member("Ben"), g.member("Chloe"), g.member("Dev"));
    insta::assert_snapshot!(ben.slash("/competition pick member:@Dev").await.unwrap(), @"@Dev is in Team Ben now.");
    insta::assert_snapshot!(ben.slash("/competition pick member:@Emi").await.unwrap(), @"Your team is ahead by one; first it is the turn of @Chloe.");
    insta::assert_snapshot!(chloe.slash("/competition pick member:@Dev").await.unwrap(), @"@Dev has a team already.");
    chloe.slash("/competition pick member:@Emi").await.unwrap();
    insta::assert_snapshot!(dev.slash("/competition pick member:@Grace").await.unwrap(), @"Only captains pick here: @Ben, @Chloe. Ask one of them.");
    insta::assert_snapshot!(dev.slash("/competition show").await.unwrap(), @"
    ────────
    ### Draft
    Begins <t:1772492400:f>, <t:1772492400:R> and ends <t:1772838000:f>.
    What counts: daily questions. Captains pick their teams in turn.
    ---
    **1.** Team Ben · **0.0 points**
    -# 2 members
    **1.** Team Chloe · **0.0 points**
    -# 2 members
    ---
    Nobody has points before it begins.
    ---
    -# A team has the mean of its best 2 members: as many as joined the smallest team. A team once joined stays yours. Equal points share a rank; among equals, more right answers and then the earlier last answer come first. You take part.
    ────────
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn balanced_teams_are_drawn_at_the_start_and_who_comes_late_joins_the_smallest() {
    let g = set_up_quietly().await;
    play_round(
        &g,
        &[
            ("Ben", "B"),
            ("Chloe", "B"),
            ("Dev", "A"),
            ("Emi", "B"),
            ("Farid", "A"),
        ],
    )
    .await;
    play_round(&g, &[("Ben", "B"), ("Chloe", "A"), ("Dev", "A")]).await;
    let ann = g.member("Ann");
    ann.slash("/competition create name:Mix start:now end:friday teams:balanced announce-channel:#general")
        .await
        .unwrap();
    g.wait_for_notices(1).await;
    let sizes =
        "select sum(n * n)::bigint from (select count(*) as n from competition_members group by team) t";
    assert_eq!(g.read_number(sizes).await, 9 + 4);
    play_round(&g, &[("Grace", "B")]).await;
    assert_eq!(g.read_number(sizes).await, 9 + 9);
    insta::assert_snapshot!(g.member("Grace").slash("/competition show").await.unwrap(), @"
    ────────
    ### Mix
    Ends <t:1772838000:f>, <t:1772838000:R>.
    What counts: daily questions. Teams are drawn at the start from the last 30 days' points; who answers later joins the smallest.
    {podium.png: Mix, Standings so far. 1. Team B, 6.7 points.}
    ---
    **1.** Team B · **6.7 points**
    -# 3 members
    **2.** Team A · **0.0 points**
    -# 3 members
    ---
    **1.** @Grace (you) · **20 points**
    -# 1 of 1 right · Team B
    ---
    -# A team has the mean of its best 3 members: as many as joined the smallest team. A team once joined stays yours. Equal points share a rank; among equals, more right answers and then the earlier last answer come first. You take part.
    ────────
    ");
    g.finish().await;
}
