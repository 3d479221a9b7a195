//! What all measurements happen in: a simulated Discord with its limits and a pause before each answer, a PostgreSQL
//! that keeps every commit on disk, the bot, and servers whose schedules are due together.

use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use sandbox::faults::Fault;
use sandbox::postgres::Postgres;
use sandbox::{Options, Sandbox};
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgConnection, PgPool};

use crate::bot::Bot;

/// How long Discord takes to answer.
const ANSWERS_AFTER: Duration = Duration::from_millis(150);
/// How long anything here may take to become true before a measurement is given up.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// A server, with the channel its schedule posts in.
#[derive(Clone, Copy)]
pub struct Server {
    pub guild: u64,
    pub channel: u64,
}

/// All of it.
pub struct Town {
    pub sandbox: Sandbox,
    pub servers: Vec<Server>,
    pub database: PgPool,
    pub bot: Bot,
    /// Ends with this.
    _postgres: Postgres,
}

impl Town {
    /// Builds it, with people who are in its first server.
    pub async fn build(servers: usize, people: &[String]) -> anyhow::Result<Self> {
        let sandbox = Sandbox::start(Options {
            fail_on_drop: false,
            ..Options::calm()
        })
        .await?;
        for name in people {
            sandbox.add_member(name);
        }
        let servers = (0..servers).map(|n| sandbox.add_small_guild(&format!("Server {n}"), "Ann"));
        let servers = servers
            .map(|(guild, channel)| Server { guild, channel })
            .collect();
        answer_late(&sandbox);
        let postgres = tokio::task::spawn_blocking(|| Postgres::start(true)).await??;
        let bot = Bot::start(&sandbox, &postgres.url())?;
        let database = PgPoolOptions::new()
            .max_connections(2)
            .connect_lazy(&postgres.url())?;
        let ready = async {
            sandbox.connected().await?;
            sandbox.registered().await
        };
        ready
            .await
            .with_context(|| format!("the bot's log ends:\n{}", bot.log()))?;
        Ok(Self {
            sandbox,
            servers,
            database,
            bot,
            _postgres: postgres,
        })
    }

    /// Gives each of these servers a schedule that is due at an instant, a full minute.
    pub async fn plant(&self, servers: &[Server], due: DateTime<Utc>) -> sqlx::Result<()> {
        plant(&mut *self.database.acquire().await?, servers, due).await
    }

    /// Lets the windows of these servers' questions end at an instant.
    pub async fn end_windows(&self, servers: &[Server], end: DateTime<Utc>) -> sqlx::Result<u64> {
        let (guilds, _) = columns(servers);
        let done = sqlx::query(
            "update rounds set reveal_at = $2 where guild_id = any ($1) and state = 'posted' and source = 'daily'",
        )
        .bind(&guilds)
        .bind(end)
        .execute(&self.database)
        .await?;
        ring(&mut *self.database.acquire().await?).await?;
        Ok(done.rows_affected())
    }

    /// One number of the database.
    pub async fn number(&self, query: &'static str) -> sqlx::Result<i64> {
        sqlx::query_scalar(query).fetch_one(&self.database).await
    }

    /// Looks again and again until something is found.
    pub async fn wait_for<T>(
        &mut self,
        what: &str,
        mut look: impl AsyncFnMut(&Self) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        const LOOK_EVERY: Duration = Duration::from_millis(200);
        let give_up = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(self).await? {
                return Ok(found);
            }
            let waits = tokio::time::Instant::now() < give_up && self.bot.runs();
            anyhow::ensure!(
                waits,
                "waited for {what}; the bot's log ends:\n{}",
                self.bot.log()
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Gives each of these servers a schedule that is due at an instant, a full minute, and tells the bot.
pub async fn plant(database: &mut PgConnection, servers: &[Server], due: DateTime<Utc>) -> sqlx::Result<()> {
    let (guilds, channels) = columns(servers);
    let before = due - TimeDelta::days(1);
    sqlx::query(
        "insert into guilds (guild_id, created_at) select id, $2 from unnest($1::bigint[]) id on conflict do nothing",
    )
    .bind(&guilds)
    .bind(before)
    .execute(&mut *database)
    .await?;
    sqlx::query(
        "insert into schedules (guild_id, channel_id, time_zone, local_time, days, window_seconds, thread, seed,
                                next_due_at, next_date, created_by, created_at)
         select guild, channel, 'UTC', $3, 127, 604800, true, n, $4, $5, 1, $6
           from unnest($1::bigint[], $2::bigint[]) with ordinality as server (guild, channel, n)",
    )
    .bind(&guilds)
    .bind(&channels)
    .bind(due.time())
    .bind(due)
    .bind(due.date_naive())
    .bind(before)
    .execute(&mut *database)
    .await?;
    // What autovacuum does in the hours a schedule waits.
    sqlx::query("analyze guilds, schedules")
        .execute(&mut *database)
        .await?;
    ring(database).await
}

/// Tells the bot that something has changed.
async fn ring(database: &mut PgConnection) -> sqlx::Result<()> {
    let notify = sqlx::query("select pg_notify('schedules', '')");
    notify.execute(database).await?;
    Ok(())
}

/// Discord takes its time with everything about channels.
pub fn answer_late(sandbox: &Sandbox) {
    let late = Fault::Delay(ANSWERS_AFTER);
    sandbox.faults().always("*", "/channels/**", late);
}

fn columns(servers: &[Server]) -> (Vec<i64>, Vec<i64>) {
    let pairs = servers.iter();
    pairs
        .map(|server| (server.guild.cast_signed(), server.channel.cast_signed()))
        .unzip()
}

/// The first full minute after an instant that leaves time to prepare for it.
pub fn next_minute(now: DateTime<Utc>) -> DateTime<Utc> {
    const PREPARE: i64 = 15;
    let seconds = (now.timestamp() + PREPARE).div_euclid(60) * 60 + 60;
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
