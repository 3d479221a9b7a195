//! An instance of the bot: the real program, in a process of its own.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

use crate::stage::Stage;

/// How often a process is looked at: nothing tells that a child ended, short of SIGCHLD.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A running instance; killed when dropped.
pub struct Instance {
    child: Child,
    log: PathBuf,
}

/// What came of waiting for it.
#[derive(Debug)]
pub enum Waited {
    /// What was waited for is there.
    There,
    /// It ended before.
    Ended(ExitStatus),
    /// The time was over.
    Late,
}

impl Instance {
    /// Starts one on its own wire to the database.
    pub fn start(stage: &Stage, which: usize, fail_points: &str) -> anyhow::Result<Self> {
        let number = stage.tally.next_number();
        let log = stage
            .folder
            .path()
            .join(format!("instance-{which}-{number:04}.log"));
        let child = Command::new(&stage.bot)
            .arg("run")
            .current_dir(stage.folder.path())
            .env("DISCORD_TOKEN", stage.sandbox.token())
            .env("DISCORD_API_BASE", stage.sandbox.api_base())
            .env("DATABASE_URL", stage.database_through(which))
            .env("GREENROOM__LOG__FILTER", "info,serenity=error")
            .env("FAILPOINTS", fail_points)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("{} cannot be started", stage.bot.display()))?;
        Ok(Self { child, log })
    }

    /// Waits until it is connected to the gateway.
    pub async fn wait_connected(&mut self, patience: Duration) -> anyhow::Result<Waited> {
        let until = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Waited::Ended(status));
            }
            if std::fs::read_to_string(&self.log)
                .unwrap_or_default()
                .contains("connected as ")
            {
                return Ok(Waited::There);
            }
            if Instant::now() > until {
                return Ok(Waited::Late);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Lets it live for so long, or until it ends.
    pub async fn live(&mut self, time: Duration) -> anyhow::Result<Waited> {
        let until = Instant::now() + time;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Waited::Ended(status));
            }
            if Instant::now() >= until {
                return Ok(Waited::There);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), signal)?)
    }

    /// The end of its log.
    pub fn log_end(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
