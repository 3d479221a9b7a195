//! `sets.toml`: the sets that come with a bank.
//!
//! Reads the file and says whether the bank's questions suffice. Which of them are asked is chosen by
//! [`crate::rules::sets::fill_parts`].

mod reader;

use std::ops::Range;

use toml::de::DeTable;

use super::problem::{Findings, nearest_word};
use super::syllabus::Syllabus;
use super::table::Table;
use crate::rules::question::{Kind, Question};
use crate::rules::sets::{Candidate, Part, Set, Short, fill_parts};
use reader::Reader;

/// The sets compiled into the program.
pub const BUILTIN: &str = include_str!("../../questions/sets.toml");

/// A set and where its parts stand in the file.
#[derive(Debug)]
pub struct Written {
    /// The set.
    pub set: Set,
    /// One place for each part.
    pub places: Vec<Range<usize>>,
}

/// Reads the file; a set with something wrong has been recorded and is left out.
pub fn read_sets(syllabus: &Syllabus, found: &mut Findings<'_>) -> Vec<Written> {
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
pub fn check_sets(
    written: &[Written],
    questions: &[&Question],
    syllabus: &Syllabus,
    found: &mut Findings<'_>,
) {
    for written in written {
        let before = found.problems.len();
        check_named(written, questions, found);
        // An unknown question also makes the set too short; do not report both.
        if found.problems.len() == before {
            check_counts(
                written,
                &set_candidates(questions.iter().copied(), syllabus),
                found,
            );
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
            if let Some(close) = nearest_word(unknown, slugs()) {
                problem.help(format!("did you mean `{close}`?"));
            }
        }
    }
}

fn check_counts(written: &Written, candidates: &[Candidate<'_>], found: &mut Findings<'_>) {
    let Written { set, places } = written;
    let short = fill_parts(&set.parts, candidates, 0).short;
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
        short = fill_parts(&parts, &closed, 0).short.first().map(|short| Short {
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
pub fn set_candidates<'q>(
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
