//! One connection of serenity's, from its hello to its end, with the connection to Discord that belongs to it.

use std::borrow::Cow;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message as Frame};
use tokio_tungstenite::{WebSocketStream, accept_async};

use crate::discord::relay::address::connection_address;
use crate::discord::relay::ending::Ending;
use crate::discord::relay::link::{Event, Link, OpenFailure, Payload};
use crate::discord::relay::pace::Pauses;
use crate::discord::relay::{Dispatch, Shared};

/// What serenity is told about heartbeats. They never leave this process: Discord's are sent by [`Link`].
const HEARTBEAT_MS: u64 = 41_250;
/// A session that has stood for so long is not one of a row of failures.
const LASTING: Duration = Duration::from_secs(5);
/// A new session that has stood for so long is not the repetition of one before.
const PROVEN: Duration = Duration::from_secs(5 * 60);
/// Closes without ending the session.
const KEEP_SESSION: u16 = 4000;

type Socket = WebSocketStream<TcpStream>;

/// What serenity wants: the payload it sent, and what it is about.
struct Opening {
    payload: Value,
    /// `None` for a new session.
    session: Option<String>,
}

/// Serves one connection until either side ends it.
pub(super) async fn serve_connection(stream: TcpStream, shared: &Shared) -> Result<(), tungstenite::Error> {
    stream.set_nodelay(true)?;
    let mut serenity = accept_async(stream).await?;
    let hello = json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": HEARTBEAT_MS } });
    serenity.send(Frame::Text(hello.to_string())).await?;
    // Whatever it had sent on the connection before is answered.
    acknowledge_heartbeat(&mut serenity).await?;
    let Some(opening) = wait_for_opening(&mut serenity).await? else {
        return Ok(());
    };
    let opened = tokio::select! {
        opened = open_link(&opening, shared) => opened,
        ended = answer_heartbeats(&mut serenity) => return ended,
    };
    let ending = match opened {
        Ok(link) => match pass_events(&mut serenity, link, opening, shared).await? {
            Some(ending) => ending,
            None => return Ok(()),
        },
        Err(ending) => ending,
    };
    tell_ending(&mut serenity, ending, shared).await
}

/// The first payload that is no heartbeat: IDENTIFY or RESUME. `None` where serenity goes away.
async fn wait_for_opening(serenity: &mut Socket) -> Result<Option<Opening>, tungstenite::Error> {
    loop {
        let text = match serenity.next().await.transpose()? {
            Some(Frame::Text(text)) => text,
            Some(Frame::Close(_)) | None => {
                let _ = serenity.close(None).await;
                return Ok(None);
            }
            Some(_) => continue,
        };
        let payload: Value = serde_json::from_str(&text).unwrap_or_default();
        match payload["op"].as_u64() {
            Some(1) => acknowledge_heartbeat(serenity).await?,
            Some(2) => {
                return Ok(Some(Opening {
                    payload,
                    session: None,
                }));
            }
            Some(6) => {
                let session = payload["d"]["session_id"].as_str().map(str::to_owned);
                return Ok(Some(Opening { payload, session }));
            }
            _ => {}
        }
    }
}

