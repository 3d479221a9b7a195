//! `/competition`: contests between members or teams.

pub mod board;
mod change;
mod options;
mod take_part;

use crate::app::standings::describe_competition;
use crate::bot::Bot;
use crate::handlers::is_manager;
use crate::ids::{CompetitionId, GuildId, InteractionId};
use crate::interaction::{Competition as Command, Member};
use crate::reply::{Message, Reply};
use crate::store;
use crate::store::competitions::{Competition, State};
use crate::view;

/// Who asks, where, and by which command.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The command, which must not be carried out twice.
    pub id: InteractionId,
    /// Where.
    pub guild: GuildId,
    /// Who.
    pub member: &'a Member,
}

/// Dispatches the subcommands.
pub async fn handle_competition(bot: &Bot, asked: Asked<'_>, command: Command) -> anyhow::Result<Reply> {
    let managers = matches!(
        command,
        Command::Create(_) | Command::Cancel { .. } | Command::End { .. }
    );
    if managers && !is_manager(asked.member) {
        return Ok(Reply::Say(view::help::managers_only()));
    }
    let message = match command {
        Command::Create(options) => change::create_competition(bot, asked, &options).await?,
        Command::List => list_competitions(bot, asked.guild).await?,
        Command::Show { competition } => {
            match resolve_competition(bot, asked.guild, competition, true).await? {
                Ok(found) => board::show_board(bot, &found, asked.member, 0).await?,
                Err(refusal) => refusal,
            }
        }
        Command::Join { competition } => {
            match resolve_competition(bot, asked.guild, competition, false).await? {
                Ok(found) => take_part::join_competition(bot, asked, found.competition_id).await?,
                Err(refusal) => refusal,
            }
        }
        Command::Leave { competition } => {
            match resolve_competition(bot, asked.guild, competition, false).await? {
                Ok(found) => take_part::leave_competition(bot, asked, found.competition_id).await?,
                Err(refusal) => refusal,
            }
        }
        Command::Pick { user, competition } => {
            match resolve_competition(bot, asked.guild, competition, false).await? {
                Ok(found) => take_part::pick_member(bot, asked, found.competition_id, user).await?,
                Err(refusal) => refusal,
            }
        }
        Command::Cancel { competition } => {
            match resolve_competition(bot, asked.guild, competition, false).await? {
                Ok(found) => change::cancel_competition(bot, asked, found.competition_id).await?,
                Err(refusal) => refusal,
            }
        }
        Command::End { competition } => {
            match resolve_competition(bot, asked.guild, competition, false).await? {
                Ok(found) => change::end_competition(bot, asked, found.competition_id).await?,
                Err(refusal) => refusal,
            }
        }
    };
    Ok(Reply::Say(message))
}

/// One page of a competition's board, asked for with a button.
pub async fn board_page(
    bot: &Bot,
    guild: GuildId,
    member: &Member,
    id: CompetitionId,
    page: u32,
) -> anyhow::Result<Message> {
    match store::competitions::find_competition(&bot.db, guild, id).await? {
        Some(found) => board::show_board(bot, &found, member, page).await,
        None => Ok(view::help::unknown_action()),
    }
}

/// The button Join.
pub async fn press_join(bot: &Bot, asked: Asked<'_>, id: CompetitionId) -> anyhow::Result<Message> {
    take_part::join_competition(bot, asked, id).await
}

async fn list_competitions(bot: &Bot, guild: GuildId) -> anyhow::Result<Message> {
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
) -> anyhow::Result<Result<Competition, Message>> {
    let mut all = store::competitions::of_guild(&bot.db, guild, 100).await?;
    if let Some(named) = named {
        let wanted = named.trim().trim_start_matches('#').to_lowercase();
        let found = all
            .into_iter()
            .find(|found| found.competition_id.to_string() == wanted || found.name.to_lowercase() == wanted);
        return Ok(found.ok_or_else(|| view::competition::no_such(&named)));
    }
    let going = all
        .iter()
        .filter(|found| matches!(found.state, State::Planned | State::Running))
        .count();
    Ok(match (going, all.is_empty()) {
        (1, _) => Ok(all.remove(0)),
        (0, false) if looking => {
            all.sort_by_key(|found| std::cmp::Reverse(found.ends_at));
            Ok(all.remove(0))
        }
        (0, _) => Err(view::competition::no_competition()),
        (_, _) => {
            let names = all.iter().take(going).map(|found| found.name.as_str());
            Err(view::competition::which_competition(&names.collect::<Vec<_>>()))
        }
    })
}
