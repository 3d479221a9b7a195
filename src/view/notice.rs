//! What competitions announce in their channel.

use crate::ids::NoticeId;
use crate::interaction::CustomId;
use crate::reply::{Button, Component, Message};
use crate::rules::competition::{Entry, Teams};
use crate::view::colour::GOLD;
use crate::view::competition::{Described, Standing, announce_start, join_button, podium_lines, small_print};
use crate::view::standings::Page;
use crate::view::text;

/// It has begun.
#[must_use]
pub fn competition_started(notice: NoticeId, described: &Described, teams: &[String]) -> Message {
    let mut row = vec![standings_button(notice)];
    let joined = match described.teams {
        Some(Teams::Captains) => false,
        Some(Teams::Role | Teams::Balanced) => true,
        None => described.entry == Entry::Open,
    };
    if joined {
        row.push(join_button(described.id));
    }
    framed_message(vec![
        Component::Text(announce_start(described, teams)),
        Component::Row(row),
    ])
}

/// Half of it is over.
#[must_use]
pub fn competition_midway(
    notice: NoticeId,
    described: &Described,
    standing: &Standing,
    page: &Page<'_>,
) -> Message {
    let end = text::date_time(described.ends_at);
    let head = format!("### {}: half-way\nIt ends {end}.", text::plain(&described.name));
    with_podium(notice, head, described, standing, page)
}

/// It ends within a day.
#[must_use]
pub fn last_day(notice: NoticeId, described: &Described, standing: &Standing, page: &Page<'_>) -> Message {
    let end = text::relative(described.ends_at);
    let head = format!(
        "### {}: the last day\nIt ends {end}.",
        text::plain(&described.name)
    );
    with_podium(notice, head, described, standing, page)
}

/// It is over.
#[must_use]
pub fn competition_ended(
    notice: NoticeId,
    described: &Described,
    standing: &Standing,
    page: &Page<'_>,
) -> Message {
    let prize = match &described.prize_note {
        Some(note) => format!("\nPrize: {}", text::plain(note)),
        None => String::new(),
    };
    let head = format!("### {} is over{prize}", text::plain(&described.name));
    with_podium(notice, head, described, standing, page)
}

/// It was given up.
#[must_use]
pub fn competition_cancelled(notice: NoticeId, described: &Described) -> Message {
    let name = text::plain(&described.name);
    framed_message(vec![
        Component::Text(format!(
            "### {name} is cancelled\nNobody wins it. Everybody keeps their points on the leaderboard."
        )),
        Component::Row(vec![standings_button(notice)]),
    ])
}

fn with_podium(
    notice: NoticeId,
    head: String,
    described: &Described,
    standing: &Standing,
    page: &Page<'_>,
) -> Message {
    let mut children = vec![Component::Text(head), Component::Separator];
    children.extend(podium_lines(standing, page));
    children.push(Component::Separator);
    children.push(Component::Text(small_print(described, standing)));
    children.push(Component::Row(vec![standings_button(notice)]));
    framed_message(children)
}

fn standings_button(notice: NoticeId) -> Button {
    Button::new("Standings", CustomId::Notice { notice }.custom_id())
}

fn framed_message(children: Vec<Component>) -> Message {
    Message::public(vec![Component::Container {
        accent: GOLD,
        children,
    }])
}
