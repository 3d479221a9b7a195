//! Hears when any instance changes something, and wakes the loops.

use std::time::Duration;

use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::bot::Bot;
use crate::jobs::pass::{AFTER_FAILURE, Workplace};
use crate::jobs::supervise::Pulse;
use crate::store;

/// How long PostgreSQL may take to answer the one who listens.
const PATIENCE: Duration = Duration::from_secs(5);

/// Listens until it is to stop. While there is no connection, the loops' timers have to do.
pub async fn listen_for_changes(place: Workplace, pulse: Pulse, prove_every: Duration) {
    let mut listener = None;
    while !place.stop.is_cancelled() {
        if listener.is_none() {
            listener = connect_listener(&place.bot).await;
            // What was missed is looked for.
            place.bells.ring();
        }
        let pause = match listener {
            Some(_) => prove_every,
            None => AFTER_FAILURE,
        };
        tokio::select! {
            heard = hear_notification(&mut listener) => match heard.as_deref() {
                Some("outbox") => place.bells.outbox.ring(),
                Some(_) => place.bells.ring(),
                // What was missed with a lost connection is looked for.
                None => {
                    place.bells.ring();
                    listener = None;
                }
            },
            () = place.bot.delivery.changed() => place.bells.ring(),
            // A connection can die without a sound; only a round trip tells.
            () = tokio::time::sleep(pause) => {
                if !answers(&mut listener).await {
                    tracing::warn!("the connection that hears of changes is silent; connecting anew");
                    listener = None;
                }
            }
            () = place.stop.cancelled() => {}
        }
        pulse.note_pass();
    }
}

async fn connect_listener(bot: &Bot) -> Option<PgListener> {
    let connecting = async {
        // A pool for each connection: the place of one that is dead is free only when the system has given it up.
        let options = bot.db.connect_options();
        let pool = PgPoolOptions::new().max_connections(1);
        let pool = pool
            .acquire_timeout(PATIENCE)
            .connect_lazy_with((*options).clone());
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.eager_reconnect(false);
        listener.listen_all(["schedules", "outbox"]).await?;
        Ok::<_, sqlx::Error>(listener)
    };
    match tokio::time::timeout(PATIENCE, connecting).await {
        Ok(Ok(listener)) => Some(listener),
        Ok(Err(error)) => {
            tracing::warn!(%error, "changes cannot be listened for; trying again soon");
            None
        }
        Err(_) => {
            tracing::warn!("changes cannot be listened for: the database does not answer; trying again soon");
            None
        }
    }
}

/// Waits for a notification, and returns what it is about; `None` where the connection is lost.
async fn hear_notification(listener: &mut Option<PgListener>) -> Option<String> {
    match listener {
        Some(listener) => {
            let heard = listener.try_recv().await.ok().flatten()?;
            Some(heard.channel().to_owned())
        }
        None => std::future::pending().await,
    }
}

/// Whether the connection is there at both ends; nothing to complain of where there is none.
async fn answers(listener: &mut Option<PgListener>) -> bool {
    match listener {
        Some(listener) => {
            let round_trip = tokio::time::timeout(PATIENCE, store::wake::prove_alive(listener)).await;
            matches!(round_trip, Ok(Ok(())))
        }
        None => true,
    }
}
