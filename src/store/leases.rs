//! Work on rounds that several instances could take at once: who has it, until when, and what came of it.
//!
//! A lease is a time in the row. Its attempt number is the fence: a result is stored only by the attempt that was
//! leased.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgExecutor;

use crate::ids::{MessageId, RoundId};
use crate::store::rounds::{Round, State, query_rounds};

/// Leases up to `limit` planned rounds for posting, earliest first. Fixes when each will be revealed, so that a second
/// attempt says the same as the first.
pub async fn lease_planned(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> sqlx::Result<Vec<Round>> {
    query_rounds!(
        "with c as materialized (
             select round_id from rounds
              where state = 'planned' and due_at <= $1 and (lease_until is null or lease_until <= $1)
              order by due_at, round_id
              limit $3
              for update skip locked)
         update rounds r
            set lease_until = $2, attempt = attempt + 1,
                -- On time it closes a window after its time to the second; late, a window after now.
                reveal_at = coalesce(reveal_at,
                                     greatest(due_at, $1::timestamptz - case source when 'live' then interval '0'
                                                                                    else interval '1 minute' end)
                                     + make_interval(secs => window_seconds))
           from c where r.round_id = c.round_id
         returning",
        "",
        now,
        now + lease,
        limit
    )
    .fetch_all(db)
    .await
}

/// Stores the message of a leased round, `None` where it was posted and is deleted again. False where the lease was
/// lost meanwhile.
pub async fn note_posted(
    db: impl PgExecutor<'_>,
    round: &Round,
    message: Option<MessageId>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update rounds set state = 'posted', message_id = $3, posted_at = $4, lease_until = null, attempt = 0,
                reason = null,
                -- A live question is open for its whole time from the moment it is there, unless somebody stopped the
                -- quiz meanwhile.
                reveal_at = case when source = 'live'
                                      and not exists (select from live_quizzes l
                                                       where l.quiz_id = rounds.quiz_id and l.ending is not null)
                                 then greatest(reveal_at, $4::timestamptz + make_interval(secs => window_seconds))
                                 else reveal_at end
          where round_id = $1 and attempt = $2 and state = 'planned'",
        round.round_id.0,
        round.attempt,
        message.map(|message| message.0),
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a planned round without a message.
pub async fn not_posted(
    db: impl PgExecutor<'_>,
    round: &Round,
    state: State,
    reason: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set state = $3, reason = $4, lease_until = null
          where round_id = $1 and attempt = $2 and state = 'planned'",
        round.round_id.0,
        round.attempt,
        state.as_str(),
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a leased round back, to be tried again from `at` on.
pub async fn retry_at(db: impl PgExecutor<'_>, round: &Round, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set lease_until = $3 where round_id = $1 and attempt = $2",
        round.round_id.0,
        round.attempt,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a leased round back as [`retry_at`] does, and keeps for the manager why it is not posted yet.
pub async fn put_off(
    db: impl PgExecutor<'_>,
    round: &Round,
    at: DateTime<Utc>,
    reason: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set lease_until = $3, reason = $4 where round_id = $1 and attempt = $2 and state = 'planned'",
        round.round_id.0,
        round.attempt,
        at,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Leases up to `limit` revealed rounds whose reveal is not shown yet.
pub async fn lease_unannounced(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> sqlx::Result<Vec<Round>> {
    query_rounds!(
        "with c as materialized (
             select round_id from rounds
              where state = 'revealed' and announced_at is null and (lease_until is null or lease_until <= $1)
              order by revealed_at, round_id
              limit $3
              for update skip locked)
         update rounds r set lease_until = $2, attempt = attempt + 1
           from c where r.round_id = c.round_id
         returning",
        "",
        now,
        now + lease,
        limit
    )
    .fetch_all(db)
    .await
}

/// Records that the reveal is shown, or with a `reason` that it cannot be.
pub async fn note_announced(
    db: impl PgExecutor<'_>,
    round: &Round,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set announced_at = $3, reason = $4, lease_until = null
          where round_id = $1 and attempt = $2 and state = 'revealed'",
        round.round_id.0,
        round.attempt,
        now,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes the message that shows a reveal, where the question's own was deleted. False where the lease was lost
/// meanwhile.
pub async fn replace_message(
    db: impl PgExecutor<'_>,
    round: &Round,
    message: MessageId,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update rounds set message_id = $4
          where guild_id = $1 and round_id = $2 and attempt = $3 and state = 'revealed'",
        round.guild_id.0,
        round.round_id.0,
        round.attempt,
        message.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Holds on to a round for longer. False where the lease was lost meanwhile.
pub async fn renew_lease(db: impl PgExecutor<'_>, round: &Round, until: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update rounds set lease_until = $3 where round_id = $1 and attempt = $2",
        round.round_id.0,
        round.attempt,
        until
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a round that certainly was not posted by an earlier attempt its whole window again.
pub async fn move_window(
    db: impl PgExecutor<'_>,
    round: &Round,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Round>> {
    query_rounds!(
        "update rounds r
            set reveal_at = greatest(reveal_at, $3::timestamptz - case source when 'live' then interval '0'
                                                                                    else interval '1 minute' end
                                                + make_interval(secs => window_seconds))
          where round_id = $1 and attempt = $2 and state = 'planned'
         returning",
        "",
        round.round_id.0,
        round.attempt,
        now
    )
    .fetch_optional(db)
    .await
}

/// Claims the right to rewrite the "n answered" of an open round's message: at most once in `every`,
/// or in `every_live` in a live quiz, over all instances.
///
/// `None` where it is not open or was written a moment ago.
pub async fn claim_count(
    db: impl PgExecutor<'_>,
    id: RoundId,
    now: DateTime<Utc>,
    every: TimeDelta,
    every_live: TimeDelta,
) -> sqlx::Result<Option<Round>> {
    query_rounds!(
        "update rounds r set counted_at = $2
          where round_id = $1 and state = 'posted'
            and (counted_at is null
                 or counted_at <= case source when 'live' then $4::timestamptz else $3::timestamptz end)
            -- Once the window is over the reveal is next; edits of old messages are too few to spend on a count.
            and reveal_at > $2
         returning",
        "",
        id.0,
        now,
        now - every,
        now - every_live
    )
    .fetch_optional(db)
    .await
}

/// Holds the round's message for the transaction, so that a count written late cannot overwrite the reveal.
pub async fn lock_message(db: impl PgExecutor<'_>, id: RoundId) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtext('greenroom.message'), hashint8($1))",
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}
