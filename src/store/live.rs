//! What moves live quizzes on. Whoever does so holds the quiz's row, and every change repeats the state it starts from.

mod ending;
mod lobby;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, GuildId, MessageId, QuizId, RoundId, UserId};
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
    pub host_id: UserId,
    pub title: String,
    pub state: State,
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
                  l.next_at, l.ending, l.message_id,
                  z.host_id, z.title, z.state as "state: State"
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
                  l.next_at, l.ending, l.message_id,
                  z.host_id, z.title, z.state as "state: State"
             from live_quizzes l join quizzes z using (quiz_id)
            where l.channel_id = $2 and l.guild_id = $1 and z.state in ('lobby', 'running')"#,
        guild.0,
        channel.0
    )
    .fetch_optional(db)
    .await
}

/// Locks a quiz that moves on now, but for those in `except`. One whose question is still on its way, open or not yet
/// shown as revealed has to wait for that.
pub async fn lock_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    except: &[QuizId],
) -> sqlx::Result<Option<Live>> {
    let except: Vec<i64> = except.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Live,
        r#"select l.quiz_id, l.guild_id, l.channel_id, l.questions, l.seconds, l.scoring, l.penalty, l.starts_at,
                  l.next_at, l.ending, l.message_id,
                  z.host_id, z.title, z.state as "state: State"
             from live_quizzes l join quizzes z using (quiz_id)
            where l.next_at <= $1 and l.quiz_id <> all ($2)
              and not exists (select from rounds r where r.quiz_id = l.quiz_id
                                 and (r.state in ('planned', 'posted')
                                      or r.state = 'revealed' and r.announced_at is null))
            order by l.next_at, l.quiz_id
            limit 1
            for no key update of l skip locked"#,
        now,
        &except
    )
    .fetch_optional(db)
    .await
}

/// The quiz moves on at `next`, or when something else has happened where there is none.
pub async fn set_next(db: impl PgExecutor<'_>, live: &Live, next: Option<DateTime<Utc>>) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set next_at = $3 where guild_id = $1 and quiz_id = $2",
        live.guild_id.0,
        live.quiz_id.0,
        next
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Plans the quiz's next question for `due_at`. `None` where none is left.
///
/// What is open elsewhere in the guild by now is passed over: the quiz would give its answer away. Until the
/// transaction ends, nothing else of the guild is chosen.
pub async fn ask_next(
    db: &mut PgConnection,
    live: &Live,
    due_at: DateTime<Utc>,
) -> sqlx::Result<Option<RoundId>> {
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
    sqlx::query_scalar!(
        "update rounds set state = 'planned', due_at = $2, window_seconds = $3
          where state = 'waiting' and round_id = (select round_id from rounds where quiz_id = $1 and state = 'waiting'
                                                   order by number limit 1)
         returning round_id",
        live.quiz_id.0,
        due_at,
        i32::from(live.seconds)
    )
    .fetch_optional(&mut *db)
    .await
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
          where quiz_id = $1 and (next_at is null or next_at > $2) and ending is null
            and not exists (select from rounds r where r.quiz_id = l.quiz_id and r.state in ('planned', 'posted'))",
        quiz.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
