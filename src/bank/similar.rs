//! Finds questions that ask the same in almost the same words.
//!
//! It compares words, not meaning: two views of one topic are welcome.

use std::collections::BTreeSet;

use crate::rules::question::Question;

/// Share of common word triples from which two prompts count as the same.
const SAME: f64 = 0.8;
/// Shorter prompts ("Which of these holds?") say little; then the options have to be alike too.
const SHORT: usize = 12;

/// The word triples of a question.
#[derive(Debug)]
pub struct Print {
    prompt: BTreeSet<String>,
    options: BTreeSet<String>,
}

impl Print {
    /// Takes the triples of a question.
    pub fn of(question: &Question) -> Self {
        let options: Vec<&str> = question
            .options
            .iter()
            .map(|option| option.text.as_str())
            .collect();
        Self {
            prompt: word_triples(&question.prompt),
            options: word_triples(&options.join(" ")),
        }
    }

    /// Whether the other question asks the same.
    pub fn is_like(&self, other: &Self) -> bool {
        let shared = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
            let (common, all) = (a.intersection(b).count(), a.union(b).count());
            #[expect(clippy::cast_precision_loss, reason = "a prompt has a few hundred words")]
            let share = common as f64 / all.max(1) as f64;
            share
        };
        // Sets of very different size cannot share most of their members; most pairs end here.
        let (fewer, more) = (
            self.prompt.len().min(other.prompt.len()),
            self.prompt.len().max(other.prompt.len()),
        );
        if fewer * 5 < more * 4 || shared(&self.prompt, &other.prompt) < SAME {
            return false;
        }
        more > SHORT || shared(&self.options, &other.options) >= SAME
    }
}

/// Every three words (or marks) in a row.
fn word_triples(text: &str) -> BTreeSet<String> {
    let mut words: Vec<String> = Vec::new();
    let mut glue = false;
    for c in text.chars() {
        let is_word = c.is_alphanumeric() || c == '_';
        if c.is_whitespace() || c == '`' {
            glue = false;
            continue;
        }
        match words.last_mut() {
            Some(last) if glue && is_word => last.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        glue = is_word;
    }
    if words.len() < 3 {
        return BTreeSet::from([words.join(" ")]);
    }
    words.windows(3).map(|window| window.join(" ")).collect()
}
