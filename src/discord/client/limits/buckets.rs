//! What is known of the buckets Discord counts calls in.
//!
//! A bucket is what `X-RateLimit-Bucket` names together with the top-level resource of the path: a channel, a server or
//! a webhook (discord-api-docs, topics/rate-limits). Until an answer has named it, the route stands for it.

use std::collections::HashMap;
use std::time::Duration;

use super::answer::Said;
use super::moment::Moment;

/// Buckets that are remembered; when there are more, those that say nothing any more are forgotten.
const MOST_BUCKETS: usize = 4_096;

/// What a call is counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::discord::client) struct Route {
    /// Method and path without ids that make no difference.
    pub(in crate::discord::client) name: String,
    /// The top-level resource of the path; empty where there is none.
    pub(in crate::discord::client) resource: String,
}

/// What a call is known by.
pub(super) type Number = u64;

/// A bucket.
#[derive(Debug, Default)]
struct Bucket {
    limit: Option<usize>,
    /// Calls that may still be made until then.
    left: Option<(usize, Moment)>,
    /// Discord asked for nothing to be sent until then.
    held: Option<Moment>,
    /// Calls that have no answer yet.
    in_flight: Vec<Number>,
}

impl Bucket {
    /// How long it is until a call may be made; `None` where an answer has to come first.
    fn wait(&self, now: Moment) -> Option<Duration> {
        let held = self.held.map_or(Duration::ZERO, |until| until.left(now));
        if !held.is_zero() {
            return Some(held);
        }
        match self.left.map(|(left, until)| (left, until.left(now))) {
            Some((0, wait)) if !wait.is_zero() => Some(wait),
            Some((1.., wait)) if !wait.is_zero() => Some(Duration::ZERO),
            // Nothing is known, or no longer: as many as a new bucket holds, and one where that is not known.
            _ => (self.in_flight.len() < self.limit.unwrap_or(1)).then_some(Duration::ZERO),
        }
    }

    fn note(&mut self, number: Number, said: &Said, now: Moment) {
        self.limit = said.limit.or(self.limit);
        if let Some(too_often) = said.too_often.filter(|too_often| !too_often.everything) {
            self.held = Some(now.after(too_often.after).latest(self.held, now));
        }
        // Answers may overtake each other, and the one to the latest call knows most.
        if let Some((left, after)) = said.left {
            self.note_left(number, left, after, now);
        }
    }

    /// Calls arrive in another order than they are sent in, and so do their answers. So those that have no answer yet
    /// are taken for uncounted, and as long as the bucket is the same, what is left only shrinks.
    fn note_left(&mut self, number: Number, left: usize, after: Duration, now: Moment) {
        let others = self.in_flight.iter().filter(|other| **other != number).count();
        let left = left.saturating_sub(others);
        let until = now.after(after);
        self.left = Some(match self.left {
            // A new one ends much later.
            Some((before, end)) if end.left(now) * 2 >= after => {
                (before.min(left), until.latest(Some(end), now))
            }
            _ => (left, until),
        });
    }

    fn take_over(&mut self, other: Self) {
        self.limit = self.limit.or(other.limit);
        self.left = self.left.or(other.left);
        self.held = other.held.or(self.held);
        self.in_flight.extend(other.in_flight);
    }

    /// Whether forgetting it changes nothing but how many are tried at once.
    fn is_idle(&self, now: Moment) -> bool {
        self.in_flight.is_empty() && self.wait(now) == Some(Duration::ZERO)
    }
}

/// All buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// Routes whose bucket was named, each with the key in `all`.
    names: HashMap<String, String>,
    all: HashMap<String, Bucket>,
}

impl Buckets {
    /// How long it is until a call may be made; `None` where an answer has to come first.
    pub(super) fn wait(&self, route: &Route, now: Moment) -> Option<Duration> {
        match self.all.get(self.key(route)) {
            Some(bucket) => bucket.wait(now),
            None => Some(Duration::ZERO),
        }
    }

