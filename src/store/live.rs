//! What moves live quizzes on. As with rounds, a lease and its attempt number keep instances apart, and every change
//! repeats the state it starts from.

mod ending;
mod lobby;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, GuildId, MessageId, QuizId, UserId};
use crate::rules::quiz::Ending;
use crate::rules::quiz_score::{Rules, Scoring};
use crate::store::asked::lock_choice;
use crate::store::quizzes::State;

pub use self::ending::*;
pub use self::lobby::*;

/// A live quiz, with what every quiz has.
#[derive(Clone, Debug)]
pub struct Live {
    pub quiz_id: QuizId,
    pub guild_id: GuildId,
    pub channel_id: ChannelId,
    pub questions: i16,
    pub seconds: i16,
    pub scoring: Scoring,
    pub penalty: bool,
    pub starts_at: DateTime<Utc>,
    pub next_at: Option<DateTime<Utc>>,
    pub ending: Option<Ending>,
    pub message_id: Option<MessageId>,
    pub attempt: i32,
    pub host_id: UserId,
    pub title: String,
    pub state: State,
    pub created_at: DateTime<Utc>,
}

impl Live {
    /// How its answers are scored.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            scoring: self.scoring,
            penalty: self.penalty,
            window: TimeDelta::seconds(i64::from(self.seconds)),
        }
    }
}

/// A live quiz, if it belongs to the guild. Ids come from buttons, and those can be forged.
pub async fn find_live(db: impl PgExecutor<'_>, guild: GuildId, id: QuizId) -> sqlx::Result<Option<Live>> {
    sqlx::query_as!(
        Live,
        r#"select l.quiz_id, l.guild_id, l.channel_id, l.questions, l.seconds, l.scoring, l.penalty, l.starts_at,
                  l.next_at, l.ending, l.message_id, l.attempt,
                  z.host_id, z.title, z.state as "state: State", z.created_at
             from live_quizzes l join quizzes z using (quiz_id)
            where l.quiz_id = $1 and l.guild_id = $2"#,
        id.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// The quiz that is going on in a channel.
pub async fn in_channel(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    channel: ChannelId,
) -> sqlx::Result<Option<Live>> {
    sqlx::query_as!(
        Live,
        r#"select l.quiz_id, l.guild_id, l.channel_id, l.questions, l.seconds, l.scoring, l.penalty, l.starts_at,
                  l.next_at, l.ending, l.message_id, l.attempt,
                  z.host_id, z.title, z.state as "state: State", z.created_at
             from live_quizzes l join quizzes z using (quiz_id)
            where l.channel_id = $2 and l.guild_id = $1 and z.state in ('lobby', 'running')"#,
        guild.0,
        channel.0
    )
    .fetch_optional(db)
    .await
}

/// Leases up to `limit` quizzes that move on now. One whose question is still on its way, open or not yet shown as
/// revealed has to wait for that.
pub async fn lease_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> sqlx::Result<Vec<Live>> {
    sqlx::query_as!(
        Live,
        r#"with c as materialized (
             select l.quiz_id from live_quizzes l
              where l.next_at <= $1 and (l.lease_until is null or l.lease_until <= $1)
                and not exists (select from rounds r where r.quiz_id = l.quiz_id
                                   and (r.state in ('planned', 'posted')
                                        or r.state = 'revealed' and r.announced_at is null))
              order by l.next_at, l.quiz_id
              limit $3
              for update of l skip locked)
         update live_quizzes l set lease_until = $2, attempt = attempt + 1
           from c, quizzes z where l.quiz_id = c.quiz_id and z.quiz_id = l.quiz_id
         returning l.quiz_id, l.guild_id, l.channel_id, l.questions, l.seconds, l.scoring, l.penalty, l.starts_at,
                   l.next_at, l.ending, l.message_id, l.attempt,
                   z.host_id, z.title, z.state as "state: State", z.created_at"#,
        now,
        now + lease,
        limit
    )
    .fetch_all(db)
    .await
}

/// Gives a leased quiz back, to be worked on again from `at` on.
pub async fn retry_at(db: impl PgExecutor<'_>, live: &Live, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set lease_until = $3 where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the work of a lease: the quiz goes on at `next`, or when something else has happened where there is none.
pub async fn end_lease(
    db: impl PgExecutor<'_>,
    live: &Live,
    next: Option<DateTime<Utc>>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes set next_at = $3, lease_until = null, attempt = 0 where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        next
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Plans the quiz's next question for `due_at`. False where none is left. What is open elsewhere in the guild by now is
/// passed over: the quiz would give its answer away. Until the transaction ends, nothing else of the guild is chosen.
pub async fn ask_next(db: &mut PgConnection, live: &Live, due_at: DateTime<Utc>) -> sqlx::Result<bool> {
    lock_choice(&mut *db, live.guild_id).await?;
    sqlx::query!(
        "update rounds r set state = 'skipped', reason = 'it is asked elsewhere in the server at the same time'
          where r.quiz_id = $1 and r.guild_id = $2 and r.state = 'waiting'
            and exists (select from held_back n where n.guild_id = $2 and n.question_id = r.question_id)",
        live.quiz_id.0,
        live.guild_id.0
    )
    .execute(&mut *db)
    .await?;
    let done = sqlx::query!(
        "update rounds set state = 'planned', due_at = $2, window_seconds = $3
          where state = 'waiting' and round_id = (select round_id from rounds where quiz_id = $1 and state = 'waiting'
                                                   order by number limit 1)",
        live.quiz_id.0,
        due_at,
        i32::from(live.seconds)
    )
    .execute(&mut *db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether any question of the quiz waits for its turn.
pub async fn is_unfinished(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from rounds where quiz_id = $1 and state = 'waiting') as "more!""#,
        quiz.0
    )
    .fetch_one(db)
    .await
}

/// How many questions of the quiz were asked and revealed.
pub async fn count_revealed(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from rounds where quiz_id = $1 and state = 'revealed'"#,
        quiz.0
    )
    .fetch_one(db)
    .await
}

/// Lets the quiz move on at `now` instead of later. False where it is not waiting for its time.
pub async fn advance_now(db: impl PgExecutor<'_>, quiz: QuizId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes l set next_at = $2
          where quiz_id = $1 and next_at > $2 and ending is null
            and not exists (select from rounds r where r.quiz_id = l.quiz_id and r.state in ('planned', 'posted'))",
        quiz.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
