//! What is owed is not forgotten: not when a schedule is changed at the moment its question is due, and not when a
//! message is gone. What did not happen is said.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sandbox::faults::Fault;
use sandbox::{Options, Seen};
use sqlx::{Postgres, Transaction};

use crate::harness::{Greenroom, march, monday};

const POSTS: &str = "/channels/*/messages";
/// As often as one attempt tries.
const TRIES: usize = 3;
const MESSAGES: &str = "/channels/*/messages/*";

/// Holds all schedules: the scheduler passes over them, and whoever wants to change one waits.
async fn hold_schedules(g: &Greenroom) -> Transaction<'static, Postgres> {
    let mut held = g.db.begin().await.unwrap();
    let lock = sqlx::raw_sql("select schedule_id from schedules for no key update");
    lock.execute(&mut *held).await.unwrap();
    held
}

/// Ann changes the schedule when its question of Monday is due and the scheduler has not come to it.
async fn change_when_due(g: &Greenroom, command: &str) -> Seen {
    let held = hold_schedules(g).await;
    g.set_time(march(2, 8, 30) + TimeDelta::seconds(3)).await;
    let ann = g.member("Ann");
    let release = async {
        g.wait_until_held_up().await;
        held.commit().await.unwrap();
    };
    let (reply, ()) = tokio::join!(ann.slash(command), release);
    reply.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_due_survives_every_change_of_its_schedule() {
    let commands = [
        "/daily edit level:easy",
        "/daily edit time:11:00",
        "/daily edit timezone:America/New_York",
        "/daily skip",
        "/daily pause",
        "/daily resume",
        "/daily remove",
    ];
    let changed = async |command: &str| {
        let g = Greenroom::start().await;
        g.add_schedule("").await;
        let reply = change_when_due(&g, command).await.to_string();
        g.wait_until_posted(1).await;
        assert_eq!(g.list_public("#daily").len(), 1, "{command}");
        let of_monday = "rounds where occurrence_date = '2026-03-02' and state = 'posted'";
        assert_eq!(g.count_rows(of_monday).await, 1, "{command}");
        let next_of_monday = "schedules where next_date <= '2026-03-02'";
        assert_eq!(g.count_rows(next_of_monday).await, 0, "{command}");
        let still_comes = "The question of Monday, 2 March was due before, and still comes.";
        assert!(reply.contains(still_comes), "{command}: {reply}");
        g.finish().await;
    };
    join_all(commands.map(changed)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_left_out_while_the_one_before_is_due_is_the_next() {
    let g = Greenroom::start().await;
    g.add_schedule("").await;
    insta::assert_snapshot!(change_when_due(&g, "/daily skip").await, @"
    The question of Tuesday, 3 March is skipped. The one after comes <t:1772613000:f>.
    -# The question of Monday, 2 March was due before, and still comes.
    ");
    g.wait_until_posted(1).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_whose_time_is_long_past_is_recorded_before_its_schedule_is_changed() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.add_schedule("").await;
    let held = hold_schedules(&g).await;
    g.set_time(march(2, 12, 0)).await;
    let release = async {
        g.wait_until_held_up().await;
        held.commit().await.unwrap();
    };
    let (reply, ()) = tokio::join!(ann.slash("/daily edit time:18:00"), release);
    reply.unwrap();
    insta::assert_snapshot!(ann.slash("/daily list").await.unwrap(), @"
    **Schedule 1** in #daily
    Weekdays, 18:00 Europe/Berlin
    Any topic · any level · 4 hours to answer · discussed in a thread
    Next: <t:1772557200:f> (<t:1772557200:R>)
    -# Monday, 2 March had no question: its time passed while the bot was not running
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_due_when_its_schedule_has_to_be_paused_says_what_became_of_it() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.add_schedule("").await;
    let later = Fault::RateLimited {
        retry_after: std::time::Duration::from_secs(60),
        global: false,
        with_code: true,
    };
    g.sandbox.faults().next(1, "POST", POSTS, later);
    ann.slash("/daily post-now").await.unwrap();
    g.wait_until_put_off_to(monday() + TimeDelta::minutes(1), 1).await;
    g.sandbox.deny("#daily", sandbox::permissions::SEND_MESSAGES);
    let held = hold_schedules(&g).await;
    g.set_time(march(2, 8, 30) + TimeDelta::seconds(3)).await;
    g.wait_until_held_up().await;
    held.commit().await.unwrap();
    g.wait_until_failed(2).await;
    insta::assert_snapshot!(ann.slash("/daily list").await.unwrap(), @"
    **Schedule 1** in #daily
    Weekdays, 09:30 Europe/Berlin
    Any topic · any level · 4 hours to answer · discussed in a thread
    Paused: I may not post in the channel. Allow me View Channel, Send Messages and Read Message History there. Then use /daily resume.
    -# Monday, 2 March had no question, for that reason.
    -# The question of Monday, 2 March that /daily post-now asked for was not posted, for that reason.
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_due_when_the_bot_is_removed_is_recorded() {
    let g = Greenroom::start().await;
    g.add_schedule("").await;
    let held = hold_schedules(&g).await;
    g.set_time(march(2, 8, 30) + TimeDelta::seconds(3)).await;
    g.sandbox.remove_bot();
    g.wait_until_held_up().await;
    held.commit().await.unwrap();
    g.wait_until_paused().await;
    g.wait_until_failed(1).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reveal_that_cannot_be_shown_is_said_by_the_list() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.ask("").await;
    g.sandbox
        .faults()
        .always("PATCH", MESSAGES, Fault::code(400, 50_035, "Invalid Form Body"));
    ann.slash("/daily reveal-now").await.unwrap();
    g.advance(TimeDelta::seconds(3)).await;
    g.wait_until_announced(1).await;
    let listed = ann.slash("/daily list").await.unwrap().to_string();
    let said = "The reveal of Monday, 2 March that /daily post-now asked for could not be shown: Discord refused PATCH";
    assert!(listed.contains(said), "{listed}");
    g.finish().await;
}

/// A question that Ann answered is deleted by somebody, and its window ends; `fault` is switched on before.
async fn delete_question(g: &Greenroom, fault: Option<Fault>) {
    let ann = g.member("Ann");
    let question = g.ask("topics:late-binding-closures").await;
    ann.press(&question, "B").await.unwrap();
    g.wait_until_shown("1 answered").await;
    g.sandbox.delete_message(&question);
    if let Some(fault) = fault {
        g.sandbox.faults().next(TRIES, "POST", POSTS, fault);
    }
    ann.slash("/daily reveal-now").await.unwrap();
    g.advance(TimeDelta::seconds(3)).await;
}

/// The reveal is there once, in a message of its own that is discussed in its thread.
async fn check_revealed_once(g: &Greenroom) {
    g.wait_until_announced(1).await;
    assert_eq!(g.count_reasons().await, 0);
    let seen = g.list_public("#daily");
    assert_eq!(seen.len(), 1);
    assert!(seen[0].to_string().contains("found by @Ann"), "{}", seen[0]);
    assert_eq!(g.list_public(seen[0].thread.expect("a thread")).len(), 2);
    let why = g.member("Ann").press(&seen[0], "Why").await.unwrap();
    assert!(
        why.to_string().contains("**Right, and what you chose.**"),
        "{why}"
    );
    assert_eq!(g.sum_points().await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_deleted_is_revealed_in_a_new_message() {
    let g = Greenroom::start().await;
    delete_question(&g, None).await;
    check_revealed_once(&g).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_message_whose_answer_was_lost_shows_the_reveal_once() {
    let lost = async |nonce_window: TimeDelta| {
        let mut g = Greenroom::in_world(Options {
            now: Some(monday()),
            nonce_window,
            ..Options::default()
        })
        .await;
        g.start_bot().await;
        delete_question(&g, Some(Fault::AnswerLost)).await;
        g.wait_until_put_off(1).await;
        g.advance(TimeDelta::minutes(3)).await;
        check_revealed_once(&g).await;
        g.finish().await;
    };
    join_all([TimeDelta::minutes(10), TimeDelta::milliseconds(1)].map(lost)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_extra_questions_of_a_schedule_are_open_at_a_time_and_no_more() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.ask("").await;
    g.plant_rows(
        "insert into rounds (guild_id, schedule_id, occurrence_date, requested_by_interaction, channel_id, question_id,
                             revision_id, offered, several, due_at, window_seconds, thread, state, posted_at, reveal_at)
         select guild_id, schedule_id, occurrence_date, n, channel_id, question_id, revision_id, offered, several,
                due_at, window_seconds, thread, state, posted_at, reveal_at
           from rounds, generate_series(1, 18) n",
    )
    .await;
    let last = g.post_now().await;
    insta::assert_snapshot!(ann.slash("/daily post-now").await.unwrap(), @"This schedule has 20 extra questions on their way or open, and that is as many as there may be at a time. Once one is revealed there is room for the next; /daily reveal-now ends the newest.");
    assert_eq!(g.count_rounds().await, 20);
    g.reveal(&last).await;
    g.post_now().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_schedules_are_as_many_as_a_server_has() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    g.add_schedule("").await;
    g.plant_rows(
        "insert into schedules (guild_id, channel_id, time_zone, local_time, days, window_seconds, thread, seed,
                                created_by, created_at)
         select guild_id, channel_id, time_zone, local_time, days, window_seconds, thread, seed, created_by, created_at
           from schedules, generate_series(1, 48)",
    )
    .await;
    let add = "/daily add channel:#daily time:9:30 timezone:Europe/Berlin";
    let said = async |command: &str| ann.slash(command).await.unwrap().to_string();
    assert!(said(add).await.starts_with("Done."));
    insta::assert_snapshot!(said(add).await, @"This server has 50 schedules, and that is as many as there may be. Change one with /daily edit, or make room with /daily remove.");
    assert_eq!(g.count_schedules().await, 50);
    said("/daily remove schedule:1").await;
    assert!(said(add).await.starts_with("Done."));
    g.finish().await;
}
