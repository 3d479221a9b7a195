//! The page at `/`: a client that looks and feels like Discord, for people who want to click.
//!
//! Everything is in the binary: no build step, nothing from elsewhere. The server sends what a member sees as JSON, with
//! Markdown rendered ([`crate::markdown`]), tells what happens through server-sent events, and lets a member act
//! through [`crate::Member`], as a test does. It has no accounts and no secrets, because it listens on loopback only.

mod act;
mod assets;
mod events;
mod state;
mod view;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use parking_lot::Mutex;
use serde::Deserialize;

use crate::{Member, Sandbox, Seen};

/// Most bytes in one request: a file as large as Discord takes, and some words.
const MOST_BYTES: usize = 26 * 1024 * 1024;

/// What the handlers share.
#[derive(Clone)]
struct Page {
    sandbox: Sandbox,
    modals: Arc<Modals>,
}

/// Dialogs that were opened on the page and not sent yet.
#[derive(Default)]
struct Modals {
    next: AtomicU64,
    open: Mutex<HashMap<String, Seen>>,
}

/// The routes of the page.
pub fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/", get(assets::index))
        .route("/_sandbox/assets/{name}", get(assets::asset))
        .route("/_sandbox/state", get(state::state))
        .route("/_sandbox/messages", get(state::messages))
        .route("/_sandbox/events", get(events::events))
        .route("/_sandbox/slash", post(act::slash))
        .route("/_sandbox/upload", post(act::upload))
        .route("/_sandbox/complete", post(act::complete))
        .route("/_sandbox/press", post(act::press))
        .route("/_sandbox/choose", post(act::choose))
        .route("/_sandbox/submit", post(act::submit))
        .route("/_sandbox/say", post(act::say))
        .route("/_sandbox/dismiss", post(act::dismiss))
        .route("/_sandbox/lively", post(act::lively))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(Page {
            sandbox,
            modals: Arc::default(),
        })
}

impl Page {
    /// The member with this id, or the first one: a page that was open before a restart asks for somebody unknown.
    fn member(&self, id: Option<Id>) -> Option<Member> {
        let members = self.sandbox.members();
        let known = id.and_then(|id| members.iter().find(|member| member.id() == id.0).cloned());
        known.or_else(|| members.into_iter().next())
    }
}

/// A snowflake as JSON and addresses have it: a text, because JavaScript's numbers are too short.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Id(u64);

impl TryFrom<String> for Id {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}
