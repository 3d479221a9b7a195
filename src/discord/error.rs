//! What Discord answered when it refused, and what that means.
//!
//! An HTTP status alone means little: what stands in front of Discord (Cloudflare, a proxy of the operator's) answers
//! 403 and 404 with pages of its own while Discord is in trouble. So only Discord's own codes, in the form of its
//! errors, are taken for a lasting refusal; everything else is tried again.

use std::time::Duration;

/// Why a REST call did not work. Says the path without the token that some paths carry.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Discord answered, and refused.
    #[error("Discord refused {call}: {message} ({})", number(*.status, *.code))]
    Refused {
        /// Method and path.
        call: String,
        /// The HTTP status; 0 where the call never left this machine, because the address or the token cannot be used.
        status: u16,
        /// Discord's own code, 0 where its error is a general one. `None` where the body was not in the form of
        /// Discord's errors, so that somebody else may have answered.
        code: Option<i64>,
        /// Discord's words.
        message: String,
        /// How long Discord wants us to wait, where it said so.
        retry_after: Option<Duration>,
    },
    /// No answer came that could be read; whether the call had an effect is unknown.
    #[error("Discord did not answer {call}: {reason}")]
    NoAnswer {
        /// Method and path.
        call: String,
        /// What happened to the connection.
        reason: String,
    },
    /// Nothing was sent, because Discord would not have taken it.
    #[error("{call} was not sent to Discord: {reason}")]
    Held {
        /// Method and path.
        call: String,
        /// Which limit it would have broken.
        reason: String,
        /// When it may be sent.
        retry_after: Duration,
    },
}

fn number(status: u16, code: Option<i64>) -> String {
    match code {
        Some(code) => format!("HTTP {status}, code {code}"),
        None => format!("HTTP {status}"),
    }
}

/// What a failed call means for the work it belonged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Worth trying again, not before this has passed.
    Later(Duration),
    /// The channel, message, server or person is gone.
    Gone,
    /// The bot lacks a permission or may not see the channel.
    Forbidden,
    /// The token is wrong.
    Unauthorised,
    /// Discord does not like what was sent; sending it again would not help.
    Refused,
}

/// A pause where nobody said how long.
const SOON: Duration = Duration::from_secs(5);

