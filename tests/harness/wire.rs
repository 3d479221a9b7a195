//! The wire between the bot and its database, which can die without a sound: a host that lost its power, a firewall
//! that forgot. Nothing arrives any more, and neither end is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::Greenroom;

/// Passes everything on until it is cut. New connections are whole again.
pub struct Wire(Arc<State>);

#[derive(Default)]
struct State {
    /// How often it was cut; a connection from before is dead.
    cuts: AtomicU64,
    /// What the bot has to say for it to be cut.
    at: std::sync::Mutex<Option<&'static str>>,
}

impl State {
    fn cut(&self) {
        self.cuts.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wire {
    /// Kills all connections that exist.
    pub fn cut(&self) {
        self.0.cut();
    }

    /// Kills all connections that exist as soon as the bot says this, which no longer arrives.
    pub fn cut_at(&self, said: &'static str) {
        *self.0.at.lock().unwrap() = Some(said);
    }
}

impl Greenroom {
    /// Puts a wire between the bot that is started next and its database.
    pub async fn wire_database(&mut self) -> Wire {
        let options: PgConnectOptions = self.database.parse().unwrap();
        let server = format!("{}:{}", options.get_host(), options.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here: SocketAddr = listener.local_addr().unwrap();
        let through = options.host("127.0.0.1").port(here.port());
        self.set("DATABASE_URL", through.to_url_lossy().to_string());
        let state = Arc::new(State::default());
        let wire = Wire(Arc::clone(&state));
        tokio::spawn(async move {
            while let Ok((bot, _)) = listener.accept().await {
                let database = TcpStream::connect(&server).await.unwrap();
                let (from_bot, to_bot) = bot.into_split();
                let (from_database, to_database) = database.into_split();
                let born = state.cuts.load(Ordering::SeqCst);
                tokio::spawn(pass_on(from_bot, to_database, Arc::clone(&state), born, true));
                tokio::spawn(pass_on(from_database, to_bot, Arc::clone(&state), born, false));
            }
        });
        wire
    }
}

async fn pass_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    state: Arc<State>,
    born: u64,
    of_bot: bool,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let said = *state.at.lock().unwrap();
        if let Some(said) = said.filter(|_| of_bot)
            && String::from_utf8_lossy(&bytes[..count]).contains(said)
        {
            *state.at.lock().unwrap() = None;
            state.cut();
        }
        let dead = state.cuts.load(Ordering::SeqCst) > born;
        if !dead && to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
    // Of a dead connection not even the end is told.
    if state.cuts.load(Ordering::SeqCst) > born {
        std::future::pending::<()>().await;
    }
}
