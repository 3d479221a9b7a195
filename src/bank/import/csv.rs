//! One row per question under the header that the export writes; most columns may be left out.

use std::ops::Range;

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use super::Defaults;
use super::draft::{Draft, blank_question, is_too_long, resolve_topic};
use crate::bank::columns::{COLUMNS, FOLLOW_UPS};
use crate::bank::problem::{Findings, nearest_word};
use crate::rules::question::{AnswerOption, FollowUp, Kind, Level, PythonVersion};

/// Without these columns there is no question.
const NEEDED: [&str; 1] = ["prompt"];

/// A header with more columns than this is of something else.
const MOST_COLUMNS: usize = 100;

/// A row with its header.
struct Row<'r> {
    header: &'r StringRecord,
    cells: StringRecord,
    span: Range<usize>,
}

/// Reads all questions.
pub fn read_csv(defaults: &Defaults<'_>, found: &mut Findings<'_>) -> Vec<Draft> {
    let source = found.source();
    let first_line = source.lines().next().unwrap_or_default();
    let separators = [b',', b';', b'\t'];
    let count = |separator: &u8| first_line.bytes().filter(|byte| byte == separator).count();
    let separator = separators
        .into_iter()
        .max_by_key(|separator| (count(separator), *separator == b','))
        .unwrap_or(b',');
    let mut rows = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(source.as_bytes());
    let header = match rows.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            found.error(0..0, error.to_string());
            return Vec::new();
        }
    };
    if !check_header(&header, 0..first_line.len(), found) {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for cells in rows.byte_records() {
        match cells.map(|cells| read_row(&header, &cells, source)) {
            Ok(Some(row)) => drafts.extend(read_one(&row, defaults, found)),
            Ok(None) => {}
            Err(error) => {
                found.error(0..0, error.to_string());
            }
        }
    }
    drafts
}

fn check_header(header: &StringRecord, span: Range<usize>, found: &mut Findings<'_>) -> bool {
    if header.len() > MOST_COLUMNS {
        let message = format!("{} columns are not the header of questions", header.len());
        found
            .error(0..0, message)
            .help(format!("the columns are {}", COLUMNS.join(", ")));
        return false;
    }
    for name in header.iter().filter(|name| !COLUMNS.contains(name)) {
        let problem = found.error(span.clone(), format!("unknown column `{name}`"));
        match nearest_word(name, COLUMNS) {
            Some(close) => problem.help(format!("did you mean `{close}`?")),
            None => problem.help(format!("the columns are {}", COLUMNS.join(", "))),
        };
    }
    for name in NEEDED
        .iter()
        .filter(|name| !header.iter().any(|column| column == **name))
    {
        found
            .error(span.clone(), format!("the column `{name}` is missing"))
            .help("the first line names the columns");
    }
    !found.has_errors()
}

/// The row with its place; `None` for a line without any text.
fn read_row<'h>(header: &'h StringRecord, cells: &ByteRecord, source: &str) -> Option<Row<'h>> {
    let start = cells
        .position()
        .map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
    let start = start + (source[start..].len() - source[start..].trim_start().len());
    let end = source[start..].find('\n').map_or(source.len(), |at| start + at);
    // The source is text, so its cells are.
    let cells = StringRecord::from_byte_record_lossy(cells.clone());
    let is_empty = cells.iter().all(|cell| cell.trim().is_empty());
    (!is_empty).then_some(Row {
        header,
        cells,
        span: start..end,
    })
}

impl Row<'_> {
    fn cell(&self, column: &str) -> &str {
        let at = self.header.iter().position(|name| name == column);
        at.and_then(|at| self.cells.get(at))
            .unwrap_or_default()
            .trim_matches('\n')
    }

    fn lines(&self, column: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for line in self.cell(column).lines().filter(|line| !line.is_empty()) {
            match (line.strip_prefix("  "), lines.last_mut()) {
                (Some(more), Some(last)) => {
                    last.push('\n');
                    last.push_str(more);
                }
                (Some(_) | None, _) => lines.push(line.trim().to_owned()),
            }
        }
        lines
    }
}

