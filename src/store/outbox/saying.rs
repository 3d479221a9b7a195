//! What is to be said: put into the outbox in the transaction that gives rise to it.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{ChannelId, GuildId, MessageId, UserId};
use crate::rules::outbox::{OutboxKind, Priority};

/// Where something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Addressee {
    /// Everybody in a channel.
    Channel(ChannelId),
    /// A member, directly.
    Member(UserId),
}

/// Something that is to be said.
#[derive(Clone, Copy, Debug)]
pub struct Saying {
    /// Its server.
    pub guild: GuildId,
    /// What it is about.
    pub kind: OutboxKind,
    /// The round, quiz, notice, nudge or open answer, by its number.
    pub subject: i64,
    /// Which of several messages about the same.
    pub part: i16,
    /// Where it is said.
    pub to: Addressee,
    /// What it is before and after.
    pub priority: Priority,
    /// When it is to be said.
    pub due_at: DateTime<Utc>,
    /// It is worth nothing after this.
    pub expires_at: Option<DateTime<Utc>>,
    /// The message it changes, where that is older than the row.
    pub message: Option<MessageId>,
}

/// Has something said, once: does nothing where that was said or is about to be.
pub async fn say_once(db: impl PgExecutor<'_>, saying: &Saying) -> sqlx::Result<()> {
    say(db, saying, false).await
}

/// Has something said that is new: in a message, or as a change of the message there is. It is not put off for an
/// earlier change.
pub async fn say_anew(db: impl PgExecutor<'_>, saying: &Saying) -> sqlx::Result<()> {
    say(db, saying, true).await
}

async fn say(db: impl PgExecutor<'_>, saying: &Saying, anew: bool) -> sqlx::Result<()> {
    let (channel, member) = columns_of(saying.to);
    sqlx::query!(
        "insert into outbox (guild_id, kind, subject_id, part, channel_id, user_id, priority, due_at, expires_at,
                             message_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (guild_id, kind, subject_id, part) do update
            set version = outbox.version + 1, urgent_version = outbox.version + 1, state = 'waiting', tries = 0,
                priority = excluded.priority, due_at = excluded.due_at, expires_at = excluded.expires_at,
                not_before = null
          where $11",
        saying.guild.0,
        saying.kind.as_str(),
        saying.subject,
        saying.part,
        channel,
        member,
        saying.priority.number(),
        saying.due_at,
        saying.expires_at,
        saying.message.map(|message| message.0),
        anew
    )
    .execute(db)
    .await?;
    Ok(())
}

fn columns_of(to: Addressee) -> (Option<i64>, Option<i64>) {
    match to {
        Addressee::Channel(channel) => (Some(channel.0), None),
        Addressee::Member(user) => (None, Some(user.0)),
    }
}

/// What a message shows has changed a little, such as how many have answered. It is changed when its turn comes.
///
/// Run after the change is committed: who works on the message now either sees it or does not, and then the row shows
/// that there is something left to do.
pub async fn touch_message(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    kind: OutboxKind,
    subject: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update outbox set version = version + 1, state = 'waiting'
          where guild_id = $1 and kind = $2 and subject_id = $3 and part = 0
            and version = leased_version and state in ('waiting', 'shown')",
        guild.0,
        kind.as_str(),
        subject
    )
    .execute(db)
    .await?;
    Ok(())
}
