//! How a competition stands or ended: worked out from answers while it runs, read from its final standings afterwards.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;

use crate::bank::filter;
use crate::bot::Bot;
use crate::ids::UserId;
use crate::rules::ranks::{Ranked, rank_scores};
use crate::rules::team::{RankedTeam, Team, best_of, rank_teams};
use crate::store;
use crate::store::archive::Placing;
use crate::store::competitions::{Competition, State};
use crate::store::entrants::TeamRow;
use crate::view;
use crate::view::competition::{Described, Standing, TeamLine};
use crate::view::standings::Line;

/// A competition as it is described to people.
pub fn describe_competition(bot: &Bot, competition: &Competition) -> Described {
    let syllabus = bot.bank.syllabus();
    Described {
        topics: competition
            .topics
            .iter()
            .map(|name| filter::topic_title(syllabus, name))
            .collect(),
        id: competition.competition_id,
        name: competition.name.clone(),
        scope: competition.scope,
        entry: competition.entry,
        teams: competition.teams,
        prize_note: competition.prize_note.clone(),
        starts_at: competition.starts_at,
        ends_at: competition.ends_at,
        planned: competition.state == State::Planned,
        finished: competition.state == State::Finished,
        cancelled: competition.state == State::Cancelled,
        over: competition.ends_at <= bot.now(),
    }
}

/// Teams and members in order.
pub async fn competition_standings(bot: &Bot, competition: &Competition) -> anyhow::Result<Standing> {
    let mut db = bot.db.acquire().await?;
    if competition.state == State::Finished {
        return archived_standings(&mut db, competition).await;
    }
    let left: HashSet<UserId> = store::members::departed_members(&mut *db, competition.guild_id)
        .await?
        .into_iter()
        .collect();
    let worked_out = work_out(bot, &mut db, competition).await?;
    let names: HashMap<i16, &str> = worked_out
        .teams
        .iter()
        .map(|team| (team.team, team.name.as_str()))
        .collect();
    let members = worked_out
        .members
        .iter()
        .filter(|row| !left.contains(&row.score.user));
    // Ranked again, because who left takes no place.
    let lines = rank_scores(members.map(|row| row.score.clone()).collect());
    let users: Vec<UserId> = lines.iter().map(|row| row.score.user).collect();
    let mut called = store::members::member_names(&mut *db, competition.guild_id, &users).await?;
    let mut line = |row: Ranked| Line {
        rank: i64::from(row.rank),
        user: row.score.user,
        name: called.remove(&row.score.user).unwrap_or_default(),
        left: false,
        points: row.score.points,
        correct: row.score.correct,
        answers: row.score.answers,
        note: worked_out
            .team_of
            .get(&row.score.user)
            .and_then(|team| names.get(team))
            .map(|name| view::text::plain(name)),
    };
    let team_line = |team: &RankedTeam| TeamLine {
        rank: i64::from(team.rank),
        name: names
            .get(&team.team)
            .map(|name| (*name).to_owned())
            .unwrap_or_default(),
        points: team.points,
        size: i64::try_from(team.size).unwrap_or(i64::MAX),
    };
    Ok(Standing {
        best: worked_out.best,
        teams: worked_out.ranked_teams.iter().map(team_line).collect(),
        lines: lines.into_iter().map(&mut line).collect(),
    })
}

/// What follows from the answers, everybody included.
struct WorkedOut {
    members: Vec<Ranked>,
    teams: Vec<TeamRow>,
    ranked_teams: Vec<RankedTeam>,
    team_of: HashMap<UserId, i16>,
    best: i64,
}

