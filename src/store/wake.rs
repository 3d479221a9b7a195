//! When there is something to do by time, for each loop that does it, over all servers. When something is to be
//! delivered is said in `store::outbox`.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgExecutor;

/// The earliest instant at which any live quiz moves on, or a question of one wants to be judged, `grace` after its
/// window.
pub async fn next_live(db: impl PgExecutor<'_>, grace: TimeDelta) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select least(
               (select min(reveal_at) + make_interval(secs => $1) from rounds
                 where state = 'posted' and source = 'live'),
               (select min(next_at) from live_quizzes l
                 where next_at is not null
                   and not exists (select from rounds r where r.quiz_id = l.quiz_id
                                      and (r.state in ('planned', 'posted')
                                           or r.state = 'revealed' and r.announced_at is null)))
           ) as wake"#,
        grace.as_seconds_f64()
    )
    .fetch_one(db)
    .await
}

/// The earliest instant at which any schedule or nudge is due.
pub async fn next_planning(db: impl PgExecutor<'_>) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select least(
               (select min(next_due_at) from schedules where next_due_at is not null),
               (select min(nudge_next_at) from review_settings where nudge_next_at is not null)
           ) as wake"#
    )
    .fetch_one(db)
    .await
}

/// The earliest instant, `grace` after its window, at which a question outside live quizzes wants to be judged.
pub async fn next_reveal(db: impl PgExecutor<'_>, grace: TimeDelta) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select min(reveal_at) + make_interval(secs => $1) as wake from rounds
          where state = 'posted' and source <> 'live'",
        grace.as_seconds_f64()
    )
    .fetch_one(db)
    .await
}

/// The earliest instant at which any season or competition turns.
pub async fn next_turn(db: impl PgExecutor<'_>) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select least(
               (select min(due_at) from seasons where closed_at is null),
               (select min(due_at) from competitions where state in ('planned', 'running'))
           ) as wake"#
    )
    .fetch_one(db)
    .await
}

/// A round trip, to see that the other end is there.
pub async fn prove_alive(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("select 1 as alive").fetch_one(db).await?;
    Ok(())
}
