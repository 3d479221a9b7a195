//! Whether PostgreSQL can be reached, is new enough, lets the bot make its tables, and has them.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use super::report::Line;
use super::{CLOCKS_AGREE, describe_gap, look_within};
use crate::bot::Clock;
use crate::run::{connect_failure, connect_options, database_reason};
use crate::settings::DatabaseSettings;
use crate::store::MIGRATOR;
use crate::store::inspect::{self, Posting};
use crate::store::meta::read_schema_min;

/// What `migrations/` is written for.
const OLDEST: i32 = 15;

/// The lines about the database, and the schedules in it, as far as they can be read.
pub async fn check_database(settings: &DatabaseSettings, clock: &Clock) -> (Vec<Line>, Option<Vec<Posting>>) {
    let (mut db, server) = match connect(settings, clock).await {
        Ok(connected) => connected,
        Err(line) => {
            let needs = "the database";
            let rest = ["rights", "schema"].map(|thing| Line::not_tried(thing, needs));
            return ([vec![line], rest.to_vec()].concat(), None);
        }
    };
    let rights = check_rights(&mut db).await.unwrap_or_else(|line| line);
    let (schema, usable) = match check_schema(&mut db).await {
        Ok(checked) => checked,
        Err(line) => (line, false),
    };
    let mut lines = vec![server, rights, schema];
    let mut postings = None;
    if usable {
        match look_within("schedules", inspect::read_postings(&mut db)).await {
            Ok(read) => postings = Some(read),
            Err(line) => lines.push(line),
        }
    }
    let _ = tokio::time::timeout(super::PATIENCE, db.close()).await;
    (lines, postings)
}

async fn connect(settings: &DatabaseSettings, clock: &Clock) -> Result<(PgConnection, Line), Line> {
    const THING: &str = "database";
    let as_said = |error: anyhow::Error| Line::wrong_as_said(THING, format!("{error:#}"));
    let options = connect_options(settings).map_err(as_said)?;
    let place = match options.get_socket() {
        Some(folder) => format!("in {}", folder.display()),
        None => format!("on {}", options.get_host()),
    };
    let connected = look_within(THING, async {
        let connected = options.connect().await;
        Ok::<_, sqlx::Error>(connected.map_err(|error| connect_failure(&options, &error)))
    });
    let mut db = connected.await?.map_err(as_said)?;
    let before = clock();
    let (version, time) = look_within(THING, inspect::read_server(&mut db)).await?;
    let (major, minor) = (version / 10_000, version % 10_000);
    if major < OLDEST {
        let says = format!("PostgreSQL {major} {place} is too old");
        return Err(Line::wrong(
            THING,
            says,
            format!("Take a server of version {OLDEST} or newer."),
        ));
    }
    let remark = clock_remark(before, time, clock());
    let line = Line::right(THING, format!("PostgreSQL {major}.{minor} {place}{remark}"));
    Ok((db, line))
}

/// The bot goes by its own machine's clock alone; that the server's differs is worth a remark and no more.
fn clock_remark(before: DateTime<Utc>, server: DateTime<Utc>, after: DateTime<Utc>) -> String {
    let off = match server < before {
        true => server - before,
        false => (server - after).max(TimeDelta::zero()),
    };
    match off.abs() < CLOCKS_AGREE {
        true => String::new(),
        false => format!(
            "; its clock is {} this machine's, which does no harm here",
            describe_gap(off)
        ),
    }
}

/// Makes a table and takes it back. Nobody else ever sees it.
async fn check_rights(db: &mut PgConnection) -> Result<Line, Line> {
    const THING: &str = "rights";
    let mut tx = look_within(THING, db.begin()).await?;
    let made = look_within(THING, async {
        Ok::<_, sqlx::Error>(inspect::try_table(&mut *tx).await)
    });
    let made = made.await?;
    look_within(THING, tx.rollback()).await?;
    if let Err(error) = made {
        return Ok(Line::wrong(
            THING,
            format!("the user may not make tables: {}", database_reason(&error)),
            "Make it the owner of the database: alter database … owner to …; run by the server's administrator.",
        ));
    }
    Ok(match look_within(THING, inspect::find_foreign_table(db)).await? {
        None => Line::right(THING, "may make and change tables"),
        Some(table) => Line::wrong(
            THING,
            format!("the table {table} belongs to another user, so an upgrade could not change it"),
            "Connect as the user who made the tables, or give them to this one: reassign owned by … to …;",
        ),
    })
}

/// Whether the tables are those of this version; the bool says whether they can be read.
async fn check_schema(db: &mut PgConnection) -> Result<(Line, bool), Line> {
    const THING: &str = "schema";
    let applied = look_within(THING, inspect::read_migrations(db)).await?;
    let known: BTreeMap<i64, &[u8]> = MIGRATOR.iter().map(|one| (one.version, &*one.checksum)).collect();
    let ours = known.keys().next_back().copied().unwrap_or_default();
    if let Some(newest) = applied.keys().next_back().filter(|newest| **newest > ours) {
        let least = look_within(THING, read_schema_min(db)).await?;
        if least > ours {
            let says = format!(
                "the database was migrated by a newer version of this program (migration {newest}), which this one \
                 cannot run beside"
            );
            return Ok((Line::wrong(THING, says, "Run that version."), false));
        }
        let says = format!("it is of a newer version, which this one can live on (migration {newest})");
        return Ok((Line::right(THING, says), true));
    }
    if let Some((other, _)) = applied
        .iter()
        .find(|(version, sum)| known[version] != sum.as_slice())
    {
        let says = format!("migration {other} is not the one this version has");
        let remedy = "Run the version that made this database, or take an empty one.";
        return Ok((Line::wrong(THING, says, remedy), false));
    }
    let missing = known.len() - applied.len();
    Ok(match (applied.len(), missing) {
        (0, _) => (
            Line::not_yet(THING, "no tables; the first `greenroom run` makes them"),
            false,
        ),
        (_, 0) => (
            Line::right(THING, format!("all {} migrations are there", known.len())),
            true,
        ),
        (_, missing) => {
            let all = known.len();
            let says =
                format!("{missing} of {all} migrations are to come; the next `greenroom run` makes them");
            (Line::not_yet(THING, says), false)
        }
    })
}
