//! The connections to the database: how many there are for what, and how long anything may wait on one.
//!
//! Whoever waits for ever holds a connection for ever, and others wait for it. So every wait has an end, at both ends
//! of the wire: PostgreSQL gives up on locks, statements, transactions nobody goes on with and clients that are gone;
//! and a connection that may be dead is asked for a sign of life, for which the pool alone would wait without limit.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool, Row as _};

use crate::run::connect_options;
use crate::settings::DatabaseSettings;

/// With fewer connections than this, people and jobs wait for each other's.
const COMFORTABLE: u32 = 8;
/// A connection that was used so lately needs no test.
const FRESH: Duration = Duration::from_secs(1);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Migrations, the bank, and the commands of operators: may take as long as they take.
    Upkeep,
    /// What people do; Discord waits three seconds for it.
    Answering,
    /// What happens by time.
    Jobs,
}

impl Purpose {
    /// The ends of all waits on PostgreSQL's side.
    pub fn limit_waits(self, options: PgConnectOptions) -> PgConnectOptions {
        // A client that vanished is noticed in half a minute, not in the two hours of the system's default: until then
        // its locks are held.
        let options = options.options([
            ("tcp_keepalives_idle", "15"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "3"),
            ("tcp_user_timeout", "30s"),
            // Also while it waits for a lock, which it would still get, and keep.
            ("client_connection_check_interval", "10s"),
        ]);
        match self {
            // A migration waits for the instance that runs it already.
            Self::Upkeep => options.options([("idle_in_transaction_session_timeout", "60s")]),
            // What nobody waits for any more ends soon after: giving up on our side does not end it there.
            Self::Answering => options.options([
                ("lock_timeout", "2s"),
                ("statement_timeout", "3s"),
                ("idle_in_transaction_session_timeout", "10s"),
            ]),
            Self::Jobs => options.options([
                ("lock_timeout", "5s"),
                ("statement_timeout", "25s"),
                ("idle_in_transaction_session_timeout", "30s"),
            ]),
        }
    }

    /// A pool of so many connections that keeps none whose other end is silent.
    pub fn pool_options(self, most: u32) -> PgPoolOptions {
        let (acquire, alive) = match self {
            Self::Upkeep | Self::Jobs => (Duration::from_secs(10), Duration::from_secs(4)),
            Self::Answering => (Duration::from_secs(2), Duration::from_millis(700)),
        };
        PgPoolOptions::new()
            .max_connections(most)
            .acquire_timeout(acquire)
            .test_before_acquire(false)
            .before_acquire(move |connection, about| {
                Box::pin(async move {
                    match about.idle_for < FRESH {
                        true => Ok(true),
                        false => prove_alive(connection, alive).await,
                    }
                })
            })
            // Also one whose work was given up in the middle: the answer may never come.
            .after_release(move |connection, _| Box::pin(prove_clean(connection, alive)))
    }
}

/// A round trip with an end. An error closes the connection without a goodbye, for which there may be nobody.
async fn prove_alive(connection: &mut PgConnection, within: Duration) -> sqlx::Result<bool> {
    match tokio::time::timeout(within, connection.ping()).await {
        Ok(answered) => answered.map(|()| true),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// The same, and false where a transaction is open: such a connection is closed, and with it the transaction.
///
/// Whoever gives up while a transaction begins leaves it open: sqlx 0.9.0 (its issue 4393) counts it only once BEGIN
/// is answered, and so rolls nothing back. What others then do on that connection, answers of members among it, would
/// be done within that transaction: told to be recorded, seen by nobody, and undone with it.
async fn prove_clean(connection: &mut PgConnection, within: Duration) -> sqlx::Result<bool> {
    // Outside of a transaction a statement is one of its own and begins with it. As one message: the parts of a
    // prepared statement have a time each.
    let begun = sqlx::raw_sql("select transaction_timestamp() = statement_timestamp()");
    // In a transaction that has failed nothing can be asked; that closes the connection as well.
    match tokio::time::timeout(within, begun.fetch_one(connection)).await {
        Ok(row) => {
            let clean: bool = row?.try_get(0)?;
            if !clean {
                tracing::warn!("a transaction was given up while it began; its connection is closed");
            }
            Ok(clean)
        }
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// The pools of a running bot, which has one more connection to listen with.
pub struct Pools {
    /// For what people do.
    pub answering: PgPool,
    /// For what happens by time.
    pub jobs: PgPool,
}

/// Shares the connections out, so that no job can take those that people need. They are opened when they are used.
///
/// # Errors
/// If the address cannot be read.
pub fn open_pools(settings: &DatabaseSettings) -> anyhow::Result<Pools> {
    let total = settings.max_connections;
    let (answering, jobs) = share_connections(total);
    if total < COMFORTABLE {
        tracing::warn!(
            "database.max_connections is {total}: {answering} for what people do, {jobs} for what happens by time. \
             It works, but slowly where much happens at once; {COMFORTABLE} or more are better"
        );
    }
    let open = |purpose: Purpose, most| {
        let options = purpose.limit_waits(connect_options(settings)?);
        anyhow::Ok(purpose.pool_options(most).connect_lazy_with(options))
    };
    Ok(Pools {
        answering: open(Purpose::Answering, answering)?,
        jobs: open(Purpose::Jobs, jobs)?,
    })
}

/// How many of all connections are for what people do, and how many for jobs; one is left to listen with.
fn share_connections(total: u32) -> (u32, u32) {
    let shared = total.saturating_sub(1).max(2);
    let jobs = shared / 2;
    (shared - jobs, jobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_the_total_and_everybody_has_a_connection() {
        for total in 3..=100 {
            let (answering, jobs) = share_connections(total);
            assert_eq!(answering + jobs + 1, total);
            assert!(jobs >= 1 && answering >= jobs);
        }
        assert_eq!(share_connections(3), (1, 1));
        assert_eq!(share_connections(10), (5, 4));
    }
}
