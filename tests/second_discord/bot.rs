//! The bot inside the test's own process, where nothing is measured: many of them cost little.

use std::time::Duration;

use greenroom::Clock;
use greenroom::run;
use greenroom::settings::Settings;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::process::variables;
use super::server::Discord;

/// A running bot.
pub struct Bot {
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Bot {
    pub fn start(discord: &Discord, database: &str) -> Self {
        Self::start_at(discord, database, greenroom::system_clock())
    }

    /// The same with a clock of its own.
    pub fn start_at(discord: &Discord, database: &str, clock: Clock) -> Self {
        let variables = variables(discord, database).into_iter();
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).collect();
        let mut settings = Settings::from_parts(None, variables).unwrap();
        // For whoever looks at a failure: TEST_LOG=info.
        settings.log.filter = std::env::var("TEST_LOG").unwrap_or_else(|_| "error".to_owned());
        greenroom::telemetry::start_logging(&settings.log, std::io::stderr).unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(run::serve_bot(settings, clock, stop.clone()));
        Self { stop, task }
    }

    /// Stops it; that it ran until now and ends without an error is part of every test.
    pub async fn stop(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(10), self.task).await;
        ended.expect("it stops when it is told to").unwrap().unwrap();
    }
}
