//! Stands between serenity and the gateway, to save what members enter into forms.
//!
//! serenity's model has no room for it: fields in labels are dropped when it reads the event, and the text of the event
//! is kept nowhere. Here it still exists.
//!
//! An event that brings a sent form is renamed to [`FORM_SENT`], which serenity does not know and therefore hands on as it
//! is. Everything else passes unchanged, breaks included: a connection ends on both sides or on none. A test in
//! `discord::decode` says when serenity reads labels and this can go.

use std::io;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message as Frame};
use tokio_tungstenite::{WebSocketStream, accept_async, connect_async_with_config};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// What a sent form is called on its way to serenity.
pub const FORM_SENT: &str = "GREENROOM_FORM_SENT";
/// What serenity asks of every gateway it is given the address of.
const VERSION: &str = "v=10";
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// A relay to one gateway, for as long as it is kept.
pub struct Relay {
    url: String,
    connections: TaskTracker,
    _stop: DropGuard,
}

impl Relay {
    /// Begins to listen, on loopback only; a connection leads to the gateway at `url`.
    ///
    /// # Errors
    /// If the machine gives no port.
    pub async fn to(url: String) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let here = format!("ws://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let connections = TaskTracker::new();
        let (tracker, stopped) = (connections.clone(), stop.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
            loop {
                let stream = match listener.accept().await {
                    Ok((stream, _)) => stream,
                    // Out of file descriptors, for instance. It passes, and without a relay there is no gateway.
                    Err(error) => {
                        tracing::warn!(%error, "the relay cannot take a connection; trying again");
                        tokio::time::sleep(GOODBYE).await;
                        continue;
                    }
                };
                let connection = connect(stream, format!("{url}?{VERSION}"));
                tracker.spawn(stopped.clone().run_until_cancelled_owned(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a gateway connection ended");
                    }
                }));
            }
        }));
        Ok(Self {
            url: here,
            connections,
            _stop: stop.drop_guard(),
        })
    }

    /// The address to connect to instead of the gateway's.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until what was said last, a goodbye for instance, has gone through on every connection.
    pub async fn finished(&self) {
        self.connections.close();
        self.connections.wait().await;
    }
}

/// Connects on, and passes everything between the two until either ends.
async fn connect(stream: TcpStream, gateway: String) -> Result<(), tungstenite::Error> {
    stream.set_nodelay(true)?;
    // The gateway first: if it cannot be reached, serenity has to notice.
    let unlimited = WebSocketConfig {
        max_message_size: None,
        max_frame_size: None,
        ..WebSocketConfig::default()
    };
    let (mut gateway, _) = connect_async_with_config(gateway, Some(unlimited), true).await?;
    let mut serenity = accept_async(stream).await?;
    loop {
        tokio::select! {
            frame = gateway.next() => match frame.transpose()? {
                Some(Frame::Close(reason)) => return say_goodbye(&mut serenity, reason).await,
                Some(frame) => pass(&mut serenity, inbound(frame)).await?,
                None => return Ok(()),
            },
            frame = serenity.next() => match frame.transpose()? {
                Some(Frame::Close(reason)) => return say_goodbye(&mut gateway, reason).await,
                Some(frame) => pass(&mut gateway, outbound(frame)).await?,
                None => return Ok(()),
            },
        }
    }
}

/// Closes properly: says why and waits until the other side has heard it.
async fn say_goodbye<S>(
    to: &mut WebSocketStream<S>,
    reason: Option<CloseFrame<'static>>,
) -> Result<(), tungstenite::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    to.send(Frame::Close(reason)).await?;
    let heard = async { while let Some(Ok(_)) = to.next().await {} };
    // Whoever does not answer to it is gone anyway.
    let _ = tokio::time::timeout(GOODBYE, heard).await;
    Ok(())
}

/// Pings and pongs are each connection's own affair.
async fn pass<S>(to: &mut S, frame: Frame) -> Result<(), S::Error>
where
    S: futures_util::Sink<Frame> + Unpin,
{
    match frame {
        Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_) | Frame::Close(_) => Ok(()),
        Frame::Text(_) | Frame::Binary(_) => to.send(frame).await,
    }
}

/// Renames the event of a sent form.
fn inbound(frame: Frame) -> Frame {
    const INTERACTION: &str = "INTERACTION_CREATE";
    #[derive(Deserialize)]
    struct Event<'a> {
        t: Option<&'a str>,
        #[serde(borrow)]
        d: &'a RawValue,
    }
    #[derive(Deserialize)]
    struct Kind {
        #[serde(rename = "type")]
        kind: u8,
    }
    const FORM: u8 = 5;
    match frame {
        Frame::Text(text) if text.contains(INTERACTION) => {
            let event = serde_json::from_str::<Event<'_>>(&text).ok();
            let event = event.filter(|event| event.t == Some(INTERACTION));
            let kind = event.and_then(|event| serde_json::from_str::<Kind>(event.d.get()).ok());
            match kind {
                Some(Kind { kind: FORM }) => Frame::Text(renamed(text)),
                _ => Frame::Text(text),
            }
        }
        frame => frame,
    }
}

fn renamed(text: String) -> String {
    match serde_json::from_str::<Value>(&text) {
        Ok(mut event) => {
            event["t"] = FORM_SENT.into();
            event.to_string()
        }
        Err(_) => text,
    }
}

/// Asks for events uncompressed, so that they can be read here.
fn outbound(frame: Frame) -> Frame {
    const IDENTIFY: u8 = 2;
    match frame {
        Frame::Text(text) => match serde_json::from_str::<Value>(&text) {
            Ok(mut sent) if sent["op"] == IDENTIFY => {
                sent["d"]["compress"] = false.into();
                Frame::Text(sent.to_string())
            }
            _ => Frame::Text(text),
        },
        frame => frame,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(pass: fn(Frame) -> Frame, text: &str) -> String {
        pass(Frame::Text(text.to_owned())).into_text().unwrap()
    }

    #[test]
    fn only_a_sent_form_is_renamed() {
        let form = r#"{"op":0,"s":7,"t":"INTERACTION_CREATE","d":{"type":5,"id":"12345678901234567890"}}"#;
        let passed: Value = serde_json::from_str(&through(inbound, form)).unwrap();
        assert_eq!((&passed["t"], &passed["s"]), (&FORM_SENT.into(), &7.into()));
        assert_eq!(passed["d"]["id"], "12345678901234567890");
        for other in [
            r#"{"op":0,"s":7,"t":"INTERACTION_CREATE","d":{"type":3,"data":{"custom_id":"5"}}}"#,
            r#"{"op":0,"s":7,"t":"GUILD_CREATE","d":{"type":5,"name":"INTERACTION_CREATE"}}"#,
            r#"{"op":11}"#,
            "INTERACTION_CREATE, but no JSON",
        ] {
            assert_eq!(through(inbound, other), other);
        }
    }

    #[test]
    fn events_are_asked_for_uncompressed() {
        let sent = through(outbound, r#"{"op":2,"d":{"token":"t","compress":true}}"#);
        let sent: Value = serde_json::from_str(&sent).unwrap();
        assert_eq!(
            (&sent["d"]["compress"], &sent["d"]["token"]),
            (&false.into(), &"t".into())
        );
        assert_eq!(through(outbound, r#"{"op":1,"d":3}"#), r#"{"op":1,"d":3}"#);
    }
}
