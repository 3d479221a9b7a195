//! Finds PostgreSQL's server programs: on the PATH, then in the usual versioned folders.

use std::fs;
use std::path::{Path, PathBuf};

use super::{PostgresError, has_programs};

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
pub(super) fn programs() -> Result<PathBuf, PostgresError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(|folder| has_programs(folder));
    let found = on_path.or_else(|| USUAL.iter().find_map(|pattern| newest(pattern)));
    found.ok_or_else(|| {
        let text = "PostgreSQL's server programs (initdb, postgres) were found neither on the PATH nor in the usual \
                    folders. Install them: apt-get install postgresql, dnf install postgresql-server, apk add postgresql, \
                    or brew install postgresql. Or set DATABASE_URL to a server that may be used.";
        PostgresError(text.to_owned())
    })
}

/// The folder with the highest version that fits a pattern with at most one `*`.
fn newest(pattern: &str) -> Option<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return Some(PathBuf::from(pattern)).filter(|folder| has_programs(folder));
    };
    let (parent, start) = before.rsplit_once('/')?;
    let entries = fs::read_dir(if parent.is_empty() { "/" } else { parent }).ok()?;
    let fitting = entries.filter_map(Result::ok).filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let version = name.strip_prefix(start)?.split('.').next()?.parse::<u32>().ok();
        let folder = Path::new(parent).join(&name).join(after.trim_start_matches('/'));
        has_programs(&folder).then_some((version, folder))
    });
    fitting.max().map(|(_, folder)| folder)
}
