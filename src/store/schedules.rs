//! Schedules: what makes rounds.

pub mod due;

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike as _, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, GuildId, RoleId, ScheduleId, UserId};
use crate::rules::mistake::Mistake;
use crate::rules::question::{Kinds, Level};
use crate::rules::schedule::{Days, LocalTime, Recurrence, Zone};

/// A schedule as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub schedule_id: ScheduleId,
    pub guild_id: GuildId,
    pub channel_id: ChannelId,
    pub time_zone: String,
    pub local_time: NaiveTime,
    pub days: i16,
    pub topics: Vec<String>,
    pub level: Option<Level>,
    pub window_seconds: i32,
    pub ping_role_id: Option<RoleId>,
    pub thread: bool,
    pub grace_seconds: i32,
    pub seed: i64,
    pub next_due_at: Option<DateTime<Utc>>,
    pub next_date: Option<NaiveDate>,
    pub paused_at: Option<DateTime<Utc>>,
    pub paused_reason: Option<String>,
    pub kinds: Kinds,
}

/// A query of schedules: its SQL before their columns and behind them, and its arguments.
macro_rules! query_schedules {
    ($before:literal, $after:literal $(, $($arguments:tt)*)?) => {
        sqlx::query_as!(
            Schedule,
            $before
                + " schedule_id, guild_id, channel_id, time_zone, local_time, days, topics, level, window_seconds,
                    ping_role_id, thread, grace_seconds, seed, next_due_at, next_date, paused_at, paused_reason, kinds "
                + $after
            $(, $($arguments)*)?
        )
    };
}

pub(crate) use query_schedules;

impl Schedule {
    /// When it is due, as the rules calculate with it.
    ///
    /// # Errors
    /// If the stored zone is not in this version's time zone data.
    pub fn recurrence(&self) -> Result<Recurrence, Mistake> {
        to_recurrence(&self.time_zone, self.local_time, self.days)
    }
}

impl ScheduleSettings {
    /// When it is due, as the rules calculate with it.
    ///
    /// # Errors
    /// If the zone is not in this version's time zone data.
    pub fn recurrence(&self) -> Result<Recurrence, Mistake> {
        to_recurrence(&self.time_zone, self.local_time, self.days)
    }
}

impl From<Schedule> for ScheduleSettings {
    fn from(schedule: Schedule) -> Self {
        let Schedule {
            channel_id,
            time_zone,
            local_time,
            days,
            topics,
            level,
            window_seconds,
            ping_role_id,
            thread,
            kinds,
            ..
        } = schedule;
        Self {
            channel_id,
            time_zone,
            local_time,
            days,
            topics,
            level,
            window_seconds,
            ping_role_id,
            thread,
            kinds,
        }
    }
}

fn to_recurrence(zone: &str, time: NaiveTime, days: i16) -> Result<Recurrence, Mistake> {
    let part = |n: u32| u8::try_from(n).unwrap_or_default();
    Ok(Recurrence {
        time: LocalTime::new(part(time.hour()), part(time.minute())).unwrap_or(LocalTime::MIDNIGHT),
        zone: Zone::stored(zone)?,
        days: Days::from_bits(days).unwrap_or(Days::DAILY),
    })
}

/// What a manager decides about a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleSettings {
    pub channel_id: ChannelId,
    pub time_zone: String,
    pub local_time: NaiveTime,
    pub days: i16,
    pub topics: Vec<String>,
    pub level: Option<Level>,
    pub window_seconds: i32,
    pub ping_role_id: Option<RoleId>,
    pub thread: bool,
    pub kinds: Kinds,
}

/// When a schedule is due next: the instant and the local day it belongs to.
pub type Next = Option<(DateTime<Utc>, NaiveDate)>;

