//! Clicks by the ten thousand, to measure a bot: how many it answers in a second, and how long each takes from the
//! click to its callback.
//!
//! The clicks bypass the world, so that the measured thing is the bot: callbacks are counted and timed, not checked,
//! recorded or shown, and the people who click exist only in the payloads.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::RwLock;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use crate::world::{Act, COMPONENT, World};
use crate::{ActError, Sandbox};

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

/// Which clicks wait for their callback.
#[derive(Default)]
pub(crate) struct Board {
    run: RwLock<Option<Arc<Run>>>,
}

/// The clicks of one measurement: ids from `first` on.
struct Run {
    first: u64,
    clicks: usize,
    done: UnboundedSender<Done>,
}

/// A callback: which click, when, and what it said.
type Done = (usize, Instant, axum::body::Bytes);

impl Board {
    /// Which click a request is the callback of, if any.
    pub(crate) fn click(&self, path: &str) -> Option<usize> {
        let run = self.run.read();
        let run = run.as_ref()?;
        let id: u64 = path
            .strip_prefix("/api/v10/interactions/")?
            .split('/')
            .next()?
            .parse()
            .ok()?;
        let click = usize::try_from(id.checked_sub(run.first)?).ok()?;
        (click < run.clicks).then_some(click)
    }

    /// Notes a callback.
    pub(crate) fn answered(&self, click: usize, at: Instant, body: axum::body::Bytes) {
        if let Some(run) = self.run.read().as_ref() {
            let _ = run.done.send((click, at, body));
        }
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
                .map(|target| template(world, target))
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
        let (done, from) = unbounded_channel();
        *self.inner().load.run.write() = Some(Arc::new(Run {
            first,
            clicks: load.clicks,
            done,
        }));
        let report = self.measure(load, &templates, first, from).await;
        *self.inner().load.run.write() = None;
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

/// An interaction's JSON, cut where its id and its user stand.
struct Template {
    pieces: Vec<String>,
    ends_with_user: Vec<bool>,
}

/// Marks in the JSON, which no message contains.
const ID_MARK: &str = "\u{1}id\u{1}";
const USER_MARK: &str = "\u{1}user\u{1}";

impl Template {
    fn new(text: &str) -> Self {
        // In JSON the marks are written with escapes.
        let marks = [json!(ID_MARK).to_string(), json!(USER_MARK).to_string()];
        let marks = marks.each_ref().map(|mark| mark.trim_matches('"'));
        let mut template = Self {
            pieces: Vec::new(),
            ends_with_user: Vec::new(),
        };
        let mut rest = text;
        loop {
            let next = marks
                .iter()
                .enumerate()
                .filter_map(|(kind, mark)| Some((rest.find(mark)?, kind, mark)));
            let Some((at, kind, mark)) = next.min() else { break };
            template.pieces.push(rest[..at].to_owned());
            template.ends_with_user.push(kind == 1);
            rest = &rest[at + mark.len()..];
        }
        template.pieces.push(rest.to_owned());
        template
    }

    fn fill(&self, id: u64, user: u64) -> String {
        let (id, user) = (id.to_string(), user.to_string());
        let mut text = String::with_capacity(self.pieces.iter().map(|piece| piece.len() + 20).sum());
        for (index, piece) in self.pieces.iter().enumerate() {
            text.push_str(piece);
            match self.ends_with_user.get(index) {
                Some(true) => text.push_str(&user),
                Some(false) => text.push_str(&id),
                None => {}
            }
        }
        text
    }
}

/// The interaction that a click on a target sends.
fn template(world: &World, (message, custom_id): &(u64, String)) -> Result<Template, ActError> {
    let missing = || ActError::NotSent(format!("There is no message {message}"));
    let channel = world.messages.get(message).ok_or_else(missing)?.channel;
    let user = world
        .users
        .values()
        .find(|user| !user.bot)
        .map_or(0, |user| user.id);
    let act = Act {
        kind: COMPONENT,
        user,
        channel,
        source: Some(*message),
        name: custom_id.clone(),
        focused: 0,
        data: json!({ "custom_id": custom_id, "component_type": 2, "id": 0 }),
    };
    let mut payload = world.interaction_json(0, "", &act);
    payload["id"] = json!(ID_MARK);
    payload["token"] = json!(format!("load-{ID_MARK}"));
    payload["member"]["user"]["id"] = json!(USER_MARK);
    payload["member"]["user"]["username"] = json!(format!("member-{USER_MARK}"));
    payload["member"]["user"]["global_name"] = json!(format!("Member {USER_MARK}"));
    Ok(Template::new(&payload.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_in_every_place() {
        let text =
            json!({ "id": ID_MARK, "token": format!("load-{ID_MARK}"), "user": USER_MARK }).to_string();
        assert_eq!(
            Template::new(&text).fill(7, 9),
            r#"{"id":"7","token":"load-7","user":"9"}"#
        );
    }

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
        };
        assert_eq!(report.percentile(500), Duration::from_millis(50));
        assert_eq!(report.percentile(990), Duration::from_millis(99));
        assert_eq!(report.percentile(1000), Duration::from_millis(100));
    }
}
