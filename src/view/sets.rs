//! What is said about sets: which there are, and what became of one.

use crate::reply::{Component, Message, clip_text, limits};
use crate::rules::question::{Kind, Level};
use crate::rules::sets::MOST_QUESTIONS;
use crate::view::text;

/// A set as it is described to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    pub name: String,
    /// How many questions a quiz of it has.
    pub questions: usize,
    /// How many open questions it has besides.
    pub open: usize,
    /// What it asks, in words that begin with how many.
    pub about: String,
    /// What its author says it is good for.
    pub description: Option<String>,
}

/// What some of a set's questions are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub count: usize,
    /// Titles of topics and areas; empty for all.
    pub topics: Vec<String>,
    pub level: Option<Level>,
    pub kinds: Vec<Kind>,
}

/// `5 easy questions about Closures`, or `5 questions: 3 easy about Closures, 2 hard about Slots (output)`.
#[must_use]
pub fn describe_parts(parts: &[About]) -> String {
    let part = |part: &About, noun: &str| {
        let topics = match part.topics.as_slice() {
            [] => "everything".to_owned(),
            [one] => text::plain(one),
            [first, second] => format!("{} and {}", text::plain(first), text::plain(second)),
            [first, rest @ ..] => format!("{} and {} more", text::plain(first), rest.len()),
        };
        let level = part
            .level
            .map_or_else(String::new, |level| format!("{} ", level.as_str()));
        let kinds: Vec<&str> = part.kinds.iter().map(|kind| kind.as_str()).collect();
        let kinds = match kinds.as_slice() {
            [] => String::new(),
            kinds => format!(" ({})", kinds.join(", ")),
        };
        format!("{} {level}{noun}about {topics}{kinds}", part.count)
    };
    match parts {
        [one] if one.count == 1 => part(one, "question "),
        [one] => part(one, "questions "),
        several => {
            let count = several.iter().map(|part| part.count).sum();
            let several: Vec<String> = several.iter().map(|one| part(one, "")).collect();
            format!("{}: {}", question_count(count), several.join(", "))
        }
    }
}

/// All sets there are: the guild's own and those that come with the bot.
#[must_use]
pub fn set_list(own: &[Described], builtin: &[Described]) -> Message {
    // A server with many sets of many parts still gets all of their names.
    let full = set_lines(own, builtin, true);
    let text = match full.chars().count() <= limits::TEXT {
        true => full,
        false => clip_text(&set_lines(own, builtin, false), limits::TEXT),
    };
    Message::private(vec![Component::Text(text)])
}

fn set_lines(own: &[Described], builtin: &[Described], full: bool) -> String {
    let line = |set: &Described| {
        let name = text::plain(&set.name);
        match &set.description {
            Some(description) if full => format!(
                "- **{name}** · {}{}\n  {description}",
                question_count(set.questions),
                open_sentence(set)
            ),
            None if full => format!("- **{name}** · {}", set.about),
            Some(_) | None => format!("- **{name}** · {}", question_count(set.questions)),
        }
    };
    let mut parts = Vec::new();
    for (title, sets) in [
        ("This server's sets", own),
        ("Sets that come with the bot", builtin),
    ] {
        if !sets.is_empty() {
            let sets: Vec<String> = sets.iter().map(line).collect();
            parts.push(format!("### {title}\n{}", sets.join("\n")));
        }
    }
    if parts.is_empty() {
        return "There are no sets yet. Managers make one with /quiz set save.".to_owned();
    }
    parts.push("-# /quiz set play begins a quiz of one that only you see.".to_owned());
    parts.join("\n")
}

/// A new set. `found` is how many questions there are for it at this moment.
#[must_use]
pub fn set_saved(set: &Described, found: usize) -> Message {
    let name = text::plain(&set.name);
    Message::note(format!(
        "**{name}** is saved: {}.{}\n-# Everybody can play it: /quiz set play",
        set.about,
        shortage_sentence(set, found)
    ))
}

/// A set that was there before, with what it asked then.
#[must_use]
pub fn set_changed(set: &Described, found: usize, before: &Described) -> Message {
    let name = text::plain(&set.name);
    Message::note(format!(
        "**{name}** is changed.\nNow: {}.{}\nBefore: {}.",
        set.about,
        shortage_sentence(set, found),
        before.about
    ))
}

fn shortage_sentence(set: &Described, found: usize) -> String {
    match found {
        0 => " No question fits that right now, so it cannot be played yet.".to_owned(),
        found if found < set.questions => {
            format!(" Only {found} of them can be found right now, so a quiz of it is shorter.")
        }
        _ => String::new(),
    }
}

/// A quiz has no way to ask them; the interview sheet does.
fn open_sentence(set: &Described) -> String {
    match set.open {
        0 => String::new(),
        open => format!(", and {open} to talk about on its interview sheet"),
    }
}

/// Saving did not say what to do with the set that is there.
#[must_use]
pub fn set_exists(set: &Described) -> Message {
    let name = text::plain(&set.name);
    Message::note(format!(
        "There is a set **{name}** already: {}. Nothing was changed.\n\
         Say the same again with `existing:replace` to save yours in its place, or with `existing:add` to add your \
         questions to it.",
        set.about
    ))
}

/// A set is gone.
#[must_use]
pub fn set_removed(name: &str) -> Message {
    let name = text::plain(name);
    Message::note(format!(
        "**{name}** is removed. Quizzes of it that were begun go on."
    ))
}

/// A name that is taken by a set of the bank.
#[must_use]
pub fn name_taken(name: &str) -> Message {
    let name = text::plain(name);
    Message::note(format!(
        "**{name}** comes with the bot and stays as it is. Save yours under another name."
    ))
}

/// What comes with the bot cannot be removed.
#[must_use]
pub fn not_removed(name: &str) -> Message {
    let name = text::plain(name);
    Message::note(format!("**{name}** comes with the bot, so it cannot be removed."))
}

/// No set of that name.
#[must_use]
pub fn no_such(typed: &str, near: Option<&str>) -> Message {
    let shown: String = typed.chars().take(40).collect();
    let near = near.map_or_else(String::new, |near| {
        format!(" Did you mean {}?", text::plain(near))
    });
    Message::note(format!(
        "There is no set “{}”.{near} /quiz set list shows all of them.",
        text::plain(&shown)
    ))
}

/// As many as there can be.
#[must_use]
pub fn too_many(most: usize) -> Message {
    Message::note(format!(
        "This server has {most} sets, which is as many as there can be. Remove one with /quiz set remove."
    ))
}

/// More questions than a quiz has.
#[must_use]
pub fn too_long(questions: usize) -> Message {
    Message::note(format!(
        "That would make {questions} questions; a set has at most {MOST_QUESTIONS}. Nothing was changed."
    ))
}

/// What cannot be saved, all of it at once.
#[must_use]
pub fn option_mistakes(mistakes: &[String]) -> Message {
    text::mistake_list("Nothing was saved:", mistakes)
}

/// Discord delivered the command twice; this is what the second delivery replies.
#[must_use]
pub fn done_already() -> Message {
    Message::note("This is done already. /quiz set list shows how things stand.")
}

/// A line of the list to choose from while typing.
#[must_use]
pub fn one_line(set: &Described) -> String {
    clip_text(
        &format!(
            "{} ({})",
            text::unmarked(&set.name),
            question_count(set.questions)
        ),
        limits::CHOICE,
    )
}

fn question_count(count: usize) -> String {
    text::count_of(i64::try_from(count).unwrap_or(i64::MAX), "question", "questions")
}
