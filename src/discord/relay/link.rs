//! A connection to Discord's gateway: opened up to HELLO, kept alive by heartbeats.

use std::borrow::Cow;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message as Frame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use url::Url;

use crate::discord::relay::ending::{Ending, sort_close};

/// How long connecting may take, up to HELLO.
const OPEN_WITHIN: Duration = Duration::from_secs(15);
/// A frame that cannot be written for so long is written to nobody.
const WRITE_WITHIN: Duration = Duration::from_secs(5);
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);
/// What Discord asks for, where it asks for nothing sensible.
const USUAL_HEARTBEAT: Duration = Duration::from_millis(41_250);

/// A payload of the gateway, as far as it is looked at; the rest stays text.
#[derive(Deserialize)]
pub(super) struct Payload<'a> {
    pub(super) op: u64,
    #[serde(default)]
    pub(super) s: Option<u64>,
    #[serde(default, borrow)]
    pub(super) t: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    pub(super) d: Option<&'a RawValue>,
}

impl Payload<'_> {
    /// The data, as far as `T` wants it.
    pub(super) fn data<'d, T: Deserialize<'d>>(&'d self) -> Option<T> {
        serde_json::from_str(self.d?.get()).ok()
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenFailure {
    #[error("Discord's gateway at {host} refuses the connection with HTTP {status}. {}", advice_for_status(*.status))]
    Refused { host: String, status: u16 },
    #[error(
        "Discord's gateway at {host} cannot be reached: {reason}. Check that this machine may open connections to it; \
         proxies are not used for it."
    )]
    Unreachable { host: String, reason: String },
    /// It was there, and ended before it began.
    #[error("Discord's gateway ended the connection before it began: {0:?}")]
    Ended(Ending),
}

/// What a person can do about a refused handshake.
fn advice_for_status(status: u16) -> &'static str {
    match status {
        429 => "Too many connections come from this machine's address; they are tried less and less often.",
        500..=599 => "Discord has a problem of its own, see discordstatus.com; it is tried again.",
        _ => {
            "Something between here and Discord may be in the way; check the network, and discord.api_base if it is \
             set. If nothing helps, please report it with this line."
        }
    }
}

/// What happens on a connection.
pub(super) enum Event {
    /// A payload came, as text.
    Payload(String),
    /// It is over.
    Ended(Ending),
}

/// A connection that has said HELLO.
pub(super) struct Link {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    interval: Duration,
    next_heartbeat: Instant,
    acknowledged: bool,
    /// The last number of a dispatch; nothing has come while there is none.
    pub(super) seq: Option<u64>,
}

impl Link {
    /// Connects and waits for HELLO.
    pub(super) async fn open(address: &Url) -> Result<Self, OpenFailure> {
        let host = address.host_str().unwrap_or_default().to_owned();
        let unreachable = |reason: String| OpenFailure::Unreachable {
            host: host.clone(),
            reason,
        };
        let opening = async {
            let unlimited = WebSocketConfig {
                max_message_size: None,
                max_frame_size: None,
                ..WebSocketConfig::default()
            };
            let (socket, _) = connect_async_with_config(address.as_str(), Some(unlimited), true)
                .await
                .map_err(|error| match error {
                    tungstenite::Error::Http(answer) => OpenFailure::Refused {
                        host: host.clone(),
                        status: answer.status().as_u16(),
                    },
                    error => unreachable(error.to_string()),
                })?;
            Self::wait_for_hello(socket).await
        };
        match tokio::time::timeout(OPEN_WITHIN, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(unreachable(format!(
                "it did not say hello within {OPEN_WITHIN:?}"
            ))),
        }
    }

