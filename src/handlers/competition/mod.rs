//! `/competition`: contests between members or teams.

pub mod board;
mod change;
mod options;
pub mod take_part;

use crate::app::standings::describe_competition;
use crate::bot::Bot;
use crate::handlers::stop::Handled;
use crate::ids::{CompetitionId, GuildId};
use crate::interaction::{Caller, Competition as Command};
use crate::reply::Message;
use crate::store;
use crate::store::competitions::{Competition, State};
use crate::view;

/// Dispatches the subcommands.
pub async fn handle_competition(bot: &Bot, caller: &Caller, command: Command) -> Handled<Message> {
    let looked_for = |named| resolve_competition(bot, caller.guild, named, true);
    let find = |named| resolve_competition(bot, caller.guild, named, false);
    match command {
        Command::Create(options) => change::create_competition(bot, caller, &options).await,
        Command::List {} => list_competitions(bot, caller.guild).await,
        Command::Show { competition } => {
            board::show_board(bot, &looked_for(competition).await?, &caller.member, 0).await
        }
        Command::Join { competition } => {
            take_part::join_competition(bot, caller, find(competition).await?.competition_id).await
        }
        Command::Leave { competition } => {
            take_part::leave_competition(bot, caller, find(competition).await?.competition_id).await
        }
        Command::Pick { member, competition } => {
            take_part::pick_member(bot, caller, find(competition).await?.competition_id, member.id).await
        }
        Command::Cancel { competition } => {
            caller.require_manager()?;
            change::cancel_competition(bot, caller.guild, find(competition).await?.competition_id).await
        }
        Command::End { competition } => {
            caller.require_manager()?;
            change::end_competition(bot, caller.guild, find(competition).await?.competition_id).await
        }
    }
}

/// One page of a competition's board, asked for with a button.
pub async fn board_page(bot: &Bot, caller: &Caller, id: CompetitionId, page: u32) -> Handled<Message> {
    let found = store::competitions::find_competition(&bot.db, caller.guild, id)
        .await?
        .ok_or_else(view::help::unknown_action)?;
    board::show_board(bot, &found, &caller.member, page).await
}

async fn list_competitions(bot: &Bot, guild: GuildId) -> Handled<Message> {
    let all = store::competitions::of_guild(&bot.db, guild, 20).await?;
    let described: Vec<_> = all.iter().map(|found| describe_competition(bot, found)).collect();
    Ok(view::competition::competition_list(&described))
}

/// Competitions to choose from while one types: name and number.
pub async fn complete_competition(
    bot: &Bot,
    guild: GuildId,
    typed: &str,
) -> anyhow::Result<Vec<(String, String)>> {
    let all = store::competitions::of_guild(&bot.db, guild, 25).await?;
    let typed = typed.to_lowercase();
    let fitting = all
        .into_iter()
        .filter(|found| found.name.to_lowercase().contains(&typed));
    Ok(fitting
        .map(|found| {
            (
                view::text::unmarked(&found.name),
                found.competition_id.to_string(),
            )
        })
        .collect())
}

/// The competition that is meant: the one named by number or name, or the only one that is going on, or, where only
/// looking is asked for, the last one there was. Otherwise what to say.
async fn resolve_competition(
    bot: &Bot,
    guild: GuildId,
    named: Option<String>,
    looking: bool,
) -> Handled<Competition> {
    let mut all = store::competitions::of_guild(&bot.db, guild, 100).await?;
    if let Some(named) = named {
        let wanted = named.trim().trim_start_matches('#').to_lowercase();
        let found = all
            .into_iter()
            .find(|found| found.competition_id.to_string() == wanted || found.name.to_lowercase() == wanted);
        return Ok(found.ok_or_else(|| view::competition::no_such(&named))?);
    }
    let going = all
        .iter()
        .filter(|found| matches!(found.state, State::Planned | State::Running))
        .count();
    match (going, all.is_empty()) {
        (1, _) => Ok(all.remove(0)),
        (0, false) if looking => {
            all.sort_by_key(|found| std::cmp::Reverse(found.ends_at));
            Ok(all.remove(0))
        }
        (0, _) => Err(view::competition::no_competition().into()),
        (_, _) => {
            let names = all.iter().take(going).map(|found| found.name.as_str());
            Err(view::competition::which_competition(&names.collect::<Vec<_>>()).into())
        }
    }
}
