//! One attempt at one message, so that however often it is tried it is there once.
//!
//! Within a few minutes Discord answers a repeated nonce with the first message. After that an attempt looks for what
//! an earlier one may have posted, from the moment that one began. Where the channel's messages cannot be listed, only
//! the nonce is left, and it is relied on for [`NONCE_HOLDS`] after its first use and no longer.

use chrono::{DateTime, TimeDelta, Utc};

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::ApiError;
use crate::fail_points::fail_point;
use crate::ids::{ChannelId, MessageId};
use crate::jobs::outbox::about::{About, Compose, Earlier, Failure, Place, Weight};
use crate::jobs::outbox::compose::{compose, find_about, find_place};
use crate::jobs::outbox::outcome::{Arrival, note_delivered, note_up_to_date};
use crate::jobs::outbox::refusal::note_refusal;
use crate::jobs::outbox::search::find_earlier;
use crate::jobs::outbox::undelivered::{note_dropped, note_expired};
use crate::reply::Message;
use crate::store;
use crate::store::outbox::{Due, Item, Retry};

/// For how long after the first use of a nonce a repeated post surely gives no second message. Discord says "the past
/// few minutes"; a post with all its tries takes up to one of them.
const NONCE_HOLDS: TimeDelta = TimeDelta::minutes(2);

/// Leases a message that is due and delivers it, or notes what has become of it instead.
///
/// # Errors
/// If the database fails; the lease runs out and the message is tried again.
pub(super) async fn deliver_due(
    bot: &Bot,
    discord: &Discord,
    due: &Due,
    lease: TimeDelta,
) -> anyhow::Result<()> {
    let Some(item) = store::outbox::lease_item(&bot.db, due, bot.now(), lease).await? else {
        return Ok(());
    };
    fail_point("outbox.leased");
    let Some(mut about) = find_about(bot, &item).await? else {
        return note_dropped(bot, &item, None, "what it was about is gone").await;
    };
    match deliver_item(bot, discord, &item, &mut about).await {
        Ok(()) => Ok(()),
        Err(Failure::Lost) => {
            tracing::info!(
                outbox.id = item.outbox_id.0,
                "a message was delivered by another instance"
            );
            Ok(())
        }
        Err(Failure::Discord(error)) => {
            fail_point("outbox.refused");
            note_refusal(bot, &item, &about, &error).await
        }
        Err(Failure::Other(error)) => Err(error),
    }
}

async fn deliver_item(bot: &Bot, discord: &Discord, item: &Item, about: &mut About) -> Result<(), Failure> {
    let repeated = item.message_id.is_none() && item.earlier_at.is_some();
    let expired = item.expires_at.is_some_and(|end| bot.now() > end);
    if expired && !repeated {
        return Ok(note_expired(bot, item, about).await?);
    }
    let place = match find_place(bot, discord, item, about).await? {
        Place::In(place) => place,
        Place::NotBefore(at) => return Ok(put_off(bot, item, at).await?),
        Place::Nowhere(reason) => return Ok(note_dropped(bot, item, Some(about), reason).await?),
    };
    let earlier = match item.earlier_at.filter(|_| repeated) {
        Some(since) => look_for_earlier(bot, discord, item, place, since).await?,
        None => Earlier::Nothing,
    };
    fail_point("outbox.looked");
    if let Earlier::There(message) = earlier {
        return note_delivered(bot, item, about, Arrival::Found(message)).await;
    }
    if expired {
        return Ok(note_expired(bot, item, about).await?);
    }
    match compose(bot, discord, item, about, earlier).await? {
        Compose::Nothing => Ok(note_up_to_date(bot, item).await?),
        Compose::Drop(reason) => Ok(note_dropped(bot, item, Some(about), &reason).await?),
        Compose::Say(message, weight) => {
            let message = message.marked(item.outbox_id);
            fail_point("outbox.composed");
            let arrival = bring(bot, discord, item, place, &message, weight).await?;
            fail_point("outbox.sent");
            note_delivered(bot, item, about, arrival).await
        }
    }
}

async fn put_off(bot: &Bot, item: &Item, at: DateTime<Utc>) -> sqlx::Result<()> {
    let retry = Retry {
        at,
        untried: true,
        reason: None,
    };
    store::outbox::retry_item(&bot.db, item, retry).await?;
    Ok(())
}

async fn look_for_earlier(
    bot: &Bot,
    discord: &Discord,
    item: &Item,
    place: ChannelId,
    since: DateTime<Utc>,
) -> Result<Earlier, Failure> {
    let error = match find_earlier(discord, place, since, item).await {
        Ok(Some(message)) => return Ok(Earlier::There(message)),
        Ok(None) => return Ok(Earlier::Nothing),
        Err(error) => error,
    };
    if bot.now() - since <= NONCE_HOLDS {
        tracing::warn!(
            outbox.id = item.outbox_id.0,
            %error,
            "an earlier attempt's message cannot be looked for; its nonce is used again"
        );
        return Ok(Earlier::Unseen);
    }
    Err(error.into())
}

/// Posts or edits.
async fn bring(
    bot: &Bot,
    discord: &Discord,
    item: &Item,
    place: ChannelId,
    message: &Message,
    weight: Weight,
) -> Result<Arrival, Failure> {
    let Some(there) = item.message_id else {
        return post(discord, item, place, message).await;
    };
    match edit(discord, place, there, message).await {
        Ok(()) => Ok(Arrival::Edited(there)),
        Err(error) if error.is_unknown_message() && weight == Weight::MustBeSeen => {
            let moved = store::outbox::forget_message(&bot.db, item, bot.now()).await?;
            fail_point("outbox.forgotten");
            post(discord, &moved.ok_or(Failure::Lost)?, place, message).await
        }
        Err(error) if weight == Weight::OneTry => {
            let id = item.outbox_id.0;
            tracing::warn!(outbox.id = id, %error, "a message could not be rewritten, and stays as it is");
            Ok(Arrival::Edited(there))
        }
        Err(error) => Err(error.into()),
    }
}

async fn post(
    discord: &Discord,
    item: &Item,
    place: ChannelId,
    message: &Message,
) -> Result<Arrival, Failure> {
    match discord.post(place, message, &item.nonce()).await {
        Ok(id) => Ok(Arrival::Posted(id)),
        Err(error) if error.is_unknown_message() => {
            tracing::info!(
                channel.id = place.0,
                outbox.id = item.outbox_id.0,
                "a message was deleted before its post was answered"
            );
            Ok(Arrival::Deleted)
        }
        Err(error) => Err(error.into()),
    }
}

/// Discord's code for a thread that is archived.
const ARCHIVED: i64 = 50_083;

async fn edit(
    discord: &Discord,
    place: ChannelId,
    there: MessageId,
    message: &Message,
) -> Result<(), ApiError> {
    match discord.edit(place, there, message).await {
        // Nothing in an archived thread can be rewritten, and they archive themselves.
        Err(error) if error.code() == Some(ARCHIVED) => {
            discord.unarchive(place).await?;
            discord.edit(place, there, message).await
        }
        // Perhaps the bot may not attach files here. The words say the same.
        Err(error) if !message.pictures().is_empty() && error.may_be_the_picture() => {
            tracing::warn!(channel.id = place.0, %error, "a message is shown without its picture");
            discord.edit(place, there, &message.clone().in_words()).await
        }
        edited => edited,
    }
}
