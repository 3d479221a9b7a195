//! How long Discord wants to be left alone: on a route, as its answers say, or altogether.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

/// A refusal for asking too often that says neither how long to wait nor who means it: the page Cloudflare shows.
const UNSAID: Duration = Duration::from_secs(5);
/// What stands for all routes.
const EVERYTHING: &str = "";

/// What tells the time.
pub(super) type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Routes that are used up, until when. Discord names the bucket only in its answers, so the route stands for it.
pub(super) struct Limits {
    /// The world's time, which a test may put forward: a wait is over by it or by this machine's, whichever is first.
    pub(super) clock: Clock,
    until: Mutex<HashMap<String, (Instant, DateTime<Utc>)>>,
}

impl Default for Limits {
    /// Waits by this machine's time alone.
    fn default() -> Self {
        Self {
            clock: Arc::new(|| DateTime::UNIX_EPOCH),
            until: Mutex::default(),
        }
    }
}

impl Limits {
    /// How much longer a route is to be left alone.
    pub(super) fn remaining(&self, route: &str) -> Duration {
        let now = (Instant::now(), (self.clock)());
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |(here, there): &(Instant, DateTime<Utc>)| {
            let there = (*there - now.1).to_std().unwrap_or_default();
            here.saturating_duration_since(now.0).min(there)
        };
        let both = [route, EVERYTHING].into_iter().filter_map(|key| until.get(key));
        both.map(left).max().unwrap_or_default()
    }

    /// Notes what an answer says about the calls to come; `refused` is what [`too_often`] says of one with status 429.
    pub(super) fn note(&self, route: &str, headers: &HeaderMap, refused: Option<(Duration, bool)>) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<f64>().ok();
        let (pause, key) = match refused {
            Some((after, true)) => (after, EVERYTHING),
            Some((after, false)) => (after, route),
            None => match (number("x-ratelimit-remaining"), number("x-ratelimit-reset-after")) {
                (Some(0.0), Some(seconds)) => {
                    (Duration::try_from_secs_f64(seconds).unwrap_or_default(), route)
                }
                _ => return,
            },
        };
        let there = TimeDelta::from_std(pause)
            .ok()
            .and_then(|pause| (self.clock)().checked_add_signed(pause));
        let here = Instant::now().checked_add(pause);
        if let (Some(here), Some(there)) = (here, there) {
            let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
            until.retain(|_, (here, _)| *here > Instant::now());
            let longest = until.get(key).map_or((here, there), |(was_here, was_there)| {
                ((*was_here).max(here), (*was_there).max(there))
            });
            until.insert(key.to_owned(), longest);
        }
    }
}

/// How long an answer with status 429 asks to wait: the longer of header and body, which may differ, and some seconds
/// where it says nothing. And whether it means all calls, as it does where it is not Discord's at all.
pub(super) fn too_often(headers: &HeaderMap, body: &Value) -> (Duration, bool) {
    let said = retry_after(headers).max(in_body(body));
    let everything =
        headers.contains_key("x-ratelimit-global") || body["global"] == true || !body.is_object();
    (said.unwrap_or(UNSAID), everything)
}

/// The header's seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The body's seconds.
pub(super) fn in_body(body: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(body["retry_after"].as_f64()?).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use serde_json::json;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| {
                let name = reqwest::header::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn the_longer_of_header_and_body_counts_and_some_seconds_where_both_are_silent() {
        let seconds = |header: &[_], body| too_often(&headers(header), &body).0.as_secs_f64();
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
    fn a_limit_of_everything_holds_every_route_until_time_passes_here_or_in_the_world() {
        let world = Arc::new(Mutex::new(DateTime::UNIX_EPOCH));
        let told = Arc::clone(&world);
        let limits = Limits {
            clock: Arc::new(move || *told.lock().unwrap()),
            ..Limits::default()
        };
        let minute = Duration::from_secs(60);
        limits.note("GET /a", &HeaderMap::new(), Some((minute, false)));
        assert!(limits.remaining("GET /a") > Duration::from_secs(50));
        assert_eq!(limits.remaining("GET /b"), Duration::ZERO);
        limits.note("GET /a", &HeaderMap::new(), Some((minute, true)));
        assert!(limits.remaining("GET /b") > Duration::from_secs(50));
        *world.lock().unwrap() += TimeDelta::seconds(60);
        assert_eq!(limits.remaining("GET /b"), Duration::ZERO);
    }

    #[test]
    fn a_route_that_is_used_up_is_left_alone() {
        let limits = Limits::default();
        let used_up = headers(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "2.5")]);
        limits.note("GET /a", &used_up, None);
        assert!(limits.remaining("GET /a") > Duration::from_secs(2));
        let left = headers(&[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset-after", "2.5")]);
        limits.note("GET /b", &left, None);
        assert_eq!(limits.remaining("GET /b"), Duration::ZERO);
    }
}
