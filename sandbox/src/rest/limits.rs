//! How often a bot may ask: a bucket for each route and resource, one limit for everything, and the ban of those who
//! ask in vain too often. The numbers are [`Limits`]; time is the machine's.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, VIA as VIA_NAME};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::{Call, Sandbox};

/// Buckets that are remembered; when there are more, those that are full again are forgotten.
const MOST_BUCKETS: usize = 4096;

/// What tells a limit of Discord's from Cloudflare's: discord.py waits for one with it, and gives up at one without.
pub(super) const VIA: &str = "1.1 google";

/// So many requests within a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests.
    pub count: u32,
    /// Time until there are as many again.
    pub per: Duration,
}

/// How often a bot may ask. Discord documents only what concerns everything; the others are what people observed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Posting, editing and deleting messages, for each of the three and each channel.
    pub messages: Rate,
    /// The webhook of one interaction.
    pub webhooks: Rate,
    /// Every other route, for each channel or server.
    pub others: Rate,
    /// Everything but interactions.
    pub global: Rate,
    /// Requests answered with 401, 403 or 429 until all are refused for as long.
    pub invalid: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        let rate = |count, seconds| Rate {
            count,
            per: Duration::from_secs(seconds),
        };
        Self {
            messages: rate(5, 5),
            webhooks: rate(5, 2),
            others: rate(50, 1),
            global: rate(50, 1),
            invalid: rate(10_000, 600),
        }
    }
}

impl Limits {
    /// The same numbers in a shorter time, for tests that do in a moment what people do in minutes. The ban stays.
    #[must_use]
    pub fn faster(self, times: u32) -> Self {
        let faster = |rate: Rate| Rate {
            per: rate.per / times,
            ..rate
        };
        Self {
            messages: faster(self.messages),
            webhooks: faster(self.webhooks),
            others: faster(self.others),
            global: faster(self.global),
            invalid: self.invalid,
        }
    }
}

/// Requests that were counted.
struct Bucket {
    used: u32,
    until: Instant,
}

impl Bucket {
    /// Counts a request; false when there were too many already.
    fn take(&mut self, rate: Rate, now: Instant) -> bool {
        if now >= self.until {
            *self = Self {
                used: 0,
                until: now + rate.per,
            };
        }
        let fits = self.used < rate.count;
        self.used += u32::from(fits);
        fits
    }
}

/// What a request is told about its bucket.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    bucket: String,
    limit: u32,
    remaining: u32,
    reset_after: Duration,
}

/// What becomes of a request before anybody looks at it.
#[derive(Debug, PartialEq)]
enum Verdict {
    /// Nothing limits it and nothing is told.
    Free,
    Counted(Told),
    Exceeded(Told),
    GloballyExceeded(Duration),
    Banned,
}

/// Everything that was counted.
pub(crate) struct Limiter {
    limits: Limits,
    buckets: HashMap<(String, String), Bucket>,
    global: Bucket,
    invalid: VecDeque<Instant>,
    banned_until: Option<Instant>,
}

impl Limiter {
    /// Nothing is counted yet.
    pub(crate) fn new(limits: Limits) -> Self {
        let until = Instant::now();
        Self {
            limits,
            buckets: HashMap::new(),
            global: Bucket { used: 0, until },
            invalid: VecDeque::new(),
            banned_until: None,
        }
    }

    fn judge(&mut self, method: &str, path: &str, now: Instant) -> Verdict {
        if self.banned_until.is_some_and(|until| now < until) {
            return Verdict::Banned;
        }
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        if segments.first() == Some(&"interactions") {
            return Verdict::Free;
        }
        let webhook = segments.first() == Some(&"webhooks");
        if !webhook && !self.global.take(self.limits.global, now) {
            return Verdict::GloballyExceeded(self.global.until - now);
        }
        let rate = match segments.as_slice() {
            ["webhooks", ..] => self.limits.webhooks,
            ["channels", _, "messages"] | ["channels", _, "messages", _] if method != "GET" => {
                self.limits.messages
            }
            _ => self.limits.others,
        };
        let route = format!("{method} {}", route_of(&segments));
        let mut hasher = DefaultHasher::new();
        route.hash(&mut hasher);
        let name = format!("{:016x}", hasher.finish());
        let resource = segments[1..segments.len().min(if webhook { 3 } else { 2 })].join("/");
        if self.buckets.len() > MOST_BUCKETS {
            self.buckets.retain(|_, bucket| now < bucket.until);
        }
        let bucket = self.buckets.entry((name.clone(), resource));
        let bucket = bucket.or_insert(Bucket { used: 0, until: now });
        let fits = bucket.take(rate, now);
        let told = Told {
            bucket: name,
            limit: rate.count,
            remaining: rate.count - bucket.used,
            reset_after: bucket.until - now,
        };
        if fits {
            Verdict::Counted(told)
        } else {
            Verdict::Exceeded(told)
        }
    }

    /// Notes a status that counts as asked in vain.
    fn note_invalid(&mut self, now: Instant) {
        let Rate { count, per } = self.limits.invalid;
        while self.invalid.front().is_some_and(|first| now >= *first + per) {
            self.invalid.pop_front();
        }
        self.invalid.push_back(now);
        if self.invalid.len() >= usize::try_from(count).unwrap_or(usize::MAX) {
            self.invalid.clear();
            self.banned_until = Some(now + per);
        }
    }
}

