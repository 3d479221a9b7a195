//! What both programs have written down.

use std::time::Duration;

use anyhow::ensure;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::members::Clicks;

/// Longer than the last window and its reveal take.
const PATIENCE: Duration = Duration::from_secs(90);
/// Rounds of the schedules that come due, one after the other.
const DUE: &str = "rounds where requested_by_interaction is null and window_seconds = 60";

pub struct Stored(PgPool);

impl Stored {
    pub async fn connect(database: &str) -> anyhow::Result<Self> {
        Ok(Self(
            PgPoolOptions::new().max_connections(1).connect(database).await?,
        ))
    }

    async fn number(&self, query: &str) -> anyhow::Result<i64> {
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned()));
        Ok(query.fetch_one(&self.0).await?)
    }

    async fn messages(&self, rows: &str) -> anyhow::Result<Vec<u64>> {
        let query = format!("select message_id from rounds where {rows}");
        let query = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(query));
        let ids = query.fetch_all(&self.0).await?;
        Ok(ids.into_iter().map(i64::cast_unsigned).collect())
    }

    /// The newest migration that was applied.
    pub async fn newest_migration(&self) -> anyhow::Result<i64> {
        self.number("select max(version) from _sqlx_migrations").await
    }

    /// What a program has to know to live on this schema, once that is written down.
    pub async fn schema_min(&self) -> anyhow::Result<Option<i64>> {
        let query = "select value::bigint from meta where key = 'schema_min'";
        Ok(sqlx::query_scalar(query).fetch_optional(&self.0).await?)
    }

    pub async fn shorten_windows(&self) -> anyhow::Result<()> {
        sqlx::query("update schedules set window_seconds = 60 where window_seconds = 300")
            .execute(&self.0)
            .await?;
        Ok(())
    }

    /// Sees that so many of the questions that come due are posted, each once.
    pub async fn check_posted(&self, count: i64) -> anyhow::Result<()> {
        let there = self.number(&format!("select count(*) from {DUE}")).await?;
        let posted = format!("select count(distinct schedule_id) from {DUE} and message_id is not null");
        let posted = self.number(&posted).await?;
        ensure!(
            there == count && posted == count,
            "{count} questions were due, {there} planned and {posted} posted"
        );
        Ok(())
    }

    /// Waits until so many of them show their reveal.
    pub async fn wait_until_revealed(&self, count: i32) -> anyhow::Result<()> {
        let shown = format!("select count(*) from {DUE} and announced_at is not null");
        let since = tokio::time::Instant::now();
        loop {
            let there = self.number(&shown).await?;
            if there == i64::from(count) {
                return Ok(());
            }
            ensure!(
                since.elapsed() < PATIENCE,
                "{count} questions were to be revealed, {there} are"
            );
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// The message of every round that has one.
    pub async fn posted_messages(&self) -> anyhow::Result<Vec<u64>> {
        self.messages("message_id is not null").await
    }

    /// The messages that show a reveal.
    pub async fn revealed_messages(&self) -> anyhow::Result<Vec<u64>> {
        self.messages("announced_at is not null").await
    }

    /// Sees that what members were told is what is stored.
    pub async fn check_answers(&self, clicks: &Clicks) -> anyhow::Result<()> {
        let rows: Vec<(i64, i64, i16)> = sqlx::query_as(
            "select r.message_id, a.user_id, a.choices from answers a join rounds r using (round_id)",
        )
        .fetch_all(&self.0)
        .await?;
        let stored = |message: u64, user: u64| {
            let (message, user) = (message.cast_signed(), user.cast_signed());
            let row = rows.iter().find(|row| row.0 == message && row.1 == user);
            row.map(|row| row.2)
        };
        for ((message, user), choice) in &clicks.chosen {
            let found = stored(*message, *user);
            ensure!(
                found == Some(*choice),
                "member {user} was told that {choice} counts in message {message}, and stored is {found:?}"
            );
        }
        Ok(())
    }

    /// Sees that every answer to what was revealed has its points, and no other.
    pub async fn check_scores(&self) -> anyhow::Result<()> {
        let wrong = "select count(*) from answers a join rounds r using (round_id)
                      where (r.state = 'revealed') <> (a.points is not null)";
        ensure!(
            self.number(wrong).await? == 0,
            "answers have points too early, or none"
        );
        ensure!(
            self.number("select count(*) from answers where points is not null")
                .await?
                > 0,
            "nothing was scored"
        );
        Ok(())
    }

    /// A number that changes with anything boards are made of.
    pub async fn digest_boards(&self) -> anyhow::Result<i64> {
        self.number(
            "select coalesce(sum(hashtext(row::text)::bigint), 0)::bigint
               from (select s::text as row from standings s union all
                     select w::text as row from weekly_points w) rows",
        )
        .await
    }
}
