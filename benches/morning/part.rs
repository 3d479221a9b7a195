//! A part of the measurement: what Discord counted during it, how long clicks and steps of the quiz took, and what is
//! asked of that.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sandbox::Sandbox;

use crate::clicks::Clicks;
use crate::quiz::{Late, Quizzes};
use crate::town::Server;

/// What Discord lets a bot make in a second.
const LIMIT: f64 = 50.0;

/// What is asked of every part.
const TIMES_LIMIT: f64 = 1.05;
const REFUSED: f64 = 0.01;
const STEP: TimeDelta = TimeDelta::seconds(1);
const CLICK: Duration = Duration::from_millis(100);

/// Who goes on all the while.
pub struct Others {
    pub clicks: Clicks,
    pub quizzes: Quizzes,
}

/// A part that has begun.
pub struct Part<'a> {
    name: String,
    sandbox: &'a Sandbox,
    others: &'a Others,
    due: DateTime<Utc>,
    at_start: (u64, u64),
}

impl<'a> Part<'a> {
    /// Begins, at the instant at which something is due.
    pub fn begin(name: String, sandbox: &'a Sandbox, others: &'a Others, due: DateTime<Utc>) -> Self {
        others.clicks.take();
        others.quizzes.take();
        let at_start = count_calls(sandbox);
        Self {
            name,
            sandbox,
            others,
            due,
            at_start,
        }
    }

    /// Ends, when the last of `what` has been shown at `last`, and prints it.
    pub fn end(self, what: &str, count: usize, last: DateTime<Utc>) {
        let (calls, refused) = count_calls(self.sandbox);
        let (calls, refused) = (calls - self.at_start.0, refused - self.at_start.1);
        let took = (last - self.due).as_seconds_f64();
        let (calls_made, share) = (to_f64(calls), to_f64(refused) / to_f64(calls.max(1)));
        let at_least = calls_made / LIMIT;
        println!("\n{}", self.name);
        println!("    the machine's load: {}", load());
        println!(
            "    {count} {what} in {took:.1} s, {:.1} a second",
            to_f64(count as u64) / took.max(f64::EPSILON)
        );
        let times = took / at_least.max(f64::EPSILON);
        println!(
            "    {calls} calls, {:.1} a second: {times:.3} times calls ÷ 50/s{}",
            calls_made / took.max(f64::EPSILON),
            verdict(times <= TIMES_LIMIT)
        );
        println!(
            "    {refused} answered 429, {:.2} %{}",
            100.0 * share,
            verdict(share <= REFUSED)
        );
        print_clicks(&self.others.clicks);
        print_steps(&self.others.quizzes.take());
    }
}

fn print_clicks(clicks: &Clicks) {
    let (mut took, failed) = clicks.take();
    took.sort_unstable();
    let at = |thousandths| percentile(&took, thousandths).copied().unwrap_or_default();
    let ms = |took: Duration| took.as_secs_f64() * 1000.0;
    println!(
        "    clicks: {} answered, {failed} not; p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms{}",
        took.len(),
        ms(at(500)),
        ms(at(990)),
        ms(at(1000)),
        verdict(at(990) <= CLICK && failed == 0)
    );
}

fn print_steps(steps: &[Late]) {
    for (is_reveal, name) in [(false, "questions"), (true, "reveals")] {
        let mut late: Vec<TimeDelta> = steps
            .iter()
            .filter(|late| late.is_reveal == is_reveal)
            .map(|late| late.by)
            .collect();
        late.sort_unstable();
        let at = |thousandths| percentile(&late, thousandths).copied().unwrap_or_default();
        println!(
            "    live quiz: {} {name} shown; late by p50 {} ms, p99 {} ms{}",
            late.len(),
            at(500).num_milliseconds(),
            at(990).num_milliseconds(),
            verdict(at(990) <= STEP)
        );
    }
}

/// How many wanted a processor in the last minute, as the system tells. Clicks wait longer where they are more than
/// there are processors.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{} on {cores} processors",
        load.split(' ').next().unwrap_or_default()
    )
}

/// Says where a figure is not what it should be.
fn verdict(holds: bool) -> &'static str {
    if holds { "" } else { "  (missed)" }
}

/// The value that a share (in thousandths) of a sorted list does not exceed.
fn percentile<T>(sorted: &[T], thousandths: usize) -> Option<&T> {
    let index = (sorted.len() * thousandths).div_ceil(1000).saturating_sub(1);
    sorted.get(index)
}

/// The calls that Discord's limit is for, and those refused for their rate.
fn count_calls(sandbox: &Sandbox) -> (u64, u64) {
    let traffic = sandbox.traffic();
    let limited = traffic
        .iter()
        .filter(|(route, _)| !route.contains(" /interactions/") && !route.contains(" /webhooks/"));
    limited.fold((0, 0), |(calls, refused), (_, one)| {
        (calls + one.requests, refused + one.too_often)
    })
}

/// When the last of these servers had its question, if all have one that was made since `due`; and how many have
/// another, which none should.
pub fn all_posted(
    sandbox: &Sandbox,
    servers: &[Server],
    due: DateTime<Utc>,
) -> Option<(DateTime<Utc>, usize)> {
    sandbox.read(|world| {
        // Most often some have none, which is seen without looking at every message.
        let newest = |server: &Server| {
            world
                .messages
                .get(&world.channels.get(&server.channel)?.last_message?)
        };
        let waits = |server| newest(server).is_none_or(|message| message.created < due);
        if servers.iter().any(waits) {
            return None;
        }
        let mut counts: HashMap<u64, usize> = servers.iter().map(|server| (server.channel, 0)).collect();
        let mut last = due;
        for message in world.messages.values().filter(|message| message.created >= due) {
            if let Some(count) = counts.get_mut(&message.channel) {
                *count += 1;
                last = last.max(message.created);
            }
        }
        Some((last, counts.values().filter(|count| **count > 1).count()))
    })
}

#[expect(clippy::cast_precision_loss, reason = "nothing here is near 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
