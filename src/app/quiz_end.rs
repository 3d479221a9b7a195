//! How a live quiz ends, and what its messages say then.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::app::say::{say_lobby_anew, say_reveal};
use crate::rules::quiz::Ending;
use crate::store;
use crate::store::live::Live;
use crate::store::quizzes::State;

/// Cancels a quiz that does not begin.
pub async fn cancel_quiz(
    db: &mut PgConnection,
    live: &Live,
    ending: Ending,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::live::end_early(&mut *db, live.quiz_id, ending, now).await?;
    store::live::end_quiz(&mut *db, live.quiz_id, State::Cancelled, now).await?;
    let (id, ending) = (live.quiz_id.0, ending.as_str());
    tracing::info!(quiz.id = id, ending, "a live quiz is cancelled");
    close_messages(db, live, now).await
}

/// Gives a quiz up because Discord does not let it go on. The sentence is kept for a manager.
pub async fn give_up_quiz(
    db: &mut PgConnection,
    live: &Live,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::live::give_up(&mut *db, live.quiz_id, reason, now).await?;
    let id = live.quiz_id.0;
    tracing::warn!(quiz.id = id, reason, "a live quiz is given up");
    close_messages(db, live, now).await
}

/// Has the messages of a quiz say that it is over: its lobby, and the last reveal where that promised another question.
pub async fn close_messages(db: &mut PgConnection, live: &Live, now: DateTime<Utc>) -> sqlx::Result<()> {
    store::live::set_next(&mut *db, live, None).await?;
    say_lobby_anew(&mut *db, live, now).await?;
    let ended = store::live::find_live(&mut *db, live.guild_id, live.quiz_id).await?;
    if ended.is_none_or(|live| live.ending.is_none()) {
        return Ok(());
    }
    match store::live::last_revealed(&mut *db, live.quiz_id).await? {
        Some(last) if last.message_id.is_some() => say_reveal(db, &last, now).await,
        _ => Ok(()),
    }
}
