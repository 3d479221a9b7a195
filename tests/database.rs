//! A database for each test, on the server `DATABASE_URL` names or on a throwaway one.

use greenroom::bank::Bank;
use sandbox::postgres::Postgres;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
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
    let mut admin = PgConnection::connect(&template.server).await.unwrap();
    let create = format!("create database {name} template {}", template.name);
    sqlx::query(sqlx::AssertSqlSafe(create))
        .execute(&mut admin)
        .await
        .unwrap();
    with_database(&template.server, &name)
}

async fn make_template() -> Template {
    let (server, throwaway) = match std::env::var("DATABASE_URL") {
        Ok(url) => (url, None),
        Err(_) => {
            let postgres = tokio::task::spawn_blocking(|| Postgres::start(false))
                .await
                .unwrap()
                .unwrap();
            (postgres.url().to_owned(), Some(postgres))
        }
    };
    let name = format!("greenroom_test_{}", std::process::id());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let create = format!("create database {name}");
    sqlx::query(sqlx::AssertSqlSafe(create))
        .execute(&mut admin)
        .await
        .unwrap();
    let db = PgPoolOptions::new()
        .max_connections(1)
        .connect(&with_database(&server, &name))
        .await
        .unwrap();
    greenroom::store::MIGRATOR.run(&db).await.unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bank");
    let bank = Bank::load(folder.as_ref())
        .map_err(|report| report.problems)
        .unwrap();
    let mut tx = db.begin().await.unwrap();
    greenroom::store::questions::synchronise(&mut tx, bank.questions(), monday())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    Template {
        server,
        name,
        _throwaway: throwaway,
    }
}

fn with_database(server: &str, name: &str) -> String {
    let options: PgConnectOptions = server.parse().unwrap();
    options.database(name).to_url_lossy().to_string()
}
