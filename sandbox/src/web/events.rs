//! What happens, told to a page as it happens.
//!
//! Messages are sent whole. Of everything else only that it changed: the page then asks for the state.

use std::convert::Infallible;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::page::{Id, Page};
use super::state::Directory;
use crate::Sandbox;
use crate::world::Change;

#[derive(Deserialize)]
pub(super) struct Who {
    #[serde(rename = "as")]
    me: Option<Id>,
}

pub(super) async fn get_events(
    State(page): State<Page>,
    Query(who): Query<Who>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let me = page.member(who.me).map_or(0, |member| member.id());
    page.sandbox.inner().lively.spare(me);
    let changes = page.sandbox.changes();
    let sandbox = page.sandbox;
    let news = stream::unfold((sandbox, changes), move |(sandbox, mut changes)| async move {
        loop {
            let told = match changes.recv().await {
                Ok(change) => describe_change(&sandbox, me, change),
                // Too much happened at once; the page asks for everything again.
                Err(RecvError::Lagged(_)) => Some(("missed", json!({}))),
                Err(RecvError::Closed) => return None,
            };
            if let Some((kind, data)) = told {
                return Some((
                    Ok(Event::default().event(kind).data(data.to_string())),
                    (sandbox, changes),
                ));
            }
        }
    });
    Sse::new(news).keep_alive(KeepAlive::default())
}

fn describe_change(sandbox: &Sandbox, me: u64, change: Change) -> Option<(&'static str, Value)> {
    match change {
        Change::Message { channel: _, id } => {
            let (message, directory) = sandbox.read(|world| {
                let id = id.parse().ok()?;
                let visible = world.messages.get(&id)?.only_for.is_none_or(|only| only == me);
                visible
                    .then(|| Some((world.message_json(id)?, Directory::of(world))))
                    .flatten()
            })?;
            Some(("message", json!({ "message": directory.render(&message) })))
        }
        Change::Deleted { channel, id } => Some(("gone", json!({ "channel": channel, "id": id }))),
        Change::Layout | Change::Commands | Change::Failure | Change::Connection | Change::Clock => {
            Some(("state", json!({})))
        }
    }
}
