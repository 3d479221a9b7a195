//! The nudges members asked for. As with rounds, a nudge's row comes before its message.

use chrono::{DateTime, NaiveDate, Utc};
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

/// Plans the nudge of a day. `None` where the day has one: that is what keeps a member from being nudged twice.
pub async fn plan_nudge(
    db: impl PgExecutor<'_>,
    member: &Settings,
    channel: ChannelId,
    day: NaiveDate,
    due_at: DateTime<Utc>,
    cards: i64,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into nudges (guild_id, user_id, local_date, due_at, cards, channel_id, state)
         values ($1, $2, $3, $4, $5, $6, 'planned')
         on conflict do nothing
         returning nudge_id",
        member.guild_id.0,
        member.user_id.0,
        day,
        due_at,
        i32::try_from(cards).unwrap_or(i32::MAX),
        channel.0
    )
    .fetch_optional(db)
    .await
}

/// A nudge.
#[derive(Clone, Debug)]
pub struct Nudge {
    pub nudge_id: i64,
    pub guild_id: GuildId,
    pub user_id: UserId,
    pub cards: i32,
    pub channel_id: ChannelId,
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

/// A nudge that is to be sent; `None` where it is over.
pub async fn find_planned(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    nudge: i64,
) -> sqlx::Result<Option<Nudge>> {
    sqlx::query_as!(
        Nudge,
        "select nudge_id, guild_id, user_id, cards, channel_id from nudges
          where guild_id = $1 and nudge_id = $2 and state = 'planned'",
        guild.0,
        nudge
    )
    .fetch_optional(db)
    .await
}

/// Ends a nudge, by its number. Does nothing where it is over.
pub async fn end_nudge(db: impl PgExecutor<'_>, guild: GuildId, nudge: i64, end: End) -> sqlx::Result<()> {
    sqlx::query!(
        "update nudges set state = $3 where guild_id = $1 and nudge_id = $2 and state = 'planned'",
        guild.0,
        nudge,
        end.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
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
