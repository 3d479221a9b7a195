//! A live quiz of 300 members, from the lobby to the podium, at the pace of people.
//!
//! Unlike the clicks by the ten thousand these go through the simulated Discord as members' acts do, and are checked
//! there. What is asked: how long a click waits while 300 answer in the same seconds, and whether messages are rewritten
//! no more often than Discord allows in a channel.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sandbox::{Member, Options, Sandbox, Seen};

use crate::bot::{Bot, Program};
use crate::database::{Database, Server};

/// Who plays.
const PLAYERS: usize = 300;
const QUESTIONS: usize = 3;
/// Over how long they press: each has a moment of their own in it.
const SPREAD: Duration = Duration::from_secs(8);
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// In what time Discord counts calls, and how many of them it allows in a channel.
const WINDOW: TimeDelta = TimeDelta::seconds(5);
const ALLOWED: usize = 5;

/// What came of it.
#[derive(Default)]
struct Played {
    /// From press to reply, of every press.
    latencies: Vec<Duration>,
    failed: usize,
}

/// Plays one and prints how it went.
pub async fn play(server: &Server) -> anyhow::Result<()> {
    let sandbox = Sandbox::start(Options {
        fail_on_drop: false,
        ..Options::default()
    })
    .await?;
    let database = Database::create(server).await?;
    let mut bot = Bot::start(Program::Greenroom, &sandbox, &database.url)?;
    let played = quiz(&sandbox).await;
    let stopped = bot.stop();
    let mut played = played.with_context(|| format!("the bot's log ends:\n{}", bot.log()))?;
    stopped?;
    let answers = database
        .number("select count(*) from answers where score is not null")
        .await?;
    database.drop().await?;
    let failures = sandbox.failures().join("\n");
    ensure!(
        failures.is_empty(),
        "the simulated Discord recorded failures:\n{failures}"
    );
    ensure!(
        answers == i64::try_from(PLAYERS * QUESTIONS)?,
        "{answers} answers were scored, not {PLAYERS} to each of {QUESTIONS} questions"
    );
    print(&sandbox, &mut played)
}

async fn quiz(sandbox: &Sandbox) -> anyhow::Result<Played> {
    sandbox.connected().await?;
    sandbox.registered().await?;
    let ann = sandbox.member("Ann").at("#daily");
    let players: Vec<Member> = (0..PLAYERS)
        .map(|n| sandbox.add_member(&format!("Player {n}")).at("#daily"))
        .collect();
    let mut played = Played::default();
    ann.slash(&format!("/quiz live count:{QUESTIONS} seconds:30"))
        .await?;
    let lobby = seen(&ann, |seen| seen.text().contains("Live quiz:")).await?;
    everybody(&players, &lobby, &["Join"], &mut played).await;
    ann.press(&lobby, "Start").await?;
    for number in 1..=QUESTIONS {
        let heading = format!("Question {number} of {QUESTIONS}");
        let question = seen(&ann, |seen| {
            seen.text().contains(&heading) && seen.text().contains("have answered")
        })
        .await?;
        let options: Vec<String> = question
            .buttons()
            .into_iter()
            .map(|button| button.label)
            .filter(|label| label.len() == 1)
            .collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        everybody(&players, &question, &options, &mut played).await;
        seen(&ann, |seen| {
            seen.text().contains(&heading) && seen.text().contains("The answer is")
        })
        .await?;
    }
    let everybody = format!("{PLAYERS} players");
    seen(&ann, |seen| seen.text().contains(&everybody)).await?;
    Ok(played)
}

/// Every player presses one of the buttons, or chooses in the select where there are none, each at a moment of their own.
async fn everybody(players: &[Member], message: &Seen, buttons: &[&str], played: &mut Played) {
    let presses = (0..).zip(players).map(async |(n, member): (u32, &Member)| {
        tokio::time::sleep(SPREAD * n / u32::try_from(PLAYERS).unwrap_or(1)).await;
        let since = Instant::now();
        let pressed = match buttons.get(n as usize % buttons.len().max(1)) {
            Some(button) => member.press(message, button).await,
            None => member.choose(message, "Choose all that apply", &["A"]).await,
        };
        pressed.map(|_| since.elapsed())
    });
    for pressed in join_all(presses).await {
        match pressed {
            Ok(took) => played.latencies.push(took),
            Err(error) => {
                eprintln!("{error}");
                played.failed += 1;
            }
        }
    }
}

/// Waits for a message in the channel.
async fn seen(member: &Member, wanted: impl Fn(&Seen) -> bool) -> anyhow::Result<Seen> {
    let since = Instant::now();
    loop {
        match member.sees("#daily", &wanted).await {
            Ok(seen) => return Ok(seen),
            Err(error) => ensure!(since.elapsed() < PATIENCE, "{error}"),
        }
    }
}

fn print(sandbox: &Sandbox, played: &mut Played) -> anyhow::Result<()> {
    let mut writes: HashMap<&'static str, Vec<DateTime<Utc>>> = HashMap::new();
    let mut refused = 0;
    for call in sandbox.calls() {
        if !call.path.starts_with("/channels/") {
            continue;
        }
        refused += usize::from(call.status == 429);
        let kind = match call.method.as_str() {
            "PATCH" => "edits",
            "POST" => "posts",
            _ => continue,
        };
        writes.entry(kind).or_default().push(call.at);
        writes.entry("both").or_default().push(call.at);
    }
    played.latencies.sort_unstable();
    let at = |thousandths: usize| {
        let index = (played.latencies.len() * thousandths)
            .div_ceil(1000)
            .saturating_sub(1);
        played
            .latencies
            .get(index)
            .map_or(0.0, |took| took.as_secs_f64() * 1000.0)
    };
    println!(
        "\nA live quiz: {PLAYERS} members join and answer {QUESTIONS} questions, each time within {SPREAD:?}"
    );
    println!(
        "    {} clicks, {} failed; p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
        played.latencies.len() + played.failed,
        played.failed,
        at(500),
        at(990),
        at(1000)
    );
    for kind in ["edits", "posts", "both"] {
        let all = writes.get(kind).map(Vec::as_slice).unwrap_or_default();
        println!(
            "    {kind}: {} in all, at most {} in any 5 s",
            all.len(),
            busiest(all)
        );
    }
    println!("    {refused} calls refused for their rate");
    ensure!(played.failed == 0, "{} clicks failed", played.failed);
    let edits = writes.get("edits").map(|all| busiest(all)).unwrap_or_default();
    ensure!(
        edits <= ALLOWED,
        "{edits} edits within five seconds; Discord allows {ALLOWED}"
    );
    Ok(())
}

/// The most of these moments that lie within one window.
fn busiest(moments: &[DateTime<Utc>]) -> usize {
    let mut sorted = moments.to_vec();
    sorted.sort_unstable();
    let within = |from: &DateTime<Utc>| {
        sorted
            .iter()
            .filter(|at| *at >= from && **at - *from < WINDOW)
            .count()
    };
    sorted.iter().map(within).max().unwrap_or_default()
}
