//! How often a bot may ask: a bucket for each route and resource, one limit for everything, and the ban of those who
//! ask in vain too often. The numbers are [`Limits`]; time is the machine's.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

/// Buckets that are remembered; when there are more, those that are full again are forgotten.
const MOST_BUCKETS: usize = 4096;

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
pub(super) struct Told {
    pub(super) bucket: String,
    pub(super) limit: u32,
    pub(super) remaining: u32,
    pub(super) reset_after: Duration,
}

/// What becomes of a request before anybody looks at it.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Nothing limits it and nothing is told.
    Free,
    Counted(Told),
    Exceeded(Told),
    GloballyExceeded(Duration),
    Banned,
}

/// What was asked of a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests, whatever became of them.
    pub requests: u64,
    /// Those answered with 429, whoever said so.
    pub too_often: u64,
}

/// Everything that was counted.
pub(crate) struct Limiter {
    limits: Limits,
    traffic: BTreeMap<String, Traffic>,
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
            traffic: BTreeMap::new(),
            buckets: HashMap::new(),
            global: Bucket { used: 0, until },
            invalid: VecDeque::new(),
            banned_until: None,
        }
    }

    /// Other numbers from now on; what was counted in buckets is forgotten.
    pub(crate) fn set_limits(&mut self, limits: Limits) {
        let until = Instant::now();
        self.limits = limits;
        self.buckets.clear();
        self.global = Bucket { used: 0, until };
    }

    /// What was asked since the start, by method and route without its ids.
    pub(crate) fn traffic(&self) -> BTreeMap<String, Traffic> {
        self.traffic.clone()
    }

    /// How many requests of the last ten minutes were in vain.
    pub(crate) fn invalid(&mut self, now: Instant) -> usize {
        self.forget_old_invalid(now);
        self.invalid.len()
    }

    /// Notes an answer.
    pub(super) fn note_answer(&mut self, method: &str, path: &str, status: u16) {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let route = format!("{method} /{}", name_route(&segments));
        let traffic = self.traffic.entry(route).or_default();
        traffic.requests += 1;
        traffic.too_often += u64::from(status == 429);
    }

    /// Counts a request and says what becomes of it.
    pub(super) fn judge(&mut self, method: &str, path: &str, now: Instant) -> Verdict {
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
        let route = format!("{method} {}", name_route(&segments));
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
    pub(super) fn note_invalid(&mut self, now: Instant) {
        let Rate { count, per } = self.limits.invalid;
        self.forget_old_invalid(now);
        self.invalid.push_back(now);
        if self.invalid.len() >= usize::try_from(count).unwrap_or(usize::MAX) {
            self.invalid.clear();
            self.banned_until = Some(now + per);
        }
    }

    fn forget_old_invalid(&mut self, now: Instant) {
        let per = self.limits.invalid.per;
        while self.invalid.front().is_some_and(|first| now >= *first + per) {
            self.invalid.pop_front();
        }
    }
}

/// A path without its ids: routes that differ in them only share a bucket's name.
fn name_route(segments: &[&str]) -> String {
    let plain = |(at, segment): (usize, &&str)| {
        let token = ["webhooks", "interactions"].contains(&segments[0]) && at == 2;
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
