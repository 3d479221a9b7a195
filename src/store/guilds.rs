//! Guilds and the few settings they have.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::GuildId;

/// A guild and its calendar's zone.
#[derive(Clone, Debug)]
pub struct Guild {
    pub guild_id: GuildId,
    pub time_zone: String,
}

/// The guild, or `None` if it never set anything up.
pub async fn find_guild(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<Option<Guild>> {
    sqlx::query_as!(
        Guild,
        "select guild_id, time_zone from guilds where guild_id = $1",
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// Makes sure the guild is known. Its zone is that of its first schedule; until there is one, `time_zone` is taken.
pub async fn ensure_guild(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    time_zone: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into guilds (guild_id, time_zone, created_at) values ($1, $2, $3)
         on conflict (guild_id) do update set time_zone = excluded.time_zone
          where guilds.time_zone <> excluded.time_zone
            and not exists (select from schedules s where s.guild_id = excluded.guild_id)",
        guild.0,
        time_zone,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// All guilds.
pub async fn list_guilds(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Guild>> {
    sqlx::query_as!(Guild, "select guild_id, time_zone from guilds order by guild_id")
        .fetch_all(db)
        .await
}
