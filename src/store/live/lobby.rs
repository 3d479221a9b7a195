//! The lobby of a live quiz, and who may open one.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgExecutor;

use crate::ids::{ChannelId, GuildId, MessageId, QuizId};
use crate::rules::quiz_score::Rules;
use crate::store::live::Live;
use crate::store::quizzes::State;

/// Gives a quiz that was just made its live side. Run in the transaction that makes it. The lobby is posted at `now`.
pub async fn insert_lobby(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    questions: i16,
    rules: Rules,
    now: DateTime<Utc>,
    starts_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into live_quizzes (quiz_id, guild_id, channel_id, questions, seconds, scoring, penalty, next_at,
                                   starts_at)
         select quiz_id, guild_id, channel_id, $2, $3, $4, $5, $6, $7 from quizzes where quiz_id = $1",
        quiz.0,
        questions,
        i16::try_from(rules.window.num_seconds()).unwrap_or(i16::MAX),
        rules.scoring.as_str(),
        rules.penalty,
        now,
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
pub async fn move_start(
    db: impl PgExecutor<'_>,
    live: &Live,
    starts_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes set starts_at = $3 where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        starts_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores the lobby's message. False where the lease was lost meanwhile.
pub async fn lobby_posted(db: impl PgExecutor<'_>, live: &Live, message: MessageId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes set message_id = $3,
                -- Members may have pressed Start or Stop before this row was updated; what that set stays.
                next_at = case when ending is null then least(starts_at, nullif(next_at, $4)) else next_at end,
                lease_until = null, attempt = 0
          where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        message.0,
        live.next_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The lobby is over and questions follow. False where it was stopped meanwhile.
pub async fn start_quiz(db: impl PgExecutor<'_>, live: &Live) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update quizzes z set state = 'running'
           from live_quizzes l
          where z.quiz_id = $1 and z.state = 'lobby' and l.quiz_id = z.quiz_id and l.attempt = $2 and l.ending is null",
        live.quiz_id.0,
        live.attempt
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Claims the right to rewrite a lobby's list of players: at most once in `every`, over all instances. False where it
/// is over or was written a moment ago.
pub async fn claim_lobby(
    db: impl PgExecutor<'_>,
    id: QuizId,
    now: DateTime<Utc>,
    every: TimeDelta,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes l set counted_at = $2
           from quizzes z
          where l.quiz_id = $1 and z.quiz_id = l.quiz_id and z.state = 'lobby' and l.message_id is not null
            and (counted_at is null or counted_at <= $3)",
        id.0,
        now,
        now - every
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A quiz whose lobby is open; asked again once its message's lock is held.
pub async fn open_lobby(db: impl PgExecutor<'_>, id: QuizId) -> sqlx::Result<Option<Live>> {
    sqlx::query_as!(
        Live,
        r#"select l.quiz_id, l.guild_id, l.channel_id, l.questions, l.seconds, l.scoring, l.penalty, l.starts_at,
                  l.next_at, l.ending, l.message_id, l.attempt,
                  z.host_id, z.title, z.state as "state: State", z.created_at
             from live_quizzes l join quizzes z using (quiz_id)
            where l.quiz_id = $1 and z.state = 'lobby' and l.ending is null"#,
        id.0
    )
    .fetch_optional(db)
    .await
}

/// Holds the lobby's message for the transaction, so that a list written late cannot overwrite what comes after it.
pub async fn lock_lobby(db: impl PgExecutor<'_>, id: QuizId) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtext('greenroom.lobby'), hashint8($1))",
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
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