fn read_one(row: &Row<'_>, defaults: &Defaults<'_>, found: &mut Findings<'_>) -> Option<Draft> {
    if row.cells.len() != row.header.len() {
        let message = format!("{} cells under {} columns", row.cells.len(), row.header.len());
        found
            .error(row.span.clone(), message)
            .help("a cell with a separator or a line break stands in double quotes");
        return None;
    }
    let length = row.cells.iter().map(str::len).sum();
    if is_too_long(length, &row.span, found) {
        return None;
    }
    let named = Some(row.cell("topic")).filter(|name| !name.is_empty());
    let (topic, level) = resolve_topic(named, defaults, &row.span, found)?;
    let level = level_of(row, found)?.unwrap_or(level);
    let options = read_options(row, found)?;
    let kind = kind_of(row, &options, found)?;
    let mut question = blank_question((topic, level), kind, row.cell("prompt").to_owned(), options);
    row.cell("slug").clone_into(&mut question.slug);
    row.cell("title").clone_into(&mut question.title);
    let tags = row.lines("tags");
    question.tags = if tags.is_empty() { question.tags } else { tags };
    question.references = row.lines("references");
    question.python = python_of(row, found)?;
    row.cell("explanation").clone_into(&mut question.explanation);
    row.cell("in_practice").clone_into(&mut question.in_practice);
    question.common_mistakes = row.lines("common_mistakes");
    question.strong_signals = row.lines("strong_signals");
    question.red_flags = row.lines("red_flags");
    question.rubric = row.lines("rubric");
    row.cell("model_answer").clone_into(&mut question.model_answer);
    question.follow_ups = follow_ups(row);
    Some(Draft::new(question, row.span.clone()))
}

fn read_options(row: &Row<'_>, found: &mut Findings<'_>) -> Option<Vec<AnswerOption>> {
    let right = row.cell("right").to_lowercase();
    let letters: Vec<char> = right
        .chars()
        .filter(|c| !c.is_whitespace() && !",;".contains(*c))
        .collect();
    let mut options = Vec::new();
    let mut offered = Vec::new();
    for letter in 'a'..='e' {
        let text = row.cell(&letter.to_string());
        if !text.is_empty() {
            let rationale = row.cell(&format!("why_{letter}")).to_owned();
            options.push(AnswerOption {
                text: text.to_owned(),
                right: letters.contains(&letter),
                rationale,
            });
            offered.push(letter);
        } else if !row.cell(&format!("why_{letter}")).is_empty() {
            found.error(
                row.span.clone(),
                format!("`why_{letter}` has a text and `{letter}` has none"),
            );
            return None;
        }
    }
    if let Some(letter) = letters.iter().find(|letter| !offered.contains(letter)) {
        found
            .error(
                row.span.clone(),
                format!("`right` names `{letter}`, which is no option"),
            )
            .help("write letters: B, or A C");
        return None;
    }
    Some(options)
}

fn kind_of(row: &Row<'_>, options: &[AnswerOption], found: &mut Findings<'_>) -> Option<Kind> {
    let right = options.iter().filter(|option| option.right).count();
    match row.cell("kind") {
        "" if options.is_empty() => Some(Kind::Open),
        "" if right > 1 => Some(Kind::Multiple),
        "" | "single" => Some(Kind::Single),
        "multiple" => Some(Kind::Multiple),
        "output" => Some(Kind::Output),
        "open" => Some(Kind::Open),
        other => {
            let problem = found.error(row.span.clone(), format!("`{other}` is not a kind"));
            problem.help("the kind is one of single, multiple, output, open");
            None
        }
    }
}

/// The level in the row, if any; the outer `None` says that it was wrong and has been recorded.
fn level_of(row: &Row<'_>, found: &mut Findings<'_>) -> Option<Option<Level>> {
    match row.cell("level") {
        "" => Some(None),
        "easy" => Some(Some(Level::Easy)),
        "medium" => Some(Some(Level::Medium)),
        "hard" => Some(Some(Level::Hard)),
        other => {
            let problem = found.error(row.span.clone(), format!("`{other}` is not a level"));
            problem.help("the level is one of easy, medium, hard");
            None
        }
    }
}

/// The version in the row, if any; the outer `None` says that it was wrong and has been recorded.
fn python_of(row: &Row<'_>, found: &mut Findings<'_>) -> Option<Option<PythonVersion>> {
    let text = row.cell("python");
    if text.is_empty() {
        return Some(None);
    }
    let minor = text.strip_prefix("3.").and_then(|minor| minor.parse().ok());
    if minor.is_none() {
        found
            .error(row.span.clone(), format!("`{text}` is not a CPython version"))
            .help("write major and minor: 3.8");
    }
    Some(Some(PythonVersion(3, minor?)))
}

fn follow_ups(row: &Row<'_>) -> Vec<FollowUp> {
    let numbered = (1..=FOLLOW_UPS).map(|number| FollowUp {
        title: row.cell(&format!("follow_up_{number}")).to_owned(),
        answer: row.cell(&format!("answer_{number}")).to_owned(),
    });
    numbered
        .filter(|follow_up| !follow_up.title.is_empty() || !follow_up.answer.is_empty())
        .collect()
}
