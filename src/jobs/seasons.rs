//! Writes seasons down when they begin and closes them when they are over, each once: the final standings, the closing
//! and the notice of it change together or not at all.

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::failure::describe_failure;
use crate::app::say;
use crate::bot::Bot;
use crate::ids::GuildId;
use crate::rules::notice::NoticeKind;
use crate::rules::ranks::rank_scores;
use crate::rules::season::{GRACE, LONGEST_WAIT, Season};
use crate::store;
use crate::store::notices::Subject;

const BATCH: i64 = 100;
/// Seasons looked at in one go.
const MOST: usize = 100;
/// How often a season that waits for a reveal is looked at.
const AGAIN: TimeDelta = TimeDelta::minutes(1);
/// A season that was over for longer when it was closed is not announced: that is old news.
const NEWS: TimeDelta = TimeDelta::days(7);

/// Writes down the seasons that have begun and closes those that are over. A guild with which this fails is logged and
/// left for the next pass. Returns how many seasons were looked at.
///
/// # Errors
/// If the database fails, or at the end if any guild failed.
pub async fn close_due_seasons(bot: &Bot) -> anyhow::Result<usize> {
    let mut failed = Vec::new();
    loop {
        let guilds = store::seasons::guilds_unwritten(&bot.db, bot.now(), &failed, BATCH).await?;
        if guilds.is_empty() {
            break;
        }
        for guild in guilds {
            if let Err(error) = begin_seasons(bot, guild).await {
                report_failure(bot, guild, &error).await;
            }
            // Also where it went well: a season that waits to be closed is looked at below.
            failed.push(guild);
        }
    }
    let (mut failed, mut looked_at) = (Vec::new(), 0);
    while looked_at < MOST {
        let now = bot.now();
        let mut tx = bot.db.begin().await?;
        let Some((guild, season)) = store::seasons::lock_due(&mut *tx, now, &failed).await? else {
            break;
        };
        match close_season(&mut tx, guild, season, now).await {
            Ok(()) => {
                tx.commit().await?;
                looked_at += 1;
            }
            Err(error) => {
                // What describes the failure needs a connection, too.
                drop(tx);
                report_failure(bot, guild, &error).await;
                failed.push(guild);
            }
        }
    }
    anyhow::ensure!(failed.is_empty(), "the seasons of {} guilds failed", failed.len());
    Ok(looked_at)
}

async fn report_failure(bot: &Bot, guild: GuildId, error: &anyhow::Error) {
    let error = describe_failure(bot, error).await;
    tracing::error!(guild.id = guild.0, error, "a season could not be begun or closed");
}

async fn begin_seasons(bot: &Bot, guild: GuildId) -> anyhow::Result<()> {
    let mut tx = bot.db.begin().await?;
    store::seasons::follow_seasons(&mut tx, guild, bot.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a season, unless it is not over yet or questions answered in it wait for their reveal.
async fn close_season(
    db: &mut PgConnection,
    guild: GuildId,
    season: Season,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let calendar = store::seasons::guild_calendar(&mut *db, guild)
        .await?
        .context("a season's guild is known")?;
    let over = calendar.start_of(season.end).context("a season ends")?;
    if over + GRACE > now {
        // New time zone data moved its end.
        return Ok(store::seasons::look_again(db, guild, season, over + GRACE).await?);
    }
    let waiting = store::seasons::count_unrevealed(&mut *db, guild, over).await?;
    if waiting > 0 && now < over + LONGEST_WAIT {
        return Ok(store::seasons::look_again(db, guild, season, now + AGAIN).await?);
    }
    let scores = store::boards::read_standings(&mut *db, guild, Some(season.start), false).await?;
    let ranked = rank_scores(scores);
    if !store::archive::close_season(&mut *db, guild, season, &ranked, now).await? {
        return Ok(());
    }
    let members = ranked.len();
    tracing::info!(guild.id = guild.0, season = %season.start, members, waiting, "a season is closed");
    let channel = store::seasons::announcement_channel(&mut *db, guild).await?;
    if let Some(channel) = channel.filter(|_| members > 0 && now - over < NEWS) {
        let subject = Subject::Season(season.start);
        say::plan_notice(db, guild, subject, NoticeKind::SeasonEnd, channel, now).await?;
    }
    Ok(())
}
