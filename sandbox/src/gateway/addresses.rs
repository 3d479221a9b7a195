//! Where the gateway is: one address to begin at and another to resume at, both without a path, as Discord has it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::routing::get;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;

use super::fragments::FragmentingListener;
use crate::Sandbox;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// How a port behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// Connections are taken.
    #[default]
    Open,
    /// Connections are refused, as by a machine that no longer runs the service.
    Refusing,
    /// Connections are taken and never answered, as by a machine that hangs.
    Silent,
}

/// Both addresses.
pub(crate) struct Addresses {
    pub(crate) first: u16,
    pub(crate) resume: u16,
    pub(crate) door: watch::Sender<Door>,
}

/// The listeners of both addresses.
pub(crate) struct Listeners {
    first: TcpListener,
    resume: TcpListener,
}

impl Addresses {
    /// Takes two free ports on loopback.
    pub(crate) async fn bind() -> io::Result<(Self, Listeners)> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let resume = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addresses = Self {
            first: first.local_addr()?.port(),
            resume: resume.local_addr()?.port(),
            door: watch::Sender::default(),
        };
        Ok((addresses, Listeners { first, resume }))
    }

    /// What `GET /gateway` names.
    pub(crate) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.first)
    }

    /// What READY names as `resume_gateway_url`.
    pub(crate) fn resume_url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.resume)
    }
}

/// Serves both addresses.
pub(crate) async fn serve(sandbox: Sandbox, listeners: Listeners) {
    let Listeners { first, resume } = listeners;
    tokio::join!(serve_port(sandbox.clone(), first), serve_resumes(sandbox, resume));
}

/// The gateway is at `/` and nowhere else. A request line without a path, `GET ?v=10`, is answered 400 by hyper.
async fn serve_port(sandbox: Sandbox, listener: TcpListener) {
    let port = listener.local_addr().map_or(0, |address| address.port());
    let app = Router::new()
        .route("/", get(super::open))
        .with_state((sandbox.clone(), port));
    let listener = FragmentingListener { listener, sandbox };
    let _ = axum::serve(listener, app).await;
}

/// The port for resuming is kept while it refuses, so that nobody else can have it meanwhile.
async fn serve_resumes(sandbox: Sandbox, mut listener: TcpListener) {
    let mut door = sandbox.inner().gateway.addresses.door.subscribe();
    let port = sandbox.inner().gateway.addresses.resume;
    loop {
        tokio::select! {
            () = serve_port(sandbox.clone(), listener) => return,
            _ = door.wait_for(|door| *door == Door::Refusing) => {}
        }
        let kept = keep_port(port);
        let _ = door.wait_for(|door| *door != Door::Refusing).await;
        match kept.and_then(|socket| socket.listen(BACKLOG)) {
            Ok(again) => listener = again,
            Err(error) => {
                let sentence = format!("The port {port} for resuming could not be opened again: {error}");
                return sandbox.inner().change(|world| world.fail(sentence));
            }
        }
    }
}

/// Takes a port without listening at it: who connects is refused.
fn keep_port(port: u16) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    Ok(socket)
}
