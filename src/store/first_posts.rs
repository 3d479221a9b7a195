//! When each nonce was first sent to Discord.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// Notes that a nonce is about to be sent. The first time stays.
pub async fn note(db: impl PgExecutor<'_>, nonce: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into first_posts (nonce, posted_at) values ($1, $2) on conflict do nothing",
        nonce,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When a nonce was first sent; `None` where it never was.
pub async fn find(db: impl PgExecutor<'_>, nonce: &str) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select posted_at from first_posts where nonce = $1", nonce)
        .fetch_optional(db)
        .await
}

/// Forgets what was first sent before `before`.
pub async fn forget_before(db: impl PgExecutor<'_>, before: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("delete from first_posts where posted_at < $1", before)
        .execute(db)
        .await?;
    Ok(())
}
