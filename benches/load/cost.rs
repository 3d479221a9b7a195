//! What a measurement cost: processor time of everybody involved, transactions and write-ahead log. Only Linux tells the
//! first.

use std::collections::HashMap;
use std::time::Duration;

use crate::database::Database;

/// Linux counts processor time for programs in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// What was used up in a measurement.
pub struct Cost {
    /// Processor time of the bot.
    pub bot: Option<Duration>,
    /// Processor time of the PostgreSQL server and all its processes.
    pub database: Option<Duration>,
    /// Processor time of the simulated Discord, which is in this process.
    pub discord: Option<Duration>,
    /// Processor time of everything else on the machine: when it is not small, the figures are worth little.
    pub others: Option<Duration>,
    /// Transactions that wrote something, on the whole server.
    pub transactions: i64,
    /// Bytes of write-ahead log, on the whole server.
    pub log: i64,
}

/// A measurement that has begun.
pub struct Meter {
    bot: u32,
    server: Option<u32>,
    at_start: Cost,
}

impl Meter {
    /// Begins.
    pub async fn start(bot: u32, database: &Database) -> anyhow::Result<Self> {
        let server = database.process().await;
        let at_start = now(bot, server, database).await?;
        Ok(Self {
            bot,
            server,
            at_start,
        })
    }

    /// Ends.
    pub async fn stop(self, database: &Database) -> anyhow::Result<Cost> {
        let end = now(self.bot, self.server, database).await?;
        let since = |end: Option<Duration>, start: Option<Duration>| Some(end?.saturating_sub(start?));
        let start = self.at_start;
        Ok(Cost {
            bot: since(end.bot, start.bot),
            database: since(end.database, start.database),
            discord: since(end.discord, start.discord),
            others: since(end.others, start.others),
            transactions: end.transactions - start.transactions,
            log: end.log - start.log,
        })
    }
}

async fn now(bot: u32, server: Option<u32>, database: &Database) -> anyhow::Result<Cost> {
    // Numbers given out rather than the server's statistics, which are seconds late.
    let transactions = database
        .number("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        .await?;
    let log = database
        .number("select (pg_current_wal_lsn() - '0/0')::bigint")
        .await?;
    let processes = processes();
    let own = |id: u32| Some(processes.as_ref()?.get(&id)?.own);
    let (bot, discord) = (own(bot), own(std::process::id()));
    let database = server.zip(processes.as_ref()).map(|(server, processes)| {
        let ended = processes
            .get(&server)
            .map_or(Duration::ZERO, |process| process.ended_children);
        let family = processes
            .iter()
            .filter(|(id, process)| **id == server || process.parent == server);
        family.map(|(_, process)| process.own).sum::<Duration>() + ended
    });
    let known = bot
        .zip(database)
        .zip(discord)
        .map(|((bot, database), discord)| bot + database + discord);
    let others = machine().zip(known).map(|(all, known)| all.saturating_sub(known));
    Ok(Cost {
        bot,
        database,
        discord,
        others,
        transactions,
        log,
    })
}

/// A process and the processor time it has used.
struct Process {
    parent: u32,
    own: Duration,
    ended_children: Duration,
}

/// All processes there are.
fn processes() -> Option<HashMap<u32, Process>> {
    let folders = std::fs::read_dir("/proc").ok()?.flatten();
    let processes = folders.filter_map(|folder| {
        let id: u32 = folder.file_name().to_str()?.parse().ok()?;
        let text = std::fs::read_to_string(folder.path().join("stat")).ok()?;
        // The name, in parentheses, may contain anything.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse().ok().map(|ticks: u32| TICK * ticks);
        Some((
            id,
            Process {
                parent: fields.get(1)?.parse().ok()?,
                own: ticks(11)? + ticks(12)?,
                ended_children: ticks(13)? + ticks(14)?,
            },
        ))
    });
    Some(processes.collect())
}

/// Processor time that was not idle, of all processors.
fn machine() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let line = text.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u32> = line
        .split_whitespace()
        .filter_map(|ticks| ticks.parse().ok())
        .collect();
    // user, nice, system, then idle and waiting for disks, then interrupts. What a hypervisor took comes after.
    let busy = [0, 1, 2, 5, 6].iter().filter_map(|at| ticks.get(*at));
    Some(TICK * busy.sum())
}
