//! Questions in the formats of other programs, made into question files.
//!
//! What a format holds and a question cannot is an error with its place, never dropped in silence. What a question
//! needs and the format does not have (reasons, follow-ups, …) stays missing, and `bank check` names it.

mod aiken;
mod csv;
mod draft;
mod gift;
mod html;
mod opentdb;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::check::decode_text;
use super::export::markdown;
use super::parse::parse_question;
use super::problem::{Findings, Problem, Severity};
use super::report::Report;
use super::syllabus::Syllabus;
use crate::rules::question::Level;
use draft::Draft;

/// Larger files are not questions, or too many to be read by anybody.
const LARGEST: usize = 5 << 20;
/// More questions than this are several imports.
const MOST: usize = 2000;
/// Answers to a question that are looked at: as many as there are letters for them.
const MOST_OPTIONS: usize = 26;

/// A format to import from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Moodle's GIFT.
    Gift,
    /// Moodle's Aiken.
    Aiken,
    /// One row per question under the header that the export writes.
    Csv,
    /// What the API of the Open Trivia Database answers.
    OpenTdb,
    /// A question file of ours.
    Markdown,
}

/// What to make of questions that do not say it themselves.
#[derive(Clone, Copy, Debug)]
pub struct Defaults<'d> {
    /// The topics there are.
    pub syllabus: &'d Syllabus,
    /// The topic of questions that name none.
    pub topic: Option<&'d str>,
    /// Their level, if it is not the topic's.
    pub level: Option<Level>,
}

/// What was found in a file.
#[derive(Debug)]
pub struct Imported {
    /// The questions; none if anything is wrong.
    pub questions: Vec<Incoming>,
    /// What is wrong with the file.
    pub report: Report,
}

/// A question on its way into the bank.
#[derive(Debug)]
pub struct Incoming {
    /// Where it belongs below the bank's folder.
    pub path: PathBuf,
    /// The text of its file.
    pub text: String,
    /// What `bank check` will want of it.
    pub wanting: Vec<Problem>,
}

/// Reads the questions in `bytes`, which came from the file `path`.
pub fn import_questions(path: &str, bytes: Vec<u8>, format: Format, defaults: &Defaults<'_>) -> Imported {
    let mut report = Report {
        files: 1,
        ..Report::default()
    };
    let source = match decode_source(path, bytes) {
        Ok(source) => source,
        Err(problem) => {
            report.problems.push(problem);
            return Imported {
                questions: Vec::new(),
                report,
            };
        }
    };
    let mut found = Findings::new(path, &source);
    let drafts = match format {
        Format::Gift => gift::read_gift(defaults, &mut found),
        Format::Aiken => aiken::read_aiken(defaults, &mut found),
        Format::Csv => csv::read_csv(defaults, &mut found),
        Format::OpenTdb => opentdb::read_opentdb(defaults, &mut found),
        Format::Markdown => draft::read_file(defaults, &mut found),
    };
    check_counts(&drafts, &mut found);
    let mut questions = Vec::new();
    if !found.has_errors() {
        let mut slugs = BTreeMap::new();
        questions = drafts
            .into_iter()
            .filter_map(|draft| name_draft(draft, defaults.syllabus, &mut slugs, &mut found))
            .collect();
    }
    if found.has_errors() {
        questions.clear();
    }
    report.problems = found.problems;
    report.sources.insert(path.to_owned(), source);
    report.sort();
    Imported { questions, report }
}

/// Records where there are too few or too many questions, or answers to one.
fn check_counts(drafts: &[Draft], found: &mut Findings<'_>) {
    if drafts.is_empty() && !found.has_errors() {
        found
            .error(0..0, "there is no question in this file")
            .help("is it in the format that was named?");
    }
    if drafts.len() > MOST {
        let message = format!(
            "{} questions are too many for one import; {MOST} fit",
            drafts.len()
        );
        found
            .error(drafts[MOST].span.clone(), message)
            .help("split the file");
    }
    for draft in drafts
        .iter()
        .filter(|draft| draft.question.options.len() > MOST_OPTIONS)
    {
        let message = format!(
            "this question has {} answers; nobody can read more than {MOST_OPTIONS}",
            draft.question.options.len()
        );
        found.error(draft.span.clone(), message);
    }
}

/// Writes the files below `folder`; nothing is written if one of them exists.
///
/// # Errors
/// When a file exists or cannot be written.
pub fn write_files(questions: &[Incoming], folder: &Path) -> anyhow::Result<()> {
    for incoming in questions {
        let path = folder.join(&incoming.path);
        anyhow::ensure!(
            !path.exists(),
            "{} exists already; rename or remove one of the two",
            path.display()
        );
    }
    for incoming in questions {
        let path = folder.join(&incoming.path);
        let area = path.parent().unwrap_or(folder);
        fs::create_dir_all(area).with_context(|| format!("make the folder {}", area.display()))?;
        // Not through a link that leads nowhere yet, which does not exist for `exists` either.
        let file = fs::File::create_new(&path).with_context(|| format!("make {}", path.display()))?;
        (&file)
            .write_all(incoming.text.as_bytes())
            .with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

fn decode_source(path: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    if bytes.len() > LARGEST {
        let message = format!("the file has {} MB; {} fit", bytes.len() >> 20, LARGEST >> 20);
        let mut problem = Problem::whole_file(path, Severity::Error, message);
        problem.help("split it");
        return Err(problem);
    }
    decode_text(path, bytes)
}

/// Gives a draft its name and makes sure that its file says what the draft says.
fn name_draft(
    draft: Draft,
    syllabus: &Syllabus,
    slugs: &mut BTreeMap<String, usize>,
    found: &mut Findings<'_>,
) -> Option<Incoming> {
    let Draft {
        mut question,
        span,
        named,
    } = draft;
    if named && slugs.contains_key(&question.slug) {
        found.error(
            span,
            format!("the id `{}` stands in this file twice", question.slug),
        );
        return None;
    }
    // The last number given to this name, so that the next one of it does not begin at the first again.
    let wanted = question.slug.clone();
    let mut number = slugs.get(&wanted).copied().unwrap_or(1);
    while slugs.contains_key(&question.slug) {
        number += 1;
        question.slug = format!("{wanted}-{number}");
    }
    slugs.insert(question.slug.clone(), 1);
    slugs.insert(wanted, number);
    let area = syllabus
        .topic(&question.topic)
        .map_or("", |topic| topic.area.as_str());
    let path = Path::new(area).join(&question.slug).with_extension("md");
    let text = markdown::write_question(&question);
    let parsed = parse_question(&path.display().to_string(), &text, syllabus);
    if let Some(part) = draft::first_difference(&question, parsed.draft.as_ref()) {
        let problem = found.error(
            span,
            format!("{part} of this question cannot be written as a question file"),
        );
        problem.help(
            "does it hold a heading, a list of boxes, an open fence or an empty line where none can stand?",
        );
        return None;
    }
    let wanting = parsed
        .problems
        .into_iter()
        .filter(|problem| problem.severity == Severity::Error)
        .collect();
    Some(Incoming { path, text, wanting })
}
