//! Joining, leaving and picking. Every change waits for the competition's row, so that two who join at once are counted
//! one after the other. The team somebody joins is theirs for good.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::app::entrants::team_for;
use crate::bot::Bot;
use crate::handlers::stop::Handled;
use crate::ids::{CompetitionId, GuildId, UserId};
use crate::interaction::Caller;
use crate::reply::Message;
use crate::rules::competition::{Entry, Teams};
use crate::store;
use crate::store::competitions::{Competition, State};
use crate::view;

/// `/competition join` and the button.
pub async fn join_competition(bot: &Bot, caller: &Caller, id: CompetitionId) -> Handled<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let found = lock_joinable(&mut tx, caller.guild, id, now).await?;
    if found.is_free() {
        return Ok(view::taking_part::everyone_is_in(&found.name));
    }
    if let Some(entrant) = store::entrants::find_entrant(&mut *tx, id, caller.member.user).await? {
        return Ok(match entrant.left_at {
            None => view::taking_part::in_already(&found.name),
            Some(_) => view::taking_part::left_for_good(&found.name),
        });
    }
    let teams = store::entrants::list_teams(&mut *tx, id).await?;
    let team = team_for(&found, &teams, &caller.member)?;
    store::entrants::add_entrant(&mut *tx, id, caller.guild, caller.member.user, team, now).await?;
    tx.commit().await?;
    let team = teams.iter().find(|row| Some(row.team) == team);
    Ok(view::taking_part::competition_joined(
        &found.name,
        team.map(|team| team.name.as_str()),
        found.state == State::Planned,
        found.teams == Some(Teams::Balanced),
    ))
}

/// `/competition leave`
pub async fn leave_competition(bot: &Bot, caller: &Caller, id: CompetitionId) -> Handled<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let found = lock_joinable(&mut tx, caller.guild, id, now).await?;
    if found.is_free() {
        return Ok(view::taking_part::everyone_is_in(&found.name));
    }
    let user = caller.member.user;
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

/// `/competition pick`: a captain takes a member into their team. No team may be ahead of the smallest by more than
/// one.
pub async fn pick_member(bot: &Bot, caller: &Caller, id: CompetitionId, user: UserId) -> Handled<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    lock_joinable(&mut tx, caller.guild, id, now).await?;
    let teams = store::entrants::list_teams(&mut *tx, id).await?;
    let own = teams
        .iter()
        .find(|team| team.captain_id == Some(caller.member.user));
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
    if !store::entrants::add_entrant(&mut *tx, id, caller.guild, user, Some(own.team), now).await? {
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
) -> Handled<Competition> {
    let found = store::competitions::lock_competition(db, guild, id)
        .await?
        .ok_or_else(view::help::unknown_action)?;
    if found.state == State::Cancelled || found.ends_at <= now {
        return Err(view::competition::already_over(&found.name).into());
    }
    Ok(found)
}
