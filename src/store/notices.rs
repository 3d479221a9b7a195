//! Messages that are posted once when their time comes. The row is there before the message; who works on it has a
//! lease, and the attempt is the fence, as with rounds.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgExecutor;

use crate::ids::{ChannelId, CompetitionId, GuildId, MessageId, NoticeId};
use crate::rules::notice::NoticeKind;

/// A notice that was leased or found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of migrations/0005_competitions.sql"
)]
pub struct Notice {
    pub notice_id: NoticeId,
    pub guild_id: GuildId,
    pub kind: NoticeKind,
    pub competition_id: Option<CompetitionId>,
    pub season_start: Option<NaiveDate>,
    pub channel_id: ChannelId,
    pub due_at: DateTime<Utc>,
    pub attempt: i32,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The season that began on this day.
    Season(NaiveDate),
    /// A competition.
    Competition(CompetitionId),
}

/// Plans a notice. Does nothing where there is one of that kind: each is said once.
pub async fn plan_notice(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    subject: Subject,
    kind: NoticeKind,
    channel: ChannelId,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (season, competition) = match subject {
        Subject::Season(start) => (Some(start), None),
        Subject::Competition(id) => (None, Some(id.0)),
    };
    sqlx::query!(
        "insert into notices (guild_id, kind, competition_id, season_start, channel_id, due_at, state)
         values ($1, $2, $3, $4, $5, $6, 'planned') on conflict do nothing",
        guild.0,
        kind.as_str(),
        competition,
        season,
        channel.0,
        due_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Leases up to `limit` notices that are due, earliest first.
pub async fn lease_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> sqlx::Result<Vec<Notice>> {
    sqlx::query_as!(
        Notice,
        "with c as materialized (
             select notice_id from notices
              where state = 'planned' and due_at <= $1 and (lease_until is null or lease_until <= $1)
              order by due_at, notice_id
              limit $3
              for update skip locked)
         update notices n set lease_until = $2, attempt = attempt + 1
           from c where n.notice_id = c.notice_id
         returning n.notice_id, n.guild_id, n.kind, n.competition_id, n.season_start, n.channel_id, n.due_at,
                   n.attempt",
        now,
        now + lease,
        limit
    )
    .fetch_all(db)
    .await
}

/// Stores the message of a leased notice. False where the lease was lost meanwhile.
pub async fn note_posted(
    db: impl PgExecutor<'_>,
    notice: &Notice,
    message: MessageId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update notices set state = 'posted', message_id = $3, posted_at = $4, lease_until = null
          where notice_id = $1 and attempt = $2 and state = 'planned'",
        notice.notice_id.0,
        notice.attempt,
        message.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Why a notice is not posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// It no longer makes sense.
    Skipped,
    /// Discord refused it.
    Failed,
}

/// Ends a leased notice without a message.
pub async fn not_posted(
    db: impl PgExecutor<'_>,
    notice: &Notice,
    dropped: Dropped,
    reason: &str,
) -> sqlx::Result<()> {
    let state = match dropped {
        Dropped::Skipped => "skipped",
        Dropped::Failed => "failed",
    };
    sqlx::query!(
        "update notices set state = $3, reason = $4, lease_until = null
          where notice_id = $1 and attempt = $2 and state = 'planned'",
        notice.notice_id.0,
        notice.attempt,
        state,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a leased notice back, to be tried again from `at` on.
pub async fn retry_at(db: impl PgExecutor<'_>, notice: &Notice, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update notices set lease_until = $3 where notice_id = $1 and attempt = $2",
        notice.notice_id.0,
        notice.attempt,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether this notice of a competition was posted, or may be on its way.
pub async fn is_said(
    db: impl PgExecutor<'_>,
    competition: CompetitionId,
    kind: NoticeKind,
) -> sqlx::Result<bool> {
    let said = sqlx::query_scalar!(
        "select exists (select from notices where competition_id = $1 and kind = $2
                           and (state = 'posted' or (state = 'planned' and attempt > 0)))",
        competition.0,
        kind.as_str()
    )
    .fetch_one(db)
    .await?;
    Ok(said == Some(true))
}

/// A notice, if it belongs to the guild. Ids come from buttons, and those can be forged.
pub async fn find_notice(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    id: NoticeId,
) -> sqlx::Result<Option<Notice>> {
    sqlx::query_as!(
        Notice,
        "select notice_id, guild_id, kind, competition_id, season_start, channel_id, due_at, attempt
           from notices where notice_id = $1 and guild_id = $2",
        id.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}
