//! What Discord, and whatever stands in front of it, answers when it does not do what was asked. What passes pauses
//! nothing, ends nothing and switches nothing off; what lasts does, with its true reason.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sandbox::faults::Fault;
use sandbox::{Options, Sandbox};

use crate::harness::{Greenroom, monday};

const POSTS: &str = "/channels/*/messages";
const TOPIC: &str = "topics:late-binding-closures";
/// As often as one attempt tries.
const TRIES: usize = 3;

/// Everything that passes, whatever was asked.
fn passing() -> Vec<(&'static str, Fault)> {
    vec![
        ("400 HTML", Fault::html(400)),
        ("401 HTML", Fault::html(401)),
        ("403 HTML", Fault::html(403)),
        ("404 HTML", Fault::html(404)),
        ("403 empty", Fault::body(403, "")),
        ("404 not JSON", Fault::body(404, "no healthy upstream")),
        ("403 JSON of a proxy", Fault::body(403, r#"{"error":"blocked"}"#)),
        ("403 general", Fault::code(403, 0, "403: Forbidden")),
        ("404 general", Fault::code(404, 0, "404: Not Found")),
        ("403 a code nobody knows", Fault::code(403, 987_654, "New")),
        ("403 40333", Fault::code(403, 40_333, "internal network error")),
        ("403 20026", Fault::code(403, 20_026, "Your bot has been flagged")),
        (
            "403 40003",
            Fault::code(403, 40_003, "You are opening direct messages too fast"),
        ),
        (
            "400 40004",
            Fault::code(400, 40_004, "Send messages has been temporarily disabled"),
        ),
        ("500", Fault::Broken(500)),
        ("502 HTML", Fault::html(502)),
        ("520 HTML", Fault::html(520)),
        (
            "503 with a code that would last",
            Fault::code(503, 10_003, "Unknown Channel"),
        ),
        ("200 not JSON", Fault::html(200)),
        ("200 not JSON, done", Fault::html(200).after_the_deed()),
        ("cut, done", Fault::AnswerLost),
    ]
}

/// A channel for each of these faults, with a schedule; all are due at half past nine.
async fn add_schedules(g: &Greenroom, faults: &[(&'static str, Fault)]) -> Vec<u64> {
    let mut channels = Vec::new();
    for n in 0..faults.len() {
        let name = format!("row-{n}");
        channels.push(g.sandbox.add_channel(&name));
        add_schedule_in(g, &name).await;
    }
    g.add_questions(faults.len()).await;
    channels
}

async fn add_schedule_in(g: &Greenroom, channel: &str) {
    let add = format!("/daily add channel:#{channel} time:9:30 timezone:Europe/Berlin {TOPIC}");
    g.member("Ann").slash(&add).await.unwrap();
}

/// Ann sets up a daily question with these further options and posts one, which meets the fault so many times.
async fn post_refused(g: &Greenroom, options: &str, times: usize, fault: Fault) {
    g.add_schedule(&format!("{TOPIC} {options}")).await;
    g.sandbox.faults().next(times, "POST", POSTS, fault);
    g.member("Ann").slash("/daily post-now").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_refused_by_what_passes_is_posted_later_and_its_schedule_goes_on() {
    let g = Greenroom::start().await;
    let rows = passing();
    let count = i64::try_from(rows.len()).unwrap();
    let channels = add_schedules(&g, &rows).await;
    for ((_, fault), channel) in rows.iter().zip(&channels) {
        let route = format!("/channels/{channel}/messages");
        g.sandbox.faults().next(TRIES, "POST", &route, fault.clone());
    }
    g.advance(TimeDelta::minutes(30)).await;
    g.wait_until_put_off(count).await;
    assert_eq!(g.count_paused().await, 0);
    let waiting = g.member("Ann").slash("/daily list").await.unwrap().to_string();
    assert!(waiting.contains("is not posted yet; I keep trying."), "{waiting}");

    g.sandbox.faults().clear();
    g.advance(TimeDelta::seconds(10)).await;
    g.wait_until_posted(count).await;
    for ((what, _), channel) in rows.iter().zip(&channels) {
        assert_eq!(g.list_public(*channel).len(), 1, "{what}");
    }
    assert_eq!(g.count_paused().await, 0);
    assert_eq!(g.count_reasons().await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reveal_refused_by_what_passes_is_shown_later() {
    let g = Greenroom::start().await;
    let chosen = ["403 HTML", "404 HTML", "403 40333", "200 not JSON, done"];
    let mut rows = passing();
    rows.retain(|(what, _)| chosen.contains(what));
    let channels = add_schedules(&g, &rows).await;
    g.advance(TimeDelta::minutes(30)).await;
    g.wait_until_posted(4).await;
    for ((_, fault), channel) in rows.iter().zip(&channels) {
        let route = format!("/channels/{channel}/messages/*");
        g.sandbox.faults().next(TRIES, "PATCH", &route, fault.clone());
        let route = format!("/channels/{channel}/messages/*/threads");
        g.sandbox.faults().next(1, "POST", &route, fault.clone());
    }
    g.advance(TimeDelta::hours(4) + TimeDelta::seconds(3)).await;
    g.wait_until_reveals_begin(4).await;
    let tried = |sandbox: &Sandbox| {
        let calls = sandbox.calls();
        calls.iter().filter(|call| call.method == "PATCH").count() >= 12
    };
    g.wait_patiently("every edit to be refused", tried).await;
    g.wait_until_put_off(4).await;
    g.advance(TimeDelta::seconds(10)).await;
    g.wait_until_announced(4).await;
    assert_eq!(g.count_reasons().await, 0);
    for ((what, _), channel) in rows.iter().zip(&channels) {
        let question = g.list_public(*channel).remove(0);
        assert!(
            question.to_string().contains("The answer is"),
            "{what}: {question}"
        );
        let thread = question.thread.expect(what);
        assert_eq!(g.list_public(thread).len(), 2, "{what}");
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_tried_again_within_its_three_seconds() {
    let g = Greenroom::start().await;
    let question = g.ask(TOPIC).await;
    let ben = g.member("Ben");
    let hang = Duration::from_secs(2);
    let mut rows = passing();
    rows.push(("hangs", Fault::Delay(hang)));
    rows.push(("hangs, done", Fault::AnswerLate(hang)));
    for (what, fault) in rows {
        g.sandbox.faults().next(1, "POST", "/interactions/**", fault);
        let began = Instant::now();
        let reply = ben.press(&question, "B").await;
        let reply = reply.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(
            reply.to_string().starts_with("You chose **B**"),
            "{what}: {reply}"
        );
        assert!(began.elapsed() < Duration::from_secs(3), "{what}");
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_picture_is_refused_is_given_in_words() {
    let g = Greenroom::start().await;
    let question = g.ask(TOPIC).await;
    let ann = g.member("Ann");
    ann.press(&question, "B").await.unwrap();
    g.reveal(&question).await;
    let rows = [
        Fault::code(400, 50_035, "Invalid Form Body"),
        Fault::code(413, 40_005, "Request entity too large"),
        Fault::code(403, 50_013, "Missing Permissions"),
        Fault::code(
            403,
            400_001,
            "Access to file uploads has been limited for this guild",
        ),
        Fault::html(413),
        Fault::html(403),
    ];
    for fault in rows {
        let what = format!("{fault:?}");
        g.sandbox
            .faults()
            .next_with_files(1, "POST", "/interactions/**", fault);
        let board = ann.slash("/leaderboard").await.unwrap();
        assert!(board.to_string().contains("@Ann"), "{what}: {board}");
        let files = g
            .sandbox
            .read(|world| world.messages[&board.id].attachments.len());
        assert_eq!(files, 0, "{what}");
    }
    let board = ann.slash("/leaderboard").await.unwrap();
    let files = g
        .sandbox
        .read(|world| world.messages[&board.id].attachments.len());
    assert_eq!(files, 1, "there is a picture to refuse");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_waits_for_discord_at_its_start_whatever_stands_in_front() {
    let chosen = [
        "401 HTML",
        "403 HTML",
        "404 HTML",
        "403 40333",
        "403 empty",
        "200 not JSON",
    ];
    let waits = async |(what, fault): (&'static str, Fault)| {
        let mut g = Greenroom::without_bot().await;
        // Once more than one attempt tries.
        for (method, route) in [("GET", "/applications/@me"), ("PUT", "/applications/*/commands")] {
            g.sandbox.faults().next(4, method, route, fault.clone());
        }
        g.start_bot().await;
        let help = g.member("Ann").slash("/help").await;
        assert!(help.is_ok(), "{what}: {help:?}");
        g.finish().await;
    };
    let rows = passing().into_iter().filter(|(what, _)| chosen.contains(what));
    join_all(rows.map(waits)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_with_too_many_commands_goes_on_with_those_there_are_and_an_entry_point_is_explained() {
    let mut g = Greenroom::start().await;
    g.stop_bot().await;
    let commands = "/applications/*/commands";
    let message = "Max number of daily application command creates has been reached (200)";
    g.sandbox
        .faults()
        .always("PUT", commands, Fault::code(400, 30_034, message));
    g.start_bot().await;
    g.member("Ann").slash("/help").await.unwrap();
    g.stop_bot().await;

    g.sandbox.faults().clear();
    let message = "You cannot remove this app's Entry Point command in a bulk update operation.";
    g.sandbox
        .faults()
        .always("PUT", commands, Fault::code(400, 50_240, message));
    let ended = g.program(&["run"]).ended().await;
    assert_eq!(ended.code, Some(1));
    let id = g.sandbox.application_id().to_string();
    insta::assert_snapshot!(ended.err.replace(&id, "ID"), @"greenroom: Discord refused PUT /applications/ID/commands: You cannot remove this app's Entry Point command in a bulk update operation. (HTTP 400, code 50240). The application has an Entry Point command, which belongs to Activities. This bot has none: switch Activities off in the developer portal, or use an application of its own for it.");
    g.finish().await;
}

/// A question that some members answered wrongly, so that they have something to be nudged for on Tuesday at half past
/// nine in Berlin.
async fn plan_nudges(names: &[String]) -> Greenroom {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures days:sun").await;
    for name in names {
        let member = g.sandbox.add_member(name).at("#daily");
        member.press(&question, "A").await.unwrap();
        let settings = "/review settings nudge:9:30 timezone:Europe/Berlin";
        member.slash(settings).await.unwrap();
    }
    g.reveal(&question).await;
    g
}

fn tuesday() -> DateTime<Utc> {
    monday() + TimeDelta::minutes(24 * 60 + 30)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nudge_refused_by_what_is_not_its_members_wish_comes_later_and_stays_on() {
    let mut rows = vec![
        ("403 50001", Fault::code(403, 50_001, "Missing Access")),
        ("400 general", Fault::code(400, 0, "400: Bad Request")),
    ];
    // The last two let everybody rest, so they come last.
    let chosen = [
        "403 HTML",
        "404 HTML",
        "403 40333",
        "400 40004",
        "403 20026",
        "403 40003",
    ];
    let passing = passing();
    let row = |what: &str| passing.iter().find(|(name, _)| *name == what).unwrap().clone();
    rows.extend(chosen.map(row));
    let names: Vec<String> = rows.iter().map(|(what, _)| format!("Met {what}")).collect();
    let g = plan_nudges(&names).await;
    for ((_, fault), name) in rows.iter().zip(&names) {
        let conversation = g.member(name).dm().place();
        let route = format!("/channels/{conversation}/messages");
        g.sandbox.faults().next(TRIES, "POST", &route, fault.clone());
    }
    g.set_time(tuesday()).await;
    let later = "outbox where kind = 'nudge' and state = 'waiting'
                    and not_before in (due_at + interval '10 seconds', due_at + interval '10 minutes')";
    g.wait_for_rows(later, 7).await;
    // What was about the message itself is not said again.
    g.wait_for_rows("nudges where state = 'dropped'", 1).await;
    g.sandbox.faults().clear();
    g.advance(TimeDelta::seconds(10)).await;
    g.wait_until_nudges_put_off(TimeDelta::minutes(10), 7).await;
    g.advance(TimeDelta::minutes(10)).await;
    g.wait_until_nudged(7).await;
    assert_eq!(g.count_nudges_off().await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shares_no_server_with_the_bot_any_more_is_not_nudged_again() {
    for (status, code) in [(403, 50_007), (400, 50_007), (403, 50_278)] {
        let g = plan_nudges(&["Eve".to_owned()]).await;
        let refused = Fault::code(status, code, "Cannot send messages to this user");
        let route = match status {
            400 => "/users/@me/channels",
            _ => POSTS,
        };
        g.sandbox.faults().next(1, "POST", route, refused);
        g.set_time(tuesday()).await;
        g.wait_until_nudge_refused().await;
        assert_eq!(g.count_nudges_off().await, 1, "{code}");
        g.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_nudges_at_once_are_sent_as_fast_as_discord_allows_conversations_to_be_opened() {
    let names: Vec<String> = (0..40).map(|n| format!("Member {n}")).collect();
    let g = plan_nudges(&names).await;
    g.set_time(tuesday()).await;
    g.wait_until_nudged(20).await;
    g.wait_until_nudges_put_off(TimeDelta::minutes(10), 20).await;
    g.advance(TimeDelta::minutes(10)).await;
    g.wait_until_nudged(40).await;
    // The next day every conversation is open already, and nothing has to wait.
    g.set_time(tuesday() + TimeDelta::days(1)).await;
    g.wait_until_nudged(80).await;
    let refused = g.sandbox.calls().into_iter().filter(|call| call.status == 403);
    assert_eq!(refused.count(), 0);
    assert_eq!(g.count_nudges_off().await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_deleted_before_the_bot_knew_of_it_stays_away_until_its_reveal() {
    let g = Greenroom::start().await;
    post_refused(&g, "", TRIES, Fault::AnswerLost).await;
    let question = g.wait_for_message("#daily", 1).await;
    g.wait_until_put_off(1).await;
    g.member("Ann").press(&question, "B").await.unwrap();
    g.sandbox.delete_message(&question);
    g.advance(TimeDelta::seconds(10)).await;
    g.wait_until_posted(1).await;
    assert_eq!(g.list_public("#daily").len(), 0, "what was deleted stays away");
    assert_eq!(g.count_paused().await, 0);
    // Who had answered has their points all the same.
    g.advance(TimeDelta::hours(5)).await;
    g.wait_until_announced(1).await;
    assert_eq!(g.sum_standings().await.0, 20);
    let seen = g.list_public("#daily");
    assert_eq!(seen.len(), 1);
    assert!(seen[0].to_string().contains("found by @Ann"), "{}", seen[0]);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_whose_answer_was_lost_is_posted_though_messages_cannot_be_listed() {
    let g = Greenroom::start().await;
    g.sandbox.faults().always("GET", POSTS, Fault::Broken(500));
    post_refused(&g, "", TRIES, Fault::Broken(502)).await;
    g.wait_until_put_off(1).await;
    // Nothing was posted, which nobody can know. The nonce still holds.
    g.advance(TimeDelta::seconds(10)).await;
    g.wait_until_posted(1).await;
    assert_eq!(g.list_public("#daily").len(), 1);
    g.finish().await;
}

/// A question is there, and the bot does not know: its answer was lost, and Discord has forgotten the nonce since.
async fn lose_answer() -> Greenroom {
    let mut g = Greenroom::in_world(Options {
        now: Some(monday()),
        nonce_window: TimeDelta::minutes(2),
        ..Options::default()
    })
    .await;
    g.start_bot().await;
    post_refused(&g, "days:sun", TRIES, Fault::AnswerLost).await;
    g.wait_for_message("#daily", 1).await;
    g.wait_until_put_off(1).await;
    g
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_not_posted_twice_where_messages_cannot_be_listed_and_the_nonce_is_forgotten() {
    let g = lose_answer().await;
    let ann = g.member("Ann");
    let id = g.sandbox.channel_id("#daily").to_string();
    g.sandbox.faults().always("GET", POSTS, Fault::Broken(500));
    g.advance(TimeDelta::minutes(3)).await;
    g.wait_until_put_off_to(monday() + TimeDelta::seconds(200), 1)
        .await;
    let listed = ann.slash("/daily list").await.unwrap().to_string();
    insta::assert_snapshot!(listed.replace(&id, "ID"), @"
    **Schedule 1** in #daily
    Sun, 09:30 Europe/Berlin
    When a closure looks its variables up · any level · 4 hours to answer · discussed in a thread
    Next: <t:1772958600:f> (<t:1772958600:R>)
    -# The question of Monday, 2 March that /daily post-now asked for is not posted yet; I keep trying. Discord refused GET /channels/ID/messages: 500: switched on by the test (HTTP 500, code 0).
    ");
    g.advance(TimeDelta::hours(2)).await;
    g.wait_until_failed(1).await;
    let listed = ann.slash("/daily list").await.unwrap().to_string();
    insta::assert_snapshot!(listed.replace(&id, "ID"), @"
    **Schedule 1** in #daily
    Sun, 09:30 Europe/Berlin
    When a closure looks its variables up · any level · 4 hours to answer · discussed in a thread
    Next: <t:1772958600:f> (<t:1772958600:R>)
    -# The question of Monday, 2 March that /daily post-now asked for was not posted: Discord refused GET /channels/ID/messages: 500: switched on by the test (HTTP 500, code 0).
    ");
    assert_eq!((g.list_public("#daily").len(), g.count_paused().await), (1, 0));
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_whose_history_is_hidden_is_not_taken_for_an_empty_one() {
    let g = lose_answer().await;
    let ann = g.member("Ann");
    g.sandbox
        .deny("#daily", sandbox::permissions::READ_MESSAGE_HISTORY);
    g.advance(TimeDelta::minutes(3)).await;
    g.wait_for_rows("rounds where reason like '%Read Message History%'", 1)
        .await;
    let listed = ann.slash("/daily list").await.unwrap().to_string();
    assert!(
        listed.contains("without Read Message History I see none"),
        "{listed}"
    );
    g.sandbox
        .allow("#daily", sandbox::permissions::READ_MESSAGE_HISTORY);
    g.advance(TimeDelta::minutes(1)).await;
    g.wait_until_posted(1).await;
    assert_eq!(g.list_public("#daily").len(), 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_refused_to_post_now_is_said_by_the_list_and_by_the_next_reply() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    let refused = Fault::code(400, 50_035, "Invalid Form Body");
    post_refused(&g, "", 1, refused).await;
    g.wait_until_failed(1).await;
    let id = g.sandbox.channel_id("#daily").to_string();
    let said = |seen: sandbox::Seen| seen.to_string().replace(&id, "ID");
    insta::assert_snapshot!(said(ann.slash("/daily list").await.unwrap()), @"
    **Schedule 1** in #daily
    Weekdays, 09:30 Europe/Berlin
    When a closure looks its variables up · any level · 4 hours to answer · discussed in a thread
    Next: <t:1772440200:f> (<t:1772440200:R>)
    -# The question of Monday, 2 March that /daily post-now asked for was not posted: Discord refused POST /channels/ID/messages: Invalid Form Body (HTTP 400, code 50035).
    ");
    insta::assert_snapshot!(said(ann.slash("/daily post-now").await.unwrap()), @"
    A question is on its way to #daily. The regular one still comes at its time.
    -# If nothing appears, /daily list says why.
    -# The question of Monday, 2 March that /daily post-now asked for was not posted: Discord refused POST /channels/ID/messages: Invalid Form Body (HTTP 400, code 50035).
    ");
    g.wait_for_message("#daily", 1).await;
    g.wait_until_posted(1).await;
    let listed = ann.slash("/daily list").await.unwrap().to_string();
    assert!(
        listed.contains("was not posted"),
        "it still did not happen: {listed}"
    );
    // A month later it is no news any more.
    g.set_time(monday() + TimeDelta::days(31)).await;
    let listed = ann.slash("/daily list").await.unwrap().to_string();
    assert!(!listed.contains("was not posted"), "{listed}");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_flagged_for_good_pauses_with_the_true_reason() {
    let g = Greenroom::start().await;
    let flagged = Fault::code(403, 20_026, "Your bot has been flagged by our anti-spam system");
    post_refused(&g, "days:sun", usize::MAX, flagged).await;
    g.wait_until_put_off(1).await;
    assert_eq!(g.count_paused().await, 0);
    g.advance(TimeDelta::minutes(119)).await;
    // Tried once more, and for the last time.
    g.wait_until_put_off(1).await;
    assert_eq!(g.count_paused().await, 0);
    g.advance(TimeDelta::minutes(1)).await;
    g.wait_until_paused().await;
    insta::assert_snapshot!(g.member("Ann").slash("/daily list").await.unwrap(), @"
    **Schedule 1** in #daily
    Sun, 09:30 Europe/Berlin
    When a closure looks its variables up · any level · 4 hours to answer · discussed in a thread
    Paused: Discord has flagged me as a sender of spam and lets me post nothing. Whoever runs me has to appeal, on the application's page in the developer portal or at dis.gd/report. Then use /daily resume.
    -# The question of Monday, 2 March that /daily post-now asked for was not posted, for that reason.
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longer_of_what_header_and_body_ask_for_is_waited() {
    let g = Greenroom::start().await;
    let body = r#"{"message":"The write action you are performing on the channel has hit the write rate limit.","retry_after":60.0,"global":false,"code":20028}"#;
    let limited = Fault::body(429, body).header("Retry-After", "1");
    post_refused(&g, "", 1, limited).await;
    g.wait_until_put_off_to(monday() + TimeDelta::minutes(1), 1).await;
    g.advance(TimeDelta::seconds(60)).await;
    g.wait_for_message("#daily", 1).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_everything_holds_all_but_replies_and_cloudflares_page_holds_for_seconds() {
    let g = Greenroom::start().await;
    let (ann, other) = (g.member("Ann"), g.sandbox.channel_id("#quiz"));
    let question = g.ask(TOPIC).await;
    g.add_questions(3).await;
    add_schedule_in(&g, "quiz").await;
    let global = Fault::RateLimited {
        retry_after: Duration::from_secs(60),
        global: true,
        with_code: false,
    };
    g.sandbox.faults().next(1, "POST", POSTS, global);
    ann.slash("/daily post-now schedule:1").await.unwrap();
    g.wait_until_put_off_to(monday() + TimeDelta::minutes(1), 1).await;
    ann.slash("/daily post-now schedule:2").await.unwrap();
    // What is left of the minute.
    let both = "outbox where kind = 'question' and not_before between '2026-03-02 08:00:30Z' and '2026-03-02 08:01Z'";
    g.wait_for_rows(both, 2).await;
    let elsewhere = format!("/channels/{other}/messages");
    let asked = |sandbox: &Sandbox| sandbox.calls().iter().any(|call| call.path == elsewhere);
    assert!(!asked(&g.sandbox), "another channel is left alone, too");
    ann.press(&question, "B").await.unwrap();
    g.advance(TimeDelta::seconds(60)).await;
    g.wait_until_posted(3).await;

    g.sandbox.faults().next(1, "POST", POSTS, Fault::html(429));
    let began = Instant::now();
    ann.slash("/daily post-now schedule:1").await.unwrap();
    g.wait_patiently("the question", |_| g.list_public("#daily").len() == 3)
        .await;
    assert!(began.elapsed() >= Duration::from_secs(5), "{:?}", began.elapsed());
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_quiz_that_may_no_longer_write_says_so_on_its_messages() {
    let g = Greenroom::start().await;
    let lobby = g.open_lobby("count:2").await;
    g.member("Ben").press(&lobby, "Join").await.unwrap();
    let question = g.start_quiz(&lobby).await;
    // One that passes ends nothing.
    g.sandbox
        .faults()
        .next(TRIES, "PATCH", "/channels/*/messages/*", Fault::html(403));
    g.advance(TimeDelta::seconds(23)).await;
    g.wait_until_reveals_begin(1).await;
    g.wait_patiently("three refused edits", |sandbox| {
        sandbox.calls().iter().filter(|call| call.status == 403).count() == 3
    })
    .await;
    // It is to be tried again in ten seconds, not when the lease would have run out.
    g.wait_until_put_off(1).await;
    g.wait_until_quiz_is("running").await;

    // The pause is over by the time the second try succeeds, so the next question follows at once.
    g.sandbox.deny("#daily", sandbox::permissions::SEND_MESSAGES);
    g.advance(TimeDelta::seconds(10)).await;
    g.wait_for_reveal(&question).await;
    g.wait_until_quiz_is("cancelled").await;
    g.wait_until_quiz_rests().await;
    for seen in g.list_public("#daily") {
        let said = seen.to_string();
        assert!(
            said.contains("It ended early, because I could no longer write here."),
            "{said}"
        );
        assert!(
            !said.contains("next question") && !said.contains("podium"),
            "{said}"
        );
        assert!(
            seen.buttons().iter().all(|button| button.label != "Next"),
            "{said}"
        );
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_quiz_is_refused_where_the_bot_may_not_write() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures days:sun").await;
    let thread = g.reveal(&question).await.thread.unwrap();
    g.sandbox.deny("#daily", sandbox::permissions::SEND_MESSAGES);
    let ann = g.member("Ann");
    let live = "/quiz live topics:late-binding-closures count:1";
    insta::assert_snapshot!(ann.slash(live).await.unwrap(), @"I cannot hold a live quiz here, because in this channel I lack Send Messages. Whoever manages the channel can allow me that.");
    assert_eq!(g.count_rows("live_quizzes").await, 0);
    // In a thread another permission counts, which nobody took away.
    let opened = ann.at(thread).slash(live).await.unwrap().to_string();
    assert!(opened.starts_with("The lobby is open."), "{opened}");
    g.wait_until_lobby_is_known().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_question_met_by_what_passes_is_asked_a_little_later() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    // What is about spam is not tried again at once.
    for (times, fault) in [
        (TRIES, Fault::html(403)),
        (1, Fault::code(403, 20_026, "Your bot has been flagged")),
    ] {
        let before = g.list_public("#daily").len();
        g.sandbox.faults().next(times, "POST", POSTS, fault);
        ann.slash("/quiz live topics:late-binding-closures count:1")
            .await
            .unwrap();
        let put_off = "outbox where kind = 'lobby' and tries = 1 and not_before < '2026-03-02 08:01Z'";
        g.wait_for_rows(put_off, 1).await;
        g.advance(TimeDelta::seconds(10)).await;
        let lobby = g.wait_for_message("#daily", before + 1).await;
        g.wait_until_lobby_is_known().await;
        g.member("Ben").press(&lobby, "Join").await.unwrap();
        ann.press(&lobby, "Cancel").await.unwrap();
        g.wait_until_quiz_is("cancelled").await;
    }
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_keeps_nobody_else_from_being_looked_for() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures days:sun").await;
    for name in ["Ann", "Ben", "Chloe"] {
        g.member(name).press(&question, "B").await.unwrap();
    }
    g.reveal(&question).await;
    let guild = g.sandbox.guild_id();
    let gone = Fault::code(404, 10_013, "Unknown User");
    let route = format!("/guilds/{guild}/members/{}", g.member("Ann").id());
    g.sandbox.faults().always("GET", &route, gone);
    g.sandbox.remove_member("Chloe");
    // The end of the quarter, by Berlin's calendar.
    g.set_time("2026-03-31T22:00:06Z".parse().unwrap()).await;
    g.wait_for_notices(1).await;
    assert_eq!(g.count_rows("members where left_at is not null").await, 2);
    g.finish().await;
}
