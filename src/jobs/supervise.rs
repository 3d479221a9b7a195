//! Keeps loops going: what the bot does by time must neither end nor stand still without anybody noticing.
//!
//! A loop that panics or ends is started again. One that still runs but has finished no pass for too long cannot be
//! helped from inside, so the process ends, to be started again by whoever runs it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A pause before a loop is started again, so that one that cannot run does not take all the machine's time.
const BEFORE_RESTART: Duration = Duration::from_secs(2);
/// How often the pulses are felt.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The watch itself came so much too late: the machine slept or the process was halted, which is no loop's fault.
const ASLEEP: Duration = Duration::from_secs(10);

/// Something that goes on until the bot stops.
pub struct Loop {
    /// What the log calls it.
    pub name: &'static str,
    /// How long it may go without finishing a pass.
    pub within: Duration,
    /// Starts it, whenever it has to be started.
    pub start: Box<dyn Fn(Pulse) -> BoxFuture<'static, ()> + Send + Sync>,
}

/// When a loop last finished a pass.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Instant>>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Pulse {
    /// A pass is finished, whether or not what it tried succeeded.
    pub fn note_pass(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn silent_for(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

/// A loop stands still.
#[derive(Debug, thiserror::Error)]
#[error(
    "what I do by time stands still: “{name}” has finished no pass for {} seconds. I end, so that whoever runs me \
     starts me again; the log says what it was at.",
    silent.as_secs()
)]
pub struct Stalled {
    name: &'static str,
    silent: Duration,
}

/// Runs loops until all have ended after `stop`.
///
/// # Errors
/// If one stands still; the others go on until `stop`.
pub async fn run_loops(loops: Vec<Loop>, stop: CancellationToken) -> Result<(), Stalled> {
    let running = TaskTracker::new();
    let mut watched = Vec::new();
    for one in loops {
        let pulse = Pulse::default();
        watched.push((one.name, one.within, pulse.clone()));
        running.spawn(supervise_loop(one, pulse, stop.clone()));
    }
    running.close();
    tokio::select! {
        () = running.wait() => Ok(()),
        stalled = find_stalled(&watched) => Err(stalled),
    }
}

/// Starts a loop, and again whenever it ends before it is to stop.
async fn supervise_loop(one: Loop, pulse: Pulse, stop: CancellationToken) {
    loop {
        // A task of its own: a panic ends it and nothing else.
        let ended = tokio::spawn((one.start)(pulse.clone())).await;
        if stop.is_cancelled() && ended.is_ok() {
            return;
        }
        let how = ended.map_or_else(|error| error.to_string(), |()| "it returned".to_owned());
        tracing::error!(
            name = one.name,
            how,
            "a loop ended that must not; it is started again"
        );
        metrics::counter!("greenroom_loops_restarted_total").increment(1);
        tokio::select! {
            () = tokio::time::sleep(BEFORE_RESTART) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Returns when a loop has finished no pass in its time.
async fn find_stalled(watched: &[(&'static str, Duration, Pulse)]) -> Stalled {
    loop {
        let before = Instant::now();
        tokio::time::sleep(LOOK_EVERY).await;
        if before.elapsed() > ASLEEP {
            watched.iter().for_each(|(_, _, pulse)| pulse.note_pass());
        }
        let late = watched
            .iter()
            .map(|(name, within, pulse)| (*name, *within, pulse.silent_for()))
            .find(|(_, within, silent)| silent > within);
        if let Some((name, _, silent)) = late {
            return Stalled { name, silent };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn loop_of(
        within: Duration,
        start: impl Fn(Pulse) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Loop {
        Loop {
            name: "testing",
            within,
            start: Box::new(start),
        }
    }

    #[tokio::test]
    async fn a_loop_that_panics_or_ends_is_started_again_and_one_that_stands_still_is_told() {
        let starts = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&starts);
        let failing = loop_of(BEFORE_RESTART * 3, move |_| {
            let start = counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                match start {
                    0 => panic!("the first start"),
                    1 => {}
                    _ => std::future::pending().await,
                }
            })
        });
        let told = run_loops(vec![failing], CancellationToken::new()).await;
        assert_eq!(starts.load(Ordering::Relaxed), 3);
        let told = told.unwrap_err().to_string();
        assert!(
            told.contains("“testing” has finished no pass for 6 seconds"),
            "{told}"
        );
    }

    #[tokio::test]
    async fn a_loop_that_finishes_its_passes_goes_on_until_it_is_stopped() {
        let stop = CancellationToken::new();
        let told = stop.clone();
        let beating = loop_of(LOOK_EVERY * 2, move |pulse| {
            let stop = told.clone();
            Box::pin(async move {
                for _ in 0..10 {
                    tokio::time::sleep(LOOK_EVERY / 2).await;
                    pulse.note_pass();
                }
                stop.cancel();
            })
        });
        assert!(run_loops(vec![beating], stop).await.is_ok());
    }
}
