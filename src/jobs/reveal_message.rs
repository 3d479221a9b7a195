//! Puts a reveal where members look for it: on the question's message, or in a new one where somebody deleted that.
//!
//! The new message is the round's from then on. It is posted once, as everything is: with a nonce of its own, and after
//! a look for what an earlier attempt posted.

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::ApiError;
use crate::ids::MessageId;
use crate::interaction::CustomId;
use crate::jobs::LEASE;
use crate::jobs::delivery::{Earlier, Failure, Posted, judge_look, post_noted};
use crate::jobs::search::find_by_custom_id;
use crate::reply::Message;
use crate::store;
use crate::store::rounds::Round;

/// Shows a reveal, and returns the message it is in; `None` where somebody deleted that as well.
pub(super) async fn show_on_message(
    bot: &Bot,
    discord: &Discord,
    round: &Round,
    shown: &Message,
) -> Result<Option<MessageId>, Failure> {
    renew_lease(bot, round).await?;
    if let Some(message) = round.message_id {
        let edited = {
            // Held until the edit is through: a count on its way must not overwrite it.
            let mut tx = bot.db.begin().await?;
            store::leases::lock_message(&mut *tx, round.round_id).await?;
            discord.edit(round.channel_id, message, shown).await
        };
        match edited {
            Ok(()) => return Ok(Some(message)),
            Err(error) if error.is_unknown_message() => {}
            Err(error) => return Err(error.into()),
        }
    }
    post_anew(bot, discord, round, shown).await
}

async fn post_anew(
    bot: &Bot,
    discord: &Discord,
    round: &Round,
    shown: &Message,
) -> Result<Option<MessageId>, Failure> {
    let nonce = format!("v{}", round.round_id);
    let earlier = match round.attempt > 1 {
        true => judge_look(bot, &nonce, find_posted(discord, round).await).await?,
        false => Earlier::Nothing,
    };
    let posted = match earlier {
        Earlier::There(message) => Posted::There(message),
        Earlier::Nothing | Earlier::Unseen => {
            renew_lease(bot, round).await?;
            post_noted(bot, discord, round.channel_id, shown, &nonce).await?
        }
    };
    let Some(message) = posted.message() else {
        return Ok(None);
    };
    match store::leases::replace_message(&bot.db, round, message).await? {
        true => Ok(Some(message)),
        false => Err(Failure::Lost),
    }
}

/// The new message of an earlier attempt whose answer was lost: it carries the round in its buttons.
async fn find_posted(discord: &Discord, round: &Round) -> Result<Option<MessageId>, ApiError> {
    let round_id = round.round_id;
    let buttons = [
        CustomId::Why { round: round_id },
        CustomId::OwnAnswer { round: round_id },
    ];
    let since = round.revealed_at.unwrap_or(round.due_at);
    find_by_custom_id(discord, round.channel_id, since, &buttons).await
}

/// Holds on to the round for another lease: showing a reveal takes several calls.
pub(super) async fn renew_lease(bot: &Bot, round: &Round) -> Result<(), Failure> {
    match store::leases::renew_lease(&bot.db, round, bot.now() + LEASE).await? {
        true => Ok(()),
        false => Err(Failure::Lost),
    }
}
