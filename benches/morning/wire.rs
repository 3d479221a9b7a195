//! The wire between the bot and its database, on which everything can be tried that happens to one.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

/// What the wire is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It passes everything on.
    Whole,
    /// What goes to the database arrives so much later.
    Slow(Duration),
    /// Nothing arrives any more, and neither end is told. A connection that has seen this stays as it is for ever.
    Silent,
}

/// A wire that can be changed while it is in use.
pub struct Wire {
    /// Where the bot finds the database.
    pub address: SocketAddr,
    state: Arc<watch::Sender<State>>,
}

impl Wire {
    /// Lays one to the socket of a PostgreSQL.
    pub async fn lay(socket: &Path) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(watch::channel(State::Whole).0);
        tokio::spawn(accept(listener, socket.to_owned(), Arc::clone(&state)));
        Ok(Self { address, state })
    }

    /// Changes it, for all connections there are and will be.
    pub fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn accept(listener: TcpListener, socket: PathBuf, state: Arc<watch::Sender<State>>) {
    while let Ok((bot, _)) = listener.accept().await {
        let (socket, state) = (socket.clone(), state.subscribe());
        tokio::spawn(async move {
            // Nobody hears of it at the other end.
            if *state.borrow() == State::Silent {
                return silence(bot).await;
            }
            // Where there is no server, the connection ends as it began.
            if let Ok(database) = UnixStream::connect(socket).await {
                connect(bot, database, state).await;
            }
        });
    }
}

/// Keeps a connection as it is, for ever.
async fn silence<T>(_kept: T) {
    std::future::pending().await
}

async fn connect(bot: TcpStream, database: UnixStream, state: watch::Receiver<State>) {
    let (mut from_bot, mut to_bot) = bot.into_split();
    let (mut from_database, mut to_database) = database.into_split();
    let mut changed = state.clone();
    let silence = async move {
        let _ = changed.wait_for(|state| *state == State::Silent).await;
    };
    // The end of one direction is the end of the connection, but in silence, which never ends.
    tokio::select! {
        biased;
        () = silence => std::future::pending().await,
        () = pass_on(&mut from_bot, &mut to_database, &state, true) => {}
        () = pass_on(&mut from_database, &mut to_bot, &state, false) => {}
    }
}

async fn pass_on(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    state: &watch::Receiver<State>,
    of_bot: bool,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let state = *state.borrow();
        if let State::Slow(by) = state
            && of_bot
        {
            tokio::time::sleep(by).await;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
