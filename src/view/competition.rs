//! Competitions: what they are, how they stand, and what is said to managers. What is said to those who join or pick is
//! in `taking_part`.

use chrono::{DateTime, Utc};

use crate::ids::{ChannelId, CompetitionId};
use crate::interaction::CustomId;
use crate::picture::Image;
use crate::picture::podium::PodiumStep;
use crate::reply::{Button, Component, Message, clip_text};
use crate::rules::competition::{Entry as Entrance, Scope, Teams};
use crate::view::colour::GOLD;
use crate::view::standings::{Line, Page, TIES, podium_card};
use crate::view::text;

/// A competition as it is described to people.
#[derive(Clone, Debug)]
pub struct Described {
    pub id: CompetitionId,
    pub name: String,
    pub scope: Scope,
    pub topics: Vec<String>,
    pub entry: Entrance,
    pub teams: Option<Teams>,
    pub prize_note: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// It has not begun.
    pub planned: bool,
    /// Its final standings are written.
    pub finished: bool,
    /// It was given up.
    pub cancelled: bool,
    /// Its end has passed.
    pub over: bool,
}

/// How a competition stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// How many members of each team count.
    pub best: i64,
    /// Teams in order; none where members compete for themselves.
    pub teams: Vec<TeamLine>,
    /// Members in order.
    pub lines: Vec<Line>,
}

/// A team's line.
#[derive(Clone, Debug)]
pub struct TeamLine {
    /// The place, shared by equals.
    pub rank: i64,
    /// What it is called.
    pub name: String,
    /// The points of its best members together.
    pub points: i64,
    /// How many joined it.
    pub size: i64,
}

/// Whether the reader takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Everybody does by answering.
    NotNeeded,
    /// Yes, in this team where there are any.
    In(Option<i16>),
    /// Not yet.
    Out,
    /// They have left it.
    Left,
}

/// What a board shows.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// Which competition.
    pub described: &'a Described,
    /// How it stands.
    pub standing: &'a Standing,
    /// Whether the reader takes part.
    pub entry: Entry,
    /// The members' lines.
    pub page: &'a Page<'a>,
}

fn what_counts(scope: Scope) -> &'static str {
    match scope {
        Scope::Daily => "daily questions",
        Scope::Live => "live quizzes",
        Scope::All => "daily questions, live quizzes and practice",
    }
}

/// When it is, in a sentence.
fn dates_sentence(described: &Described) -> String {
    let moment = |at| format!("{}, {}", text::date_time(at), text::relative(at));
    match described {
        Described { cancelled: true, .. } => "It was cancelled.".to_owned(),
        Described { planned: true, .. } => format!(
            "Begins {} and ends {}.",
            moment(described.starts_at),
            text::date_time(described.ends_at)
        ),
        Described { finished: true, .. } => format!("Ended {}.", text::date_time(described.ends_at)),
        Described { over: true, .. } => {
            "It is over. The final standings wait for the questions answered in it to be revealed, up to three days."
                .to_owned()
        }
        _ => format!("Ends {}.", moment(described.ends_at)),
    }
}

/// What counts, who takes part, and the prize.
fn terms_sentence(described: &Described) -> String {
    let topics = match described.topics.as_slice() {
        [] => String::new(),
        topics => format!(" on {}", text::plain(&clip_text(&topics.join(", "), 300))),
    };
    let who = match (described.teams, described.entry) {
        (None, Entrance::Everyone) => "Everybody takes part by answering.",
        (None, Entrance::Open) => "Open to all: join, and your answers count from then on.",
        (Some(Teams::Role), Entrance::Everyone) => {
            "Teams by role: you are in with your first answer, in the team whose role you hold then."
        }
        (Some(Teams::Role), Entrance::Open) => {
            "Teams by role: join, and you are in the team whose role you hold then."
        }
        (Some(Teams::Captains), _) => "Captains pick their teams in turn.",
        (Some(Teams::Balanced), Entrance::Everyone) => {
            "Teams are drawn at the start from the last 30 days' points; who answers later joins the smallest."
        }
        (Some(Teams::Balanced), Entrance::Open) => {
            "Join; teams are drawn at the start from the last 30 days' points, and who joins later gets the smallest."
        }
    };
    let prize = match &described.prize_note {
        Some(note) => format!("\nPrize: {}", text::plain(note)),
        None => String::new(),
    };
    format!(
        "What counts: {}{topics}. {who}{prize}",
        what_counts(described.scope)
    )
}

