//! What follows when a message is there: of the round, quiz, notice, nudge or answer it is about.
//!
//! Everything in one transaction: the subject first, then the message's own row, whose attempt is the fence. Where that
//! is lost nothing is kept.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::live::close_if_all_answered;
use crate::app::quiz_end::{cancel_quiz, close_messages};
use crate::app::say::{say_discussion, say_shared_answer};
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::ids::{MessageId, made_at};
use crate::jobs::outbox::about::{About, Failure};
use crate::jobs::outbox::question::count_discussion;
use crate::rules::outbox::{CHANGED_EVERY, CHANGED_EVERY_LIVE, OutboxKind, Priority};
use crate::rules::quiz::{Ending, Source};
use crate::store;
use crate::store::live::Live;
use crate::store::notices::Dropped;
use crate::store::nudges::End;
use crate::store::outbox::{Item, Shown};
use crate::store::quizzes;
use crate::store::rounds::{Round, State};

/// How a message came to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    Posted(MessageId),
    Edited(MessageId),
    /// An earlier attempt had posted it.
    Found(MessageId),
    /// An earlier attempt had posted it, and somebody deleted it.
    Deleted,
}

impl Arrival {
    fn message(self) -> Option<MessageId> {
        match self {
            Self::Posted(message) | Self::Edited(message) | Self::Found(message) => Some(message),
            Self::Deleted => None,
        }
    }
}

/// Notes that a message shows what it was leased for.
pub(super) async fn note_delivered(
    bot: &Bot,
    item: &Item,
    about: &About,
    arrival: Arrival,
) -> Result<(), Failure> {
    let now = bot.now();
    let shown = Shown {
        message: arrival.message(),
        deleted: arrival == Arrival::Deleted,
        version: match arrival {
            // What an earlier attempt showed may be older than what this one was leased for.
            Arrival::Found(_) if item.leased_version > 1 => 0,
            _ => item.leased_version,
        },
        at: now,
        not_before: match arrival {
            Arrival::Edited(_) => Some(item.leased_at + pause_after(item)),
            Arrival::Posted(_) | Arrival::Found(_) | Arrival::Deleted => None,
        },
        priority: priority_after(item),
    };
    let mut tx = bot.db.begin().await?;
    follow_delivery(bot, &mut tx, about, item.part, arrival, now).await?;
    fail_point("outbox.followed");
    if !store::outbox::note_shown(&mut *tx, item, &shown).await? {
        return Err(Failure::Lost);
    }
    fail_point("outbox.noted");
    tx.commit().await?;
    fail_point("outbox.committed");
    report_delivery(about, now);
    if let About::Question(round) = about
        && (round.source, round.state) == (Source::Live, State::Planned)
    {
        // Answers that arrived before this row was updated did not close the question; check again now.
        close_if_all_answered(bot, round.round_id).await?;
    }
    Ok(())
}

/// The least time to the next change that can wait.
fn pause_after(item: &Item) -> TimeDelta {
    match item.priority {
        Priority::Live => CHANGED_EVERY_LIVE,
        _ => CHANGED_EVERY,
    }
}

/// How urgent the next change is, if it can wait.
fn priority_after(item: &Item) -> Priority {
    match (item.priority, item.kind) {
        (Priority::Live, _) => Priority::Live,
        (_, OutboxKind::Question) => Priority::Count,
        (priority, _) => priority,
    }
}

/// Notes that nothing is to be shown of a message for now.
pub(super) async fn note_up_to_date(bot: &Bot, item: &Item) -> sqlx::Result<()> {
    let shown = Shown {
        message: item.message_id,
        deleted: false,
        version: item.leased_version,
        at: bot.now(),
        not_before: None,
        priority: priority_after(item),
    };
    store::outbox::note_shown(&bot.db, item, &shown).await?;
    Ok(())
}