    /// A call is about to be made.
    pub(super) fn begin(&mut self, route: &Route, number: Number, now: Moment) {
        if self.all.len() >= MOST_BUCKETS {
            self.all.retain(|_, bucket| !bucket.is_idle(now));
            let all = &self.all;
            self.names.retain(|_, key| all.contains_key(key));
        }
        let key = self.key(route).to_owned();
        let bucket = self.all.entry(key).or_default();
        bucket.in_flight.push(number);
        if let Some((left, _)) = &mut bucket.left {
            *left = left.saturating_sub(1);
        }
    }

    /// An answer has come.
    pub(super) fn note(&mut self, route: &Route, number: Number, said: &Said, now: Moment) {
        if let Some(name) = &said.bucket {
            self.learn(route, name);
        }
        let key = self.key(route).to_owned();
        self.all.entry(key).or_default().note(number, said, now);
    }

    /// A call is over, with an answer or without.
    pub(super) fn end(&mut self, route: &Route, number: Number) {
        // It may have begun before its bucket had a name.
        for key in [self.key(route).to_owned(), route.name.clone()] {
            if let Some(bucket) = self.all.get_mut(&key) {
                bucket.in_flight.retain(|other| *other != number);
            }
        }
    }

    /// The bucket of a route has a name: what was known of the route is known of the bucket.
    fn learn(&mut self, route: &Route, name: &str) {
        let key = format!("{name} {}", route.resource);
        if self.key(route) == key {
            return;
        }
        if let Some(unnamed) = self.all.remove(&route.name) {
            self.all.entry(key.clone()).or_default().take_over(unnamed);
        }
        self.names.insert(route.name.clone(), key);
    }

