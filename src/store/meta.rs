//! Facts about the installation.

use sqlx::PgConnection;

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
