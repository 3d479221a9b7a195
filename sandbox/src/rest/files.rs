//! The files of messages.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::Sandbox;
use crate::world::World;

/// A file of a message.
pub(crate) async fn send_file(
    State(sandbox): State<Sandbox>,
    Path((channel, id, _name)): Path<(u64, u64, String)>,
) -> Response {
    let find = |world: &World| {
        let messages = world
            .messages
            .values()
            .filter(|message| message.channel == channel);
        let mut files = messages.flat_map(|message| &message.attachments);
        files
            .find(|file| file.id == id)
            .or_else(|| world.uploads.get(&id))
            .cloned()
    };
    match sandbox.read(find) {
        Some(file) => ([(CONTENT_TYPE, file.content_type)], file.bytes.to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
