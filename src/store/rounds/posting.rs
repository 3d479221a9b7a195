//! What becomes of a round's message. Every change is part of the transaction that notes the delivery, and repeats the
//! state it starts from.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, MessageId, RoundId};
use crate::store::rounds::{Round, State, query_rounds};

/// Fixes when a planned round will be revealed, before it is posted: a second attempt says the same as the first.
///
/// With `anew`, where no attempt before has posted it, it gets its whole window again. `None` where it is not planned
/// any more.
pub async fn fix_window(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    round: RoundId,
    now: DateTime<Utc>,
    anew: bool,
) -> sqlx::Result<Option<Round>> {
    query_rounds!(
        "update rounds r
            set reveal_at = case when reveal_at is not null and not $4 then reveal_at
                                 -- On time it closes a window after its time to the second; late, a window after now.
                                 else greatest(reveal_at,
                                               greatest(due_at,
                                                        $3::timestamptz - case source when 'live' then interval '0'
                                                                                      else interval '1 minute' end)
                                               + make_interval(secs => window_seconds)) end
          where guild_id = $1 and round_id = $2 and state = 'planned'
         returning",
        "",
        guild.0,
        round.0,
        now,
        anew
    )
    .fetch_optional(db)
    .await
}

/// Opens a planned round: its message is there, or `None` where it was and is deleted. False where the round was not
/// planned.
pub async fn note_posted(
    db: impl PgExecutor<'_>,
    round: &Round,
    message: Option<MessageId>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update rounds set state = 'posted', message_id = $3, posted_at = $4, reason = null,
                -- A live question is open for its whole time from the moment it is there, unless somebody stopped the
                -- quiz meanwhile.
                reveal_at = case when source = 'live'
                                      and not exists (select from live_quizzes l
                                                       where l.quiz_id = rounds.quiz_id and l.ending is not null)
                                 then greatest(reveal_at, $4::timestamptz + make_interval(secs => window_seconds))
                                 else reveal_at end
          where guild_id = $1 and round_id = $2 and state = 'planned' and reveal_at is not null",
        round.guild_id.0,
        round.round_id.0,
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
        "update rounds set state = $3, reason = $4 where guild_id = $1 and round_id = $2 and state = 'planned'",
        round.guild_id.0,
        round.round_id.0,
        state.as_str(),
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps for the manager why a planned round is not posted yet.
pub async fn note_put_off(db: impl PgExecutor<'_>, round: &Round, reason: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set reason = $3 where guild_id = $1 and round_id = $2 and state = 'planned'",
        round.guild_id.0,
        round.round_id.0,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Records that the reveal is shown, with everything that follows it, or with a `reason` that it cannot be.
pub async fn note_announced(
    db: impl PgExecutor<'_>,
    round: &Round,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set announced_at = $3, reason = $4
          where guild_id = $1 and round_id = $2 and state = 'revealed' and announced_at is null",
        round.guild_id.0,
        round.round_id.0,
        now,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes the message that shows a reveal, where the question's own was deleted.
pub async fn replace_message(db: impl PgExecutor<'_>, round: &Round, message: MessageId) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set message_id = $3
          where guild_id = $1 and round_id = $2 and state = 'revealed' and message_id is distinct from $3",
        round.guild_id.0,
        round.round_id.0,
        message.0
    )
    .execute(db)
    .await?;
    Ok(())
}
