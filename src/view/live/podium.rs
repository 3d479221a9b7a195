//! The end of a live quiz: the podium for everybody, and for each player alone their own result and all questions
//! again.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::ids::{QuizId, UserId};
use crate::interaction::{CustomId, LiveStep};
use crate::picture::{Image, podium};
use crate::reply::{Button, Component, Message};
use crate::rules::podium::PlayerStanding;
use crate::rules::question::Question;
use crate::rules::quiz::Ending;
use crate::rules::scoring::Choices;
use crate::view::colour::{ACCENT, level_colour};
use crate::view::live::{Quiz, ending_sentence, player_name};
use crate::view::question::{lettered_options, question_head};
use crate::view::reveal::kept_until;
use crate::view::standings::podium_card;
use crate::view::text;

/// Why a quiz that went to its end asked fewer questions than it had.
const LEFT_OUT: &str =
    "-# The others were being asked elsewhere in this server at the same time, or could not be posted.";
/// Rows of the podium.
const ROWS: usize = 10;

/// How it ended, for everybody. `asked` is how many questions there were in the end.
#[must_use]
pub fn podium_message(
    quiz: &Quiz<'_>,
    places: &[PlayerStanding],
    asked: i64,
    ending: Option<Ending>,
) -> Message {
    let mut children = vec![Component::Text(format!(
        "### The podium\n{}",
        text::plain(quiz.title)
    ))];
    children.push(Component::Separator);
    let rows: Vec<String> = places
        .iter()
        .take(ROWS)
        .map(|place| podium_row(place, asked))
        .collect();
    let somebody_scored = places.iter().any(|place| place.total > 0);
    children.push(Component::Text(match somebody_scored {
        true => rows.join("\n"),
        false => "Nobody has points this time.".to_owned(),
    }));
    let players = i64::try_from(places.len()).unwrap_or(i64::MAX);
    let mut closing = vec![format!(
        "-# {} · {}",
        text::count_of(players, "player", "players"),
        match asked == i64::from(quiz.questions) {
            true => text::count_of(i64::from(quiz.questions), "question", "questions"),
            false => format!("{asked} of {} questions", quiz.questions),
        }
    )];
    match ending {
        Some(_) => closing.push(format!("-# {}", ending_sentence(ending))),
        None if asked < i64::from(quiz.questions) => closing.push(LEFT_OUT.to_owned()),
        None => {}
    }
    children.push(Component::Separator);
    children.push(Component::Text(closing.join("\n")));
    children.push(Component::Row(vec![
        quiz.button("My result", LiveStep::Result).primary(),
        Button::new("Show all questions again", page_id(quiz.id, 0)),
    ]));
    Message::public(vec![Component::Container {
        accent: ACCENT,
        children,
    }])
}

/// The podium as a card; none where nobody has points.
#[must_use]
pub fn podium_image(
    title: &str,
    places: &[PlayerStanding],
    names: &HashMap<UserId, String>,
) -> Option<Image> {
    let first = places.iter().filter(|place| place.rank <= 3 && place.total > 0);
    let shown = first.map(|place| podium::PodiumStep {
        rank: place.rank,
        name: match place.hidden {
            true => text::HIDDEN.to_owned(),
            false => text::unmarked(names.get(&place.user).map_or("", String::as_str)),
        },
        score: text::count_of(place.total, "point", "points"),
    });
    podium_card("The podium", title, shown.collect())
}

fn podium_row(place: &PlayerStanding, asked: i64) -> String {
    let line = format!(
        "**{}.** {} · **{} points**",
        place.rank,
        player_name(place),
        place.total
    );
    let right = format!("{} of {asked} right", place.correct);
    match place.rank {
        1 => format!("### {line}\n-# {right}"),
        2 | 3 => format!("{line}\n-# {right}"),
        _ => format!("{line} · {right}"),
    }
}

/// How one question went for one player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub number: i16,
    pub title: String,
    /// Right or not; none where it was not answered.
    pub right: Option<bool>,
    pub score: i32,
    pub took: Option<TimeDelta>,
}

