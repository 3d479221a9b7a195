//! Members: who hides, who is gone.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, UserId};

/// Members Discord no longer knows in the guild. Boards leave them out.
pub async fn departed_members(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<Vec<UserId>> {
    sqlx::query_scalar!(
        r#"select user_id as "user: UserId" from members where guild_id = $1 and left_at is not null"#,
        guild.0
    )
    .fetch_all(db)
    .await
}

/// Notes that Discord no longer knows a member in the guild. Their next answer takes it back.
pub async fn mark_left(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update members set left_at = $3 where guild_id = $1 and user_id = $2 and left_at is null",
        guild.0,
        user.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What Discord called these members when they last acted.
pub async fn member_names(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    users: &[UserId],
) -> sqlx::Result<HashMap<UserId, String>> {
    let ids: Vec<i64> = users.iter().map(|user| user.0).collect();
    let rows = sqlx::query!(
        r#"select user_id as "user: UserId", name from members where guild_id = $1 and user_id = any ($2)"#,
        guild.0,
        &ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.user, row.name)).collect())
}
