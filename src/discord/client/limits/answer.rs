//! What an answer says about the calls to come.
//!
//! The headers are those of discord-api-docs, topics/rate-limits, "Header Format"; times are in seconds. Whatever
//! stands in front of Discord, such as Cloudflare, sends none of them, and a page instead of JSON.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

/// A refusal for asking too often that says neither how long to wait nor who means it: the page Cloudflare shows.
const UNSAID: Duration = Duration::from_secs(5);

/// What an answer says, as far as it says anything.
#[derive(Debug, Default, PartialEq)]
pub(in crate::discord::client) struct Said {
    /// The name of the bucket that counted the call.
    pub(super) bucket: Option<String>,
    /// Calls the bucket holds when it is new.
    pub(super) limit: Option<usize>,
    /// Calls that are left in it, and when it is new again.
    pub(super) left: Option<(usize, Duration)>,
    /// That it was asked too often.
    pub(super) too_often: Option<TooOften>,
    /// Whether the call counts as one made in vain.
    pub(super) invalid: bool,
}

/// What an answer with status 429 means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TooOften {
    /// For how long.
    pub(super) after: Duration,
    /// Whether all calls are meant, as they are where it is not Discord itself that says so.
    pub(super) everything: bool,
}

impl Said {
    /// Reads an answer; `body` is null where it was no JSON.
    pub(in crate::discord::client) fn read(status: StatusCode, headers: &HeaderMap, body: &Value) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let number = |name: &str| text(name)?.parse::<f64>().ok();
        let count = |name: &str| number(name).map(|count| count.max(0.0) as usize);
        let reset =
            number("x-ratelimit-reset-after").and_then(|after| Duration::try_from_secs_f64(after).ok());
        let shared = text("x-ratelimit-scope") == Some("shared");
        let refused = [
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        Self {
            bucket: text("x-ratelimit-bucket").map(str::to_owned),
            limit: count("x-ratelimit-limit").filter(|limit| *limit > 0),
            left: count("x-ratelimit-remaining").zip(reset),
            too_often: (status == StatusCode::TOO_MANY_REQUESTS).then(|| read_too_often(headers, body)),
            invalid: refused.contains(&status) && !shared,
        }
    }

    /// How long a call that was made too often has to wait.
    pub(in crate::discord::client) fn asked_to_wait(&self) -> Option<Duration> {
        self.too_often.map(|too_often| too_often.after)
    }
}

/// The longer of header and body counts, which may differ (discord-api-docs#6109).
fn read_too_often(headers: &HeaderMap, body: &Value) -> TooOften {
    let global = headers.contains_key("x-ratelimit-global")
        || headers
            .get("x-ratelimit-scope")
            .is_some_and(|scope| scope == "global");
    TooOften {
        after: retry_after(headers).max(in_body(body)).unwrap_or(UNSAID),
        everything: global || body["global"] == true || !body.is_object(),
    }
}

/// The header's seconds.
pub(in crate::discord::client) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The body's seconds.
pub(in crate::discord::client) fn in_body(body: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(body["retry_after"].as_f64()?).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn read(status: u16, pairs: &[(&'static str, &'static str)], body: &Value) -> Said {
        Said::read(StatusCode::from_u16(status).unwrap(), &headers(pairs), body)
    }

    #[test]
    fn the_longer_of_header_and_body_counts_and_some_seconds_where_both_are_silent() {
        let seconds = |header: &[_], body| read_too_often(&headers(header), &body).after.as_secs_f64();
        assert_eq!(
            seconds(&[("retry-after", "1")], json!({ "retry_after": 1163.0 })),
            1163.0
        );
        assert_eq!(
            seconds(&[("retry-after", "7")], json!({ "retry_after": 0.5 })),
            7.0
        );
        assert_eq!(seconds(&[("retry-after", "30")], Value::Null), 30.0);
        assert_eq!(seconds(&[], Value::Null), 5.0);
        assert_eq!(seconds(&[("retry-after", "Fri, 27 Nov 2026")], json!({})), 5.0);
    }

    #[test]
    fn the_page_of_cloudflare_means_everything_and_so_does_a_global_limit() {
        let means_all = |pairs, body| read(429, pairs, &body).too_often.unwrap().everything;
        assert!(means_all(&[], Value::Null));
        assert!(means_all(&[("retry-after", "3600")], json!("error code: 1015")));
        assert!(means_all(&[("x-ratelimit-scope", "global")], json!({})));
        assert!(means_all(&[], json!({ "global": true })));
        assert!(!means_all(
            &[("x-ratelimit-scope", "user")],
            json!({ "global": false })
        ));
        assert_eq!(read(403, &[], &Value::Null).too_often, None);
    }

    #[test]
    fn in_vain_is_what_discord_counts_so() {
        let counts = |status, pairs| read(status, pairs, &json!({})).invalid;
        for status in [401, 403, 429] {
            assert!(counts(status, &[]), "{status}");
        }
        for status in [200, 204, 400, 404, 408, 500, 502] {
            assert!(!counts(status, &[]), "{status}");
        }
        assert!(!counts(429, &[("x-ratelimit-scope", "shared")]));
        assert!(counts(429, &[("x-ratelimit-scope", "user")]));
    }

    #[test]
    fn headers_that_are_not_there_or_make_no_sense_say_nothing() {
        assert_eq!(read(200, &[], &Value::Null), Said::default());
        let odd = [
            ("x-ratelimit-limit", "0"),
            ("x-ratelimit-remaining", "few"),
            ("x-ratelimit-reset-after", "-1"),
        ];
        assert_eq!(read(200, &odd, &Value::Null), Said::default());
        let usual = [
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", "4"),
            ("x-ratelimit-reset-after", "1.25"),
            ("x-ratelimit-bucket", "abcd1234"),
        ];
        let said = read(200, &usual, &Value::Null);
        assert_eq!(said.left, Some((4, Duration::from_millis(1_250))));
        assert_eq!((said.limit, said.bucket.as_deref()), (Some(5), Some("abcd1234")));
    }
}
