//! What an operator sees of the program: how it starts, what it says, how it ends.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sandbox::Sandbox;
use sandbox::faults::Fault;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::harness::Greenroom;
use crate::program::{Ended, Program};

/// What was said, if it ended with an error and without a word to those who read its output.
fn complaint(ended: &Ended) -> &str {
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
    ended.err.trim_end()
}

const SLOW: Fault = Fault::Delay(Duration::from_secs(4));

#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_be_mended_before_the_bot_can_run_is_said_in_one_sentence() {
    let g = Greenroom::without_bot().await;
    let wrong = [
        ("DISCORD_TOKEN", "MTA.wrong.hunter2"),
        ("DISCORD_TOKEN", ""),
        (
            "DATABASE_URL",
            "postgres://greenroom:hunter2@127.0.0.1:1/greenroom",
        ),
        ("DATABASE_URL", "localhost, user greenroom, password hunter2"),
        ("GREENROOM__BANK__DIR", "nowhere"),
        ("GREENROOM__LOG__FORMAT", "xml"),
        ("GREENROOM__DATABASE__POOL", "20"),
        ("GREENROOM__DATABASE__MAX_CONNECTIONS", "many"),
    ];
    let run = async |(variable, value)| {
        let ended = g.program_with(&["run"], &[(variable, value)]).ended().await;
        let complaint = complaint(&ended);
        assert!(!complaint.contains("hunter2"), "{complaint}");
        format!("{variable}\n  {complaint}")
    };
    let said = join_all(wrong.into_iter().map(run)).await;
    insta::assert_snapshot!(said.join("\n"), @r#"
    DISCORD_TOKEN
      greenroom: Discord does not accept the token. Copy it again from the Bot page of the developer portal into DISCORD_TOKEN.
    DISCORD_TOKEN
      greenroom: no token is set. Copy it from the Bot page of the Discord developer portal into the environment variable DISCORD_TOKEN, or into the configuration file as token in the section discord.
    DATABASE_URL
      greenroom: PostgreSQL on 127.0.0.1 cannot be reached: Connection refused (os error 111). Is it running, and is the address right?
    DATABASE_URL
      greenroom: the database address cannot be read. Write it like postgres://user:password@host:5432/database.
    GREENROOM__BANK__DIR
      greenroom: the questions in nowhere cannot be used; `greenroom bank check nowhere` says why.
    GREENROOM__LOG__FORMAT
      greenroom: the environment cannot be used: “xml” is not a format; write text or json for key `log.format`
    GREENROOM__DATABASE__POOL
      greenroom: there is no setting database.pool (in the environment); did you mean database.url?
    GREENROOM__DATABASE__MAX_CONNECTIONS
      greenroom: the environment cannot be used: invalid type: string "many", expected an integer for key `database.max_connections` in the environment
    "#);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_in_the_configuration_file_is_named_with_the_nearest_known() {
    let g = Greenroom::without_bot().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("greenroom.toml");
    std::fs::write(&file, "[database]\nmax_conections = 20\n").unwrap();
    let path = file.to_str().unwrap();
    let mut said = Vec::new();
    for arguments in [["run", "--config", path], ["invite", "--config", "nowhere.toml"]] {
        let ended = g.program(&arguments).ended().await;
        said.push(complaint(&ended).replace(path, "FILE"));
    }
    insta::assert_snapshot!(said.join("\n"), @"
    greenroom: there is no setting database.max_conections (in FILE); did you mean database.max_connections?
    greenroom: nowhere.toml cannot be read: No such file or directory (os error 2)
    ");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_refuses_is_told_with_its_reason() {
    let g = Greenroom::without_bot().await;
    let guest = format!("greenroom_guest_{}", std::process::id());
    let run = async |sql: String| sqlx::query(AssertSqlSafe(sql)).execute(&g.db).await.unwrap();
    run(format!("create role {guest} login password 'hunter2'")).await;
    // Before version 15 everybody had that right.
    run("revoke create on schema public from public".to_owned()).await;
    let options: PgConnectOptions = g.database.parse().unwrap();
    let mut said = Vec::new();
    for refused in [
        options.clone().username(&guest).password("hunter2"),
        options.clone().database("greenroom_nowhere"),
    ] {
        let url = refused.to_url_lossy().to_string();
        let ended = g.program_with(&["run"], &[("DATABASE_URL", &url)]).ended().await;
        said.push(complaint(&ended).replace(options.get_host(), "HOST"));
    }
    run(format!("drop role {guest}")).await;
    let said = said.join("\n");
    assert!(!said.contains("hunter2"), "{said}");
    insta::assert_snapshot!(said, @r#"
    greenroom: the database schema could not be brought up to date: permission denied for table _sqlx_migrations. The user needs the right to create tables in it.
    greenroom: PostgreSQL on HOST refuses the connection: database "greenroom_nowhere" does not exist. Check user, password and database name.
    "#);
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_in_flight_is_answered_before_the_bot_stops() {
    let g = Greenroom::in_world(sandbox::Options::default()).await;
    let program = g.connected_program().await;
    let question = g.ask("topics:late-binding-closures").await;
    let late = Fault::Delay(Duration::from_millis(1_500));
    g.sandbox.faults().next(1, "POST", "/interactions/**", late);
    let ben = g.member("Ben");
    let stop = async {
        g.wait_until_answered(1).await;
        program.terminate();
        program.ended().await
    };
    let (reply, ended) = tokio::join!(ben.press(&question, "B"), stop);
    assert!(reply.unwrap().to_string().starts_with("You chose **B**"));
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_never_connected_stops_when_it_is_told_to() {
    type Case = (&'static str, &'static str, fn(&Sandbox));
    let cases: [Case; 5] = [
        ("REST is down", "/applications/@me", |sandbox| {
            sandbox.faults().always("*", "/**", Fault::Broken(503));
        }),
        ("the address is not told", "/gateway", |sandbox| {
            sandbox.faults().always("GET", "/gateway", Fault::Broken(503));
        }),
        ("the address is told late", "/gateway", |sandbox| {
            sandbox.faults().always("GET", "/gateway", SLOW);
        }),
        ("the number of shards is told late", "/gateway", |sandbox| {
            sandbox.faults().always("GET", "/gateway/bot", SLOW);
        }),
        ("the gateway refuses", "/gateway/bot", |sandbox| {
            sandbox.gateway().accept_connections(false);
        }),
    ];
    let told_to_stop = async |(what, path, fault): Case| {
        let g = Greenroom::without_bot().await;
        fault(&g.sandbox);
        let program = g.program(&["run"]);
        let asked = |sandbox: &Sandbox| sandbox.calls().iter().any(|call| call.path == path);
        g.wait_patiently(what, asked).await;
        let told = Instant::now();
        program.terminate();
        let ended = program.ended().await;
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{what}");
        let took = told.elapsed();
        assert!(took < Duration::from_secs(3), "{what}: {took:?}");
        g.finish().await;
    };
    join_all(cases.into_iter().map(told_to_stop)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invitation_asks_for_what_the_bot_needs_and_no_more() {
    let g = Greenroom::without_bot().await;
    let ended = g.program(&["invite"]).ended().await;
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let id = g.sandbox.application_id().to_string();
    insta::assert_snapshot!(ended.out.replace(&id, "ID"), @"https://discord.com/oauth2/authorize?client_id=ID&scope=bot+applications.commands&permissions=309237746688");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_needs_no_settings_and_shows_the_day_whose_time_does_not_exist() {
    let preview =
        "schedule preview --time 02:30 --tz America/New_York --days daily --from 2026-03-01 --count 20";
    let arguments: Vec<&str> = preview.split(' ').collect();
    let ended = Program::start(&arguments, &[]).ended().await;
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert_eq!(ended.out.lines().count(), 20);
    insta::assert_snapshot!(ended.out.lines().skip(5).take(5).collect::<Vec<_>>().join("\n").replace('\t', " | "), @"
    2026-03-06 | 02:30 | 2026-03-06T07:30:00Z
    2026-03-07 | 02:30 | 2026-03-07T07:30:00Z
    2026-03-08 | 03:00 | 2026-03-08T07:00:00Z
    2026-03-09 | 02:30 | 2026-03-09T06:30:00Z
    2026-03-10 | 02:30 | 2026-03-10T06:30:00Z
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_get_a_sentence() {
    let mut said = Vec::new();
    for wrong in [
        "schedule preview --time 25:00 --tz UTC --from 2026-03-01",
        "schedule preview --time 9 --tz Europe/Berln --from 2026-03-01",
        "schedule preview --time 9 --tz UTC --days someday --from 2026-03-01",
        "schedule preview --time 9 --tz UTC --from 2026-02-30",
        "schedule preview --time 9 --tz UTC --from 2026-03-01 --count 0",
        "runn",
    ] {
        let arguments: Vec<&str> = wrong.split(' ').collect();
        let ended = Program::start(&arguments, &[]).ended().await;
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{wrong}");
        said.push(ended.err.lines().next().unwrap_or_default().to_owned());
    }
    insta::assert_snapshot!(said.join("\n"), @"
    error: invalid value '25:00' for '--time <TIME>': “25:00” is not a time; write it like 9:30 or 9am.
    error: invalid value 'Europe/Berln' for '--tz <TZ>': “Europe/Berln” is not a time zone; did you mean Europe/Berlin?
    error: invalid value 'someday' for '--days <DAYS>': “someday” is not a day; write daily, weekdays, weekends, or days like mon, wed, fri or mon-thu.
    error: invalid value '2026-02-30' for '--from <FROM>': input is out of range
    error: invalid value '0' for '--count <COUNT>': 0 is not in 1..=10000
    error: unrecognized subcommand 'runn'
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_a_newer_version_is_logged_with_its_place() {
    let mut g = Greenroom::in_world(sandbox::Options::default()).await;
    g.start_bot().await;
    let question = g.ask("topics:late-binding-closures").await;
    g.stop_bot().await;
    let gone = |sandbox: &Sandbox| sandbox.gateway().connections() == 0;
    g.wait_patiently("the connection to end", gone).await;
    let newer = "alter table rounds drop constraint rounds_source_check, drop constraint rounds_origin;
        alter table answers drop constraint answers_source_check;
        update rounds set source = 'dream';
        alter table schedules drop constraint schedules_level_check;
        update schedules set level = 'absurd', next_due_at = '2020-01-01', next_date = '2020-01-01';";
    sqlx::raw_sql(newer).execute(&g.db).await.unwrap();
    let program = g.program_with(&["run"], &[("GREENROOM__LOG__FILTER", "greenroom=error")]);
    g.sandbox.connected().await.unwrap();
    let told = g.member("Ben").press(&question, "B").await.unwrap();
    assert!(told.to_string().starts_with("Something went wrong"), "{told}");
    program.terminate();
    let ended = program.ended().await;
    for place in [
        "table rounds, row round_id = 1, column source: the source “dream” is not known to this version",
        "table schedules, row schedule_id = 1, column level: the level “absurd” is not known to this version",
    ] {
        assert!(ended.err.contains(place), "{}{}", ended.out, ended.err);
    }
    g.finish().await;
}
