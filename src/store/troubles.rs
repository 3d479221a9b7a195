//! What keeps the questions of a schedule from being posted, or their discussions from having a thread.

use chrono::NaiveDate;
use sqlx::PgExecutor;

use crate::ids::ScheduleId;
use crate::rules::trouble::Trouble;
use crate::store::rounds::State;

/// The reason of a round that a manager left out with `/daily skip`.
pub const SKIPPED_BY_MANAGER: &str = "skipped by a manager";

/// What keeps or last kept questions of a schedule from being posted, if nothing of the same kind was posted since: its
/// own of a day, and one that was asked for besides.
pub async fn list_troubles(db: impl PgExecutor<'_>, schedule: ScheduleId) -> sqlx::Result<Vec<Trouble>> {
    let rows = sqlx::query!(
        r#"select distinct on (requested)
                  requested_by_interaction is not null as "requested!", occurrence_date, state, reason
             from rounds, lateral (select requested_by_interaction is not null as requested) kind
            where schedule_id = $1 and (state <> 'planned' or reason is not null) and reason is distinct from $2
            order by requested, occurrence_date desc, round_id desc"#,
        schedule.0,
        SKIPPED_BY_MANAGER
    )
    .fetch_all(db)
    .await?;
    let own = rows
        .iter()
        .find(|row| !row.requested)
        .and_then(|row| row.occurrence_date);
    let is_news = |requested: bool, state: State, day: Option<NaiveDate>| {
        let failed = matches!(state, State::Planned | State::Skipped | State::Failed);
        // What was asked for on a day is over with the day.
        failed && !(requested && day < own)
    };
    let news = rows
        .into_iter()
        .filter(|row| is_news(row.requested, row.state, row.occurrence_date));
    Ok(news
        .filter_map(|row| {
            Some(Trouble {
                day: row.occurrence_date?,
                requested: row.requested,
                waiting: row.state == State::Planned,
                reason: row.reason.unwrap_or_default(),
            })
        })
        .collect())
}

/// The day of a schedule's last discussion, if it was to be in a thread and had to be in the channel.
pub async fn without_thread(
    db: impl PgExecutor<'_>,
    schedule: ScheduleId,
) -> sqlx::Result<Option<NaiveDate>> {
    let row = sqlx::query!(
        "select occurrence_date, thread, thread_id, reason from rounds
          where schedule_id = $1 and announced_at is not null and message_id is not null
          order by announced_at desc limit 1",
        schedule.0
    )
    .fetch_optional(db)
    .await?;
    let missed = row.filter(|row| row.thread && row.thread_id.is_none() && row.reason.is_none());
    Ok(missed.and_then(|row| row.occurrence_date))
}
