//! Who takes part in a competition, and in which team.

use crate::app::failure::describe_failure;
use crate::bot::Bot;
use crate::interaction::{Caller, Member};
use crate::reply::Message;
use crate::rules::competition::Teams;
use crate::rules::quiz::Source;
use crate::rules::team::smallest_team;
use crate::store;
use crate::store::competitions::{Competition, State};
use crate::store::entrants::TeamRow;
use crate::view;

/// The team a member joins: none where there are none or they are not drafted yet; otherwise why they cannot.
pub fn team_for(found: &Competition, teams: &[TeamRow], member: &Member) -> Result<Option<i16>, Message> {
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
/// Their team is by the roles they hold at that moment, or the smallest. Failing here never costs the answer, which is
/// committed.
pub async fn enter_competitions(bot: &Bot, caller: &Caller, source: Source) {
    if let Err(error) = try_enter(bot, caller, source).await {
        let error = describe_failure(bot, &error).await;
        tracing::error!(
            guild.id = caller.guild.0,
            error,
            "a member could not be entered into a competition"
        );
    }
}

async fn try_enter(bot: &Bot, caller: &Caller, source: Source) -> anyhow::Result<()> {
    let Caller {
        guild, at, member, ..
    } = caller;
    let (guild, at) = (*guild, *at);
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
