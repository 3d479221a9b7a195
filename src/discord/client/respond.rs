//! Answers to interactions, which neither wait for other calls nor are counted among them.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::Discord;
use super::call::Ask;
use crate::discord::error::{ApiError, ErrorKind};
use crate::ids::InteractionId;
use crate::reply::Reply;

/// How long one try at a reply may take. Discord takes replies for three seconds, and a second try needs its time.
const REPLY_TIMEOUT: Duration = Duration::from_secs(1);
/// A reply is not tried again later than this after the first try began.
const REPLY_PATIENCE: Duration = Duration::from_millis(1_500);
/// The pause before a reply is tried again, where Discord does not say how long.
const REPLY_PAUSE: Duration = Duration::from_millis(200);

impl Discord {
    /// Answers an interaction. The token is the interaction's, and a secret for fifteen minutes.
    ///
    /// A reply is worth nothing after three seconds, and its limits are its own ("Interaction endpoints are not bound
    /// to the bot's Global Rate Limit", discord-api-docs, topics/rate-limits): it neither waits for others nor makes
    /// them wait. Within its time it is tried again, without its pictures where they may be to blame.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn respond(&self, id: InteractionId, token: &str, reply: &Reply) -> Result<(), ApiError> {
        const ALREADY_ANSWERED: i64 = 40_060;
        let path = format!("/interactions/{id}/{token}/callback");
        let began = Instant::now();
        let mut reply = reply.clone();
        loop {
            let body = json!(reply);
            let ask = Ask::new(Method::POST, &path, Some(&body), reply.pictures());
            let error = match self.once(&ask, None, REPLY_TIMEOUT).await {
                Ok(_) => return Ok(()),
                // An earlier try got through and only its answer was lost.
                Err(error) if error.code() == Some(ALREADY_ANSWERED) => return Ok(()),
                Err(error) => error,
            };
            let pause = if !reply.pictures().is_empty() && error.may_be_the_picture() {
                reply = reply.in_words();
                Duration::ZERO
            } else if let ErrorKind::Later(_) = error.kind() {
                error.retry_after().unwrap_or(REPLY_PAUSE)
            } else {
                return Err(error);
            };
            if began.elapsed() + pause > REPLY_PATIENCE {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
        }
    }
}
