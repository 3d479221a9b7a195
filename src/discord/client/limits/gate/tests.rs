//! What the gate does, told the time.

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
        ("reveal", CallPriority::Reveal),
        ("live", CallPriority::Live),
        ("another question", CallPriority::Question),
    ]) {
        waiting.push((name, gate.join(route(channel), priority).1));
    }
    let turns = serve_all(&mut gate, at, &mut waiting);
    let order = [
        "live",
        "reveal",
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
