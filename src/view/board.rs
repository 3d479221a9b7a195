//! The leaderboard.

use std::collections::{HashMap, HashSet};

use crate::ids::UserId;
use crate::interaction::{CustomId, WhichBoard};
use crate::picture::Image;
use crate::picture::leaderboard::{Change, Leaderboard, ROWS, Row};
use crate::reply::{Button, Component, Message, Picture};
use crate::rules::period::Period;
use crate::rules::ranks::Ranked;
use crate::rules::streak::Streak;
use crate::view::colour::ACCENT;
use crate::view::paging::page_buttons;
use crate::view::standings::TIES;
use crate::view::text;

/// Rows on a page.
pub const PAGE: usize = 10;

/// A board as one member sees it.
#[derive(Clone, Debug)]
pub struct Board<'a> {
    /// What it covers.
    pub period: Period,
    /// Whether it is of what members did alone.
    pub practice: bool,
    /// That period's name, such as "November 2026".
    pub label: &'a str,
    /// The topic or area it is limited to: name as typed, title as shown.
    pub topic: Option<(&'a str, &'a str)>,
    /// Everybody on it, in order.
    pub ranked: &'a [Ranked],
    /// Who keeps their points but not their name.
    pub hidden: &'a HashSet<UserId>,
    /// Streaks of those who are shown; missing means none.
    pub streaks: &'a HashMap<UserId, Streak>,
    /// Who looks at it.
    pub viewer: UserId,
    /// Which page, from 0; past the end means the last.
    pub page: usize,
    /// The first page as a picture. Its rows are short then: the picture says the rest.
    pub picture: Option<Picture>,
}

impl Board<'_> {
    fn title(&self) -> &'static str {
        match self.practice {
            true => "Practice",
            false => "Leaderboard",
        }
    }

    fn pages(&self) -> usize {
        self.ranked.len().div_ceil(PAGE).max(1)
    }

    fn shown_page(&self) -> usize {
        self.page.min(self.pages() - 1)
    }

    /// The members whose rows are shown: the page's, and the viewer's.
    #[must_use]
    pub fn shown(&self) -> Vec<UserId> {
        let page = self.ranked.iter().skip(self.shown_page() * PAGE).take(PAGE);
        page.map(|row| row.score.user).chain([self.viewer]).collect()
    }

    /// The first page as a card. `names` are what members are called; `before` are the places before the last question,
    /// if there was one.
    #[must_use]
    pub fn card(
        &self,
        names: &HashMap<UserId, String>,
        before: Option<&HashMap<UserId, u32>>,
    ) -> Option<Image> {
        if self.shown_page() > 0 || self.ranked.is_empty() {
            return None;
        }
        let row = |ranked: &Ranked| {
            let user = ranked.score.user;
            let own = user == self.viewer;
            let name = match self.hidden.contains(&user) && !own {
                true => text::HIDDEN,
                false => names.get(&user).map_or("", String::as_str),
            };
            Row {
                rank: ranked.rank,
                name: text::unmarked(name),
                points: ranked.score.points.to_string(),
                change: before.map_or(Change::Unknown, |places| {
                    Change::between(places.get(&user).copied(), ranked.rank)
                }),
                streak: self.streaks.get(&user).map_or(0, |streak| streak.length),
                own,
            }
        };
        let mut others = self.ranked.iter().skip(ROWS);
        let own = others.find(|one| one.score.user == self.viewer).map(row);
        let since = match before {
            Some(_) => "since the last question",
            None => "",
        };
        Some(Image::Leaderboard(Leaderboard {
            title: text::unmarked(self.topic.map_or(self.title(), |(_, title)| title)),
            period: self.label.to_owned(),
            rows: self.ranked.iter().take(ROWS).map(row).collect(),
            more: self
                .ranked
                .len()
                .saturating_sub(ROWS + usize::from(own.is_some())),
            own,
            since: since.to_owned(),
        }))
    }

    fn row(&self, row: &Ranked) -> String {
        let score = &row.score;
        let hidden = self.hidden.contains(&score.user) && score.user != self.viewer;
        let name = text::named(score.user, hidden);
        let you = if score.user == self.viewer { " (you)" } else { "" };
        if self.picture.is_some() {
            return format!("**{}.** {name}{you} · {} points", row.rank, score.points);
        }
        let streak = match self.streaks.get(&score.user) {
            Some(Streak { length, freezes }) if *length > 1 => {
                let kept = match freezes {
                    0 => String::new(),
                    n => format!(", {}", text::count_of(*n, "freeze", "freezes")),
                };
                format!(" · {length} in a row{kept}")
            }
            _ => String::new(),
        };
        let right = match score.answers {
            0 => "open questions only".to_owned(),
            all => format!(
                "{} of {all} right ({})",
                score.correct,
                text::percent(score.correct, all)
            ),
        };
        format!(
            "**{}.** {name}{you} · **{} points**\n-# {right}{streak}",
            row.rank, score.points
        )
    }
}

