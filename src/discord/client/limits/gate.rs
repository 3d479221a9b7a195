//! Who may send next: a function of what is known, without a clock of its own and without waiting.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::answer::Said;
use super::buckets::{Buckets, Number, Route};
use super::invalid::{BUDGET, Invalid};
use super::moment::Moment;
use super::pace::Pace;
use super::{Held, Why};
use crate::discord::client::priority::CallPriority;

/// Longer waits than this are the caller's business: it has a lease to mind.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// A call that waits.
struct Waiting {
    number: Number,
    route: Route,
    tell: oneshot::Sender<Result<(), Held>>,
}

/// Everything that is known, and everybody who waits.
pub(super) struct Gate {
    pace: Pace,
    buckets: Buckets,
    invalid: Invalid,
    /// Discord asked for nothing at all to be sent until then.
    everything: Option<Moment>,
    /// By priority, each first come, first served.
    waiting: [VecDeque<Waiting>; CallPriority::ALL.len()],
    last: Number,
    /// Whether somebody sees to those who wait.
    pub(super) attended: bool,
}

impl Gate {
    /// Nobody waits, and nothing is known.
    pub(super) fn new(per_second: NonZeroU32, begun: Instant) -> Self {
        Self {
            pace: Pace::new(per_second, begun),
            buckets: Buckets::default(),
            invalid: Invalid::new(BUDGET),
            everything: None,
            waiting: Default::default(),
            last: 0,
            attended: false,
        }
    }

    /// With another budget of requests made in vain.
    pub(super) fn set_invalid_budget(&mut self, requests: usize) {
        self.invalid = Invalid::new(requests);
    }

    /// A call begins to wait. It is told when it may be made, or that it may not be for too long.
    pub(super) fn join(
        &mut self,
        route: Route,
        priority: CallPriority,
    ) -> (Number, oneshot::Receiver<Result<(), Held>>) {
        let (tell, told) = oneshot::channel();
        self.last += 1;
        let number = self.last;
        self.waiting[priority as usize].push_back(Waiting { number, route, tell });
        (number, told)
    }

    /// A call is over, or no longer waits.
    pub(super) fn leave(&mut self, route: &Route, number: Number) {
        for queue in &mut self.waiting {
            queue.retain(|waiting| waiting.number != number);
        }
        self.buckets.end(route, number);
    }

