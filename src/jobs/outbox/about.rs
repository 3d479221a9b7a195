//! What a message is about, what it says, and what can come of it.

use chrono::{DateTime, Utc};

use crate::discord::error::ApiError;
use crate::ids::{ChannelId, MessageId};
use crate::reply::Message;
use crate::store::live::Live;
use crate::store::notices::Notice;
use crate::store::nudges::Nudge;
use crate::store::open_answers::OpenAnswer;
use crate::store::rounds::Round;

/// What a message is about, as it was when the attempt began. What is shown and what is noted go by the same.
pub(super) enum About {
    Question(Round),
    Discussion(Round),
    Lobby(Live),
    Podium(Live),
    Notice(Notice),
    Nudge(Nudge),
    SharedAnswer(Box<(OpenAnswer, Round)>),
}

/// What is to be said.
pub(super) enum Compose {
    Say(Message, Weight),
    /// Nothing new, for now.
    Nothing,
    /// Nothing any more; why.
    Drop(String),
}

/// How much it matters that an edit gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It is tried again, and posted anew where the message was deleted.
    MustBeSeen,
    /// It is tried again.
    Retried,
    /// Whatever comes of it: the next change is soon, or nothing depends on it.
    OneTry,
}

/// Where a message belongs.
pub(super) enum Place {
    In(ChannelId),
    /// It cannot be said before this.
    NotBefore(DateTime<Utc>),
    /// Nobody wants it any more; why.
    Nowhere(&'static str),
}

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

/// Why a message is not where it belongs.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// What Discord said. It is noted, to be tried again or given up.
    #[error(transparent)]
    Discord(#[from] ApiError),
    /// Another instance has taken the work over.
    #[error("the lease was lost")]
    Lost,
    /// Anything else ends the attempt; the lease runs out.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Other(error.into())
    }
}