/// Adds a schedule.
pub async fn insert_schedule(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    plan: &ScheduleSettings,
    next: Next,
    by: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<Schedule> {
    query_schedules!(
        "insert into schedules (guild_id, channel_id, time_zone, local_time, days, topics, level, window_seconds,
                                ping_role_id, thread, seed, next_due_at, next_date, created_by, created_at, kinds)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                 -- Any number will do, as long as it stays the same.
                 hashint8extended($1, extract(epoch from $14::timestamptz)::bigint),
                 $11, $12, $13, $14, $15)
         returning",
        "",
        guild.0,
        plan.channel_id.0,
        plan.time_zone,
        plan.local_time,
        plan.days,
        &plan.topics,
        plan.level.map(Level::as_str),
        plan.window_seconds,
        plan.ping_role_id.map(|role| role.0),
        plan.thread,
        next.map(|(at, _)| at),
        next.map(|(_, date)| date),
        by.0,
        now,
        plan.kinds.as_str()
    )
    .fetch_one(db)
    .await
}

/// Replaces what a manager decides.
pub async fn update_schedule(
    db: impl PgExecutor<'_>,
    id: ScheduleId,
    plan: &ScheduleSettings,
    next: Next,
) -> sqlx::Result<Schedule> {
    query_schedules!(
        "update schedules
            set channel_id = $2, time_zone = $3, local_time = $4, days = $5, topics = $6, level = $7,
                window_seconds = $8, ping_role_id = $9, thread = $10, kinds = $13,
                next_due_at = case when paused_at is null then $11::timestamptz end,
                next_date = case when paused_at is null then $12::date end
          where schedule_id = $1 and removed_at is null
         returning",
        "",
        id.0,
        plan.channel_id.0,
        plan.time_zone,
        plan.local_time,
        plan.days,
        &plan.topics,
        plan.level.map(Level::as_str),
        plan.window_seconds,
        plan.ping_role_id.map(|role| role.0),
        plan.thread,
        next.map(|(at, _)| at),
        next.map(|(_, date)| date),
        plan.kinds.as_str()
    )
    .fetch_one(db)
    .await
}

/// The schedules of a guild, oldest first.
pub async fn of_guild(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<Vec<Schedule>> {
    query_schedules!(
        "select",
        "from schedules where guild_id = $1 and removed_at is null order by schedule_id",
        guild.0
    )
    .fetch_all(db)
    .await
}

/// How many schedules a guild has. Until the transaction ends nobody else counts them, so that of two that are added at
/// once the second knows of the first.
pub async fn count_schedules(db: &mut PgConnection, guild: GuildId) -> sqlx::Result<i64> {
    sqlx::query!(
        "select guild_id from guilds where guild_id = $1 for no key update",
        guild.0
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from schedules where guild_id = $1 and removed_at is null"#,
        guild.0
    )
    .fetch_one(db)
    .await
}

/// One schedule, removed or not.
pub async fn get_schedule(db: impl PgExecutor<'_>, id: ScheduleId) -> sqlx::Result<Schedule> {
    query_schedules!("select", "from schedules where schedule_id = $1", id.0)
        .fetch_one(db)
        .await
}

/// Stops a schedule until it is resumed, with a reason if it was the bot that had to.
pub async fn pause_schedule(
    db: impl PgExecutor<'_>,
    id: ScheduleId,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update schedules set paused_at = $2, paused_reason = $3, next_due_at = null, next_date = null
          where schedule_id = $1 and paused_at is null",
        id.0,
        now,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets a paused schedule go on.
pub async fn resume_schedule(db: impl PgExecutor<'_>, id: ScheduleId, next: Next) -> sqlx::Result<()> {
    sqlx::query!(
        "update schedules set paused_at = null, paused_reason = null, next_due_at = $2, next_date = $3
          where schedule_id = $1 and removed_at is null",
        id.0,
        next.map(|(at, _)| at),
        next.map(|(_, date)| date)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes a schedule. Its rounds, answers and scores stay.
pub async fn remove_schedule(
    db: impl PgExecutor<'_>,
    id: ScheduleId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update schedules set removed_at = $2, next_due_at = null, next_date = null where schedule_id = $1",
        id.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Tells every instance that schedules changed. For changes by people only: it is far too slow for anything frequent.
pub async fn notify_schedules(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("notify schedules").execute(db).await?;
    Ok(())
}
