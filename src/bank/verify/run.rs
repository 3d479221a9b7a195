//! Runs a program in a child process that cannot do harm by mistake.
//!
//! Limits of time, memory and output, an empty working folder, no network, nothing of our environment. What it does
//! not do is hold a program that wants to get out: questions are read by people before they are run.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process_group};
use wait_timeout::ChildExt as _;

const GUARD: &str = include_str!("guard.py");
/// The guard prints it on stderr before the class of an uncaught exception.
const RAISED: char = '\u{1e}';

/// What a program may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// On the wall clock, start of the interpreter included.
    pub time: Duration,
    /// Address space in bytes.
    pub memory: u64,
    /// Bytes printed, and bytes of any file it writes.
    pub output: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            memory: 2 << 30,
            output: 256 << 10,
        }
    }
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// What it printed.
    pub stdout: String,
    /// The last line it printed on stderr.
    pub complaint: String,
    /// How it ended.
    pub how: How,
    /// Files it left in its folder.
    pub left: Vec<String>,
}

/// The ways to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// By itself, with this exit code.
    Exited(i32),
    /// In an uncaught exception of this class.
    Raised(String),
    /// Killed by us when its time was over.
    Hung,
    /// It printed more than it may.
    Flooded,
    /// Killed by this signal.
    Killed(i32),
}

/// Runs `program` in an empty folder with strings hashed after `seed`.
///
/// # Errors
/// When the program cannot be run at all, which says nothing about the program.
pub fn run_program(python: &Path, program: &str, seed: u32, limits: &Limits) -> anyhow::Result<Ended> {
    let room = tempfile::Builder::new()
        .prefix("greenroom-verify-")
        .tempdir()
        .context("make a temporary folder")?;
    let (file, folder) = (room.path().join("program.py"), room.path().join("here"));
    fs::write(&file, program).context("write the program")?;
    fs::create_dir(&folder).context("make the working folder")?;
    let mut command = isolated_command(python, &folder);
    command
        .env("PYTHONHASHSEED", seed.to_string())
        .args(["-s", "-c", GUARD])
        .arg(&file);
    command.args([limits.time.as_secs().max(1), limits.memory, limits.output].map(|limit| limit.to_string()));
    let (status, stdout, stderr) = finish_command(command, room.path(), limits)?;
    let mut left: Vec<String> = folder
        .read_dir()?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    let flooded = [&stdout, &stderr]
        .iter()
        .any(|text| text.len() as u64 >= limits.output);
    let raised = stderr
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix(RAISED))
        .map(str::to_owned);
    let how = match (status, raised) {
        (None, _) => How::Hung,
        (Some(_), _) if flooded => How::Flooded,
        (Some(status), raised) => match (status.code(), raised) {
            (Some(1), Some(class)) => How::Raised(class),
            (Some(code), _) => How::Exited(code),
            (None, _) => How::Killed(status.signal().unwrap_or_default()),
        },
    };
    let complaint = stderr
        .lines()
        .rev()
        .find(|line| !line.starts_with(RAISED) && !line.trim().is_empty());
    Ok(Ended {
        complaint: complaint.unwrap_or_default().to_owned(),
        stdout,
        how,
        left,
    })
}

/// What an interpreter prints for a small program of our own that reads `input`.
pub(super) fn ask_interpreter(
    python: &Path,
    program: &str,
    input: &str,
    limits: &Limits,
) -> anyhow::Result<String> {
    let room = tempfile::tempdir().context("make a temporary folder")?;
    let given = room.path().join("in");
    fs::write(&given, input).context("write the input")?;
    let mut command = isolated_command(python, room.path());
    command
        .args(["-s", "-c", program])
        .stdin(File::open(&given).context("open the input")?);
    // A shim finds its interpreter by the environment; this program is ours, so it may see it.
    command.envs(
        std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME" || name == "PYENV_ROOT"),
    );
    let (status, stdout, stderr) = finish_command(command, room.path(), limits)?;
    anyhow::ensure!(
        status.is_some_and(|status| status.success()),
        "{} failed: {stderr}",
        python.display()
    );
    Ok(stdout)
}

/// A command with a scrubbed environment and, where the system lets us, without a network.
fn isolated_command(python: &Path, folder: &Path) -> Command {
    let mut command = if *CAN_UNSHARE {
        Command::new("unshare")
    } else {
        Command::new(python)
    };
    if *CAN_UNSHARE {
        command.args(["--map-root-user", "--net", "--"]).arg(python);
    }
    command
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::null())
        .process_group(0);
    command
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin");
    command.envs([
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "UTC"),
        ("PYTHONUTF8", "1"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ]);
    // Every thread's arena would count as address space.
    command.env("MALLOC_ARENA_MAX", "1");
    command
}

/// Whether this user may make a network namespace; without it only the guard's audit hook keeps programs off the net.
static CAN_UNSHARE: LazyLock<bool> = LazyLock::new(|| {
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--net", "--", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
});

/// Whether programs run in a network namespace of their own.
pub fn has_own_network() -> bool {
    *CAN_UNSHARE
}

/// Waits for a command within its time; `None` in place of a status when it had to be killed.
///
/// Output goes to files, not pipes: the kernel then limits it, and a stray grandchild cannot keep us waiting.
fn finish_command(
    mut command: Command,
    room: &Path,
    limits: &Limits,
) -> anyhow::Result<(Option<ExitStatus>, String, String)> {
    let (out, err) = (room.join("out"), room.join("err"));
    command.stdout(File::create(&out).context("make a file for the output")?);
    command.stderr(File::create(&err).context("make a file for the errors")?);
    let mut child = command
        .spawn()
        .with_context(|| format!("start {}", command.get_program().display()))?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let status = child.wait_timeout(limits.time).context("wait for the program")?;
    if let Some(group) = group {
        // Also after an orderly end: its own children may still run. The group may already be empty; ignore that error.
        let _ = kill_process_group(group, Signal::KILL);
    }
    if status.is_none() {
        child.wait().context("wait for the killed program")?;
    }
    let read = |path: &Path| -> anyhow::Result<String> {
        let mut bytes = Vec::new();
        File::open(path)?.take(limits.output).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    Ok((status, read(&out)?, read(&err)?))
}