async fn work_out(bot: &Bot, db: &mut PgConnection, competition: &Competition) -> anyhow::Result<WorkedOut> {
    let id = competition.competition_id;
    let topics = match competition.topics.is_empty() {
        true => None,
        false => Some(filter::expand_topics(bot.bank.syllabus(), &competition.topics)),
    };
    let scores = store::competitions::competition_scores(&mut *db, competition, topics.as_deref()).await?;
    let teams = store::entrants::list_teams(&mut *db, id).await?;
    let entrants = store::entrants::list_entrants(&mut *db, id).await?;
    let team_of: HashMap<UserId, i16> = entrants
        .iter()
        .filter_map(|entrant| Some((entrant.user_id, entrant.team?)))
        .collect();
    let of_team = |row: &TeamRow| Team {
        team: row.team,
        size: usize::try_from(row.size).unwrap_or_default(),
        scores: scores
            .iter()
            .filter(|score| team_of.get(&score.user) == Some(&row.team))
            .cloned()
            .collect(),
    };
    let of_teams: Vec<Team> = teams.iter().map(of_team).collect();
    Ok(WorkedOut {
        best: i64::try_from(best_of(&of_teams)).unwrap_or(1),
        ranked_teams: rank_teams(&of_teams),
        members: rank_scores(scores),
        teams,
        team_of,
    })
}

/// The final standings to be written: teams first, then members, everybody included.
pub async fn final_rows(
    bot: &Bot,
    db: &mut PgConnection,
    competition: &Competition,
) -> anyhow::Result<(Option<i32>, Vec<Placing>)> {
    let worked_out = work_out(bot, &mut *db, competition).await?;
    let users: Vec<UserId> = worked_out.members.iter().map(|row| row.score.user).collect();
    let names = store::members::member_names(db, competition.guild_id, &users).await?;
    let short = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    let team_name = |team: i16| {
        let found = worked_out.teams.iter().find(|row| row.team == team);
        found.map(|row| row.name.clone()).unwrap_or_default()
    };
    let teams = worked_out.ranked_teams.iter().map(|team| Placing {
        rank: i32::try_from(team.rank).unwrap_or(i32::MAX),
        user_id: None,
        team: Some(team.team),
        name: team_name(team.team),
        points: short(team.points),
        correct: short(team.correct),
        answers: short(team.answers),
    });
    let members = worked_out.members.iter().map(|row| Placing {
        rank: i32::try_from(row.rank).unwrap_or(i32::MAX),
        user_id: Some(row.score.user),
        team: worked_out.team_of.get(&row.score.user).copied(),
        name: names
            .get(&row.score.user)
            .cloned()
            .unwrap_or_else(|| row.score.user.to_string()),
        points: short(row.score.points),
        correct: short(row.score.correct),
        answers: short(row.score.answers),
    });
    let best = (!worked_out.teams.is_empty()).then(|| short(worked_out.best));
    Ok((best, teams.chain(members).collect()))
}

async fn archived_standings(db: &mut PgConnection, competition: &Competition) -> anyhow::Result<Standing> {
    let rows = store::archive::competition_results(&mut *db, competition.competition_id).await?;
    let teams = store::entrants::list_teams(&mut *db, competition.competition_id).await?;
    let left = store::members::departed_members(db, competition.guild_id).await?;
    let team = |number: i16| teams.iter().find(|team| team.team == number);
    let mut standing = Standing {
        best: i64::from(competition.best.unwrap_or(1)),
        teams: Vec::new(),
        lines: Vec::new(),
    };
    for row in rows {
        match row.user_id {
            None => standing.teams.push(TeamLine {
                rank: i64::from(row.rank),
                name: row.name,
                points: i64::from(row.points),
                size: row.team.and_then(team).map_or(0, |team| team.size),
            }),
            Some(user) => standing.lines.push(Line {
                rank: i64::from(row.rank),
                user,
                name: row.name,
                left: left.contains(&user),
                points: i64::from(row.points),
                correct: i64::from(row.correct),
                answers: i64::from(row.answers),
                note: row.team.and_then(team).map(|team| view::text::plain(&team.name)),
            }),
        }
    }
    Ok(standing)
}
