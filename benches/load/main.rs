//! How many answers the bot takes, how long each waits and what that costs: the real program as a process of its own,
//! against the simulated Discord and a PostgreSQL. `README.md` beside this folder says what the figures mean.
//!
//! Nothing is said about how fast it has to be: machines differ. What must be right is checked: every click is answered
//! once, and every answer is a row.

mod cost;
mod database;
mod process;
mod report;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use sandbox::load::Load;
use sandbox::{Options, Sandbox};

use crate::cost::Meter;
use crate::database::{Database, Server};
use crate::process::Bot;
use crate::report::{Line, Reference};

/// People who answer. Each gives a first answer once; later clicks change it.
const MEMBERS: u64 = 10_000;
/// A topic with a question that has buttons; the same one every time, because the size of a click depends on it.
const TOPIC: &str = "late-binding-closures";
/// Everything in flight at once that a burst may be.
const BURST: usize = 1_024;

/// One measurement.
struct Scenario {
    name: &'static str,
    clicks: usize,
    in_flight: usize,
    /// How many rounds are clicked in turn.
    rounds: usize,
    reference: Option<Reference>,
}

/// In this order: the first is what the memory is read after.
const SCENARIOS: [Scenario; 5] = [
    Scenario {
        name: "10,000 first answers, 64 in flight",
        clicks: 10_000,
        in_flight: 64,
        rounds: 1,
        reference: Some(report::AT_64),
    },
    Scenario {
        name: "50,000 changes, 64 in flight",
        clicks: 50_000,
        in_flight: 64,
        rounds: 1,
        reference: Some(report::AT_64),
    },
    Scenario {
        name: "50,000 first answers to 100 rounds, 64",
        clicks: 50_000,
        in_flight: 64,
        rounds: 100,
        reference: Some(report::AT_64),
    },
    Scenario {
        name: "10,000 changes, 1,024 in flight",
        clicks: 10_000,
        in_flight: BURST,
        rounds: 1,
        reference: Some(report::AT_1024),
    },
    Scenario {
        name: "2,000 changes, one after the other",
        clicks: 2_000,
        in_flight: 1,
        rounds: 1,
        reference: None,
    },
];

fn main() -> ExitCode {
    // Cargo passes this only when it measures; building everything with `--all-targets` must not take minutes.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("Nothing is measured without `cargo bench`.");
        return ExitCode::SUCCESS;
    }
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> anyhow::Result<()> {
    report::machine();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for server in Server::all()? {
        report::title(&server.name);
        runtime.block_on(of_server(&server))?;
    }
    Ok(())
}

/// All measurements of one bot on one server.
async fn of_server(server: &Server) -> anyhow::Result<()> {
    let sandbox = Sandbox::start(Options {
        fail_on_drop: false,
        ..Options::default()
    })
    .await?;
    let database = Database::create(server).await?;
    let bot = Bot::start(&sandbox, &database.url)?;
    let measured = all(&sandbox, &database, &bot).await;
    let stopped = bot.stop();
    measured.with_context(|| format!("the bot's log ends:\n{}", bot.log()))?;
    stopped?;
    database.drop().await?;
    ensure!(
        sandbox.failures().is_empty(),
        "the simulated Discord recorded failures:\n{}",
        sandbox.failures().join("\n")
    );
    Ok(())
}

async fn all(sandbox: &Sandbox, database: &Database, bot: &Bot) -> anyhow::Result<()> {
    sandbox.registered().await?;
    sandbox.connected().await?;
    let mut targets = ask(sandbox, 1).await?;
    // What starting took is given back, or it is not, within this time.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut memory = vec![("idle", bot.memory())];
    report::head();
    for scenario in &SCENARIOS {
        if targets.len() < scenario.rounds {
            targets = ask(sandbox, scenario.rounds).await?;
        }
        let meter = Meter::start(bot.id(), database).await?;
        let load = Load {
            targets: targets[..scenario.rounds].to_vec(),
            members: MEMBERS,
            clicks: scenario.clicks,
            in_flight: scenario.in_flight,
        };
        let clicks = sandbox.load(&load).await?;
        let cost = meter.stop(database).await?;
        ensure!(
            clicks.unanswered == 0 && clicks.duplicates == 0,
            "{}: {clicks}",
            scenario.name
        );
        Line {
            scenario,
            clicks: &clicks,
            cost,
        }
        .print();
        if memory.len() == 1 {
            report::event(clicks.event_bytes, &clicks.sample)?;
            let rows = database.number("select count(*) from answers").await?;
            ensure!(
                rows == MEMBERS.cast_signed(),
                "{MEMBERS} members answered, {rows} answers are stored"
            );
            memory.push(("after 10,000 answers", bot.memory()));
        }
    }
    memory.push(("after all of it", bot.memory()));
    memory.push(("at most", bot.most_memory()));
    report::memory(&memory);
    Ok(())
}

/// Has the bot post questions until so many with an "A" to press are there; their messages and what a press sends.
async fn ask(sandbox: &Sandbox, count: usize) -> anyhow::Result<Vec<(u64, String)>> {
    let ann = sandbox.member("Ann").at("#daily");
    let mut public = 0;
    if count == 1 {
        let add = format!(
            "/daily add channel:#daily time:9:00 timezone:Europe/Berlin answer-window:7d topics:{TOPIC}"
        );
        ann.slash(&add).await?;
    }
    loop {
        let posted = ann.messages("#daily");
        let posted: Vec<_> = posted.iter().filter(|seen| !seen.ephemeral).collect();
        let targets: Vec<_> = posted
            .iter()
            .filter_map(|seen| Some((seen.id, seen.button("A")?.custom_id?)))
            .collect();
        if targets.len() >= count {
            return Ok(targets);
        }
        if public > 4 * count {
            bail!("no question about {TOPIC} has buttons; name another topic in benches/load/main.rs");
        }
        public = posted.len() + 1;
        ann.slash("/daily post-now").await?;
        sandbox
            .wait_until("the next question", |_| {
                ann.messages("#daily")
                    .iter()
                    .filter(|seen| !seen.ephemeral)
                    .count()
                    >= public
            })
            .await?;
    }
}
