//! A morning: ten thousand servers whose questions are due at the same moment, under the limits Discord documents and
//! with answers that take their time; and a bad day, on which the database is away in several ways. `README.md` in the
//! folder above says what the figures mean.
//!
//! Nothing here fails for being slow: machines differ. A figure that is not what it should be is marked. What must be
//! right is checked: every server has its question once.

mod bot;
mod clicks;
mod part;
mod quiz;
mod recovery;
mod town;
mod wire;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sandbox::faults::Fault;
use sandbox::{Member, Sandbox};

use crate::clicks::Clicks;
use crate::part::{Others, Part, all_posted};
use crate::quiz::Quizzes;
use crate::town::{Server, Town, next_minute};

/// Servers that are due together, unless `MORNING_SERVERS` says otherwise.
const SERVERS: usize = 10_000;
/// Of those, the ones whose reveals are due together, at four calls each, and the ones that are due again while one
/// channel hangs, unless `MORNING_REVEALS` and `MORNING_AGAIN` say otherwise.
const REVEALS: usize = 2_000;
const AGAIN: usize = 4_000;
/// Who plays the quiz, and who clicks.
const PLAYERS: usize = 5;
const CLICKERS: usize = 40;
/// How long the database is away, unless `RECOVERY_DOWN_SECONDS` says otherwise.
const DOWN_SECONDS: usize = 60;
/// How often one server presses post-now.
const PRESSES: usize = 60;

