//! Which schedules are due, and when each is due next.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::{Next, Schedule, query_schedules};
use crate::ids::{GuildId, ScheduleId};

/// Locks the schedule that is due first, for the transaction. Those another instance works on, and those in `except`,
/// are passed over.
pub async fn lock_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    except: &[ScheduleId],
) -> sqlx::Result<Option<Schedule>> {
    let except: Vec<i64> = except.iter().map(|id| id.0).collect();
    query_schedules!(
        "select",
        "from schedules
          where next_due_at <= $1 and paused_at is null and removed_at is null
            -- Not what this pass could not plan; it is tried again in the next one.
            and schedule_id <> all ($2)
          order by next_due_at, schedule_id
          limit 1
          -- Not the stronger lock: a round being planned by a manager refers to the schedule, and each would wait for
          -- the other.
          for no key update skip locked",
        now,
        &except
    )
    .fetch_optional(db)
    .await
}

/// Locks a schedule for the transaction and reads it as it stands then: `None` where it is removed. Until the
/// transaction ends nobody plans its rounds or changes it.
pub async fn lock_schedule(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    id: ScheduleId,
) -> sqlx::Result<Option<Schedule>> {
    query_schedules!(
        "select",
        "from schedules where guild_id = $1 and schedule_id = $2 and removed_at is null for no key update",
        guild.0,
        id.0
    )
    .fetch_optional(db)
    .await
}

/// Sets when a schedule is due next.
pub async fn set_next(db: impl PgExecutor<'_>, id: ScheduleId, next: Next) -> sqlx::Result<()> {
    sqlx::query!(
        "update schedules set next_due_at = $2, next_date = $3
          -- One that was paused or removed meanwhile stays so.
          where schedule_id = $1 and paused_at is null and removed_at is null",
        id.0,
        next.map(|(at, _)| at),
        next.map(|(_, date)| date)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Every schedule that waits for its next time, locked: for when the time zone data changed.
pub async fn lock_waiting(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Schedule>> {
    query_schedules!(
        "select",
        "from schedules where next_due_at is not null order by schedule_id for no key update"
    )
    .fetch_all(db)
    .await
}
