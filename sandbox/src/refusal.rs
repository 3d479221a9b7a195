//! What Discord answers when it does not do what was asked.

use serde_json::{Value, json};

/// A refused request: HTTP status, Discord's code, and for invalid bodies the tree of what is wrong where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: String,
    pub(crate) errors: Option<Value>,
    pub(crate) retry_after: Option<f64>,
    /// Whether a bot that behaves would never have got here, so that a test must fail.
    pub(crate) recorded: bool,
}

impl Refusal {
    /// A refusal that only a mistake of the bot explains.
    pub(crate) fn mistake(status: u16, code: u32, message: &str) -> Self {
        Self {
            status,
            code,
            message: message.to_owned(),
            errors: None,
            retry_after: None,
            recorded: true,
        }
    }

    /// A refusal that happens to good bots too: something was removed, forbidden or came too often.
    pub(crate) fn life(status: u16, code: u32, message: &str) -> Self {
        Self {
            recorded: false,
            ..Self::mistake(status, code, message)
        }
    }

    pub(crate) fn too_many_conversations() -> Self {
        Self::life(403, 40003, "You are opening direct messages too fast")
    }

    pub(crate) fn unauthorized() -> Self {
        Self::life(401, 0, "401: Unauthorized")
    }

    pub(crate) fn unknown_channel() -> Self {
        Self::life(404, 10003, "Unknown Channel")
    }

    pub(crate) fn unknown_guild() -> Self {
        Self::life(404, 10004, "Unknown Guild")
    }

    pub(crate) fn unknown_member() -> Self {
        Self::life(404, 10007, "Unknown Member")
    }

    pub(crate) fn unknown_message() -> Self {
        Self::life(404, 10008, "Unknown Message")
    }

    pub(crate) fn unknown_user() -> Self {
        Self::life(404, 10013, "Unknown User")
    }

    pub(crate) fn unknown_webhook() -> Self {
        Self::life(404, 10015, "Unknown Webhook")
    }

    pub(crate) fn unknown_interaction() -> Self {
        Self::mistake(404, 10062, "Unknown interaction")
    }

    pub(crate) fn unknown_command() -> Self {
        Self::life(404, 10063, "Unknown application command")
    }

    pub(crate) fn missing_access() -> Self {
        Self::life(403, 50001, "Missing Access")
    }

    pub(crate) fn missing_permissions() -> Self {
        Self::life(403, 50013, "Missing Permissions")
    }

    pub(crate) fn empty_message() -> Self {
        Self::mistake(400, 50006, "Cannot send an empty message")
    }

    pub(crate) fn already_acknowledged() -> Self {
        Self::mistake(400, 40060, "Interaction has already been acknowledged.")
    }

    pub(crate) fn invalid_webhook_token() -> Self {
        Self::mistake(401, 50027, "Invalid Webhook Token")
    }

    /// 429 without having been told so in advance: too many edits of messages older than an hour.
    pub(crate) fn old_edits(retry_after: f64) -> Self {
        let message = "Maximum number of edits to messages older than 1 hour reached. Try again later";
        Self {
            retry_after: Some(retry_after),
            ..Self::life(429, 30046, message)
        }
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({ "code": self.code, "message": self.message });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        if let Some(retry_after) = self.retry_after {
            body["retry_after"] = json!(retry_after);
            body["global"] = json!(false);
        }
        body
    }
}
