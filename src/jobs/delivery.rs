//! Posts what must be there once, however often it is tried.
//!
//! Every message that comes by itself has a nonce of its own. For a few minutes Discord answers a repeated post with
//! the first message; after that an attempt looks for what an earlier one may have posted. Where the channel's messages
//! cannot be listed, only the nonce is left, and it is relied on for [`NONCE_HOLDS`] after its first use and no longer.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::bot::Bot;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::{ChannelId, MessageId};
use crate::jobs::LEASE;
use crate::reply::Message;
use crate::store;

/// For how long after the first use of a nonce a repeated post surely gives no second message. Discord says "the past
/// few minutes"; a post with all its tries takes up to one of them.
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

/// Why a message is not where it belongs.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// What Discord said. The work is noted, to be tried again or given up.
    #[error(transparent)]
    Discord(#[from] ApiError),
    /// Another instance has taken the work over.
    #[error("the lease was lost")]
    Lost,
    /// Anything else ends the pass; the lease runs out.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Other(error.into())
    }
}

impl Failure {
    /// What Discord refused.
    ///
    /// # Errors
    /// If it was something else.
    pub(super) fn refused(self) -> anyhow::Result<ApiError> {
        match self {
            Self::Discord(error) => Ok(error),
            Self::Lost | Self::Other(_) => Err(self.into()),
        }
    }
}

/// Makes of a look for an earlier attempt's message what is to be done.
pub(super) async fn judge_look(
    bot: &Bot,
    nonce: &str,
    found: Result<Option<MessageId>, ApiError>,
) -> Result<Earlier, Failure> {
    let error = match found {
        Ok(Some(message)) => return Ok(Earlier::There(message)),
        Ok(None) => return Ok(Earlier::Nothing),
        Err(error) => error,
    };
    let first = store::first_posts::find(&bot.db, nonce).await?;
    // Every attempt notes it before it posts, so without a note there was none.
    if first.is_none_or(|first| bot.now() - first <= NONCE_HOLDS) {
        tracing::warn!(nonce, %error, "an earlier attempt's message cannot be looked for; its nonce is used again");
        return Ok(Earlier::Unseen);
    }
    Err(error.into())
}

/// Posts, and notes before when that was first tried.
pub(super) async fn post_noted(
    bot: &Bot,
    discord: &Discord,
    place: ChannelId,
    message: &Message,
    nonce: &str,
) -> Result<Posted, Failure> {
    store::first_posts::note(&bot.db, nonce, bot.now()).await?;
    match discord.post(place, message, nonce).await {
        Ok(id) => Ok(Posted::There(id)),
        Err(error) if error.is_unknown_message() => {
            tracing::info!(
                channel.id = place.0,
                nonce,
                "a message was deleted before its post was answered"
            );
            Ok(Posted::Deleted)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether so much of a lease is gone that a call with its retries might outlast it.
pub(super) fn is_lease_nearly_over(leased: Instant) -> bool {
    leased.elapsed() > LEASE.to_std().unwrap_or_default() / 3
}

/// Forgets first uses of long ago.
pub(super) async fn forget_old(bot: &Bot) -> anyhow::Result<()> {
    Ok(store::first_posts::forget_before(&bot.db, bot.now() - REMEMBERED).await?)
}

/// What Discord means by its code 20026, and who can do what about it.
pub(super) const FLAGGED: &str = "Discord has flagged me as a sender of spam and lets me post nothing. Whoever runs \
     me has to appeal, on \
     the application's page in the developer portal or at dis.gd/report.";

/// When a refused or unanswered call is worth another attempt, given how often it was tried; `None` where never.
pub(super) fn retry_time(now: DateTime<Utc>, error: &ApiError, attempt: i32) -> Option<DateTime<Utc>> {
    let asked = match error.kind() {
        ErrorKind::Later(wait) => wait,
        // The operator's fault, not the channel's: the work is kept for when the token is mended.
        ErrorKind::Unauthorised => Duration::from_secs(60),
        ErrorKind::Gone | ErrorKind::Forbidden | ErrorKind::Refused => return None,
    };
    let doubling = TimeDelta::seconds(5 * 2_i64.pow(attempt.clamp(0, 6).unsigned_abs()));
    Some(now + TimeDelta::from_std(asked).unwrap_or(doubling).max(doubling))
}

/// A sentence for the manager about what Discord refused.
pub(super) fn advice_for_manager(error: &ApiError) -> String {
    match error.kind() {
        _ if error.is_flagged() => FLAGGED.to_owned(),
        ErrorKind::Gone if error.is_unknown_message() => "The message was deleted.".to_owned(),
        ErrorKind::Gone => "The channel no longer exists. Choose another with /daily edit.".to_owned(),
        ErrorKind::Forbidden => {
            let needed = "View Channel, Send Messages and Read Message History";
            format!("I may not post in the channel. Allow me {needed} there.")
        }
        ErrorKind::Unauthorised => "My token is no longer valid. Whoever runs me has to renew it.".to_owned(),
        ErrorKind::Later(_) | ErrorKind::Refused => format!("{error}."),
    }
}
