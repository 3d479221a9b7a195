//! What stands between the braces of a GIFT question.

use std::ops::Range;

use super::lexer::{Mark, Text};
use super::{Markup, take_markup, to_markdown};
use crate::bank::problem::Findings;
use crate::rules::question::AnswerOption;

/// The answers we know.
#[derive(Debug)]
pub enum Answers {
    /// One of the options is right.
    One(Vec<AnswerOption>),
    /// All right options and no others are to be chosen.
    Several(Vec<AnswerOption>),
    /// An answer in one's own words.
    Essay,
}

/// An answer with its sign.
struct Answer {
    right: bool,
    /// In hundredths of the whole; `None` where it says nothing.
    weight: Option<f64>,
    option: AnswerOption,
    place: Range<usize>,
}

/// Reads the answers; what cannot be ours is recorded.
pub fn read_answers(
    text: &Text,
    format: Markup,
    span: &Range<usize>,
    found: &mut Findings<'_>,
) -> Option<Answers> {
    if text.is_empty() {
        return Some(Answers::Essay);
    }
    if text.find(Mark::Feedback, 0) == Some(0) {
        return refuse_answers(text.place(0), "a numerical question", found);
    }
    if let Some(truth) = parse_truth(text) {
        return true_or_false(truth, text, format, found);
    }
    if text.find(Mark::Answer, 0) != Some(0) {
        let problem = found.error(text.place(0), "an answer begins with `=` or `~`");
        problem.help("`=` before the right one, `~` before a wrong one; or T or F");
        return None;
    }
    let plain = text.plain();
    if text.find(Mark::Arrow, 0).is_some() && !has_wrong(text) {
        return refuse_answers(span.clone(), "a matching question", found);
    }
    if !has_wrong(text) {
        return refuse_answers(
            span.clone(),
            &format!("a question with a typed answer ({})", plain.trim()),
            found,
        );
    }
    let answers: Option<Vec<Answer>> = split_answers(text)
        .into_iter()
        .map(|piece| read_one(&piece, format, found))
        .collect();
    classify_answers(answers?, span, found)
}

fn refuse_answers(place: Range<usize>, what: &str, found: &mut Findings<'_>) -> Option<Answers> {
    let problem = found.error(place, format!("{what} cannot be answered with buttons"));
    problem.help("give it options (`=` right, `~` wrong) or remove it");
    None
}

fn has_wrong(text: &Text) -> bool {
    split_answers(text)
        .iter()
        .any(|piece| piece.plain().starts_with('~'))
}

/// The answers, each with its sign.
fn split_answers(text: &Text) -> Vec<Text> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = text.find(Mark::Answer, start + 1).unwrap_or(text.len());
        pieces.push(text.slice(start, end));
        start = end;
    }
    pieces
}

