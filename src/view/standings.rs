//! Final standings and the boards of competitions: lines with a rank, in pages, the reader's own line always among
//! them. The leaderboard has its own in `board`, with periods and streaks.

use std::collections::HashSet;

use crate::ids::UserId;
use crate::picture::Image;
use crate::picture::podium::{Podium, PodiumStep};
use crate::reply::Component;
use crate::view::paging::page_buttons;
use crate::view::text;

/// Lines on a page.
const PAGE: usize = 10;

/// How equal points are put in order.
pub const TIES: &str = "Equal points share a rank; among equals, more right answers and then the earlier last answer \
                        come first.";

/// One member's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The place, shared by equals.
    pub rank: i64,
    pub user: UserId,
    /// What they were called, for those who are gone.
    pub name: String,
    /// Whether they left the server.
    pub left: bool,
    /// What they won it with.
    pub points: i64,
    /// Right answers.
    pub correct: i64,
    /// Answers.
    pub answers: i64,
    /// What else is to be said about it.
    pub note: Option<String>,
}

/// A podium as a card; none where nobody stands on it.
#[must_use]
pub fn podium_card(title: &str, subtitle: &str, places: Vec<PodiumStep>) -> Option<Image> {
    (!places.is_empty()).then(|| {
        Image::Podium(Podium {
            title: text::unmarked(title),
            subtitle: text::unmarked(subtitle),
            places,
        })
    })
}

/// A page of a list as one member sees it.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The whole list, in order.
    pub lines: &'a [Line],
    /// Who keeps their points but not their name.
    pub hidden: &'a HashSet<UserId>,
    /// Who looks at it; nobody in particular where the channel does.
    pub viewer: Option<UserId>,
    /// Which page, from 0; past the end means the last.
    pub page: usize,
}

impl Page<'_> {
    fn pages(&self) -> usize {
        self.lines.len().div_ceil(PAGE).max(1)
    }

    fn shown(&self) -> usize {
        self.page.min(self.pages() - 1)
    }

    /// The podium as a card; none where nobody has points.
    #[must_use]
    pub fn card(&self, title: &str, subtitle: &str) -> Option<Image> {
        let first = self.lines.iter().filter(|line| line.rank <= 3 && line.points > 0);
        let places = first.map(|line| PodiumStep {
            rank: u32::try_from(line.rank).unwrap_or(u32::MAX),
            name: match self.hidden.contains(&line.user) {
                true => text::HIDDEN.to_owned(),
                false => text::unmarked(&line.name),
            },
            score: text::count_of(line.points, "point", "points"),
        });
        podium_card(title, subtitle, places.collect())
    }

    /// What a member is called here.
    fn name(&self, line: &Line) -> String {
        let own = self.viewer == Some(line.user);
        match (own, self.hidden.contains(&line.user), line.left) {
            (true, ..) => format!("{} (you)", text::member(line.user)),
            // A mention of somebody who is gone is shown as a number.
            (false, false, true) => text::plain(&line.name),
            (false, hidden, _) => text::named(line.user, hidden),
        }
    }

    fn line(&self, line: &Line) -> String {
        let note = line
            .note
            .as_ref()
            .map(|note| format!(" · {note}"))
            .unwrap_or_default();
        format!(
            "**{}.** {} · **{} points**\n-# {} of {} right{note}",
            line.rank,
            self.name(line),
            line.points,
            line.correct,
            line.answers
        )
    }

    /// The lines of the page and, below a thin line, the reader's own where the page does not show it.
    #[must_use]
    pub fn lines(&self, nobody: &str) -> Vec<Component> {
        let start = self.shown() * PAGE;
        let lines: Vec<String> = self
            .lines
            .iter()
            .skip(start)
            .take(PAGE)
            .map(|line| self.line(line))
            .collect();
        if lines.is_empty() {
            return vec![Component::Text(nobody.to_owned())];
        }
        let mut shown = vec![Component::Text(lines.join("\n"))];
        let own = self.lines.iter().position(|line| self.viewer == Some(line.user));
        if let Some(at) = own.filter(|at| !(start..start + PAGE).contains(at)) {
            shown.push(Component::Separator);
            shown.push(Component::Text(self.line(&self.lines[at])));
        }
        shown
    }

    /// The first three ranks with points, for an announcement. Where many share the third, the first ten of them.
    #[must_use]
    pub fn podium(&self) -> String {
        self.podium_within(usize::MAX)
    }

    /// The same in so many characters: where names are long and many share a rank, those beyond are counted.
    #[must_use]
    pub fn podium_within(&self, most: usize) -> String {
        let first = self
            .lines
            .iter()
            .take_while(|line| line.rank <= 3 && line.points > 0)
            .take(PAGE);
        let written: Vec<String> = first.map(|line| self.line(line)).collect();
        let mut room = most;
        let fitting = written
            .iter()
            .take_while(|line| {
                let length = line.chars().count() + 1;
                let fits = length <= room;
                room = room.saturating_sub(length);
                fits
            })
            .count();
        let mut shown = written[..fitting].join("\n");
        if fitting < written.len() {
            shown.push_str(&format!(
                "\n-# and {} more on these ranks",
                written.len() - fitting
            ));
        }
        shown
    }

    /// The buttons that turn the page; none where there is one page only. `place` makes the ids of buttons that cannot
    /// be pressed their own.
    #[must_use]
    pub fn turning(&self, place: &str, to: impl Fn(u32) -> String) -> Option<Component> {
        if self.pages() < 2 {
            return None;
        }
        let to = |page: usize| to(u32::try_from(page).unwrap_or(u32::MAX));
        Some(Component::Row(page_buttons(
            self.shown(),
            self.pages(),
            place,
            to,
        )))
    }
}