/// Answers serenity's heartbeats while there is no connection to Discord; returns when serenity goes away.
async fn answer_heartbeats(serenity: &mut Socket) -> Result<(), tungstenite::Error> {
    while let Some(frame) = serenity.next().await.transpose()? {
        match frame {
            Frame::Text(text) if is_heartbeat(&text) => acknowledge_heartbeat(serenity).await?,
            Frame::Close(_) => {
                let _ = serenity.close(None).await;
                break;
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_heartbeat(text: &str) -> bool {
    serde_json::from_str::<Payload<'_>>(text).is_ok_and(|payload| payload.op == 1)
}

async fn acknowledge_heartbeat(serenity: &mut Socket) -> Result<(), tungstenite::Error> {
    let ack = r#"{"op":11,"s":null,"t":null,"d":null}"#;
    serenity.send(Frame::Text(ack.to_owned())).await
}

/// Connects to Discord, for as long as it takes, and says what serenity wanted to say.
async fn open_link(opening: &Opening, shared: &Shared) -> Result<Link, Ending> {
    match &opening.session {
        None => open_new(&opening.payload, shared).await,
        Some(id) => open_again(id, &opening.payload, shared).await,
    }
}

/// A new session, when it is its turn.
async fn open_new(payload: &Value, shared: &Shared) -> Result<Link, Ending> {
    let mut payload = payload.clone();
    // Events are read here, so they have to come as text.
    payload["d"]["compress"] = false.into();
    if let Some(presence) = payload["d"]["presence"].as_object_mut() {
        presence.insert("since".to_owned(), Value::Null);
    }
    let shard = payload["d"]["shard"][0].as_u64().unwrap_or(0);
    let mut pauses = Pauses::default();
    loop {
        tokio::time::sleep(pauses.next()).await;
        let turn = shared.pace.wait_for_turn(shard, &shared.discord).await;
        let turn = turn.map_err(Ending::Fatal)?;
        let url = turn.url.clone().unwrap_or_else(|| shared.url.clone());
        let mut link = match open_at(&url).await {
            Ok(link) => link,
            Err(failure) => {
                note_failure(failure, shared)?;
                continue;
            }
        };
        turn.use_up();
        link.send(payload.to_string()).await?;
        return Ok(link);
    }
}

/// The same session again, first where Discord wants it, then where sessions begin.
async fn open_again(id: &str, payload: &Value, shared: &Shared) -> Result<Link, Ending> {
    let Some((session, pause)) = shared.sessions.begin_resume(id) else {
        return Err(Ending::Identify("the session is not known here".to_owned()));
    };
    tokio::time::sleep(pause).await;
    let mut payload = payload.clone();
    payload["d"]["seq"] = session.seq.into();
    let mut pauses = Pauses::default();
    loop {
        tokio::time::sleep(pauses.next()).await;
        for url in session.resume_url.iter().chain([&shared.url]) {
            match open_at(url).await {
                Ok(mut link) => {
                    link.seq = Some(session.seq);
                    link.send(payload.to_string()).await?;
                    return Ok(link);
                }
                Err(failure) => note_failure(failure, shared)?,
            }
        }
    }
}

async fn open_at(url: &str) -> Result<Link, OpenFailure> {
    let address = connection_address(url).map_err(|reason| OpenFailure::Unreachable {
        host: url.to_owned(),
        reason,
    })?;
    Link::open(&address).await
}

/// Says once what is in the way; only what cannot be mended by trying again is an error.
fn note_failure(failure: OpenFailure, shared: &Shared) -> Result<(), Ending> {
    if let OpenFailure::Ended(ending @ Ending::Fatal(_)) = failure {
        return Err(ending);
    }
    let reason = failure.to_string();
    if shared.delivery.note_failure(reason.clone()) {
        tracing::warn!("{reason}");
    } else {
        tracing::debug!("{reason}");
    }
    Ok(())
}

/// What a pass over a connection needs to know.
struct Passing<'s> {
    shared: &'s Shared,
    /// The session, once there is one.
    session: Option<String>,
    shard: (u64, u64),
    since: Instant,
}

/// Hands on what comes, until Discord's side ends; `None` where serenity's did.
async fn pass_events(
    serenity: &mut Socket,
    mut link: Link,
    opening: Opening,
    shared: &Shared,
) -> Result<Option<Ending>, tungstenite::Error> {
    let asked = |n: usize| opening.payload["d"]["shard"][n].as_u64();
    let known = opening
        .session
        .as_deref()
        .and_then(|id| shared.sessions.shard_of(id));
    let mut passing = Passing {
        shared,
        session: opening.session.clone(),
        shard: known.unwrap_or((asked(0).unwrap_or(0), asked(1).unwrap_or(1))),
        since: Instant::now(),
    };
    let ended = loop {
        tokio::select! {
            event = link.next() => {
                let ending = match event {
                    Event::Payload(text) => passing.take_payload(&text, &mut link, serenity).await?,
                    Event::Ended(ending) => Some(ending),
                };
                if ending.is_some() {
                    break ending;
                }
            }
            frame = serenity.next() => match frame {
                Some(Ok(Frame::Text(text))) if is_heartbeat(&text) => acknowledge_heartbeat(serenity).await?,
                Some(Ok(Frame::Close(close))) => {
                    let code = close.map_or(KEEP_SESSION, |close| u16::from(close.code));
                    link.close(code).await;
                    // Flushes the answer to serenity's goodbye, which it waits for.
                    let _ = serenity.close(None).await;
                    break None;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => {
                    link.close(KEEP_SESSION).await;
                    break None;
                }
            },
        }
        passing.note_lasting();
    };
    passing.note_lasting();
    shared.delivery.note_lost(passing.shard.0);
    if let (Some(id), Some(seq)) = (&passing.session, link.seq) {
        shared.sessions.note_seq(id, seq);
    }
    if let Some(ending) = &ended {
        link.close(KEEP_SESSION).await;
        if let (Ending::Identify(_), Some(id)) = (ending, &passing.session) {
            shared.sessions.forget(id);
        }
    }
    Ok(ended)
}

impl Passing<'_> {
    /// Does what a payload of Discord's asks for. Returns how the connection ends, where it does.
    async fn take_payload(
        &mut self,
        text: &str,
        link: &mut Link,
        serenity: &mut Socket,
    ) -> Result<Option<Ending>, tungstenite::Error> {
        let Ok(payload) = serde_json::from_str::<Payload<'_>>(text) else {
            tracing::debug!("the gateway sent something that is no payload");
            return Ok(None);
        };
        Ok(match payload.op {
            0 => {
                link.seq = payload.s.or(link.seq);
                self.take_dispatch(&payload, link, serenity).await?
            }
            1 => link.send_heartbeat().await,
            7 => Some(Ending::Resume("Discord asked to connect again".to_owned())),
            9 => {
                let reason = "Discord says the session is invalid".to_owned();
                // Asked for by Discord: somewhere between one and five seconds.
                tokio::time::sleep(Duration::from_millis(fastrand::u64(1_000..5_000))).await;
                match payload.data() {
                    Some(true) => Some(Ending::Resume(reason)),
                    _ => Some(Ending::Identify(reason)),
                }
            }
            11 => {
                link.note_acknowledged();
                None
            }
            _ => None,
        })
    }

    async fn take_dispatch(
        &mut self,
        payload: &Payload<'_>,
        link: &Link,
        serenity: &mut Socket,
    ) -> Result<Option<Ending>, tungstenite::Error> {
        let data = || payload.d.map(|data| data.get().to_owned()).unwrap_or_default();
        match payload.t.as_deref() {
            Some("READY") => return self.take_ready(payload, link, serenity).await,
            Some("RESUMED") => {
                self.note_connected();
                tracing::info!(shard = self.shard.0, "connected again; nothing was missed");
                let resumed = json!({ "op": 0, "s": payload.s, "t": "RESUMED", "d": {} });
                serenity.send(Frame::Text(resumed.to_string())).await?;
            }
            Some("INTERACTION_CREATE") => self.shared.hand_on(Dispatch::Interaction(data())),
            Some("GUILD_DELETE") => self.shared.hand_on(Dispatch::GuildDelete(data())),
            _ => {}
        }
        Ok(None)
    }

    /// READY begins a session. serenity is told only what it needs of it: its model refuses values that Discord sends,
    /// and then it would not know the session.
    async fn take_ready(
        &mut self,
        payload: &Payload<'_>,
        link: &Link,
        serenity: &mut Socket,
    ) -> Result<Option<Ending>, tungstenite::Error> {
        let ready: Value = payload.data().unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let Some(id) = text(&ready["session_id"]) else {
            return Ok(Some(Ending::Identify(
                "Discord's READY names no session".to_owned(),
            )));
        };
        let resume_url = text(&ready["resume_gateway_url"]);
        self.shared.sessions.add(
            id.clone(),
            resume_url.clone(),
            link.seq.unwrap_or_default(),
            self.shard,
        );
        self.session = Some(id.clone());
        self.since = Instant::now();
        self.note_connected();
        tracing::info!(
            guilds = ready["guilds"].as_array().map_or(0, Vec::len),
            shard = self.shard.0,
            shards = self.shard.1,
            "connected as {}",
            ready["user"]["username"]
                .as_str()
                .unwrap_or("a bot without a name")
        );
        let told = tell_serenity(&ready, &id, self.shard);
        let told = json!({ "op": 0, "s": payload.s.unwrap_or(1), "t": "READY", "d": told });
        serenity.send(Frame::Text(told.to_string())).await?;
        Ok(None)
    }

    fn note_connected(&self) {
        self.shared.delivery.note_connected(self.shard.0, self.shard.1);
    }

    fn note_lasting(&self) {
        let stood = self.since.elapsed();
        if let Some(id) = self.session.as_deref().filter(|_| stood > LASTING) {
            self.shared.sessions.note_lasting(id);
        }
        if self.session.is_some() && stood > PROVEN {
            self.shared.pace.note_lasting(self.shard.0);
        }
    }
}

/// As much of READY as serenity's model insists on.
fn tell_serenity(ready: &Value, session_id: &str, shard: (u64, u64)) -> Value {
    #[derive(Deserialize)]
    struct Id<'a>(Cow<'a, str>);
    let id = |value: &Value| {
        let id = Id::deserialize(value).ok().map(|id| id.0.into_owned());
        id.filter(|id| id.parse::<u64>().is_ok_and(|id| id > 0))
            .unwrap_or_else(|| "1".to_owned())
    };
    json!({
        "v": 10,
        "user": { "id": id(&ready["user"]["id"]), "username": "greenroom", "bot": true },
        "guilds": [],
        "session_id": session_id,
        "resume_gateway_url": "",
        "shard": [shard.0, shard.1],
        "application": { "id": id(&ready["application"]["id"]), "flags": 0 },
    })
}

/// Tells serenity in words it acts upon rightly: 4000 makes it resume, an invalid session begin a new one.
async fn tell_ending(
    serenity: &mut Socket,
    ending: Ending,
    shared: &Shared,
) -> Result<(), tungstenite::Error> {
    match ending {
        Ending::Resume(reason) => {
            tracing::debug!("{reason}; connecting again");
            let close = CloseFrame {
                code: CloseCode::from(KEEP_SESSION),
                reason: Cow::from(""),
            };
            serenity.send(Frame::Close(Some(close))).await
        }
        Ending::Identify(reason) => {
            tracing::info!("{reason}; beginning a new session");
            let invalid = r#"{"op":9,"s":null,"t":null,"d":false}"#;
            serenity.send(Frame::Text(invalid.to_owned())).await
        }
        Ending::Fatal(failure) => {
            shared.fail(failure);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use serenity::model::gateway::Ready;

    use super::*;

    #[test]
    fn serenity_can_read_what_it_is_told_of_any_ready() {
        let full =
            json!({ "user": { "id": "42", "flags": 17_592_186_044_416_u64 }, "application": { "id": "43" } });
        for ready in [
            full,
            json!({}),
            json!(null),
            json!({ "user": 5, "application": { "id": 7 } }),
        ] {
            let told = tell_serenity(&ready, "session", (1, 2));
            let read: Ready = serde_json::from_value(told).unwrap();
            assert_eq!(read.session_id, "session");
        }
    }
}
