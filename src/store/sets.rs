//! Sets a guild made for itself.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::ids::{GuildId, UserId};
use crate::rules::sets::Part;

/// A set as stored.
#[derive(Clone, Debug)]
pub struct Saved {
    pub name: String,
    pub parts: Json<Vec<Part>>,
}

/// Makes changes to a guild's sets take turns, for the transaction: what is said of them depends on what is there.
pub async fn lock_sets(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtext('greenroom.sets'), hashint8($1))",
        guild.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The guild's sets, by name.
pub async fn of_guild(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<Vec<Saved>> {
    sqlx::query_as!(
        Saved,
        "select name, parts from quiz_sets where guild_id = $1 order by key",
        guild.0
    )
    .fetch_all(db)
    .await
}

/// The guild's set of that name, whatever the letters' case.
pub async fn find_set(db: impl PgExecutor<'_>, guild: GuildId, name: &str) -> sqlx::Result<Option<Saved>> {
    sqlx::query_as!(
        Saved,
        "select name, parts from quiz_sets where guild_id = $1 and key = $2",
        guild.0,
        name.to_lowercase()
    )
    .fetch_optional(db)
    .await
}

/// Saves a set in place of the one of that name, if there is one.
pub async fn save_set(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    name: &str,
    parts: &[Part],
    by: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into quiz_sets (guild_id, key, name, parts, created_by, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (guild_id, key) do update
            set name = excluded.name, parts = excluded.parts,
                created_by = excluded.created_by, created_at = excluded.created_at",
        guild.0,
        name.to_lowercase(),
        name,
        Json(parts) as _,
        by.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes a set and returns its name as it was written; `None` where there is none.
pub async fn remove_set(db: impl PgExecutor<'_>, guild: GuildId, name: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "delete from quiz_sets where guild_id = $1 and key = $2 returning name",
        guild.0,
        name.to_lowercase()
    )
    .fetch_optional(db)
    .await
}
