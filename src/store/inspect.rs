//! What `greenroom doctor` looks at. Nothing here changes anything.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};
use sqlx::migrate::{Migrate as _, MigrateError};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, GuildId, RoleId};

/// The server's version as a number, such as 150018 for 15.18, and the time by its clock.
pub async fn read_server(db: impl PgExecutor<'_>) -> sqlx::Result<(i32, DateTime<Utc>)> {
    let server = sqlx::query!(
        r#"select current_setting('server_version_num')::int as "version!", clock_timestamp() as "time!""#
    )
    .fetch_one(db)
    .await?;
    Ok((server.version, server.time))
}

/// Makes a table, to see whether that is allowed. The caller rolls its transaction back.
pub async fn try_table(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("create table greenroom_doctor ()")
        .execute(db)
        .await?;
    Ok(())
}

/// A table the user may not alter, because it belongs to somebody else.
pub async fn find_foreign_table(db: impl PgExecutor<'_>) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"select relname::text as "name!" from pg_class
            where relkind = 'r' and relnamespace = current_schema()::regnamespace
              and not pg_has_role(relowner, 'usage')
            order by relname limit 1"#
    )
    .fetch_optional(db)
    .await
}

/// The migrations that were applied, each with its checksum. None in a database that was never migrated.
pub async fn read_migrations(db: &mut PgConnection) -> Result<BTreeMap<i64, Vec<u8>>, MigrateError> {
    let there = sqlx::query_scalar!(r#"select to_regclass('_sqlx_migrations') is not null as "there!""#);
    if !there.fetch_one(&mut *db).await? {
        return Ok(BTreeMap::new());
    }
    let applied = db.list_applied_migrations("_sqlx_migrations").await?;
    Ok(applied
        .into_iter()
        .map(|one| (one.version, one.checksum.into_owned()))
        .collect())
}

/// A schedule as far as it says what the bot must be allowed to do where.
#[derive(Clone, Debug)]
pub struct Posting {
    pub guild_id: GuildId,
    pub channel_id: ChannelId,
    pub time_zone: String,
    pub local_time: NaiveTime,
    pub ping_role_id: Option<RoleId>,
    pub thread: bool,
    pub paused_at: Option<DateTime<Utc>>,
    pub paused_reason: Option<String>,
}

/// The schedules that run or that the bot itself had to pause, the next due first. What a manager paused needs nothing.
pub async fn read_postings(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Posting>> {
    sqlx::query_as!(
        Posting,
        "select guild_id, channel_id, time_zone, local_time, ping_role_id, thread, paused_at, paused_reason
           from schedules
          where removed_at is null and (paused_at is null or paused_reason is not null)
          order by next_due_at nulls last, schedule_id"
    )
    .fetch_all(db)
    .await
}
