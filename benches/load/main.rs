//! How many answers the bot takes, how long each waits and what that costs: the real program as a process of its own,
//! against the simulated Discord and a PostgreSQL, and beside it the smallest possible bot in the same place.
//! `README.md` in the folder above says what the figures mean.
//!
//! Nothing is said about how fast it has to be: machines differ. What must be right is checked: every click is answered
//! once, and every answer is a row.

mod bare;
mod bot;
mod cost;
mod database;
mod live;
mod report;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use greenroom::Bank;
use greenroom::internals::Question;
use sandbox::load::Load;
use sandbox::{Limits, Options, Rate, Sandbox};

use crate::bot::{Bot, Memory, Program};
use crate::cost::{Cost, Meter};
use crate::database::{Database, Server};

/// People who answer. Each gives a first answer once; later clicks change it.
const MEMBERS: u64 = 10_000;
/// What the bare bot asks, every time. It has buttons.
const QUESTION: &str = "buttons-made-in-a-loop";
/// Questions that are open.
const ROUNDS: usize = 100;

/// One measurement.
struct Scenario {
    name: &'static str,
    clicks: usize,
    in_flight: usize,
    /// How many rounds are clicked in turn. A member clicks all of them before the next member does, which is the worst
    /// that can happen to what is kept for each member.
    rounds: usize,
}

/// In this order: the first is what the memory is read after.
const SCENARIOS: [Scenario; 5] = [
    Scenario {
        name: "10,000 first answers to one question, 64 in flight",
        clicks: 10_000,
        in_flight: 64,
        rounds: 1,
    },
    Scenario {
        name: "50,000 changes of those answers, 64 in flight",
        clicks: 50_000,
        in_flight: 64,
        rounds: 1,
    },
    Scenario {
        name: "500 members answer 100 questions each, 64 in flight",
        clicks: 50_000,
        in_flight: 64,
        rounds: ROUNDS,
    },
    Scenario {
        name: "10,000 changes, 1,024 in flight",
        clicks: 10_000,
        in_flight: 1_024,
        rounds: 1,
    },
    Scenario {
        name: "2,000 changes, one after the other",
        clicks: 2_000,
        in_flight: 1,
        rounds: 1,
    },
];

/// What one scenario gave.
struct Measured {
    clicks: sandbox::load::Report,
    cost: Cost,
}