/// The mean of the best members, with one decimal.
fn best_mean(points: i64, best: i64) -> String {
    let tenths = (points * 10 + best / 2) / best.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn team_lines(standing: &Standing) -> String {
    let lines = standing.teams.iter().map(|team| {
        format!(
            "**{}.** {} · **{} points**\n-# {}",
            team.rank,
            text::plain(&team.name),
            best_mean(team.points, standing.best),
            text::count_of(team.size, "member", "members")
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn team_rule(best: i64) -> String {
    let whom = match best {
        1 => "its best member".to_owned(),
        best => format!("its best {best} members"),
    };
    format!(
        "A team has the mean of {whom}: as many as joined the smallest team. A team once joined stays yours."
    )
}

/// The podium as a card, of teams where there are any; none where nobody has points.
#[must_use]
pub fn podium_image(described: &Described, standing: &Standing, page: &Page<'_>) -> Option<Image> {
    let subtitle = match described.over || described.finished {
        true => "Final standings",
        false => "Standings so far",
    };
    if standing.teams.is_empty() {
        return page.card(&described.name, subtitle);
    }
    let first = standing
        .teams
        .iter()
        .filter(|team| team.rank <= 3 && team.points > 0);
    let places = first.map(|team| PodiumStep {
        rank: u32::try_from(team.rank).unwrap_or(u32::MAX),
        name: text::unmarked(&team.name),
        score: format!("{} points", best_mean(team.points, standing.best)),
    });
    podium_card(&described.name, subtitle, places.collect())
}

/// How it stands, as one member sees it.
#[must_use]
pub fn board_message(shown: &Shown<'_>) -> Message {
    let Shown {
        described,
        standing,
        entry,
        page,
    } = shown;
    let mut children = vec![Component::Text(format!(
        "### {}\n{}\n{}",
        text::plain(&described.name),
        dates_sentence(described),
        terms_sentence(described)
    ))];
    children.push(Component::Separator);
    let mut small = Vec::new();
    if !standing.teams.is_empty() {
        children.push(Component::Text(team_lines(standing)));
        children.push(Component::Separator);
        small.push(team_rule(standing.best));
    }
    children.extend(page.lines(match described.planned {
        true => "Nobody has points before it begins.",
        false => "No points yet. They come with the next reveal.",
    }));
    children.push(Component::Separator);
    small.push(TIES.to_owned());
    if described.prize_note.is_some() {
        small.push("Prizes go by this order.".to_owned());
    }
    small.push(match entry {
        Entry::NotNeeded => String::new(),
        Entry::In(_) => "You take part.".to_owned(),
        Entry::Out => "You do not take part yet.".to_owned(),
        Entry::Left => "You left; the points you had until then stay.".to_owned(),
    });
    children.push(Component::Text(format!("-# {}", small.join(" ").trim())));
    let competition = described.id;
    children.extend(page.turning("competition", |page| {
        CustomId::Competition { competition, page }.custom_id()
    }));
    let closed = described.over || described.finished || described.cancelled;
    if *entry == Entry::Out && !closed && described.teams != Some(Teams::Captains) {
        children.push(Component::Row(vec![join_button(competition)]));
    }
    Message::private(vec![Component::Container {
        accent: GOLD,
        children,
    }])
}

/// The button that lets somebody take part.
pub(super) fn join_button(competition: CompetitionId) -> Button {
    Button::new("Join", CustomId::JoinCompetition { competition }.custom_id()).primary()
}

/// What is announced at its start, without the buttons.
pub(super) fn announce_start(described: &Described, teams: &[String]) -> String {
    format!(
        "### {} has begun\n{}\n{}{}",
        text::plain(&described.name),
        dates_sentence(described),
        terms_sentence(described),
        team_names(teams)
    )
}

/// How it stands, for the channel: teams, and the first members.
pub(super) fn podium_lines(standing: &Standing, page: &Page<'_>) -> Vec<Component> {
    let mut parts = Vec::new();
    if !standing.teams.is_empty() {
        parts.push(Component::Text(team_lines(standing)));
        parts.push(Component::Separator);
    }
    let first = page.podium();
    parts.push(Component::Text(match first.is_empty() {
        true => "Nobody has points.".to_owned(),
        false => first,
    }));
    parts
}

/// The rules by which it is decided, in small print.
pub(super) fn small_print(described: &Described, standing: &Standing) -> String {
    let teams = match standing.teams.is_empty() {
        true => String::new(),
        false => format!("{} ", team_rule(standing.best)),
    };
    let prize = match described.prize_note {
        Some(_) => " Prizes go by this order.",
        None => "",
    };
    format!("-# {teams}{TIES}{prize}")
}

fn team_names(teams: &[String]) -> String {
    match teams {
        [] => String::new(),
        teams => {
            let names: Vec<String> = teams.iter().map(|name| text::plain(name)).collect();
            format!("\nTeams: {}", names.join(", "))
        }
    }
}

/// After `/competition create`
#[must_use]
pub fn competition_created(
    described: &Described,
    teams: &[String],
    channel: ChannelId,
    zone: &str,
) -> Message {
    Message::note(format!(
        "**{}** is set up.\n{}\n{}{}\n-# Its start, how it stands on the way, and the podium appear in {}. Times are \
         by \
         the clocks of {}.",
        text::plain(&described.name),
        dates_sentence(described),
        terms_sentence(described),
        team_names(teams),
        text::channel(channel),
        text::plain(zone)
    ))
}

/// `/competition list`
#[must_use]
pub fn competition_list(all: &[Described]) -> Message {
    if all.is_empty() {
        return no_competition();
    }
    let mut lines = Vec::new();
    let mut room = 3500_usize;
    for described in all {
        let line = format!(
            "**{}** · {}\n-# {}",
            text::plain(&described.name),
            dates_sentence(described),
            what_counts(described.scope)
        );
        match room.checked_sub(line.chars().count()) {
            Some(left) => room = left,
            None => break,
        }
        lines.push(line);
    }
    Message::note(format!("### Competitions\n{}", lines.join("\n")))
}

/// No competition to act on.
#[must_use]
pub fn no_competition() -> Message {
    Message::note(
        "No competition is going on or planned here. A manager can start one with /competition create.",
    )
}

/// Several, none named.
#[must_use]
pub fn which_competition(names: &[&str]) -> Message {
    let names: Vec<String> = names.iter().map(|name| text::plain(name)).collect();
    Message::note(format!(
        "There are several competitions: {}. Say which one with the option competition.",
        names.join(", ")
    ))
}

/// One this server does not have.
#[must_use]
pub fn no_such(typed: &str) -> Message {
    Message::note(format!(
        "There is no competition “{}” here; /competition list shows those there are.",
        text::plain(&clip_text(typed, 60))
    ))
}

/// As many as there may be.
#[must_use]
pub fn too_many(most: i64) -> Message {
    Message::note(format!(
        "{most} competitions run or are planned here; that is the most. End or cancel one first."
    ))
}

/// A command that another instance has handled.
#[must_use]
pub fn done_already() -> Message {
    Message::note("This is done already. /competition list shows how things stand.")
}

/// Ending what has not begun.
#[must_use]
pub fn not_begun(name: &str) -> Message {
    Message::note(format!(
        "{} has not begun. /competition cancel gives it up.",
        text::plain(name)
    ))
}

/// Acting on one that is over.
#[must_use]
pub fn already_over(name: &str) -> Message {
    Message::note(format!("{} is over.", text::plain(name)))
}

/// After `/competition end`
#[must_use]
pub fn end_noted(name: &str, channel: ChannelId) -> Message {
    Message::note(format!(
        "{} ends now. The podium appears in {} once the questions answered in it are revealed.",
        text::plain(name),
        text::channel(channel)
    ))
}

/// After `/competition cancel`
#[must_use]
pub fn cancel_noted(name: &str) -> Message {
    Message::note(format!(
        "{} is cancelled. Everybody keeps their points on the leaderboard.",
        text::plain(name)
    ))
}
