//! What a test, a person at the command line, or the page may ask of the sandbox itself.

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use tokio::sync::broadcast;

use super::{Call, Sandbox, list_failures};
use crate::clock::Clock;
use crate::faults::Faults;
use crate::gateway::GatewayControl;
use crate::recorded::{Dispatch, Exchange};
use crate::rest::limits::{Limits, Traffic};
use crate::world::{Change, Version, World};

impl Sandbox {
    /// What replaces `https://discord.com`; bots take it from `DISCORD_API_BASE`.
    pub fn api_base(&self) -> String {
        self.inner.base_url.clone()
    }

    /// The page to open in a browser.
    #[cfg(feature = "page")]
    pub fn page_url(&self) -> String {
        format!("{}/", self.inner.base_url)
    }

    /// The bot's token.
    pub fn token(&self) -> String {
        self.inner.token.clone()
    }

    /// The first server.
    pub fn guild_id(&self) -> u64 {
        self.inner.read(World::first_guild)
    }

    /// The application, which is also the bot's user.
    pub fn application_id(&self) -> u64 {
        self.inner.read(|world| world.application)
    }

    /// The world's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.read(World::now)
    }

    /// Sets the world's clock, which stands still from then on.
    pub fn set_time(&self, time: DateTime<Utc>) {
        self.inner.change(|world| {
            world.clock = Clock::Still(time);
            world.archive_old_threads();
            world.changed(Change::Clock);
        });
    }

    /// Puts the world's clock forward; it stands still from then on.
    pub fn advance(&self, by: Duration) {
        self.set_time(self.now() + by);
    }

    /// Sends an interaction exactly as given, also one that no client would send.
    pub fn raw_interaction(&self, payload: &Value) {
        self.inner
            .gateway
            .sessions
            .lock()
            .dispatch("INTERACTION_CREATE", payload.clone(), 0);
    }

    /// Changes the next interaction on its way to the bot, for example into one its library cannot read. Its answer
    /// still counts for the member who acted.
    pub fn mangle_next(&self, change: impl FnOnce(&mut Value) + Send + 'static) {
        *self.inner.mangle.lock() = Some(Box::new(change));
    }

    /// Every request the bot made.
    pub fn calls(&self) -> Vec<Call> {
        self.inner.calls.lock().clone()
    }

    /// Whether strange things are mixed in on purpose, as [`Options::strange`](super::Options::strange) says.
    pub fn is_strange(&self) -> bool {
        self.read(|world| world.strange.is_some())
    }

    /// Every request with its answer, if [`Options::record_wire`](super::Options::record_wire) is set.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.inner.recorder.exchanges()
    }

    /// Every event the world had for bots, if [`Options::record_wire`](super::Options::record_wire) is set.
    pub fn dispatches(&self) -> Vec<Dispatch> {
        self.inner.recorder.dispatches()
    }

    /// Every version of every public message since the last time this was asked, if
    /// [`Options::keep_versions`](super::Options::keep_versions) is set.
    pub fn take_versions(&self) -> Vec<Version> {
        self.inner
            .change(|world| world.versions.as_mut().map(std::mem::take).unwrap_or_default())
    }

    /// What the bot did wrong so far.
    pub fn failures(&self) -> Vec<String> {
        self.inner.read(|world| world.failures().to_vec())
    }

    /// What the bot did wrong so far; it no longer fails the test.
    pub fn take_failures(&self) -> Vec<String> {
        self.inner.change(|world| std::mem::take(&mut world.failures))
    }

    /// Ends a test.
    ///
    /// # Panics
    /// When the bot did something wrong that nobody asked about.
    pub fn finish(self) {
        let failures = self.take_failures();
        assert!(failures.is_empty(), "{}", list_failures(&failures));
    }

    /// Looks at the world.
    pub fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        self.inner.read(look)
    }

    /// What changes from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// How often the bot may ask from now on; buckets begin anew.
    pub fn set_limits(&self, limits: Limits) {
        self.inner.limiter.lock().set_limits(limits);
    }

    /// What the bot asked since the start, by method and route without its ids: `POST /channels/:id/messages`.
    pub fn traffic(&self) -> BTreeMap<String, Traffic> {
        self.inner.limiter.lock().traffic()
    }

    /// How many requests of the last ten minutes were in vain: answered with 401, 403 or 429 that others did not cause.
    pub fn invalid_requests(&self) -> usize {
        self.inner.limiter.lock().invalid(Instant::now())
    }

    /// Faults of the REST side.
    pub fn faults(&self) -> Faults {
        self.inner.faults.clone()
    }

    /// Faults of the gateway.
    pub fn gateway(&self) -> GatewayControl {
        GatewayControl::new(self.unguarded())
    }
}
