//! An upgrade as it happens: the program as it was before the newest migration works, the schema is brought up to date
//! under it, the program of today starts beside it, and the older one is stopped. Members answer all the time.
//!
//! Every click is answered, every answer is there once, every question that was due is posted and revealed once, and
//! neither program complains of a plan or a column. Where the migration ends the older program's time (`schema_min`), that
//! one has to post nothing more and to say so in its log; what its members click may fail until it is stopped.
//!
//! `make upgrade` builds the older program and runs this; it takes about five minutes, because questions are due on whole
//! minutes of the machine's clock.

#[expect(dead_code, reason = "the benches read more of it")]
#[path = "../../benches/load/database.rs"]
mod database;
mod members;
mod process;
mod stored;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use sandbox::{Member, Options, Sandbox, Seen};

use crate::database::{Database, Server};
use crate::members::{Clicks, Members};
use crate::process::Bot;
use crate::stored::Stored;

/// Where the older program is.
const OLDER: &str = "UPGRADE_FROM";
/// Questions that stay open.
const OPEN: usize = 6;
/// Schedules, each due a minute after the one before: one in each phase, and one more to be revealed by the newer program.
const DUE: i32 = 4;
/// After this time whatever was due has to be there.
const GRACE: TimeDelta = TimeDelta::seconds(20);

