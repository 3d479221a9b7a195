//! The bot's direct conversations: each is opened once, and not too many in a short time, over all instances.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, UserId};
use crate::store;

/// The fact that says until when nobody is written to.
const REST: &str = "direct_messages_rest_until";

/// Whether somebody may be written to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// In this conversation, which is open already.
    In(ChannelId),
    /// In one that has to be opened; it is counted as opened now.
    Open,
    /// Not before this.
    Later(DateTime<Utc>),
}

/// Asks for leave to write to somebody. At most `most` conversations are opened within `window`. Has to be run in a
/// transaction, which makes instances take turns.
pub async fn ask_leave(
    db: &mut PgConnection,
    user: UserId,
    now: DateTime<Utc>,
    most: usize,
    window: TimeDelta,
) -> sqlx::Result<Leave> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('greenroom.conversations'))")
        .execute(&mut *db)
        .await?;
    if let Some(until) = resting_until(&mut *db).await?.filter(|until| *until > now) {
        return Ok(Leave::Later(until));
    }
    let known = sqlx::query_scalar!(
        r#"select channel_id as "channel: ChannelId" from conversations where user_id = $1"#,
        user.0
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(channel) = known.flatten() {
        return Ok(Leave::In(channel));
    }
    let opened = sqlx::query_scalar!(
        "select opened_at from conversations where opened_at > $1 order by opened_at desc",
        now - window
    )
    .fetch_all(&mut *db)
    .await?;
    // There is room again when the last of those that fill it is long enough ago.
    if let Some(blocking) = most.checked_sub(1).and_then(|last| opened.get(last)) {
        return Ok(Leave::Later(*blocking + window));
    }
    sqlx::query!(
        "insert into conversations (user_id, opened_at) values ($1, $2)
         on conflict (user_id) do update set opened_at = excluded.opened_at",
        user.0,
        now
    )
    .execute(db)
    .await?;
    Ok(Leave::Open)
}

async fn resting_until(db: impl PgExecutor<'_>) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select value::timestamptz as "until!" from meta where key = $1"#,
        REST
    )
    .fetch_optional(db)
    .await
}

/// Nobody is written to before `until`.
pub async fn rest(db: &mut PgConnection, until: DateTime<Utc>) -> sqlx::Result<()> {
    store::meta::replace_fact(db, REST, &until.to_rfc3339()).await?;
    Ok(())
}

/// Remembers a conversation that was opened.
pub async fn opened(db: impl PgExecutor<'_>, user: UserId, channel: ChannelId) -> sqlx::Result<()> {
    sqlx::query!(
        "update conversations set channel_id = $2 where user_id = $1",
        user.0,
        channel.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets a conversation that Discord no longer knows; it still counts as opened when it was.
pub async fn forget(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<()> {
    sqlx::query!(
        "update conversations set channel_id = null where user_id = $1",
        user.0
    )
    .execute(db)
    .await?;
    Ok(())
}
