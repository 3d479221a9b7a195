//! When there is something to do by time.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgExecutor;

/// The earliest instant at which any schedule, round, season, competition, notice or nudge wants something done.
///
/// An open round wants its reveal `grace` after its window.
pub async fn next_wake(db: impl PgExecutor<'_>, grace: TimeDelta) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select least(
               (select min(next_due_at) from schedules where next_due_at is not null),
               (select min(greatest(due_at, lease_until)) from rounds where state = 'planned'),
               (select min(reveal_at) + make_interval(secs => $1) from rounds where state = 'posted'),
               (select min(greatest(revealed_at, lease_until)) from rounds
                 where state = 'revealed' and announced_at is null),
               (select min(greatest(next_at, lease_until)) from live_quizzes l
                 where next_at is not null
                   and not exists (select from rounds r where r.quiz_id = l.quiz_id
                                      and (r.state in ('planned', 'posted')
                                           or r.state = 'revealed' and r.announced_at is null))),
               (select min(due_at) from seasons where closed_at is null),
               (select min(due_at) from competitions where state in ('planned', 'running')),
               (select min(greatest(due_at, lease_until)) from notices where state = 'planned'),
               (select min(nudge_next_at) from review_settings where nudge_next_at is not null),
               (select min(greatest(due_at, lease_until)) from nudges where state = 'planned')
           ) as wake"#,
        grace.as_seconds_f64()
    )
    .fetch_one(db)
    .await
}

/// A round trip, to see that the other end is there.
pub async fn prove_alive(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("select 1 as alive").fetch_one(db).await?;
    Ok(())
}
