//! Kills the bot again and again while members answer, and says whether anything was lost, said twice or wrong.
//!
//! `make torture` runs it for half an hour, `make test` for a minute. What goes wrong follows from the seed; when exactly
//! depends on the machine, so the same seed makes much the same trouble and not the same run.

mod chaos;
mod health;
mod instance;
mod managers;
mod people;
mod plan;
mod report;
mod stage;
mod tables;
mod talk;
mod tally;
mod trouble;
mod watch;
mod wire;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use fastrand::Rng;
use sandbox::ActError;
use tokio::sync::mpsc::unbounded_channel;
use torture::check::check_facts;
use torture::facts::{Facts, Profile};

use crate::health::INSTANCES;
use crate::instance::{Instance, Waited};
use crate::plan::Plan;
use crate::stage::Stage;

/// How many profiles are looked at.
const PROFILES: usize = 24;

fn main() -> ExitCode {
    let run = || -> anyhow::Result<bool> {
        let (plan, bot) = Plan::read(std::env::args())?;
        println!("Seed {}. Chaos for {:?}.", plan.seed, plan.chaos);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(torture(plan, bot))
    };
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("torture: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A whole run: chaos, rest, judgement.
async fn torture(plan: Plan, bot: std::path::PathBuf) -> anyhow::Result<bool> {
    let stage = Arc::new(Stage::build(plan, bot).await?);
    // The schema is made in peace; it is another test's subject.
    let first = start_in_peace(&stage, 0).await?;
    stage.sandbox.registered().await?;
    drop(first);
    let (tell, news) = unbounded_channel();
    tokio::spawn(watch::watch_messages(Arc::clone(&stage), tell));
    tokio::spawn(people::live_lives(Arc::clone(&stage), news));
    make_chaos(&stage).await?;
    println!("The chaos is over; everything comes to rest.");
    let resting = rest(&stage).await?;
    let profiles = show_profiles(&stage).await;
    watch::note_messages(&stage, |_, _| {});
    let mut facts: Facts = std::mem::take(&mut *stage.diary());
    facts.profiles = profiles;
    facts.tables = tables::read_tables(&stage.db).await?;
    facts.ended = stage.sandbox.now();
    drop(resting);
    note_failures(&stage);
    let findings = check_facts(&facts);
    let right = report::print_report(&stage, &facts, &findings);
    if !right {
        keep_traces(&stage, &facts)?;
    }
    Ok(right)
}

async fn start_in_peace(stage: &Stage, which: usize) -> anyhow::Result<Instance> {
    let mut instance = Instance::start(stage, which, "")?;
    match instance.wait_connected(Duration::from_secs(90)).await? {
        Waited::There => Ok(instance),
        other => bail!(
            "an undisturbed instance did not start ({other:?}):\n{}",
            instance.log_end()
        ),
    }
}

async fn make_chaos(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let mut rng = Rng::with_seed(stage.plan.seed);
    let mut instances = Vec::new();
    for which in 0..INSTANCES {
        instances.push(tokio::spawn(chaos::torment_instance(
            Arc::clone(stage),
            which,
            rng.fork(),
        )));
    }
    for guild in stage.guilds.clone() {
        let manage = managers::manage_server(Arc::clone(stage), guild, rng.fork());
        let start = Duration::from_millis(rng.u64(0..stage.plan.schedule_every.as_millis().try_into()?));
        tokio::spawn(async move {
            tokio::time::sleep(start).await;
            manage.await;
        });
    }
    tokio::spawn(managers::shorten_windows(Arc::clone(stage)));
    let discord = tokio::spawn(trouble::torment_discord(Arc::clone(stage), rng.fork()));
    let database = tokio::spawn(chaos::torment_database(Arc::clone(stage), rng.fork()));
    wait_for_enough(stage).await;
    stage.end_chaos();
    for instance in instances {
        instance.await??;
    }
    discord.await?;
    database.await?;
    Ok(())
}

/// Returns when the time is over and enough has happened: a busy machine takes longer, but not for ever.
async fn wait_for_enough(stage: &Stage) {
    let plan = &stage.plan;
    let begun = Instant::now();
    loop {
        let left = plan.chaos.saturating_sub(begun.elapsed());
        let pause = Duration::from_secs(30);
        tokio::time::sleep(if left.is_zero() { pause } else { left.min(pause) }).await;
        let rounds = tables::count_asked(&stage.db).await.unwrap_or_default();
        let (kills, answers) = (stage.tally.sum("kills"), stage.tally.sum("answers given"));
        println!(
            "{:>5} s: {rounds} rounds, {kills} kills, {answers} answers, {} interactions unanswered",
            begun.elapsed().as_secs(),
            stage.tally.sum("interactions unanswered"),
        );
        let (least_rounds, least_kills, least_answers) = plan.least;
        let enough = rounds >= least_rounds && kills >= least_kills && answers >= least_answers;
        if begun.elapsed() >= plan.chaos && (enough || begun.elapsed() >= plan.chaos * 2) {
            return;
        }
    }
}

/// Two undisturbed instances bring everything to its end.
async fn rest(stage: &Arc<Stage>) -> anyhow::Result<Vec<Instance>> {
    // Until what the dead ones sent has arrived or is gone.
    tokio::time::sleep(Duration::from_secs(2)).await;
    tables::end_leases(&stage.db).await?;
    let mut instances = Vec::new();
    for which in 0..INSTANCES {
        instances.push(start_in_peace(stage, which).await?);
    }
    if stage.plan.hurried {
        managers::stop_quizzes(stage).await;
    }
    let begun = Instant::now();
    // Twice in a row: what was done last may have begun something.
    let mut quiet = 0;
    while begun.elapsed() < stage.plan.rest && quiet < 4 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if stage.plan.hurried {
            tables::end_windows(&stage.db).await?;
        }
        quiet = match tables::count_unfinished(&stage.db).await? {
            0 => quiet + 1,
            _ => 0,
        };
    }
    println!("At rest after {:?}.", begun.elapsed());
    Ok(instances)
}

/// Some members look at their profile.
async fn show_profiles(stage: &Stage) -> Vec<Profile> {
    let mut rng = Rng::with_seed(stage.plan.seed ^ 0xface);
    let mut profiles = Vec::new();
    for guild in stage
        .guilds
        .iter()
        .cycle()
        .take(PROFILES.min(4 * stage.guilds.len()))
    {
        let place = stage.sandbox.read(|world| {
            world
                .channel_named("daily", Some(*guild))
                .map(|channel| channel.id)
        });
        let Some((member, place)) = rng.choice(&stage.people).zip(place) else {
            continue;
        };
        let looked = member.at(place).slash("/profile").await;
        match looked {
            Ok(seen) => profiles.push(Profile {
                guild: guild.cast_signed(),
                user: member.id().cast_signed(),
                words: seen.to_string(),
            }),
            Err(ActError::NoAnswer(_) | ActError::NotSent(_)) => {
                stage.tally.count("profiles that did not come")
            }
        }
    }
    profiles
}

/// What the simulated Discord noted; much of it is the torture's own doing.
fn note_failures(stage: &Stage) {
    for failure in stage.sandbox.take_failures() {
        let what = match failure.as_str() {
            text if text.contains("was not answered within 3 s") => "noted by Discord: unanswered".to_owned(),
            text if text.contains("40060") => "noted by Discord: second answers".to_owned(),
            text => {
                let start: String = text.chars().take(110).collect();
                format!("noted by Discord: {start}")
            }
        };
        stage.tally.count(&what);
    }
}

/// Keeps the logs and the diary for whoever looks for the reason.
fn keep_traces(stage: &Stage, facts: &Facts) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("torture-{}", stage.plan.seed));
    std::fs::create_dir_all(&folder)?;
    for entry in std::fs::read_dir(stage.folder.path())? {
        let entry = entry?;
        std::fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    let diary = folder.join("diary.txt");
    std::fs::write(&diary, format!("{facts:#?}")).context("the diary")?;
    println!("Logs and diary are in {}.", folder.display());
    Ok(())
}
