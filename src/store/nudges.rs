//! How a member reviews, and the nudges they asked for. As with rounds, a nudge's row comes before its message.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
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

/// How many cards are due, for several members at once; those with none are left out. What everybody is being asked is
/// not counted, as it would not be asked.
pub async fn due_counts(
    db: impl PgExecutor<'_>,
    members: &[Settings],
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<(GuildId, UserId), i64>> {
    let guilds: Vec<i64> = members.iter().map(|one| one.guild_id.0).collect();
    let users: Vec<i64> = members.iter().map(|one| one.user_id.0).collect();
    let rows = sqlx::query!(
        r#"select c.guild_id, c.user_id, count(*) as "n!"
             from unnest($1::bigint[], $2::bigint[]) as m (guild_id, user_id)
             join cards c on c.guild_id = m.guild_id and c.user_id = m.user_id and c.due_at <= $3
             join questions q on q.question_id = c.question_id and q.retired_at is null
            where not exists (select from asked_now n where n.guild_id = c.guild_id and n.question_id = c.question_id)
            group by c.guild_id, c.user_id"#,
        &guilds,
        &users,
        now
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.guild_id, row.user_id), row.n))
        .collect())
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

/// The earliest instant at which any nudge is to be planned or sent.
pub async fn next_wake(db: impl PgExecutor<'_>) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select least((select min(nudge_next_at) from review_settings where nudge_next_at is not null),
                      (select min(greatest(due_at, lease_until)) from nudges where state = 'planned'))"
    )
    .fetch_one(db)
    .await
}
