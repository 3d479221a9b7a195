//! `sets.toml`: the sets that come with a bank.
//!
//! Reads the file and says whether the bank's questions suffice. Which of them are asked is chosen by
//! [`crate::rules::sets::fill`].

use super::filter::areas;
use super::front_matter::{KINDS, LEVELS};
use super::problem::{Findings, nearest};
use super::syllabus::Syllabus;
use super::table::Table;
use crate::rules::question::{Kind, Question};
use crate::rules::sets::{self, Candidate, MOST_QUESTIONS, Part, Set, Short, fill};
use std::ops::{Range, RangeInclusive};
use toml::de::DeTable;

/// The sets compiled into the program.
pub const BUILTIN: &str = include_str!("../../questions/sets.toml");
const SET_KEYS: [&str; 6] = ["name", "slug", "description", "minutes", "seconds", "part"];
const PART_KEYS: [&str; 5] = ["topics", "level", "kind", "count", "questions"];
/// Characters of a description, which stands in a list with others.
const DESCRIPTION: usize = 200;
/// Characters of a set's short name.
const SLUG: usize = 40;
/// Minutes an interview can take.
const MINUTES: RangeInclusive<u16> = 1..=240;
/// Seconds a question can be open in a quiz.
const SECONDS: RangeInclusive<u16> = 5..=300;

/// A set and where its parts stand in the file.
#[derive(Debug)]
pub struct Written {
    /// The set.
    pub set: Set,
    /// One place for each part.
    pub places: Vec<Range<usize>>,
}

/// Reads the file; a set with something wrong has been recorded and is left out.
pub fn read(syllabus: &Syllabus, found: &mut Findings<'_>) -> Vec<Written> {
    let (table, errors) = DeTable::parse_recoverable(found.source());
    if !errors.is_empty() {
        for error in errors {
            found.error(error.span().unwrap_or(0..0), error.message());
        }
        // What follows from a broken bracket helps nobody.
        return Vec::new();
    }
    let mut file = Table::new(table.get_ref(), 0..0, found);
    file.refuse_unknown_keys(&["set"]);
    let tables = file.tables("set");
    let mut written: Vec<Written> = Vec::new();
    for (table, place) in tables {
        let before = found.problems.len();
        let mut reader = Reader {
            table: Table::new(table, place, found),
            syllabus,
        };
        let read = reader.set();
        reader.refuse_doubles(&written);
        if let Some(set) = read.filter(|_| found.problems.len() == before) {
            written.push(set);
        }
    }
    written
}

/// Records sets that these questions do not suffice for, clicked or talked about.
pub fn check(written: &[Written], questions: &[&Question], syllabus: &Syllabus, found: &mut Findings<'_>) {
    for written in written {
        let before = found.problems.len();
        check_named(written, questions, found);
        // Behind an unknown question a set always goes short.
        if found.problems.len() == before {
            check_counts(written, &candidates(questions.iter().copied(), syllabus), found);
        }
    }
}

fn check_named(written: &Written, questions: &[&Question], found: &mut Findings<'_>) {
    let slugs = || questions.iter().map(|question| question.slug.as_str());
    for (part, place) in written.set.parts.iter().zip(&written.places) {
        let Part::These(named) = part else { continue };
        for unknown in named
            .iter()
            .filter(|named| slugs().all(|slug| slug != named.as_str()))
        {
            let problem = found.error(place.clone(), format!("the bank has no question `{unknown}`"));
            if let Some(close) = nearest(unknown, slugs()) {
                problem.help(format!("did you mean `{close}`?"));
            }
        }
    }
}

fn check_counts(written: &Written, candidates: &[Candidate<'_>], found: &mut Findings<'_>) {
    let Written { set, places } = written;
    let short = fill(&set.parts, candidates, 0).short;
    let mut which = "questions";
    let mut short = short.first().copied();
    if short.is_none() {
        // A quiz leaves open questions out and must be filled all the same.
        let closed = candidates.iter().filter(|candidate| candidate.kind != Kind::Open);
        let closed: Vec<Candidate<'_>> = closed.copied().collect();
        let (at, parts): (Vec<usize>, Vec<Part>) = (0..)
            .zip(&set.parts)
            .filter_map(|(at, part)| Some((at, part.without_open()?)))
            .unzip();
        which = "questions that are not open";
        short = fill(&parts, &closed, 0).short.first().map(|short| Short {
            part: at[short.part],
            ..*short
        });
    }
    if let Some(Short { part, wanted, got }) = short {
        let message = format!("this part asks for {wanted} {which}; the bank has {got} for it");
        let problem = found.error(places[part].clone(), message);
        problem.help("ask for fewer, allow more topics, levels or kinds, or write some");
    }
}

/// Questions of a bank as what a set can be filled with. Nobody has seen them yet.
pub fn candidates<'q>(
    questions: impl IntoIterator<Item = &'q Question>,
    syllabus: &'q Syllabus,
) -> Vec<Candidate<'q>> {
    let candidate = |question: &'q Question| Candidate {
        slug: &question.slug,
        topic: &question.topic,
        area: syllabus
            .topic(&question.topic)
            .map_or("", |topic| topic.area.as_str()),
        level: question.level,
        kind: question.kind,
        seen: false,
    };
    questions.into_iter().map(candidate).collect()
}

struct Reader<'r, 'f, 's, 'y> {
    table: Table<'r, 'f, 's>,
    syllabus: &'y Syllabus,
}

