//! Making, ending and giving up competitions; for managers.

use std::collections::HashSet;

use crate::app::say::plan_notice;
use crate::app::seasons::hidden_members;
use crate::app::standings::describe_competition;
use crate::bot::Bot;
use crate::handlers::competition::options;
use crate::handlers::competition::options::NewTeam;
use crate::handlers::guild_calendar;
use crate::handlers::stop::Handled;
use crate::ids::{CompetitionId, GuildId, UserId};
use crate::interaction::{Caller, CompetitionOptions};
use crate::reply::Message;
use crate::rules::competition::MOST;
use crate::rules::notice::NoticeKind;
use crate::rules::outbox::OutboxKind;
use crate::rules::season::GRACE;
use crate::store;
use crate::store::competitions::State;
use crate::store::notices::Subject;
use crate::view;

/// `/competition create`
pub async fn create_competition(
    bot: &Bot,
    caller: &Caller,
    options: &CompetitionOptions,
) -> Handled<Message> {
    caller.require_manager()?;
    let (guild, now) = (caller.guild, bot.now());
    let zone = guild_calendar(bot, guild).await?.zone;
    let (plan, teams) = options::read_settings(bot.bank.syllabus(), &zone, caller.channel, options, now)
        .map_err(|mistakes| view::daily::option_mistakes(&mistakes))?;
    let teams = hide_captains(teams, &hidden_members(bot, guild).await?);
    let mut tx = bot.db.begin().await?;
    if !store::commands::is_first(&mut tx, caller.id, now).await? {
        return Ok(view::competition::done_already());
    }
    store::guilds::ensure_guild(&mut *tx, guild, zone.name(), now).await?;
    store::seasons::lock_guild(&mut *tx, guild).await?;
    if store::competitions::count_going(&mut *tx, guild).await? >= MOST {
        return Ok(view::competition::too_many(MOST));
    }
    let made =
        store::competitions::insert_competition(&mut *tx, guild, &plan, caller.member.user, now).await?;
    for (number, team) in (1_i16..).zip(&teams) {
        let competition = made.competition_id;
        store::entrants::add_team(&mut *tx, competition, number, &team.name, team.role, team.captain).await?;
        if let Some(captain) = team.captain {
            store::entrants::add_entrant(&mut *tx, competition, guild, captain, Some(number), now).await?;
        }
    }
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    let names: Vec<String> = teams.into_iter().map(|team| team.name).collect();
    Ok(view::competition::competition_created(
        &describe_competition(bot, &made),
        &names,
        made.channel_id,
        zone.name(),
    ))
}

/// Teams whose captain keeps their name to themselves are called by a number.
fn hide_captains(teams: Vec<NewTeam>, hidden: &HashSet<UserId>) -> Vec<NewTeam> {
    let name = |(number, team): (u32, NewTeam)| match team.captain.filter(|captain| hidden.contains(captain))
    {
        Some(_) => NewTeam {
            name: format!("Team {number}"),
            ..team
        },
        None => team,
    };
    (1..).zip(teams).map(name).collect()
}

/// `/competition end`: its end is now. What was answered until now counts.
pub async fn end_competition(bot: &Bot, guild: GuildId, id: CompetitionId) -> Handled<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let found = store::competitions::lock_competition(&mut *tx, guild, id)
        .await?
        .ok_or_else(view::help::unknown_action)?;
    match found.state {
        State::Planned => return Ok(view::competition::not_begun(&found.name)),
        State::Finished | State::Cancelled => return Ok(view::competition::already_over(&found.name)),
        State::Running => {}
    }
    if found.ends_at > now {
        store::competitions::end_at(&mut *tx, id, now, now + GRACE).await?;
    }
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(view::competition::end_noted(&found.name, found.channel_id))
}

/// `/competition cancel`: nobody wins. Who heard that it began hears that it does not go on.
pub async fn cancel_competition(bot: &Bot, guild: GuildId, id: CompetitionId) -> Handled<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let found = store::competitions::lock_competition(&mut *tx, guild, id)
        .await?
        .ok_or_else(view::help::unknown_action)?;
    match found.state {
        State::Finished | State::Cancelled => return Ok(view::competition::already_over(&found.name)),
        State::Planned | State::Running => {}
    }
    // Its board stands still from here on.
    store::competitions::end_at(&mut *tx, id, now, now).await?;
    store::competitions::set_state(&mut *tx, id, State::Cancelled, now).await?;
    let announced = match store::notices::of_competition(&mut *tx, guild, id, NoticeKind::Start).await? {
        Some(notice) => store::outbox::is_said(&mut *tx, guild, OutboxKind::Notice, notice.0).await?,
        None => false,
    };
    if announced {
        let subject = Subject::Competition(id);
        let (channel, kind) = (found.channel_id, NoticeKind::Cancelled);
        plan_notice(&mut tx, guild, subject, kind, channel, now).await?;
    }
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(view::competition::cancel_noted(&found.name))
}
