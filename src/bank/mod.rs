//! Question files: read, checked, run, compiled into the program, brought in and taken out.
//!
//! Which question is asked when is not decided here.

pub mod check;
pub mod cli;
pub mod coverage;
pub mod export;
pub mod filter;
pub mod import;
pub mod preview;
pub mod problem;
pub mod report;
pub mod syllabus;
pub mod verify;

mod blocks;
mod columns;
mod front_matter;
mod limits;
mod lint;
mod markdown;
mod options;
mod outline;
mod output;
mod parse;
mod sections;
mod similar;
mod sources;

#[cfg(test)]
mod tests;

use crate::rules::question::Question;
use problem::Severity;
use report::Report;
use std::path::Path;
use syllabus::Syllabus;

/// Path and text of every question file, listed by `build.rs`, which notices new ones.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/questions.rs"));

/// All questions and the topics they are about.
#[derive(Clone, Debug)]
pub struct Bank {
    /// By slug, in ascending order.
    questions: Vec<Question>,
    syllabus: Syllabus,
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
            .filter_map(|(path, source)| parse::parse(path, source, &syllabus).question);
        Self::new(questions.collect(), syllabus)
    }

    /// The bank in a folder, with the folder's `syllabus.toml` if it has one.
    ///
    /// # Errors
    /// The report of everything that is wrong with it. Warnings alone are no error.
    pub fn load(folder: &Path) -> Result<Self, Report> {
        let paths = [folder.to_owned()];
        let report = check::check(&paths, &|_| Vec::new());
        if report.count(Severity::Error) > 0 {
            return Err(report);
        }
        // Read once more: at start a tenth of a second is nothing, and the report owns the texts.
        let (files, syllabus, _) = check::read(&paths);
        Ok(Self::new(
            files
                .into_iter()
                .filter_map(|file| file.parsed.question)
                .collect(),
            syllabus,
        ))
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

    fn new(mut questions: Vec<Question>, syllabus: Syllabus) -> Self {
        questions.sort_by(|a, b| a.slug.cmp(&b.slug));
        Self { questions, syllabus }
    }
}