/// Whether the answer is T or F, as Moodle reads it.
fn parse_truth(text: &Text) -> Option<bool> {
    let (word, _) = text.split_at_mark(Mark::Feedback);
    match word.plain().trim().to_uppercase().as_str() {
        "T" | "TRUE" => Some(true),
        "F" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The first feedback is for the wrong answer, the second for the right one.
fn true_or_false(truth: bool, text: &Text, format: Markup, found: &mut Findings<'_>) -> Option<Answers> {
    let (_, feedback) = text.split_at_mark(Mark::Feedback);
    let (wrong, right) = match feedback.map(|feedback| feedback.split_at_mark(Mark::Feedback)) {
        Some((wrong, right)) => (wrong, right.unwrap_or_default()),
        None => Default::default(),
    };
    let (wrong, right) = (
        to_markdown(&wrong.trimmed(), format, found)?,
        to_markdown(&right.trimmed(), format, found)?,
    );
    let option = |word: &str, is: bool| AnswerOption {
        text: word.to_owned(),
        right: is == truth,
        rationale: if is == truth { right.clone() } else { wrong.clone() },
    };
    Some(Answers::One(vec![option("True", true), option("False", false)]))
}

fn read_one(piece: &Text, format: Markup, found: &mut Findings<'_>) -> Option<Answer> {
    let right = piece.plain().starts_with('=');
    let place = piece.place(0);
    let (weight, text) = take_weight(&piece.slice(1, piece.len()).trimmed(), found)?;
    let (text, feedback) = text.split_at_mark(Mark::Feedback);
    let (format, text) = take_markup(&text.trimmed(), format);
    let feedback = feedback.unwrap_or_default();
    let option = AnswerOption {
        text: to_markdown(&text, format, found)?,
        right,
        rationale: to_markdown(&feedback.trimmed(), format, found)?,
    };
    if option.text.is_empty() {
        found.error(place, "this answer is empty");
        return None;
    }
    Some(Answer {
        right,
        weight,
        option,
        place,
    })
}

/// Takes `%50%` off the beginning.
fn take_weight(text: &Text, found: &mut Findings<'_>) -> Option<(Option<f64>, Text)> {
    let plain = text.plain();
    let Some(behind) = plain.strip_prefix('%') else {
        return Some((None, text.clone()));
    };
    let Some((number, _)) = behind.split_once('%') else {
        return Some((None, text.clone()));
    };
    let Ok(weight) = number.trim().parse::<f64>() else {
        found
            .error(text.place(0), format!("`{number}` is not a weight"))
            .help("weights are numbers: %50% or %-100%");
        return None;
    };
    Some((
        Some(weight),
        text.slice(number.chars().count() + 2, text.len()).trimmed(),
    ))
}

/// One right option, or several that are worth the same and together everything.
fn classify_answers(answers: Vec<Answer>, span: &Range<usize>, found: &mut Findings<'_>) -> Option<Answers> {
    let equals = answers.iter().filter(|answer| answer.right).count();
    let partial = answers.iter().find(|answer| !answer.right && answer.is_right());
    match (equals, partial) {
        (0, None) => {
            let problem = found.error(span.clone(), "no answer of this question is right");
            problem.help("put `=` before the right one");
            None
        }
        (0, Some(first)) => {
            if let Some(whole) = uneven_share(&answers) {
                let message = format!(
                    "right answers that are worth {whole:.0} % together, or not all the same, cannot be kept"
                );
                found
                    .error(first.place.clone(), message)
                    .help("give each the same share of 100 %");
                return None;
            }
            Some(Answers::Several(to_options(answers)))
        }
        (_, Some(answer)) => {
            let problem = found.error(
                answer.place.clone(),
                "partial credit beside a right answer cannot be kept",
            );
            problem.help("make it wrong, or all right ones equal shares");
            None
        }
        (1, None) => Some(Answers::One(to_options(answers))),
        (_, None) => {
            let message = format!("{equals} answers are marked with `=`, any of which would do");
            found
                .error(span.clone(), message)
                .help("mark those that belong together with shares: ~%50%");
            None
        }
    }
}

/// What the right answers are worth together, unless each has the same share of the whole.
fn uneven_share(answers: &[Answer]) -> Option<f64> {
    const NEAR: f64 = 0.1;
    let right = answers.iter().filter(|answer| answer.is_right());
    let shares: Vec<f64> = right.filter_map(|answer| answer.weight).collect();
    let whole: f64 = shares.iter().sum();
    let is_even = shares.iter().all(|share| (share - shares[0]).abs() < NEAR);
    (!is_even || (whole - 100.0).abs() >= NEAR).then_some(whole)
}

fn to_options(answers: Vec<Answer>) -> Vec<AnswerOption> {
    let option = |answer: Answer| AnswerOption {
        right: answer.is_right(),
        ..answer.option
    };
    answers.into_iter().map(option).collect()
}

impl Answer {
    fn is_right(&self) -> bool {
        self.right || self.weight.is_some_and(|weight| weight > 0.0)
    }
}
