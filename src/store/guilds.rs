//! Guilds and the few settings they have.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, RoleId};

/// A guild as stored.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of migrations/0001_core.sql"
)]
pub struct Guild {
    pub guild_id: GuildId,
    pub time_zone: String,
    pub manager_role_id: Option<RoleId>,
    pub created_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
}

/// The guild, or `None` if it never set anything up.
pub async fn find(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<Option<Guild>> {
    sqlx::query_as!(Guild, "select * from guilds where guild_id = $1", guild.0)
        .fetch_optional(db)
        .await
}

/// Makes sure the guild is known. `time_zone` is taken only when it is new.
pub async fn ensure(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    time_zone: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into guilds (guild_id, time_zone, created_at) values ($1, $2, $3)
         on conflict (guild_id) do update set left_at = null where guilds.left_at is not null",
        guild.0,
        time_zone,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Records that the bot was removed from a guild (or `None`: is back), so that nothing is posted there.
pub async fn set_left(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    left_at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update guilds set left_at = $2 where guild_id = $1",
        guild.0,
        left_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// All guilds.
pub async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Guild>> {
    sqlx::query_as!(Guild, "select * from guilds order by guild_id")
        .fetch_all(db)
        .await
}
