//! Clicks by the ten thousand, to measure a bot: how many it answers in a second, and how long each takes from the
//! click to its callback.
//!
//! The clicks bypass the world, so that the measured thing is the bot: callbacks are counted and timed, not checked,
//! recorded or shown, and the people who click exist only in the payloads.

mod board;
mod template;

use std::fmt;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::{ActError, Sandbox};
pub(crate) use board::Board;
use board::Done;
use template::{Template, make_template};

/// When a bot answers nothing for so long, a measurement ends.
const PATIENCE: Duration = Duration::from_secs(10);
/// The first of the people who click.
const FIRST_USER: u64 = 2_000_000_000_000_000_000;

/// A measurement.
#[derive(Clone, Debug)]
pub struct Load {
    /// What is clicked in turn: a message and the `custom_id` of one of its components.
    pub targets: Vec<(u64, String)>,
    /// How many people click, in turn.
    pub members: u64,
    /// How many clicks.
    pub clicks: usize,
    /// How many clicks wait for their callback at any time.
    pub in_flight: usize,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// Clicks that were answered.
    pub answered: usize,
    /// Clicks that were not.
    pub unanswered: usize,
    /// Callbacks beyond the first of a click.
    pub duplicates: usize,
    /// From the first click to the last callback.
    pub took: Duration,
    /// From click to callback, sorted.
    pub latencies: Vec<Duration>,
    /// The body of the last callback.
    pub sample: Value,
    /// How long the JSON of the first click was.
    pub event_bytes: usize,
}

impl Report {
    /// Answers per second.
    pub fn per_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "nobody clicks 2^52 times")]
        let answered = self.answered as f64;
        answered / self.took.as_secs_f64().max(f64::EPSILON)
    }

    /// The latency that a share of the clicks (in thousandths) did not exceed.
    pub fn percentile(&self, thousandths: usize) -> Duration {
        let index = (self.latencies.len() * thousandths)
            .div_ceil(1000)
            .saturating_sub(1);
        self.latencies.get(index).copied().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |thousandths| self.percentile(thousandths).as_secs_f64() * 1000.0;
        write!(
            f,
            "{} answered, {} not, {} duplicates; {:.0}/s; p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
            self.answered,
            self.unanswered,
            self.duplicates,
            self.per_second(),
            ms(500),
            ms(990),
            ms(1000),
        )
    }
}

impl Sandbox {
    /// Clicks as fast as the bot answers, with so many clicks in flight, and measures. The bot has to be connected
    /// through the gateway.
    ///
    /// # Errors
    /// When a target does not exist or no bot is connected.
    pub async fn load(&self, load: &Load) -> Result<Report, ActError> {
        let templates = self.read(|world| {
            load.targets
                .iter()
                .map(|target| make_template(world, target))
                .collect()
        });
        let templates: Result<Vec<Template>, ActError> = templates;
        let templates = templates?;
        if templates.is_empty() || load.members == 0 {
            return Err(ActError::NotSent(
                "A measurement needs a target and somebody to click it".to_owned(),
            ));
        }
        let first = self.inner().change(|world| world.reserve_ids(load.clicks as u64));
        let from = self.inner().load.open(first, load.clicks);
        let report = self.measure(load, &templates, first, from).await;
        self.inner().load.close();
        report
    }

    async fn measure(
        &self,
        load: &Load,
        templates: &[Template],
        first: u64,
        mut done: UnboundedReceiver<Done>,
    ) -> Result<Report, ActError> {
        let started = Instant::now();
        let mut sent: Vec<Option<Instant>> = Vec::with_capacity(load.clicks);
        let mut report = Report {
            answered: 0,
            unanswered: load.clicks,
            duplicates: 0,
            took: Duration::ZERO,
            latencies: Vec::with_capacity(load.clicks),
            sample: Value::Null,
            event_bytes: templates[0].fill(first, FIRST_USER).len(),
        };
        let mut last = axum::body::Bytes::new();
        while report.unanswered > 0 {
            while sent.len() < load.clicks && sent.len() - report.answered < load.in_flight.max(1) {
                let click = sent.len();
                sent.push(Some(Instant::now()));
                self.click(load, templates, first, click)?;
            }
            let Ok(Some((click, at, body))) = timeout(PATIENCE, done.recv()).await else {
                break;
            };
            last = body;
            let Some(since) = sent.get_mut(click).and_then(Option::take) else {
                report.duplicates += 1;
                continue;
            };
            report.latencies.push(at.duration_since(since));
            report.answered += 1;
            report.unanswered -= 1;
            report.took = at.duration_since(started);
        }
        report.latencies.sort_unstable();
        report.sample = serde_json::from_slice(&last).unwrap_or(Value::Null);
        Ok(report)
    }

    fn click(&self, load: &Load, templates: &[Template], first: u64, click: usize) -> Result<(), ActError> {
        let user = FIRST_USER + (click / templates.len()) as u64 % load.members;
        let text = templates[click % templates.len()].fill(first + click as u64, user);
        let sent = self
            .inner()
            .gateway
            .sessions
            .lock()
            .send_raw("INTERACTION_CREATE", &text);
        if sent {
            Ok(())
        } else {
            Err(ActError::NotSent("No bot is connected to the gateway".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_from_above() {
        let latencies = (1..=100).map(Duration::from_millis).collect();
        let report = Report {
            answered: 100,
            unanswered: 0,
            duplicates: 0,
            took: Duration::from_secs(1),
            latencies,
            sample: Value::Null,
            event_bytes: 0,
        };
        assert_eq!(report.percentile(500), Duration::from_millis(50));
        assert_eq!(report.percentile(990), Duration::from_millis(99));
        assert_eq!(report.percentile(1000), Duration::from_millis(100));
    }
}
