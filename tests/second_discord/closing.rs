//! How a connection can end, and what has to become of it: a table after Discord's "Gateway Close Event Codes".
//!
//! Each row is a process of its own. It is made to lose its connection twice: the first time it has to be back, in the
//! time and by the way the row says, without having missed an event and without burning the processor; the second time
//! it is told to stop at that very moment, and has to.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::process::{Process, wait_until_answering};
use super::record::Seen;
use super::server::{Discord, Options, Welcome};
use super::table::{Expected, ROWS, Row, close};
use super::world::command;
use crate::database;

/// For what has no bound of its own, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);
/// As long as a container is given.
const STOPS_WITHIN: Duration = Duration::from_secs(10);
/// Processor time a way back may cost, in a build without optimisation.
const COSTS: Duration = Duration::from_secs(1);
/// At once, but for the machine.
const SOON: Duration = Duration::from_secs(5);

/// What became of a row; a failure says what was seen instead.
struct Outcome {
    name: &'static str,
    told: Result<String, String>,
}

async fn run_row(row: Row, database: &str, turns: &Semaphore) -> Outcome {
    let _turn = turns.acquire().await.unwrap();
    let discord = Discord::start((row.options)()).await;
    let bot = Process::start(&discord, database, &[]);
    let told = judge_row(row, &discord, bot).await;
    let told = told.map_err(|error| format!("{error}\n{}", discord.record().complaints().join("\n")));
    Outcome { name: row.name, told }
}

async fn judge_row(row: Row, discord: &Discord, bot: Process) -> Result<String, String> {
    wait_until_answering(discord, PATIENCE).await?;
    let (mark, used) = (discord.record().mark(), bot.processor_time());
    let lost = tokio::time::Instant::now();
    (row.lose)(discord);
    let missed = match row.expected {
        Expected::Resume(_) => Some(discord.interact(command("help", None))),
        Expected::Identify => None,
    };
    let back = |seen: &Seen| match row.expected {
        Expected::Resume(door) => {
            matches!(seen, Seen::Resumed(at, true) if door.is_none_or(|door| door == *at))
        }
        Expected::Identify => matches!(seen, Seen::Identified(_, true)),
    };
    let entry = discord.record().wait_for(mark, row.within, back).await;
    let entry = entry.map_err(|error| format!("not back {error}\n{}", bot.log()))?;
    let way = if entry.seen.is_resume() {
        "RESUME"
    } else {
        "IDENTIFY"
    };
    let new = discord.interact(command("help", None));
    // After three seconds there is nobody left to answer.
    let missed = missed.filter(|_| entry.at - lost < Duration::from_secs(2));
    for id in missed.into_iter().chain([new]) {
        let answered = |seen: &Seen| matches!(seen, Seen::Answered(answered, _) if *answered == id);
        discord.record().wait_for(mark, SOON, answered).await?;
    }
    if way == "RESUME" && identifies_since(discord, mark) > 0 {
        return Err(format!(
            "a session was begun that nobody needed\n{}",
            discord.record().tell(mark)
        ));
    }
    let cost = bot.processor_time() - used;
    if cost > COSTS {
        return Err(format!("{cost:?} of processor time"));
    }
    let complaints = discord.record().complaints();
    if !complaints.is_empty() {
        return Err(format!("{complaints:#?}\n{}", discord.record().tell(mark)));
    }
    (row.lose)(discord);
    bot.terminate();
    let Some((code, took, log)) = bot.ended(STOPS_WITHIN).await else {
        return Err(format!("not stopped within {STOPS_WITHIN:?}"));
    };
    if code != Some(0) {
        return Err(format!("ended with {code:?}: {log}"));
    }
    let after = (entry.at - lost).as_secs_f64();
    let (cost, took) = (cost.as_secs_f64(), took.as_secs_f64());
    Ok(format!(
        "{way} after {after:.2} s, {cost:.2} s of processor time, stopped in {took:.2} s"
    ))
}

fn identifies_since(discord: &Discord, mark: usize) -> usize {
    let entries = discord.record().entries();
    entries[mark..]
        .iter()
        .filter(|entry| entry.seen.is_identify())
        .count()
}

/// Prints the whole table, and fails with the rows that are not as they should be.
fn judge_table(outcomes: &[Outcome]) {
    let (mut table, mut wrong) = (String::new(), String::new());
    for Outcome { name, told } in outcomes {
        match told {
            Ok(told) => writeln!(table, "{name:<45} {told}").unwrap(),
            Err(error) => {
                writeln!(table, "{name:<45} WRONG").unwrap();
                writeln!(wrong, "{name}: {error}\n").unwrap();
            }
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{table}\n{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_replaced_as_discord_wants_it_and_a_stop_is_heard_meanwhile() {
    let database = database::new_database().await;
    let turns = Arc::new(Semaphore::new(8));
    let rows = ROWS.map(|row| run_row(row, &database, &turns));
    judge_table(&join_all(rows).await);
    database::remove(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_person_can_mend_ends_the_bot_with_a_sentence() {
    let database = database::new_database().await;
    let turns = Arc::new(Semaphore::new(4));
    let ends = async |(code, at_once): (u16, bool)| {
        let _turn = turns.acquire().await.unwrap();
        let discord = Discord::start(Options::default()).await;
        if at_once {
            discord.welcome([], Welcome::CloseInstead(Some(code)));
        }
        let bot = Process::start(&discord, &database, &[]);
        let identified = |seen: &Seen| seen.is_identify();
        discord.record().wait_for(0, PATIENCE, identified).await.unwrap();
        if !at_once {
            wait_until_answering(&discord, PATIENCE).await.unwrap();
            close(&discord, code);
        }
        let name = format!("{code}{}", if at_once { " to IDENTIFY" } else { "" });
        let Some((status, took, log)) = bot.ended(STOPS_WITHIN).await else {
            return Err(format!("{name}: goes on\n{}", discord.record().tell(0)));
        };
        let last = log.lines().last().unwrap_or_default();
        let sentence = last.starts_with("greenroom: ") && last.ends_with('.');
        if status != Some(1) || !sentence || took > SOON {
            return Err(format!("{name}: ended with {status:?} after {took:?}: {log}"));
        }
        println!("{name:<20} {last} ({took:?})");
        Ok(())
    };
    let codes = [4_004, 4_010, 4_011, 4_012, 4_013, 4_014];
    let cases = codes.into_iter().flat_map(|code| [(code, true), (code, false)]);
    let ended = join_all(cases.map(ends)).await;
    let wrong: Vec<String> = ended.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    database::remove(&database).await;
}
