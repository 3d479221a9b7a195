//! How long anything may wait on a connection to the database.
//!
//! A connection can die without a sound: a host lost its power, a firewall forgot. Whoever waits on it waits for ever,
//! and others wait for what it holds. So both ends of the wire notice within seconds.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection};

/// How long a connection has for a sign of life.
const ALIVE_WITHIN: Duration = Duration::from_secs(2);
/// A connection that was used so lately needs no test.
const FRESH: Duration = Duration::from_secs(1);

/// A pool that hands out no connection whose other end is silent. The pool's own test has no end.
pub fn pool_options(most: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                match about.idle_for < FRESH {
                    true => Ok(true),
                    false => prove_alive(connection).await,
                }
            })
        })
        // Also one whose work was given up in the middle: the answer may never come.
        .after_release(|connection, _| Box::pin(prove_alive(connection)))
}

/// Lets PostgreSQL notice a client that vanished in half a minute, not in the two hours of the system's default: until
/// then its locks are held. One that froze in the middle of its work loses it after some minutes.
pub fn limit_waits(options: PgConnectOptions) -> PgConnectOptions {
    options.options([
        ("tcp_keepalives_idle", "15"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "30s"),
        ("idle_in_transaction_session_timeout", "4min"),
    ])
}

/// A round trip with an end. An error closes the connection without a goodbye, for which there may be nobody.
async fn prove_alive(connection: &mut PgConnection) -> sqlx::Result<bool> {
    match tokio::time::timeout(ALIVE_WITHIN, connection.ping()).await {
        Ok(answered) => answered.map(|()| true),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}
