//! Starts the server in front of a world.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::connect_info::Connected;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::routing::{any, get};
use axum::serve::{IncomingStream, Listener};
use axum::{Router, extract::DefaultBodyLimit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, mpsc, watch};

use super::{Guard, Inner, Options, Sandbox};
use crate::rest::limits::Limiter;
use crate::world::{Strange, World};

/// Most bytes in one request, as Discord has it.
const MOST_BYTES: usize = 25 * 1024 * 1024;

impl Sandbox {
    /// Starts a simulated Discord with the default world on loopback.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let mut world = World::new(options.now, options.nonce_window, &options.bot_name);
        world.base_url.clone_from(&base_url);
        world.privileged = options.privileged_intents;
        world.strange = options.strange.map(Strange::new);
        let (deliver, delivered) = mpsc::unbounded_channel();
        let delivery = crate::webhook::Delivery::new(deliver);
        world.public_key = delivery.public_key();
        let (addresses, listeners) = crate::gateway::Addresses::bind().await?;
        let (deadlines, due) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            token: token_of(world.application, listener.local_addr()?.port()),
            world: world.into(),
            gateway: crate::gateway::Gateway::new(addresses, &options),
            faults: crate::faults::Faults::default(),
            limiter: Limiter::new(options.limits.clone()).into(),
            delivery,
            heartbeat: options.heartbeat,
            load: crate::load::Board::default(),
            recorder: crate::recorded::Recorder::new(options.record_wire),
            lively: Arc::default(),
            base_url,
            calls: parking_lot::Mutex::default(),
            mangle: parking_lot::Mutex::default(),
            changes: broadcast::channel(1024).0,
            version: watch::channel(0).0,
            waiters: parking_lot::Mutex::default(),
            deadlines,
        });
        let sandbox = Self {
            inner: Arc::clone(&inner),
            _guard: None,
        };
        let tasks = vec![
            tokio::spawn(serve(listener, sandbox.clone())),
            tokio::spawn(crate::gateway::serve(sandbox.clone(), listeners)),
            tokio::spawn(expire(sandbox.clone(), due)),
            tokio::spawn(crate::webhook::run(sandbox, delivered)),
        ];
        let guard = Guard {
            inner: Arc::clone(&inner),
            tasks,
            fail_on_drop: options.fail_on_drop,
        };
        Ok(Self {
            inner,
            _guard: Some(Arc::new(guard)),
        })
    }
}

/// A token in Discord's form: the bot's id in base64, then two parts that only Discord can read.
fn token_of(application: u64, port: u16) -> String {
    format!(
        "{}.sandbox.{port}",
        STANDARD_NO_PAD.encode(application.to_string())
    )
}

async fn serve(listener: TcpListener, sandbox: Sandbox) {
    let limits = from_fn_with_state(sandbox.clone(), crate::rest::limits::keep);
    let recorder = from_fn_with_state(sandbox.clone(), crate::recorded::keep_exchange);
    let dates = map_response_with_state(sandbox.clone(), crate::rest::stamp_date);
    let app = Router::new()
        .route(
            "/api/{*rest}",
            any(crate::rest::handle)
                .layer(limits)
                .layer(dates)
                .layer(recorder),
        )
        .route("/attachments/{channel}/{id}/{name}", get(crate::rest::attachment))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(sandbox.clone())
        .fallback_service(crate::web::router(sandbox));
    let service = app.into_make_service_with_connect_info::<Line>();
    let _ = axum::serve(Lines(listener), service).await;
}

/// Ends the waiting for interactions whose time is over. All have the same time, so they come in order.
async fn expire(sandbox: Sandbox, mut due: mpsc::UnboundedReceiver<(Instant, u64)>) {
    while let Some((at, interaction)) = due.recv().await {
        tokio::time::sleep_until(at.into()).await;
        sandbox.inner().change(|world| world.expire(interaction));
    }
}

/// Accepts connections that can be cut, and sends small packets at once: otherwise every second gateway frame waits
/// 40 ms for an acknowledgement.
struct Lines(TcpListener);

impl Listener for Lines {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        let _ = stream.set_nodelay(true);
        (
            Wire {
                stream,
                line: Line::default(),
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A handle to cut a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<AtomicBool>);

impl Line {
    /// Nothing is written to the connection from now on; the next attempt ends it.
    pub(crate) fn cut(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl Connected<IncomingStream<'_, Lines>> for Line {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.io().line.clone()
    }
}

/// A connection that can be cut.
struct Wire {
    stream: TcpStream,
    line: Line,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.line.check()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.line.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
