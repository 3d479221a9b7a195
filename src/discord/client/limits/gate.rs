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
mod tests;
