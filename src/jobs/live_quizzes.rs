//! Moves live quizzes on: from the lobby to the first question, from each reveal to the next, from the last to the
//! podium.
//!
//! Here only rows change; what the channel sees of it is said by the outbox. What becomes of a quiz is in the database
//! after every step, so any instance can go on where another ended.
//!
//! | what happens | what becomes of the quiz |
//! |---|---|
//! | the host leaves or does nothing | it goes on by itself; any manager may stop it |
//! | the bot restarts during a question | the question is revealed when its time is up, and the quiz goes on |
//! | the bot was away for more than ten minutes | it ends with the standing so far; a lobby is cancelled |
//! | a question's message is deleted | its reveal is posted as a new message, and the quiz goes on |
//! | the lobby's message is deleted | it starts by itself with whoever has joined |
//! | nobody joins | it is cancelled, and the lobby says so |
//! | nobody answers three questions in a row | it ends with the standing so far |
//! | the channel is gone or closed to the bot | it is cancelled; its messages say so where they can |
//! | the lobby's message is deleted before the bot knows it | it is cancelled |
//! | Discord is in trouble for a while | each step is tried again; after ten minutes it ends |
//! | somebody opens another in the channel | refused, with a link to the first |

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::failure::describe_failure;
use crate::app::quiz_end::{cancel_quiz, close_messages};
use crate::app::say::{say_lobby_anew, say_podium, say_question};
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::rules::quiz::{AWAY, Ending, Source};
use crate::store;
use crate::store::live::Live;
use crate::store::quizzes::State;

/// From the end of the lobby to the first question.
const LEAD_IN: TimeDelta = TimeDelta::seconds(5);

/// Moves every live quiz whose time has come. One with which this fails is logged and left for the next pass.
///
/// # Errors
/// If the database fails, or at the end if any quiz failed.
pub async fn advance_quizzes(bot: &Bot) -> anyhow::Result<usize> {
    let (mut moved, mut failed) = (0, Vec::new());
    loop {
        let now = bot.now();
        let mut tx = bot.db.begin().await?;
        let Some(live) = store::live::lock_due(&mut *tx, now, &failed).await? else {
            break;
        };
        match take_next_step(&mut tx, &live, now).await {
            Ok(()) => {
                fail_point("live.moved");
                tx.commit().await?;
                fail_point("live.committed");
                moved += 1;
            }
            Err(error) => {
                // What describes the failure needs a connection, too.
                drop(tx);
                let error = describe_failure(bot, &error.into()).await;
                tracing::error!(
                    quiz.id = live.quiz_id.0,
                    error,
                    "a live quiz could not be moved on"
                );
                failed.push(live.quiz_id);
            }
        }
    }
    anyhow::ensure!(failed.is_empty(), "{} live quizzes failed", failed.len());
    Ok(moved)
}

async fn take_next_step(db: &mut PgConnection, live: &Live, now: DateTime<Utc>) -> sqlx::Result<()> {
    let late = live.next_at.is_some_and(|at| now - at > AWAY);
    match live.state {
        State::Lobby if live.ending.is_some() || late => {
            cancel_quiz(db, live, live.ending.unwrap_or(Ending::Away), now).await
        }
        State::Lobby => start_quiz(db, live, now).await,
        State::Running => {
            if live.ending.is_none() && !late && plan_question(&mut *db, live, now).await? {
                return store::live::set_next(db, live, None).await;
            }
            // If nothing is left to ask, the podium is as usual even if it is late.
            if live.ending.is_none() && store::live::is_unfinished(&mut *db, live.quiz_id).await? {
                store::live::end_early(&mut *db, live.quiz_id, Ending::Away, now).await?;
            }
            store::live::set_next(&mut *db, live, None).await?;
            say_podium(db, live, now).await
        }
        State::Finished | State::Cancelled => close_messages(db, live, now).await,
    }
}

/// Closes the lobby: the first question follows, or nothing where nobody joined.
async fn start_quiz(db: &mut PgConnection, live: &Live, now: DateTime<Utc>) -> sqlx::Result<()> {
    let players = store::players::count_players(&mut *db, live.quiz_id).await?;
    if players == 0 {
        return cancel_quiz(db, live, Ending::Nobody, now).await;
    }
    store::live::start_quiz(&mut *db, live).await?;
    if !plan_question(&mut *db, live, now + LEAD_IN).await? {
        // Everything it would ask is open elsewhere: the podium is next.
        return Ok(());
    }
    store::live::set_next(&mut *db, live, None).await?;
    tracing::info!(quiz.id = live.quiz_id.0, players, "a live quiz begins");
    say_lobby_anew(db, live, now).await
}

/// Plans the next question. False where there is none; then the podium is next.
async fn plan_question(db: &mut PgConnection, live: &Live, due_at: DateTime<Utc>) -> sqlx::Result<bool> {
    let Some(round) = store::live::ask_next(&mut *db, live, due_at).await? else {
        return Ok(false);
    };
    let (guild, channel) = (live.guild_id, live.channel_id);
    say_question(db, guild, round, Source::Live, channel, due_at).await?;
    Ok(true)
}
