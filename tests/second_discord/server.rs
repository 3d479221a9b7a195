//! The sockets: REST at one port, the gateway at a second, resumed sessions at a third, as at Discord's.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use openssl::ssl::{Ssl, SslAcceptor};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;
use tokio_openssl::SslStream;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::record::{Door, Record, Seen};
use super::rest::Script;
use super::tls::read_client_hello;
use super::{gateway, rest};

/// The token of the one bot this Discord knows: its application's id, and two more parts.
pub const TOKEN: &str = "MTAwMDAwMDAwMDAwMDAwMDAwMQ.GsEcNd.second-discord-knows-no-other";
pub const APPLICATION: u64 = 1_000_000_000_000_000_001;
pub const GUILD: u64 = 1_000_000_000_000_000_002;
pub const CHANNEL: u64 = 1_000_000_000_000_000_003;

/// How this Discord is set up.
#[derive(Clone)]
pub struct Options {
    /// What time it is at Discord; ids are made of it.
    pub clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    pub heartbeat: Duration,
    /// What follows host and port in the address `GET /gateway` names.
    pub path: &'static str,
    /// TLS at the gateway's doors, which are then known as `localhost`.
    pub tls: Option<SslAcceptor>,
    /// Whether REST speaks it too.
    pub rest_tls: bool,
    /// Whether nobody listens where READY sends resuming clients.
    pub dead_resume: bool,
    /// IDENTIFYs left today, and how long until there are a thousand again.
    pub identifies_left: u32,
    pub identifies_reset: Duration,
    /// What READY says otherwise.
    pub ready: fn(&mut Value),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: greenroom::system_clock(),
            heartbeat: Duration::from_millis(41_250),
            path: "",
            tls: None,
            rest_tls: false,
            dead_resume: false,
            identifies_left: 1_000,
            identifies_reset: Duration::from_secs(14_400),
            ready: |_| {},
        }
    }
}

/// How the next connection to the gateway is met.
#[derive(Clone, Debug)]
pub enum Welcome {
    /// As the documentation says.
    ByTheBook,
    /// These bytes instead of a handshake, and the end.
    Refuse(Vec<u8>),
    /// Not a word, though the connection stands.
    SayNothing,
    /// A handshake, and then not a word.
    NoHello,
    /// "Reconnect" where HELLO is expected.
    ReconnectFirst,
    /// A handshake and HELLO; what comes next is answered with this close code.
    CloseInstead(Option<u16>),
    /// A handshake and HELLO; what comes next is answered with "Invalid Session".
    Invalidate,
}

/// What the gateway does on an open connection.
#[derive(Clone, Debug)]
pub enum Act {
    Close(Option<u16>),
    /// The TCP connection ends without a word.
    Cut,
    /// These bytes, which need not be a frame.
    Bytes(Vec<u8>),
    /// Heartbeats are no longer acknowledged.
    IgnoreHeartbeats,
    /// Nothing is read or sent any more, but the connection stands.
    Freeze,
    /// An event of the session that is open; replayed if it was not heard.
    Event(Arc<str>),
}

/// What a client may resume.
pub struct Session {
    pub id: String,
    /// Every event, at its number minus one.
    pub events: Vec<Arc<str>>,
}

/// What changes while it runs.
pub struct State {
    pub session: Option<Session>,
    /// How the next connections are met, in order; then as `always` says.
    pub next: VecDeque<Welcome>,
    pub always: Welcome,
    /// How those who resume are met at the address for it, if not so.
    pub resuming: Option<Welcome>,
    pub live: Option<UnboundedSender<Act>>,
    pub identifies_left: u32,
    pub identifies_reset: Instant,
    pub last_identify: Option<Instant>,
    pub scripts: Vec<Script>,
    pub messages: Vec<Value>,
    pub open_interactions: Vec<(u64, String, bool)>,
    pub last_id: u64,
    pub sessions: u32,
}

pub struct Shared {
    pub options: Options,
    pub record: Record,
    pub rest: SocketAddr,
    pub first: SocketAddr,
    pub resume: SocketAddr,
    state: Mutex<State>,
}

/// A running second Discord; it ends when this is dropped.
pub struct Discord {
    pub shared: Arc<Shared>,
    /// Bound but not listened on, where it is to be dead.
    _silent: Option<TcpSocket>,
    _stop: DropGuard,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new id, made of the time as Discord's are.
    pub fn new_id(&self) -> u64 {
        let millis = (self.options.clock)().timestamp_millis() - 1_420_070_400_000;
        let mut state = self.state();
        state.last_id = (state.last_id + 1).max(millis.cast_unsigned() << 22);
        state.last_id
    }

