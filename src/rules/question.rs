//! A question as authors write it and members meet it.

use serde::{Deserialize, Serialize};

use crate::rules::words::words;

/// One question with everything that is shown before and after the reveal.
///
/// Texts are Markdown as Discord shows it. `questions/README.md` describes the file this is read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// File name without `.md`: lower-case words joined by hyphens, unique in the bank.
    pub slug: String,
    /// A row of the syllabus.
    pub topic: String,
    /// How hard it is, and so how many points it gives.
    pub level: Level,
    /// How it is answered.
    pub kind: Kind,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Lowest CPython version it holds for.
    pub python: Option<PythonVersion>,
    /// Addresses of primary documentation.
    pub references: Vec<String>,
    /// One line that does not give the answer away.
    pub title: String,
    /// What is asked, with its code.
    pub prompt: String,
    /// Two to five options in the order shown; empty for an open question.
    pub options: Vec<AnswerOption>,
    /// Why the answer is what it is.
    pub explanation: String,
    /// A situation in which it matters.
    pub in_practice: String,
    /// What people get wrong.
    pub common_mistakes: Vec<String>,
    /// What an interviewer takes as a good sign.
    pub strong_signals: Vec<String>,
    /// What an interviewer takes as a warning.
    pub red_flags: Vec<String>,
    /// One to three questions to go on with.
    pub follow_ups: Vec<FollowUp>,
    /// Criteria an open answer is graded by; empty for the other kinds.
    pub rubric: Vec<String>,
    /// A full answer to an open question; empty for the other kinds.
    pub model_answer: String,
}

/// One of the options a member chooses from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerOption {
    /// What is offered: a line of Markdown, or a fenced block for output of several lines.
    pub text: String,
    /// Whether it belongs to the key.
    pub right: bool,
    /// Why it is right or wrong.
    pub rationale: String,
}

/// A question to go on with once the first is settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The question, in one line.
    pub title: String,
    /// An answer that would satisfy an interviewer.
    pub answer: String,
}

/// How hard a question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Asked of everyone.
    Easy,
    /// Expected of somebody with some years of practice.
    Medium,
    /// Tells the ones who know how it works inside.
    Hard,
}

words!(Level: Easy = "easy", Medium = "medium", Hard = "hard");

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One right option.
    Single,
    /// One or more right options; all of them and no other count as right.
    Multiple,
    /// What a program prints; one right option, proven by running the program.
    Output,
    /// In the member's own words.
    Open,
}

impl Kind {
    /// Every kind with options to choose from.
    pub const CLOSED: [Self; 3] = [Self::Single, Self::Multiple, Self::Output];
}

words!(Kind: Single = "single", Multiple = "multiple", Output = "output", Open = "open");

/// Which kinds of questions are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kinds {
    /// Those with options to choose from.
    #[default]
    Closed,
    /// Those answered in one's own words.
    Open,
    /// Both.
    All,
}

impl Kinds {
    /// The kinds one by one.
    #[must_use]
    pub const fn list(self) -> &'static [Kind] {
        match self {
            Self::Closed => &Kind::CLOSED,
            Self::Open => &[Kind::Open],
            Self::All => &Kind::ALL,
        }
    }
}

words!(Kinds: Closed = "closed", Open = "open", All = "all");

/// A CPython version such as 3.8, major and minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PythonVersion(pub u8, pub u8);
