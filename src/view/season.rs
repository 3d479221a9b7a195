//! Seasons: how the running one stands, how past ones ended.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::ids::{ChannelId, NoticeId, UserId};
use crate::interaction::CustomId;
use crate::picture::Image;
use crate::reply::{Button, Component, Message};
use crate::rules::season::{Length, Season};
use crate::view::colour::GOLD;
use crate::view::standings::{Line, Page, TIES};
use crate::view::text;

/// Seasons on a page of the hall of fame.
pub const SEASONS: usize = 6;

/// What `/season show` tells.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The running season and when it ends.
    pub season: Season,
    /// When that is.
    pub ends_at: DateTime<Utc>,
    /// How long the seasons after it will be.
    pub length: Length,
    /// Where its end will be announced.
    pub channel: Option<ChannelId>,
    /// A season that is over but not closed, and how many questions it waits for.
    pub closing: Option<(Season, i64)>,
}

/// `/season show`
#[must_use]
pub fn season_message(shown: &Shown) -> Message {
    let each = match shown.length {
        Length::Month => "Each season after it is a month long.",
        Length::Quarter => "Each season after it is a quarter of a year long.",
    };
    let place = match shown.channel {
        Some(channel) => format!("The podium appears in {}.", text::channel(channel)),
        None => {
            "The podium appears nowhere yet: a manager can choose a channel with /season channel.".to_owned()
        }
    };
    let mut lines = vec![format!(
        "### {}\nThis season ends {}, {}. {each}\n{place} /leaderboard period:season shows how it stands.",
        shown.season,
        text::date_time(shown.ends_at),
        text::relative(shown.ends_at),
    )];
    if let Some((season, waiting)) = shown.closing {
        lines.push(format!("-# {}", closing_sentence(season, waiting)));
    }
    Message::note(lines.join("\n"))
}

fn closing_sentence(season: Season, waiting: i64) -> String {
    match waiting {
        0 => format!("{season} is over; its final standings come in a moment."),
        n => format!(
            "{season} is over. {} answered in it {} still to be revealed; its final standings wait for that, up to \
             three days.",
            text::count_of(n, "question", "questions"),
            if n == 1 { "is" } else { "are" },
        ),
    }
}

/// After `/season length`
#[must_use]
pub fn length_set(length: Length, running: Season, ends_at: DateTime<Utc>, same: bool) -> Message {
    let word = match length {
        Length::Month => "a month",
        Length::Quarter => "a quarter of a year",
    };
    Message::note(match same {
        true => format!(
            "Seasons are {word} long already. {running} ends {}.",
            text::date_time(ends_at)
        ),
        false => format!(
            "From {} on, seasons are {word} long. {running} runs to its end as it is.",
            text::date_time(ends_at)
        ),
    })
}

/// After `/season channel`
#[must_use]
pub fn channel_set(channel: ChannelId) -> Message {
    Message::note(format!(
        "The end of each season is announced in {} from now on.",
        text::channel(channel)
    ))
}

/// A server where nothing was set up.
#[must_use]
pub fn no_season() -> Message {
    Message::note(
        "There are no seasons on this server yet. They begin with the first daily question: /daily add.",
    )
}

/// The end of a season, for the channel.
#[must_use]
pub fn season_ended(notice: NoticeId, season: Season, lines: &[Line], hidden: &HashSet<UserId>) -> Message {
    let page = Page {
        lines,
        hidden,
        viewer: None,
        page: 0,
    };
    let members = text::count_of(
        i64::try_from(lines.len()).unwrap_or_default(),
        "member",
        "members",
    );
    let row = Component::Row(vec![Button::new(
        "Final standings",
        CustomId::Notice { notice }.custom_id(),
    )]);
    Message::public(vec![Component::Container {
        accent: GOLD,
        children: vec![
            Component::Text(format!("### {season} is over\n{}", page.podium())),
            Component::Separator,
            Component::Text(format!(
                "{members} took part. A new season has begun, and everybody starts from zero.\n-# {TIES} /season \
                 hall-of-fame keeps this podium."
            )),
            row,
        ],
    }])
}

/// The podium of a season as a card; none where nobody has points.
#[must_use]
pub fn podium_image(season: Season, lines: &[Line], hidden: &HashSet<UserId>) -> Option<Image> {
    let page = Page {
        lines,
        hidden,
        viewer: None,
        page: 0,
    };
    page.card(&season.to_string(), "Final standings")
}

/// The final standings of a season.
#[must_use]
pub fn final_standings(season: Season, page: &Page<'_>) -> Message {
    let mut children = vec![
        Component::Text(format!("### Final standings of {season}")),
        Component::Separator,
    ];
    children.extend(page.lines("Nobody had points in this season."));
    children.push(Component::Separator);
    children.push(Component::Text(format!("-# {TIES} They stay as they are.")));
    children.extend(page.turning("season", |page| {
        let start = season.start;
        CustomId::SeasonResults { start, page }.custom_id()
    }));
    framed_message(children)
}

/// Characters for one podium of [`SEASONS`] in a message.
const PODIUM: usize = 550;

/// The podiums of past seasons, the newest first. `more` says whether there are earlier ones.
#[must_use]
pub fn hall_of_fame(
    podiums: &[(Season, Vec<Line>)],
    hidden: &HashSet<UserId>,
    viewer: UserId,
    page: u32,
    more: bool,
) -> Message {
    let mut children = vec![Component::Text("### Hall of fame".to_owned())];
    if podiums.is_empty() {
        let nothing = "No season is over yet. Its first three will stand here for good.";
        children.push(Component::Text(nothing.to_owned()));
    }
    for (season, lines) in podiums {
        let page = Page {
            lines,
            hidden,
            viewer: Some(viewer),
            page: 0,
        };
        children.push(Component::Separator);
        children.push(Component::Text(format!(
            "**{season}**\n{}",
            page.podium_within(PODIUM)
        )));
    }
    if page > 0 || more {
        let turn = |label: &str, to: Option<u32>, end: &str| {
            let id = to.map_or(format!("fame-{end}"), |page| {
                CustomId::HallOfFame { page }.custom_id()
            });
            Button::new(label, id).enabled(to.is_some())
        };
        children.push(Component::Row(vec![
            turn("Newer", page.checked_sub(1), "newest"),
            turn("Earlier", Some(page + 1).filter(|_| more), "oldest"),
        ]));
    }
    framed_message(children)
}

/// A season whose final standings do not exist, or not yet.
#[must_use]
pub fn no_results() -> Message {
    Message::note("There are no final standings of this season.")
}

fn framed_message(children: Vec<Component>) -> Message {
    Message::private(vec![Component::Container {
        accent: GOLD,
        children,
    }])
}
