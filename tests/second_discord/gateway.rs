//! The gateway by Discord's documentation ("Gateway", "Opcodes and Status Codes").

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader, ReadHalf, WriteHalf};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use super::checks::{check_handshake, check_identify, is_token};
use super::frames::{self, Frame, close_frame, text_frame};
use super::http::{answer, cloudflare_page, read_request};
use super::record::{Door, Seen};
use super::server::{Act, Shared, Welcome, open_connection};
use super::world;

/// A client sends at most this many payloads a minute.
const SENDS_A_MINUTE: usize = 120;
/// Between two IDENTIFYs of one bucket (`max_concurrency` is 1).
const BETWEEN_IDENTIFIES: Duration = Duration::from_secs(5);

/// Meets a client at a door, until either ends it.
pub async fn meet_client<S>(shared: &Arc<Shared>, mut stream: BufReader<S>, door: Door) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let Some(request) = read_request(&mut stream).await? else {
        return Ok(());
    };
    let welcome = shared.next_welcome(door);
    let refusal = match (&welcome, check_handshake(&request)) {
        (Welcome::SayNothing, _) => return stay_silent(stream).await,
        (Welcome::Refuse(bytes), _) => Some(bytes.clone()),
        (_, Err(complaint)) => {
            shared
                .record
                .complain(format!("handshake {:?}: {complaint}", request.line));
            Some(cloudflare_page(400))
        }
        (_, Ok(())) => None,
    };
    if let Some(bytes) = refusal {
        let status = String::from_utf8_lossy(&bytes[9..12]).parse().unwrap_or_default();
        shared.record.note(Seen::Shook(door, request, status));
        stream.write_all(&bytes).await?;
        return stream.shutdown().await;
    }
    let key = frames::accept_key(request.header("sec-websocket-key").unwrap_or_default());
    let headers = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Accept", &key),
    ];
    stream.write_all(&answer(101, &headers, "")).await?;
    shared.record.note(Seen::Shook(door, request, 101));
    let (reader, writer) = tokio::io::split(stream.into_inner());
    let connection = Connection {
        shared: Arc::clone(shared),
        door,
        writer,
        acts: open_connection(shared),
        welcome,
        identified: false,
        acknowledges: true,
        last_beat: Instant::now(),
        sends: Vec::new(),
    };
    connection.converse(reader).await
}

async fn stay_silent<S: AsyncRead + Unpin>(mut stream: BufReader<S>) -> io::Result<()> {
    tokio::io::copy(&mut stream, &mut tokio::io::sink())
        .await
        .map(|_| ())
}

struct Connection<S> {
    shared: Arc<Shared>,
    door: Door,
    writer: WriteHalf<S>,
    acts: UnboundedReceiver<Act>,
    welcome: Welcome,
    identified: bool,
    acknowledges: bool,
    last_beat: Instant,
    sends: Vec<Instant>,
}

/// Whether the connection goes on.
enum Then {
    GoOn,
    End,
}

