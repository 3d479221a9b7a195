//! What follows when a message will not be there: its time has passed, it no longer makes sense, or Discord refused it.
//!
//! As in `outcome`, in one transaction: the subject first, then the message's own row with its fence.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::app::plan::settle_schedule;
use crate::app::quiz_end::{cancel_quiz, give_up_quiz};
use crate::bot::Bot;
use crate::discord::error::{ApiError, ErrorKind};
use crate::fail_points::fail_point;
use crate::jobs::outbox::about::About;
use crate::jobs::outbox::advice::{advice_for_host, advice_for_manager};
use crate::jobs::outbox::outcome::{note_announced, note_up_to_date};
use crate::rules::quiz::Ending;
use crate::store;
use crate::store::live::Live;
use crate::store::notices::Dropped;
use crate::store::nudges::End;
use crate::store::outbox::{Item, Undelivered};
use crate::store::rounds::{Round, State};

/// Notes that the time of a message has passed.
pub(super) async fn note_expired(bot: &Bot, item: &Item, about: &About) -> anyhow::Result<()> {
    let reason = match about {
        About::Question(round) if round.state == State::Planned => {
            let reason = round.reason.clone();
            reason.unwrap_or_else(|| "it could not be posted in time".to_owned())
        }
        About::Question(_) | About::Discussion(_) => "It could not be shown in time.".to_owned(),
        _ => "its time had passed".to_owned(),
    };
    drop_item(bot, item, about, &reason, true).await
}

/// Notes that a message no longer makes sense; `None` where what it was about is gone.
pub(super) async fn note_dropped(
    bot: &Bot,
    item: &Item,
    about: Option<&About>,
    reason: &str,
) -> anyhow::Result<()> {
    match about {
        Some(about) => drop_item(bot, item, about, reason, false).await,
        None => {
            store::outbox::end_item(&bot.db, item, Undelivered::Dropped, reason).await?;
            Ok(())
        }
    }
}

async fn drop_item(bot: &Bot, item: &Item, about: &About, reason: &str, expired: bool) -> anyhow::Result<()> {
    let (id, kind) = (item.outbox_id.0, item.kind.as_str());
    tracing::info!(
        outbox.id = id,
        kind,
        subject.id = item.subject_id,
        reason,
        "a message is not said"
    );
    let now = bot.now();
    let mut tx = bot.db.begin().await?;
    let db = &mut *tx;
    match about {
        About::Question(round) if round.state == State::Planned => {
            skip_round(&mut *db, round, State::Skipped, reason, now).await?;
        }
        About::Question(round) | About::Discussion(round) => {
            note_announced(&mut *db, round, Some(reason), now).await?;
        }
        About::Lobby(live) if expired => cancel_quiz(&mut *db, live, Ending::Away, now).await?,
        About::Podium(live) if expired => give_up_quiz(&mut *db, live, reason, now).await?,
        About::Lobby(_) | About::Podium(_) | About::SharedAnswer(_) => {}
        About::Notice(notice) => {
            store::notices::not_posted(&mut *db, notice, Dropped::Skipped, reason).await?;
        }
        About::Nudge(nudge) => {
            store::nudges::end_nudge(&mut *db, nudge.guild_id, nudge.nudge_id, End::Dropped).await?;
        }
    }
    if store::outbox::end_item(&mut *db, item, Undelivered::Dropped, reason).await? {
        tx.commit().await?;
    }
    Ok(())
}

/// Ends a round without a message. A live quiz goes on without the question.
async fn skip_round(
    db: &mut PgConnection,
    round: &Round,
    state: State,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::rounds::posting::not_posted(&mut *db, round, state, reason).await?;
    if let Some(quiz) = round.quiz_id {
        store::live::go_on(&mut *db, quiz, state == State::Skipped, now).await?;
        store::schedules::notify_schedules(db).await?;
    }
    Ok(())
}

/// Notes that Discord will not take a message. Whoever can act is told where they look for it.
pub(super) async fn note_failed(
    bot: &Bot,
    item: &Item,
    about: &About,
    error: &ApiError,
) -> anyhow::Result<()> {
    let reason = advice_for_manager(error);
    // A channel that is gone or closed takes nothing more, nor does anything for a bot that is flagged.
    let closed = matches!(error.kind(), ErrorKind::Gone | ErrorKind::Forbidden) || error.is_flagged();
    let now = bot.now();
    // Its message or the thread is gone: that is how it stays until the next change.
    if let About::SharedAnswer(_) = about {
        return Ok(note_up_to_date(bot, item).await?);
    }
    let mut tx = bot.db.begin().await?;
    let db = &mut *tx;
    match about {
        About::Question(round) if round.state == State::Planned => {
            fail_round(bot, &mut *db, round, &reason, closed, now).await?;
        }
        About::Question(round) | About::Discussion(round) => {
            note_announced(&mut *db, round, Some(&reason), now).await?;
            if let Some(live) = live_of(&mut *db, round).await?.filter(|_| closed) {
                give_up_quiz(&mut *db, &live, &advice_for_host(error), now).await?;
            }
        }
        About::Lobby(live) | About::Podium(live) => {
            give_up_quiz(&mut *db, live, &advice_for_host(error), now).await?;
        }
        About::Notice(notice) => {
            store::notices::not_posted(&mut *db, notice, Dropped::Failed, &reason).await?;
        }
        About::Nudge(nudge) => {
            store::nudges::end_nudge(&mut *db, nudge.guild_id, nudge.nudge_id, End::Dropped).await?;
        }
        About::SharedAnswer(_) => {}
    }
    if store::outbox::end_item(&mut *db, item, Undelivered::Failed, &reason).await? {
        fail_point("outbox.ended");
        tx.commit().await?;
    }
    Ok(())
}

async fn live_of(db: &mut PgConnection, round: &Round) -> sqlx::Result<Option<Live>> {
    match round.quiz_id {
        Some(quiz) => store::live::find_live(db, round.guild_id, quiz).await,
        None => Ok(None),
    }
}

/// Ends a round, and where the channel is closed what asked it, until a person has done something about it: its quiz is
/// given up, its schedule paused.
async fn fail_round(
    bot: &Bot,
    db: &mut PgConnection,
    round: &Round,
    reason: &str,
    closed: bool,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    if !closed {
        return Ok(skip_round(db, round, State::Failed, reason, now).await?);
    }
    if let Some(schedule) = round.schedule_id {
        // What is due meanwhile has its round first, which then says what became of it.
        settle_schedule(bot, &mut *db, round.guild_id, schedule).await?;
        store::schedules::pause_schedule(&mut *db, schedule, Some(reason), now).await?;
    }
    store::rounds::posting::not_posted(&mut *db, round, State::Failed, reason).await?;
    if let Some(live) = live_of(&mut *db, round).await? {
        give_up_quiz(db, &live, reason, now).await?;
    }
    Ok(())
}
