//! Scores rounds whose window is over, and so makes their key public. One transaction per round: state, points and
//! standings change together or not at all.

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::bot::Bot;
use crate::ids::{GuildId, RoundId};
use crate::rules::period::Period;
use crate::rules::schedule::Zone;
use crate::rules::scoring::{Choices, points};
use crate::store;
use crate::store::answers::{Judgement, Seasons};

/// A click counts by the person's own clock, so one made in the last moment may still be on its way.
pub const GRACE: TimeDelta = TimeDelta::seconds(2);
const BATCH: i64 = 100;

/// Reveals every round whose window is over. One that cannot be revealed is logged and left for the next pass.
///
/// # Errors
/// If the database fails, or at the end if any round could not be revealed.
pub async fn reveal(bot: &Bot) -> anyhow::Result<()> {
    let mut failed = Vec::new();
    loop {
        let due = store::rounds::due_for_reveal(&bot.db, bot.now() - GRACE, &failed, BATCH).await?;
        if due.is_empty() {
            break;
        }
        for id in due {
            if let Err(error) = one(bot, id).await {
                tracing::error!(
                    round.id = id.0,
                    error = format!("{error:#}"),
                    "a round could not be revealed"
                );
                failed.push(id);
            }
        }
    }
    anyhow::ensure!(failed.is_empty(), "{} rounds could not be revealed", failed.len());
    Ok(())
}

async fn one(bot: &Bot, id: RoundId) -> anyhow::Result<()> {
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let Some(round) = store::rounds::reveal(&mut *tx, id, now).await? else {
        return Ok(());
    };
    let revision = round.revision_id.context("a posted round has a question")?;
    let question = bot.revisions.get(&mut *tx, revision).await?;
    let zone = guild_zone(&mut tx, round.guild_id).await?;
    let seasons = seasons(&zone, round.posted_at.unwrap_or(round.due_at), now);
    let judgement = Judgement {
        key: Choices::key_of(&question.options),
        points: points(question.level, true),
        seasons,
    };
    let scored = store::answers::score(&mut tx, id, judgement).await?;
    tx.commit().await?;
    tracing::info!(
        round.id = id.0,
        guild.id = round.guild_id.0,
        answers = scored,
        "a round is revealed"
    );
    metrics::counter!("greenroom_answers_scored_total").increment(scored);
    Ok(())
}

async fn guild_zone(db: &mut sqlx::PgConnection, guild: GuildId) -> anyhow::Result<Zone> {
    let guild = store::guilds::find(db, guild)
        .await?
        .context("a round's guild is known")?;
    Ok(guild.time_zone.parse()?)
}

fn seasons(zone: &Zone, posted_at: DateTime<Utc>, now: DateTime<Utc>) -> Seasons {
    let start = |at| Period::Season.bounds(at, zone).start.unwrap_or(at);
    let turn = start(now);
    Seasons {
        before: zone.local_date_of(start(posted_at)),
        after: zone.local_date_of(turn),
        turn,
    }
}
