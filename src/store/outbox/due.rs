//! What is due for delivery. This is read over all servers and locks nothing; whoever works on a row leases it by its
//! server.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, OutboxId};
use crate::rules::outbox::{OutboxKind, Priority};
use crate::store::outbox::Addressee;

/// Rows read at a time.
const MOST: i64 = 1_000;

/// What is done side by side: a crowd on one lane holds up nobody on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Live quizzes.
    Live,
    /// Everything else.
    Patient,
}

impl Lane {
    /// The priorities it carries, by their numbers, from first to last.
    fn priorities(self) -> (i16, i16) {
        match self {
            Self::Live => (Priority::Live.number(), Priority::Live.number()),
            Self::Patient => (Priority::Reveal.number(), Priority::Nudge.number()),
        }
    }
}

/// A message that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its server.
    pub guild_id: GuildId,
    /// Its number.
    pub outbox_id: OutboxId,
    /// The fence.
    pub attempt: i32,
    /// Where it is said.
    pub to: Addressee,
    /// Whether there is a message to edit. Discord limits posts and edits apart.
    pub is_edit: bool,
    /// What it is before and after.
    pub priority: Priority,
}

/// What is due on a lane, most urgent first. What wants an answer is only due while answers arrive, and what a newer
/// program says that this one knows nothing of is left to that.
pub async fn list_due(
    db: impl PgExecutor<'_>,
    lane: Lane,
    now: DateTime<Utc>,
    answers_arrive: bool,
) -> sqlx::Result<Vec<Due>> {
    let (first, last) = lane.priorities();
    let known = OutboxKind::ALL.map(|kind| kind.as_str().to_owned());
    let rows = sqlx::query!(
        "select guild_id, outbox_id, attempt, channel_id, user_id, message_id, priority from outbox
          where state = 'waiting' and priority between $1 and $2 and wake_at <= $3
            and ($4 or message_id is not null or reposts > 0 or kind not in ('question', 'lobby', 'nudge'))
            and kind = any ($6)
          order by priority, wake_at limit $5",
        first,
        last,
        now,
        answers_arrive,
        MOST,
        &known[..]
    )
    .fetch_all(db)
    .await?;
    let due = rows.into_iter().filter_map(|row| {
        let channel = row.channel_id.map(Addressee::Channel);
        Some(Due {
            guild_id: row.guild_id,
            outbox_id: row.outbox_id,
            attempt: row.attempt,
            to: channel.or(row.user_id.map(Addressee::Member))?,
            is_edit: row.message_id.is_some(),
            priority: row.priority,
        })
    });
    Ok(due.collect())
}

/// When anything on a lane is due next.
pub async fn next_wake(db: impl PgExecutor<'_>, lane: Lane) -> sqlx::Result<Option<DateTime<Utc>>> {
    let (first, last) = lane.priorities();
    sqlx::query_scalar!(
        "select min(next.wake_at) as wake
           from generate_series($1::int, $2::int) lane (priority),
                lateral (select wake_at from outbox o
                          where o.state = 'waiting' and o.priority = lane.priority
                          order by wake_at limit 1) next",
        i32::from(first),
        i32::from(last)
    )
    .fetch_one(db)
    .await
}

/// Forgets up to `limit` messages of long ago that nothing more will be said about, and returns how many. Shared
/// answers can still change.
pub async fn forget_done(db: impl PgExecutor<'_>, before: DateTime<Utc>, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from outbox o
          using (select guild_id, outbox_id from outbox
                  where state <> 'waiting' and due_at < $1 and kind <> 'shared-answer'
                    and not exists (select from rounds r
                                     where outbox.kind = 'question' and r.round_id = outbox.subject_id
                                       and r.state = 'posted')
                  order by due_at limit $2) old
          where o.guild_id = old.guild_id and o.outbox_id = old.outbox_id",
        before,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
