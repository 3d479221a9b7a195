//! The built program against the second Discord: what it says, what it costs, how it ends.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::NamedTempFile;
use wait_timeout::ChildExt as _;

use super::record::Seen;
use super::server::{Discord, TOKEN};
use super::world::command;

/// The kernel counts a process's time in these, whatever the machine (`USER_HZ`).
const TICKS_A_SECOND: f64 = 100.0;

/// A running program; dropping it kills it.
pub struct Process {
    child: Child,
    log: NamedTempFile,
}

/// What the bot has to be told to run against this Discord.
pub fn variables(discord: &Discord, database: &str) -> Vec<(&'static str, String)> {
    let bank = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bank");
    vec![
        ("DISCORD_TOKEN", TOKEN.to_owned()),
        ("DISCORD_API_BASE", discord.api_base()),
        ("DATABASE_URL", database.to_owned()),
        ("GREENROOM__DATABASE__MAX_CONNECTIONS", "8".to_owned()),
        ("GREENROOM__BANK__DIR", bank.to_owned()),
    ]
}

impl Process {
    /// Starts the bot in an environment of nothing but what it needs and these.
    pub fn start(discord: &Discord, database: &str, more: &[(&'static str, String)]) -> Self {
        let log = NamedTempFile::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_greenroom"));
        command
            .arg("run")
            .env_clear()
            .envs(variables(discord, database))
            .envs(more.iter().map(|(name, value)| (name, value)))
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(log.path()).unwrap());
        Self {
            child: command.spawn().unwrap(),
            log,
        }
    }

    /// What it said so far.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.log.path()).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Processor time it has used, all threads together.
    pub fn processor_time(&self) -> Duration {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())) else {
            return Duration::ZERO;
        };
        // The name stands in brackets and may hold anything; state is the first after it.
        let (_, after) = stat.rsplit_once(") ").unwrap();
        let numbers: Vec<&str> = after.split(' ').collect();
        let ticks = |at: usize| numbers[at].parse::<f64>().unwrap();
        Duration::from_secs_f64((ticks(11) + ticks(12)) / TICKS_A_SECOND)
    }

    /// Asks it to stop, as a supervisor does.
    pub fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// Waits until it has ended: with which code, how long that took, and all it said. None if it goes on.
    pub async fn ended(mut self, within: Duration) -> Option<(Option<i32>, Duration, String)> {
        let waiting = tokio::task::spawn_blocking(move || {
            let started = Instant::now();
            let status = self.child.wait_timeout(within).unwrap();
            status.map(|status| (status.code(), started.elapsed(), self.log()))
        });
        waiting.await.unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until the bot answers a command, so everything it does at the start is behind it.
pub async fn wait_until_answering(discord: &Discord, within: Duration) -> Result<(), String> {
    let ready = |seen: &Seen| matches!(seen, Seen::Identified(_, true));
    discord.record().wait_for(0, within, ready).await?;
    let id = discord.interact(command("help", None));
    let answered = |seen: &Seen| matches!(seen, Seen::Answered(answered, _) if *answered == id);
    discord.record().wait_for(0, within, answered).await?;
    Ok(())
}
