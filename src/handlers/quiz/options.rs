//! What was typed behind `/quiz`, read and put right.

use chrono::TimeDelta;

use crate::bank::filter;
use crate::bank::syllabus::Syllabus;
use crate::interaction::{LiveOptions, QuizOptions};
use crate::rules::question::{Kind, Level};
use crate::rules::quiz::{QUESTIONS, USUAL_QUESTIONS};
use crate::rules::quiz_score::{Rules, SECONDS, Scoring, USUAL_SECONDS};
use crate::store::asked::Filter;

/// A quiz somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it asks about.
    pub filter: Filter,
    /// How many questions.
    pub count: usize,
    /// What it asks about, in words.
    pub title: String,
}

/// What was typed, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// Names of topics and areas; empty for all.
    pub names: Vec<String>,
    /// Any where none is said.
    pub level: Option<Level>,
    /// Any where none is said.
    pub kind: Option<Kind>,
    /// How many questions.
    pub count: usize,
}

/// Reads the options of a quiz.
///
/// # Errors
/// A sentence for each option that cannot be used.
pub fn wanted_questions(syllabus: &Syllabus, typed: &QuizOptions) -> Result<Wanted, Vec<String>> {
    let Understood {
        names,
        level,
        kind,
        count,
    } = read_options(syllabus, typed)?;
    let titles: Vec<String> = names
        .iter()
        .map(|name| filter::topic_title(syllabus, name))
        .collect();
    Ok(Wanted {
        title: quiz_title(&titles, level, kind),
        filter: Filter {
            topics: filter::expand_topics(syllabus, &names),
            level,
            kind,
        },
        count,
    })
}

/// Reads the options.
///
/// # Errors
/// A sentence for each option that cannot be used.
pub fn read_options(syllabus: &Syllabus, typed: &QuizOptions) -> Result<Understood, Vec<String>> {
    let mut mistakes = Vec::new();
    let mut note = |mistake: String| mistakes.push(mistake);
    let names =
        filter::parse_filter(syllabus, typed.topics.as_deref().unwrap_or_default()).unwrap_or_else(|wrong| {
            wrong.into_iter().for_each(&mut note);
            Vec::new()
        });
    let level = read_choice(typed.level.as_deref(), Level::parse).unwrap_or_else(|wrong| {
        note(format!(
            "“{wrong}” is not a level; choose any, easy, medium or hard."
        ));
        None
    });
    let kind = read_choice(typed.kind.as_deref(), Kind::parse).unwrap_or_else(|wrong| {
        note(format!(
            "“{wrong}” is not a kind of question; choose any, single, multiple, output or open."
        ));
        None
    });
    let count = match typed.count.map(usize::try_from) {
        None => USUAL_QUESTIONS,
        Some(Ok(count)) if QUESTIONS.contains(&count) => count,
        Some(_) => {
            note(format!(
                "A quiz has {} to {} questions.",
                QUESTIONS.start(),
                QUESTIONS.end()
            ));
            USUAL_QUESTIONS
        }
    };
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Understood {
        names,
        level,
        kind,
        count,
    })
}

/// Reads the options of a live quiz: what it asks about, and how it is played.
///
/// # Errors
/// A sentence for each option that cannot be used.
pub fn read_live_options(syllabus: &Syllabus, typed: &LiveOptions) -> Result<(Wanted, Rules), Vec<String>> {
    let wanted = wanted_questions(syllabus, &typed.quiz);
    let mut mistakes = wanted.as_ref().err().cloned().unwrap_or_default();
    if typed.set.is_some() && typed.quiz != QuizOptions::default() {
        mistakes.push(
            "A set says what is asked: leave out topics, level and count, or leave out the set.".to_owned(),
        );
    }
    let seconds = typed.seconds.unwrap_or(USUAL_SECONDS);
    if !SECONDS.contains(&seconds) {
        mistakes.push(format!(
            "A question is open for {} to {} seconds.",
            SECONDS.start(),
            SECONDS.end()
        ));
    }
    let scoring = match typed.scoring.as_deref() {
        None => Scoring::default(),
        Some(word) => Scoring::parse(word).unwrap_or_else(|| {
            let word: String = word.chars().take(40).collect();
            mistakes.push(format!("“{word}” is not a scoring; choose plain or speed."));
            Scoring::default()
        }),
    };
    let rules = Rules {
        scoring,
        penalty: typed.penalty == Some(true),
        window: TimeDelta::try_seconds(seconds).unwrap_or_default(),
    };
    match wanted {
        Ok(wanted) if mistakes.is_empty() => Ok((wanted, rules)),
        _ => Err(mistakes),
    }
}

fn read_choice<T>(typed: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    match typed {
        None | Some("any") => Ok(None),
        Some(word) => parse(word)
            .map(Some)
            .ok_or_else(|| word.chars().take(40).collect()),
    }
}

/// `Closures and Dictionaries, hard, open`; `Everything` where nothing was said.
fn quiz_title(topics: &[String], level: Option<Level>, kind: Option<Kind>) -> String {
    let about = match topics {
        [] => "Everything".to_owned(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    };
    let mut parts = vec![about];
    parts.extend(level.map(|level| level.as_str().to_owned()));
    parts.extend(kind.map(|kind| kind.as_str().to_owned()));
    parts.join(", ")
}