impl<S> Connection<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    async fn converse(mut self, mut reader: ReadHalf<S>) -> io::Result<()> {
        let (sender, mut frames) = unbounded_channel();
        // Reading must not be given up half-way through a frame. It ends with the connection.
        let reading = tokio::spawn(async move {
            loop {
                let frame = frames::read_frame(&mut reader).await;
                let end = frame.is_err();
                if sender.send(frame).is_err() || end {
                    return;
                }
            }
        });
        match self.welcome {
            Welcome::NoHello => {}
            Welcome::ReconnectFirst => self.send(&json!({ "op": 7, "d": null })).await?,
            _ => self.greet().await?,
        }
        let heartbeat = self.shared.options.heartbeat;
        let ended = loop {
            let late = self.last_beat + heartbeat + heartbeat / 2;
            let then = tokio::select! {
                frame = frames.recv() => match frame {
                    Some(Ok(frame)) => self.hear(frame).await,
                    Some(Err(error)) => Ok(self.lose(&error)),
                    None => Ok(Then::End),
                },
                Some(act) = self.acts.recv() => self.act(act).await,
                () = tokio::time::sleep_until(late) => {
                    if self.identified {
                        self.shared.record.complain(format!("no heartbeat for {:?}", heartbeat * 3 / 2));
                    }
                    Ok(Then::End)
                }
            };
            match then {
                Ok(Then::GoOn) => {}
                Ok(Then::End) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        reading.abort();
        ended
    }

    /// The other side is gone, or talks nonsense.
    fn lose(&self, error: &io::Error) -> Then {
        if error.kind() == io::ErrorKind::Other {
            self.shared.record.complain(error.to_string());
        }
        self.shared.record.note(Seen::Vanished);
        Then::End
    }

    async fn send(&mut self, payload: &Value) -> io::Result<()> {
        self.writer.write_all(&text_frame(&payload.to_string())).await
    }

    async fn greet(&mut self) -> io::Result<()> {
        let interval = u64::try_from(self.shared.options.heartbeat.as_millis()).unwrap();
        self.shared.record.note(Seen::Greeted(self.door));
        self.send(&json!({
            "op": 10, "s": null, "t": null,
            "d": { "heartbeat_interval": interval, "_trace": ["[\"gateway-prd-second\",{\"micros\":0.0}]"] },
        }))
        .await
    }

    async fn act(&mut self, act: Act) -> io::Result<Then> {
        match act {
            Act::Close(code) => {
                // These end the session too; 4006 did while it was documented.
                if matches!(code, Some(4_006 | 4_007 | 4_009)) {
                    self.shared.state().session = None;
                }
                return self.close(code).await;
            }
            Act::Cut => return Ok(Then::End),
            Act::Bytes(bytes) => self.writer.write_all(&bytes).await?,
            Act::IgnoreHeartbeats => self.acknowledges = false,
            Act::Freeze => std::future::pending().await,
            Act::Event(event) => self.writer.write_all(&text_frame(&event)).await?,
        }
        Ok(Then::GoOn)
    }

    async fn close(&mut self, code: Option<u16>) -> io::Result<Then> {
        self.writer.write_all(&close_frame(code)).await?;
        self.writer.flush().await?;
        Ok(Then::End)
    }

    async fn complain(&mut self, code: u16, complaint: String) -> io::Result<Then> {
        self.shared.record.complain(format!("{code}: {complaint}"));
        self.close(Some(code)).await
    }

    async fn hear(&mut self, frame: Frame) -> io::Result<Then> {
        match frame.opcode {
            frames::CLOSE => {
                let code = frame.close_code();
                // Going like this ends the session.
                if matches!(code, Some(1_000 | 1_001)) {
                    self.shared.state().session = None;
                }
                self.shared.record.note(Seen::Closed(code));
                self.close(code).await
            }
            frames::PING => {
                let pong = frames::frame(true, frames::PONG, &frame.payload);
                self.writer.write_all(&pong).await?;
                Ok(Then::GoOn)
            }
            frames::PONG => Ok(Then::GoOn),
            frames::TEXT | frames::BINARY if frame.last => match serde_json::from_slice(&frame.payload) {
                Ok(payload) => self.take(payload).await,
                Err(error) => self.complain(4_002, error.to_string()).await,
            },
            _ => self.complain(4_002, "a payload in parts".to_owned()).await,
        }
    }

    async fn take(&mut self, payload: Value) -> io::Result<Then> {
        let now = Instant::now();
        self.sends.retain(|at| now - *at < Duration::from_secs(60));
        self.sends.push(now);
        if self.sends.len() > SENDS_A_MINUTE {
            return self
                .complain(4_008, "more than 120 payloads a minute".to_owned())
                .await;
        }
        match payload["op"].as_u64() {
            Some(1) => self.beat(&payload["d"]).await,
            Some(2) if self.identified => self.complain(4_005, "IDENTIFY twice".to_owned()).await,
            Some(2) => self.identify(&payload["d"]).await,
            Some(6) if self.identified => self.complain(4_005, "RESUME in a session".to_owned()).await,
            Some(6) => self.resume(&payload["d"]).await,
            Some(3 | 4 | 8 | 31 | 43) if self.identified => Ok(Then::GoOn),
            Some(3 | 4 | 8 | 31 | 43) => self.complain(4_003, payload.to_string()).await,
            _ => self.complain(4_001, payload.to_string()).await,
        }
    }

    async fn beat(&mut self, number: &Value) -> io::Result<Then> {
        self.shared.record.note(Seen::Beat);
        self.last_beat = Instant::now();
        if !number.is_null() && number.as_u64().is_none() {
            return self.complain(4_002, format!("a heartbeat of {number}")).await;
        }
        if self.acknowledges {
            self.send(&json!({ "op": 11 })).await?;
        }
        Ok(Then::GoOn)
    }

    /// What was said instead of an answer to IDENTIFY or RESUME, if anything.
    async fn turned_away(&mut self) -> io::Result<Option<Then>> {
        match self.welcome {
            Welcome::CloseInstead(code) => self.close(code).await.map(Some),
            Welcome::Invalidate => self.invalidate().await.map(Some),
            _ => Ok(None),
        }
    }

    async fn invalidate(&mut self) -> io::Result<Then> {
        self.shared.state().session = None;
        self.send(&json!({ "op": 9, "d": false, "s": null, "t": null }))
            .await?;
        Ok(Then::GoOn)
    }

    async fn identify(&mut self, said: &Value) -> io::Result<Then> {
        if let Err((code, complaint)) = check_identify(said) {
            return self.complain(code, complaint).await;
        }
        let too_soon = self.count_identify();
        if let Some(then) = self.turned_away().await? {
            self.shared.record.note(Seen::Identified(self.door, false));
            return Ok(then);
        }
        if too_soon {
            self.shared.record.note(Seen::Identified(self.door, false));
            self.shared.record.complain("two IDENTIFYs within 5 s");
            return self.invalidate().await;
        }
        let events = world::begin_session(&self.shared);
        self.shared.record.note(Seen::Identified(self.door, true));
        self.identified = true;
        for event in events {
            self.writer.write_all(&text_frame(&event)).await?;
        }
        Ok(Then::GoOn)
    }

    /// Takes one from the day's budget; whether the one before was less than five seconds ago.
    fn count_identify(&self) -> bool {
        let now = Instant::now();
        let mut state = self.shared.state();
        if now >= state.identifies_reset {
            state.identifies_left = 1_000;
        }
        if state.identifies_left == 0 {
            self.shared
                .record
                .complain("IDENTIFY with none left today: the token is reset");
        }
        state.identifies_left = state.identifies_left.saturating_sub(1);
        let last = state.last_identify.replace(now);
        last.is_some_and(|last| now - last < BETWEEN_IDENTIFIES)
    }

    async fn resume(&mut self, said: &Value) -> io::Result<Then> {
        if !is_token(&said["token"]) {
            return self.complain(4_004, "RESUME with another token".to_owned()).await;
        }
        let (Some(id), Some(number)) = (said["session_id"].as_str(), said["seq"].as_u64()) else {
            return self
                .complain(4_002, format!("RESUME lacks something: {said}"))
                .await;
        };
        if let Some(then) = self.turned_away().await? {
            self.shared.record.note(Seen::Resumed(self.door, false));
            return Ok(then);
        }
        let missed = world::resume_session(&self.shared, id, number);
        self.identified = missed.is_some();
        self.shared.record.note(Seen::Resumed(self.door, self.identified));
        let Some(missed) = missed else {
            return self.invalidate().await;
        };
        for event in missed {
            self.writer.write_all(&text_frame(&event)).await?;
        }
        Ok(Then::GoOn)
    }
}
