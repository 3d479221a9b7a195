//! The PostgreSQL servers that are measured, and a database on one.

use anyhow::Context as _;
use sandbox::postgres::Postgres;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};
use tokio::sync::Mutex;

/// A server to measure on.
pub struct Server {
    /// What it is called in the result.
    pub name: String,
    url: String,
    /// Ends with this.
    _throwaway: Option<Postgres>,
}

impl Server {
    /// The one in `DATABASE_URL`; without it two throwaway ones, as a server is run and as tests are.
    pub fn all() -> anyhow::Result<Vec<Self>> {
        if let Some(url) = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) {
            let name = "PostgreSQL of DATABASE_URL".to_owned();
            return Ok(vec![Self {
                name,
                url,
                _throwaway: None,
            }]);
        }
        let start = |name: &str, durable| {
            let postgres = Postgres::start(durable)?;
            let url = postgres.url();
            anyhow::Ok(Self {
                name: name.to_owned(),
                url,
                _throwaway: Some(postgres),
            })
        };
        Ok(vec![
            start("PostgreSQL as it is run: every commit on disk", true)?,
            start("PostgreSQL as in tests: in memory, nothing synced", false)?,
        ])
    }
}

/// A database of its own, and a connection to it besides the bot's.
pub struct Database {
    /// Where the bot finds it.
    pub url: String,
    name: String,
    server: PgConnectOptions,
    connection: Mutex<PgConnection>,
}

impl Database {
    /// Makes an empty one.
    pub async fn create(server: &Server) -> anyhow::Result<Self> {
        let options: PgConnectOptions = server.url.parse()?;
        let name = format!("greenroom_bench_{}", std::process::id());
        let mut admin = options.connect().await.with_context(|| server.name.clone())?;
        let create = format!("create database {name}");
        sqlx::query(AssertSqlSafe(create)).execute(&mut admin).await?;
        admin.close().await?;
        let here = options.clone().database(&name);
        Ok(Self {
            url: here.to_url_lossy().into(),
            connection: Mutex::new(here.connect().await?),
            server: options,
            name,
        })
    }

    /// One number.
    pub async fn number(&self, query: &'static str) -> sqlx::Result<i64> {
        let mut connection = self.connection.lock().await;
        sqlx::query_scalar(query).fetch_one(&mut *connection).await
    }

    /// The server's main process, if it runs here and tells.
    pub async fn process(&self) -> Option<u32> {
        let line = "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint";
        u32::try_from(self.number(line).await.ok()?).ok()
    }

    /// Removes it.
    pub async fn drop(self) -> anyhow::Result<()> {
        self.connection.into_inner().close().await?;
        let mut admin = self.server.connect().await?;
        let drop = format!("drop database {} with (force)", self.name);
        sqlx::query(AssertSqlSafe(drop)).execute(&mut admin).await?;
        Ok(admin.close().await?)
    }
}
