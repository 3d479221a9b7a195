//! What is between Discord and the bot: connections that break, events that come twice or cannot be read, servers the bot
//! is thrown out of.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use greenroom::internals::all_commands;
use sandbox::gateway::GatewayControl;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::harness::{Greenroom, monday};

#[tokio::test(flavor = "multi_thread")]
async fn a_click_while_the_connection_is_broken_is_answered_after_it_is_back() {
    type Outage = (&'static str, fn(&GatewayControl));
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let outages: [Outage; 3] = [
        ("a cut", GatewayControl::cut),
        ("close code 4000", |gateway| gateway.close(4000)),
        ("op 7", GatewayControl::ask_to_reconnect),
    ];
    for (n, (what, outage)) in outages.into_iter().enumerate() {
        outage(&g.sandbox.gateway());
        let option = ["A", "B", "C"][n];
        let reply = g
            .member("Ben")
            .press(&question, option)
            .await
            .unwrap()
            .to_string();
        assert!(
            reply.starts_with(&format!("You chose **{option}**")),
            "{what}: {reply}"
        );
        let resumed = |sandbox: &Sandbox| sandbox.gateway().resumes() == n + 1;
        g.sandbox.wait_until(what, resumed).await.unwrap();
    }
    assert_eq!(g.sandbox.gateway().identifies(), 1);
    assert_eq!(g.count_answers().await, 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_lost_is_begun_anew() {
    let ends: [fn(&GatewayControl); 2] = [|gateway| gateway.invalidate(false), |gateway| gateway.close(4009)];
    let begun_anew = async |end: fn(&GatewayControl)| {
        let g = Greenroom::start().await;
        let question = g.ask("topics:late-binding-closures").await;
        end(&g.sandbox.gateway());
        g.sandbox.connected().await.unwrap();
        assert_eq!(g.sandbox.gateway().identifies(), 2);
        let reply = g.member("Ben").press(&question, "B").await.unwrap().to_string();
        assert!(reply.starts_with("You chose **B**"), "{reply}");
        g.finish().await;
    };
    join_all(ends.map(begun_anew)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_heartbeats_go_unheard_is_replaced() {
    let mut g = Greenroom::in_world(Options {
        now: Some(monday()),
        heartbeat: Duration::from_millis(300),
        ..Options::default()
    })
    .await;
    g.start_bot().await;
    let question = g.ask("topics:late-binding-closures").await;
    g.sandbox.gateway().acknowledge_heartbeats(false);
    let given_up = |sandbox: &Sandbox| sandbox.gateway().connections() == 0;
    g.wait_patiently("the connection to be given up", given_up).await;
    g.sandbox.gateway().acknowledge_heartbeats(true);
    g.sandbox.connected().await.unwrap();
    g.member("Ben").press(&question, "B").await.unwrap();
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_delivers_twice_is_done_and_answered_once() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let ann = g.member("Ann");
    g.sandbox.gateway().duplicate_next();
    ann.press(&question, "B").await.unwrap();
    for command in [
        "/daily add channel:#quiz time:9 timezone:UTC",
        "/daily skip schedule:2",
    ] {
        g.sandbox.gateway().duplicate_next();
        ann.slash(command).await.unwrap();
    }
    // A later command has been through the same connection after all of them.
    ann.slash("/daily list").await.unwrap();
    assert_eq!(g.count_answers().await, 1);
    assert_eq!(g.count_schedules().await, 2);
    g.wait_until_skipped(1).await;
    let answers = g
        .sandbox
        .calls()
        .into_iter()
        .filter(|call| call.path.ends_with("/callback"));
    assert_eq!(
        answers.count(),
        6,
        "two to set up, three sent twice, one at the end"
    );
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_refusing_the_bot_for_good_ends_it_with_a_sentence() {
    let refused = async |code| {
        let mut g = Greenroom::start().await;
        g.sandbox.gateway().close(code);
        let said = format!("{code}: {}", g.wait_for_failure().await);
        g.finish().await;
        said
    };
    let said = join_all([4004, 4010, 4011, 4012, 4013, 4014].map(refused)).await;
    insta::assert_snapshot!(said.join("\n"), @"
    4004: Discord does not accept the token. Copy it again from the Bot page of the developer portal into DISCORD_TOKEN.
    4010: Discord refuses the connection with 4010 closed by the test. This is a mistake in Greenroom, not in your settings; please report it with this line.
    4011: Discord refuses the connection with 4011: the bot is on more servers than one connection may serve. Start it again: at the start it asks Discord how many connections are needed.
    4012: Discord refuses the connection with 4012: it no longer speaks the version of its gateway that this program does. Install a newer Greenroom.
    4013: Discord refuses the connection with 4013 closed by the test. This is a mistake in Greenroom, not in your settings; please report it with this line.
    4014: Discord refuses the connection with 4014 closed by the test. This is a mistake in Greenroom, not in your settings; please report it with this line.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_cannot_be_read_gets_a_sentence_and_harms_nothing_else() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let ben = g.member("Ben");
    let mangles: [fn(&mut Value); 3] = [
        |interaction| interaction["data"] = json!({}),
        |interaction| interaction["data"]["custom_id"] = json!(7),
        |interaction| interaction["member"]["user"] = json!(null),
    ];
    for (n, mangle) in mangles.into_iter().enumerate() {
        g.sandbox.mangle_next(mangle);
        let reply = ben.press(&question, "A").await.unwrap().to_string();
        assert!(
            reply.starts_with("Discord sent this in a form I do not understand"),
            "{n}: {reply}"
        );
    }
    g.sandbox
        .mangle_next(|interaction| interaction["data"]["name"] = json!(7));
    insta::assert_snapshot!(ben.slash("/help").await.unwrap(), @"Discord sent this in a form I do not understand, so nothing was done. Please try again; if it stays, tell whoever runs this bot.");
    g.sandbox
        .mangle_next(|interaction| interaction["data"]["name"] = json!(7));
    assert_eq!(ben.complete("/leaderboard topic:oo").await.unwrap(), []);
    assert_eq!(g.count_answers().await, 0);
    // What is odd and not needed costs nothing.
    let odd: [fn(&mut Value); 4] = [
        |interaction| interaction["data"]["component_type"] = json!("button"),
        |interaction| interaction["message"]["components"] = json!("none"),
        |interaction| interaction["member"]["user"]["public_flags"] = json!(1_u64 << 51),
        |interaction| interaction["member"]["joined_at"] = json!(null),
    ];
    for mangle in odd {
        g.sandbox.mangle_next(mangle);
        let reply = ben.press(&question, "A").await.unwrap().to_string();
        assert!(reply.starts_with("You chose **A**"), "{reply}");
    }
    assert_eq!(g.count_answers().await, 1);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_brings_the_bot_to_a_server_that_did_not_add_it_is_told_so() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let ben = g.member("Ben");
    let brought_along = |interaction: &mut Value| {
        interaction["authorizing_integration_owners"] = json!({ "1": "4" });
    };
    g.sandbox.mangle_next(brought_along);
    insta::assert_snapshot!(ben.slash("/help").await.unwrap(), @"I am not a member of this server, so I can do nothing here. Somebody who manages it has to add me.");
    g.sandbox.mangle_next(brought_along);
    insta::assert_snapshot!(ben.press(&question, "A").await.unwrap(), @"I am not a member of this server, so I can do nothing here. Somebody who manages it has to add me.");
    assert_eq!(g.count_answers().await, 0);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_a_server_the_bot_says_where_it_works() {
    let g = Greenroom::start().await;
    let question = g.ask("topics:late-binding-closures").await;
    let ben = g.member("Ben");
    // Discord does not offer the commands there; what comes all the same gets an answer.
    assert!(ben.dm().slash("/help").await.is_err());
    let in_a_conversation = |interaction: &mut Value| {
        let member = interaction["member"].take();
        let fields = interaction.as_object_mut().unwrap();
        fields.retain(|key, _| !["guild_id", "guild", "guild_locale", "member"].contains(&key.as_str()));
        fields.insert("user".to_owned(), member["user"].clone());
    };
    g.sandbox.mangle_next(in_a_conversation);
    insta::assert_snapshot!(ben.slash("/help").await.unwrap(), @"I only work on a server. Add me to yours, then try there.");
    g.sandbox.mangle_next(in_a_conversation);
    insta::assert_snapshot!(ben.press(&question, "A").await.unwrap(), @"I only work on a server. Add me to yours, then try there.");
    g.sandbox.mangle_next(in_a_conversation);
    assert_eq!(ben.complete("/leaderboard topic:oo").await.unwrap(), []);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn being_removed_from_a_server_pauses_its_schedules_until_the_bot_is_back() {
    let g = Greenroom::start().await;
    let other = g.sandbox.add_guild("Rivals", "Ann");
    let elsewhere = g.sandbox.read(|world| world.channels_of(other)[0].id);
    let ann = g.member("Ann");
    g.add_schedule("").await;
    ann.at(elsewhere)
        .slash("/daily add channel:#daily time:9:30 timezone:Europe/Berlin")
        .await
        .unwrap();
    g.sandbox.remove_bot();
    g.wait_until_paused().await;
    g.advance(TimeDelta::minutes(30)).await;
    g.wait_until_posted(1).await;
    assert_eq!(g.count_rounds().await, 1);

    g.sandbox.add_bot();
    insta::assert_snapshot!(ann.slash("/daily list").await.unwrap(), @"
    **Schedule 1** in #daily
    Weekdays, 09:30 Europe/Berlin
    Any topic · any level · 4 hours to answer · discussed in a thread
    Paused: I was removed from the server. Check that I may post in the channel. Then use /daily resume.
    ");
    insta::assert_snapshot!(ann.slash("/daily resume").await.unwrap(), @"
    It goes on.

    **Schedule 1** in #daily
    Weekdays, 09:30 Europe/Berlin
    Any topic · any level · 4 hours to answer · discussed in a thread
    Next: <t:1772526600:f> (<t:1772526600:R>)
    ");
    g.advance(TimeDelta::days(1)).await;
    g.wait_for_message("#daily", 1).await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_discord_is_told_of_is_understood_with_all_its_options() {
    let g = Greenroom::start().await;
    let ann = g.member("Ann");
    for command in list(&all_commands()) {
        let name = command["name"].as_str().unwrap();
        let (groups, options): (Vec<_>, Vec<_>) = list(&command["options"])
            .into_iter()
            .partition(|one| one["type"] == 1 || one["type"] == 2);
        let mut forms = vec![(format!("/{name}"), options)];
        if !groups.is_empty() {
            let inside = |above: &str, one: &Value| {
                let form = format!("{above} {}", one["name"].as_str().unwrap());
                (form, list(&one["options"]), one["type"] == 2)
            };
            let outer = groups.iter().map(|one| inside(&format!("/{name}"), one));
            forms = outer
                .flat_map(|(form, options, group)| match group {
                    true => options.iter().map(|one| inside(&form, one)).collect(),
                    false => vec![(form, options, false)],
                })
                .map(|(form, options, _)| (form, options))
                .collect();
        }
        for (form, options) in forms {
            let mut text = form;
            for option in &options {
                if option["autocomplete"] == true {
                    let typed = format!("{text} {}:", option["name"].as_str().unwrap());
                    ann.complete(&typed).await.unwrap();
                }
                text += &format!(" {}:{}", option["name"].as_str().unwrap(), value(option));
            }
            let reply = ann.slash(&text).await.unwrap().to_string();
            for wrong in ["I do not know", "went wrong", "Please look at these", "in a form"] {
                assert!(!reply.contains(wrong), "{text}\n{reply}");
            }
        }
    }
    g.finish().await;
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// Something that makes sense for an option.
fn value(option: &Value) -> &str {
    if let Some(choice) = option["choices"][0]["value"].as_str() {
        return choice;
    }
    match (option["name"].as_str().unwrap(), option["type"].as_u64().unwrap()) {
        ("time", _) => "9:30",
        ("timezone", _) => "Europe/Berlin",
        ("days", _) => "weekdays",
        ("topic" | "topics", _) => "oop",
        ("answer-window", _) => "4h",
        ("schedule" | "competition", _) => "1",
        ("set", _) => "Warm-up",
        ("retention", _) => "90",
        ("nudge", _) => "8:30",
        ("name", _) => "Autumn",
        ("prize-note", _) => "Cake",
        ("start", _) => "tomorrow",
        ("end", _) => "2026-04-01",
        ("id", _) => "multipliers",
        ("seconds", _) => "30",
        (_, 4) => "2",
        (_, 5) => "true",
        (_, 6) => "@Ben",
        (_, 7) => "#daily",
        (_, 8) => "@Daily",
        (name, kind) => panic!("a new option {name} of type {kind}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_wait_while_nobody_could_answer_them() {
    let mut g = Greenroom::start().await;
    let ann = g.member("Ann");
    for time in ["9:30", "9:40"] {
        let add = format!("/daily add channel:#daily time:{time} timezone:Europe/Berlin");
        ann.slash(&add).await.unwrap();
    }
    g.stop_bot().await;
    g.sandbox.gateway().accept_connections(false);
    g.start_bot_unconnected();
    // Each is planned in a pass of its own, and a pass that plans also posts.
    g.advance(TimeDelta::minutes(30)).await;
    g.wait_until_planned(1).await;
    g.advance(TimeDelta::minutes(10)).await;
    g.wait_until_planned(2).await;
    assert_eq!(g.list_public("#daily").len(), 0);
    g.sandbox.gateway().accept_connections(true);
    g.sandbox.connected().await.unwrap();
    let question = g.wait_for_message("#daily", 2).await;
    let receipt = g.member("Ben").press(&question, "A").await.unwrap();
    assert!(receipt.to_string().starts_with("You chose **A**"), "{receipt}");
    g.finish().await;
}
