//! The wire between an instance and its database. It passes everything on until it goes silent, which neither end is
//! told, or is closed, as when a server goes down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A wire with a port of its own.
#[derive(Clone)]
pub struct Wire {
    /// Where the instance connects.
    pub port: u16,
    state: Arc<State>,
}

struct State {
    /// How often it went silent: a connection from before carries nothing any more.
    silences: AtomicU64,
    /// Whether nobody answers at the other end.
    closed: AtomicBool,
    /// How often it was closed: a connection from before has ended.
    closings: watch::Sender<u64>,
}

impl Wire {
    /// Lays a wire to a port of this machine.
    pub async fn lay(to: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State {
            silences: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            closings: watch::channel(0).0,
        });
        tokio::spawn(accept_all(listener, to, Arc::clone(&state)));
        Ok(Self { port, state })
    }

    /// All connections there are go silent for good; new ones are whole.
    pub fn silence(&self) {
        self.state.silences.fetch_add(1, Ordering::SeqCst);
    }

    /// Ends all connections, and refuses new ones until it is opened.
    pub fn close(&self) {
        self.state.closed.store(true, Ordering::SeqCst);
        self.state.closings.send_modify(|count| *count += 1);
    }

    /// Takes connections again.
    pub fn open(&self) {
        self.state.closed.store(false, Ordering::SeqCst);
    }
}

async fn accept_all(listener: TcpListener, to: u16, state: Arc<State>) {
    while let Ok((bot, _)) = listener.accept().await {
        if state.closed.load(Ordering::SeqCst) {
            continue;
        }
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let Ok(database) = TcpStream::connect(("127.0.0.1", to)).await else {
                return;
            };
            let born = state.silences.load(Ordering::SeqCst);
            let mut closings = state.closings.subscribe();
            let (from_bot, to_bot) = bot.into_split();
            let (from_database, to_database) = database.into_split();
            tokio::select! {
                () = pass_on(from_bot, to_database, &state, born) => {}
                () = pass_on(from_database, to_bot, &state, born) => {}
                _ = closings.changed() => {}
            }
        });
    }
}

async fn pass_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    state: &State,
    born: u64,
) {
    let mut bytes = vec![0; 16 * 1024];
    let silent = || state.silences.load(Ordering::SeqCst) > born;
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if !silent() && to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
    // Of a silent connection not even the end is told.
    if silent() {
        std::future::pending::<()>().await;
    }
}
