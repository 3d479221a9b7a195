//! Competitions: set up, joined, announced, decided once, and kept as they ended.

use chrono::{DateTime, TimeDelta, Utc};
use sandbox::Seen;

use crate::harness::{Greenroom, march};

/// A bot with a schedule that posts nothing by itself.
pub async fn set_up_quietly() -> Greenroom {
    let g = Greenroom::start().await;
    g.add_schedule("topics:late-binding-closures answer-window:1h")
        .await;
    g.member("Ann").slash("/daily pause").await.unwrap();
    g
}

/// How many competitions have their final standings.
pub async fn count_finished_competitions(g: &Greenroom) -> i64 {
    g.count_rows("competitions where state = 'finished'").await
}

fn berlin(day: u32, hour: u32) -> DateTime<Utc> {
    march(day, hour - 1, 0)
}

/// Posts a question to #daily, lets members answer it and the bot reveal it.
pub async fn play_round(g: &Greenroom, answers: &[(&str, &str)]) -> Seen {
    let question = g.post_now().await;
    for (name, option) in answers {
        g.sandbox.advance(TimeDelta::seconds(1));
        g.member(name).press(&question, option).await.unwrap();
    }
    g.reveal(&question).await;
    question
}

#[tokio::test(flavor = "multi_thread")]
async fn a_competition_of_everybody_is_announced_on_its_way_and_decided_once() {
    let g = set_up_quietly().await;
    let ann = g.member("Ann");
    let created = ann
        .slash("/competition create name:Winter cup start:tomorrow end:friday prize-note:A cake announce-channel:#general")
        .await
        .unwrap();
    insta::assert_snapshot!(created, @"
    **Winter cup** is set up.
    Begins <t:1772492400:f>, <t:1772492400:R> and ends <t:1772838000:f>.
    What counts: daily questions. Everybody takes part by answering.
    Prize: A cake
    -# Its start, how it stands on the way, and the podium appear in #general. Times are by the clocks of Europe/Berlin.
    ");
    // What comes before the start does not count.
    play_round(&g, &[("Ben", "B")]).await;
    g.set_time(berlin(3, 1) + TimeDelta::minutes(1)).await;
    g.wait_for_notices(1).await;
    insta::assert_snapshot!(g.wait_for_message("#general", 1).await, @"
    ────────
    ### Winter cup has begun
    Ends <t:1772838000:f>, <t:1772838000:R>.
    What counts: daily questions. Everybody takes part by answering.
    Prize: A cake
    [Standings]
    ────────
    ");
    play_round(&g, &[("Chloe", "B"), ("Ben", "B"), ("Dev", "A")]).await;
    insta::assert_snapshot!(g.member("Dev").slash("/competition show").await.unwrap(), @"
    ────────
    ### Winter cup
    Ends <t:1772838000:f>, <t:1772838000:R>.
    What counts: daily questions. Everybody takes part by answering.
    Prize: A cake
    {podium.png: Winter cup, Standings so far. 1. Chloe, 20 points; 1. Ben, 20 points.}
    ---
    **1.** @Chloe · **20 points**
    -# 1 of 1 right
    **1.** @Ben · **20 points**
    -# 1 of 1 right
    **3.** @Dev (you) · **0 points**
    -# 0 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. Prizes go by this order.
    ────────
    ");
    g.set_time(berlin(5, 1)).await;
    g.wait_for_notices(2).await;
    insta::assert_snapshot!(g.wait_for_message("#general", 2).await, @"
    ────────
    ### Winter cup: half-way
    It ends <t:1772838000:f>.
    {podium.png: Winter cup, Standings so far. 1. Chloe, 20 points; 1. Ben, 20 points.}
    ---
    **1.** @Chloe · **20 points**
    -# 1 of 1 right
    **1.** @Ben · **20 points**
    -# 1 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. Prizes go by this order.
    [Standings]
    ────────
    ");
    g.set_time(berlin(6, 1)).await;
    g.wait_for_notices(3).await;
    insta::assert_snapshot!(g.wait_for_message("#general", 3).await, @"
    ────────
    ### Winter cup: the last day
    It ends <t:1772838000:R>.
    {podium.png: Winter cup, Standings so far. 1. Chloe, 20 points; 1. Ben, 20 points.}
    ---
    **1.** @Chloe · **20 points**
    -# 1 of 1 right
    **1.** @Ben · **20 points**
    -# 1 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. Prizes go by this order.
    [Standings]
    ────────
    ");
    g.set_time(berlin(7, 1) + TimeDelta::seconds(6)).await;
    g.wait_for_notices(4).await;
    let podium = g.wait_for_message("#general", 4).await;
    insta::assert_snapshot!(podium, @"
    ────────
    ### Winter cup is over
    Prize: A cake
    {podium.png: Winter cup, Final standings. 1. Chloe, 20 points; 1. Ben, 20 points.}
    ---
    **1.** @Chloe · **20 points**
    -# 1 of 1 right
    **1.** @Ben · **20 points**
    -# 1 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. Prizes go by this order.
    [Standings]
    ────────
    ");
    let standings = g.member("Emi").press(&podium, "Standings").await.unwrap();
    insta::assert_snapshot!(standings, @"
    ────────
    ### Winter cup
    Ended <t:1772838000:f>.
    What counts: daily questions. Everybody takes part by answering.
    Prize: A cake
    {podium.png: Winter cup, Final standings. 1. Chloe, 20 points; 1. Ben, 20 points.}
    ---
    **1.** @Chloe · **20 points**
    -# 1 of 1 right
    **1.** @Ben · **20 points**
    -# 1 of 1 right
    **3.** @Dev · **0 points**
    -# 0 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. Prizes go by this order.
    ────────
    ");
    insta::assert_snapshot!(ann.slash("/competition list").await.unwrap(), @"
    ### Competitions
    **Winter cup** · Ended <t:1772838000:f>.
    -# daily questions
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_competition_is_said_all_at_once() {
    let g = set_up_quietly().await;
    let ann = g.member("Ann");
    let wrong = ann
        .slash("/competition create name:Cup start:2026-02-30 end:someday topics:closurez mode:teams")
        .await
        .unwrap();
    insta::assert_snapshot!(wrong, @"
    Nothing was changed. Please look at these:
    - “2026-02-30” is not a date; write it like 2026-12-01, 2026-12-01 18:00, tomorrow, monday 9:00 or in 2 weeks.
    - “someday” is not a date; write it like 2026-12-01, 2026-12-01 18:00, tomorrow, monday 9:00 or in 2 weeks.
    - There is no topic “closurez”. Did you mean closures?
    - Say how teams are made with the option teams: by role, by captains, or balanced.
    ");
    let backwards = ann
        .slash("/competition create name:Cup start:2026-03-05 end:2026-03-04")
        .await
        .unwrap();
    insta::assert_snapshot!(backwards, @"
    Nothing was changed:
    - It would end before it begins; choose a later end or an earlier start.
    ");
    let alone = ann
        .slash("/competition create name:Cup start:today end:friday teams:role role-1:Daily")
        .await
        .unwrap();
    insta::assert_snapshot!(alone, @"
    Nothing was changed:
    - Name two to four different roles with role-1, role-2 and so on.
    ");
    insta::assert_snapshot!(ann.slash("/competition show").await.unwrap(), @"No competition is going on or planned here. A manager can start one with /competition create.");
    g.sandbox.override_command_permissions(true);
    let ben = g
        .member("Ben")
        .slash("/competition create name:Mine start:today end:friday")
        .await
        .unwrap();
    assert!(ben.to_string().starts_with("Only managers"), "{ben}");
    for n in 0..10 {
        ann.slash(&format!(
            "/competition create name:Cup {n} start:today end:friday"
        ))
        .await
        .unwrap();
    }
    insta::assert_snapshot!(ann.slash("/competition create name:Eleven start:today end:friday").await.unwrap(), @"10 competitions run or are planned here; that is the most. End or cancel one first.");
    insta::assert_snapshot!(ann.slash("/competition show").await.unwrap(), @"There are several competitions: Cup 9, Cup 8, Cup 7, Cup 6, Cup 5, Cup 4, Cup 3, Cup 2, Cup 1, Cup 0. Say which one with the option competition.");
    insta::assert_snapshot!(ann.slash("/competition show competition:nothing").await.unwrap(), @"There is no competition “nothing” here; /competition list shows those there are.");
    let offered = ann.complete("/competition show competition:up 3").await.unwrap();
    assert_eq!(offered.len(), 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_members_join_answers_count_from_then_until_they_leave() {
    let g = set_up_quietly().await;
    let ann = g.member("Ann");
    ann.slash("/competition create name:Sprint start:now end:friday entry:open announce-channel:#general")
        .await
        .unwrap();
    g.wait_for_notices(1).await;
    let start = g.wait_for_message("#general", 1).await;
    let (ben, dev) = (g.member("Ben"), g.member("Dev"));
    insta::assert_snapshot!(ben.press(&start, "Join").await.unwrap(), @"You take part in Sprint. Your answers count from now on.");
    insta::assert_snapshot!(ben.press(&start, "Join").await.unwrap(), @"You take part in Sprint already.");
    play_round(&g, &[("Ben", "B"), ("Dev", "B")]).await;
    g.advance(TimeDelta::minutes(1)).await;
    dev.slash("/competition join").await.unwrap();
    insta::assert_snapshot!(ben.slash("/competition leave").await.unwrap(), @"You left Sprint. What you answered until now stays, for your team too; nothing counts from now on.");
    g.advance(TimeDelta::minutes(1)).await;
    play_round(&g, &[("Ben", "B"), ("Dev", "A")]).await;
    insta::assert_snapshot!(ben.slash("/competition show").await.unwrap(), @"
    ────────
    ### Sprint
    Ends <t:1772838000:f>, <t:1772838000:R>.
    What counts: daily questions. Open to all: join, and your answers count from then on.
    {podium.png: Sprint, Standings so far. 1. Ben, 20 points.}
    ---
    **1.** @Ben (you) · **20 points**
    -# 1 of 1 right
    **2.** @Dev · **0 points**
    -# 0 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. You left; the points you had until then stay.
    ────────
    ");
    insta::assert_snapshot!(ben.slash("/competition join").await.unwrap(), @"You left Sprint, and that is for good: otherwise one could sit out the hard days.");
    let emi = g.member("Emi").slash("/competition show").await.unwrap();
    g.member("Emi").press(&emi, "Join").await.unwrap();

    // A question that is open at the end is waited for.
    let question = g.post_now().await;
    g.member("Emi").press(&question, "B").await.unwrap();
    g.advance(TimeDelta::seconds(30)).await;
    insta::assert_snapshot!(ann.slash("/competition end").await.unwrap(), @"Sprint ends now. The podium appears in #general once the questions answered in it are revealed.");
    g.advance(TimeDelta::minutes(1)).await;
    insta::assert_snapshot!(dev.slash("/competition show").await.unwrap(), @"
    ────────
    ### Sprint
    It is over. The final standings wait for the questions answered in it to be revealed, up to three days.
    What counts: daily questions. Open to all: join, and your answers count from then on.
    {podium.png: Sprint, Final standings. 1. Ben, 20 points.}
    ---
    **1.** @Ben · **20 points**
    -# 1 of 1 right
    **2.** @Dev (you) · **0 points**
    -# 0 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first. You take part.
    ────────
    ");
    assert_eq!(count_finished_competitions(&g).await, 0);
    g.reveal(&question).await;
    g.advance(TimeDelta::minutes(2)).await;
    g.wait_for_notices(2).await;
    assert_eq!(count_finished_competitions(&g).await, 1);
    insta::assert_snapshot!(g.wait_for_message("#general", 2).await, @"
    ────────
    ### Sprint is over
    {podium.png: Sprint, Final standings. 1. Ben, 20 points; 1. Emi, 20 points.}
    ---
    **1.** @Ben · **20 points**
    -# 1 of 1 right
    **1.** @Emi · **20 points**
    -# 1 of 1 right
    ---
    -# Equal points share a rank; among equals, more right answers and then the earlier last answer come first.
    [Standings]
    ────────
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_competition_is_taken_back_where_it_was_announced() {
    let g = set_up_quietly().await;
    let ann = g.member("Ann");
    ann.slash("/competition create name:Later start:tomorrow end:friday")
        .await
        .unwrap();
    insta::assert_snapshot!(ann.slash("/competition cancel").await.unwrap(), @"Later is cancelled. Everybody keeps their points on the leaderboard.");
    ann.slash("/competition create name:Now start:now end:friday")
        .await
        .unwrap();
    g.wait_for_notices(1).await;
    ann.slash("/competition cancel competition:Now").await.unwrap();
    g.wait_for_notices(2).await;
    insta::assert_snapshot!(g.wait_for_message("#daily", 2).await, @"
    ────────
    ### Now is cancelled
    Nobody wins it. Everybody keeps their points on the leaderboard.
    [Standings]
    ────────
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_was_away_says_the_end_and_leaves_out_what_no_longer_makes_sense() {
    let mut g = set_up_quietly().await;
    let ann = g.member("Ann");
    ann.slash("/competition create name:Away start:tomorrow end:friday")
        .await
        .unwrap();
    g.stop_bot().await;
    g.sandbox.set_time(berlin(7, 9));
    g.start_bot().await;
    g.wait_for_notices(1).await;
    g.wait_for_rows("notices where state = 'skipped'", 3).await;
    let said = g.wait_for_message("#daily", 1).await.to_string();
    assert!(said.contains("Away is over"), "{said}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn final_standings_stay_as_they_are_and_hidden_members_keep_their_points() {
    let mut g = set_up_quietly().await;
    let ann = g.member("Ann");
    ann.slash("/competition create name:Cup start:now end:friday")
        .await
        .unwrap();
    g.wait_for_notices(1).await;
    play_round(&g, &[("Ben", "B"), ("Chloe", "B"), ("Dev", "B")]).await;
    g.hide_member("Chloe").await;
    g.sandbox.remove_member("Dev");
    g.start_bot().await;
    ann.slash("/competition end").await.unwrap();
    g.advance(TimeDelta::seconds(6)).await;
    g.wait_for_notices(2).await;
    assert_eq!(g.list_public("#daily").len(), 3);
    let podium = g.wait_for_message("#daily", 3).await.to_string();
    assert!(podium.contains("**1.** Dev · **20 points**"), "{podium}");
    assert!(
        podium.contains("**1.** *a hidden member* · **20 points**"),
        "{podium}"
    );
    // What changes in the answers afterwards changes nothing here.
    g.plant_rows("update answers set points = 0").await;
    let after = g
        .member("Emi")
        .slash("/competition show")
        .await
        .unwrap()
        .to_string();
    assert!(after.contains("@Ben · **20 points**"), "{after}");
    g.stop_bot().await;
    g.expect_second_answers();
    g.finish().await;
}
