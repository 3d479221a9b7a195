//! The bot is removed from a server.

use crate::app::plan;
use crate::bot::Bot;
use crate::ids::{GuildId, ScheduleId};
use crate::store;

/// Says so to whoever invites it again.
const REASON: &str = "I was removed from the server. Check that I may post in the channel.";

/// Pauses everything a guild has, each schedule in a transaction of its own, after what was due of it.
///
/// # Errors
/// If the database fails; what is not paused by then is paused when its next question is refused.
pub async fn leave_guild(bot: &Bot, guild: GuildId) -> anyhow::Result<()> {
    let schedules = store::schedules::of_guild(&bot.db, guild).await?;
    let going = schedules.iter().filter(|schedule| schedule.paused_at.is_none());
    let mut paused = 0;
    for schedule in going {
        pause_schedule(bot, guild, schedule.schedule_id).await?;
        paused += 1;
    }
    tracing::info!(
        guild.id = guild.0,
        paused,
        "removed from a server; its schedules are paused"
    );
    Ok(())
}

async fn pause_schedule(bot: &Bot, guild: GuildId, id: ScheduleId) -> anyhow::Result<()> {
    let mut tx = bot.db.begin().await?;
    plan::settle_schedule(bot, &mut tx, guild, id).await?;
    store::schedules::pause_schedule(&mut *tx, id, Some(REASON), bot.now()).await?;
    Ok(tx.commit().await?)
}