/// A path without its ids: routes that differ in them only share a bucket's name.
fn route_of(segments: &[&str]) -> String {
    let plain = |(at, segment): (usize, &&str)| {
        let token = segments[0] == "webhooks" && at == 2;
        if token || segment.parse::<u64>().is_ok() {
            ":id".to_owned()
        } else {
            (*segment).to_owned()
        }
    };
    segments
        .iter()
        .enumerate()
        .map(plain)
        .collect::<Vec<_>>()
        .join("/")
}

/// Stands before all routes: refuses what comes too often, and tells the others how much is left.
pub(crate) async fn keep(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path();
    let path = path.strip_prefix("/api/v10").unwrap_or(path).to_owned();
    let verdict = sandbox
        .inner()
        .limiter
        .lock()
        .judge(&method, &path, Instant::now());
    let response = match &verdict {
        Verdict::Free | Verdict::Counted(_) => {
            let mut response = next.run(request).await;
            tell(&mut response, &verdict);
            response
        }
        refused => {
            let call = Call {
                method,
                path,
                body: Value::Null,
                status: 429,
                at: sandbox.now(),
            };
            sandbox.inner().record(call);
            refuse(refused)
        }
    };
    if is_invalid(&response) && verdict != Verdict::Banned {
        sandbox.inner().limiter.lock().note_invalid(Instant::now());
    }
    response
}

/// Whether an answer counts as asked in vain. What others exhausted does not.
fn is_invalid(response: &Response) -> bool {
    let shared = response
        .headers()
        .get("x-ratelimit-scope")
        .is_some_and(|scope| scope == "shared");
    [401, 403, 429].contains(&response.status().as_u16()) && !shared
}

/// Writes the headers of a bucket; interactions have none. What a test or a limit of its own wrote stays.
fn tell(response: &mut Response, verdict: &Verdict) {
    let own = response.status() == StatusCode::TOO_MANY_REQUESTS;
    let html = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind != "application/json");
    if own || html {
        return;
    }
    let headers = response.headers_mut();
    for name in ["limit", "remaining", "reset", "reset-after", "bucket"] {
        headers.remove(format!("x-ratelimit-{name}"));
    }
    if let Verdict::Counted(told) = verdict {
        write(headers, told);
    }
}

fn write(headers: &mut HeaderMap, told: &Told) {
    let reset = crate::clock::Clock::Real.now() + told.reset_after;
    let reset = format!("{}.{:03}", reset.timestamp(), reset.timestamp_subsec_millis());
    let lines = [
        ("x-ratelimit-limit", told.limit.to_string()),
        ("x-ratelimit-remaining", told.remaining.to_string()),
        ("x-ratelimit-reset", reset),
        (
            "x-ratelimit-reset-after",
            format!("{:.3}", told.reset_after.as_secs_f64()),
        ),
        ("x-ratelimit-bucket", told.bucket.clone()),
    ];
    for (name, value) in lines {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
}

fn refuse(verdict: &Verdict) -> Response {
    let (after, global) = match verdict {
        Verdict::Exceeded(told) => (told.reset_after, false),
        Verdict::GloballyExceeded(after) => (*after, true),
        // Cloudflare's words, without any header that tells for how long.
        _ => {
            let page = "<!DOCTYPE html><title>Access denied | discord.com</title>error code: 1015";
            let kind = [(CONTENT_TYPE, "text/html; charset=UTF-8")];
            return (StatusCode::TOO_MANY_REQUESTS, kind, page).into_response();
        }
    };
    let seconds = after.as_secs_f64();
    let body = json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": global });
    let scope = if global { "global" } else { "user" };
    let headers = [
        (VIA_NAME.as_str(), VIA.to_owned()),
        (RETRY_AFTER.as_str(), format!("{:.0}", seconds.ceil().max(1.0))),
        ("x-ratelimit-scope", scope.to_owned()),
    ];
    let mut response = (StatusCode::TOO_MANY_REQUESTS, headers, axum::Json(body)).into_response();
    if let Verdict::Exceeded(told) = verdict {
        write(response.headers_mut(), told);
    } else if let Ok(yes) = "true".parse() {
        response.headers_mut().insert("x-ratelimit-global", yes);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_a_route_and_a_resource() {
        let at = Instant::now();
        let mut limiter = Limiter::new(Limits::default());
        let mut left = |method: &str, path: &str, now: Instant| match limiter.judge(method, path, now) {
            Verdict::Counted(told) => Some((told.bucket, told.remaining)),
            _ => None,
        };
        let (name, remaining) = left("PATCH", "/channels/1/messages/2", at).expect("counted");
        assert_eq!(remaining, 4);
        assert_eq!(
            left("PATCH", "/channels/1/messages/3", at),
            Some((name.clone(), 3))
        );
        assert_eq!(
            left("PATCH", "/channels/9/messages/3", at),
            Some((name.clone(), 4))
        );
        assert_ne!(
            left("POST", "/channels/1/messages", at).map(|(other, _)| other),
            Some(name)
        );
        assert_eq!(left("POST", "/interactions/1/t/callback", at), None);
        for _ in 0..3 {
            left("PATCH", "/channels/1/messages/2", at).expect("counted");
        }
        assert_eq!(left("PATCH", "/channels/1/messages/2", at), None, "the sixth");
        let later = at + Duration::from_secs(5);
        assert_eq!(
            left("PATCH", "/channels/1/messages/2", later).map(|(_, left)| left),
            Some(4)
        );
    }
}
