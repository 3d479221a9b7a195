//! What did not happen of a schedule, and why.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, ScheduleId};
use crate::rules::trouble::{Missing, Trouble};
use crate::store::rounds::State;

/// The reason of a round that a manager left out with `/daily skip`.
pub const SKIPPED_BY_MANAGER: &str = "skipped by a manager";

/// Posting takes seconds; what takes longer is held up by something.
const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(1);
/// More than these nobody reads one by one.
const MOST: i64 = 100;

/// Every question of a schedule that was due since an instant and not posted, or whose reveal was not shown, the newest
/// first: the schedule's own and those asked for besides. What a manager left out is no trouble.
pub async fn list_troubles(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    schedule: ScheduleId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Trouble>> {
    let rows = sqlx::query!(
        r#"select requested_by_interaction is not null as "requested!", occurrence_date, state, reason
             from rounds
            where guild_id = $1 and schedule_id = $2 and due_at >= $3
              and (reason is not null or state = 'planned')
              and reason is distinct from $4
              -- Without a reason nothing is wrong yet, unless it takes long.
              and (reason is not null or due_at <= $5)
            order by due_at desc, round_id desc
            limit $6"#,
        guild.0,
        schedule.0,
        since,
        SKIPPED_BY_MANAGER,
        now - ON_ITS_WAY,
        MOST
    )
    .fetch_all(db)
    .await?;
    let to_missing = |state| match state {
        State::Skipped | State::Failed => Some(Missing::Question),
        State::Waiting | State::Planned => Some(Missing::Waiting),
        State::Revealed => Some(Missing::Reveal),
        State::Posted => None,
    };
    let troubles = rows.into_iter().filter_map(|row| {
        Some(Trouble {
            day: row.occurrence_date?,
            requested: row.requested,
            missing: to_missing(row.state)?,
            reason: row.reason,
        })
    });
    Ok(troubles.collect())
}

/// The day of a schedule's last discussion, if it was to be in a thread and had to be in the channel.
pub async fn without_thread(
    db: impl PgExecutor<'_>,
    schedule: ScheduleId,
) -> sqlx::Result<Option<NaiveDate>> {
    let row = sqlx::query!(
        r#"select occurrence_date, thread, coalesce(thread_id = channel_id, true) as "left!", reason from rounds
          where schedule_id = $1 and announced_at is not null and message_id is not null
          order by announced_at desc limit 1"#,
        schedule.0
    )
    .fetch_optional(db)
    .await?;
    let missed = row.filter(|row| row.thread && row.left && row.reason.is_none());
    Ok(missed.and_then(|row| row.occurrence_date))
}
