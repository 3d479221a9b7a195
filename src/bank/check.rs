//! `greenroom bank check`: all problems of all files in one run.
//!
//! It reads files and runs nothing; programs are run by [`super::verify`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::lint;
use super::parse::{Parsed, parse_question};
use super::problem::{Findings, Problem, Severity};
use super::report::Report;
use super::sets::{self, Written};
use super::similar::Print;
use super::syllabus::Syllabus;
use crate::rules::question::Question;

/// A question file as it was read.
#[derive(Debug)]
pub struct File {
    /// Its path as it is shown.
    pub path: String,
    /// Its text, with `\n` at the ends of lines.
    pub source: String,
    /// What could be read of it.
    pub parsed: Parsed,
}

/// Checks files and folders with all that is below them.
///
/// `refused` says why Discord would refuse a question that is otherwise right; it knows the view, which this module
/// does not.
pub fn check_bank(paths: &[PathBuf], refused: &dyn Fn(&Question) -> Vec<String>) -> Report {
    let Read {
        mut files,
        mut report,
        ..
    } = read_bank(paths);
    for file in &mut files {
        let mut found = Findings::new(&file.path, &file.source);
        lint::lint_question(&file.parsed, &mut found);
        for reason in file.parsed.question.as_ref().map(refused).unwrap_or_default() {
            found
                .error(file.parsed.title.clone(), reason)
                .help("shorten the question");
        }
        file.parsed.problems.append(&mut found.problems);
    }
    report.problems.append(&mut find_doubles(&files));
    if let Some(root) = paths.iter().find(|path| path.is_dir()) {
        let root = root.display().to_string();
        report
            .problems
            .extend(lint::key_positions(&root, files.iter().map(|file| &file.parsed)));
    }
    report.files = files.len();
    for mut file in files {
        report.problems.append(&mut file.parsed.problems);
        report.sources.insert(file.path, file.source);
    }
    report.sort();
    report
}

/// Everything a bank's files say.
pub(super) struct Read {
    pub files: Vec<File>,
    pub syllabus: Syllabus,
    pub sets: Vec<Written>,
    /// What could not be read at all, and what is wrong in files beside the questions.
    pub report: Report,
}

/// Reads all files of a bank.
pub(super) fn read_bank(paths: &[PathBuf]) -> Read {
    let mut report = Report::default();
    let mut found = Vec::new();
    for path in paths {
        if let Err(error) = list_files(path, &mut found) {
            let message = format!("cannot be read: {error}");
            report.problems.push(Problem::whole_file(
                &path.display().to_string(),
                Severity::Error,
                message,
            ));
        }
    }
    if found.is_empty() && report.problems.is_empty() {
        let named: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let message = "no question files here".to_owned();
        report
            .problems
            .push(Problem::whole_file(&named.join(", "), Severity::Error, message));
    }
    found.sort();
    found.dedup();
    let syllabus = syllabus_of(paths, &mut report);
    let mut files = Vec::new();
    for path in &found {
        match read_text(path) {
            Ok(source) => {
                let path = path.display().to_string();
                let parsed = parse_question(&path, &source, &syllabus);
                files.push(File { path, source, parsed });
            }
            Err(problem) => report.problems.push(problem),
        }
    }
    let sets = sets_of(paths, &files, &syllabus, &mut report);
    Read {
        files,
        syllabus,
        sets,
        report,
    }
}

/// A folder may bring its own syllabus; else the one of the program holds.
fn syllabus_of(paths: &[PathBuf], report: &mut Report) -> Syllabus {
    let Some(path) = find_beside(paths, "syllabus.toml") else {
        return Syllabus::builtin();
    };
    let read = read_text(&path).map_err(|problem| vec![problem]);
    let path = path.display().to_string();
    match read.and_then(|source| {
        let parsed = Syllabus::parse(&path, &source);
        report.sources.insert(path.clone(), source);
        parsed
    }) {
        Ok(syllabus) => syllabus,
        Err(mut problems) => {
            report.problems.append(&mut problems);
            Syllabus::builtin()
        }
    }
}

/// The sets of a folder that brings some.
fn sets_of(paths: &[PathBuf], files: &[File], syllabus: &Syllabus, report: &mut Report) -> Vec<Written> {
    let Some(path) = find_beside(paths, "sets.toml") else {
        return Vec::new();
    };
    let source = match read_text(&path) {
        Ok(source) => source,
        Err(problem) => {
            report.problems.push(problem);
            return Vec::new();
        }
    };
    let path = path.display().to_string();
    let mut found = Findings::new(&path, &source);
    let written = sets::read_sets(syllabus, &mut found);
    // While questions are broken, nobody knows what the sets will have.
    let questions: Option<Vec<&Question>> = files.iter().map(|file| file.parsed.question.as_ref()).collect();
    if let Some(questions) = questions.filter(|_| report.problems.is_empty()) {
        sets::check_sets(&written, &questions, syllabus, &mut found);
    }
    report.problems.append(&mut found.problems);
    report.sources.insert(path, source);
    written
}

/// A file beside the questions, in one of these folders.
fn find_beside(paths: &[PathBuf], name: &str) -> Option<PathBuf> {
    paths
        .iter()
        .map(|path| path.join(name))
        .find(|path| path.is_file())
}

/// Adds the Markdown files at and below `path`, without `README.md`.
fn list_files(path: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        fs::metadata(path)?;
        found.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let below = entry?.path();
        let is_question =
            below.extension().is_some_and(|ending| ending == "md") && !below.ends_with("README.md");
        if below.is_dir() {
            list_files(&below, found)?;
        } else if is_question {
            found.push(below);
        }
    }
    Ok(())
}

fn read_text(path: &Path) -> Result<String, Problem> {
    let shown = path.display().to_string();
    let bytes = fs::read(path)
        .map_err(|error| Problem::whole_file(&shown, Severity::Error, format!("cannot be read: {error}")))?;
    decode_text(&shown, bytes)
}

/// The text of a file, with `\n` at the ends of lines.
pub(super) fn decode_text(path: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
            let mut found = Findings::new(path, &before);
            found
                .error(good..good, "this is not UTF-8")
                .help("save the file in the encoding UTF-8");
            return Err(found.problems.remove(0));
        }
    };
    // Editors on Windows add both; neither means anything.
    Ok(text
        .strip_prefix('\u{feff}')
        .unwrap_or(&text)
        .replace("\r\n", "\n"))
}

/// Slugs that are used twice and questions that ask the same.
fn find_doubles(files: &[File]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut slugs: BTreeMap<&str, &str> = BTreeMap::new();
    let mut prints: Vec<(&File, Print)> = Vec::new();
    for file in files {
        let mut found = Findings::new(&file.path, &file.source);
        let slug = Path::new(&file.path)
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        if let Some(other) = slugs.insert(slug, &file.path) {
            let problem = found.error(
                file.parsed.title.clone(),
                format!("`{slug}` is the name of {other} too"),
            );
            problem.help("the file name is the question's id; choose another");
        }
        if let Some(question) = &file.parsed.question {
            let print = Print::of(question);
            if let Some((other, _)) = prints.iter().find(|(_, earlier)| earlier.is_like(&print)) {
                let problem = found.error(
                    file.parsed.title.clone(),
                    format!("this asks almost the same as {}", other.path),
                );
                problem.help("ask it from another side, or remove one");
            }
            prints.push((file, print));
        }
        problems.append(&mut found.problems);
    }
    problems
}
