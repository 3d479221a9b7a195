//! Direct messages that cards are due. Discord flags bots that open many conversations in a short time, so each is
//! opened once, and few within some minutes.

use chrono::{DateTime, TimeDelta, Utc};

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::jobs::outbox::about::{About, Compose, Failure, Place, Weight};
use crate::jobs::outbox::advice::{FLAGGED, retry_time};
use crate::jobs::outbox::undelivered::note_dropped;
use crate::store;
use crate::store::conversations::Leave;
use crate::store::nudges::{End, Nudge};
use crate::store::outbox::{Item, Retry, Undelivered};
use crate::view;

/// Conversations opened within [`OPENED_WITHIN`], over all instances. Discord flags bots that open 25 to 40 in a short
/// time (discord-php/DiscordPHP#467), and takes messages in conversations that are open.
const OPENED: usize = 20;
const OPENED_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// For how long nobody is written to after Discord said that it was too much.
const RESTED: TimeDelta = TimeDelta::minutes(10);
/// Discord's code for an account that is no more.
const UNKNOWN_USER: i64 = 10_013;

pub(super) fn compose_nudge(nudge: &Nudge) -> Compose {
    let message = view::review::nudge_message(i64::from(nudge.cards), nudge.channel_id);
    Compose::Say(message, Weight::OneTry)
}

/// The conversation with somebody who still wants nudges, opened only if it was not before; or when to ask again.
pub(super) async fn find_conversation(bot: &Bot, discord: &Discord, nudge: &Nudge) -> Result<Place, Failure> {
    if !store::review_settings::is_wanted(&bot.db, nudge.guild_id, nudge.user_id).await? {
        return Ok(Place::Nowhere("nudges were switched off"));
    }
    let user = nudge.user_id;
    let mut tx = bot.db.begin().await?;
    let leave = store::conversations::ask_leave(&mut tx, user, bot.now(), OPENED, OPENED_WITHIN).await?;
    tx.commit().await?;
    match leave {
        Leave::In(place) => Ok(Place::In(place)),
        Leave::Later(at) => Ok(Place::NotBefore(at)),
        Leave::Open => {
            let place = discord.conversation(user).await?;
            store::conversations::opened(&bot.db, user, place).await?;
            Ok(Place::In(place))
        }
    }
}

/// Only who takes no messages gets no more, and is told when they come by. Everything else is about the bot or about
/// Discord, and passes.
pub(super) async fn note_nudge_refusal(
    bot: &Bot,
    item: &Item,
    about: &About,
    nudge: &Nudge,
    error: &ApiError,
) -> anyhow::Result<()> {
    let now = bot.now();
    if error.is_closed_to_messages() {
        return refuse_nudges(bot, item, nudge).await;
    }
    if error.is_about_spam() {
        return rest_all(bot, item, error, now).await;
    }
    let at = match (error.kind(), retry_time(now, error, item.tries)) {
        (_, Some(at)) => at,
        // The conversation, which is then opened anew.
        (ErrorKind::Gone | ErrorKind::Forbidden, None) if error.code() != Some(UNKNOWN_USER) => {
            store::conversations::forget(&bot.db, nudge.user_id).await?;
            now + RESTED
        }
        _ => return note_dropped(bot, item, Some(about), "there is no such account any more").await,
    };
    let retry = Retry {
        at,
        untried: false,
        reason: Some(&error.to_string()),
    };
    store::outbox::retry_item(&bot.db, item, retry).await?;
    Ok(())
}

async fn refuse_nudges(bot: &Bot, item: &Item, nudge: &Nudge) -> anyhow::Result<()> {
    let mut tx = bot.db.begin().await?;
    store::nudges::end_nudge(&mut *tx, nudge.guild_id, nudge.nudge_id, End::Refused).await?;
    let reason = view::review::NOT_TAKEN;
    store::review_settings::switch_off(&mut *tx, nudge.guild_id, nudge.user_id, reason).await?;
    if store::outbox::end_item(&mut *tx, item, Undelivered::Failed, reason).await? {
        tx.commit().await?;
    }
    Ok(())
}

/// Discord holds the bot for a sender of spam: nobody is written to for a while, and nobody loses their nudges for it.
async fn rest_all(bot: &Bot, item: &Item, error: &ApiError, now: DateTime<Utc>) -> anyhow::Result<()> {
    let until = now + RESTED;
    if error.is_flagged() {
        tracing::error!(%until, "{FLAGGED}");
    } else {
        tracing::warn!(%until, "direct messages rest");
    }
    let mut tx = bot.db.begin().await?;
    store::conversations::rest(&mut tx, until).await?;
    let retry = Retry {
        at: until,
        untried: true,
        reason: Some(&error.to_string()),
    };
    store::outbox::retry_item(&mut *tx, item, retry).await?;
    Ok(tx.commit().await?)
}
