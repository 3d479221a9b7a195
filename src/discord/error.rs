//! What Discord answered when it refused.

use std::time::Duration;

/// Why a REST call did not work. Says the path without the token that some paths carry.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Discord answered, and refused.
    #[error("Discord refused {call}: {message} (HTTP {status}, code {code})")]
    Refused {
        /// Method and path.
        call: String,
        /// The HTTP status.
        status: u16,
        /// Discord's own code; 0 where it gave none.
        code: i64,
        /// Discord's words.
        message: String,
        /// How long Discord wants us to wait, where it said so.
        retry_after: Option<Duration>,
    },
    /// No answer came; whether the call had an effect is unknown.
    #[error("Discord did not answer {call}: {reason}")]
    NoAnswer {
        /// Method and path.
        call: String,
        /// What happened to the connection.
        reason: String,
    },
}

/// What a failed call means for the work it belonged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Worth trying again, not before this has passed.
    Later(Duration),
    /// The channel, message or server is gone.
    Gone,
    /// The bot lacks a permission or may not see the channel.
    Forbidden,
    /// The token is wrong.
    Unauthorised,
    /// Discord does not like what was sent; sending it again would not help.
    Refused,
}

impl ApiError {
    /// Sorts the error, by the classes of Discord's error codes.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        const SOON: Duration = Duration::from_secs(5);
        match self {
            Self::NoAnswer { .. } => Meaning::Later(SOON),
            Self::Refused {
                status,
                code,
                retry_after,
                ..
            } => match (*status, *code) {
                // Rate limits and overload, whatever the status.
                (429 | 500..=599, _) | (_, 20_016 | 20_028 | 20_029 | 30_046 | 40_062 | 130_000) => {
                    Meaning::Later(retry_after.unwrap_or(SOON))
                }
                (401, _) => Meaning::Unauthorised,
                // Unknown channel, guild, message, webhook, interaction.
                (_, 10_003 | 10_004 | 10_008 | 10_015 | 10_062) => Meaning::Gone,
                (403, _) => Meaning::Forbidden,
                (404, _) => Meaning::Gone,
                _ => Meaning::Refused,
            },
        }
    }

    /// Whether the message is gone, in a channel that may well be there.
    #[must_use]
    pub fn is_unknown_message(&self) -> bool {
        const UNKNOWN_MESSAGE: i64 = 10_008;
        self.code() == Some(UNKNOWN_MESSAGE)
    }

    /// Discord's own code, where it gave one.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::NoAnswer { .. } => None,
        }
    }
}
