//! A request as the routes see it, and what they answer.

use std::ops::RangeInclusive;
use std::time::Instant;

use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::Call;
use crate::check::Check;
use crate::check::message::Upload;
use crate::refusal::Refusal;

/// A request, understood as far as HTTP goes.
pub(super) struct Ask {
    pub(super) method: String,
    /// Without `/api/v10`.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Value,
    pub(super) uploads: Vec<Upload>,
    pub(super) at: Instant,
}

/// What a route answers when nothing is wrong.
pub(super) enum Reply {
    Json(Value),
    Created(Value),
    Nothing,
}

/// What a route answers.
pub(super) type Answer = Result<Reply, Refusal>;

impl Ask {
    /// How it is remembered.
    pub(super) fn into_call(self, status: u16, at: DateTime<Utc>) -> Call {
        Call {
            method: self.method,
            path: self.path,
            body: self.body,
            status,
            at,
        }
    }

    /// A query parameter; all that are not among `known` are refused.
    pub(super) fn query_only(&self, known: &[&str]) -> Result<(), Refusal> {
        let mut check = Check::default();
        for (key, _) in self
            .query
            .iter()
            .filter(|(key, _)| !known.contains(&key.as_str()))
        {
            check.problem(key, "UNKNOWN_FIELD", "Unknown query parameter");
        }
        check.finish(())
    }

    /// A query parameter that is a number.
    pub(super) fn query_number(&self, key: &str) -> Result<Option<u64>, Refusal> {
        let Some((_, value)) = self.query.iter().find(|(has, _)| has == key) else {
            return Ok(None);
        };
        let message = || format!("Value \"{value}\" is not a number.");
        value
            .parse()
            .map(Some)
            .map_err(|_| Refusal::invalid(key, "NUMBER_TYPE_COERCE", message()))
    }

    /// The query parameter `limit`, or what it is without one.
    pub(super) fn query_limit(&self, range: RangeInclusive<u64>, default: u64) -> Result<usize, Refusal> {
        let limit = self.query_number("limit")?.unwrap_or(default);
        if range.contains(&limit) {
            return Ok(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        let message = format!(
            "int value should be between {} and {}.",
            range.start(),
            range.end()
        );
        Err(Refusal::invalid("limit", "NUMBER_TYPE_MAX", message))
    }

    /// A query parameter that is true or false, in the forms that Discord documents; absent is false.
    pub(super) fn query_flag(&self, key: &str) -> Result<bool, Refusal> {
        let Some((_, value)) = self.query.iter().find(|(has, _)| has == key) else {
            return Ok(false);
        };
        match value.as_str() {
            "true" | "True" | "1" => Ok(true),
            "false" | "False" | "0" => Ok(false),
            _ => {
                let message = format!("Value \"{value}\" is not bool");
                Err(Refusal::invalid(key, "BOOLEAN_TYPE_CONVERT", message))
            }
        }
    }
}

/// A snowflake in a path.
pub(super) fn parse_id(segment: &str) -> Result<u64, Refusal> {
    let message = || format!("Value \"{segment}\" is not snowflake.");
    segment
        .parse()
        .map_err(|_| Refusal::invalid("id", "NUMBER_TYPE_COERCE", message()))
}

/// 404 for a route that does not exist.
pub(super) fn unknown_route() -> Answer {
    Err(Refusal::mistake(
        404,
        0,
        "404: Not Found (no such route in the sandbox)",
    ))
}

/// A path as it is meant: `%40original` is `@original`. A slash within a segment stays as it is.
pub(super) fn decode_path(path: &str) -> String {
    let decoded = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8_lossy().into_owned();
        if text.contains('/') {
            segment.to_owned()
        } else {
            text
        }
    };
    path.split('/').map(decoded).collect::<Vec<_>>().join("/")
}

/// The names and values of a query.
pub(super) fn parse_query(query: &str) -> Vec<(String, String)> {
    let pairs = query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| {
            (
                k.to_owned(),
                percent_decode_str(&v.replace('+', " "))
                    .decode_utf8_lossy()
                    .into_owned(),
            )
        })
        .collect()
}
