//! Finds every CPython of this machine.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use super::run::{self, Limits};
use crate::rules::question::PythonVersion;

/// The lowest version a question may be proven with.
const LOWEST: PythonVersion = PythonVersion(3, 8);

/// An installed CPython.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The program itself, behind shims and links.
    pub path: PathBuf,
    /// Major and minor version.
    pub version: PythonVersion,
    /// The version in full.
    pub full: String,
}

/// Which of the found interpreters to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every one.
    All,
    /// The oldest, the newest and those named: most of the proof for a fraction of the time.
    Ends,
}

/// Every CPython from 3.8 on in `PATH`, in pyenv's folder and among `extra`, oldest first, one per full version.
///
/// # Errors
/// When one of `extra` is not a CPython from 3.8 on.
pub fn find_interpreters(extra: &[PathBuf], which: Which) -> anyhow::Result<Vec<Interpreter>> {
    let mut found = BTreeMap::new();
    let mut named = Vec::new();
    for path in extra {
        let Some((key, interpreter)) = probe_interpreter(path) else {
            anyhow::bail!(
                "{} is not a CPython from {}.{} on; name the interpreter itself",
                path.display(),
                LOWEST.0,
                LOWEST.1
            )
        };
        found.insert(key, interpreter);
        named.push(key);
    }
    for candidate in list_candidates() {
        if let Some((key, interpreter)) = probe_interpreter(&candidate) {
            found.entry(key).or_insert(interpreter);
        }
    }
    let ends = [found.keys().next().copied(), found.keys().next_back().copied()];
    let wanted = |key: &Key| match which {
        Which::All => true,
        Which::Ends => ends.contains(&Some(*key)) || named.contains(key),
    };
    Ok(found
        .into_iter()
        .filter(|(key, _)| wanted(key))
        .map(|(_, interpreter)| interpreter)
        .collect())
}

/// Files that are called like a Python interpreter.
fn list_candidates() -> Vec<PathBuf> {
    let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let pyenv = pyenv
        .or_else(|| Some(env::home_dir()?.join(".pyenv")))
        .unwrap_or_default();
    let versions = pyenv.join("versions").read_dir().into_iter().flatten().flatten();
    let on_path: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default();
    // pyenv's shims only lead to its versions, slowly.
    let on_path = on_path
        .into_iter()
        .filter(|folder| *folder != pyenv.join("shims"));
    let folders = versions.map(|entry| entry.path().join("bin")).chain(on_path);
    let files = folders
        .filter_map(|folder| folder.read_dir().ok())
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let real = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let mut candidates: Vec<PathBuf> = files.filter(|path| is_called_python(path)).collect();
    // Links to one program are asked once.
    candidates.sort_by_cached_key(real);
    candidates.dedup_by_key(|path| real(path));
    candidates
}

/// `python`, `python3` and `python3.8`, but not `python3-config` or `python2`.
fn is_called_python(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let Some(version) = name.strip_prefix("python") else {
        return false;
    };
    let minor = version.strip_prefix('3').unwrap_or(version);
    let digits = minor.strip_prefix('.').unwrap_or(minor);
    version.is_empty() || (version.starts_with('3') && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

type Key = (PythonVersion, u16);

fn probe_interpreter(path: &Path) -> Option<(Key, Interpreter)> {
    const ASK: &str =
        "import sys; print(sys.implementation.name, *sys.version_info[:3], sys.executable, sep='\\n')";
    let answer = run::ask_interpreter(path, ASK, "", &Limits::default()).ok()?;
    let mut lines = answer.lines();
    if lines.next()? != "cpython" {
        return None;
    }
    let (major, minor, micro) = (
        lines.next()?.parse().ok()?,
        lines.next()?.parse().ok()?,
        lines.next()?.parse().ok()?,
    );
    let version = PythonVersion(major, minor);
    if version < LOWEST {
        return None;
    }
    let full = format!("{major}.{minor}.{micro}");
    Some((
        (version, micro),
        Interpreter {
            path: PathBuf::from(lines.next()?),
            version,
            full,
        },
    ))
}
