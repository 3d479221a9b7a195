//! The page at `/`: a client that looks and feels like Discord, for people who want to click.
//!
//! Everything is in the binary: no build step, nothing from elsewhere. The server sends what a member sees as JSON,
//! with Markdown rendered ([`crate::markdown`]), tells what happens through server-sent events, and lets a member act
//! through [`crate::Member`], as a test does. It has no accounts and no secrets, because it listens on loopback only.

mod act;
mod assets;
mod events;
mod page;
mod state;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use self::page::Page;
use crate::Sandbox;

/// Most bytes in one request: a file as large as Discord takes, and some words.
const MOST_BYTES: usize = 26 * 1024 * 1024;

/// The routes of the page.
pub(crate) fn make_router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/", get(assets::get_index))
        .route("/_sandbox/assets/{name}", get(assets::get_asset))
        .route("/_sandbox/state", get(state::get_state))
        .route("/_sandbox/messages", get(state::get_messages))
        .route("/_sandbox/events", get(events::get_events))
        .route("/_sandbox/slash", post(act::post_slash))
        .route("/_sandbox/upload", post(act::post_upload))
        .route("/_sandbox/complete", post(act::post_complete))
        .route("/_sandbox/press", post(act::post_press))
        .route("/_sandbox/choose", post(act::post_choose))
        .route("/_sandbox/submit", post(act::post_submit))
        .route("/_sandbox/say", post(act::post_say))
        .route("/_sandbox/dismiss", post(act::post_dismiss))
        .route("/_sandbox/lively", post(act::post_lively))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(Page::new(sandbox))
}