async fn follow_delivery(
    bot: &Bot,
    db: &mut PgConnection,
    about: &About,
    part: i16,
    arrival: Arrival,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let message = arrival.message();
    match about {
        About::Question(round) => match round.state {
            State::Planned => open_round(&mut *db, round, message, now).await?,
            State::Revealed => follow_reveal(&mut *db, round, message, now).await?,
            State::Posted | State::Waiting | State::Skipped | State::Failed => {}
        },
        About::Discussion(round) => match part + 1 < count_discussion(bot, &mut *db, round).await? {
            true => say_discussion(&mut *db, round, part + 1, now).await?,
            false => note_announced(&mut *db, round, None, now).await?,
        },
        About::Lobby(live) => match message {
            Some(message) => {
                store::live::lobby_posted(&mut *db, live, message).await?;
                store::schedules::notify_schedules(&mut *db).await?;
            }
            // Whoever deleted it before anybody could join wants no quiz.
            None => cancel_quiz(&mut *db, live, Ending::Stopped, now).await?,
        },
        About::Podium(live) => finish_quiz(&mut *db, live, message, now).await?,
        About::Notice(notice) => match message {
            Some(message) => store::notices::note_posted(&mut *db, notice, message, now).await?,
            None => {
                let reason = "it was posted, and somebody deleted it at once";
                store::notices::not_posted(&mut *db, notice, Dropped::Skipped, reason).await?;
            }
        },
        About::Nudge(nudge) => {
            store::nudges::end_nudge(&mut *db, nudge.guild_id, nudge.nudge_id, End::Sent).await?;
        }
        About::SharedAnswer(both) => {
            if let Some(message) = message {
                let answer = &both.0;
                let id = answer.open_answer_id;
                store::open_answers::note_message(&mut *db, answer.guild_id, id, message).await?;
            }
        }
    }
    Ok(())
}

/// The question is there, or was and is deleted: it is open.
async fn open_round(
    db: &mut PgConnection,
    round: &Round,
    message: Option<MessageId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    // The time a quick answer is worth is counted from the moment everybody sees the question.
    let at = match round.source {
        Source::Live => message.map_or(now, |id| made_at(id.0)),
        Source::Daily | Source::Solo | Source::Review => now,
    };
    store::rounds::posting::note_posted(&mut *db, round, message, at).await?;
    match round.source {
        // It may be over sooner than anybody looks again.
        Source::Live => store::schedules::notify_schedules(db).await,
        Source::Daily | Source::Solo | Source::Review => Ok(()),
    }
}

/// The reveal is there. What is to be read about a daily question follows it, unless somebody deleted that as well.
async fn follow_reveal(
    db: &mut PgConnection,
    round: &Round,
    message: Option<MessageId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if let Some(message) = message {
        store::rounds::posting::replace_message(&mut *db, round, message).await?;
    }
    match (round.source, message) {
        (Source::Daily, Some(_)) => say_discussion(db, round, 0, now).await,
        _ => note_announced(db, round, None, now).await,
    }
}

/// Everything about a reveal is said, or will never be. Answers that are shared come below it.
pub(super) async fn note_announced(
    db: &mut PgConnection,
    round: &Round,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::rounds::posting::note_announced(&mut *db, round, reason, now).await?;
    for answer in store::open_answers::shared_in_round(&mut *db, round.guild_id, round.round_id).await? {
        say_shared_answer(&mut *db, round, answer, now).await?;
    }
    match round.source {
        // The quiz goes on from here.
        Source::Live => store::schedules::notify_schedules(db).await,
        Source::Daily | Source::Solo | Source::Review => Ok(()),
    }
}

async fn finish_quiz(
    db: &mut PgConnection,
    live: &Live,
    message: Option<MessageId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::live::podium_posted(&mut *db, live, message).await?;
    store::live::end_quiz(&mut *db, live.quiz_id, quizzes::State::Finished, now).await?;
    close_messages(db, live, now).await
}

fn report_delivery(about: &About, now: DateTime<Utc>) {
    match about {
        About::Question(round) if round.state == State::Planned => {
            let lag_ms = (now - round.due_at).num_milliseconds();
            let (id, guild) = (round.round_id.0, round.guild_id.0);
            tracing::info!(round.id = id, guild.id = guild, lag_ms, "a question is posted");
            metrics::counter!("greenroom_rounds_posted_total").increment(1);
        }
        About::Lobby(live) if live.message_id.is_none() => {
            let (id, guild) = (live.quiz_id.0, live.guild_id.0);
            tracing::info!(quiz.id = id, guild.id = guild, "a lobby is open");
        }
        About::Podium(live) => {
            let (id, guild) = (live.quiz_id.0, live.guild_id.0);
            tracing::info!(quiz.id = id, guild.id = guild, "a live quiz is over");
            metrics::counter!("greenroom_live_quizzes_finished_total").increment(1);
        }
        About::Notice(notice) => {
            let (id, guild, kind) = (notice.notice_id.0, notice.guild_id.0, notice.kind.as_str());
            tracing::info!(notice.id = id, guild.id = guild, kind, "a notice is posted");
        }
        About::Nudge(_) => metrics::counter!("greenroom_nudges_sent_total").increment(1),
        About::Question(_) | About::Discussion(_) | About::Lobby(_) | About::SharedAnswer(_) => {}
    }
}
