//! `/season`: how the running season stands, how long seasons are, and how past ones ended.

use chrono::NaiveDate;

use crate::app::seasons::{final_standings, hidden_members, result_line};
use crate::bot::Bot;
use crate::handlers::stop::Handled;
use crate::ids::{ChannelId, GuildId};
use crate::interaction::{Caller, Season as Command};
use crate::reply::Message;
use crate::rules::mistake::Mistake;
use crate::rules::season::{Length, Season};
use crate::store;
use crate::store::archive::Which;
use crate::view;
use crate::view::season::SEASONS;
use crate::view::standings::{Line, Page};

/// Dispatches the subcommands.
pub async fn handle_season(bot: &Bot, caller: &Caller, command: Command) -> Handled<Message> {
    match command {
        Command::Show {} => show_season(bot, caller.guild).await,
        Command::HallOfFame {} => hall_of_fame(bot, caller, 0).await,
        Command::Length { length } => set_length(bot, caller, &length).await,
        Command::Channel { channel } => set_channel(bot, caller, channel).await,
    }
}

async fn show_season(bot: &Bot, guild: GuildId) -> Handled<Message> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let calendar = store::seasons::follow_seasons(&mut tx, guild, now)
        .await?
        .ok_or_else(view::season::no_season)?;
    let season = calendar.season_at(now);
    let channel = store::seasons::announcement_channel(&mut *tx, guild).await?;
    let mut closing = None;
    if let Some(open) = store::seasons::oldest_open(&mut *tx, guild).await?
        && open != season
        && let Some(end) = calendar.start_of(open.end)
    {
        closing = Some((
            open,
            store::seasons::count_unrevealed(&mut *tx, guild, end).await?,
        ));
    }
    tx.commit().await?;
    Ok(view::season::season_message(&view::season::Shown {
        season,
        ends_at: calendar.start_of(season.end).unwrap_or(now),
        length: calendar.length,
        channel,
        closing,
    }))
}

/// The running season is written down first, so that it keeps its length.
async fn set_length(bot: &Bot, caller: &Caller, typed: &str) -> Handled<Message> {
    caller.require_manager()?;
    let length: Length = typed
        .parse()
        .map_err(|mistake: Mistake| view::daily::option_mistakes(&[mistake.to_string()]))?;
    let (guild, now) = (caller.guild, bot.now());
    let mut tx = bot.db.begin().await?;
    let calendar = store::seasons::follow_seasons(&mut tx, guild, now)
        .await?
        .ok_or_else(view::season::no_season)?;
    store::seasons::set_length(&mut *tx, guild, length).await?;
    tx.commit().await?;
    let running = calendar.season_at(now);
    let ends_at = calendar.start_of(running.end).unwrap_or(now);
    Ok(view::season::length_set(
        length,
        running,
        ends_at,
        calendar.length == length,
    ))
}

async fn set_channel(bot: &Bot, caller: &Caller, channel: ChannelId) -> Handled<Message> {
    caller.require_manager()?;
    let mut tx = bot.db.begin().await?;
    store::seasons::lock_guild(&mut *tx, caller.guild)
        .await?
        .ok_or_else(view::season::no_season)?;
    store::seasons::set_channel(&mut *tx, caller.guild, channel).await?;
    tx.commit().await?;
    Ok(view::season::channel_set(channel))
}

/// One page of the podiums of past seasons.
pub async fn hall_of_fame(bot: &Bot, caller: &Caller, page: u32) -> Handled<Message> {
    let guild = caller.guild;
    let seasons = i64::try_from(SEASONS).unwrap_or_default();
    // One more than is shown tells whether there is another page.
    let which = Which::Podiums(i64::from(page) * seasons, seasons + 1);
    let rows = store::archive::final_results(&bot.db, guild, which).await?;
    let mut podiums: Vec<(Season, Vec<Line>)> = Vec::new();
    for row in rows {
        match podiums.last_mut() {
            Some((season, lines)) if *season == row.season => lines.push(result_line(row)),
            _ => podiums.push((row.season, vec![result_line(row)])),
        }
    }
    let more = podiums.len() > SEASONS;
    podiums.truncate(SEASONS);
    let hidden = hidden_members(bot, guild).await?;
    Ok(view::season::hall_of_fame(
        &podiums,
        &hidden,
        caller.member.user,
        page,
        more,
    ))
}

/// One page of the final standings of a season.
pub async fn season_results(bot: &Bot, caller: &Caller, start: NaiveDate, page: u32) -> Handled<Message> {
    let (season, lines) = final_standings(bot, caller.guild, start)
        .await?
        .ok_or_else(view::season::no_results)?;
    let page = Page {
        lines: &lines,
        hidden: &hidden_members(bot, caller.guild).await?,
        viewer: Some(caller.member.user),
        page: usize::try_from(page).unwrap_or(usize::MAX),
    };
    Ok(view::season::final_standings(season, &page))
}
