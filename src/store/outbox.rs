//! The outbox: every message the bot posts or edits by itself, with what has become of it.
//!
//! Whoever wants something said puts a row here, in the transaction that gives rise to it. A row has a version for each
//! change of what it should show; it is delivered until the version shown is the newest. Work on it is leased: a lease
//! is a time in the row, and its attempt number is the fence, which never goes back. What holds several locks locks the
//! subject first and its row here second.

mod due;
mod saying;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgExecutor;

pub use self::due::{Due, Lane, forget_done, list_due, next_wake};
pub use self::saying::{Addressee, Saying, say_anew, say_once, touch_message};
use crate::ids::{ChannelId, GuildId, MessageId, OutboxId};
use crate::rules::outbox::{OutboxKind, Priority};

/// A message that is leased for delivery.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its server.
    pub guild_id: GuildId,
    /// Its number.
    pub outbox_id: OutboxId,
    /// What it is about.
    pub kind: OutboxKind,
    /// The round, quiz, notice, nudge or open answer, by its number.
    pub subject_id: i64,
    /// Which of several messages about the same.
    pub part: i16,
    /// `None` where it is for a member.
    pub channel_id: Option<ChannelId>,
    /// What it is before and after.
    pub priority: Priority,
    /// When it is to be said.
    pub due_at: DateTime<Utc>,
    /// It is worth nothing after this.
    pub expires_at: Option<DateTime<Utc>>,
    /// What this attempt is to show.
    pub leased_version: i32,
    /// The message there is.
    pub message_id: Option<MessageId>,
    /// How often its message was deleted and posted anew.
    pub reposts: i16,
    /// The nonce of a program before the outbox.
    pub nonce: Option<String>,
    /// When an attempt before this one began that may have posted it without our hearing of it.
    pub earlier_at: Option<DateTime<Utc>>,
    /// When this attempt began.
    pub leased_at: DateTime<Utc>,
    /// The fence.
    pub attempt: i32,
    /// Attempts since the last that went well, with this one.
    pub tries: i32,
}

impl Item {
    /// What keeps Discord from posting it twice within some minutes. No program before the outbox used an `o`.
    #[must_use]
    pub fn nonce(&self) -> String {
        match (&self.nonce, self.reposts) {
            (Some(nonce), _) => nonce.clone(),
            (None, 0) => format!("o{}", self.outbox_id),
            (None, again) => format!("o{}.{again}", self.outbox_id),
        }
    }
}

/// Leases a message that is due. `None` where somebody else was first, or it no longer is.
pub async fn lease_item(
    db: impl PgExecutor<'_>,
    due: &Due,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> sqlx::Result<Option<Item>> {
    sqlx::query_as!(
        Item,
        r#"update outbox o
              set lease_until = $4, attempt = o.attempt + 1, tries = o.tries + 1, leased_version = o.version,
                  first_leased_at = case when o.message_id is null then coalesce(o.first_leased_at, $5) end
             from outbox before
            where o.guild_id = $1 and o.outbox_id = $2 and o.attempt = $3 and o.state = 'waiting' and o.wake_at <= $5
              and before.guild_id = o.guild_id and before.outbox_id = o.outbox_id
           returning o.guild_id, o.outbox_id, o.kind, o.subject_id, o.part, o.channel_id, o.priority,
                     o.due_at, o.expires_at, o.leased_version, o.message_id, o.reposts, o.nonce,
                     before.first_leased_at as earlier_at, $5 as "leased_at!", o.attempt, o.tries"#,
        due.guild_id.0,
        due.outbox_id.0,
        due.attempt,
        now + lease,
        now
    )
    .fetch_optional(db)
    .await
}

/// What a delivered message is like from now on.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// The message that is there.
    pub message: Option<MessageId>,
    /// It was posted and deleted at once, so that another would need a nonce of its own.
    pub deleted: bool,
    /// What it shows.
    pub version: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// The next change that can wait is not made before this.
    pub not_before: Option<DateTime<Utc>>,
    /// How urgent such a change is.
    pub priority: Priority,
}

