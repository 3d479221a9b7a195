//! Commands that must not be done twice, whoever hears of them.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::ids::InteractionId;

/// Notes that a command is being handled. False where it was before; then nothing may be changed. Part of the
/// transaction that does the work, so that a command that failed can be handled again.
pub async fn is_first(db: &mut PgConnection, id: InteractionId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    // Discord stops repeating an event after minutes.
    let long_ago = now - TimeDelta::days(1);
    sqlx::query!("delete from handled_commands where handled_at < $1", long_ago)
        .execute(&mut *db)
        .await?;
    let done = sqlx::query!(
        "insert into handled_commands (interaction_id, handled_at) values ($1, $2) on conflict do nothing",
        id.0,
        now
    )
    .execute(&mut *db)
    .await?;
    Ok(done.rows_affected() == 1)
}
