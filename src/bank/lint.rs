//! What makes a question guessable or hard to trust without making it wrong.
//!
//! Everything here is a warning. What makes a question unusable is found while it is parsed.

use std::ops::Range;

use super::markdown::differs_in_discord;
use super::options::Offered;
use super::parse::Parsed;
use super::problem::{Findings, Problem, Severity};
use super::sources;
use crate::rules::markdown::strip_markdown;
use crate::rules::question::{Kind, Question};

/// Words that make a claim easy to doubt.
const ABSOLUTE: [&str; 7] = [
    "always",
    "never",
    "impossible",
    "guaranteed",
    "guarantees",
    "completely",
    "entirely",
];
/// A key this much longer than the longest distractor gives itself away.
const LONGER: f64 = 1.4;
/// Short options differ in length without anybody noticing.
const LONGER_BY: usize = 20;

/// Looks at one question.
pub fn lint_question(parsed: &Parsed, found: &mut Findings<'_>) {
    for (address, span) in &parsed.references {
        if !sources::is_primary(address) {
            let problem = found.warning(
                span.clone(),
                format!("`{address}` is not on the list of primary sources"),
            );
            problem.help("name the documentation itself, or add its host to src/bank/sources.rs");
        }
    }
    if let Some(question) = &parsed.question {
        read_otherwise(question, &parsed.title, found);
    }
    match parsed.question.as_ref().map(|question| question.kind) {
        Some(Kind::Single | Kind::Multiple) => {
            long_key(&parsed.options, found);
            absolute_words(&parsed.options, found);
        }
        Some(Kind::Output | Kind::Open) | None => {}
    }
}

/// Texts that Discord would show otherwise than they were meant.
fn read_otherwise(question: &Question, title: &Range<usize>, found: &mut Findings<'_>) {
    let one = |what, text: &str| (what, text.to_owned());
    let mut texts = vec![
        one("the title", &question.title),
        one("the prompt", &question.prompt),
        one("the explanation", &question.explanation),
        one("the situation in practice", &question.in_practice),
        one("the model answer", &question.model_answer),
    ];
    for option in &question.options {
        texts.extend([
            one("an option", &option.text),
            one("a rationale", &option.rationale),
        ]);
    }
    for asked in &question.follow_ups {
        texts.extend([
            one("a follow-up", &asked.title),
            one("the answer to a follow-up", &asked.answer),
        ]);
    }
    let items = [
        &question.common_mistakes,
        &question.strong_signals,
        &question.red_flags,
        &question.rubric,
    ];
    texts.extend(
        items
            .into_iter()
            .flatten()
            .map(|item| one("an item of a list", item)),
    );
    for (what, text) in texts.iter().filter(|(_, text)| differs_in_discord(text)) {
        let seen = strip_markdown(text);
        let problem = found.warning(
            title.clone(),
            format!(
                "Discord takes signs in {what} for marks and shows “{}”",
                seen.lines().next().unwrap_or_default()
            ),
        );
        problem
            .help("put code between backticks, or a backslash before each `*`, `_`, `~` and `|` to be seen");
    }
}

fn long_key(options: &[Offered], found: &mut Findings<'_>) {
    let length = |offered: &Offered| offered.option.text.chars().count();
    let longest_wrong = options
        .iter()
        .filter(|offered| !offered.option.right)
        .map(length)
        .max()
        .unwrap_or(0);
    // With several right options length does not tell them apart unless all are long.
    let shortest_right = options
        .iter()
        .filter(|offered| offered.option.right)
        .min_by_key(|offered| length(offered));
    let Some(key) = shortest_right else { return };
    #[expect(clippy::cast_precision_loss, reason = "options have a few hundred characters")]
    let ratio = length(key) as f64 / longest_wrong.max(1) as f64;
    if ratio >= LONGER && length(key) >= longest_wrong + LONGER_BY {
        let message = format!(
            "the key has {} characters, the longest other option {longest_wrong}",
            length(key)
        );
        found
            .warning(key.span.clone(), message)
            .help("people pick the longest option; bring them to one length");
    }
}

fn absolute_words(options: &[Offered], found: &mut Findings<'_>) {
    let in_key = options
        .iter()
        .any(|offered| offered.option.right && absolute_word(&offered.option.text).is_some());
    if in_key {
        return;
    }
    for offered in options.iter().filter(|offered| !offered.option.right) {
        if let Some(word) = absolute_word(&offered.option.text) {
            let problem = found.warning(
                offered.span.clone(),
                format!("`{word}` stands in a wrong option and not in the key"),
            );
            problem.help("people rule out absolute claims unread; say it without the word");
        }
    }
}

/// The first absolute word outside code.
fn absolute_word(text: &str) -> Option<&'static str> {
    let prose = text
        .split('`')
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let mut words = prose.split(|c: char| !c.is_alphabetic());
    words.find_map(|word| ABSOLUTE.into_iter().find(|absolute| *absolute == word))
}

/// Looks at where the keys of all questions with one right option stand.
pub fn key_positions<'p>(root: &str, bank: impl Iterator<Item = &'p Parsed>) -> Vec<Problem> {
    const ENOUGH: f64 = 20.0;
    /// Standard deviations of a binomial; chance alone goes further once in some four hundred banks.
    const FAR: f64 = 3.0;
    // Per position: how often it was the key, how often it would be by chance, and the variance of that.
    let mut tally = [(0.0, 0.0, 0.0); 5];
    let mut asked = 0.0;
    for parsed in bank {
        let right: Vec<usize> = (0..parsed.options.len())
            .filter(|&at| parsed.options[at].option.right)
            .collect();
        let [key] = right.as_slice() else { continue };
        asked += 1.0;
        #[expect(clippy::cast_precision_loss, reason = "two to five options")]
        let chance = 1.0 / parsed.options.len() as f64;
        for (at, (times, expected, variance)) in tally.iter_mut().enumerate().take(parsed.options.len()) {
            *times += if at == *key { 1.0 } else { 0.0 };
            *expected += chance;
            *variance += chance * (1.0 - chance);
        }
    }
    if asked < ENOUGH {
        return Vec::new();
    }
    let skewed = tally
        .iter()
        .zip('A'..)
        .filter(|((times, expected, variance), _)| (times - expected).abs() > FAR * f64::sqrt(*variance));
    let problem = |((times, expected, _), letter): (&(f64, f64, f64), char)| {
        let message =
            format!("{letter} is the key of {times} of {asked} questions; {expected:.0} would be even");
        let mut problem = Problem::whole_file(root, Severity::Warning, message);
        problem.help("reorder the options of some questions");
        problem
    };
    skewed.map(problem).collect()
}
