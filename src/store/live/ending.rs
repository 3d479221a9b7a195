//! How a question of a live quiz ends, and how the quiz does.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{MessageId, QuizId, RoundId};
use crate::rules::quiz::Ending;
use crate::store::live::Live;
use crate::store::quizzes::State;
use crate::store::rounds::{Round, query_rounds};

/// Notes that the quiz ends early, and why; the first reason stays.
pub async fn end_early(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    ending: Ending,
    next: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set ending = coalesce(ending, $2), next_at = $3 where quiz_id = $1",
        quiz.0,
        ending.as_str(),
        next
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Closes the question that is open and takes back the one that is on its way, unless it is being posted.
pub async fn close_open(db: &mut PgConnection, quiz: QuizId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set reveal_at = least(reveal_at, $2)
          where quiz_id = $1 and state in ('planned', 'posted') and reveal_at is not null",
        quiz.0,
        now
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update rounds set state = 'skipped', reason = 'the quiz was stopped'
          where quiz_id = $1 and state = 'planned' and reveal_at is null",
        quiz.0
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Ends a quiz for good; what was not asked stays unasked. False where it was over.
pub async fn end_quiz(
    db: &mut PgConnection,
    quiz: QuizId,
    state: State,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query!(
        "update rounds set state = 'skipped', reason = 'the quiz ended before'
          where quiz_id = $1 and state in ('waiting', 'planned') and reveal_at is null",
        quiz.0
    )
    .execute(&mut *db)
    .await?;
    crate::store::quizzes::end_quiz(&mut *db, quiz, state, now).await
}

/// Gives a quiz up because Discord does not let it go on. The sentence is kept for a manager. What is left to do for it
/// is to say so on its messages.
pub async fn give_up(
    db: &mut PgConnection,
    quiz: QuizId,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    end_quiz(&mut *db, quiz, State::Cancelled, now).await?;
    sqlx::query!(
        "update live_quizzes set ending = 'channel', reason = coalesce(reason, $2), next_at = null
          where quiz_id = $1",
        quiz.0,
        reason
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// A question of the quiz could not be posted. It goes on without it, or ends where that was for want of a running bot.
pub async fn go_on(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    was_away: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set next_at = $2, ending = coalesce(ending, case when $3 then 'away' end)
          where quiz_id = $1",
        quiz.0,
        now,
        was_away
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The question of the quiz that was revealed last.
pub async fn last_revealed(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<Option<Round>> {
    query_rounds!(
        "select",
        "from rounds r where quiz_id = $1 and state = 'revealed' order by number desc limit 1",
        quiz.0
    )
    .fetch_optional(db)
    .await
}

/// Stores the podium's message, `None` where it was posted and is deleted again.
pub async fn podium_posted(
    db: impl PgExecutor<'_>,
    live: &Live,
    message: Option<MessageId>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set podium_message_id = $3 where guild_id = $1 and quiz_id = $2",
        live.guild_id.0,
        live.quiz_id.0,
        message.map(|message| message.0)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A question of the quiz was judged: notes how many in a row nobody answered, and when the quiz goes on. Three silent
/// ones in a row end it, and so does a question that was revealed much too late.
pub async fn note_judged(
    db: impl PgExecutor<'_>,
    round: RoundId,
    next: DateTime<Utc>,
    too_late: bool,
    most_silent: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with this as (select quiz_id, not exists (select from answers where round_id = $1) as silent
                         from rounds where round_id = $1)
         update live_quizzes l
            set silent = case when this.silent then l.silent + 1 else 0 end,
                ending = coalesce(l.ending, case when $3 then 'away'
                                                 when this.silent and l.silent + 1 >= $4 then 'silence' end),
                next_at = $2
           from this where l.quiz_id = this.quiz_id",
        round.0,
        next,
        too_late,
        most_silent
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Closes an open question that every player has answered, at the moment of the last click. True where it did.
pub async fn close_if_complete(db: impl PgExecutor<'_>, round: RoundId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "with last as (select max(answered_at) + interval '1 millisecond' as at from answers where round_id = $1)
         update rounds r set reveal_at = last.at
           from last
          where r.round_id = $1 and r.state = 'posted' and r.source = 'live' and last.at < r.reveal_at
            and not exists (select from quiz_players p where p.quiz_id = r.quiz_id
                               and not exists (select from answers a
                                                where a.round_id = r.round_id and a.user_id = p.user_id))",
        round.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
