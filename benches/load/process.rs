//! The bot as a process of its own, as it runs on a server.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use sandbox::Sandbox;
use tempfile::TempDir;

/// How long stopping may take.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// A running bot; killed when dropped.
pub struct Bot {
    child: Mutex<Child>,
    id: u32,
    folder: TempDir,
}

impl Bot {
    /// Starts the release binary with no other settings than where Discord and the database are.
    pub fn start(sandbox: &Sandbox, database: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let program = env!("CARGO_BIN_EXE_greenroom");
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
            .with_context(|| format!("{program} could not be started"))?;
        let id = child.id();
        Ok(Self {
            child: Mutex::new(child),
            id,
            folder,
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Memory in use, in bytes, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        self.status("VmRSS:")
    }

    /// The most memory that was ever in use.
    pub fn most_memory(&self) -> Option<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, field: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024)
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Stops it as a supervisor does.
    pub fn stop(&self) -> anyhow::Result<()> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let pid = i32::try_from(self.id).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process id")?, Signal::TERM).context("stop the bot")?;
        let since = Instant::now();
        while since.elapsed() < STOP_WITHIN {
            if let Some(status) = child.try_wait()? {
                return match status.success() {
                    true => Ok(()),
                    false => bail!("the bot ended with {status}; its log ends:\n{}", self.log()),
                };
            }
            // Nothing tells when a child ends, short of SIGCHLD.
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!(
            "the bot did not stop within {STOP_WITHIN:?}; its log ends:\n{}",
            self.log()
        )
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}