/// Discord's codes that mean something whatever the status, from its page "Opcodes and Status Codes" (JSON Error Codes)
/// unless another source is named.
const KNOWN: &[(i64, ErrorKind)] = &[
    (10_003, ErrorKind::Gone),         // Unknown channel
    (10_004, ErrorKind::Gone),         // Unknown guild
    (10_007, ErrorKind::Gone),         // Unknown member
    (10_008, ErrorKind::Gone), // Unknown message; for a nonce: its message was deleted (discord-api-docs#6647)
    (10_013, ErrorKind::Gone), // Unknown user: no account any more
    (10_015, ErrorKind::Gone), // Unknown webhook
    (10_062, ErrorKind::Gone), // Unknown interaction
    (50_027, ErrorKind::Gone), // Invalid webhook token provided: the interaction's fifteen minutes are over
    (40_001, ErrorKind::Unauthorised), // Unauthorized. Provide a valid token and try again
    (50_014, ErrorKind::Unauthorised), // Invalid authentication token provided
    (40_007, ErrorKind::Forbidden), // The user is banned from this guild
    (50_001, ErrorKind::Forbidden), // Missing access
    (50_009, ErrorKind::Forbidden), // Channel verification level is too high for you to gain access
    (50_013, ErrorKind::Forbidden), // You lack permissions to perform that action
    (50_095, ErrorKind::Forbidden), // This server is not available in your location
    (60_003, ErrorKind::Forbidden), // Two factor is required for this operation
    (160_002, ErrorKind::Forbidden), // Cannot reply without permission to read message history
    (20_016, ErrorKind::Later(SOON)), // This action cannot be performed due to slowmode rate limit
    (20_022, ErrorKind::Later(SOON)), // This message cannot be edited due to announcement rate limits
    (20_026, ErrorKind::Later(SOON)), // "Your bot has been flagged by our anti-spam system" (Dragory/modmailbot#490)
    (20_028, ErrorKind::Later(SOON)), // The write action you are performing on the channel has hit the write rate limit
    (20_029, ErrorKind::Later(SOON)), // The write action you are performing on the server has hit the write rate limit
    (30_046, ErrorKind::Later(SOON)), // Maximum number of edits to messages older than 1 hour reached. Try again later
    (40_003, ErrorKind::Later(SOON)), // You are opening direct messages too fast
    (40_004, ErrorKind::Later(SOON)), // Send messages has been temporarily disabled
    (40_006, ErrorKind::Later(SOON)), // This feature has been temporarily disabled server-side
    (40_062, ErrorKind::Later(SOON)), // Service resource is being rate limited
    (40_333, ErrorKind::Later(SOON)), // Cloudflare is blocking your request; "internal network error" (#6473)
    (110_000, ErrorKind::Later(SOON)), // Index not yet available. Try again later
    (110_001, ErrorKind::Later(SOON)), // Application not yet available. Try again later
    (130_000, ErrorKind::Later(SOON)), // API resource is currently overloaded. Try again a little later
    (20_001, ErrorKind::Refused),     // Bots cannot use this endpoint
    (20_009, ErrorKind::Refused),     // Explicit content cannot be sent to the desired recipient(s)
    (20_012, ErrorKind::Refused),     // You are not authorized to perform this action on this application
    (30_034, ErrorKind::Refused), // Maximum number of daily application command creates has been reached (200)
    (30_033, ErrorKind::Refused), // Maximum number of thread participants has been reached (1000)
    (40_005, ErrorKind::Refused), // Request entity too large
    (40_058, ErrorKind::Refused), // Cannot send a message in a forum channel
    (40_060, ErrorKind::Refused), // Interaction has already been acknowledged
    (50_005, ErrorKind::Refused), // Cannot edit a message authored by another user
    (50_007, ErrorKind::Refused), // Cannot send messages to this user
    (50_008, ErrorKind::Refused), // Cannot send messages in a non-text channel
    (50_024, ErrorKind::Refused), // Cannot execute action on this channel type
    (50_033, ErrorKind::Refused), // Invalid Recipient(s)
    (50_083, ErrorKind::Refused), // Tried to perform an operation on an archived thread
    (50_240, ErrorKind::Refused), // "You cannot remove this app's Entry Point command" (serenity#2993)
    (50_278, ErrorKind::Refused), // Cannot send messages to this user due to having no mutual guilds
    (160_004, ErrorKind::Refused), // A thread has already been created for this message
    (160_005, ErrorKind::Refused), // Thread is locked
    (160_006, ErrorKind::Refused), // Maximum number of active threads reached
    (160_007, ErrorKind::Refused), // Maximum number of active announcement threads reached
    (200_000, ErrorKind::Refused), // Message was blocked by automatic moderation
    (200_001, ErrorKind::Refused), // Title was blocked by automatic moderation
    (240_000, ErrorKind::Refused), // Message blocked by harmful links filter
    (400_001, ErrorKind::Refused), // Access to file uploads has been limited for this guild
];

