//! Reading the options of `/competition create`: all mistakes at once, each with its sentence.

use chrono::{DateTime, Utc};

use crate::bank::filter;
use crate::bank::syllabus::Syllabus;
use crate::ids::{ChannelId, RoleId, UserId};
use crate::interaction::{CompetitionOptions, Named};
use crate::reply::clip_text;
use crate::rules::competition::{self, Entry, PRIZE, Scope, TEAMS, Teams};
use crate::rules::date_input::{self, Edge};
use crate::rules::schedule::Zone;
use crate::store::competitions::CompetitionSettings;

/// A team to be made.
pub struct NewTeam {
    /// What it is called.
    pub name: String,
    /// Whose holders join it.
    pub role: Option<RoleId>,
    /// Who picks its members.
    pub captain: Option<UserId>,
}

/// The competition these options describe, and its teams.
///
/// # Errors
/// One sentence per mistake.
pub fn read_settings(
    syllabus: &Syllabus,
    zone: &Zone,
    here: ChannelId,
    options: &CompetitionOptions,
    now: DateTime<Utc>,
) -> Result<(CompetitionSettings, Vec<NewTeam>), Vec<String>> {
    let mut mistakes = Vec::new();
    let name = competition::parse_name(&options.name).map_err(|mistake| mistakes.push(mistake.to_string()));
    let mut instant = |typed: &str, edge| {
        date_input::parse_date_time(typed, edge, now, zone)
            .map_err(|mistake| mistakes.push(mistake.to_string()))
    };
    let times = (
        instant(&options.start, Edge::Start),
        instant(&options.end, Edge::End),
    );
    if let (Ok(start), Ok(end)) = times
        && let Err(mistake) = competition::check_times(start, end, now)
    {
        mistakes.push(mistake.to_string());
    }
    let topics = match options.topics.as_deref().map(str::trim) {
        None | Some("" | "any" | "all") => Vec::new(),
        Some(typed) => filter::parse_filter(syllabus, typed).unwrap_or_else(|sentences| {
            mistakes.extend(sentences);
            Vec::new()
        }),
    };
    let kind = options.teams.as_deref().and_then(Teams::parse);
    let teams = read_mode(kind, options).unwrap_or_else(|mistake| {
        mistakes.push(mistake);
        Vec::new()
    });
    let prize_note = options
        .prize_note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty());
    if prize_note.is_some_and(|note| note.chars().count() > PRIZE) {
        mistakes.push(format!(
            "The note on the prize is too long; {PRIZE} characters are the most."
        ));
    }
    match (name, times, mistakes.is_empty()) {
        (Ok(name), (Ok(starts_at), Ok(ends_at)), true) => {
            let plan = CompetitionSettings {
                name,
                scope: options
                    .scope
                    .as_deref()
                    .and_then(Scope::parse)
                    .unwrap_or(Scope::Daily),
                topics,
                entry: options
                    .entry
                    .as_deref()
                    .and_then(Entry::parse)
                    .unwrap_or(Entry::Everyone),
                teams: kind,
                prize_note: prize_note.map(str::to_owned),
                channel_id: options.announce_channel.unwrap_or(here),
                starts_at,
                ends_at,
            };
            Ok((plan, teams))
        }
        _ => Err(mistakes),
    }
}

/// The teams, if there are to be any. What was said of them in two options has to agree.
fn read_mode(kind: Option<Teams>, options: &CompetitionOptions) -> Result<Vec<NewTeam>, String> {
    match (options.mode.as_deref(), kind) {
        (Some("individual"), Some(_)) => {
            Err("Each for themselves or in teams: leave out teams, or choose mode teams.".to_owned())
        }
        (Some("teams"), None) => {
            Err("Say how teams are made with the option teams: by role, by captains, or balanced.".to_owned())
        }
        (_, None) => Ok(Vec::new()),
        (_, Some(kind)) => read_teams(kind, options),
    }
}

fn read_teams(kind: Teams, options: &CompetitionOptions) -> Result<Vec<NewTeam>, String> {
    let teams: Vec<NewTeam> = match kind {
        Teams::Role => {
            let mut roles = options.roles();
            roles.sort_by_key(|role| role.id);
            roles.dedup_by_key(|role| role.id);
            let team = |role: &Named<RoleId>| NewTeam {
                name: clip_text(&role.name, competition::NAME),
                role: Some(role.id),
                captain: None,
            };
            roles.into_iter().map(team).collect()
        }
        Teams::Captains => {
            let mut captains = options.captains();
            captains.sort_by_key(|captain| captain.id);
            captains.dedup_by_key(|captain| captain.id);
            let team = |captain: &Named<UserId>| NewTeam {
                name: clip_text(&format!("Team {}", captain.name), competition::NAME),
                role: None,
                captain: Some(captain.id),
            };
            captains.into_iter().map(team).collect()
        }
        Teams::Balanced => {
            let count = usize::try_from(options.team_count.unwrap_or(2))
                .unwrap_or(2)
                .min(TEAMS);
            let team = |letter| NewTeam {
                name: format!("Team {letter}"),
                role: None,
                captain: None,
            };
            ('A'..='Z').take(count).map(team).collect()
        }
    };
    match (kind, teams.len()) {
        (_, 2..=TEAMS) => Ok(teams),
        (Teams::Role, _) => Err("Name two to four different roles with role-1, role-2 and so on.".to_owned()),
        (Teams::Captains, _) => {
            Err("Name two to four different captains with captain-1, captain-2 and so on.".to_owned())
        }
        (Teams::Balanced, _) => Err("There can be two to four teams.".to_owned()),
    }
}
