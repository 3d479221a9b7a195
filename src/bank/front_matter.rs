//! The lines between `+++` at the top of a question file.
//!
//! Every key is looked at even when an earlier one is wrong, so that an author mends all of them at once.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::DeTable;

use super::problem::Findings;
use super::syllabus::Syllabus;
use super::table::Table;
use crate::rules::question::{Kind, Level, PythonVersion};

const KEYS: [&str; 6] = ["topic", "level", "kind", "tags", "python", "references"];
const FENCE: &str = "+++";

/// The words for a level.
pub const LEVELS: [(&str, Level); 3] = [
    ("easy", Level::Easy),
    ("medium", Level::Medium),
    ("hard", Level::Hard),
];

/// The words for a kind.
pub const KINDS: [(&str, Kind); 4] = [
    ("single", Kind::Single),
    ("multiple", Kind::Multiple),
    ("output", Kind::Output),
    ("open", Kind::Open),
];

/// What the front matter says. A value that is missing or wrong has been recorded and is left out.
#[derive(Debug, Default)]
pub struct FrontMatter {
    /// The topic, known to the syllabus.
    pub topic: Option<String>,
    /// How hard it is.
    pub level: Option<Level>,
    /// How it is answered.
    pub kind: Option<Kind>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Lowest CPython version.
    pub python: Option<PythonVersion>,
    /// Addresses with their places.
    pub references: Vec<(String, Range<usize>)>,
    /// Where the body of the file begins.
    pub end: usize,
    /// Where to point when a key is missing.
    pub span: Range<usize>,
}

/// Reads the front matter; `None` where there is none, which has then been recorded.
pub fn read_front_matter(
    area: Option<&str>,
    syllabus: &Syllabus,
    found: &mut Findings<'_>,
) -> Option<FrontMatter> {
    let source = found.source();
    let start = source.find('\n')? + 1;
    let (span, end) = match find_extent(source, start) {
        Ok(extent) => extent,
        Err(message) => {
            let problem = found.error(0..source.find('\n').unwrap_or(source.len()), message);
            problem
                .help("begin the file with a line `+++`, the keys (topic, level, kind, …) and a line `+++`");
            return None;
        }
    };
    // Lines before the table keep their length, so that the positions toml reports are positions in the file.
    let padded = format!("{}{}", " ".repeat(start - 1) + "\n", &source[span]);
    let (table, errors) = DeTable::parse_recoverable(&padded);
    for error in errors {
        found.error(error.span().unwrap_or(0..FENCE.len()), error.message());
    }
    let mut reader = Reader(Table::new(table.get_ref(), 0..FENCE.len(), found));
    reader.0.refuse_unknown_keys(&KEYS);
    let matter = FrontMatter {
        topic: reader.topic(area, syllabus),
        level: reader.0.one_of("level", &LEVELS),
        kind: reader.0.one_of("kind", &KINDS),
        tags: reader.tags(),
        python: reader.python(),
        references: reader.references(),
        end,
        span: 0..FENCE.len(),
    };
    if matter.kind == Some(Kind::Output) && matter.python.is_none() && !reader.0.has("python") {
        let problem = reader
            .0
            .found
            .error(0..FENCE.len(), "an `output` question needs the key `python`");
        problem.help("name the lowest version it holds for: python = \"3.8\"");
    }
    Some(matter)
}

/// The bytes between the fences and where the body begins.
fn find_extent(source: &str, start: usize) -> Result<(Range<usize>, usize), &'static str> {
    if source[..start].trim_end() != FENCE {
        return Err("the front matter is missing");
    }
    let mut at = start;
    for line in source[start..].split_inclusive('\n') {
        if line.trim_end() == FENCE {
            return Ok((start..at, at + line.len()));
        }
        at += line.len();
    }
    Err("the front matter is not closed")
}

struct Reader<'r, 'f, 's>(Table<'r, 'f, 's>);

impl Reader<'_, '_, '_> {
    fn topic(&mut self, area: Option<&str>, syllabus: &Syllabus) -> Option<String> {
        let (name, span) = self.0.required("topic")?;
        let Some(topic) = syllabus.topic(name) else {
            let problem = self
                .0
                .found
                .error(span, format!("the syllabus has no topic `{name}`"));
            match syllabus.nearest(name) {
                Some(close) => problem.help(format!("did you mean `{close}`?")),
                None => problem.help("questions/syllabus.toml lists the topics"),
            };
            return None;
        };
        if let Some(area) = area.filter(|area| *area != topic.area) {
            let message = format!(
                "`{name}` is a topic of the area `{}`, this file is in `{area}`",
                topic.area
            );
            let problem = self.0.found.error(span, message);
            problem.help("move the file or choose another topic");
            problem.is_misplaced = true;
        }
        Some(name.to_owned())
    }

    fn python(&mut self) -> Option<PythonVersion> {
        if !self.0.has("python") {
            return None;
        }
        let (text, span) = self.0.required("python")?;
        let version = text.strip_prefix("3.").and_then(|minor| minor.parse().ok());
        if version.is_none() {
            let problem = self
                .0
                .found
                .error(span, format!("`{text}` is not a CPython version"));
            problem.help("write major and minor: \"3.8\"");
        }
        Some(PythonVersion(3, version?))
    }

    fn tags(&mut self) -> Vec<String> {
        let tags = self.0.strings("tags");
        let mut seen = BTreeSet::new();
        for (tag, span) in &tags {
            if tag.is_empty() || *tag != tag.to_lowercase() {
                self.0
                    .found
                    .error(span.clone(), format!("the tag `{tag}` is not lower case"));
            } else if !seen.insert(tag) {
                self.0
                    .found
                    .error(span.clone(), format!("the tag `{tag}` stands here twice"));
            }
        }
        tags.into_iter().map(|(tag, _)| tag).collect()
    }

    fn references(&mut self) -> Vec<(String, Range<usize>)> {
        let references = self.0.strings("references");
        for (address, span) in &references {
            if !address.starts_with("https://") || address.contains(char::is_whitespace) {
                let problem = self
                    .0
                    .found
                    .error(span.clone(), format!("`{address}` is not an https:// address"));
                problem.help("copy the address of the page from a browser");
            }
        }
        references
    }
}
