//! One member's record.

use chrono::NaiveDate;

use crate::ids::UserId;
use crate::picture::Image;
use crate::picture::profile::{Area, Profile as Shown};
use crate::reply::{Component, Message, Picture};
use crate::rules::ranks::Ranked;
use crate::rules::streak::{EARNED_EVERY, MOST_FREEZES, Streak};
use crate::view::colour::ACCENT;
use crate::view::text;

/// What a profile shows.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Whose.
    pub user: UserId,
    /// Whether they look at it themselves.
    pub own: bool,
    /// Their place this week; `None` without a scored answer this week.
    pub week: Option<Ranked>,
    /// Their place of all time; `None` without a scored answer.
    pub all: Option<Ranked>,
    /// Rounds answered in a row, and freezes held.
    pub streak: Streak,
    /// Area, right answers, answers; the weakest first.
    pub areas: Vec<(String, i64, i64)>,
    /// The same as a picture. The areas are left to it then.
    pub picture: Option<Picture>,
}

/// How the last half year went; see [`Shown`].
#[derive(Clone, Debug)]
pub struct HalfYear {
    /// The day it is where the guild is.
    pub today: NaiveDate,
    /// Answers on each day, from the first week's Monday on.
    pub days: Vec<u16>,
    /// The place in each week.
    pub places: Vec<Option<u32>>,
}

impl Profile {
    /// The profile as a card; `None` without a scored answer.
    #[must_use]
    pub fn card(&self, name: &str, past: HalfYear) -> Option<Image> {
        let all = self.all.as_ref()?;
        let HalfYear { today, days, places } = past;
        let areas = self.areas.iter().map(|(title, right, answers)| Area {
            title: title.clone(),
            right: *right,
            answers: *answers,
        });
        Some(Image::Profile(Shown {
            name: text::unmarked(name),
            points: all.score.points,
            rank: all.rank,
            right: (all.score.correct, all.score.answers),
            streak: self.streak.length,
            freezes: u32::try_from(self.streak.freezes).unwrap_or_default(),
            today,
            days,
            places,
            areas: areas.collect(),
        }))
    }
}

/// The profile's message.
#[must_use]
pub fn profile_message(profile: &Profile) -> Message {
    let mut children = vec![Component::Text(format!("### {}", text::member(profile.user)))];
    let Some(all) = &profile.all else {
        let who = if profile.own { "You have" } else { "They have" };
        children.push(Component::Text(format!(
            "{who} no scored answer yet. The first reveal changes that."
        )));
        return framed_message(children);
    };
    let week = match &profile.week {
        Some(week) => format!("{} points, rank {}", week.score.points, week.rank),
        None => "nothing yet".to_owned(),
    };
    let right = match all.score.answers {
        0 => "open questions only so far".to_owned(),
        n => format!(
            "{} of {n} ({})",
            all.score.correct,
            text::percent(all.score.correct, n)
        ),
    };
    children.push(Component::Text(format!(
        "**This week** {week}\n**All time** {} points, rank {}\n**Right** {right}\n**In a row** {}",
        all.score.points,
        all.rank,
        in_a_row(profile.streak),
    )));
    if let Some(picture) = &profile.picture {
        children.push(Component::Picture(picture.clone()));
        return framed_message(children);
    }
    if profile.areas.is_empty() {
        return framed_message(children);
    }
    children.push(Component::Separator);
    let areas = profile.areas.iter().map(|(area, right, answers)| {
        format!(
            "{} {right} of {answers} · {}",
            text::bar(*right, *answers),
            text::plain(area)
        )
    });
    children.push(Component::Text(format!(
        "**By area, weakest first**\n{}",
        areas.collect::<Vec<_>>().join("\n")
    )));
    framed_message(children)
}

fn in_a_row(streak: Streak) -> String {
    let rounds = text::count_of(streak.length, "round", "rounds");
    let rule = format!(
        "-# Every {EARNED_EVERY} rounds in a row earn a freeze, up to {MOST_FREEZES}. A missed round spends one \
         instead \
         of breaking the row."
    );
    match streak.freezes {
        0 => format!("{rounds}\n{rule}"),
        n => format!(
            "{rounds} · {} kept\n{rule}",
            text::count_of(n, "freeze", "freezes")
        ),
    }
}

fn framed_message(children: Vec<Component>) -> Message {
    Message::private(vec![Component::Container {
        accent: ACCENT,
        children,
    }])
}