/// A player's own result; only they see it.
#[must_use]
pub fn own_result(places: &[PlayerStanding], user: UserId, own: &[Own]) -> Message {
    let Some(place) = places.iter().find(|place| place.user == user) else {
        return Message::note("You did not play in this quiz. Show all questions again lets you look at it.");
    };
    if own.is_empty() {
        return Message::note("Your result is here once the first question is revealed.");
    }
    let shared = places.iter().filter(|other| other.rank == place.rank).count() > 1;
    let lines: Vec<String> = own.iter().map(own_line).collect();
    Message::private(vec![
        Component::Text(format!(
            "### Your result\nPlace **{}** of {}{}, with **{} points** and {} of {} right.",
            place.rank,
            places.len(),
            if shared { ", shared" } else { "" },
            place.total,
            place.correct,
            own.len()
        )),
        Component::Text(lines.join("\n")),
    ])
}

fn own_line(own: &Own) -> String {
    let verdict = match own.right {
        Some(true) => "Right",
        Some(false) => "Missed",
        None => "Not answered",
    };
    let score = match own.right {
        Some(_) if own.score != 0 => format!(" · {:+} points", own.score),
        Some(_) | None => String::new(),
    };
    let took = own.took.map_or_else(String::new, |took| {
        let tenths = took.num_milliseconds().max(0) / 100;
        format!(" · {}.{} s", tenths / 10, tenths % 10)
    });
    format!("{}. **{verdict}**{score}{took} · {}", own.number, own.title)
}

/// One question of a quiz that was asked, for one member to read again.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub quiz: QuizId,
    /// Which of the pages, from 0, and how many there are.
    pub page: usize,
    pub of: usize,
    pub question: &'a Question,
    pub topic_title: &'a str,
    pub own: Option<Choices>,
}

/// A page of "Show all questions again". The rationales are left out where the message would be too long; Why has them.
#[must_use]
pub fn question_page(page: &Page<'_>) -> Message {
    let with = |rationales: bool| {
        let mut children = question_head(page.question, page.topic_title);
        children.push(Component::Separator);
        children.push(Component::Text(page_options(page, rationales)));
        Message::private(vec![
            Component::Text(format!("-# Question {} of {}", page.page + 1, page.of)),
            Component::Container {
                accent: level_colour(page.question.level),
                children,
            },
            Component::Row(question_buttons(page.quiz, page.page, page.of)),
        ])
    };
    let full = with(true);
    match full.problems().is_empty() {
        true => full,
        false => with(false),
    }
}

/// The page of a question that the server is being asked again just now.
#[must_use]
pub fn kept_page(quiz: QuizId, page: usize, of: usize, until: DateTime<Utc>, now: DateTime<Utc>) -> Message {
    Message::private(vec![
        Component::Text(format!(
            "-# Question {} of {of}\n{}",
            page + 1,
            kept_until(until, now)
        )),
        Component::Row(question_buttons(quiz, page, of)),
    ])
}

fn page_options(page: &Page<'_>, rationales: bool) -> String {
    let lines = lettered_options(&page.question.options).zip(&page.question.options);
    let mut lines: Vec<String> = lines
        .map(|((index, shown), option)| {
            let verdict = if option.right { "Right" } else { "Not right" };
            let yours = match page.own {
                Some(own) if own.contains(index) => ", and what you chose",
                _ => "",
            };
            match rationales {
                true => format!(
                    "{shown}\n**{verdict}{yours}.** {}",
                    text::markdown(&option.rationale)
                ),
                false => format!("{shown}\n**{verdict}{yours}.**"),
            }
        })
        .collect();
    if page.own.is_none() {
        lines.push("-# You did not answer this one.".to_owned());
    }
    lines.join("\n")
}

fn question_buttons(quiz: QuizId, page: usize, of: usize) -> Vec<Button> {
    let turn = |label: &str, to: Option<usize>| {
        // A disabled button needs an id of its own all the same.
        let id = to.map_or_else(|| format!("live-no-{label}"), |to| page_id(quiz, to));
        Button::new(label, id).enabled(to.is_some())
    };
    vec![
        turn("Previous", page.checked_sub(1)),
        turn("Next", Some(page + 1).filter(|next| *next < of)),
    ]
}

fn page_id(quiz: QuizId, page: usize) -> String {
    let page = u8::try_from(page).unwrap_or(u8::MAX);
    CustomId::LiveQuestions { quiz, page }.custom_id()
}

/// Asked for before any key is public.
#[must_use]
pub fn nothing_asked() -> Message {
    Message::note("No question of this quiz has been revealed, so there is nothing to look at.")
}
