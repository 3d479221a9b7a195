//! `greenroom bank sheet`: a set as a sheet of paper for an interview.
//!
//! A structured interview asks everybody the same questions in the same order and scores each answer on a scale whose
//! steps are described by what a person does. Both are why it says more than a free conversation: Campion, Palmer and
//! Campion, "A review of structure in the selection interview", Personnel Psychology 50 (1997); Sackett, Zhang, Berry
//! and Lievens, "Revisiting meta-analytic estimates of validity in personnel selection", Journal of Applied Psychology
//! 107 (2022). Steps described by behaviour go back to Smith and Kendall, "Retranslation of expectations", Journal of
//! Applied Psychology 47 (1963).
//!
//! What stands on the sheet is put together here; how it looks is up to [`markdown`] and [`html`]. Nothing is computed
//! from the scores: two people compare their sheets and decide.

mod criteria;
pub mod html;
pub mod markdown;
mod question;

use super::Bank;
use crate::rules::question::Question;
use crate::rules::sets::{Set, Short};

/// A sheet, ready to be written in any format.
#[derive(Debug)]
pub struct Sheet {
    /// The set's name.
    pub title: String,
    /// What stands at the foot of every page.
    pub footer: String,
    /// What to know before the first question.
    pub head: Vec<Block>,
    /// One list for each question.
    pub questions: Vec<Vec<Block>>,
    /// What to do after the last.
    pub end: Vec<Block>,
}

/// A thing on the sheet. Texts are Markdown as Discord shows it: a line break is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading, 1 for the sheet's, 2 for a question's, 3 below that.
    Heading(u8, String),
    /// A line of facts in small letters.
    Facts(String),
    /// Running text.
    Text(String),
    /// Text that only matters when asked for, in small letters.
    Aside(String),
    /// A list under a title; without a title it belongs to what stands above it.
    Items(Option<&'static str>, Vec<String>),
    /// Lists that may stand side by side.
    Columns(Vec<(&'static str, Vec<String>)>),
    /// Steps to follow in this order.
    Steps(Vec<&'static str>),
    /// Things to fill in, on one line.
    Fields(&'static [&'static str]),
    /// Criteria to score, each with its own description of every step.
    Scale(Vec<Criterion>),
    /// Criteria to score by the same description of every step.
    Rubric([&'static str; 4], Vec<String>),
    /// Room for so many lines of handwriting.
    Notes(&'static str, u8),
    /// The numbered questions with room for a score each.
    Summary(Vec<String>),
    /// Things that stay on one page.
    Group(Vec<Block>),
    /// Boxes of which one is ticked.
    Choice(&'static [&'static str]),
}

/// One thing to score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// What it is.
    pub name: &'static str,
    /// What a person does who scores 1, 2, 3 or 4.
    pub anchors: [Anchor; 4],
}

/// One step of a scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// What a person does.
    pub says: &'static str,
    /// What that looks like with this question.
    pub example: Option<String>,
}

impl Sheet {
    /// The sheet of a set. The same bank, set and seed give the same sheet.
    ///
    /// # Errors
    /// The parts for which the bank has too few questions.
    pub fn new(bank: &Bank, set: &Set, seed: u64) -> Result<Self, Vec<Short>> {
        let filled = bank.fill(&set.parts, seed);
        if !filled.short.is_empty() {
            return Err(filled.short);
        }
        let questions: Vec<_> = filled
            .questions
            .iter()
            .filter_map(|&at| bank.questions().get(at))
            .collect();
        let asked = questions.iter().zip(1..);
        Ok(Self {
            title: set.name.clone(),
            footer: format!(
                "{} · sheet {seed} · holds the answers: not for the candidate",
                set.name
            ),
            head: sheet_head(set, seed, &questions),
            questions: asked
                .map(|(question, number)| question::question_blocks(question, number, bank.syllabus()))
                .collect(),
            end: sheet_end(questions.iter().map(|question| question.title.clone()).collect()),
        })
    }

    /// Everything on it, in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.head
            .iter()
            .chain(self.questions.iter().flatten())
            .chain(&self.end)
    }
}

fn sheet_head(set: &Set, seed: u64, questions: &[&Question]) -> Vec<Block> {
    let number = questions.len();
    let mut facts = vec![format!(
        "{number} {}",
        if number == 1 { "question" } else { "questions" }
    )];
    facts.extend(set.minutes.map(|minutes| format!("{minutes} minutes")));
    facts.push(format!("sheet {seed}"));
    let line = |(at, question): (usize, &&Question)| {
        let start = set
            .minutes
            .filter(|_| number > 1)
            .map(|minutes| usize::from(minutes) * at / number);
        let start = start.map_or_else(String::new, |minute| format!(", from minute {minute}"));
        format!("**{}.** {}{start}", at + 1, question.title)
    };
    let plan = questions.iter().enumerate().map(line).collect();
    vec![
        Block::Heading(1, set.name.clone()),
        Block::Text(set.description.clone()),
        Block::Facts(facts.join(" · ")),
        Block::Fields(&["Candidate", "Interviewer", "Date"]),
        Block::Heading(3, "How to use this sheet".to_owned()),
        Block::Steps(vec![
            "Ask every candidate these questions, in this order and in these words, with the same follow-ups. The next \
             candidate gets a fresh copy of this same sheet.",
            "Let people think. If somebody is stuck, give one hint, the same to everybody, and note that you gave it.",
            "Write down what was said and done, not what you think of it.",
            "Score each answer before you ask the next question: on every line the step that comes closest. Between \
             two, \
             take the lower.",
            "Nobody has to know the words of a model answer. What counts is what they mean.",
            "Fill in the last page alone, before you talk to the other interviewers.",
        ]),
        Block::Heading(3, "The questions".to_owned()),
        Block::Items(None, plan),
    ]
}

fn sheet_end(titles: Vec<String>) -> Vec<Block> {
    vec![
        Block::Heading(2, "Summary".to_owned()),
        Block::Text(
            "One score for each question, from 1 to 4: the middle of its lines. A half is fine.".to_owned(),
        ),
        Block::Summary(titles),
        Block::Heading(3, "Recommendation".to_owned()),
        Block::Choice(&["No", "Rather not", "Rather yes", "Yes"]),
        Block::Notes("The evidence that decided it", 5),
        Block::Notes("What is still open, for whoever talks to them next", 3),
    ]
}
