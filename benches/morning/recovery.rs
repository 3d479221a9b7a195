//! How long the bot takes to be well again once its database is: from the end of a fault until a click is answered, and
//! until a question that came due during it is posted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use sandbox::postgres::kept::KeptPostgres;
use sandbox::{Member, Options, Sandbox, Seen};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgConnection, PgPool};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::bot::Bot;
use crate::clicks;
use crate::town::{Server, next_minute, plant};
use crate::wire::{State, Wire};

/// Everything that happens to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Stopped,
    HalfOpen,
    Full,
    Slow,
}

const TROUBLES: [(Trouble, &str); 4] = [
    (Trouble::Stopped, "PostgreSQL is stopped"),
    (Trouble::HalfOpen, "nothing arrives, neither end is told"),
    (Trouble::Full, "all its connections are taken by others"),
    (Trouble::Slow, "every statement takes 3 s more"),
];
const SLOW: Duration = Duration::from_secs(3);
/// From one click to the next.
const CLICK_EVERY: Duration = Duration::from_millis(250);
/// Recovering must not take longer than this.
const PATIENCE: Duration = Duration::from_secs(180);

/// A bot, its Discord, and its database behind a wire.
struct Place {
    sandbox: Sandbox,
    folder: TempDir,
    postgres: Option<KeptPostgres>,
    wire: Wire,
    bot: Bot,
    question: Seen,
}

/// What was measured of one trouble.
struct Measured {
    lasted: Duration,
    click_after: Duration,
    question_after: TimeDelta,
    failed: usize,
}

/// Measures all of it and prints a table; each trouble lasts `down` at least.
pub async fn recovery(down: Duration) -> anyhow::Result<()> {
    println!(
        "\nRecovery: from the end of each trouble until a click is answered and a question due meanwhile is posted"
    );
    let mut place = Place::open().await?;
    println!(
        "    {:<40} {:>8} {:>8} {:>10} {:>8}",
        "trouble", "lasted", "click", "question", "refused"
    );
    for (trouble, name) in TROUBLES {
        let measured = place
            .measure(trouble, down)
            .await
            .with_context(|| format!("{name}; the bot's log ends:\n{}", place.bot.log()))?;
        println!(
            "    {name:<40} {:>6.0} s {:>6.1} s {:>8.1} s {:>8}",
            measured.lasted.as_secs_f64(),
            measured.click_after.as_secs_f64(),
            measured.question_after.as_seconds_f64(),
            measured.failed
        );
    }
    let failures = place.sandbox.failures().join("\n");
    println!(
        "    The simulated Discord recorded: {}",
        if failures.is_empty() { "nothing" } else { &failures }
    );
    Ok(())
}

impl Place {
    async fn open() -> anyhow::Result<Self> {
        let sandbox = Sandbox::start(Options {
            fail_on_drop: false,
            ..Options::calm()
        })
        .await?;
        let folder = open_folder()?;
        let postgres = start_postgres(folder.path()).await?;
        let wire = Wire::lay(&socket_in(folder.path())).await?;
        let bot = Bot::start(
            &sandbox,
            &format!("postgres://bot@{}/bot?sslmode=disable", wire.address),
        )?;
        sandbox.connected().await?;
        sandbox.registered().await?;
        let question = clicks::ask(&sandbox).await?;
        Ok(Self {
            sandbox,
            folder,
            postgres: Some(postgres),
            wire,
            bot,
            question,
        })
    }

    /// Lets one trouble come and go.
    async fn measure(&mut self, trouble: Trouble, down: Duration) -> anyhow::Result<Measured> {
        let (guild, channel) = self.sandbox.add_small_guild(&format!("{trouble:?}"), "Ann");
        let due = next_minute(self.sandbox.now());
        {
            let mut database = self.database().await?;
            plant(&mut database, &[Server { guild, channel }], due).await?;
        }
        let begun = tokio::time::Instant::now();
        let clicker = Clicker::start(self.sandbox.member("Ben"), self.question.clone());
        let held = self.begin(trouble).await?;
        // It lasts beyond the question's time.
        let least = (due - self.sandbox.now()).to_std().unwrap_or_default() + Duration::from_secs(5);
        tokio::time::sleep(down.max(least)).await;
        self.end(trouble, held).await?;
        let (lasted, ended, ended_at) = (begun.elapsed(), tokio::time::Instant::now(), self.sandbox.now());
        let click_after = clicker.answered_since(ended).await?;
        let posted = self.posted(channel, ended).await?;
        ensure!(self.bot.runs(), "the bot has ended");
        Ok(Measured {
            lasted,
            click_after,
            question_after: posted - ended_at,
            failed: clicker.failed.load(Ordering::Relaxed),
        })
    }