impl ApiError {
    /// What it means for the work: by Discord's code where it is a known one, and else by the status, but then never as
    /// something that lasts unless it speaks of the request itself.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        let (status, code, retry_after) = match self {
            Self::Refused {
                status,
                code,
                retry_after,
                ..
            } => (status, code, retry_after),
            Self::NoAnswer { .. } => return ErrorKind::Later(SOON),
            Self::Held { retry_after, .. } => return ErrorKind::Later(*retry_after),
        };
        let later = ErrorKind::Later(retry_after.unwrap_or(SOON));
        let known = code.and_then(|code| KNOWN.iter().find(|(known, _)| *known == code));
        match (known, *status, code) {
            // Whatever a server says that is in trouble, or that gave up waiting for the request, it says in trouble.
            (_, 408 | 500..=599, _) | (Some((_, ErrorKind::Later(_))), ..) | (None, 429, _) => later,
            (Some((_, meaning)), ..) => *meaning,
            (None, 0, _) => ErrorKind::Refused,
            // Not in the form of Discord's errors: somebody else's page.
            (None, _, None) => later,
            (None, 401, Some(_)) => ErrorKind::Unauthorised,
            // A general error, or a code that is newer than this list. Neither says that it lasts.
            (None, 403 | 404, Some(_)) => later,
            (None, _, Some(_)) => ErrorKind::Refused,
        }
    }

    /// Whether the message is gone, in a channel that may well be there. In answer to a post it means that the message
    /// of an earlier try, with the same nonce, was there and was deleted.
    #[must_use]
    pub fn is_unknown_message(&self) -> bool {
        const UNKNOWN_MESSAGE: i64 = 10_008;
        self.code() == Some(UNKNOWN_MESSAGE)
    }

    /// Whether a person takes no direct messages from the bot: they switched it off, or share no server with it.
    #[must_use]
    pub fn is_closed_to_messages(&self) -> bool {
        matches!(self.code(), Some(50_007 | 50_278))
    }

    /// Whether Discord holds the bot for a sender of spam, so that it should write to nobody for a while.
    #[must_use]
    pub fn is_about_spam(&self) -> bool {
        matches!(self.code(), Some(20_026 | 40_003))
    }

    /// Whether Discord has flagged the bot, which only its operator can mend, with an appeal.
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        self.code() == Some(20_026)
    }

    /// Whether a message may go through without its pictures: files are forbidden here, too large, or not liked, be it
    /// by Discord or by what stands in front of it.
    #[must_use]
    pub fn may_be_the_picture(&self) -> bool {
        let in_front = matches!(
            self,
            Self::Refused {
                status: 400 | 403 | 413,
                code: None,
                ..
            }
        );
        in_front || matches!(self.kind(), ErrorKind::Forbidden | ErrorKind::Refused)
    }

    /// How long Discord wants us to wait, where it said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Held { retry_after, .. } => Some(*retry_after),
            Self::NoAnswer { .. } => None,
        }
    }

    /// Whether Discord, or what stands in front of it, says that it was asked too often.
    #[must_use]
    pub fn is_too_often(&self) -> bool {
        matches!(self, Self::Refused { status: 429, .. })
    }

    /// Discord's own code, where it gave one.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Refused { code, .. } => *code,
            Self::NoAnswer { .. } | Self::Held { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: Option<i64>, retry_after: Option<u64>) -> ApiError {
        ApiError::Refused {
            call: "POST /channels/1/messages".to_owned(),
            status,
            code,
            message: String::new(),
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    #[test]
    fn no_status_means_forbidden_or_gone_without_a_code_that_says_so() {
        for status in [400, 401, 403, 404, 405, 408, 413, 418, 429, 500, 502, 520, 525] {
            let meaning = refused(status, None, None).kind();
            assert_eq!(meaning, ErrorKind::Later(SOON), "{status} without a code");
            for code in [0, 1, 40_333, 99_999] {
                let meaning = refused(status, Some(code), None).kind();
                assert!(
                    !matches!(meaning, ErrorKind::Forbidden | ErrorKind::Gone),
                    "{status}, {code}: {meaning:?}"
                );
            }
        }
        for status in [403, 404] {
            for code in [0, 99_999] {
                let meaning = refused(status, Some(code), None).kind();
                assert_eq!(meaning, ErrorKind::Later(SOON), "{status}, {code}");
            }
        }
    }

    #[test]
    fn a_known_code_means_the_same_with_any_status_but_of_a_server_in_trouble() {
        for (code, meaning) in KNOWN {
            for status in [400, 403, 404] {
                assert_eq!(refused(status, Some(*code), None).kind(), *meaning, "{code}");
            }
            let in_trouble = refused(503, Some(*code), None).kind();
            assert_eq!(in_trouble, ErrorKind::Later(SOON), "{code}");
        }
    }

    #[test]
    fn a_request_that_took_too_long_is_made_again_whatever_is_said_of_it() {
        for code in [None, Some(0), Some(99_999), Some(50_035), Some(10_003)] {
            assert_eq!(
                refused(408, code, None).kind(),
                ErrorKind::Later(SOON),
                "{code:?}"
            );
        }
    }

    #[test]
    fn what_was_not_sent_may_be_sent_later() {
        let held = ApiError::Held {
            call: "POST /channels/1/messages".to_owned(),
            reason: "it was asked too often".to_owned(),
            retry_after: Duration::from_secs(40),
        };
        assert_eq!(held.kind(), ErrorKind::Later(Duration::from_secs(40)));
        assert_eq!(held.retry_after(), Some(Duration::from_secs(40)));
    }

    #[test]
    fn no_code_is_listed_twice() {
        for (n, (code, _)) in KNOWN.iter().enumerate() {
            assert!(KNOWN[n + 1..].iter().all(|(other, _)| other != code), "{code}");
        }
    }

    #[test]
    fn what_discord_asks_for_is_waited() {
        let wait = |status, code, after| refused(status, code, after).kind();
        assert_eq!(
            wait(429, Some(0), Some(1)),
            ErrorKind::Later(Duration::from_secs(1))
        );
        assert_eq!(wait(429, None, None), ErrorKind::Later(SOON));
        let hour = ErrorKind::Later(Duration::from_secs(3600));
        assert_eq!(wait(403, Some(20_026), Some(3600)), hour);
    }

    #[test]
    fn a_token_is_wrong_only_if_discord_says_so() {
        assert_eq!(refused(401, Some(0), None).kind(), ErrorKind::Unauthorised);
        assert_eq!(refused(403, Some(40_001), None).kind(), ErrorKind::Unauthorised);
        assert_eq!(refused(401, None, None).kind(), ErrorKind::Later(SOON));
        assert_eq!(refused(0, None, None).kind(), ErrorKind::Refused);
    }
}
