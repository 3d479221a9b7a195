//! What the log says of a failure.

use crate::bot::Bot;
use crate::store::unreadable::{UnreadableValue, find_unreadable};

/// A failure in one line, with all its causes.
///
/// Where it is a value this version cannot read, the line says in which row it stands, so that the operator need not
/// search for it.
pub async fn describe_failure(bot: &Bot, error: &anyhow::Error) -> String {
    let unreadable = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<UnreadableValue>());
    if let Some(unreadable) = unreadable
        && let Ok(mut tx) = bot.db.begin().await
        && let Ok(Some(place)) = find_unreadable(&mut tx, unreadable).await
    {
        return format!("{place}: {unreadable}");
    }
    format!("{error:#}")
}