/// The board's message.
#[must_use]
pub fn board_message(board: &Board<'_>) -> Message {
    let topic = board
        .topic
        .map(|(_, title)| format!(" · {}", text::plain(title)))
        .unwrap_or_default();
    let mut children = match &board.picture {
        // It has the heading on it.
        Some(picture) => vec![Component::Picture(picture.clone())],
        None => vec![
            Component::Text(format!("### {}\n{}{topic}", board.title(), board.label)),
            Component::Separator,
        ],
    };
    let start = board.shown_page() * PAGE;
    let page: Vec<String> = board
        .ranked
        .iter()
        .skip(start)
        .take(PAGE)
        .map(|row| board.row(row))
        .collect();
    if page.is_empty() {
        let nothing = match board.practice {
            true => "No points yet. They come with /quiz solo.",
            false => "No points yet. They come with the first reveal.",
        };
        children.push(Component::Text(nothing.to_owned()));
    } else {
        children.push(Component::Text(page.join("\n")));
    }
    children.push(Component::Separator);
    children.extend(own_row(board, start));
    children.push(Component::Text(format!("-# {} {TIES}", text::points_by_level())));
    children.push(Component::Row(page_buttons(
        board.shown_page(),
        board.pages(),
        "board",
        |page| board_link(board, board.period, page),
    )));
    children.push(Component::Row(period_buttons(board)));
    Message::private(vec![Component::Container {
        accent: ACCENT,
        children,
    }])
}

/// The viewer's own row where the page does not show it.
fn own_row(board: &Board<'_>, start: usize) -> Option<Component> {
    let own = board.ranked.iter().position(|row| row.score.user == board.viewer);
    match own {
        Some(at) if (start..start + PAGE).contains(&at) => None,
        Some(at) => Some(Component::Text(board.row(&board.ranked[at]))),
        None if board.ranked.is_empty() => None,
        None => Some(Component::Text(
            "You are not on this board yet. One answer is enough.".to_owned(),
        )),
    }
}

fn period_buttons(board: &Board<'_>) -> Vec<Button> {
    let button = |period: Period| {
        let label = match period {
            Period::Week => "Week",
            Period::Month => "Month",
            Period::Season => "Season",
            Period::AllTime => "All time",
        };
        match period == board.period {
            true => Button::new(label, format!("board-is-{period}"))
                .primary()
                .enabled(false),
            false => Button::new(label, board_link(board, period, 0)),
        }
    };
    Period::ALL.into_iter().map(button).collect()
}

fn board_link(board: &Board<'_>, period: Period, page: usize) -> String {
    let which = WhichBoard {
        period,
        practice: board.practice,
        topic: board.topic.map(|(name, _)| name.to_owned()),
    };
    CustomId::Board {
        board: which,
        page: u32::try_from(page).unwrap_or(u32::MAX),
    }
    .custom_id()
}
