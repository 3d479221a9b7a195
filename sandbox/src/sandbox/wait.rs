//! Waiting for something to become true: woken by every change, bounded, and with the last state in the error.

use std::fmt::Write as _;
use std::time::Duration;

use super::Sandbox;
use crate::world::World;
use crate::{ActError, Seen};

/// How long to wait for what the bot does by itself.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait for a bot to start.
const START_PATIENCE: Duration = Duration::from_secs(20);

impl Sandbox {
    /// Waits up to five seconds until `look` finds something.
    ///
    /// # Errors
    /// A sentence with `what` was waited for and what everybody saw last.
    pub async fn wait_for<T>(&self, what: &str, look: impl Fn(&World) -> Option<T>) -> Result<T, ActError> {
        self.wait(what, PATIENCE, || self.inner.read(&look)).await
    }

    /// Waits until the bot has identified at the gateway.
    ///
    /// # Errors
    /// After twenty seconds.
    pub async fn connected(&self) -> Result<(), ActError> {
        let look = || (self.inner.gateway.sessions.lock().live() > 0).then_some(());
        self.wait("the bot to connect to the gateway", START_PATIENCE, look)
            .await
    }

    /// Waits until the bot has registered commands.
    ///
    /// # Errors
    /// After twenty seconds.
    pub async fn registered(&self) -> Result<(), ActError> {
        let look = || self.inner.read(|world| world.registered.then_some(()));
        self.wait("the bot to register commands", START_PATIENCE, look)
            .await
    }

    /// Waits up to five seconds until a condition holds, which may be about calls, failures or connections.
    ///
    /// # Errors
    /// A sentence with `what` was waited for and what everybody saw last.
    pub async fn wait_until(&self, what: &str, holds: impl Fn(&Self) -> bool) -> Result<(), ActError> {
        self.wait(what, PATIENCE, || holds(self).then_some(())).await
    }

    async fn wait<T>(
        &self,
        what: &str,
        patience: Duration,
        look: impl Fn() -> Option<T>,
    ) -> Result<T, ActError> {
        let mut version = self.inner.version.subscribe();
        let wait = async {
            loop {
                version.borrow_and_update();
                if let Some(found) = look() {
                    return Some(found);
                }
                version.changed().await.ok()?;
            }
        };
        let found = tokio::time::timeout(patience, wait).await.ok().flatten();
        let late = || {
            ActError::NoAnswer(format!(
                "Waited {} s for {what}.\n{}",
                patience.as_secs(),
                self.state()
            ))
        };
        found.ok_or_else(late)
    }

    /// Everything there is to see, ephemeral messages included, in words.
    pub fn state(&self) -> String {
        let connections = self.inner.gateway.sessions.lock().live();
        self.inner.read(|world| {
            let mut text = format!("Connections: {connections}. Failures: {:?}\n", world.failures());
            for channel in world.channels.values() {
                let messages: Vec<_> = world
                    .messages
                    .values()
                    .filter(|one| one.channel == channel.id)
                    .collect();
                if !messages.is_empty() {
                    let _ = writeln!(text, "#{}", channel.name);
                }
                for message in messages {
                    let _ = writeln!(text, "{}\n", Seen::of_message(world, message));
                }
            }
            text
        })
    }
}