impl Reader<'_, '_, '_, '_> {
    fn set(&mut self) -> Option<Written> {
        self.table.refuse_unknown_keys(&SET_KEYS);
        let name = self.name();
        let slug = self.slug();
        let description = self.text("description", DESCRIPTION);
        let minutes = self.optional("minutes", MINUTES);
        let seconds = self.optional("seconds", SECONDS);
        let (parts, places): (Vec<Part>, Vec<_>) = self.parts().into_iter().unzip();
        let count = sets::count(&parts);
        if count > usize::from(MOST_QUESTIONS) {
            let message = format!("this set asks {count} questions; {MOST_QUESTIONS} are the most");
            self.table.found.error(self.table.place_of("name"), message);
        }
        let set = Set {
            name: name?,
            slug: slug?,
            description: description?,
            minutes,
            seconds,
            parts,
        };
        Some(Written { set, places })
    }

    fn name(&mut self) -> Option<String> {
        let (text, place) = self.table.required("name")?;
        match sets::name(text) {
            Ok(name) => Some(name),
            Err(mistake) => {
                self.table.found.error(place, mistake.to_string());
                None
            }
        }
    }

    fn slug(&mut self) -> Option<String> {
        let (text, place) = self.table.required("slug")?;
        let words = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.len() > SLUG || !text.split('-').all(words) {
            let message = format!("`{text}` is not a short name");
            let problem = self.table.found.error(place, message);
            problem.help(format!(
                "lower-case words joined by hyphens, at most {SLUG} characters"
            ));
            return None;
        }
        Some(text.to_owned())
    }

    fn text(&mut self, key: &str, limit: usize) -> Option<String> {
        let (text, place) = self.table.required(key)?;
        let length = text.chars().count();
        if !(1..=limit).contains(&length) || text.contains('\n') {
            let message = format!("`{key}` is one line of 1 to {limit} characters, this has {length}");
            self.table.found.error(place, message);
        }
        Some(text.to_owned())
    }

    fn optional(&mut self, key: &str, limits: RangeInclusive<u16>) -> Option<u16> {
        self.table
            .has(key)
            .then(|| self.table.number(key, limits))
            .flatten()
    }

    fn parts(&mut self) -> Vec<(Part, Range<usize>)> {
        let mut parts = Vec::new();
        for (table, place) in self.table.tables("part") {
            let mut reader = Reader {
                table: Table::new(table, place.clone(), self.table.found),
                syllabus: self.syllabus,
            };
            if let Some(part) = reader.part() {
                parts.push((part, place));
            }
        }
        parts
    }

    fn part(&mut self) -> Option<Part> {
        self.table.refuse_unknown_keys(&PART_KEYS);
        if self.table.has("questions") {
            if let Some(other) = PART_KEYS[..4].iter().find(|key| self.table.has(key)) {
                let message = format!("`{other}` has no meaning where `questions` names them");
                let place = self.table.place_of(other);
                self.table
                    .found
                    .error(place, message)
                    .help("write one or the other");
            }
            let questions = self.table.strings("questions");
            self.refuse_repeats(&questions);
            return Some(Part::These(questions.into_iter().map(|(slug, _)| slug).collect()));
        }
        let topics = self.topics();
        let level = self
            .table
            .has("level")
            .then(|| self.table.one_of("level", &LEVELS));
        let kinds = match self.table.has("kind") {
            true => self.table.some_of("kind", &KINDS),
            false => Vec::new(),
        };
        Some(Part::Some {
            count: self.table.number("count", 1..=MOST_QUESTIONS)?,
            topics,
            level: level.flatten(),
            kinds,
        })
    }

    fn topics(&mut self) -> Vec<String> {
        if !self.table.has("topics") {
            return Vec::new();
        }
        let topics = self.table.strings("topics");
        self.refuse_repeats(&topics);
        let areas = areas(self.syllabus);
        for (name, place) in &topics {
            if self.syllabus.topic(name).is_some() || areas.contains(&name.as_str()) {
                continue;
            }
            let message = format!("the syllabus has no topic or area `{name}`");
            let known = areas
                .iter()
                .copied()
                .chain(self.syllabus.topics().map(|(name, _)| name));
            let problem = self.table.found.error(place.clone(), message);
            match nearest(name, known) {
                Some(close) => problem.help(format!("did you mean `{close}`?")),
                None => problem.help("questions/syllabus.toml lists them"),
            };
        }
        topics.into_iter().map(|(name, _)| name).collect()
    }

    fn refuse_repeats(&mut self, texts: &[(String, Range<usize>)]) {
        for (at, (text, place)) in texts.iter().enumerate() {
            if texts[..at].iter().any(|(other, _)| other == text) {
                self.table
                    .found
                    .error(place.clone(), format!("`{text}` stands here twice"));
            }
        }
    }

    /// Two sets of one name cannot be told apart, whatever the letters' case.
    fn refuse_doubles(&mut self, before: &[Written]) {
        for key in ["name", "slug"] {
            if !self.table.has(key) {
                continue;
            }
            let Some((text, place)) = self.table.required(key) else {
                continue;
            };
            let taken = |set: &Set| {
                [&set.name, &set.slug]
                    .iter()
                    .any(|other| other.to_lowercase() == text.to_lowercase())
            };
            if before.iter().any(|written| taken(&written.set)) {
                let problem = self
                    .table
                    .found
                    .error(place, format!("another set is called `{text}`"));
                problem.help("choose another name");
            }
        }
    }
}
