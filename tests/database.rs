//! A database for each test, on the server `DATABASE_URL` names or on a throwaway one.

use greenroom::Bank;
use sandbox::postgres::Postgres;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};
use tokio::sync::OnceCell;

use crate::harness::monday;

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

/// A migrated database with the test bank in it, to be copied for each test: that takes a tenth of migrating anew.
struct Template {
    server: String,
    name: String,
    /// Kept until the process ends, if the tests run without a database of their own.
    _throwaway: Option<Postgres>,
}

/// The address of a migrated database with the test bank in it, which nobody else uses.
pub async fn new_database() -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let template = TEMPLATE.get_or_init(make_template).await;
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("{}_{number}", template.name);
    let leftover = format!("drop database if exists {name} with (force)");
    administer(&template.server, leftover).await;
    let create = format!("create database {name} template {}", template.name);
    administer(&template.server, create).await;
    with_database(&template.server, &name)
}

/// The questions of `tests/bank`, as a program writes them down at its start.
async fn write_bank(db: &PgPool) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bank");
    let bank = Bank::load(folder.as_ref())
        .map_err(|report| report.problems)
        .unwrap();
    let mut tx = db.begin().await.unwrap();
    greenroom::internals::synchronise_bank(&mut tx, bank.questions(), monday())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The address of a database as a program left it that knew the migrations up to this one.
pub async fn database_at(migration: i64) -> String {
    let database = new_database().await;
    let template = TEMPLATE.get().expect("it was made from the template");
    let options: PgConnectOptions = database.parse().unwrap();
    let name = options.get_database().unwrap();
    administer(&template.server, format!("drop database {name} with (force)")).await;
    administer(&template.server, format!("create database {name}")).await;
    let db = PgPool::connect(&database).await.unwrap();
    greenroom::internals::MIGRATOR
        .run_to(migration, &db)
        .await
        .unwrap();
    write_bank(&db).await;
    db.close().await;
    database
}

/// Removes a database after a test that succeeded; that of one that failed can be looked at.
pub async fn remove(database: &str) {
    let template = TEMPLATE.get().expect("it was made from the template");
    let options: PgConnectOptions = database.parse().unwrap();
    let name = options.get_database().unwrap();
    administer(&template.server, format!("drop database {name} with (force)")).await;
}

async fn administer(server: &str, statement: String) {
    let mut admin = PgConnection::connect(server).await.unwrap();
    let statement = sqlx::query(sqlx::AssertSqlSafe(statement));
    statement.execute(&mut admin).await.unwrap();
}

async fn make_template() -> Template {
    let (server, throwaway) = match std::env::var("DATABASE_URL") {
        Ok(url) if !url.is_empty() => (url, None),
        _ => {
            let start = tokio::task::spawn_blocking(|| Postgres::start(false));
            let postgres = start.await.unwrap().unwrap();
            (postgres.url_of("postgres"), Some(postgres))
        }
    };
    let name = format!("greenroom_test_{}", std::process::id());
    // What an earlier process of the same number may have left.
    administer(&server, format!("drop database if exists {name} with (force)")).await;
    administer(&server, format!("create database {name}")).await;
    let db = PgPoolOptions::new()
        .max_connections(1)
        .connect(&with_database(&server, &name))
        .await
        .unwrap();
    greenroom::internals::MIGRATOR.run(&db).await.unwrap();
    write_bank(&db).await;
    add_columns(&db, "of_a_newer_version").await;
    db.close().await;
    Template {
        server,
        name,
        _throwaway: throwaway,
    }
}

/// Adds a column to every table, as a newer version does to tables that an older one works with.
///
/// Every story lives on such a schema: one column is there before the bot connects, and one more comes while it runs.
pub async fn add_columns(db: &PgPool, name: &str) {
    let tables: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' and tablename <> '_sqlx_migrations'",
    )
    .fetch_all(db)
    .await
    .unwrap();
    for table in tables {
        // Each by itself: with several tables locked at once, the bot and this would wait for each other.
        let add = format!("alter table {table} add column if not exists {name} bigint default 7");
        sqlx::query(sqlx::AssertSqlSafe(add)).execute(db).await.unwrap();
    }
}

fn with_database(server: &str, name: &str) -> String {
    let options: PgConnectOptions = server.parse().unwrap();
    options.database(name).to_url_lossy().to_string()
}
