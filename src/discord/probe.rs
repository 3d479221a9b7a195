//! One short session with the gateway, to see that it can be had: HELLO, IDENTIFY, READY, goodbye.
//!
//! A second session of the same shard does not end the first: a bot that runs goes on undisturbed. It costs one of the
//! day's sessions, so whoever calls this looks at the budget first.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message as Frame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::discord::relay::connection_address;

/// Servers coming and going, as the bot asks for.
const INTENTS: u64 = 1;
/// Discord lets one session begin in five seconds.
const BETWEEN_SESSIONS: Duration = Duration::from_millis(5_500);

/// What kept the session from beginning.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeFailure {
    #[error("{0}")]
    Address(String),
    #[error("the handshake with {host} was refused with HTTP {status}")]
    Handshake { host: String, status: u16 },
    #[error("{host} cannot be reached: {reason}")]
    Unreachable { host: String, reason: String },
    #[error("it does not accept the token (4004)")]
    Token,
    #[error("it refuses what the bot asks to hear (4013 or 4014)")]
    Intents,
    #[error("it closed the connection with {0}")]
    Closed(String),
    #[error("it lets no session begin: another one began a moment ago")]
    TooMany,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Begins a session at `url`, as `GET /gateway/bot` names it, waits for READY and closes it properly. `shards` is what
/// the same call said. Bounded in time only by its caller.
///
/// # Errors
/// Why there is no session.
pub async fn try_session(url: &str, token: &SecretString, shards: u32) -> Result<(), ProbeFailure> {
    match begin_session(url, token, shards).await {
        // The bot itself may have begun one in the last five seconds.
        Err(ProbeFailure::TooMany) => {
            tokio::time::sleep(BETWEEN_SESSIONS).await;
            begin_session(url, token, shards).await
        }
        other => other,
    }
}

async fn begin_session(url: &str, token: &SecretString, shards: u32) -> Result<(), ProbeFailure> {
    let address = connection_address(url).map_err(ProbeFailure::Address)?;
    let host = address.host_str().unwrap_or_default().to_owned();
    let (mut socket, _) = connect_async(address.as_str())
        .await
        .map_err(|error| match error {
            Error::Http(answer) => ProbeFailure::Handshake {
                host: host.clone(),
                status: answer.status().as_u16(),
            },
            error => ProbeFailure::Unreachable {
                host: host.clone(),
                reason: error.to_string(),
            },
        })?;
    converse(&mut socket, token, shards, &host).await?;
    let goodbye = CloseFrame {
        code: CloseCode::Normal,
        reason: "".into(),
    };
    // Said once; READY was seen, and more is not needed.
    let _ = socket.close(Some(goodbye)).await;
    Ok(())
}

/// From HELLO to READY.
async fn converse(
    socket: &mut Socket,
    token: &SecretString,
    shards: u32,
    host: &str,
) -> Result<(), ProbeFailure> {
    const DISPATCH: u64 = 0;
    const INVALID_SESSION: u64 = 9;
    const HELLO: u64 = 10;
    let lost = |error: Error| ProbeFailure::Unreachable {
        host: host.to_owned(),
        reason: error.to_string(),
    };
    loop {
        let text = match socket.next().await.transpose().map_err(lost)? {
            Some(Frame::Text(text)) => text,
            Some(Frame::Close(reason)) => return Err(closed(reason.map(|reason| reason.code.into()))),
            None => return Err(closed(None)),
            Some(_) => continue,
        };
        // What cannot be read is not what is waited for.
        let payload: Value = serde_json::from_str(&text).unwrap_or_default();
        match payload["op"].as_u64() {
            Some(HELLO) => {
                let identify = identify(token, shards);
                socket.send(Frame::Text(identify)).await.map_err(lost)?;
            }
            Some(DISPATCH) if payload["t"] == "READY" => return Ok(()),
            Some(INVALID_SESSION) => return Err(ProbeFailure::TooMany),
            _ => {}
        }
    }
}

fn identify(token: &SecretString, shards: u32) -> String {
    let properties = json!({ "os": std::env::consts::OS, "browser": "greenroom", "device": "greenroom" });
    json!({
        "op": 2,
        "d": {
            "token": token.expose_secret(), "intents": INTENTS, "properties": properties, "compress": false,
            "shard": [0, shards.max(1)],
        },
    })
    .to_string()
}

fn closed(code: Option<u16>) -> ProbeFailure {
    match code {
        Some(4004) => ProbeFailure::Token,
        Some(4013 | 4014) => ProbeFailure::Intents,
        Some(code) => ProbeFailure::Closed(format!("code {code}")),
        None => ProbeFailure::Closed("no code".to_owned()),
    }
}
