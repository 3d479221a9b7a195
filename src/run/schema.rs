//! Brings the schema up to date, or sees that this version can live on a newer one.
//!
//! A release only ever adds to the schema what the one before it can ignore, so both run side by side during an
//! upgrade. Where that cannot be, its migration raises `schema_min` in the table `meta`: the newest migration a program
//! has to know to go on working.

use anyhow::{anyhow, bail};
use sqlx::PgPool;
use sqlx::migrate::{MigrateError, Migration};

use crate::run::database_reason;
use crate::settings::Migrate;
use crate::store::{self, MIGRATOR};

/// How often five seconds are waited for a lock: another instance may be migrating, or reading a large table.
const MOST_TRIES: u32 = 12;

/// What this version is to the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The newest that ever ran on it.
    Newest,
    /// An older one than another that ran on it. What belongs to everybody, such as the bank, is that one's business.
    Older,
}

/// Applies the migrations that are missing, if that is wanted.
///
/// # Errors
/// A sentence about what to do.
pub async fn prepare_schema(db: &PgPool, migrate: Migrate) -> anyhow::Result<Standing> {
    let mut conn = db.acquire().await?;
    let applied = store::inspect::read_migrations(&mut conn)
        .await
        .map_err(explain_failure)?;
    let ours = MIGRATOR.iter().map(|one| one.version).max().unwrap_or_default();
    let missing = MIGRATOR
        .iter()
        .filter(|one| !applied.contains_key(&one.version))
        .count();
    match applied.keys().next_back() {
        Some(newest) if *newest > ours => {
            let least = store::meta::read_schema_min(&mut conn).await?;
            if least > ours {
                bail!(
                    "the database was migrated by a newer version of this program (migration {newest}), which this one \
                     cannot run beside. Run that version."
                );
            }
            tracing::info!(
                newest,
                ours,
                "the schema is of a newer version; this one can live on it"
            );
            return Ok(Standing::Older);
        }
        _ if missing == 0 => {}
        _ if migrate == Migrate::Never => bail!(
            "the schema is older than this version ({missing} of {} migrations are to come), and database.migrate says \
             never. Run `greenroom migrate` first, as a user who may change the tables.",
            MIGRATOR.iter().count()
        ),
        _ => {}
    }
    let unchanged = |one: &Migration| applied.get(&one.version).is_some_and(|sum| *sum == *one.checksum);
    if MIGRATOR.iter().all(unchanged) {
        return Ok(Standing::Newest);
    }
    // A table that is in use is waited for, but those who come after must not queue behind that for long.
    store::meta::limit_lock_waits(&mut conn).await?;
    let mut tries = 1;
    while let Err(error) = MIGRATOR.run_direct(None, &mut *conn, false).await {
        if !is_lock_timeout(&error) || tries == MOST_TRIES {
            return Err(explain_failure(error));
        }
        tries += 1;
    }
    // The limit stays on the connection.
    conn.close_on_drop();
    Ok(Standing::Newest)
}

fn is_lock_timeout(error: &MigrateError) -> bool {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    match error {
        MigrateError::Execute(sqlx::Error::Database(said))
        | MigrateError::ExecuteMigration(sqlx::Error::Database(said), _) => {
            said.code().as_deref() == Some(LOCK_NOT_AVAILABLE)
        }
        _ => false,
    }
}

fn explain_failure(error: MigrateError) -> anyhow::Error {
    if is_lock_timeout(&error) {
        return anyhow!(
            "the database schema could not be brought up to date, because a table is in use for too long, or another \
             instance is at it. Nothing was changed; start me again in a minute."
        );
    }
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => anyhow!(
            "the database schema could not be brought up to date: {}. The user needs the right to create tables in it.",
            database_reason(&error)
        ),
        error => anyhow!("the database schema could not be brought up to date: {error}."),
    }
}
