//! Facts about the installation.

use sqlx::PgConnection;

/// The newest migration a program has to know to live on this schema; 0 where none was said.
pub async fn read_schema_min(db: &mut PgConnection) -> sqlx::Result<i64> {
    let said = sqlx::query_scalar!("select value from meta where key = 'schema_min'")
        .fetch_optional(db)
        .await?;
    Ok(said.and_then(|said| said.parse().ok()).unwrap_or_default())
}

/// Lets nothing on this connection wait longer than five seconds for a lock.
pub async fn limit_lock_waits(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("set lock_timeout = '5s'").execute(db).await?;
    Ok(())
}

/// Stores a fact. True if it was another one before; false if it was the same or there was none.
pub async fn replace_fact(db: &mut PgConnection, key: &str, value: &str) -> sqlx::Result<bool> {
    let before = sqlx::query_scalar!("select value from meta where key = $1 for update", key)
        .fetch_optional(&mut *db)
        .await?;
    sqlx::query!(
        "insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
        key,
        value
    )
    .execute(&mut *db)
    .await?;
    Ok(before.is_some_and(|before| before != value))
}
