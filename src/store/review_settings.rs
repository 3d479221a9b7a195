//! How members review, and when they want to be nudged. The nudges themselves are in `store::nudges`.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{ChannelId, GuildId, UserId};
use crate::rules::review::Retention;

/// A member's settings as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub guild_id: GuildId,
    pub user_id: UserId,
    pub retention: Retention,
    pub time_zone: Option<String>,
    pub nudge_time: Option<NaiveTime>,
    pub channel_id: Option<ChannelId>,
    pub nudge_next_at: Option<DateTime<Utc>>,
    pub nudge_next_date: Option<NaiveDate>,
}

impl Settings {
    /// What holds for a member who never set anything.
    #[must_use]
    pub fn usual(guild: GuildId, user: UserId) -> Self {
        Self {
            guild_id: guild,
            user_id: user,
            retention: Retention::USUAL,
            time_zone: None,
            nudge_time: None,
            channel_id: None,
            nudge_next_at: None,
            nudge_next_date: None,
        }
    }
}

/// A member's settings, if they ever set any.
pub async fn find_settings(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
) -> sqlx::Result<Option<Settings>> {
    sqlx::query_as!(
        Settings,
        "select guild_id, user_id, retention, time_zone, nudge_time, channel_id, nudge_next_at, nudge_next_date
           from review_settings where guild_id = $1 and user_id = $2",
        guild.0,
        user.0
    )
    .fetch_optional(db)
    .await
}

/// Stores a member's settings. Whoever sets anything has been told about a nudge that was switched off.
pub async fn upsert_settings(db: impl PgExecutor<'_>, settings: &Settings) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into review_settings (guild_id, user_id, retention, time_zone, nudge_time, channel_id, nudge_next_at,
                                      nudge_next_date)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (guild_id, user_id) do update
            set retention = excluded.retention, time_zone = excluded.time_zone, nudge_time = excluded.nudge_time,
                channel_id = excluded.channel_id, nudge_next_at = excluded.nudge_next_at,
                nudge_next_date = excluded.nudge_next_date, nudge_off_reason = null",
        settings.guild_id.0,
        settings.user_id.0,
        i16::from(settings.retention.percent()),
        settings.time_zone,
        settings.nudge_time,
        settings.channel_id.map(|id| id.0),
        settings.nudge_next_at,
        settings.nudge_next_date
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Why the bot stopped nudging a member, the first time this is asked for.
pub async fn take_off_reason(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
) -> sqlx::Result<Option<String>> {
    let reason = sqlx::query_scalar!(
        "with told as (select guild_id, user_id, nudge_off_reason from review_settings
                        where guild_id = $1 and user_id = $2 and nudge_off_reason is not null for update)
         update review_settings s set nudge_off_reason = null from told
          where s.guild_id = told.guild_id and s.user_id = told.user_id
         returning told.nudge_off_reason",
        guild.0,
        user.0
    )
    .fetch_optional(db)
    .await?;
    Ok(reason.flatten())
}

/// Members whose time for a nudge has come, locked; those another instance works on are passed over.
pub async fn lock_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Settings>> {
    sqlx::query_as!(
        Settings,
        "select guild_id, user_id, retention, time_zone, nudge_time, channel_id, nudge_next_at, nudge_next_date
           from review_settings where nudge_next_at <= $1
          order by nudge_next_at, guild_id, user_id limit $2
          for no key update skip locked",
        now,
        limit
    )
    .fetch_all(db)
    .await
}

/// Everybody who waits for a nudge, locked: for when the time zone data changed.
pub async fn lock_waiting(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Settings>> {
    sqlx::query_as!(
        Settings,
        "select guild_id, user_id, retention, time_zone, nudge_time, channel_id, nudge_next_at, nudge_next_date
           from review_settings where nudge_next_at is not null
          order by guild_id, user_id for no key update"
    )
    .fetch_all(db)
    .await
}

/// Sets when a member is nudged next. One who switched it off stays so.
pub async fn set_next(
    db: impl PgExecutor<'_>,
    member: &Settings,
    next: Option<(DateTime<Utc>, NaiveDate)>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update review_settings set nudge_next_at = $3, nudge_next_date = $4
          where guild_id = $1 and user_id = $2 and nudge_time is not null",
        member.guild_id.0,
        member.user_id.0,
        next.map(|(at, _)| at),
        next.map(|(_, date)| date)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stops nudging a member, and keeps why until they were told.
pub async fn switch_off(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    reason: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update review_settings
            set nudge_time = null, nudge_next_at = null, nudge_next_date = null, nudge_off_reason = $3
          where guild_id = $1 and user_id = $2 and nudge_time is not null",
        guild.0,
        user.0,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a member still wants to be nudged; asked again right before it is sent.
pub async fn is_wanted(db: impl PgExecutor<'_>, guild: GuildId, user: UserId) -> sqlx::Result<bool> {
    let wanted = sqlx::query_scalar!(
        r#"select nudge_time is not null as "wanted!" from review_settings where guild_id = $1 and user_id = $2"#,
        guild.0,
        user.0
    )
    .fetch_optional(db)
    .await?;
    Ok(wanted == Some(true))
}