fn main() -> ExitCode {
    let Some(older) = std::env::var_os(OLDER) else {
        println!("There is no older program to try an upgrade from; `make upgrade` builds one.");
        return ExitCode::SUCCESS;
    };
    let tried = tokio::runtime::Runtime::new()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(upgrade_from(older.as_ref())));
    match tried {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("upgrade: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The world in which it happens.
struct World {
    sandbox: Sandbox,
    stored: Stored,
    database: String,
    members: Members,
    /// When the first question of a schedule is due.
    first_due: DateTime<Utc>,
}

async fn upgrade_from(older: &std::path::Path) -> anyhow::Result<()> {
    let server = Server::all()?.swap_remove(0);
    let database = Database::create(&server).await?;
    let sandbox = Sandbox::start(Options {
        fail_on_drop: false,
        ..Options::calm()
    })
    .await?;
    let mut older = Bot::start("the older program", older, &sandbox, &database.url)?;
    let mut newer = None;
    let done = play_upgrade(&sandbox, &database.url, &mut older, &mut newer).await;
    let logs = || {
        let newer: Option<&Bot> = newer.as_ref();
        let newer = newer.map(Bot::end_of_log).unwrap_or_default();
        format!("{}\n{newer}", older.end_of_log())
    };
    done.with_context(logs)?;
    database.drop().await
}

async fn play_upgrade(
    sandbox: &Sandbox,
    database: &str,
    older: &mut Bot,
    newer: &mut Option<Bot>,
) -> anyhow::Result<()> {
    let world = prepare_world(sandbox, database).await?;
    world.wait_for_minute(0).await;
    world.end_phase("the older program alone", true)?;
    world.stored.check_posted(1).await?;

    let served = migrate_under(&world, older).await?;

    let newer = newer.insert(Bot::start_newest(sandbox, database)?);
    wait_for_connections(sandbox, 2).await?;
    world.wait_for_minute(2).await;
    let stopped = older.stop();
    // A click may have been on its way to the older program only.
    tokio::time::sleep(Duration::from_secs(3)).await;
    world.end_phase("both", served)?;
    world.stored.check_posted(3).await?;

    world.wait_for_minute(3).await;
    world.end_phase("the newer program alone", true)?;
    world.stored.wait_until_revealed(DUE).await?;
    let clicks = world.members.stop().await;
    newer.stop()?;
    check_everything(&world, &clicks).await?;
    newer.check_log()?;
    if served {
        stopped?;
        older.check_log()?;
    }
    println!("{clicks}");
    Ok(())
}

/// Brings the schema up to date under the older program, and sees that it goes on, or that it says that it cannot and
/// posts nothing. Returns whether it goes on.
async fn migrate_under(world: &World, older: &Bot) -> anyhow::Result<bool> {
    let known = world.stored.newest_migration().await?;
    // A program from before the number was written down is not meant by it.
    let is_told = world.stored.schema_min().await?.is_some();
    let shown = list_public(&world.sandbox).len();
    Bot::migrate(&world.database)?;
    let least = world.stored.schema_min().await?;
    let served = !is_told || least.is_none_or(|least| least <= known);
    let noted = older.note_log();
    let still = if served { "still" } else { "no longer" };
    println!("the older program is {still} served by the newer schema");
    world.wait_for_minute(1).await;
    world.end_phase("the older program on the newer schema", served)?;
    if served {
        world.stored.check_posted(2).await?;
        return Ok(true);
    }
    let more = list_public(&world.sandbox).len() - shown;
    ensure!(
        more == 0,
        "the older program posted {more} messages on a schema that does not serve it"
    );
    ensure!(
        older.complains_since(noted),
        "the older program does not say that it cannot go on"
    );
    Ok(false)
}

/// Lets the older program post what stays open, sets up what comes due minute by minute, and lets members answer.
async fn prepare_world(sandbox: &Sandbox, database: &str) -> anyhow::Result<World> {
    sandbox.connected().await?;
    sandbox.registered().await?;
    let stored = Stored::connect(database).await?;
    let ann = sandbox.member("Ann").at("#daily");
    ann.slash("/daily add channel:#daily time:0:00 timezone:UTC answer-window:7d")
        .await?;
    for asked in 1..=OPEN {
        ann.slash("/daily post-now").await?;
        let there = |sandbox: &Sandbox| list_public(sandbox).len() == asked;
        sandbox.wait_until("the next question", there).await?;
    }
    let first_due = (sandbox.now() + TimeDelta::seconds(80)).duration_trunc(TimeDelta::minutes(1))?;
    for minute in 0..DUE {
        let time = first_due + TimeDelta::minutes(minute.into());
        let time = time.format("%H:%M");
        let add = format!("/daily add channel:#daily time:{time} timezone:UTC days:daily answer-window:5m");
        ann.slash(&add).await?;
    }
    // Less than people may choose, so that reveals fall into every phase.
    stored.shorten_windows().await?;
    Ok(World {
        sandbox: sandbox.clone(),
        stored,
        database: database.to_owned(),
        members: Members::start(sandbox),
        first_due,
    })
}

impl World {
    /// Waits until the schedule of this number was due and its question has to be there.
    async fn wait_for_minute(&self, number: i64) {
        let time = self.first_due + TimeDelta::minutes(number) + GRACE;
        let left = time - self.sandbox.now();
        tokio::time::sleep(left.to_std().unwrap_or_default()).await;
    }

    /// Says what members saw since the last phase, all of which has to be in order where the programs are.
    fn end_phase(&self, name: &str, in_order: bool) -> anyhow::Result<()> {
        let (clicks, failed) = self.members.take_counts();
        println!("{name}: {clicks} clicks, {} of them failed", failed.len());
        ensure!(
            !in_order || clicks > 100,
            "{name}: too few clicks to say anything"
        );
        let first = failed.first().map(String::as_str).unwrap_or_default();
        ensure!(
            !in_order || failed.is_empty(),
            "{name}: {} clicks failed, the first so: {first}",
            failed.len()
        );
        // Both programs are told of every click, and Discord takes the first answer only.
        let refused = self.sandbox.take_failures();
        let refused = refused.iter().find(|failure| !failure.contains("40060"));
        ensure!(
            !in_order || refused.is_none(),
            "{name}: {}",
            refused.map_or("", String::as_str)
        );
        Ok(())
    }
}

async fn wait_for_connections(sandbox: &Sandbox, count: usize) -> anyhow::Result<()> {
    for _ in 0..6 {
        let there = |sandbox: &Sandbox| sandbox.gateway().connections() == count;
        if sandbox.wait_until("another connection", there).await.is_ok() {
            return Ok(());
        }
    }
    anyhow::bail!("the newer program does not connect")
}

/// Nothing is lost, and nothing is there twice.
async fn check_everything(world: &World, clicks: &Clicks) -> anyhow::Result<()> {
    let ann: Member = world.sandbox.member("Ann");
    let mut messages: Vec<u64> = list_public(&world.sandbox).iter().map(|seen| seen.id).collect();
    let mut posted = world.stored.posted_messages().await?;
    messages.sort_unstable();
    posted.sort_unstable();
    ensure!(
        messages == posted,
        "#daily has the messages {messages:?}, posted are {posted:?}"
    );
    world.stored.check_answers(clicks).await?;
    world.stored.check_scores().await?;
    for message in world.stored.revealed_messages().await? {
        let thread = ann.see(message).and_then(|seen| seen.thread);
        let thread = thread.with_context(|| format!("the reveal of message {message} has no thread"))?;
        let said = ann.messages(thread).len();
        ensure!(said == 2, "the thread of message {message} has {said} messages");
    }
    let before = world.stored.digest_boards().await?;
    Bot::rebuild_boards(&world.database)?;
    ensure!(
        before == world.stored.digest_boards().await?,
        "the boards are not what the answers give"
    );
    Ok(())
}

/// What everybody sees in the channel.
fn list_public(sandbox: &Sandbox) -> Vec<Seen> {
    let mut all = sandbox.member("Ann").messages("#daily");
    all.retain(|seen| !seen.ephemeral);
    all
}
