//! What becomes of a message that Discord did not take.

use chrono::{DateTime, TimeDelta, Utc};

use crate::bot::Bot;
use crate::discord::error::{ApiError, ErrorKind};
use crate::jobs::outbox::about::About;
use crate::jobs::outbox::advice::{advice_for_manager, retry_time};
use crate::jobs::outbox::nudge::note_nudge_refusal;
use crate::jobs::outbox::question;
use crate::jobs::outbox::undelivered::note_failed;
use crate::store;
use crate::store::outbox::{Item, Retry};
use crate::store::rounds::State;

/// A permission that is missing may be given again: a notice, which stays true, waits this long for it.
const PATIENT: TimeDelta = TimeDelta::days(1);

/// Notes a refusal: the message is tried again while that makes sense, and else given up with a sentence for its maker.
pub(super) async fn note_refusal(
    bot: &Bot,
    item: &Item,
    about: &About,
    error: &ApiError,
) -> anyhow::Result<()> {
    tracing::warn!(
        outbox.id = item.outbox_id.0,
        kind = item.kind.as_str(),
        subject.id = item.subject_id,
        tries = item.tries,
        %error,
        "a message could not be delivered"
    );
    if let About::Nudge(nudge) = about {
        return note_nudge_refusal(bot, item, about, nudge, error).await;
    }
    // The next attempt is made in the channel.
    if question::leave_closed_thread(bot, about, error).await? {
        return try_again(bot, item, about, error, bot.now()).await;
    }
    let now = bot.now();
    let in_time = |at: DateTime<Utc>| item.expires_at.is_none_or(|end| at <= end);
    let again = retry_time(now, error, item.tries).or(patience(item, about, error, now));
    // The last attempt is made to look for the message once more, and then looks at the clock.
    match again.filter(|at| in_time(*at) || (in_time(now) && !error.is_flagged())) {
        Some(at) => try_again(bot, item, about, error, at).await,
        None => note_failed(bot, item, about, error).await,
    }
}

/// When to try again what can wait for a permission.
fn patience(item: &Item, about: &About, error: &ApiError, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let waits = matches!(about, About::Notice(_)) && error.kind() == ErrorKind::Forbidden;
    (waits && now - item.due_at < PATIENT).then(|| now + TimeDelta::hours(1))
}

async fn try_again(
    bot: &Bot,
    item: &Item,
    about: &About,
    error: &ApiError,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let reason = advice_for_manager(error);
    let retry = Retry {
        at,
        untried: false,
        reason: Some(&reason),
    };
    let mut tx = bot.db.begin().await?;
    if let About::Question(round) = about
        && round.state == State::Planned
    {
        store::rounds::posting::note_put_off(&mut *tx, round, &reason).await?;
    }
    if !store::outbox::retry_item(&mut *tx, item, retry).await? {
        return Ok(());
    }
    if let (ErrorKind::Later(_), Some(channel)) = (error.kind(), item.channel_id) {
        // Whatever else of the kind waits for this channel would hear the same.
        let edits = item.message_id.is_some();
        store::outbox::rest_channel(&mut *tx, item.guild_id, channel, edits, at).await?;
    }
    Ok(tx.commit().await?)
}
