//! Starts the server in front of a world.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::routing::{any, get};
use axum::{Router, extract::DefaultBodyLimit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, watch};

use super::{Guard, Inner, Options, Sandbox};
use crate::line::{Line, Lines};
use crate::rest::limits::Limiter;
use crate::webhook::Delivery;
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
        let mut world = make_world(&options, &base_url);
        let (deliver, delivered) = mpsc::unbounded_channel();
        let delivery = Delivery::new(deliver);
        world.public_key = delivery.public_key();
        let (addresses, listeners) = crate::gateway::Addresses::bind().await?;
        let (deadlines, due) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            token: make_token(world.application, listener.local_addr()?.port()),
            world: world.into(),
            gateway: crate::gateway::Gateway::new(
                addresses,
                options.identify_interval,
                options.strange.is_some(),
            ),
            faults: crate::faults::Faults::default(),
            limiter: Limiter::new(options.limits.clone()).into(),
            delivery,
            heartbeat: options.heartbeat,
            load: crate::load::Board::default(),
            recorder: crate::recorded::Recorder::new(options.record_wire),
            #[cfg(feature = "page")]
            lively: crate::lively::Switch::default(),
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
            tokio::spawn(serve_rest(listener, sandbox.clone())),
            tokio::spawn(crate::gateway::serve_gateway(sandbox.clone(), listeners)),
            tokio::spawn(expire_interactions(sandbox.clone(), due)),
            tokio::spawn(crate::webhook::deliver_queued(sandbox, delivered)),
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

fn make_world(options: &Options, base_url: &str) -> World {
    let mut world = World::new(options.now, options.nonce_window, &options.bot_name);
    base_url.clone_into(&mut world.base_url);
    world.privileged = options.privileged_intents;
    world.strange = options.strange.map(Strange::new);
    world.versions = options.keep_versions.then(Vec::new);
    world
}

/// A token in Discord's form: the bot's id in base64, then two parts that only Discord can read.
fn make_token(application: u64, port: u16) -> String {
    format!(
        "{}.sandbox.{port}",
        STANDARD_NO_PAD.encode(application.to_string())
    )
}

async fn serve_rest(listener: TcpListener, sandbox: Sandbox) {
    let limits = from_fn_with_state(sandbox.clone(), crate::rest::limit_requests);
    let recorder = from_fn_with_state(sandbox.clone(), crate::rest::keep_exchange);
    let dates = map_response_with_state(sandbox.clone(), crate::rest::stamp_date);
    let api = Router::new()
        .route(
            "/api/{*rest}",
            any(crate::rest::handle_request)
                .layer(limits)
                .layer(dates)
                .layer(recorder),
        )
        .route("/attachments/{channel}/{id}/{name}", get(crate::rest::send_file))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(sandbox.clone());
    #[cfg(feature = "page")]
    let api = api.fallback_service(crate::web::make_router(sandbox));
    let service = api.into_make_service_with_connect_info::<Line>();
    let _ = axum::serve(Lines(listener), service).await;
}

/// Ends the waiting for interactions whose time is over. All have the same time, so they come in order.
async fn expire_interactions(sandbox: Sandbox, mut due: mpsc::UnboundedReceiver<(Instant, u64)>) {
    while let Some((at, interaction)) = due.recv().await {
        tokio::time::sleep_until(at.into()).await;
        sandbox.inner().change(|world| world.expire(interaction));
    }
}
