//! A PostgreSQL that is kept: its data stay in a folder from one run to the next.
//!
//! It is reached by a socket in that folder only, which nobody but the folder's owner and root can open. It never
//! listens at a port.
//!
//! The server runs as long as whoever started it, under the same keeper as a throwaway one.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::error::PostgresError;
use super::find::{find_programs, find_version};
use super::folder::{Account, find_account};
use super::{is_ready, make_command, start_keeper, wait_ready};

/// How long the server may take to start: after a power cut it first puts its data in order.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long one that is just stopping may take.
const STOPPING: Duration = Duration::from_secs(30);
/// What the log of a server says that was told to stop.
const STOPPED: &str = "shutdown request";
/// User and database, of which there is one each.
const NAME: &str = "bot";
/// What PostgreSQL calls its socket.
const SOCKET: &str = ".s.PGSQL.5432";
/// Most bytes in the name of a socket.
const LONGEST_SOCKET: usize = 100;

/// A server whose data are kept. If this process started it, it ends with this; the data stay.
#[derive(Debug)]
pub struct KeptPostgres {
    folder: PathBuf,
    programs: PathBuf,
    keeper: Option<Child>,
}

impl KeptPostgres {
    /// Starts the server of a folder, which is made if need be. It blocks for some seconds.
    ///
    /// # Errors
    /// When one is running there already, the folder cannot be used, or PostgreSQL is not there or does not start.
    pub fn start(folder: &Path) -> Result<Self, PostgresError> {
        let kept = Self::at(folder)?;
        if kept.is_there() && !kept.log().contains(STOPPED) {
            let folder = folder.display();
            return Err(PostgresError(format!(
                "A database is running in {folder} already, so the bot is, too. Stop that one first."
            )));
        }
        kept.started()
    }

    /// The same, but one that is running is used, and goes on afterwards.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn join_or_start(folder: &Path) -> Result<Self, PostgresError> {
        let kept = Self::at(folder)?;
        let until = Instant::now() + PATIENCE;
        while kept.is_there() && Instant::now() < until {
            let log = kept.log();
            // One that is stopping is waited out like one that is starting.
            if is_ready(&log) && !log.contains(STOPPED) {
                return Ok(kept);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        kept.started()
    }

    /// Address of the database, by its socket.
    pub fn url(&self) -> String {
        let folder = self.folder.to_string_lossy();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let encoded: String = folder
            .bytes()
            .map(|byte| match plain(byte) {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            })
            .collect();
        format!("postgres://{NAME}@localhost/{NAME}?host={encoded}")
    }

    /// The folder of PostgreSQL's programs, which fit the data.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    fn at(folder: &Path) -> Result<Self, PostgresError> {
        let account = find_account()?;
        let folder = prepare_folder(folder, account)?;
        let made = fs::read_to_string(folder.join("data/PG_VERSION")).ok();
        let programs = match made {
            Some(version) => find_version(version.trim(), &folder)?,
            None => find_programs()?,
        };
        Ok(Self {
            folder,
            programs,
            keeper: None,
        })
    }

    /// Whether a server has the folder, be it starting, running or stopping.
    fn is_there(&self) -> bool {
        UnixStream::connect(self.folder.join(SOCKET)).is_ok()
    }

    /// What the server there said since its start.
    fn log(&self) -> String {
        let log = fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    fn started(mut self) -> Result<Self, PostgresError> {
        let account = find_account()?;
        if !self.folder.join("data").exists() {
            make_data(&self.programs, &self.folder, account)?;
        }
        let settings = list_kept_settings(&self.folder);
        let until = Instant::now() + STOPPING;
        loop {
            let mut keeper = start_keeper(&self.programs, &self.folder, account, &settings, "keep")?;
            let log = match wait_ready(&mut keeper, &self.folder, PATIENCE) {
                Ok(()) => {
                    self.keeper = Some(keeper);
                    return Ok(self);
                }
                Err(log) => log,
            };
            // The one before is still stopping.
            if !log.contains("lock file") || Instant::now() > until {
                return Err(PostgresError(format!(
                    "The PostgreSQL in {} did not start. Its log ends:\n{log}",
                    self.folder.display()
                )));
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    }
}

impl Drop for KeptPostgres {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            // The end of its input tells the keeper to stop the server.
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

/// The settings in which it differs from PostgreSQL's own.
fn list_kept_settings(folder: &Path) -> Vec<String> {
    let quoted = folder.to_string_lossy().replace('"', "\"\"");
    vec![
        "listen_addresses=".to_owned(),
        format!("unix_socket_directories=\"{quoted}\""),
        "unix_socket_permissions=0700".to_owned(),
        "port=5432".to_owned(),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
        "log_checkpoints=off".to_owned(),
    ]
}

/// Makes the folder, for the account alone, and sees to it that the account can use it.
fn prepare_folder(folder: &Path, account: Option<Account>) -> Result<PathBuf, PostgresError> {
    let fail = |what: String| Err(PostgresError(what));
    let name = folder.display();
    if !folder.exists() {
        fs::create_dir_all(folder).map_err(|error| {
            PostgresError(format!(
                "The folder {name} cannot be made: {error}. Take another one."
            ))
        })?;
        if let Some(Account { uid, gid }) = account {
            chown(folder, Some(uid), Some(gid))?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    let folder = folder.canonicalize()?;
    if folder.join(SOCKET).as_os_str().len() > LONGEST_SOCKET {
        return fail(format!(
            "The name of the folder {name} is too long for a socket. Take another one."
        ));
    }
    let owner = account.map_or_else(|| rustix::process::geteuid().as_raw(), |Account { uid, .. }| uid);
    if fs::metadata(&folder)?.uid() != owner {
        return fail(format!(
            "The folder {name} belongs to another user. Run this as that user, or take another one."
        ));
    }
    // As the account: a folder above may be closed to it.
    let reach = make_command(Path::new("/bin/sh"), Path::new("/"), account)
        .args(["-c", "cd \"$1\" && test -w .", "reach"])
        .arg(&folder)
        .stderr(Stdio::null())
        .status()?;
    if !reach.success() {
        return fail(format!(
            "PostgreSQL's user cannot reach the folder {name}. Take one outside of home folders, below /var/lib for \
             instance."
        ));
    }
    Ok(folder)
}

/// Makes an empty database, whole or not at all.
fn make_data(programs: &Path, folder: &Path, account: Option<Account>) -> Result<(), PostgresError> {
    let unfinished = folder.join("data.unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let mut initdb = make_command(&programs.join("initdb"), folder, account);
    initdb.args([
        "--no-instructions",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--data-checksums",
    ]);
    initdb
        .arg(format!("--username={NAME}"))
        .arg("--pgdata")
        .arg(&unfinished);
    let made = initdb.stdin(Stdio::null()).output()?;
    if !made.status.success() {
        let said = String::from_utf8_lossy(&made.stderr);
        return Err(PostgresError(format!(
            "initdb could not make a database folder in {}:\n{said}",
            folder.display()
        )));
    }
    // The server alone, without a client: the programs of one may not be installed.
    let mut single = make_command(&programs.join("postgres"), folder, account);
    single
        .args(["--single", "-D"])
        .arg(&unfinished)
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut single = single.spawn()?;
    if let Some(mut input) = single.stdin.take() {
        writeln!(input, "create database {NAME};")?;
    }
    let made = single.wait_with_output()?;
    if !made.status.success() {
        let said = String::from_utf8_lossy(&made.stderr);
        return Err(PostgresError(format!("The database could not be made:\n{said}")));
    }
    fs::rename(&unfinished, folder.join("data"))?;
    Ok(())
}