    async fn begin(&mut self, trouble: Trouble) -> anyhow::Result<Option<Crowd>> {
        match trouble {
            Trouble::Stopped => {
                let postgres = self.postgres.take();
                tokio::task::spawn_blocking(move || drop(postgres)).await?;
            }
            Trouble::HalfOpen => self.wire.set(State::Silent),
            Trouble::Slow => self.wire.set(State::Slow(SLOW)),
            Trouble::Full => return Ok(Some(Crowd::enter(self.url()).await?)),
        }
        Ok(None)
    }

    async fn end(&mut self, trouble: Trouble, held: Option<Crowd>) -> anyhow::Result<()> {
        match trouble {
            Trouble::Stopped => self.postgres = Some(start_postgres(self.folder.path()).await?),
            Trouble::HalfOpen | Trouble::Slow => self.wire.set(State::Whole),
            Trouble::Full => drop(held),
        }
        Ok(())
    }

    /// When the channel has its question.
    async fn posted(&self, channel: u64, ended: tokio::time::Instant) -> anyhow::Result<DateTime<Utc>> {
        loop {
            let made = self.sandbox.read(|world| {
                let last = world.channels.get(&channel)?.last_message?;
                Some(world.messages.get(&last)?.created)
            });
            if let Some(made) = made {
                return Ok(made);
            }
            ensure!(
                ended.elapsed() < PATIENCE,
                "no question was posted within {PATIENCE:?}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Past the wire.
    fn url(&self) -> String {
        let postgres = self.postgres.as_ref();
        postgres.map(KeptPostgres::url).unwrap_or_default()
    }

    async fn database(&self) -> sqlx::Result<PgConnection> {
        PgConnection::connect(&self.url()).await
    }
}

/// A folder whose own folders PostgreSQL's user can reach.
fn open_folder() -> anyhow::Result<TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

async fn start_postgres(folder: &Path) -> anyhow::Result<KeptPostgres> {
    let folder = folder.join("postgres");
    Ok(tokio::task::spawn_blocking(move || KeptPostgres::start(&folder)).await??)
}

fn socket_in(folder: &Path) -> PathBuf {
    folder.join("postgres/.s.PGSQL.5432")
}

/// Others, who take every connection there is, and do not let go.
struct Crowd {
    _pool: PgPool,
    task: tokio::task::JoinHandle<()>,
}

impl Crowd {
    async fn enter(url: String) -> anyhow::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(1).connect(&url).await?;
        let everybody = pool.clone();
        let task = tokio::spawn(async move {
            let mut held = Vec::new();
            loop {
                match PgConnection::connect(&url).await {
                    Ok(connection) => held.push(connection),
                    // It is full. The bot's go, and whoever waits for their places is faster than the bot.
                    Err(_) => {
                        let end = "select pg_terminate_backend(pid) from pg_stat_activity
                                    where application_name like 'greenroom%'";
                        let _ = sqlx::query(end).execute(&everybody).await;
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
            }
        });
        Ok(Self { _pool: pool, task })
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A member who clicks all the while.
struct Clicker {
    /// When the last click was made that was answered as it should be.
    answered: watch::Receiver<Option<tokio::time::Instant>>,
    failed: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Clicker {
    fn start(member: Member, question: Seen) -> Self {
        let (tell, answered) = watch::channel(None);
        let failed = Arc::new(AtomicUsize::new(0));
        let noted = Arc::clone(&failed);
        let task = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(CLICK_EVERY);
            loop {
                ticks.tick().await;
                let (member, question) = (member.clone(), question.clone());
                let (tell, noted) = (tell.clone(), Arc::clone(&noted));
                tokio::spawn(async move {
                    match member.press(&question, "A").await {
                        Ok(seen) if seen.text().contains("You chose") => {
                            tell.send_replace(Some(tokio::time::Instant::now()));
                        }
                        _ => {
                            noted.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        Self {
            answered,
            failed,
            task,
        }
    }

    /// How long after an instant the next click was answered.
    async fn answered_since(&self, since: tokio::time::Instant) -> anyhow::Result<Duration> {
        let mut answered = self.answered.clone();
        let waiting = answered.wait_for(|at| at.is_some_and(|at| at >= since));
        let found = tokio::time::timeout(PATIENCE, waiting).await;
        let at = *found.with_context(|| format!("no click was answered within {PATIENCE:?}"))??;
        Ok(at.unwrap_or(since) - since)
    }
}

impl Drop for Clicker {
    fn drop(&mut self) {
        self.task.abort();
    }
}