/// What one program gave.
struct Results {
    scenarios: Vec<Measured>,
    /// Idle, after the first scenario, after the last.
    memory: Vec<Option<Memory>>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let measured = match has(bare::ARGUMENT) {
        true => bare(),
        // Cargo passes this only when it measures; building everything with `--all-targets` must not take minutes.
        false if !has("--bench") => {
            println!("Nothing is measured without `cargo bench`.");
            Ok(())
        }
        // `cargo bench --bench load -- --live`: a minute instead of three.
        false => measure(has("--live")),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bare() -> anyhow::Result<()> {
    runtime()?.block_on(bare::run())
}

/// What is asked.
fn question() -> anyhow::Result<Question> {
    let bank = Bank::builtin();
    let question = bank.question(QUESTION).cloned();
    question
        .with_context(|| format!("the bank has no {QUESTION} any more; name another in benches/load/main.rs"))
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

fn measure(only_live: bool) -> anyhow::Result<()> {
    report::machine();
    let runtime = runtime()?;
    if only_live {
        let server = Server::all()?.swap_remove(0);
        return runtime.block_on(live::play(&server));
    }
    for server in Server::all()? {
        report::title(&server.name);
        let bare = runtime.block_on(of_program(&server, Program::Bare))?;
        let greenroom = runtime.block_on(of_program(&server, Program::Greenroom))?;
        report::compare(&greenroom, &bare)?;
        runtime.block_on(live::play(&server))?;
    }
    Ok(())
}

/// All measurements of one program on one server.
async fn of_program(server: &Server, program: Program) -> anyhow::Result<Results> {
    // The bare bot is no match for a strange world.
    let usual = Options::calm();
    let sandbox = Sandbox::start(Options {
        fail_on_drop: false,
        limits: hardly_any(),
        ..usual
    })
    .await?;
    let database = Database::create(server).await?;
    let mut bot = Bot::start(program, &sandbox, &database.url)?;
    let measured = all(&sandbox, &database, &bot, program).await;
    let stopped = bot.stop();
    let results = measured.with_context(|| format!("the bot's log ends:\n{}", bot.log()))?;
    stopped?;
    database.drop().await?;
    let failures = sandbox.failures().join("\n");
    ensure!(
        failures.is_empty(),
        "the simulated Discord recorded failures:\n{failures}"
    );
    Ok(results)
}

/// What is measured is the bot, not how patiently it waits for Discord; the bare bot does not wait at all.
fn hardly_any() -> Limits {
    let often = Rate {
        count: 1_000_000,
        per: Duration::from_secs(1),
    };
    Limits {
        messages: often,
        webhooks: often,
        others: often,
        global: often,
        ..Limits::default()
    }
}

async fn all(sandbox: &Sandbox, database: &Database, bot: &Bot, program: Program) -> anyhow::Result<Results> {
    sandbox.connected().await?;
    let targets = match program {
        Program::Bare => asked(sandbox).await?,
        Program::Greenroom => ask(sandbox).await?,
    };
    // What starting took is given back within this time, or not at all.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut memory = vec![bot.memory()];
    let mut scenarios = Vec::new();
    for scenario in &SCENARIOS {
        let load = Load {
            targets: targets[..scenario.rounds].to_vec(),
            members: MEMBERS,
            clicks: scenario.clicks,
            in_flight: scenario.in_flight,
        };
        let meter = Meter::start(bot.id(), database).await?;
        let clicks = sandbox.load(&load).await?;
        let cost = meter.stop(database).await?;
        ensure!(
            clicks.unanswered == 0 && clicks.duplicates == 0,
            "{}: {clicks}",
            scenario.name
        );
        if scenarios.is_empty() {
            let rows = database.number("select count(*) from answers").await?;
            ensure!(
                rows == MEMBERS.cast_signed(),
                "{MEMBERS} members answered, {rows} answers are stored"
            );
            memory.push(bot.memory());
        }
        scenarios.push(Measured { clicks, cost });
    }
    memory.push(bot.memory());
    Ok(Results { scenarios, memory })
}

/// Has our bot post questions until there are enough. Each is another, as none is asked twice at once.
async fn ask(sandbox: &Sandbox) -> anyhow::Result<Vec<(u64, String)>> {
    // A schedule has so many extra questions open at a time.
    const MOST_EXTRA: usize = 20;
    sandbox.registered().await?;
    let ann = sandbox.member("Ann").at("#daily");
    let add = "/daily add channel:#daily time:9:00 timezone:Europe/Berlin answer-window:7d";
    for posted in 1..=4 * ROUNDS {
        if posted % MOST_EXTRA == 1 {
            ann.slash(add).await?;
        }
        let schedule = posted.div_ceil(MOST_EXTRA);
        ann.slash(&format!("/daily post-now schedule:{schedule}")).await?;
        sandbox
            .wait_until("the next question", |sandbox| public(sandbox).count() >= posted)
            .await?;
        let targets = with_buttons(sandbox);
        if targets.len() >= ROUNDS {
            return Ok(targets);
        }
    }
    bail!("too few of the questions have a button for each option")
}

/// Waits until enough questions are there.
async fn asked(sandbox: &Sandbox) -> anyhow::Result<Vec<(u64, String)>> {
    const PATIENCE: Duration = Duration::from_secs(60);
    let patience = tokio::time::Instant::now() + PATIENCE;
    loop {
        let targets = with_buttons(sandbox);
        if targets.len() >= ROUNDS {
            return Ok(targets);
        }
        ensure!(
            tokio::time::Instant::now() < patience,
            "only {} of {} messages have a button for each option",
            targets.len(),
            public(sandbox).count()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The messages that can be answered with a button, each with what a press of its "A" sends.
fn with_buttons(sandbox: &Sandbox) -> Vec<(u64, String)> {
    public(sandbox)
        .filter_map(|seen| Some((seen.id, seen.button("A")?.custom_id?)))
        .collect()
}

fn public(sandbox: &Sandbox) -> impl Iterator<Item = sandbox::Seen> {
    let all = sandbox.member("Ann").messages("#daily");
    all.into_iter().filter(|seen| !seen.ephemeral)
}