    async fn wait_for_hello(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Result<Self, OpenFailure> {
        #[derive(Deserialize)]
        struct Hello {
            heartbeat_interval: f64,
        }
        let mut link = Self {
            socket,
            interval: USUAL_HEARTBEAT,
            next_heartbeat: Instant::now() + OPEN_WITHIN * 2,
            acknowledged: true,
            seq: None,
        };
        loop {
            let text = match link.next().await {
                Event::Payload(text) => text,
                Event::Ended(ending) => return Err(OpenFailure::Ended(ending)),
            };
            let Ok(payload) = serde_json::from_str::<Payload<'_>>(&text) else {
                continue;
            };
            match payload.op {
                10 => {
                    let asked = payload
                        .data()
                        .map(|hello: Hello| hello.heartbeat_interval / 1_000.0);
                    let asked = asked.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                    link.interval = asked
                        .unwrap_or(USUAL_HEARTBEAT)
                        .clamp(Duration::from_millis(100), Duration::from_secs(600));
                    // Somewhere within the first interval, so that after an outage not all bots come at once.
                    link.next_heartbeat = Instant::now() + link.interval.mul_f64(fastrand::f64());
                    return Ok(link);
                }
                7 => {
                    link.close(4000).await;
                    let reason = "Discord asked to connect again".to_owned();
                    return Err(OpenFailure::Ended(Ending::Resume(reason)));
                }
                _ => {}
            }
        }
    }

    /// The next payload; heartbeats are sent meanwhile. May be dropped and called again.
    pub(super) async fn next(&mut self) -> Event {
        loop {
            let frame = tokio::select! {
                frame = self.socket.next() => frame,
                () = tokio::time::sleep_until(self.next_heartbeat) => match self.beat().await {
                    Some(ending) => return Event::Ended(ending),
                    None => continue,
                },
            };
            return match frame {
                Some(Ok(Frame::Text(text))) => Event::Payload(text),
                Some(Ok(Frame::Close(close))) => {
                    let code = close.as_ref().map(|close| u16::from(close.code));
                    let reason = close.map(|close| close.reason.into_owned()).unwrap_or_default();
                    Event::Ended(sort_close(code, &reason))
                }
                // Answered by the library itself, or of no use without compression, which nobody asked for.
                Some(Ok(_)) => continue,
                Some(Err(error)) => Event::Ended(Ending::Resume(format!(
                    "the connection to Discord broke: {error}"
                ))),
                None => Event::Ended(Ending::Resume("the connection to Discord broke".to_owned())),
            };
        }
    }

    /// Sends the heartbeat that is due. Discord has not answered the last one: then nobody is there any more.
    async fn beat(&mut self) -> Option<Ending> {
        if !self.acknowledged {
            return Some(Ending::Resume("Discord did not answer a heartbeat".to_owned()));
        }
        self.acknowledged = false;
        self.next_heartbeat = Instant::now() + self.interval;
        self.send_heartbeat().await
    }

    /// Sends a heartbeat out of turn, which Discord may ask for.
    pub(super) async fn send_heartbeat(&mut self) -> Option<Ending> {
        self.send(json!({ "op": 1, "d": self.seq }).to_string())
            .await
            .err()
    }

    /// Discord has answered a heartbeat.
    pub(super) fn note_acknowledged(&mut self) {
        self.acknowledged = true;
    }

    /// Sends a payload.
    pub(super) async fn send(&mut self, text: String) -> Result<(), Ending> {
        let broken = |error: &dyn std::fmt::Display| {
            Ending::Resume(format!("the connection to Discord broke: {error}"))
        };
        match tokio::time::timeout(WRITE_WITHIN, self.socket.send(Frame::Text(text))).await {
            Ok(sent) => sent.map_err(|error| broken(&error)),
            Err(_) => Err(broken(&"nothing could be sent")),
        }
    }

    /// Closes: 1000 ends the session, 4000 keeps it to be resumed.
    pub(super) async fn close(&mut self, code: u16) {
        let frame = CloseFrame {
            code: CloseCode::from(code),
            reason: Cow::from(""),
        };
        let goodbye = async {
            self.socket.send(Frame::Close(Some(frame))).await?;
            while let Some(Ok(_)) = self.socket.next().await {}
            Ok::<(), tungstenite::Error>(())
        };
        // Whoever does not answer to it is gone anyway.
        let _ = tokio::time::timeout(GOODBYE, goodbye).await;
    }
}
