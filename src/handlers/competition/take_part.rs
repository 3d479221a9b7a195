//! Joining, leaving and picking. Every change waits for the competition's row, so that two who join at once are counted
//! one after the other. The team somebody joins is theirs for good.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::bot::Bot;
use crate::handlers::competition::Asked;
use crate::ids::{CompetitionId, GuildId, UserId};
use crate::interaction::Member;
use crate::reply::Message;
use crate::rules::competition::{Entry, Teams};
use crate::rules::quiz::Source;
use crate::rules::team::smallest_team;
use crate::store;
use crate::store::competitions::{Competition, State};
use crate::store::entrants::TeamRow;
use crate::view;

/// `/competition join` and the button.
pub async fn join_competition(bot: &Bot, asked: Asked<'_>, id: CompetitionId) -> anyhow::Result<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let found = match lock_joinable(&mut tx, asked.guild, id, now).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(refusal),
    };
    if found.is_free() {
        return Ok(view::taking_part::everyone_is_in(&found.name));
    }
    if let Some(entrant) = store::entrants::find_entrant(&mut *tx, id, asked.member.user).await? {
        return Ok(match entrant.left_at {
            None => view::taking_part::in_already(&found.name),
            Some(_) => view::taking_part::left_for_good(&found.name),
        });
    }
    let teams = store::entrants::list_teams(&mut *tx, id).await?;
    let team = match team_for(&found, &teams, asked.member) {
        Ok(team) => team,
        Err(refusal) => return Ok(refusal),
    };
    store::entrants::add_entrant(&mut *tx, id, asked.guild, asked.member.user, team, now).await?;
    tx.commit().await?;
    let team = teams.iter().find(|row| Some(row.team) == team);
    Ok(view::taking_part::competition_joined(
        &found.name,
        team.map(|team| team.name.as_str()),
        found.state == State::Planned,
        found.teams == Some(Teams::Balanced),
    ))
}

/// The team a member joins: none where there are none or they are not drafted yet; otherwise why they cannot.
fn team_for(found: &Competition, teams: &[TeamRow], member: &Member) -> Result<Option<i16>, Message> {
    match (found.teams, found.state) {
        (None, _) | (Some(Teams::Balanced), State::Planned) => Ok(None),
        (Some(Teams::Balanced), _) => {
            let sizes: Vec<(i16, i64)> = teams.iter().map(|team| (team.team, team.size)).collect();
            Ok(smallest_team(&sizes))
        }
        (Some(Teams::Role), _) => {
            let holds = |team: &&TeamRow| team.role_id.is_some_and(|role| member.roles.contains(&role));
            match teams.iter().find(holds) {
                Some(team) => Ok(Some(team.team)),
                None => Err(view::taking_part::no_role(
                    &teams.iter().filter_map(|team| team.role_id).collect::<Vec<_>>(),
                )),
            }
        }
        (Some(Teams::Captains), _) => Err(view::taking_part::captains_pick(
            &teams
                .iter()
                .filter_map(|team| team.captain_id)
                .collect::<Vec<_>>(),
        )),
    }
}

/// With an answer, a member takes part in the running competitions between teams that are open to everyone.
///
/// Their team is by the roles they hold at that moment, or the smallest. Failing here never costs the answer, which is committed.
pub async fn enter_competitions(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    at: DateTime<Utc>,
    source: Source,
) {
    if let Err(error) = try_enter(bot, guild, member, at, source).await {
        tracing::error!(
            guild.id = guild.0,
            error = format!("{error:#}"),
            "a member could not be entered into a competition"
        );
    }
}

async fn try_enter(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    at: DateTime<Utc>,
    source: Source,
) -> anyhow::Result<()> {
    for id in store::entrants::to_enter(&bot.db, guild, member.user, at, source).await? {
        let mut tx = bot.db.begin().await?;
        let Some(found) = store::competitions::lock_competition(&mut *tx, guild, id).await? else {
            continue;
        };
        let teams = store::entrants::list_teams(&mut *tx, id).await?;
        // Balanced teams are drawn when it begins, from those who are in by then.
        if let (State::Planned | State::Running, Ok(team)) = (found.state, team_for(&found, &teams, member)) {
            store::entrants::add_entrant(&mut *tx, id, guild, member.user, team, at).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// `/competition leave`
pub async fn leave_competition(bot: &Bot, asked: Asked<'_>, id: CompetitionId) -> anyhow::Result<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let found = match lock_joinable(&mut tx, asked.guild, id, now).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(refusal),
    };
    if found.is_free() {
        return Ok(view::taking_part::everyone_is_in(&found.name));
    }
    let user = asked.member.user;
    match store::entrants::find_entrant(&mut *tx, id, user).await? {
        Some(entrant) if entrant.left_at.is_none() => {}
        _ => return Ok(view::taking_part::not_in(&found.name)),
    }
    let planned = found.state == State::Planned;
    if planned && found.entry == Entry::Everyone && found.teams != Some(Teams::Captains) {
        return Ok(view::taking_part::everyone_is_in(&found.name));
    }
    match planned {
        true => store::entrants::remove_entrant(&mut *tx, id, user).await?,
        false => store::entrants::end_entry(&mut *tx, id, user, now).await?,
    }
    tx.commit().await?;
    Ok(view::taking_part::competition_left(&found.name, planned))
}

/// `/competition pick`: a captain takes a member into their team. No team may be ahead of the smallest by more than one.
pub async fn pick_member(
    bot: &Bot,
    asked: Asked<'_>,
    id: CompetitionId,
    user: UserId,
) -> anyhow::Result<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    if let Err(refusal) = lock_joinable(&mut tx, asked.guild, id, now).await? {
        return Ok(refusal);
    }
    let teams = store::entrants::list_teams(&mut *tx, id).await?;
    let own = teams
        .iter()
        .find(|team| team.captain_id == Some(asked.member.user));
    let Some(own) = own else {
        return Ok(view::taking_part::captains_pick(
            &teams
                .iter()
                .filter_map(|team| team.captain_id)
                .collect::<Vec<_>>(),
        ));
    };
    let fewest = teams.iter().map(|team| team.size).min().unwrap_or(0);
    if own.size > fewest {
        return Ok(view::taking_part::their_turn(
            &teams
                .iter()
                .filter(|team| team.size == fewest)
                .filter_map(|team| team.captain_id)
                .collect::<Vec<_>>(),
        ));
    }
    if !store::entrants::add_entrant(&mut *tx, id, asked.guild, user, Some(own.team), now).await? {
        return Ok(view::taking_part::picked_already(user));
    }
    tx.commit().await?;
    Ok(view::taking_part::member_picked(user, &own.name))
}

/// The competition, locked, if it can still be joined or left; otherwise what to say.
async fn lock_joinable(
    db: &mut PgConnection,
    guild: GuildId,
    id: CompetitionId,
    now: DateTime<Utc>,
) -> sqlx::Result<Result<Competition, Message>> {
    Ok(
        match store::competitions::lock_competition(db, guild, id).await? {
            None => Err(view::help::unknown_action()),
            Some(found) if found.state == State::Cancelled || found.ends_at <= now => {
                Err(view::competition::already_over(&found.name))
            }
            Some(found) => Ok(found),
        },
    )
}
