//! Stands between serenity and Discord's gateway, and keeps the connection as Discord's documentation asks.
//!
//! serenity decides when to begin a session and when to resume it. What it does not do well is done here: it puts the
//! address together as text, resumes at the wrong one, spins on a close frame without a code and on some close codes,
//! loses a session whose READY its model cannot read, and begins sessions without end. So the connection to Discord is
//! opened here (`link`), with its heartbeats, its pauses and the budget of sessions (`pace`); an end of it is told to
//! serenity in the two forms it acts upon rightly (`serve`, `ending`).
//!
//! Interactions never reach serenity, whose model refuses many that Discord may send: they are handed on as they came.

mod address;
mod ending;
mod link;
mod pace;
mod serve;
mod sessions;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub use self::address::connection_address;
pub use self::ending::GatewayFailure;
use self::pace::SessionPace;
use self::sessions::Sessions;
use crate::delivery::Delivery;
use crate::discord::client::Discord;

/// A pause after the machine gave no connection.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What Discord tells and the bot wants to hear, each the data of the event as JSON text.
#[derive(Debug)]
pub enum Dispatch {
    /// Somebody did something.
    Interaction(String),
    /// The bot was removed from a server, or the server is in an outage.
    GuildDelete(String),
}

/// Told when the gateway cannot be used at all.
pub type Failed = UnboundedSender<GatewayFailure>;

/// What all connections share.
pub struct Shared {
    /// Where sessions begin, as Discord named it at the start.
    pub url: String,
    /// To ask for the budget of sessions.
    pub discord: Arc<Discord>,
    /// Where it is said whether presses arrive.
    pub delivery: Arc<Delivery>,
    /// Where events go.
    pub events: UnboundedSender<Dispatch>,
    /// Where it is said that trying again cannot help.
    pub failed: Failed,
    sessions: Sessions,
    pace: SessionPace,
}

impl Shared {
    /// For connections that begin at `url`.
    #[must_use]
    pub fn new(
        url: String,
        discord: Arc<Discord>,
        delivery: Arc<Delivery>,
        events: UnboundedSender<Dispatch>,
        failed: Failed,
    ) -> Self {
        Self {
            url,
            discord,
            delivery,
            events,
            failed,
            sessions: Sessions::default(),
            pace: SessionPace::default(),
        }
    }

    /// Nobody listens only while the program ends.
    fn hand_on(&self, event: Dispatch) {
        let _ = self.events.send(event);
    }

    fn fail(&self, failure: GatewayFailure) {
        let _ = self.failed.send(failure);
    }
}

/// A relay to the gateway, for as long as it is kept.
pub struct Relay {
    url: String,
    connections: TaskTracker,
    _stop: DropGuard,
}

impl Relay {
    /// Begins to listen, on loopback only.
    ///
    /// # Errors
    /// If the machine gives no port.
    pub async fn start(shared: Arc<Shared>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("ws://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let connections = TaskTracker::new();
        let accepting = accept_connections(listener, shared, connections.clone(), stop.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(accepting));
        Ok(Self {
            url,
            connections,
            _stop: stop.drop_guard(),
        })
    }

    /// The address to connect to instead of the gateway's.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether serenity has no connection at all, not even one that waits for Discord.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.connections.is_empty()
    }

    /// Waits until what was said last, a goodbye for instance, has gone through on every connection.
    pub async fn finished(&self) {
        self.connections.close();
        self.connections.wait().await;
    }
}

async fn accept_connections(
    listener: TcpListener,
    shared: Arc<Shared>,
    connections: TaskTracker,
    stop: CancellationToken,
) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // Out of file descriptors, for instance. It passes, and without a relay there is no gateway.
            Err(error) => {
                tracing::warn!(%error, "the relay cannot take a connection; trying again");
                tokio::time::sleep(AFTER_FAILURE).await;
                continue;
            }
        };
        let shared = Arc::clone(&shared);
        connections.spawn(stop.clone().run_until_cancelled_owned(async move {
            if let Err(error) = serve::serve_connection(stream, &shared).await {
                tracing::debug!(%error, "a connection of the relay ended");
            }
        }));
    }
}
