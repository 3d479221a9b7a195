//! The stage of a run: a simulated Discord, a PostgreSQL, the wires between, and the diary of what happens.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use sandbox::postgres::Postgres;
use sandbox::{ActError, Member, Options, Sandbox, Seen};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgPool};
use tempfile::TempDir;
use torture::facts::{Deed, Facts, Outcome};

use crate::health::{Health, INSTANCES};
use crate::plan::Plan;
use crate::talk::is_apology;
use crate::tally::Tally;
use crate::wire::Wire;

/// What the database is called.
const DATABASE: &str = "torture";

/// Everything the parts of a run share.
pub struct Stage {
    /// How it was asked to be.
    pub plan: Plan,
    /// The program.
    pub bot: PathBuf,
    /// The simulated Discord.
    pub sandbox: Sandbox,
    /// The server, which ends with this.
    _postgres: Postgres,
    /// A connection of the torture's own, past the wires.
    pub db: PgPool,
    /// Each instance's wire.
    pub wires: Vec<Wire>,
    /// When who could not answer.
    pub health: Health,
    /// What was counted.
    pub tally: Tally,
    /// The servers.
    pub guilds: Vec<u64>,
    /// Who answers.
    pub people: Vec<Member>,
    /// Logs.
    pub folder: TempDir,
    diary: Mutex<Facts>,
    over: AtomicBool,
}

impl Stage {
    /// Builds one.
    pub async fn build(plan: Plan, bot: PathBuf) -> anyhow::Result<Self> {
        let usual = Options::default();
        let sandbox = Sandbox::start(Options {
            // Instances start together, and far more often than anybody would start them.
            identify_interval: std::time::Duration::ZERO,
            // A lease is as long: whoever takes work over can rely on no nonce.
            nonce_window: TimeDelta::minutes(2),
            limits: usual.limits.clone().faster(4),
            strange: Some(plan.seed),
            keep_versions: true,
            fail_on_drop: false,
            ..usual
        })
        .await?;
        sandbox
            .gateway()
            .set_session_starts(100_000, std::time::Duration::from_secs(86_400));
        let (guilds, people) = fill_world(&sandbox, &plan);
        let postgres = tokio::task::spawn_blocking(|| Postgres::start(true)).await??;
        let db = make_database(&postgres).await?;
        let server: PgConnectOptions = postgres.url().parse()?;
        let mut wires = Vec::new();
        for _ in 0..INSTANCES {
            wires.push(Wire::lay(server.get_port()).await?);
        }
        Ok(Self {
            plan,
            bot,
            sandbox,
            _postgres: postgres,
            db,
            wires,
            health: Health::default(),
            tally: Tally::default(),
            guilds,
            people,
            folder: tempfile::tempdir()?,
            diary: Mutex::default(),
            over: AtomicBool::new(false),
        })
    }

    /// Where an instance finds its database.
    pub fn database_through(&self, which: usize) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/{DATABASE}",
            self.wires[which].port
        )
    }

    /// Whether nothing more is to go wrong.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Nothing more goes wrong.
    pub fn end_chaos(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// What happened so far.
    pub fn diary(&self) -> MutexGuard<'_, Facts> {
        self.diary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody does something: what they see then, if they see anything. What the client would not send is no deed.
    pub async fn act(&self, what: &str, act: impl Future<Output = Result<Seen, ActError>>) -> Option<Seen> {
        let at = self.sandbox.now();
        let result = act.await;
        let outcome = match &result {
            Ok(seen) if is_apology(&seen.to_string()) => Outcome::Apology,
            Ok(_) => Outcome::Answered,
            Err(ActError::NoAnswer(_)) => Outcome::Unanswered,
            Err(ActError::NotSent(sentence)) => {
                self.tally.count(&format!("not sent: {}", head(sentence)));
                return None;
            }
        };
        self.tally.count(match outcome {
            Outcome::Answered => "interactions answered",
            Outcome::Apology => "interactions answered with an apology",
            Outcome::Unanswered => "interactions unanswered",
        });
        let had_to_be_answered = self
            .health
            .was_one_well(at - TimeDelta::milliseconds(300), at + TimeDelta::seconds(3));
        if had_to_be_answered {
            self.tally.count("interactions while an instance was well");
        }
        if outcome == Outcome::Unanswered {
            self.diary().deeds.push(Deed {
                what: what.to_owned(),
                at,
                outcome,
                had_to_be_answered,
            });
        }
        result.ok()
    }
}

fn head(sentence: &str) -> String {
    sentence.split_whitespace().take(4).collect::<Vec<_>>().join(" ")
}

fn fill_world(sandbox: &Sandbox, plan: &Plan) -> (Vec<u64>, Vec<Member>) {
    for n in 0..plan.people {
        sandbox.add_member(&format!("Player {n}"));
    }
    for n in 1..plan.guilds {
        sandbox.add_guild(&format!("Server {n}"), "Ann");
    }
    let guilds = sandbox.read(|world| world.guilds.keys().copied().collect());
    (guilds, sandbox.members())
}

async fn make_database(postgres: &Postgres) -> anyhow::Result<PgPool> {
    let server: PgConnectOptions = postgres.url().parse()?;
    let mut admin = server.connect().await?;
    let create = format!("create database {DATABASE}");
    sqlx::query(AssertSqlSafe(create)).execute(&mut admin).await?;
    Ok(PgPoolOptions::new()
        .max_connections(4)
        .connect(&postgres.url_of(DATABASE))
        .await?)
}
