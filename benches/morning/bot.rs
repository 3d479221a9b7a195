//! The released program as a process of its own, as it runs on a server.

use std::fs::File;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use sandbox::Sandbox;
use tempfile::TempDir;

/// A running bot; killed when dropped.
pub struct Bot {
    child: Child,
    folder: TempDir,
}

impl Bot {
    /// Starts it with no other settings than where Discord and the database are.
    pub fn start(sandbox: &Sandbox, database: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let child = Command::new(env!("CARGO_BIN_EXE_greenroom"))
            .arg("run")
            .current_dir(folder.path())
            .env("DISCORD_TOKEN", sandbox.token())
            .env("DISCORD_API_BASE", sandbox.api_base())
            .env("DATABASE_URL", database)
            // A line for each of ten thousand questions says nothing here.
            .env("GREENROOM__LOG__FILTER", "warn,serenity=error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("log"))?)
            .spawn()
            .context("the bot could not be started")?;
        Ok(Self { child, folder })
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