    /// Whether nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.iter().all(VecDeque::is_empty)
    }

    /// An answer to a call has come.
    pub(super) fn note(&mut self, route: &Route, number: Number, said: &Said, now: Moment) {
        self.buckets.note(route, number, said, now);
        if let Some(too_often) = said.too_often.filter(|too_often| too_often.everything) {
            self.everything = Some(now.after(too_often.after).latest(self.everything, now));
        }
        self.note_invalid(said, now);
    }

    /// An answer to a call that no limit holds back has come.
    pub(super) fn note_invalid(&mut self, said: &Said, now: Moment) {
        if said.invalid {
            self.invalid.note(now);
        }
    }

    /// Lets through whoever may be sent now, the most urgent first, and turns away who would wait for too long. Returns
    /// how long it is until there is more to do; `None` where an answer has to come first.
    pub(super) fn serve(&mut self, now: Moment) -> Option<Duration> {
        self.turn_away(now);
        if let Some((pause, _)) = self.closed(now) {
            return Some(pause);
        }
        loop {
            let (place, at) = match self.find_next(now) {
                Ok(found) => found,
                Err(soonest) => return soonest,
            };
            if let Err(wait) = self.pace.take(now.here) {
                return Some(wait);
            }
            let next = self.waiting[place].remove(at)?;
            self.buckets.begin(&next.route, next.number, now);
            if next.tell.send(Ok(())).is_err() {
                self.buckets.end(&next.route, next.number);
            }
        }
    }

    /// Why a call was not let through just now.
    pub(super) fn reason(&mut self, route: &Route, now: Moment) -> Why {
        match self.closed(now) {
            Some((_, why)) => why,
            None if self.buckets.wait(route, now) == Some(Duration::ZERO) => Why::Busy,
            None => Why::Bucket,
        }
    }

    /// How long nothing at all may be sent.
    fn closed(&mut self, now: Moment) -> Option<(Duration, Why)> {
        if let Some(pause) = self.invalid.pause(now) {
            return Some((pause, Why::Invalid));
        }
        let pause = self.everything?.left(now);
        (!pause.is_zero()).then_some((pause, Why::Everything))
    }

    /// The first that may be sent, or how long it is until one may.
    fn find_next(&self, now: Moment) -> Result<(usize, usize), Option<Duration>> {
        let mut soonest: Option<Duration> = None;
        for (place, queue) in self.waiting.iter().enumerate() {
            for (at, waiting) in queue.iter().enumerate() {
                match self.buckets.wait(&waiting.route, now) {
                    Some(Duration::ZERO) => return Ok((place, at)),
                    Some(wait) => soonest = Some(soonest.map_or(wait, |least| least.min(wait))),
                    None => {}
                }
            }
        }
        Err(soonest)
    }

    fn turn_away(&mut self, now: Moment) {
        let closed = self.closed(now);
        for place in 0..self.waiting.len() {
            let queue = std::mem::take(&mut self.waiting[place]);
            for waiting in queue {
                if waiting.tell.is_closed() {
                    continue;
                }
                let own = self.buckets.wait(&waiting.route, now).unwrap_or_default();
                let (after, why) = match closed {
                    Some((pause, why)) if pause >= own || why == Why::Invalid => (pause, why),
                    _ => (own, Why::Bucket),
                };
                if after > LONGEST_WAIT || closed.is_some_and(|(_, why)| why == Why::Invalid) {
                    // Whoever no longer listens needs not be told.
                    let _ = waiting.tell.send(Err(Held { after, why }));
                } else {
                    self.waiting[place].push_back(waiting);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::answer::TooOften;
    use super::*;

    type Told = oneshot::Receiver<Result<(), Held>>;

    fn begin() -> Moment {
        Moment {
            here: Instant::now(),
            there: DateTime::UNIX_EPOCH,
        }
    }

    /// So slow that each call has to be waited for.
    fn slow_gate(at: Moment) -> Gate {
        Gate::new(NonZeroU32::MIN, at.here)
    }

    fn route(channel: u64) -> Route {
        Route {
            name: format!("POST /channels/{channel}/messages"),
            resource: format!("channels/{channel}"),
        }
    }

    fn refused(after: u64, everything: bool) -> Said {
        let after = Duration::from_secs(after);
        Said {
            too_often: Some(TooOften { after, everything }),
            invalid: true,
            ..Said::default()
        }
    }

    /// Lets time pass as `serve` says, and notes whose turn it is each time.
    fn serve_all(
        gate: &mut Gate,
        mut now: Moment,
        waiting: &mut [(&'static str, Told)],
    ) -> Vec<Vec<&'static str>> {
        let mut turns = Vec::new();
        while !gate.is_empty() {
            let pause = gate.serve(now);
            let served = waiting
                .iter_mut()
                .filter_map(|(name, told)| match told.try_recv() {
                    Ok(verdict) => {
                        verdict.unwrap();
                        Some(*name)
                    }
                    Err(_) => None,
                });
            turns.push(served.collect());
            now = now.after(pause.unwrap_or_default());
        }
        turns
    }

    #[test]
    fn the_most_urgent_goes_first_one_for_each_slot_and_among_equals_who_came_first() {
        let at = begin();
        let mut gate = slow_gate(at);
        let mut waiting = Vec::new();
        for (channel, (name, priority)) in (1..).zip([
            ("count", CallPriority::Count),
            ("question", CallPriority::Question),
            ("another count", CallPriority::Count),
            ("discussion", CallPriority::Discussion),
            ("live", CallPriority::Live),
            ("another question", CallPriority::Question),
        ]) {
            waiting.push((name, gate.join(route(channel), priority).1));
        }
        let turns = serve_all(&mut gate, at, &mut waiting);
        let order = [
            "live",
            "question",
            "another question",
            "discussion",
            "count",
            "another count",
        ];
        assert_eq!(turns, order.map(|name| vec![name]));
    }

    #[test]
    fn who_waits_for_a_bucket_holds_nobody_else_up() {
        let at = begin();
        let mut gate = Gate::new(NonZeroU32::new(1_000).unwrap(), at.here);
        let (first, mut told) = gate.join(route(1), CallPriority::Question);
        gate.serve(at);
        assert_eq!(told.try_recv(), Ok(Ok(())));
        let (_, mut same) = gate.join(route(1), CallPriority::Live);
        let (_, mut other) = gate.join(route(2), CallPriority::Count);
        assert_eq!(gate.serve(at), None, "only an answer helps");
        assert!(same.try_recv().is_err());
        assert_eq!(other.try_recv(), Ok(Ok(())));
        gate.note(&route(1), first, &refused(3, false), at);
        gate.leave(&route(1), first);
        assert_eq!(gate.serve(at), Some(Duration::from_secs(3)));
        gate.serve(at.after(Duration::from_secs(3)));
        assert_eq!(same.try_recv(), Ok(Ok(())));
    }

    #[test]
    fn a_slot_nobody_waits_for_any_more_goes_to_the_next() {
        let at = begin();
        let mut gate = slow_gate(at);
        let (_, gone) = gate.join(route(1), CallPriority::Live);
        drop(gone);
        let (_, mut here) = gate.join(route(2), CallPriority::Count);
        gate.serve(at);
        assert_eq!(here.try_recv(), Ok(Ok(())));
    }

    #[test]
    fn a_limit_of_everything_holds_all_and_who_would_wait_too_long_is_told() {
        let at = begin();
        let mut gate = Gate::new(NonZeroU32::new(1_000).unwrap(), at.here);
        let (first, _) = gate.join(route(1), CallPriority::Live);
        gate.serve(at);
        gate.note(&route(1), first, &refused(10, true), at);
        // Another answer that was on its way says nothing about it.
        gate.note(&route(1), first, &Said::default(), at);
        gate.leave(&route(1), first);
        let (_, mut waits) = gate.join(route(2), CallPriority::Live);
        assert_eq!(gate.serve(at), Some(Duration::from_secs(10)));
        assert_eq!(gate.reason(&route(2), at), Why::Everything);
        gate.note(&route(1), first, &refused(20, true), at);
        gate.serve(at);
        let held = waits.try_recv().unwrap().unwrap_err();
        assert_eq!((held.after.as_secs(), held.why), (20, Why::Everything));
        let there = Moment {
            here: at.here,
            ..at.after(Duration::from_secs(20))
        };
        let (number, mut later) = gate.join(route(2), CallPriority::Live);
        gate.serve(there);
        assert_eq!(later.try_recv(), Ok(Ok(())), "the world says that it is over");
        // Of a hold that is over, nothing is left for the next one.
        gate.note(&route(2), number, &refused(5, true), there);
        gate.leave(&route(2), number);
        let (_, mut last) = gate.join(route(3), CallPriority::Live);
        let here = Moment {
            there: there.there,
            ..at.after(Duration::from_secs(5))
        };
        gate.serve(here);
        assert_eq!(last.try_recv(), Ok(Ok(())));
    }

    #[test]
    fn once_too_much_was_refused_everybody_is_turned_away_and_later_let_in_again() {
        let at = begin();
        let mut gate = Gate::new(NonZeroU32::new(1_000).unwrap(), at.here);
        gate.set_invalid_budget(10);
        for _ in 0..10 {
            gate.note_invalid(&refused(0, false), at);
        }
        let (_, mut told) = gate.join(route(1), CallPriority::Live);
        gate.serve(at);
        let held = told.try_recv().unwrap().unwrap_err();
        assert_eq!((held.after.as_secs(), held.why), (600, Why::Invalid));
        let (_, mut told) = gate.join(route(1), CallPriority::Live);
        gate.serve(at.after(held.after));
        assert_eq!(told.try_recv(), Ok(Ok(())));
    }
}
