//! Starts the bot against a sandbox and a database of its own, and stops it.
//!
//! What stories say of it stands beside: `clock` moves the time, `seen` is what people do and see on Discord, and
//! `stored` is what the bot has written down. A message is there before the bot has noted that it is, so a story waits
//! for what its next step needs, and not only for what can be seen.

mod clock;
mod seen;
mod stored;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use greenroom::Clock;
use greenroom::run::{self, Patience};
use greenroom::settings::Settings;
use sandbox::{Options, Sandbox};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::database;

pub use self::clock::{march, monday};
pub use self::seen::join_messages;
pub use self::stored::judge_by;

/// A running bot in its world.
pub struct Greenroom {
    pub sandbox: Sandbox,
    /// A connection of the test's own.
    pub db: PgPool,
    pub database: String,
    /// How long the bot that is started next waits for anything.
    pub patience: Patience,
    /// Settings that are not as usual.
    unusual: Vec<(&'static str, String)>,
    bots: Vec<Running>,
}

struct Running {
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Greenroom {
    /// A connected bot on Monday morning, with the questions of `tests/bank`.
    pub async fn start() -> Self {
        let mut greenroom = Self::without_bot().await;
        greenroom.start_bot().await;
        greenroom
    }

    /// The same world before the bot is there.
    pub async fn without_bot() -> Self {
        Self::in_world(Options {
            now: Some(monday()),
            ..Options::default()
        })
        .await
    }

    /// Any world, before the bot is there.
    pub async fn in_world(options: Options) -> Self {
        Self::on_database(options, database::new_database().await).await
    }

    /// Any world, on a database another program has left.
    pub async fn on_database(options: Options, database: String) -> Self {
        // A story does in a moment what people do in minutes.
        let limits = options.limits.faster(10);
        let options = Options {
            limits,
            // Instances of the bot start together here; that sessions are paced is told in `delivery`.
            identify_interval: Duration::ZERO,
            record_wire: true,
            ..options
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let db = PgPoolOptions::new()
            .max_connections(2)
            .connect(&database)
            .await
            .unwrap();
        Self {
            sandbox,
            db,
            database,
            patience: Patience::default(),
            unusual: Vec::new(),
            bots: Vec::new(),
        }
    }

    /// Starts the bot, or another instance of it.
    pub async fn start_bot(&mut self) {
        let connected = self.sandbox.gateway().connections() + 1;
        self.start_bot_unconnected();
        self.sandbox.connected().await.unwrap();
        // That may have been another instance; and a busy machine starts one slowly.
        let both = |sandbox: &Sandbox| sandbox.gateway().connections() == connected;
        self.wait_patiently("another connection", both).await;
        database::add_columns(&self.db, "added_while_it_runs").await;
    }

    /// Starts the bot without waiting until it has connected.
    pub fn start_bot_unconnected(&mut self) {
        let stop = CancellationToken::new();
        let sandbox = self.sandbox.clone();
        // For whoever looks at a failure: TEST_LOG=info.
        greenroom::telemetry::start_logging(&self.settings().log, std::io::stderr).unwrap();
        let clock: Clock = Arc::new(move || sandbox.now());
        let task = tokio::spawn(run::serve_with_patience(
            self.settings(),
            clock,
            self.patience,
            stop.clone(),
        ));
        self.bots.push(Running { stop, task });
    }

    /// Asks the bot to stop, as SIGTERM does, and waits until it has; so with every instance.
    pub async fn stop_bot(&mut self) {
        for running in self.bots.drain(..) {
            running.stop.cancel();
            running.task.await.unwrap().unwrap();
        }
    }

    /// Waits until the bot ends by itself, and returns what it says then.
    pub async fn wait_for_failure(&mut self) -> String {
        let running = self.bots.pop().expect("the bot runs");
        let ended = tokio::time::timeout(Duration::from_secs(10), running.task);
        format!("{:#}", ended.await.expect("the bot ends").unwrap().unwrap_err())
    }

    /// The settings the bot runs with.
    pub fn settings(&self) -> Settings {
        let variables = self.variables().into_iter();
        Settings::from_parts(
            None,
            variables.map(|(key, value)| (key.to_owned(), value)).collect(),
        )
        .unwrap()
    }

    /// The same as the variables of an environment.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let bank = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bank");
        let usual = [
            ("DISCORD_TOKEN", self.sandbox.token()),
            ("DISCORD_API_BASE", self.sandbox.api_base()),
            ("DATABASE_URL", self.database.clone()),
            ("GREENROOM__BANK__DIR", bank.to_owned()),
            // The limits of the world are ten times as fast, too.
            ("GREENROOM__DISCORD__REQUESTS_PER_SECOND", "500".to_owned()),
            (
                "GREENROOM__LOG__FILTER",
                std::env::var("TEST_LOG").unwrap_or_else(|_| "warn".to_owned()),
            ),
        ];
        let set = |key: &str| self.unusual.iter().any(|(unusual, _)| *unusual == key);
        let usual = usual.into_iter().filter(|(key, _)| !set(key));
        usual.chain(self.unusual.iter().cloned()).collect()
    }

    /// Starts the bot that comes next with one setting that is not as usual.
    pub fn set(&mut self, variable: &'static str, value: String) {
        self.unusual.push((variable, value));
    }

    /// Stops everything; failures the sandbox recorded fail the test.
    pub async fn finish(mut self) {
        self.stop_bot().await;
        self.db.close().await;
        database::remove(&self.database).await;
        openapi::check_calls(&self.sandbox);
        self.sandbox.finish();
    }
}
