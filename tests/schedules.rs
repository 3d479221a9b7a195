//! Setting up the daily question, and when it comes.

use std::collections::HashSet;

use chrono::TimeDelta;
use sandbox::{Sandbox, Seen};

use crate::harness::{Greenroom, march};

#[tokio::test(flavor = "multi_thread")]
async fn a_question_comes_at_its_local_time_every_working_day() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let added = ann
        .slash("/daily add channel:#daily time:9:30 timezone:europe/berlin")
        .await
        .unwrap();
    insta::assert_snapshot!(added, @"
    Done. The first question comes by itself.

    **Schedule 1** in #daily
    Weekdays, 09:30 Europe/Berlin
    Any topic · any level · 4 hours to answer · discussed in a thread
    Next: <t:1772440200:f> (<t:1772440200:R>)

    -# /daily preview shows the dates and a question; /daily post-now posts one right away.
    ");
    assert!(ann.messages("#daily").iter().all(|seen| seen.ephemeral));

    g.set_time(march(2, 8, 30)).await;
    let first = g.wait_for_question(1).await;
    assert_eq!(g.count_rounds().await, 1);
    assert!(first.to_string().contains("the answer is revealed"));

    // Yesterday's reveal edits an old message, and Discord takes few of these in a row. Until it is shown, its question is
    // not asked again, and there are only four.
    let comes = async |at, number| {
        g.set_time(at).await;
        let there = |_: &Sandbox| g.list_public("#daily").len() == number;
        g.wait_patiently("a question", there).await;
        g.wait_until_all_posted().await;
        g.wait_until_all_announced().await;
    };
    // Friday's clock is still winter time, Monday's after the change is an hour earlier in UTC.
    for (number, day) in [(2, 3), (3, 4), (4, 5), (5, 6), (6, 9)] {
        comes(march(day, 8, 30), number).await;
    }
    assert_eq!(g.count_rounds().await, 6);
    comes(march(30, 7, 30), 7).await;
    assert_eq!(
        g.count_rows("rounds where due_at::time = '07:30' and state in ('posted', 'revealed')")
            .await,
        1
    );
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_gets_a_sentence_and_nothing_is_changed() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let reply = ann
        .slash("/daily add channel:#daily time:25:00 timezone:Europe/Berln days:someday topics:walrus answer-window:never")
        .await
        .unwrap();
    insta::assert_snapshot!(reply, @"
    Nothing was changed. Please look at these:
    - “25:00” is not a time; write it like 9:30 or 9am.
    - “Europe/Berln” is not a time zone; did you mean Europe/Berlin?
    - “someday” is not a day; write daily, weekdays, weekends, or days like mon, wed, fri or mon-thu.
    - “never” is not a length of time; write it like 90m, 4h or 2 days.
    - There is no topic “walrus”. Did you mean walrus-operator?
    ");
    assert_eq!(g.count_schedules().await, 0);
    for command in ["/daily list", "/daily pause", "/daily post-now"] {
        let reply = ann.slash(command).await.unwrap();
        assert!(
            reply
                .to_string()
                .starts_with("There is no schedule on this server yet."),
            "{reply}"
        );
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_managers_may_change_schedules_whatever_the_server_allows() {
    let g = Greenroom::start().await;
    let ben = g.member("Ben");
    assert!(
        ben.slash("/daily list").await.is_err(),
        "Discord does not offer it"
    );
    g.sandbox.override_command_permissions(true);
    let reply = ben
        .slash("/daily add channel:#daily time:9 timezone:Europe/Berlin")
        .await
        .unwrap();
    insta::assert_snapshot!(reply, @"Only managers can do this: members with the Manage Server permission.");
    assert_eq!(g.count_schedules().await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_listed_edited_paused_resumed_skipped_and_removed() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.add_schedule("").await;
    let mut said = Vec::new();
    for command in [
        "/daily edit time:7am days:mon,wed topics:\"late-binding-closures, oop\" level:medium answer-window:90m ping-role:@Daily thread:false",
        "/daily skip",
        "/daily skip",
        "/daily pause",
        "/daily list",
        "/daily resume",
        "/daily reveal-now",
        "/daily edit topics:any level:any ping-role:@everyone",
        "/daily remove schedule:9",
        "/daily remove",
        "/daily list",
    ] {
        said.push(format!("> {command}\n{}", ann.slash(command).await.unwrap()));
    }
    insta::assert_snapshot!(said.join("\n\n"), @r#"
    > /daily edit time:7am days:mon,wed topics:"late-binding-closures, oop" level:medium answer-window:90m ping-role:@Daily thread:false
    Changed.

    **Schedule 1** in #daily
    Mon, Wed, 07:00 Europe/Berlin
    When a closure looks its variables up, Object orientation · medium · 1 hour 30 minutes to answer · pings @Daily · discussed below
    Next: <t:1772604000:f> (<t:1772604000:R>)

    > /daily skip
    The question of Wednesday, 4 March is skipped. The one after comes <t:1773036000:f>.

    > /daily skip
    The question of Monday, 9 March is skipped. The one after comes <t:1773208800:f>.

    > /daily pause
    Paused. Questions that are open stay open until their reveal.

    **Schedule 1** in #daily
    Mon, Wed, 07:00 Europe/Berlin
    When a closure looks its variables up, Object orientation · medium · 1 hour 30 minutes to answer · pings @Daily · discussed below
    Paused. /daily resume lets it go on.

    > /daily list
    **Schedule 1** in #daily
    Mon, Wed, 07:00 Europe/Berlin
    When a closure looks its variables up, Object orientation · medium · 1 hour 30 minutes to answer · pings @Daily · discussed below
    Paused. /daily resume lets it go on.

    > /daily resume
    It goes on.

    **Schedule 1** in #daily
    Mon, Wed, 07:00 Europe/Berlin
    When a closure looks its variables up, Object orientation · medium · 1 hour 30 minutes to answer · pings @Daily · discussed below
    Next: <t:1773208800:f> (<t:1773208800:R>)

    > /daily reveal-now
    No question of this schedule is open at the moment. /daily post-now posts one.

    > /daily edit topics:any level:any ping-role:@everyone
    Changed.

    **Schedule 1** in #daily
    Mon, Wed, 07:00 Europe/Berlin
    Any topic · any level · 1 hour 30 minutes to answer · discussed below
    Next: <t:1773208800:f> (<t:1773208800:R>)

    > /daily remove schedule:9
    There is no schedule “9” here; /daily list shows those there are.

    > /daily remove
    Schedule 1 is removed. Everybody keeps their points; open questions are still revealed.

    > /daily list
    There is no schedule on this server yet. /daily add makes one: a channel, a time and a time zone are enough.
    "#);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_ten_dates_across_the_clock_change_and_a_look_at_a_question() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    ann.slash("/daily add channel:#daily time:2:30 timezone:America/New_York days:daily topics:references-and-aliasing")
        .await
        .unwrap();
    ann.slash("/daily skip").await.unwrap();
    let preview = ann.slash("/daily preview").await.unwrap();
    insta::assert_snapshot!(preview, @"
    ### The next 10 dates
    ```text
    Tue 03 Mar 2026  02:30  03-03 07:30Z  skipped
    Wed 04 Mar 2026  02:30  03-04 07:30Z
    Thu 05 Mar 2026  02:30  03-05 07:30Z
    Fri 06 Mar 2026  02:30  03-06 07:30Z
    Sat 07 Mar 2026  02:30  03-07 07:30Z
    Sun 08 Mar 2026  03:00  03-08 07:00Z
    Mon 09 Mar 2026  02:30  03-09 06:30Z
    Tue 10 Mar 2026  02:30  03-10 06:30Z
    Wed 11 Mar 2026  02:30  03-11 06:30Z
    Thu 12 Mar 2026  02:30  03-12 06:30Z
    ```
    -# America/New_York time, then UTC.
    ────────
    ### One list, two names
    -# Easy · Names that share an object · 10 points
    After `b = a`, where `a` is a list, what does `b.append(1)` do to `a`?
    ---
    **A**  The list that `a` names has one more item (A)
    **B**  Nothing, `b` is a copy (B)
    **C**  It makes `a` an empty list (C)
    ---
    -# A look at a question your schedule may ask. Only you can see it.
    ────────
    ");
    assert!(preview.buttons().iter().all(|button| button.disabled));
    assert_eq!(g.count_rows("rounds where state <> 'skipped'").await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn options_complete_while_one_types() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let names = |choices: Vec<sandbox::Choice>| {
        choices
            .into_iter()
            .take(3)
            .map(|choice| choice.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(ann.complete("/daily add timezone:berl").await.unwrap())[0],
        "Europe/Berlin"
    );
    insta::assert_debug_snapshot!(names(ann.complete("/daily add topics:oop, clos").await.unwrap()), @r#"
    [
        "oop, Functions that remember their surroundings",
        "oop, Task: a file that closes itself",
        "oop, When a closure looks its variables up",
    ]
    "#);
    g.add_schedule("").await;
    insta::assert_debug_snapshot!(names(ann.complete("/daily pause schedule:").await.unwrap()), @r#"
    [
        "1 · weekdays 09:30 Europe/Berlin",
    ]
    "#);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_missed_within_the_grace_is_made_up_for_and_a_longer_one_recorded() {
    let mut g = Greenroom::start().await;
    g.add_schedule("days:daily").await;
    g.stop_bot().await;
    // Down from Monday, half past nine, to Wednesday, an hour after the time.
    g.sandbox.set_time(march(4, 9, 30));
    g.start_bot().await;
    g.wait_for_message("#daily", 1).await;
    g.wait_until_skipped(2).await;
    insta::assert_snapshot!(g.member("Ann").slash("/daily list").await.unwrap(), @"
    **Schedule 1** in #daily
    Daily, 09:30 Europe/Berlin
    Any topic · any level · 4 hours to answer · discussed in a thread
    Next: <t:1772699400:f> (<t:1772699400:R>)
    -# Monday, 2 March and Tuesday, 3 March had no question: its time passed while the bot was not running
    ");
    // The row hears of the message a moment after everybody sees it.
    g.wait_until_posted(1).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_question_comes_twice_before_all_were_asked() {
    let g = Greenroom::start().await;
    let first = g.ask("days:sun").await;
    let asked = [&first, &g.post_now().await, &g.post_now().await].map(title);
    assert_eq!(HashSet::from(asked.clone()).len(), 3);
    // The bank of the tests has three; the fourth is the one asked longest ago, once it is no longer open.
    g.advance(TimeDelta::hours(5)).await;
    g.wait_until_announced(3).await;
    assert_eq!(title(&g.post_now().await), asked[0]);
    g.finish().await;
}

fn title(question: &Seen) -> String {
    let text = question.to_string();
    let title = text.lines().find(|line| line.starts_with("### "));
    title.unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_the_bot_may_not_write_to_pauses_the_schedule_with_a_reason() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.add_schedule("").await;
    g.sandbox.deny("#daily", sandbox::permissions::SEND_MESSAGES);
    ann.slash("/daily post-now").await.unwrap();
    g.wait_until_failed(1).await;
    insta::assert_snapshot!(ann.slash("/daily list").await.unwrap(), @"
    **Schedule 1** in #daily
    Weekdays, 09:30 Europe/Berlin
    Any topic · any level · 4 hours to answer · discussed in a thread
    Paused: I may not post in the channel. Allow me View Channel, Send Messages and Read Message History there. Then use /daily resume.
    -# The question of Monday, 2 March that /daily post-now asked for was not posted, for that reason.
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_offset_is_not_taken_for_a_time_zone_and_one_that_is_there_runs_on() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    for (zone, city) in [
        ("EST", r"America/New\_York"),
        ("Etc/GMT-1", "Europe/Paris"),
        ("GMT+5:30", "Asia/Kolkata"),
    ] {
        let add = format!("/daily add channel:#daily time:9:30 timezone:{zone}");
        let reply = ann.slash(&add).await.unwrap().to_string();
        assert!(
            reply.starts_with(&format!("Nothing was changed:\n- “{zone}” is always UTC")),
            "{reply}"
        );
        assert!(reply.contains(city), "{reply}");
    }
    assert_eq!(g.count_schedules().await, 0);
    let offered = ann.complete("/daily add timezone:est").await.unwrap();
    assert!(
        offered.iter().all(|choice| choice.name.starts_with("America/")),
        "{offered:?}"
    );

    // What was accepted before: its clocks show the same until the eighth of March.
    ann.slash("/daily add channel:#daily time:9:30 timezone:America/New_York")
        .await
        .unwrap();
    g.plant_rows("update schedules set time_zone = 'EST'").await;
    let list = ann.slash("/daily list").await.unwrap();
    insta::assert_snapshot!(list, @"
    **Schedule 1** in #daily
    Weekdays, 09:30 EST
    Any topic · any level · 4 hours to answer · discussed in a thread
    Next: <t:1772461800:f> (<t:1772461800:R>)
    -# EST knows no summer time. Where clocks change, choose a city with /daily edit: America/New_York, America/Toronto, America/Bogota, America/Lima, America/Panama.
    ");
    g.set_time(march(2, 14, 30)).await;
    g.wait_for_message("#daily", 1).await;
    let edited = ann.slash("/daily edit time:10:00").await.unwrap().to_string();
    assert!(edited.contains("10:00 EST"), "{edited}");
    let review = ann
        .slash("/review settings timezone:HST")
        .await
        .unwrap()
        .to_string();
    assert!(review.contains("Pacific/Honolulu"), "{review}");
    g.finish().await;
}
