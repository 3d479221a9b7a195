//! A throwaway PostgreSQL server on loopback: made in a temporary folder, gone with whoever started it. [`kept`] has
//! one whose data stay.
//!
//! The server runs under a small `sh` that waits for the end of its standard input, then stops the server and removes
//! the folder. So everything is cleaned up even when the starting process is killed with SIGKILL. PostgreSQL refuses to
//! run as root: then `postgres`, or `nobody`, runs it.

mod error;
mod find;
mod folder;
pub mod kept;

use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub use error::PostgresError;
use find::find_programs;
use folder::{Account, find_account, make_folder};

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the server's log is looked at meanwhile: it tells readiness in no other way that needs no client.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Attempts, because a free port can be taken between finding and using it.
const ATTEMPTS: usize = 3;

/// Waits for the end of its input, then ends the server, and removes everything or keeps it.
const KEEPER: &str = r#"
afterwards=$1; folder=$2; shift 2
"$@" >"$folder/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
[ "$afterwards" = keep ] || rm -rf "$folder"
"#;

/// A running server. It ends when this is dropped, or with the process.
#[derive(Debug)]
pub struct Postgres {
    keeper: Child,
    port: u16,
}

impl Postgres {
    /// Starts a server. `durable` keeps the settings that survive a power cut, which makes it slower; otherwise the
    /// data are in memory if there is room.
    ///
    /// It blocks for about a second: call it from `spawn_blocking` in async code that has other things to do.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the sentence has the end of its log.
    pub fn start(durable: bool) -> Result<Self, PostgresError> {
        let programs = find_programs()?;
        let account = find_account()?;
        let folder = make_folder(durable, account)?;
        init_data(&programs, folder.path(), account)?;
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            let port = find_port()?;
            let settings = list_settings(port, durable);
            let mut keeper = start_keeper(&programs, folder.path(), account, &settings, "remove")?;
            match wait_ready(&mut keeper, folder.path(), PATIENCE) {
                Ok(()) => {
                    // From here on the keeper removes it.
                    let _ = folder.keep();
                    return Ok(Self { keeper, port });
                }
                Err(log) => last = log,
            }
            if !last.contains("Address already in use") {
                break;
            }
            init_data(&programs, folder.path(), account)?;
        }
        Err(PostgresError(format!(
            "The throwaway PostgreSQL did not start. Its log ends:\n{last}"
        )))
    }

    /// Address of the maintenance database, as superuser.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Address of a database, whether it exists or not.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The end of its input tells the keeper to clean up.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A command that runs as the right user, free of the caller's PostgreSQL settings.
fn make_command(program: &Path, folder: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C").env("HOME", folder);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    if let Some(Account { uid, gid }) = account {
        command.uid(uid).gid(gid);
    }
    command
}

fn init_data(programs: &Path, folder: &Path, account: Option<Account>) -> Result<(), PostgresError> {
    let data = folder.join("data");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let mut initdb = make_command(&programs.join("initdb"), folder, account);
    initdb.args([
        "--no-sync",
        "--no-instructions",
        "--auth=trust",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C",
    ]);
    let output = initdb.arg("--pgdata").arg(data).stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(PostgresError(format!(
        "initdb could not make a database folder in {}:\n{said}",
        folder.display()
    )))
}

/// The settings of a throwaway server.
fn list_settings(port: u16, durable: bool) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        format!("port={port}"),
        "max_connections=300".to_owned(),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
    ];
    if !durable {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
    }
    settings
}

/// Starts the server under its keeper; `afterwards` is `keep` or `remove`.
fn start_keeper(
    programs: &Path,
    folder: &Path,
    account: Option<Account>,
    settings: &[String],
    afterwards: &str,
) -> Result<Child, PostgresError> {
    // What an earlier server said there would be taken for this one's.
    let log = folder.join("log");
    if log.exists() {
        fs::rename(&log, folder.join("log.before"))?;
    }
    let mut keeper = make_command(Path::new("/bin/sh"), folder, account);
    keeper
        .args(["-c", KEEPER, "keeper", afterwards])
        .arg(folder)
        .arg(programs.join("postgres"));
    keeper.arg("-D").arg(folder.join("data"));
    for setting in settings {
        keeper.args(["-c", setting.as_str()]);
    }
    // Its own group: Ctrl-C is for the command in the foreground, which may still need its database to finish.
    keeper
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(keeper.spawn()?)
}

/// Waits until the server accepts connections; otherwise the end of its log.
fn wait_ready(keeper: &mut Child, folder: &Path, patience: Duration) -> Result<(), String> {
    let until = Instant::now() + patience;
    loop {
        let log = fs::read(folder.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        if is_ready(&log) {
            return Ok(());
        }
        // Who comes too early is told so with FATAL, which ends nothing.
        let fatal = |line: &str| line.contains("FATAL") && !line.contains("is starting up");
        let ended = log.contains("database system is shut down")
            || log.lines().any(fatal)
            || log.contains("not found");
        if ended || Instant::now() > until {
            let lines: Vec<_> = log.lines().collect();
            let tail = lines[lines.len().saturating_sub(15)..].join("\n");
            // The keeper is ended without its cleaning: the folder is still needed for another attempt.
            let _ = keeper.kill();
            let _ = keeper.wait();
            return Err(tail);
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Whether a server's log says that it takes connections.
fn is_ready(log: &str) -> bool {
    log.contains("database system is ready to accept connections")
}

fn find_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
