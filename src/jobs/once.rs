//! Posts what must be there once, however often it is tried.
//!
//! Every message that comes by itself has a nonce of its own. For a few minutes Discord answers a repeated post with the
//! first message; after that an attempt looks for what an earlier one may have posted. Where the channel's messages cannot
//! be listed, only the nonce is left, and it is relied on for [`NONCE_HOLDS`] after its first use and no longer.

use chrono::TimeDelta;

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::ApiError;
use crate::ids::{ChannelId, MessageId};
use crate::reply::Message;
use crate::store;

/// For how long after the first use of a nonce a repeated post surely gives no second message. Discord says "the past few
/// minutes"; a post with all its tries takes up to one of them.
const NONCE_HOLDS: TimeDelta = TimeDelta::minutes(2);
/// For how long first uses are remembered; nothing is tried for longer.
const REMEMBERED: TimeDelta = TimeDelta::days(7);

/// What an earlier attempt left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Earlier {
    /// This message.
    There(MessageId),
    /// Nothing, for certain.
    Nothing,
    /// It cannot be seen, but posting again makes no second message.
    Unseen,
}

/// What came of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posted {
    /// This message, of this attempt or an earlier one.
    There(MessageId),
    /// An earlier attempt's message was there, and somebody deleted it.
    Deleted,
}

impl Posted {
    /// The message, if it is there.
    pub(super) fn message(self) -> Option<MessageId> {
        match self {
            Self::There(message) => Some(message),
            Self::Deleted => None,
        }
    }
}

/// Makes of a look for an earlier attempt's message what is to be done. The error is why nothing can be done for now.
///
/// # Errors
/// If the database fails.
pub(super) async fn judge_look(
    bot: &Bot,
    nonce: &str,
    found: Result<Option<MessageId>, ApiError>,
) -> sqlx::Result<Result<Earlier, ApiError>> {
    let error = match found {
        Ok(Some(message)) => return Ok(Ok(Earlier::There(message))),
        Ok(None) => return Ok(Ok(Earlier::Nothing)),
        Err(error) => error,
    };
    let first = store::first_posts::find(&bot.db, nonce).await?;
    // Every attempt notes it before it posts, so without a note there was none.
    if first.is_none_or(|first| bot.now() - first <= NONCE_HOLDS) {
        tracing::warn!(nonce, %error, "an earlier attempt's message cannot be looked for; its nonce is used again");
        return Ok(Ok(Earlier::Unseen));
    }
    Ok(Err(error))
}

/// Posts, and notes before when that was first tried.
///
/// # Errors
/// If the database fails; then nothing is posted.
pub(super) async fn post_noted(
    bot: &Bot,
    discord: &Discord,
    place: ChannelId,
    message: &Message,
    nonce: &str,
) -> sqlx::Result<Result<Posted, ApiError>> {
    store::first_posts::note(&bot.db, nonce, bot.now()).await?;
    Ok(match discord.post(place, message, nonce).await {
        Ok(id) => Ok(Posted::There(id)),
        Err(error) if error.is_unknown_message() => {
            tracing::info!(
                channel.id = place.0,
                nonce,
                "a message was deleted before its post was answered"
            );
            Ok(Posted::Deleted)
        }
        Err(error) => Err(error),
    })
}

/// Forgets first uses of long ago.
///
/// # Errors
/// If the database fails.
pub(super) async fn forget_old(bot: &Bot) -> anyhow::Result<()> {
    Ok(store::first_posts::forget_before(&bot.db, bot.now() - REMEMBERED).await?)
}