    /// The address of a door as Discord names it.
    pub fn url(&self, door: Door) -> String {
        let port = match door {
            Door::First => self.first.port(),
            Door::Resume => self.resume.port(),
        };
        match self.options.tls {
            Some(_) => format!("wss://localhost:{port}{}", self.options.path),
            None => format!("ws://127.0.0.1:{port}{}", self.options.path),
        }
    }

    pub fn next_welcome(&self, door: Door) -> Welcome {
        let mut state = self.state();
        let next = match door {
            Door::Resume if state.resuming.is_some() => state.resuming.clone(),
            _ => state.next.pop_front(),
        };
        next.unwrap_or_else(|| state.always.clone())
    }
}

impl Discord {
    pub async fn start(options: Options) -> Self {
        let rest = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let resume = TcpSocket::new_v4().unwrap();
        resume.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let state = State {
            session: None,
            next: VecDeque::new(),
            always: Welcome::ByTheBook,
            resuming: None,
            live: None,
            identifies_left: options.identifies_left,
            identifies_reset: Instant::now() + options.identifies_reset,
            last_identify: None,
            scripts: Vec::new(),
            messages: Vec::new(),
            open_interactions: Vec::new(),
            last_id: 0,
            sessions: 0,
        };
        let shared = Arc::new(Shared {
            record: Record::new(),
            rest: rest.local_addr().unwrap(),
            first: first.local_addr().unwrap(),
            resume: resume.local_addr().unwrap(),
            state: Mutex::new(state),
            options,
        });
        let stop = CancellationToken::new();
        listen(&shared, rest, None, &stop);
        listen(&shared, first, Some(Door::First), &stop);
        let silent = if shared.options.dead_resume {
            Some(resume)
        } else {
            let resume = resume.listen(64).unwrap();
            listen(&shared, resume, Some(Door::Resume), &stop);
            None
        };
        Self {
            shared,
            _silent: silent,
            _stop: stop.drop_guard(),
        }
    }

    pub fn record(&self) -> &Record {
        &self.shared.record
    }

    /// What `DISCORD_API_BASE` has to be.
    pub fn api_base(&self) -> String {
        match self.shared.options.rest_tls {
            true => format!("https://localhost:{}", self.shared.rest.port()),
            false => format!("http://{}", self.shared.rest),
        }
    }

    /// Does this on the connection that is open now.
    pub fn act(&self, act: Act) {
        let live = self.shared.state().live.clone();
        live.expect("a connection is open")
            .send(act)
            .expect("it is still open");
    }

    /// How the next connections are met, and those after them.
    pub fn welcome(&self, next: impl IntoIterator<Item = Welcome>, always: Welcome) {
        let mut state = self.shared.state();
        state.next = next.into_iter().collect();
        state.always = always;
    }
}

fn listen(shared: &Arc<Shared>, listener: TcpListener, door: Option<Door>, stop: &CancellationToken) {
    let (shared, stopped) = (Arc::clone(shared), stop.clone());
    tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let meeting = meet(Arc::clone(&shared), stream, door);
            tokio::spawn(stopped.clone().run_until_cancelled_owned(meeting));
        }
    }));
}

async fn meet(shared: Arc<Shared>, stream: TcpStream, door: Option<Door>) {
    if let Some(door) = door {
        shared.record.note(Seen::Knocked(door));
    }
    stream.set_nodelay(true).unwrap();
    let speaks_tls = door.is_some() || shared.options.rest_tls;
    let Some(acceptor) = shared.options.tls.clone().filter(|_| speaks_tls) else {
        return serve(shared, stream, door).await;
    };
    // Looked at, not taken: TLS needs it once more.
    let mut record = vec![0; 4_096];
    let read = stream.peek(&mut record).await.unwrap_or_default();
    shared
        .record
        .note(Seen::Hello(read_client_hello(&record[..read])));
    let ssl = Ssl::new(acceptor.context()).unwrap();
    let mut stream = SslStream::new(ssl, stream).unwrap();
    match Pin::new(&mut stream).accept().await {
        Ok(()) => serve(shared, stream, door).await,
        Err(error) => shared.record.note(Seen::NoTls(error.to_string())),
    }
}

async fn serve<S>(shared: Arc<Shared>, stream: S, door: Option<Door>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let stream = BufReader::new(stream);
    // A client that is gone is no failure of this Discord.
    let _ = match door {
        Some(door) => gateway::meet_client(&shared, stream, door).await,
        None => rest::answer_calls(&shared, stream).await,
    };
}

/// The acts of a connection that is open from now on.
pub fn open_connection(shared: &Shared) -> UnboundedReceiver<Act> {
    let (sender, receiver) = unbounded_channel();
    shared.state().live = Some(sender);
    receiver
}
