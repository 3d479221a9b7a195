//! What a refusal of Discord's means: whether to try again, and what a person can do about it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::discord::error::{ApiError, ErrorKind};

/// What Discord means by its code 20026, and who can do what about it.
pub(super) const FLAGGED: &str = "Discord has flagged me as a sender of spam and lets me post nothing. Whoever runs \
     me has to appeal, on \
     the application's page in the developer portal or at dis.gd/report.";

/// When a refused or unanswered call is worth another attempt, given how often it was tried; `None` where never.
pub(super) fn retry_time(now: DateTime<Utc>, error: &ApiError, tries: i32) -> Option<DateTime<Utc>> {
    let asked = match error.kind() {
        ErrorKind::Later(wait) => wait,
        // The operator's fault, not the channel's: the work is kept for when the token is mended.
        ErrorKind::Unauthorised => Duration::from_secs(60),
        ErrorKind::Gone | ErrorKind::Forbidden | ErrorKind::Refused => return None,
    };
    let doubling = TimeDelta::seconds(5 * 2_i64.pow(tries.clamp(0, 6).unsigned_abs()));
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

/// The same about a live quiz, which has no schedule to choose another channel for.
pub(super) fn advice_for_host(error: &ApiError) -> String {
    match error.kind() {
        ErrorKind::Gone if !error.is_unknown_message() => "The channel no longer exists.".to_owned(),
        _ => advice_for_manager(error),
    }
}
