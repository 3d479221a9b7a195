//! Question files: read, checked, run, compiled into the program, brought in and taken out.
//!
//! Which question is asked when is not decided here.

pub mod check;
pub mod cli;
pub mod coverage;
pub mod export;
pub mod filter;
pub mod import;
pub mod lint;
pub mod parse;
pub mod preview;
pub mod problem;
pub mod report;
pub mod sets;
pub mod sheet;
pub mod syllabus;
pub mod verify;

mod blocks;
mod columns;
mod front_matter;
mod limits;
mod markdown;
mod options;
mod outline;
mod output;
mod sections;
mod similar;
mod sources;
mod table;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::example;

use std::path::Path;

use crate::rules::question::Question;
use crate::rules::sets::{Filled, Part, Set};
use problem::{Findings, Severity};
use report::Report;
use syllabus::Syllabus;

/// Path and text of every question file, listed by `build.rs`, which notices new ones.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/questions.rs"));

/// All questions, the topics they are about, and the sets made of them.
#[derive(Clone, Debug)]
pub struct Bank {
    /// By slug, in ascending order.
    questions: Vec<Question>,
    syllabus: Syllabus,
    /// In the order of the file.
    sets: Vec<Set>,
}

impl Bank {
    /// The bank compiled into the program.
    ///
    /// A question with errors is left out, so that one bad file never keeps the bot from starting; a test sees to it
    /// that there is none.
    pub fn builtin() -> Self {
        let syllabus = Syllabus::builtin();
        let questions = FILES
            .iter()
            .filter_map(|(path, source)| parse::parse_question(path, source, &syllabus).question);
        let questions = questions.collect();
        let written = sets::read_sets(
            &syllabus,
            &mut Findings::new("questions/sets.toml", sets::BUILTIN),
        );
        Self::new(questions, syllabus, written)
    }

    /// The bank in a folder, with the folder's `syllabus.toml` and `sets.toml` if it has them. Without the first the
    /// program's syllabus holds; without the second there are no sets.
    ///
    /// # Errors
    /// The report of everything that is wrong with it. Warnings alone are no error.
    pub fn load(folder: &Path) -> Result<Self, Report> {
        let paths = [folder.to_owned()];
        let report = check::check_bank(&paths, &|_| Vec::new());
        if report.count(Severity::Error) > 0 {
            return Err(report);
        }
        // Read once more: at start a tenth of a second is nothing, and the report owns the texts.
        let read = check::read_bank(&paths);
        let questions = read.files.into_iter().filter_map(|file| file.parsed.question);
        Ok(Self::new(questions.collect(), read.syllabus, read.sets))
    }

    /// The question of that slug.
    pub fn question(&self, slug: &str) -> Option<&Question> {
        let at = self
            .questions
            .binary_search_by(|question| question.slug.as_str().cmp(slug))
            .ok()?;
        self.questions.get(at)
    }

    /// All questions, by slug.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The topics.
    pub fn syllabus(&self) -> &Syllabus {
        &self.syllabus
    }

    /// The sets, in the order in which they are offered.
    pub fn sets(&self) -> &[Set] {
        &self.sets
    }

    /// The set of that name or short name, whatever the letters' case.
    pub fn set(&self, name: &str) -> Option<&Set> {
        let name = name.trim().to_lowercase();
        self.sets
            .iter()
            .find(|set| set.slug == name || set.name.to_lowercase() == name)
    }

    /// The questions these parts ask with that seed, as positions in [`Bank::questions`].
    pub fn fill(&self, parts: &[Part], seed: u64) -> Filled {
        let candidates = sets::set_candidates(&self.questions, &self.syllabus);
        crate::rules::sets::fill_parts(parts, &candidates, seed)
    }

    fn new(mut questions: Vec<Question>, syllabus: Syllabus, written: Vec<sets::Written>) -> Self {
        questions.sort_by(|a, b| a.slug.cmp(&b.slug));
        let sets = written.into_iter().map(|written| written.set).collect();
        Self {
            questions,
            syllabus,
            sets,
        }
    }
}