/// Notes that a message shows what it was leased for, or nothing is to be shown of it for now. False where the lease
/// was lost meanwhile; then nothing may be kept of what goes with it.
pub async fn note_shown(db: impl PgExecutor<'_>, item: &Item, shown: &Shown) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update outbox
            set message_id = $4,
                posted_at = coalesce(posted_at, case when $4::bigint is not null then $6::timestamptz end),
                reposts = reposts + $5::bool::int::smallint, shown_version = $7,
                state = case when version > $7 then 'waiting' else 'shown' end,
                -- What became urgent meanwhile stays so.
                priority = case when urgent_version > leased_version then priority else $8 end,
                not_before = case when urgent_version > leased_version then not_before else $9 end,
                expires_at = case when urgent_version > leased_version then expires_at end,
                -- Where there is no message, an earlier attempt may still have posted one.
                first_leased_at = case when $4::bigint is null and not $5 then $10::timestamptz end,
                nonce = case when $4::bigint is null and not $5 then nonce end,
                lease_until = null, tries = 0, reason = null
          where guild_id = $1 and outbox_id = $2 and attempt = $3",
        item.guild_id.0,
        item.outbox_id.0,
        item.attempt,
        shown.message.map(|message| message.0),
        shown.deleted,
        shown.at,
        shown.version,
        shown.priority.number(),
        shown.not_before,
        item.earlier_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the message there was, because somebody deleted it: another is about to be posted. Returns the item as it is
/// then, `None` where the lease was lost meanwhile.
pub async fn forget_message(
    db: impl PgExecutor<'_>,
    item: &Item,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Item>> {
    let done = sqlx::query!(
        "update outbox set message_id = null, reposts = reposts + 1, nonce = null, first_leased_at = $4
          where guild_id = $1 and outbox_id = $2 and attempt = $3",
        item.guild_id.0,
        item.outbox_id.0,
        item.attempt,
        now
    )
    .execute(db)
    .await?;
    Ok((done.rows_affected() == 1).then(|| Item {
        message_id: None,
        reposts: item.reposts + 1,
        nonce: None,
        ..item.clone()
    }))
}

/// When and how a leased message is tried again.
#[derive(Clone, Copy, Debug)]
pub struct Retry<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// Nobody tried to post it: this is no attempt that may have got through, and does not count as a try.
    pub untried: bool,
    /// Why, in a sentence.
    pub reason: Option<&'a str>,
}

/// Gives a leased message back, to be tried again. False where the lease was lost meanwhile.
pub async fn retry_item(db: impl PgExecutor<'_>, item: &Item, retry: Retry<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update outbox
            set not_before = case when urgent_version > leased_version then not_before else $4 end,
                first_leased_at = case when $5 then $6 else first_leased_at end,
                tries = tries - $5::bool::int, reason = $7, lease_until = null
          where guild_id = $1 and outbox_id = $2 and attempt = $3",
        item.guild_id.0,
        item.outbox_id.0,
        item.attempt,
        retry.at,
        retry.untried,
        item.earlier_at,
        retry.reason
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Why a message is not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It no longer makes sense.
    Dropped,
    /// Discord refused it.
    Failed,
}

/// Ends a leased message undelivered, unless something new is to be said of it since. False where the lease was lost
/// meanwhile.
pub async fn end_item(
    db: impl PgExecutor<'_>,
    item: &Item,
    how: Undelivered,
    reason: &str,
) -> sqlx::Result<bool> {
    let state = match how {
        Undelivered::Dropped => "dropped",
        Undelivered::Failed => "failed",
    };
    let done = sqlx::query!(
        "update outbox
            set state = case when urgent_version > leased_version then state else $4 end, reason = $5,
                lease_until = null
          where guild_id = $1 and outbox_id = $2 and attempt = $3",
        item.guild_id.0,
        item.outbox_id.0,
        item.attempt,
        state,
        reason
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets everything that is to be posted in a channel rest until an instant, or everything that is to be edited there:
/// Discord takes no more of that now.
pub async fn rest_channel(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    channel: ChannelId,
    edits: bool,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update outbox set not_before = $4
          where guild_id = $1 and channel_id = $2 and (message_id is not null) = $3 and state = 'waiting'
            and lease_until is null and (not_before is null or not_before < $4)",
        guild.0,
        channel.0,
        edits,
        until
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a message was posted, or may be on its way.
pub async fn is_said(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    kind: OutboxKind,
    subject: i64,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from outbox
                           where guild_id = $1 and kind = $2 and subject_id = $3
                             and (message_id is not null or (state = 'waiting' and attempt > 0))) as "said!""#,
        guild.0,
        kind.as_str(),
        subject
    )
    .fetch_one(db)
    .await
}
