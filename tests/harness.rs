//! Starts the bot against a sandbox and a database of its own. Time stands still until a test moves it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use greenroom::Clock;
use greenroom::run;
use greenroom::settings::Settings;
use sandbox::{Member, Options, Place, Sandbox, Seen};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::database;

/// A running bot in its world.
pub struct Greenroom {
    pub sandbox: Sandbox,
    /// A connection of the test's own.
    pub db: PgPool,
    pub database: String,
    bots: Vec<Running>,
}

struct Running {
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

/// Monday, 2 March 2026, 08:00 UTC: nine o'clock in Berlin.
pub fn monday() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap()
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
        let database = database::new_database().await;
        let db = PgPoolOptions::new()
            .max_connections(2)
            .connect(&database)
            .await
            .unwrap();
        Self {
            sandbox,
            db,
            database,
            bots: Vec::new(),
        }
    }

    /// Starts the bot, or another instance of it.
    pub async fn start_bot(&mut self) {
        let connected = self.sandbox.gateway().connections() + 1;
        self.start_bot_unconnected();
        self.sandbox.connected().await.unwrap();
        let both = |sandbox: &Sandbox| sandbox.gateway().connections() == connected;
        self.sandbox.wait_until("another connection", both).await.unwrap();
    }

    /// Starts the bot without waiting until it has connected.
    pub fn start_bot_unconnected(&mut self) {
        let stop = CancellationToken::new();
        let sandbox = self.sandbox.clone();
        // For whoever looks at a failure: TEST_LOG=info.
        greenroom::telemetry::start_logging(&self.settings().log, std::io::stderr).unwrap();
        let clock: Clock = Arc::new(move || sandbox.now());
        let task = tokio::spawn(run::serve_bot(self.settings(), clock, stop.clone()));
        self.bots.push(Running { stop, task });
    }

    /// Asks the bot to stop, as SIGTERM does, and waits until it has; so with every instance.
    pub async fn stop_bot(&mut self) {
        for running in self.bots.drain(..) {
            running.stop.cancel();
            running.task.await.unwrap().unwrap();
        }
    }

    /// What the bot says when it ends by itself.
    pub async fn gives_up(&mut self) -> String {
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
        vec![
            ("DISCORD_TOKEN", self.sandbox.token()),
            ("DISCORD_API_BASE", self.sandbox.api_base()),
            ("DATABASE_URL", self.database.clone()),
            ("GREENROOM__BANK__DIR", bank.to_owned()),
            (
                "GREENROOM__LOG__FILTER",
                std::env::var("TEST_LOG").unwrap_or_else(|_| "warn".to_owned()),
            ),
        ]
    }

    pub fn member(&self, name: &str) -> Member {
        self.sandbox.member(name).at("#daily")
    }

    /// Moves the clock and lets the bot notice.
    pub async fn advance(&self, by: TimeDelta) {
        self.sandbox.advance(by);
        self.wake().await;
    }

    /// Moves the clock to an instant and lets the bot notice.
    pub async fn at(&self, at: DateTime<Utc>) {
        self.sandbox.set_time(at);
        self.wake().await;
    }

    async fn wake(&self) {
        sqlx::query("notify schedules").execute(&self.db).await.unwrap();
    }

    /// Ann sets up a daily question with these further options and posts one right away.
    pub async fn ask(&self, options: &str) -> Seen {
        let ann = self.member("Ann");
        let add = format!("/daily add channel:#daily time:9:30 timezone:Europe/Berlin {options}");
        ann.slash(&add).await.unwrap();
        self.post_now().await
    }

    /// Ann posts one more question.
    pub async fn post_now(&self) -> Seen {
        let before = self.all_public("#daily").len();
        self.member("Ann").slash("/daily post-now").await.unwrap();
        self.public("#daily", before + 1).await
    }

    /// The messages of a channel or thread that everybody can see.
    pub fn all_public<'p>(&self, place: impl Into<Place<'p>>) -> Vec<Seen> {
        let mut all = self.member("Ann").messages(place);
        all.retain(|seen| !seen.ephemeral);
        all
    }

    /// Waits until a channel has this many messages everybody can see, and returns the last.
    pub async fn public(&self, place: &str, count: usize) -> Seen {
        let there = |_: &Sandbox| self.all_public(place).len() >= count;
        let what = format!("{count} messages in {place}");
        self.sandbox.wait_until(&what, there).await.unwrap();
        self.all_public(place).swap_remove(count - 1)
    }

    /// Presses a button that says something else than Discord was told: what a forger does, or an old message.
    pub async fn press_forged(&self, member: &Member, message: &Seen, custom_id: &str) -> Seen {
        let button = message.buttons().swap_remove(0);
        let forged = custom_id.to_owned();
        self.sandbox
            .mangle_next(move |interaction| interaction["data"]["custom_id"] = forged.into());
        member.press(message, &button.label).await.unwrap()
    }

    /// Ends the window of the open question and waits until the reveal is shown; returns the question's message.
    pub async fn reveal(&self, question: &Seen) -> Seen {
        self.member("Ann").slash("/daily reveal-now").await.unwrap();
        self.advance(TimeDelta::seconds(3)).await;
        self.revealed(question).await
    }

    /// Waits until a question's message shows its reveal and the discussion is written.
    pub async fn revealed(&self, question: &Seen) -> Seen {
        let ann = self.member("Ann");
        let revealed = |seen: &Seen| {
            let buttons = seen.buttons();
            buttons
                .iter()
                .any(|button| ["Why", "My answer"].contains(&button.label.as_str()))
        };
        let id = question.id;
        self.sandbox
            .wait_until("the reveal", |_| ann.see(id).is_some_and(|seen| revealed(&seen)))
            .await
            .unwrap();
        self.until(
            "select count(*) from rounds where state = 'revealed' and announced_at is null",
            0,
        )
        .await;
        ann.see(id).unwrap()
    }

    /// Waits for what takes longer than the sandbox waits by itself.
    pub async fn patiently(&self, what: &str, holds: impl Fn(&Sandbox) -> bool) {
        for _ in 0..3 {
            if self.sandbox.wait_until(what, &holds).await.is_ok() {
                return;
            }
        }
        self.sandbox.wait_until(what, &holds).await.unwrap();
    }

    /// Waits until a count in the database is this. What cannot be seen on Discord is looked at here.
    pub async fn until(&self, query: &'static str, expected: i64) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let count: i64 = sqlx::query_scalar(query).fetch_one(&self.db).await.unwrap();
            if count == expected {
                return;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "{query}: {count} instead of {expected}"
            );
            // The database tells nobody; asking again is all there is.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.db).await.unwrap()
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

/// A line per message: what a member sees, with a blank line between messages.
pub fn all(seen: &[Seen]) -> String {
    seen.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n\n=====\n\n")
}
