//! Which clicks of a measurement wait for their callback.

use std::time::Instant;

use axum::body::Bytes;
use parking_lot::RwLock;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Which clicks wait for their callback.
#[derive(Default)]
pub(crate) struct Board {
    run: RwLock<Option<Run>>,
}

/// The clicks of one measurement: ids from `first` on.
struct Run {
    first: u64,
    clicks: usize,
    done: UnboundedSender<Done>,
}

/// A callback: which click, when, and what it said.
pub(super) type Done = (usize, Instant, Bytes);

impl Board {
    /// Waits for callbacks: `clicks` of them, whose ids begin with `first`.
    pub(super) fn open(&self, first: u64, clicks: usize) -> UnboundedReceiver<Done> {
        let (done, from) = unbounded_channel();
        *self.run.write() = Some(Run { first, clicks, done });
        from
    }

    /// Waits for no more.
    pub(super) fn close(&self) {
        *self.run.write() = None;
    }

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
    pub(crate) fn answered(&self, click: usize, at: Instant, body: Bytes) {
        if let Some(run) = self.run.read().as_ref() {
            let _ = run.done.send((click, at, body));
        }
    }
}
