//! The lobby of a live quiz, and who may open one.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{ChannelId, GuildId, MessageId, QuizId};
use crate::rules::quiz_score::Rules;
use crate::store::live::Live;

/// Gives a quiz that was just made its live side. Run in the transaction that makes it.
pub async fn insert_lobby(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    questions: i16,
    rules: Rules,
    starts_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into live_quizzes (quiz_id, guild_id, channel_id, questions, seconds, scoring, penalty, starts_at)
         select quiz_id, guild_id, channel_id, $2, $3, $4, $5, $6 from quizzes where quiz_id = $1",
        quiz.0,
        questions,
        i16::try_from(rules.window.num_seconds()).unwrap_or(i16::MAX),
        rules.scoring.as_str(),
        rules.penalty,
        starts_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes opening a quiz in a channel take turns, for the transaction.
pub async fn lock_channel(db: impl PgExecutor<'_>, channel: ChannelId) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtext('greenroom.live'), hashint8($1))",
        channel.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Fixes when the lobby closes, before it is posted: somebody has to have the time to join.
pub async fn move_start(db: impl PgExecutor<'_>, live: &Live, starts_at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set starts_at = $3 where guild_id = $1 and quiz_id = $2 and message_id is null",
        live.guild_id.0,
        live.quiz_id.0,
        starts_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stores the lobby's message. It closes by itself from then on.
pub async fn lobby_posted(db: impl PgExecutor<'_>, live: &Live, message: MessageId) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes l set message_id = $3,
                -- Members may have pressed Start or Stop before this row was updated; what that set stays.
                next_at = case when l.ending is null and z.state = 'lobby' then least(l.starts_at, l.next_at)
                               else l.next_at end
           from quizzes z
          where l.guild_id = $1 and l.quiz_id = $2 and l.message_id is null and z.quiz_id = l.quiz_id",
        live.guild_id.0,
        live.quiz_id.0,
        message.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The lobby is over and questions follow. False where it was stopped meanwhile.
pub async fn start_quiz(db: impl PgExecutor<'_>, live: &Live) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update quizzes z set state = 'running'
           from live_quizzes l
          where z.guild_id = $1 and z.quiz_id = $2 and z.state = 'lobby' and l.quiz_id = z.quiz_id
            and l.ending is null",
        live.guild_id.0,
        live.quiz_id.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether members who manage nothing may open live quizzes.
pub async fn anyone_hosts(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<bool> {
    let set = sqlx::query_scalar!("select anyone_hosts from guilds where guild_id = $1", guild.0)
        .fetch_optional(db)
        .await?;
    Ok(set == Some(true))
}

/// Says who may open live quizzes. The guild has to be known.
pub async fn set_anyone_hosts(db: impl PgExecutor<'_>, guild: GuildId, anyone: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update guilds set anyone_hosts = $2 where guild_id = $1",
        guild.0,
        anyone
    )
    .execute(db)
    .await?;
    Ok(())
}