    fn key<'k>(&'k self, route: &'k Route) -> &'k str {
        self.names.get(&route.name).unwrap_or(&route.name)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use chrono::DateTime;

    use super::super::answer::TooOften;
    use super::*;

    const NOW: Option<Duration> = Some(Duration::ZERO);

    fn begin() -> Moment {
        Moment {
            here: Instant::now(),
            there: DateTime::UNIX_EPOCH,
        }
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn route(method: &str, channel: u64) -> Route {
        Route {
            name: format!("{method} /channels/{channel}/messages"),
            resource: format!("channels/{channel}"),
        }
    }

    fn left(bucket: &str, left: usize) -> Said {
        Said {
            bucket: Some(bucket.to_owned()),
            limit: Some(5),
            left: Some((left, seconds(5))),
            ..Said::default()
        }
    }

    #[test]
    fn of_an_unknown_route_one_call_is_made_and_then_as_many_as_are_left() {
        let (at, mut buckets, post) = (begin(), Buckets::default(), route("POST", 1));
        assert_eq!(buckets.wait(&post, at), NOW);
        buckets.begin(&post, 1, at);
        assert_eq!(buckets.wait(&post, at), None, "until there is an answer");
        buckets.note(&post, 1, &left("b", 2), at);
        buckets.end(&post, 1);
        for number in [2, 3] {
            assert_eq!(buckets.wait(&post, at), NOW);
            buckets.begin(&post, number, at);
        }
        assert_eq!(buckets.wait(&post, at), Some(seconds(5)));
        // The bucket is new then, and holds five; the two in flight may be counted in it.
        for number in [4, 5, 6] {
            assert_eq!(buckets.wait(&post, at.after(seconds(5))), NOW);
            buckets.begin(&post, number, at.after(seconds(5)));
        }
        assert_eq!(buckets.wait(&post, at.after(seconds(5))), None);
    }

    #[test]
    fn routes_with_one_bucket_share_it_and_other_channels_do_not() {
        let (at, mut buckets) = (begin(), Buckets::default());
        for (number, method) in [(1, "POST"), (2, "PATCH")] {
            buckets.begin(&route(method, 1), number, at);
            buckets.note(&route(method, 1), number, &left("b", 0), at);
            buckets.end(&route(method, 1), number);
        }
        for method in ["POST", "PATCH"] {
            assert_eq!(buckets.wait(&route(method, 1), at), Some(seconds(5)));
            assert_eq!(buckets.wait(&route(method, 2), at), NOW);
        }
    }

    #[test]
    fn answers_that_overtake_each_other_do_not_free_what_is_taken() {
        let (at, mut buckets, post) = (begin(), Buckets::default(), route("POST", 1));
        buckets.begin(&post, 1, at);
        buckets.note(&post, 1, &left("b", 4), at);
        buckets.end(&post, 1);
        for number in 2..=5 {
            buckets.begin(&post, number, at);
        }
        // The last was counted third, and the third was heard of last.
        for (number, remaining) in [(5, 1), (4, 0), (2, 3), (3, 2)] {
            buckets.note(&post, number, &left("b", remaining), at);
            buckets.end(&post, number);
            assert_eq!(buckets.wait(&post, at), Some(seconds(5)), "{number}");
        }
    }

    #[test]
    fn a_new_bucket_is_known_by_when_it_ends() {
        let (at, mut buckets, post) = (begin(), Buckets::default(), route("POST", 1));
        for (number, passed, remaining) in [(1, 0, 1), (2, 4, 4)] {
            let now = at.after(seconds(passed));
            buckets.begin(&post, number, now);
            buckets.note(&post, number, &left("b", remaining), now);
            buckets.end(&post, number);
        }
        for number in 3..=6 {
            assert_eq!(buckets.wait(&post, at.after(seconds(4))), NOW);
            buckets.begin(&post, number, at.after(seconds(4)));
        }
        assert_eq!(buckets.wait(&post, at.after(seconds(4))), Some(seconds(5)));
    }

    #[test]
    fn a_hold_ends_by_time_alone() {
        let (at, mut buckets, post) = (begin(), Buckets::default(), route("POST", 1));
        let too_often = TooOften {
            after: seconds(60),
            everything: false,
        };
        buckets.begin(&post, 1, at);
        buckets.begin(&post, 2, at);
        let refused = Said {
            too_often: Some(too_often),
            ..left("b", 0)
        };
        buckets.note(&post, 1, &refused, at);
        buckets.note(&post, 2, &Said::default(), at);
        buckets.note(&post, 2, &left("b", 4), at);
        let sooner = Said {
            too_often: Some(TooOften {
                after: seconds(1),
                ..too_often
            }),
            ..Said::default()
        };
        buckets.note(&post, 2, &sooner, at);
        assert_eq!(buckets.wait(&post, at), Some(seconds(60)));
        buckets.end(&post, 1);
        buckets.end(&post, 2);
        assert_eq!(buckets.wait(&post, at.after(seconds(60))), NOW);
        // Here or in the world, whichever is first.
        let there = Moment {
            here: at.here,
            ..at.after(seconds(60))
        };
        assert_eq!(buckets.wait(&post, there), NOW);
    }

    #[test]
    fn buckets_that_say_nothing_any_more_are_forgotten() {
        let (at, mut buckets) = (begin(), Buckets::default());
        for channel in 0..3 * MOST_BUCKETS as u64 {
            let post = route("POST", channel);
            let now = at.after(seconds(channel));
            buckets.begin(&post, channel, now);
            buckets.note(&post, channel, &left("b", 0), now);
            buckets.end(&post, channel);
        }
        assert!(buckets.all.len() <= MOST_BUCKETS && buckets.names.len() <= MOST_BUCKETS);
        assert_eq!(
            buckets.wait(
                &route("POST", 3 * MOST_BUCKETS as u64 - 1),
                at.after(seconds(3 * MOST_BUCKETS as u64 - 1))
            ),
            Some(seconds(5))
        );
    }
}
