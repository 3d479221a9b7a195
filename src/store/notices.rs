//! Notices: what the bot says of seasons and competitions when the time comes, each once. They are delivered by the
//! outbox.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgExecutor;

use crate::ids::{ChannelId, CompetitionId, GuildId, MessageId, NoticeId};
use crate::rules::notice::NoticeKind;

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub notice_id: NoticeId,
    pub guild_id: GuildId,
    pub kind: NoticeKind,
    pub competition_id: Option<CompetitionId>,
    pub season_start: Option<NaiveDate>,
    pub channel_id: ChannelId,
    pub due_at: DateTime<Utc>,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The season that began on this day.
    Season(NaiveDate),
    /// A competition.
    Competition(CompetitionId),
}

/// Plans a notice. `None` where there is one of that kind: each is said once.
pub async fn plan_notice(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    subject: Subject,
    kind: NoticeKind,
    channel: ChannelId,
    due_at: DateTime<Utc>,
) -> sqlx::Result<Option<NoticeId>> {
    let (season, competition) = match subject {
        Subject::Season(start) => (Some(start), None),
        Subject::Competition(id) => (None, Some(id.0)),
    };
    sqlx::query_scalar!(
        "insert into notices (guild_id, kind, competition_id, season_start, channel_id, due_at, state)
         values ($1, $2, $3, $4, $5, $6, 'planned') on conflict do nothing returning notice_id",
        guild.0,
        kind.as_str(),
        competition,
        season,
        channel.0,
        due_at
    )
    .fetch_optional(db)
    .await
}

/// Stores the message of a notice.
pub async fn note_posted(
    db: impl PgExecutor<'_>,
    notice: &Notice,
    message: MessageId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update notices set state = 'posted', message_id = $3, posted_at = $4
          where guild_id = $1 and notice_id = $2 and state = 'planned'",
        notice.guild_id.0,
        notice.notice_id.0,
        message.0,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Why a notice is not posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// It no longer makes sense.
    Skipped,
    /// Discord refused it.
    Failed,
}

/// Ends a notice without a message.
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
        "update notices set state = $3, reason = $4 where guild_id = $1 and notice_id = $2 and state = 'planned'",
        notice.guild_id.0,
        notice.notice_id.0,
        state,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The notice of this kind of a competition.
pub async fn of_competition(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    competition: CompetitionId,
    kind: NoticeKind,
) -> sqlx::Result<Option<NoticeId>> {
    sqlx::query_scalar!(
        "select notice_id from notices where guild_id = $1 and competition_id = $2 and kind = $3",
        guild.0,
        competition.0,
        kind.as_str()
    )
    .fetch_optional(db)
    .await
}

/// A notice, if it belongs to the guild. Ids come from buttons, and those can be forged.
pub async fn find_notice(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    id: NoticeId,
) -> sqlx::Result<Option<Notice>> {
    sqlx::query_as!(
        Notice,
        "select notice_id, guild_id, kind, competition_id, season_start, channel_id, due_at
           from notices where notice_id = $1 and guild_id = $2",
        id.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}
