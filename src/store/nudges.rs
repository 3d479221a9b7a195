//! The nudges members asked for. As with rounds, a nudge's row comes before its message.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgExecutor;

use crate::ids::{ChannelId, GuildId, UserId};
use crate::store::review_settings::Settings;

/// The day of a member's latest nudge.
pub async fn latest_day(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar!(
        "select max(local_date) from nudges where guild_id = $1 and user_id = $2",
        guild.0,
        user.0
    )
    .fetch_one(db)
    .await
}

/// Plans the nudge of a day. Does nothing where the day has one: that is what keeps a member from being nudged twice.
pub async fn plan_nudge(
    db: impl PgExecutor<'_>,
    member: &Settings,
    channel: ChannelId,
    day: NaiveDate,
    due_at: DateTime<Utc>,
    cards: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into nudges (guild_id, user_id, local_date, due_at, cards, channel_id, state)
         values ($1, $2, $3, $4, $5, $6, 'planned')
         on conflict do nothing",
        member.guild_id.0,
        member.user_id.0,
        day,
        due_at,
        i32::try_from(cards).unwrap_or(i32::MAX),
        channel.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A nudge that is leased for sending.
#[derive(Clone, Debug)]
pub struct Nudge {
    pub nudge_id: i64,
    pub guild_id: GuildId,
    pub user_id: UserId,
    pub due_at: DateTime<Utc>,
    pub cards: i32,
    pub channel_id: ChannelId,
    pub attempt: i32,
}

/// How a nudge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The message is there.
    Sent,
    /// It could not be sent in time, or its member no longer wants it or is no more.
    Dropped,
    /// The member does not take messages from the bot.
    Refused,
}

impl End {
    /// The state it leaves in the row.
    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Refused => "refused",
        }
    }
}

/// Leases up to `limit` planned nudges, earliest first.
pub async fn lease_planned(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> sqlx::Result<Vec<Nudge>> {
    sqlx::query_as!(
        Nudge,
        "with c as materialized (
             select nudge_id from nudges
              where state = 'planned' and due_at <= $1 and (lease_until is null or lease_until <= $1)
              order by due_at, nudge_id
              limit $3
              for update skip locked)
         update nudges n set lease_until = $2, attempt = attempt + 1
           from c where n.nudge_id = c.nudge_id
         returning n.nudge_id, n.guild_id, n.user_id, n.due_at, n.cards, n.channel_id, n.attempt",
        now,
        now + lease,
        limit
    )
    .fetch_all(db)
    .await
}

/// Gives a leased nudge back, to be tried again from `at` on.
pub async fn retry_at(db: impl PgExecutor<'_>, nudge: &Nudge, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update nudges set lease_until = $3 where nudge_id = $1 and attempt = $2 and state = 'planned'",
        nudge.nudge_id,
        nudge.attempt,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a leased nudge back that nobody tried to send, as if it had not been leased.
pub async fn put_off(db: impl PgExecutor<'_>, nudge: &Nudge, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update nudges set lease_until = $3, attempt = attempt - 1
          where nudge_id = $1 and attempt = $2 and state = 'planned'",
        nudge.nudge_id,
        nudge.attempt,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends a leased nudge. False where the lease was lost meanwhile.
pub async fn end_nudge(db: impl PgExecutor<'_>, nudge: &Nudge, end: End) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update nudges set state = $3, lease_until = null
          where nudge_id = $1 and attempt = $2 and state = 'planned'",
        nudge.nudge_id,
        nudge.attempt,
        end.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets nudges of long ago.
pub async fn forget_before(db: impl PgExecutor<'_>, before: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from nudges where due_at < $1 and state <> 'planned'",
        before
    )
    .execute(db)
    .await?;
    Ok(())
}
