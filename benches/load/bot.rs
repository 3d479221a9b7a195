//! A bot as a process of its own, as it runs on a server.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use sandbox::Sandbox;
use tempfile::TempDir;

use crate::bare;

/// How long stopping may take.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// Which bot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Ours, as it is released.
    Greenroom,
    /// The smallest possible one.
    Bare,
}

/// A running bot; killed when dropped.
pub struct Bot {
    program: Program,
    child: Child,
    folder: TempDir,
}

/// Memory in bytes.
#[derive(Clone, Copy)]
pub struct Memory {
    /// All that is resident.
    pub resident: u64,
    /// What of it nobody else can use: without the pages of the program and its libraries, which the system can drop.
    pub own: u64,
    /// The most that was ever resident.
    pub most: u64,
}

impl Bot {
    /// Starts it with no other settings than where Discord and the database are.
    pub fn start(program: Program, sandbox: &Sandbox, database: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = match program {
            Program::Greenroom => Command::new(env!("CARGO_BIN_EXE_greenroom")),
            Program::Bare => Command::new(std::env::current_exe()?),
        };
        let child = command
            .arg(match program {
                Program::Greenroom => "run",
                Program::Bare => bare::ARGUMENT,
            })
            .current_dir(folder.path())
            .env("DISCORD_TOKEN", sandbox.token())
            .env("DISCORD_API_BASE", sandbox.api_base())
            .env("DATABASE_URL", database)
            // The world has hardly any limits, so the bot minds none.
            .env("GREENROOM__DISCORD__REQUESTS_PER_SECOND", "10000")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("log"))?)
            .spawn()
            .context("the bot could not be started")?;
        Ok(Self {
            program,
            child,
            folder,
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its memory, where the system tells.
    pub fn memory(&self) -> Option<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let bytes = |field: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
            Some(kilobytes * 1024)
        };
        Some(Memory {
            resident: bytes("VmRSS:")?,
            own: bytes("RssAnon:")?,
            most: bytes("VmHWM:")?,
        })
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Stops it: ours as a supervisor does, the bare one knows nothing of that.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        if self.program == Program::Bare {
            self.child.kill()?;
            self.child.wait()?;
            return Ok(());
        }
        let pid = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process id")?, Signal::TERM).context("stop the bot")?;
        let since = Instant::now();
        while since.elapsed() < STOP_WITHIN {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("the bot ended with {status}; its log ends:\n{}", self.log()),
                // Nothing tells when a child ends, short of SIGCHLD.
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        bail!(
            "the bot did not stop within {STOP_WITHIN:?}; its log ends:\n{}",
            self.log()
        )
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
