//! Forgets what is long over and nothing depends on any more.

use chrono::TimeDelta;

use crate::bot::Bot;
use crate::store;

/// For how long a message that is done is remembered.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// So many rows at a time: whoever posts must not wait for it.
const MOST: i64 = 1_000;

/// Forgets messages that are done for long. Returns how many.
///
/// # Errors
/// If the database fails.
pub async fn forget_old(bot: &Bot) -> anyhow::Result<usize> {
    let before = bot.now() - REMEMBERED;
    Ok(usize::try_from(
        store::outbox::forget_done(&bot.db, before, MOST).await?,
    )?)
}
