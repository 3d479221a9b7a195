//! Sets: named lists of what to ask, and how one is filled with questions.
//!
//! A set says how many questions of which kind, not which ones; filling it again with another seed gives others. It
//! knows nothing of who is asked, nor whether on a screen or at a table.

mod fill;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::rules::mistake::{Mistake, quote_input};
use crate::rules::question::{Kind, Level};
use crate::rules::quiz::QUESTIONS;
use crate::rules::visible::clean_name;
pub use fill::{Candidate, Filled, Short, fill_parts};

/// How many questions a set has at most: as many as a quiz.
pub const MOST_QUESTIONS: u16 = *QUESTIONS.end() as u16;
/// Characters of a set's name.
pub const LONGEST_NAME: usize = 40;

/// A named list of what to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// What people call it.
    pub name: String,
    /// Its name in commands and file names: lower-case words joined by hyphens.
    pub slug: String,
    /// What it is good for, in a sentence.
    pub description: String,
    /// How long an interview with it takes, in minutes.
    pub minutes: Option<u16>,
    /// How long each question is open when it is played live, in seconds.
    pub seconds: Option<u16>,
    /// What is asked, in this order.
    pub parts: Vec<Part>,
}

/// Questions that are asked one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// So many of those that fit, easier ones first.
    Some {
        /// How many.
        count: u16,
        /// Topics or areas; empty for all.
        topics: Vec<String>,
        /// Only this level.
        level: Option<Level>,
        /// Only these kinds; empty for all.
        kinds: Vec<Kind>,
    },
    /// The questions of these slugs, in this order.
    These(Vec<String>),
}

impl Part {
    /// How many questions it asks for.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Some { count, .. } => usize::from(*count),
            Self::These(slugs) => slugs.len(),
        }
    }

    /// The same without open questions, which no button can answer; `None` if nothing is left of it.
    #[must_use]
    pub fn without_open(&self) -> Option<Self> {
        let mut part = self.clone();
        if let Self::Some { kinds, .. } = &mut part
            && !kinds.is_empty()
        {
            kinds.retain(|kind| *kind != Kind::Open);
            if kinds.is_empty() {
                return None;
            }
        }
        Some(part)
    }
}

/// How many questions these parts ask for together.
#[must_use]
pub fn count_questions(parts: &[Part]) -> usize {
    parts.iter().map(Part::count).sum()
}

/// A set's name as it is stored: on one line, with nothing in it that is not seen.
///
/// # Errors
/// When nothing is left of it, or too much.
pub fn parse_name(typed: &str) -> Result<String, Mistake> {
    let name = clean_name(typed);
    let length = name.chars().count();
    if length == 0 {
        return Err(Mistake::new("A set needs a name."));
    }
    if length > LONGEST_NAME {
        return Err(Mistake::new(format!(
            "The name {} has {length} characters; {LONGEST_NAME} fit.",
            quote_input(&name)
        )));
    }
    Ok(name)
}
