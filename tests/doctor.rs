//! What `greenroom doctor` says of a healthy installation, of one that has not run yet, and of broken ones.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt as _};
use greenroom::system_clock;
use sandbox::permissions::{ATTACH_FILES, CREATE_PUBLIC_THREADS, SEND_MESSAGES};
use sandbox::{Options, Sandbox};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::harness::Greenroom;
use crate::program::Ended;

/// The program goes by the machine's clock. A session may begin at any time, for no test is to wait for the next.
fn by_the_machines_clock() -> Options {
    Options {
        identify_interval: Duration::ZERO,
        ..Options::default()
    }
}

/// A server with a bot and a schedule that pings a role, by the machine's clock, which the program goes by.
async fn install(role: &str) -> Greenroom {
    let mut g = Greenroom::in_world(by_the_machines_clock()).await;
    g.start_bot().await;
    let add =
        format!("/daily add channel:#daily time:9:30 timezone:Europe/Berlin days:daily ping-role:@{role}");
    g.member("Ann").slash(&add).await.unwrap();
    g
}

/// The table, without what is different on every machine.
fn table(g: &Greenroom, ended: &Ended) -> String {
    assert_eq!(ended.err, "", "{}", ended.out);
    let options: PgConnectOptions = g.database.parse().unwrap();
    let bank = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let lines = ended
        .out
        .lines()
        .map(|line| match line.split_once("PostgreSQL ") {
            Some((head, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("{head}PostgreSQL VERSION on HOST")
            }
            _ if line.starts_with("zone data ") => "zone data     …".to_owned(),
            // How many there are of what this version brings is no business of this story.
            _ if line.starts_with("schema ") || line.starts_with("commands ") => counted(line),
            _ => line.replace(options.get_host(), "HOST").replace(bank, ""),
        });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line with N in place of its numbers.
fn counted(line: &str) -> String {
    let words = line
        .split(' ')
        .map(|word| word.parse::<u32>().map_or(word, |_| "N"));
    words.collect::<Vec<_>>().join(" ")
}

/// The lines that are not right, and how it ended.
fn trouble(g: &Greenroom, ended: &Ended) -> String {
    let table = table(g, ended);
    let mut wanted = false;
    let lines = table.lines().filter(|line| {
        if !line.starts_with(' ') {
            wanted = !line.contains(" right ") && !line.starts_with("zone data");
        }
        wanted
    });
    let lines: Vec<&str> = lines.collect();
    format!("{}\nexit {}", lines.join("\n").trim_end(), ended.code.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_installation_is_right_in_every_line_and_its_bot_is_not_disturbed() {
    let mut g = install("Daily").await;
    let ended = g.program(&["doctor"]).ended().await;
    insta::assert_snapshot!(table(&g, &ended), @"
    settings      right      from the environment
    questions     right      4, from tests/bank
    database      right      PostgreSQL VERSION on HOST
    rights        right      may make and change tables
    schema        right      all N migrations are there
    zone data     …
    clock         right      it agrees with Discord's
    token         right      it is the one of Bot
    application   right      everybody can add it to their server
    commands      right      the N of this version are registered
    sessions      right      999 are left today
    gateway       right      a session began and was closed again
    servers       right      it is in 1
    schedule      right      #daily of Study group at 09:30

    Nothing is wrong.
    ");
    assert_eq!(ended.code, Some(0));
    let gateway = g.sandbox.gateway();
    assert_eq!((gateway.identifies(), gateway.resumes()), (2, 0));
    let own = |_: &Sandbox| gateway.connections() == 1;
    g.sandbox
        .wait_until("the doctor's connection to end", own)
        .await
        .unwrap();
    let help = g.member("Ben").slash("/help").await.unwrap();
    assert!(help.ephemeral);
    g.stop_bot().await;
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_run_nothing_is_wrong_and_what_is_to_come_is_named() {
    let g = Greenroom::in_world(by_the_machines_clock()).await;
    g.sandbox.remove_bot();
    let empty = "drop schema public cascade; create schema public";
    g.plant_rows(empty).await;
    let ended = g.program(&["doctor"]).ended().await;
    insta::assert_snapshot!(trouble(&g, &ended), @"
    schema        not yet    no tables; the first `greenroom run` makes them
    commands      not yet    none are registered; the first `greenroom run` registers them
    servers       not yet    it is in none; open the link that `greenroom invite` prints
    schedules     not tried  needs the tables in the database

    Nothing is wrong.
    exit 0
    ");
    let tables = "pg_class where relnamespace = 'public'::regnamespace";
    assert_eq!(g.count_rows(tables).await, 0, "it changes nothing");
    g.finish().await;
}

/// One way in which an installation can be broken.
struct Breakage {
    what: &'static str,
    /// The role its schedule pings.
    role: &'static str,
    /// What somebody did on Discord, or what Discord does.
    happens: Box<dyn Fn(&Sandbox)>,
    /// What the doctor is told otherwise than the bot.
    variables: Vec<(&'static str, &'static str)>,
}

fn break_discord(what: &'static str, happens: impl Fn(&Sandbox) + 'static) -> Breakage {
    Breakage {
        what,
        role: "Daily",
        happens: Box::new(happens),
        variables: Vec::new(),
    }
}

fn break_settings(what: &'static str, variables: &[(&'static str, &'static str)]) -> Breakage {
    Breakage {
        variables: variables.to_vec(),
        ..break_discord(what, |_| ())
    }
}

/// Breaks an installation in each of these ways and shows what the doctor says of it.
async fn examine_all(ways: &[Breakage]) -> String {
    let examine = async |way: &Breakage| {
        let g = install(way.role).await;
        let channel = g.sandbox.channel_id("#daily").to_string();
        (way.happens)(&g.sandbox);
        let ended = g.program_with(&["doctor"], &way.variables).ended().await;
        assert!(!ended.out.contains("hunter2"), "{}", ended.out);
        let said = trouble(&g, &ended);
        g.finish().await;
        format!("== {}\n{}", way.what, said.replace(&channel, "CHANNEL"))
    };
    // A few at a time: each is a bot that has to connect before anybody's patience ends.
    let said = stream::iter(ways.iter().map(examine)).buffered(3);
    said.collect::<Vec<_>>().await.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_broken_installation_is_told_what_is_wrong_and_what_to_do() {
    let nowhere = "postgres://greenroom:hunter2@127.0.0.1:1/greenroom";
    let said = examine_all(&[
        break_settings("a wrong token", &[("DISCORD_TOKEN", "MTA.wrong.hunter2")]),
        break_settings(
            "no token, and a database that is down",
            &[("DATABASE_URL", nowhere), ("DISCORD_TOKEN", "")],
        ),
        break_discord("a permission is missing in a channel", |sandbox| {
            sandbox.deny("#daily", SEND_MESSAGES);
        }),
        Breakage {
            role: "Organisers",
            ..break_discord("a role that cannot be pinged", |_| ())
        },
        break_discord("the channel is gone", |sandbox| sandbox.delete_channel("#daily")),
        break_discord("an endpoint is set in the portal", |sandbox| {
            sandbox.deliver_unverified("https://old.example/interactions");
        }),
        break_discord("hardly a session left", |sandbox| {
            let hours = Duration::from_secs(3 * 3_600);
            sandbox.gateway().set_session_starts(12, hours);
        }),
        break_discord("a clock that is off", |sandbox| {
            sandbox.set_time(system_clock()() - TimeDelta::minutes(10));
        }),
        break_settings(
            "a setting that does not exist",
            &[("GREENROOM__DATABASE__MAX_CONECTIONS", "20")],
        ),
        break_settings(
            "questions that cannot be used",
            &[("GREENROOM__BANK__DIR", "nowhere")],
        ),
    ])
    .await;
    insta::assert_snapshot!(said, @"
    == a wrong token
    token         WRONG      Discord does not accept it
                             → Copy it again from the Bot page of the developer portal into DISCORD_TOKEN. Each Reset
                             Token there makes the one before useless.
    application   not tried  needs the token to be right
    commands      not tried  needs the token to be right
    sessions      not tried  needs the token to be right
    gateway       not tried  needs the token to be right
    servers       not tried  needs the token to be right
    schedules     not tried  needs the token to be right

    One thing is wrong; its line says what to do.
    exit 1
    == no token, and a database that is down
    database      WRONG      PostgreSQL on HOST cannot be reached: Connection refused (os error 111). Is it running,
                             and is the address right?
    rights        not tried  needs the database
    schema        not tried  needs the database
    token         WRONG      no token is set. Copy it from the Bot page of the Discord developer portal into the
                             environment variable DISCORD_TOKEN, or into the configuration file as token in the section
                             discord.
    application   not tried  needs the token to be right
    commands      not tried  needs the token to be right
    sessions      not tried  needs the token to be right
    gateway       not tried  needs the token to be right
    servers       not tried  needs the token to be right
    schedules     not tried  needs the token to be right

    2 things are wrong; their lines say what to do.
    exit 1
    == a permission is missing in a channel
    schedule      WRONG      #daily of Study group at 09:30: not allowed there: Send Messages
                             → Open the channel's settings, Permissions, and allow the bot Send Messages.

    One thing is wrong; its line says what to do.
    exit 1
    == a role that cannot be pinged
    schedule      WRONG      #daily of Study group at 09:30: @Organisers cannot be pinged, so nobody is called
                             → Server settings, Roles, Organisers: allow anyone to mention this role. Or allow the bot
                             Mention Everyone.

    One thing is wrong; its line says what to do.
    exit 1
    == the channel is gone
    schedule      WRONG      channel CHANNEL of Study group at 09:30: it no longer exists
                             → Choose another with /daily edit channel:…, or remove the schedule with /daily remove.

    One thing is wrong; its line says what to do.
    exit 1
    == an endpoint is set in the portal
    application   WRONG      Discord sends all commands and clicks to https://old.example/interactions, and none to this
                             bot, which listens at the gateway
                             → Developer portal, General Information: empty the field Interactions Endpoint URL, and
                             save.

    One thing is wrong; its line says what to do.
    exit 1
    == hardly a session left
    sessions      WRONG      12 are left, until there are new ones in 3 hours. Discord takes the token away from a bot
                             that uses up all of them
                             → Find what connects again and again with this token, and stop it. Then wait.
    gateway       not tried  needs a session, and of the last 50 none is spent on this

    One thing is wrong; its line says what to do.
    exit 1
    == a clock that is off
    clock         WRONG      this machine's clock is 10 minutes ahead of Discord's: questions come at the wrong time, and
                             clicks count for a wrong one
                             → Let it be set by the network: timedatectl set-ntp true, or whatever does that here.

    One thing is wrong; its line says what to do.
    exit 1
    == a setting that does not exist
    settings      WRONG      there is no setting database.max_conections (in the environment); did you mean
                             database.max_connections?
    all the rest  not tried  needs the settings

    One thing is wrong; its line says what to do.
    exit 1
    == questions that cannot be used
    questions     WRONG      the questions in nowhere cannot be used; `greenroom bank check nowhere` says why.

    One thing is wrong; its line says what to do.
    exit 1
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_another_version_are_registered_by_the_next_run() {
    let g = install("Daily").await;
    g.sandbox.take_failures();
    let url = format!(
        "{}/api/v10/applications/{}/commands",
        g.sandbox.api_base(),
        g.sandbox.application_id()
    );
    let old = serde_json::json!([
        { "name": "daily", "description": "As it was once" },
        { "name": "oldest", "description": "Is no more" },
    ]);
    let put = reqwest::Client::new().put(url).json(&old);
    let put = put.header("authorization", format!("Bot {}", g.sandbox.token()));
    let put = put.header("user-agent", "DiscordBot (https://example.org, 1)");
    assert_eq!(put.send().await.unwrap().status(), 200);
    let ended = g.program(&["doctor"]).ended().await;
    insta::assert_snapshot!(trouble(&g, &ended), @"
    commands      not yet    those of another version are registered (missing: quiz, review, question, leaderboard,
                             profile, season, competition, help; changed: daily; not ours: oldest). `greenroom run`
                             registers this version's when it starts; if a bot is running now, it is another version, to
                             be started anew

    Nothing is wrong.
    exit 0
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_make_no_tables_is_told_so() {
    let g = Greenroom::in_world(by_the_machines_clock()).await;
    let guest = format!("greenroom_visitor_{}", std::process::id());
    let run = async |sql: String| sqlx::query(AssertSqlSafe(sql)).execute(&g.db).await.unwrap();
    run(format!("create role {guest} login password 'hunter2'")).await;
    run("revoke create on schema public from public".to_owned()).await;
    run(format!("grant select on all tables in schema public to {guest}")).await;
    let options: PgConnectOptions = g.database.parse().unwrap();
    let url = options
        .username(&guest)
        .password("hunter2")
        .to_url_lossy()
        .to_string();
    let ended = g
        .program_with(&["doctor"], &[("DATABASE_URL", &url)])
        .ended()
        .await;
    let said = trouble(&g, &ended);
    run(format!("drop owned by {guest}")).await;
    run(format!("drop role {guest}")).await;
    insta::assert_snapshot!(said, @"
    rights        WRONG      the user may not make tables: permission denied for schema public
                             → Make it the owner of the database: alter database … owner to …; run by the server's
                             administrator.
    commands      not yet    none are registered; the first `greenroom run` registers them
    schedules     not yet    there are none; a manager makes one in Discord with /daily add

    One thing is wrong; its line says what to do.
    exit 1
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_without_a_permission_is_a_remark_and_nothing_wrong() {
    let g = install("Daily").await;
    g.sandbox.deny("#daily", ATTACH_FILES | CREATE_PUBLIC_THREADS);
    let ended = g.program(&["doctor"]).ended().await;
    assert_eq!(ended.code, Some(0));
    let table = table(&g, &ended);
    let at = table.find("schedule ").unwrap();
    insta::assert_snapshot!(table[at..], @"
    schedule      right      #daily of Study group at 09:30; without Attach Files its pictures are left out; without
                             Create Public Threads the discussion stays in the channel

    Nothing is wrong.
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_that_is_down_takes_its_time_and_hides_nothing_else() {
    let g = install("Daily").await;
    let down = sandbox::faults::Fault::Delay(Duration::from_secs(30));
    g.sandbox.faults().always("GET", "/**", down);
    let ended = g.program(&["doctor"]).ended().await;
    insta::assert_snapshot!(trouble(&g, &ended), @"
    clock         WRONG      Discord did not answer GET /gateway: error sending request: operation timed out
                             → Look at this machine's connection to the internet and at https://discordstatus.com, and
                             try again.
    token         WRONG      no answer within 10 s
                             → Look at the network between here and there, and try again. Is it up:
                             https://discordstatus.com?
    application   not tried  needs the token to be right
    commands      not tried  needs the token to be right
    sessions      not tried  needs the token to be right
    gateway       not tried  needs the token to be right
    servers       not tried  needs the token to be right
    schedules     not tried  needs the token to be right

    2 things are wrong; their lines say what to do.
    exit 1
    ");
    g.finish().await;
}
