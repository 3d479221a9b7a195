//! Scores rounds whose window is over, and so makes their key public. One transaction per round: state, points and
//! standings change together or not at all.

use chrono::TimeDelta;

use crate::app::failure::describe_failure;
use crate::app::judge::judge_round;
use crate::bot::Bot;
use crate::ids::RoundId;
use crate::store;
use crate::store::outbox::Lane;

/// A click counts by the person's own clock, so one made in the last moment may still be on its way.
pub const GRACE: TimeDelta = TimeDelta::seconds(2);
const BATCH: i64 = 20;
/// Rounds revealed in one go, so that the first are shown before the last are judged.
const MOST: usize = 100;

/// Reveals the rounds of a lane whose window is over. One that cannot be revealed is logged and left for the next pass.
/// Returns how many were revealed.
///
/// # Errors
/// If the database fails, or at the end if any round could not be revealed.
pub async fn reveal_rounds(bot: &Bot, lane: Lane) -> anyhow::Result<usize> {
    let (live, mut failed, mut revealed) = (lane == Lane::Live, Vec::new(), 0);
    while revealed < MOST {
        let due = store::rounds::due_for_reveal(&bot.db, live, bot.now() - GRACE, &failed, BATCH).await?;
        if due.is_empty() {
            break;
        }
        for id in due {
            match reveal_round(bot, id).await {
                Ok(()) => revealed += 1,
                Err(error) => {
                    let error = describe_failure(bot, &error).await;
                    tracing::error!(round.id = id.0, error, "a round could not be revealed");
                    failed.push(id);
                }
            }
        }
    }
    anyhow::ensure!(failed.is_empty(), "{} rounds could not be revealed", failed.len());
    Ok(revealed)
}

async fn reveal_round(bot: &Bot, id: RoundId) -> anyhow::Result<()> {
    let mut tx = bot.db.begin().await?;
    let Some((round, scored)) = judge_round(bot, &mut tx, id, bot.now()).await? else {
        return Ok(());
    };
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
