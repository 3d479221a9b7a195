//! The bank in the formats of other programs.
//!
//! GIFT, CSV and JSON carry everything a question has, so that importing brings it back; Anki's cards carry what a
//! person learns from.

mod anki;
mod csv;
mod gift;
pub mod markdown;

use std::io::Write;

use anyhow::Context as _;

use crate::rules::question::Question;

/// A format to export to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Moodle's GIFT.
    Gift,
    /// One row per question.
    Csv,
    /// A list of objects.
    Json,
    /// Front, back and tags, for Anki's import.
    AnkiCsv,
}

/// Writes the questions.
pub fn export_questions(questions: &[Question], format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    match format {
        Format::Gift => out
            .write_all(gift::write_gift(questions).as_bytes())
            .context("write the questions"),
        Format::Csv => csv::write_csv(questions, out).context("write the questions"),
        Format::Json => serde_json::to_writer_pretty(out, questions).context("write the questions"),
        Format::AnkiCsv => anki::write_anki(questions, out).context("write the cards"),
    }
}
