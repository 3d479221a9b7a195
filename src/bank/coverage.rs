//! `greenroom bank coverage`: what the bank has and what it lacks, as counts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::Bank;
use super::export::markdown::{kind_word, level_word};
use crate::rules::scoring::option_letter;

/// Counts over a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// All questions.
    pub questions: usize,
    /// Topics of the syllabus.
    pub topics: usize,
    /// Topics no question is about, as `area/topic`.
    pub without: Vec<String>,
    /// Questions per kind.
    pub kinds: BTreeMap<&'static str, usize>,
    /// Questions per level.
    pub levels: BTreeMap<&'static str, usize>,
    /// Questions per area.
    pub areas: BTreeMap<String, usize>,
    /// Where the key stands, by the number of options, for questions with one right option.
    pub keys: BTreeMap<usize, BTreeMap<char, usize>>,
}

impl Coverage {
    /// Counts the questions of a bank.
    pub fn of(bank: &Bank) -> Self {
        let asked: BTreeSet<&str> = bank
            .questions()
            .iter()
            .map(|question| question.topic.as_str())
            .collect();
        let without = bank.syllabus().topics().filter(|(name, _)| !asked.contains(name));
        let mut coverage = Self {
            questions: bank.questions().len(),
            topics: bank.syllabus().topics().count(),
            without: without
                .map(|(name, topic)| format!("{}/{name}", topic.area))
                .collect(),
            kinds: BTreeMap::new(),
            levels: BTreeMap::new(),
            areas: BTreeMap::new(),
            keys: BTreeMap::new(),
        };
        for question in bank.questions() {
            *coverage.kinds.entry(kind_word(question.kind)).or_default() += 1;
            *coverage.levels.entry(level_word(question.level)).or_default() += 1;
            if let Some(topic) = bank.syllabus().topic(&question.topic) {
                *coverage.areas.entry(topic.area.clone()).or_default() += 1;
            }
            let mut right = question
                .options
                .iter()
                .enumerate()
                .filter(|(_, option)| option.right);
            if let (Some((at, _)), None) = (right.next(), right.next()) {
                let keys = coverage.keys.entry(question.options.len()).or_default();
                *keys.entry(option_letter(at)).or_default() += 1;
            }
        }
        coverage
    }

    /// Writes the counts for people.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let with = self.topics - self.without.len();
        writeln!(
            out,
            "{} questions, {with} of {} topics",
            self.questions, self.topics
        )?;
        write_counts("kind", &self.kinds, out)?;
        write_counts("level", &self.levels, out)?;
        write_counts("area", &self.areas, out)?;
        for (options, keys) in &self.keys {
            write_counts(&format!("key of {options} options"), keys, out)?;
        }
        for topic in &self.without {
            writeln!(out, "without a question: {topic}")?;
        }
        Ok(())
    }
}

fn write_counts<K: std::fmt::Display>(
    heading: &str,
    counts: &BTreeMap<K, usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "\n{heading}")?;
    for (name, count) in counts {
        writeln!(out, "  {count:>5}  {name}")?;
    }
    Ok(())
}
