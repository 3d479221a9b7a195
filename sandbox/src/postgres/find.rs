//! Finds PostgreSQL's server programs: on the PATH, then in the usual versioned folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::PostgresError;

/// Folders with a version in the middle (`*`), and fixed ones.
const USUAL: [&str; 9] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/libexec/postgresql*",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
];

/// The folder with `initdb` and `postgres`.
pub(super) fn find_programs() -> Result<PathBuf, PostgresError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(|folder| has_programs(folder));
    let found = on_path.or_else(|| USUAL.iter().find_map(|pattern| find_newest(pattern)));
    found.ok_or_else(|| {
        let text = "PostgreSQL's server programs (initdb, postgres) were found neither on the PATH nor in the usual \
                    folders. Install them: apt-get install postgresql, dnf install postgresql-server, apk add \
                    postgresql, \
                    or brew install postgresql. Or set DATABASE_URL to a server that may be used.";
        PostgresError(text.to_owned())
    })
}

/// The folder with the programs of a major version, which data in `folder` were made with.
pub(super) fn find_version(version: &str, folder: &Path) -> Result<PathBuf, PostgresError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).filter(|place| has_programs(place));
    let usual = USUAL.iter().flat_map(|pattern| list_fitting(pattern));
    let found = on_path.chain(usual).find(|place| is_version(place, version));
    found.ok_or_else(|| {
        PostgresError(format!(
            "The data in {0} were made with PostgreSQL {version}, whose server programs are not here. Install version \
             {version} again. To go to a newer one: make a backup with the old one, move {0} away, restore the backup.",
            folder.display()
        ))
    })
}

fn is_version(programs: &Path, version: &str) -> bool {
    let output = Command::new(programs.join("postgres")).arg("--version").output();
    // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
    let said = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    said.is_ok_and(|said| {
        let number = said.split_whitespace().nth(2).unwrap_or_default();
        number.split('.').next() == Some(version)
    })
}

/// The folder with the highest version that fits a pattern with at most one `*`.
fn find_newest(pattern: &str) -> Option<PathBuf> {
    list_fitting(pattern).pop()
}

/// The folders that fit a pattern with at most one `*`, the highest version last.
fn list_fitting(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        let folder = PathBuf::from(pattern);
        return if has_programs(&folder) {
            vec![folder]
        } else {
            Vec::new()
        };
    };
    let Some((parent, start)) = before.rsplit_once('/') else {
        return Vec::new();
    };
    let entries = fs::read_dir(if parent.is_empty() { "/" } else { parent });
    let found = entries.into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<_> = found
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(start)?.split('.').next()?.parse::<u32>().ok();
            let folder = Path::new(parent).join(&name).join(after.trim_start_matches('/'));
            has_programs(&folder).then_some((version, folder))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// Whether the programs lie in a folder.
fn has_programs(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|name| folder.join(name).is_file())
}