fn main() -> ExitCode {
    let has = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    // Cargo passes this only when it measures; building everything with `--all-targets` must not take minutes.
    if !has("--bench") {
        println!("Nothing is measured without `cargo bench`.");
        return ExitCode::SUCCESS;
    }
    // `cargo bench --bench morning -- --due` and `-- --recovery` measure the one or the other.
    let (only_due, only_recovery) = (has("--due"), has("--recovery"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let measured = runtime
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(measure(!only_recovery, !only_due)));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A number from the environment.
fn setting(name: &str, usual: usize) -> anyhow::Result<usize> {
    match std::env::var(name) {
        Ok(text) => Ok(text.parse()?),
        Err(_) => Ok(usual),
    }
}

async fn measure(due: bool, recovers: bool) -> anyhow::Result<()> {
    if due {
        morning().await?;
    }
    if recovers {
        let down = setting("RECOVERY_DOWN_SECONDS", DOWN_SECONDS)?;
        recovery::recovery(Duration::from_secs(down as u64)).await?;
    }
    Ok(())
}

async fn morning() -> anyhow::Result<()> {
    let servers = setting("MORNING_SERVERS", SERVERS)?;
    let reveals = setting("MORNING_REVEALS", REVEALS)?.min(servers);
    let again = setting("MORNING_AGAIN", AGAIN)?.min(servers);
    println!("{servers} servers are due together; Discord takes 50 calls a second and answers after 150 ms.");
    let names = |what: &str, count: usize| (0..count).map(|n| format!("{what} {n}")).collect::<Vec<_>>();
    let (players, clickers) = (names("Player", PLAYERS), names("Member", CLICKERS));
    let mut town = Town::build(servers, &[&players[..], &clickers[..]].concat()).await?;
    let question = clicks::ask(&town.sandbox).await?;
    let clickers = clickers.iter().map(|name| town.sandbox.member(name).at("#daily"));
    let others = Others {
        clicks: Clicks::start(clickers.collect(), question),
        quizzes: Quizzes::start(&town.sandbox, &town.database, &players),
    };
    let all = town.servers.clone();
    posts(&mut town, &others, &all).await?;
    reveal(&mut town, &others, &all[..reveals]).await?;
    disturbed(&mut town, &others, &all[servers - again..]).await?;
    let failures = town.sandbox.failures().join("\n");
    ensure!(
        failures.is_empty(),
        "the simulated Discord recorded failures:\n{failures}"
    );
    Ok(())
}

/// All are due at once.
async fn posts(town: &mut Town, others: &Others, servers: &[Server]) -> anyhow::Result<()> {
    let due = next_minute(town.sandbox.now());
    town.plant(servers, due).await?;
    sleep_until(&town.sandbox, due).await;
    let sandbox = town.sandbox.clone();
    let part = Part::begin(
        format!("{} questions are due", servers.len()),
        &sandbox,
        others,
        due,
    );
    let (last, twice) = posted(town, servers, due).await?;
    part.end("questions posted", servers.len(), last);
    ensure!(twice == 0, "{twice} servers have their question twice");
    Ok(())
}

/// Waits until each of them has its question.
async fn posted(
    town: &mut Town,
    servers: &[Server],
    due: DateTime<Utc>,
) -> anyhow::Result<(DateTime<Utc>, usize)> {
    town.wait_for("all questions", async |town| {
        Ok(all_posted(&town.sandbox, servers, due))
    })
    .await
}

/// The reveals of some are due at once: an edit, a thread, and what is said in it.
async fn reveal(town: &mut Town, others: &Others, servers: &[Server]) -> anyhow::Result<()> {
    let end = town.sandbox.now() + TimeDelta::seconds(10);
    let due = end + quiz::GRACE;
    ensure!(
        town.end_windows(servers, end).await? == servers.len() as u64,
        "some questions are not open"
    );
    sleep_until(&town.sandbox, due).await;
    let sandbox = town.sandbox.clone();
    let part = Part::begin(
        format!("{} reveals are due", servers.len()),
        &sandbox,
        others,
        due,
    );
    let last = town
        .wait_for("all reveals", async |town| {
            let unsaid = "select count(*) from rounds where source = 'daily' and announced_at is null
                           and reveal_at < (select now())";
            if town.number(unsaid).await? > 0 {
                return Ok(None);
            }
            let last = "select max(announced_at) from rounds where source = 'daily'";
            Ok(sqlx::query_scalar(last).fetch_one(&town.database).await?)
        })
        .await?;
    part.end("reveals shown with their discussion", servers.len(), last);
    Ok(())
}

/// A server with a schedule of its own: its owner, and the command that posts a question of it now.
async fn open_busy_server(town: &Town) -> anyhow::Result<(Member, String)> {
    let guild = town.sandbox.add_guild("Busy", "Ann");
    let channel = town.sandbox.read(|world| {
        let channel = world.channel_named("daily", Some(guild));
        channel.map(|channel| channel.id)
    });
    let owner = town.sandbox.member("Ann").at(channel.context("a channel")?);
    owner.slash(&clicks::add_schedule(&town.sandbox)).await?;
    let schedule = town.number("select max(schedule_id) from schedules").await?;
    Ok((owner, format!("/daily post-now schedule:{schedule}")))
}

/// Others are due while one channel hangs and one server presses post-now, over and over.
async fn disturbed(town: &mut Town, others: &Others, servers: &[Server]) -> anyhow::Result<()> {
    let (owner, press) = open_busy_server(town).await?;
    let [hanging, rest @ ..] = servers else {
        return Ok(());
    };
    let never = Duration::from_secs(3_600);
    let route = format!("/channels/{}/**", hanging.channel);
    town.sandbox.faults().always("*", &route, Fault::Delay(never));
    let due = next_minute(town.sandbox.now());
    town.plant(servers, due).await?;
    sleep_until(&town.sandbox, due).await;
    let sandbox = town.sandbox.clone();
    let name = format!(
        "{} questions are due, one channel hangs, and a server presses post-now {PRESSES} times",
        rest.len()
    );
    let part = Part::begin(name, &sandbox, others, due);
    let presses = join_all((0..PRESSES).map(|_| owner.slash(&press)));
    let (pressed, posted) = tokio::join!(presses, posted(town, rest, due));
    let (last, twice) = posted?;
    part.end("questions posted", rest.len(), last);
    let unanswered = pressed.iter().filter(|pressed| pressed.is_err()).count();
    println!("    post-now: {unanswered} of {PRESSES} presses not answered");
    ensure!(twice == 0, "{twice} servers have their question twice");
    Ok(())
}

async fn sleep_until(sandbox: &Sandbox, at: DateTime<Utc>) {
    tokio::time::sleep((at - sandbox.now()).to_std().unwrap_or_default()).await;
}
