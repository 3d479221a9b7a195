//! What answers and reveals mean for the live quiz a question belongs to.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::ids::RoundId;
use crate::rules::question::Question;
use crate::rules::quiz::{AWAY, MOST_SILENT, PAUSE};
use crate::store;
use crate::store::rounds::Round;

/// A click on an open question of a live quiz was recorded. If it was the last one that was waited for, the question
/// closes with it.
pub async fn close_if_all_answered(bot: &Bot, round: RoundId) -> sqlx::Result<()> {
    if store::live::close_if_complete(&bot.db, round).await? {
        fail_point("answer.closing");
        store::schedules::notify_schedules(&bot.db).await?;
    }
    Ok(())
}

/// What the judging of a question means for its quiz: scores of its own, and when it goes on. Part of the transaction
/// that judges.
pub async fn score_live_question(
    db: &mut PgConnection,
    round: &Round,
    question: &Question,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let Some(quiz) = round.quiz_id else {
        return Ok(());
    };
    let Some(live) = store::live::find_live(&mut *db, round.guild_id, quiz).await? else {
        return Ok(());
    };
    let rules = live.rules();
    let opened = round.posted_at.unwrap_or(round.due_at);
    let scores: Vec<_> = store::players::unscored_answers(&mut *db, round.round_id)
        .await?
        .iter()
        .map(|answer| {
            let took = answer.answered_at - opened;
            (answer.user_id, rules.score(question.level, answer.correct, took))
        })
        .collect();
    store::players::set_scores(&mut *db, round.round_id, &scores).await?;
    let too_late = round.reveal_at.is_some_and(|at| now - at > AWAY);
    store::live::note_judged(db, round.round_id, now + PAUSE, too_late, MOST_SILENT).await?;
    Ok(())
}
