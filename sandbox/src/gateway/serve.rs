//! Serves the gateway's two addresses.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::{TcpListener, TcpSocket};

use super::addresses::{Door, Listeners};
use super::connection::run_connection;
use super::fragments::FragmentingListener;
use crate::Sandbox;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Serves both addresses.
pub(crate) async fn serve_gateway(sandbox: Sandbox, listeners: Listeners) {
    let Listeners { first, resume } = listeners;
    tokio::join!(serve_port(sandbox.clone(), first), serve_resumes(sandbox, resume));
}

/// The gateway is at `/` and nowhere else. A request line without a path, `GET ?v=10`, is answered 400 by hyper.
async fn serve_port(sandbox: Sandbox, listener: TcpListener) {
    let port = listener.local_addr().map_or(0, |address| address.port());
    let app = Router::new()
        .route("/", get(open_socket))
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

/// `GET /` at one of the gateway's ports, upgraded to a web socket.
async fn open_socket(
    State((sandbox, port)): State<(Sandbox, u16)>,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let gateway = &sandbox.inner().gateway;
    if port == gateway.addresses.resume {
        let mut door = gateway.addresses.door.subscribe();
        let _ = door.wait_for(|door| *door != Door::Silent).await;
        if *door.borrow() == Door::Refusing {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    if gateway.closed.load(Ordering::Relaxed) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match upgrade {
        Ok(upgrade) => {
            let query = query.unwrap_or_default();
            upgrade.on_upgrade(move |socket| run_connection(sandbox, socket, port, query))
        }
        Err(rejection) => rejection.into_response(),
    }
}
