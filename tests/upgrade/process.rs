//! A program as a process of its own, and its log.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process};
use sandbox::Sandbox;
use tempfile::TempDir;

/// The program of today.
const NEWEST: &str = env!("CARGO_BIN_EXE_greenroom");
/// How long stopping may take.
const STOP_WITHIN: Duration = Duration::from_secs(20);
/// What a program says whose tables were changed under it.
const BROKEN: [&str; 5] = [
    "cached plan",
    "column",
    "does not exist",
    "panicked",
    "could not be decoded",
];

/// A running bot; killed when dropped.
pub struct Bot {
    name: &'static str,
    child: Child,
    folder: TempDir,
}

impl Bot {
    pub fn start(
        name: &'static str,
        program: &Path,
        sandbox: &Sandbox,
        database: &str,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let child = Command::new(program)
            .arg("run")
            .current_dir(folder.path())
            .env("DISCORD_TOKEN", sandbox.token())
            .env("DISCORD_API_BASE", sandbox.api_base())
            .env("DATABASE_URL", database)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("log"))?)
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        Ok(Self { name, child, folder })
    }

    pub fn start_newest(sandbox: &Sandbox, database: &str) -> anyhow::Result<Self> {
        Self::start("the newer program", NEWEST.as_ref(), sandbox, database)
    }

    /// Brings the schema up to date, as the newer program does when it starts.
    pub fn migrate(database: &str) -> anyhow::Result<()> {
        run_newest("migrate", database)
    }

    /// Makes the boards anew from the answers.
    pub fn rebuild_boards(database: &str) -> anyhow::Result<()> {
        run_newest("rebuild-boards", database)
    }

    /// Stops it as a supervisor does.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).context("stop the bot")?;
        let since = Instant::now();
        while since.elapsed() < STOP_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "{} ended with {status}", self.name);
                return Ok(());
            }
            // Nothing tells when a child ends, short of SIGCHLD.
            std::thread::sleep(Duration::from_millis(20));
        }
        anyhow::bail!("{} did not stop within {STOP_WITHIN:?}", self.name)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// How much it has said until now.
    pub fn note_log(&self) -> usize {
        self.log().lines().count()
    }

    /// Whether it has said since then that something is wrong.
    pub fn complains_since(&self, noted: usize) -> bool {
        let wrong = |line: &str| line.contains("ERROR") || line.contains("WARN");
        self.log().lines().skip(noted).any(wrong)
    }

    /// Fails if it said that its tables are not what it thought, or failed at anything.
    pub fn check_log(&self) -> anyhow::Result<()> {
        let log = self.log();
        let broken = |line: &&str| line.contains("ERROR") || BROKEN.iter().any(|word| line.contains(word));
        match log.lines().find(broken) {
            Some(line) => anyhow::bail!("{} says: {line}", self.name),
            None => Ok(()),
        }
    }

    pub fn end_of_log(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let end = lines[lines.len().saturating_sub(20)..].join("\n");
        format!("the log of {} ends:\n{end}", self.name)
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run_newest(argument: &str, database: &str) -> anyhow::Result<()> {
    let output = Command::new(NEWEST)
        .arg(argument)
        // Settings are incomplete without one.
        .env("DISCORD_TOKEN", "unused")
        .env("DATABASE_URL", database)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`greenroom {argument}` failed: {said}");
    Ok(())
}
