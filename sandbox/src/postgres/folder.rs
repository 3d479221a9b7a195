//! The folder of a throwaway server, and the account it runs as.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::error::PostgresError;

/// The user the server runs as, when it cannot be the current one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// For root: the account of `postgres`, or else of `nobody`.
pub(super) fn find_account() -> Result<Option<Account>, PostgresError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let line = accounts
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(Account {
            uid: fields.next()?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        })
    };
    let found = find("postgres").or_else(|| find("nobody"));
    let missing = || {
        let text = "PostgreSQL does not run as root, and there is neither a user postgres nor nobody. Start this as \
             an ordinary user.";
        PostgresError(text.to_owned())
    };
    found.map(Some).ok_or_else(missing)
}

/// A folder for the server, which belongs to the account it runs as.
pub(super) fn make_folder(durable: bool, account: Option<Account>) -> io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let parent = if !durable && has_room(memory) {
        memory.to_path_buf()
    } else {
        std::env::temp_dir()
    };
    let folder = tempfile::Builder::new()
        .prefix("sandbox-postgres-")
        .tempdir_in(parent)?;
    if let Some(Account { uid, gid }) = account {
        chown(folder.path(), Some(uid), Some(gid))?;
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
    Ok(folder)
}

/// Whether a folder in memory can be written to and has a gigabyte left.
fn has_room(memory: &Path) -> bool {
    let Ok(mut probe) = tempfile::tempfile_in(memory) else {
        return false;
    };
    let Ok(output) = Command::new("df").arg("-Pk").arg(memory).output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let kilobytes = text
        .lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    probe.write_all(b"room").is_ok() && kilobytes.is_some_and(|left| left > 1024 * 1024)
}
