//! What a check found, as text for people and as JSON for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use super::problem::{Problem, Severity};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: each problem with the line it concerns.
    Text,
    /// The same with colours, for a terminal.
    Colours,
    /// For programs.
    Json,
}

/// Whether warnings make a check fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warnings {
    /// They are only told.
    Allow,
    /// They count like errors.
    Deny,
}

/// Everything a check found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many files were read.
    pub files: usize,
    /// What is wrong, by file and line.
    pub problems: Vec<Problem>,
    /// The texts the problems point into, by path.
    pub sources: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Json<'r> {
    files: usize,
    errors: usize,
    warnings: usize,
    problems: &'r [Problem],
}

impl Report {
    /// How many problems are that severe.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.severity == severity)
            .count()
    }

    /// What the process exits with: 1 when something has to be mended.
    pub fn exit_code(&self, warnings: Warnings) -> u8 {
        let denied = warnings == Warnings::Deny && !self.problems.is_empty();
        u8::from(denied || self.count(Severity::Error) > 0)
    }

    /// Writes the report.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(&Renderer::plain(), out),
            Format::Colours => self.write_text(&Renderer::styled(), out),
            Format::Json => self.write_json(out),
        }
    }

    /// Brings the problems into the order in which they are told.
    pub(super) fn sort(&mut self) {
        let key = |problem: &Problem| {
            (
                problem.path.clone(),
                problem.line,
                problem.column,
                problem.severity,
            )
        };
        self.problems.sort_by_key(key);
    }

    fn write_text(&self, renderer: &Renderer, out: &mut dyn Write) -> io::Result<()> {
        for problem in &self.problems {
            let Problem {
                path,
                line,
                column,
                severity,
                message,
                ..
            } = problem;
            writeln!(out, "{path}:{line}:{column}: {}: {message}", severity.word())?;
            let source = self.sources.get(path).map_or("", String::as_str);
            let shown = write_excerpt(problem, source, renderer);
            if !shown.is_empty() {
                writeln!(out, "{shown}")?;
            }
            writeln!(out)?;
        }
        let [errors, warnings] = [Severity::Error, Severity::Warning].map(|severity| self.count(severity));
        let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        let (files, errors, warnings) = (
            plural(self.files, "file"),
            plural(errors, "error"),
            plural(warnings, "warning"),
        );
        writeln!(out, "{files}: {errors}, {warnings}")
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let [errors, warnings] = [Severity::Error, Severity::Warning].map(|severity| self.count(severity));
        serde_json::to_writer(
            &mut *out,
            &Json {
                files: self.files,
                errors,
                warnings,
                problems: &self.problems,
            },
        )?;
        writeln!(out)
    }
}

/// The line around a place, or as much of a long one as somebody reads. A file that is no question file may be one line
/// of megabytes, and each of a hundred problems shows its own.
fn cut_line(source: &str, at: usize) -> Range<usize> {
    const AROUND: usize = 200;
    let at = at.min(source.len());
    let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = source[at..]
        .find('\n')
        .map_or(source.len(), |newline| at + newline);
    let near = start.max(source.floor_char_boundary(at.saturating_sub(AROUND)));
    near..end.min(source.ceil_char_boundary(at + AROUND))
}

/// The line a problem concerns with the place underlined, and how to mend it.
fn write_excerpt(problem: &Problem, source: &str, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_level(level);
    if !problem.span.is_empty() {
        let shown = cut_line(source, problem.span.start);
        // Only the first line of a longer place: the reader sees the file beside it.
        let within = |at: usize| at.clamp(shown.start, shown.end) - shown.start;
        let place = within(problem.span.start)..within(problem.span.end);
        let snippet = Snippet::source(&source[shown]).line_start(problem.line);
        group = group.element(snippet.annotation(AnnotationKind::Primary.span(place)));
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if group.is_empty() {
        String::new()
    } else {
        renderer.render(&[group])
    }
}
