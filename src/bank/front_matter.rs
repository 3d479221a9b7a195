//! The lines between `+++` at the top of a question file.
//!
//! Every key is looked at even when an earlier one is wrong, so that an author mends all of them at once.

use super::problem::{Findings, nearest};
use super::syllabus::Syllabus;
use crate::rules::question::{Kind, Level, PythonVersion};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 6] = ["topic", "level", "kind", "tags", "python", "references"];
const FENCE: &str = "+++";

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
pub fn read(area: Option<&str>, syllabus: &Syllabus, found: &mut Findings<'_>) -> Option<FrontMatter> {
    let source = found.source();
    let start = source.find('\n')? + 1;
    let (span, end) = match extent(source, start) {
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
    let mut reader = Reader {
        table: table.get_ref(),
        found,
    };
    reader.refuse_unknown_keys();
    let matter = FrontMatter {
        topic: reader.topic(area, syllabus),
        level: reader.level(),
        kind: reader.kind(),
        tags: reader.tags(),
        python: reader.python(),
        references: reader.references(),
        end,
        span: 0..FENCE.len(),
    };
    if matter.kind == Some(Kind::Output) && matter.python.is_none() && !reader.has("python") {
        let problem = reader
            .found
            .error(0..FENCE.len(), "an `output` question needs the key `python`");
        problem.help("name the lowest version it holds for: python = \"3.8\"");
    }
    Some(matter)
}

/// The bytes between the fences and where the body begins.
fn extent(source: &str, start: usize) -> Result<(Range<usize>, usize), &'static str> {
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

struct Reader<'r, 'f, 's> {
    table: &'r DeTable<'r>,
    found: &'f mut Findings<'s>,
}

impl<'r> Reader<'r, '_, '_> {
    fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn refuse_unknown_keys(&mut self) {
        for key in self
            .table
            .keys()
            .filter(|key| !KEYS.contains(&key.get_ref().as_ref()))
        {
            let problem = self
                .found
                .error(key.span(), format!("unknown key `{}`", key.get_ref()));
            match nearest(key.get_ref(), KEYS) {
                Some(close) => problem.help(format!("did you mean `{close}`?")),
                None => problem.help(format!("the keys are {}", KEYS.join(", "))),
            };
        }
    }

    fn topic(&mut self, area: Option<&str>, syllabus: &Syllabus) -> Option<String> {
        let (name, span) = self.required("topic")?;
        let Some(topic) = syllabus.topic(name) else {
            let problem = self
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
            self.found
                .error(span, message)
                .help("move the file or choose another topic");
        }
        Some(name.to_owned())
    }

    fn level(&mut self) -> Option<Level> {
        self.one_of(
            "level",
            &[
                ("easy", Level::Easy),
                ("medium", Level::Medium),
                ("hard", Level::Hard),
            ],
        )
    }

    fn kind(&mut self) -> Option<Kind> {
        let kinds = [
            ("single", Kind::Single),
            ("multiple", Kind::Multiple),
            ("output", Kind::Output),
            ("open", Kind::Open),
        ];
        self.one_of("kind", &kinds)
    }

    fn python(&mut self) -> Option<PythonVersion> {
        if !self.has("python") {
            return None;
        }
        let (text, span) = self.required("python")?;
        let version = text.strip_prefix("3.").and_then(|minor| minor.parse().ok());
        if version.is_none() {
            let problem = self
                .found
                .error(span, format!("`{text}` is not a CPython version"));
            problem.help("write major and minor: \"3.8\"");
        }
        Some(PythonVersion(3, version?))
    }

    fn tags(&mut self) -> Vec<String> {
        let tags = self.strings("tags");
        for (at, (tag, span)) in tags.iter().enumerate() {
            if tag.is_empty() || *tag != tag.to_lowercase() {
                self.found
                    .error(span.clone(), format!("the tag `{tag}` is not lower case"));
            } else if tags[..at].iter().any(|(other, _)| other == tag) {
                self.found
                    .error(span.clone(), format!("the tag `{tag}` stands here twice"));
            }
        }
        tags.into_iter().map(|(tag, _)| tag).collect()
    }

    fn references(&mut self) -> Vec<(String, Range<usize>)> {
        let references = self.strings("references");
        for (address, span) in &references {
            if !address.starts_with("https://") || address.contains(char::is_whitespace) {
                let problem = self
                    .found
                    .error(span.clone(), format!("`{address}` is not an https:// address"));
                problem.help("copy the address of the page from a browser");
            }
        }
        references
    }

    fn one_of<T: Copy>(&mut self, key: &str, values: &[(&str, T)]) -> Option<T> {
        let (given, span) = self.required(key)?;
        let value = values
            .iter()
            .find(|(word, _)| *word == given)
            .map(|(_, value)| *value);
        if value.is_none() {
            let words: Vec<&str> = values.iter().map(|(word, _)| *word).collect();
            let problem = self.found.error(span, format!("`{given}` is not a {key}"));
            problem.help(format!("the {key} is one of {}", words.join(", ")));
        }
        value
    }

    fn required(&mut self, key: &str) -> Option<(&'r str, Range<usize>)> {
        let Some(value) = self.table.get(key) else {
            self.found
                .error(0..FENCE.len(), format!("the key `{key}` is missing"));
            return None;
        };
        let text = value.get_ref().as_str();
        if text.is_none() {
            let message = format!("`{key}` is text in quotes, not {}", value.get_ref().type_str());
            self.found.error(value.span(), message);
        }
        Some((text?, value.span()))
    }

    /// A list of one or more texts with their places.
    fn strings(&mut self, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = self.table.get(key) else {
            self.found
                .error(0..FENCE.len(), format!("the key `{key}` is missing"));
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            self.found
                .error(value.span(), format!("`{key}` is a list: {key} = [\"…\"]"));
            return Vec::new();
        };
        if items.is_empty() {
            self.found
                .error(value.span(), format!("`{key}` is empty"))
                .help("name at least one");
        }
        items.iter().filter_map(|item| self.text(key, item)).collect()
    }

    fn text(&mut self, key: &str, item: &Spanned<DeValue<'_>>) -> Option<(String, Range<usize>)> {
        let text = item.get_ref().as_str();
        if text.is_none() {
            self.found.error(
                item.span(),
                format!("`{key}` holds text in quotes, not {}", item.get_ref().type_str()),
            );
        }
        Some((text?.to_owned(), item.span()))
    }
}
