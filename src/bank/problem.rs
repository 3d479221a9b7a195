//! What is wrong in a file, where, and how to mend it.
//!
//! Positions are found here and nowhere else; how a problem is printed is the business of [`super::report`].

use std::ops::Range;

use serde::Serialize;

/// Whether a problem stops the file from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The question cannot be used.
    Error,
    /// The question can be used, but somebody should look.
    Warning,
}

impl Severity {
    /// The word printed before the message.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file, as it was named to the check.
    pub path: String,
    /// Line of the place, counted from 1.
    pub line: usize,
    /// Column of the place in characters, counted from 1.
    pub column: usize,
    /// Whether it stops the file from being used.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that does not follow from the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The place in bytes of the file; empty where there is nothing to show.
    #[serde(skip)]
    pub span: Range<usize>,
    /// Whether it is about where the file lies, and nothing is wrong with what it says.
    #[serde(skip)]
    pub is_misplaced: bool,
}

/// Collects the problems of one file.
#[derive(Debug)]
pub struct Findings<'a> {
    path: &'a str,
    source: &'a str,
    /// What was found so far: of errors and of warnings the first [`MOST_TOLD`].
    pub problems: Vec<Problem>,
    errors: usize,
    warnings: usize,
    /// What is not told stands here, to be written over.
    untold: Problem,
}

/// So many problems of a kind are told of one file. Whoever mends them checks again; a file that is no question file at
/// all would have hundreds of thousands, each with its place to be looked for.
pub const MOST_TOLD: usize = 100;

impl<'a> Findings<'a> {
    /// Nothing found yet in this file.
    pub fn new(path: &'a str, source: &'a str) -> Self {
        Self {
            path,
            source,
            problems: Vec::new(),
            errors: 0,
            warnings: 0,
            untold: Problem::whole_file(path, Severity::Warning, String::new()),
        }
    }

    /// The file's path.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The text the spans refer to.
    pub fn source(&self) -> &'a str {
        self.source
    }

    /// Records an error at `span` (bytes).
    pub fn error(&mut self, span: Range<usize>, message: impl Into<String>) -> &mut Problem {
        self.add(Severity::Error, span, message.into())
    }

    /// Records a warning at `span` (bytes).
    pub fn warning(&mut self, span: Range<usize>, message: impl Into<String>) -> &mut Problem {
        self.add(Severity::Warning, span, message.into())
    }

    /// Whether anything found so far stops the file from being used.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether one more error would not be told, so that nobody has to look for what could help.
    pub fn is_full(&self) -> bool {
        self.errors > MOST_TOLD
    }

    fn add(&mut self, severity: Severity, span: Range<usize>, message: String) -> &mut Problem {
        let found = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *found += 1;
        if *found > MOST_TOLD {
            if *found == MOST_TOLD + 1 {
                let message = format!("there is more; only the first {MOST_TOLD} are told");
                self.problems
                    .push(Problem::whole_file(self.path, severity, message));
            }
            return &mut self.untold;
        }
        let (line, column) = line_and_column(self.source, span.start);
        let path = self.path.to_owned();
        self.problems.push(Problem {
            path,
            line,
            column,
            severity,
            message,
            help: None,
            span,
            is_misplaced: false,
        });
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }
}

impl Problem {
    /// A problem of the whole file, when there is no text to point into.
    pub fn whole_file(path: &str, severity: Severity, message: String) -> Self {
        Self {
            path: path.to_owned(),
            line: 1,
            column: 1,
            severity,
            message,
            help: None,
            span: 0..0,
            is_misplaced: false,
        }
    }

    /// Says what to do about it.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }
}

/// Line and column (in characters) of a byte offset, both counted from 1.
pub fn line_and_column(source: &str, offset: usize) -> (usize, usize) {
    let before = &source[..offset.min(source.len())];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// The known word closest to `given`, if one is close enough to have been meant.
pub fn nearest_word<'w>(given: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    const CLOSE_ENOUGH: f64 = 0.6;
    /// A beginning of this many bytes is more than chance.
    const BEGINNING: usize = 4;
    /// No word we know is half as long. To compare costs the product of both lengths.
    const LONGEST: usize = 200;
    if given.len() > LONGEST {
        return None;
    }
    let closeness = |word: &str| {
        let begins = given.len() >= BEGINNING && word.starts_with(given);
        strsim::normalized_damerau_levenshtein(given, word).max(if begins { CLOSE_ENOUGH } else { 0.0 })
    };
    known
        .into_iter()
        .map(|word| (closeness(word), word))
        .filter(|(closeness, _)| *closeness >= CLOSE_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}
