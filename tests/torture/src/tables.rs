//! Reads the tables, whole.

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};
use torture::facts::{Row, Tables};

/// All tables that are checked.
pub async fn read_tables(db: &PgPool) -> anyhow::Result<Tables> {
    Ok(Tables {
        rounds: read_rows(db, "rounds").await?,
        answers: read_rows(db, "answers").await?,
        open_answers: read_rows(db, "open_answers").await?,
        revisions: read_rows(db, "revisions").await?,
        schedules: read_rows(db, "schedules").await?,
        standings: read_rows(db, "standings").await?,
        weekly_points: read_rows(db, "weekly_points").await?,
        quizzes: read_rows(db, "quizzes").await?,
        live_quizzes: read_rows(db, "live_quizzes").await?,
        notices: read_rows(db, "notices").await?,
    })
}

async fn read_rows(db: &PgPool, table: &str) -> sqlx::Result<Vec<Row>> {
    let all = format!("select to_jsonb(t) from {table} t");
    let rows: Vec<Value> = sqlx::query_scalar(AssertSqlSafe(all)).fetch_all(db).await?;
    Ok(rows.into_iter().map(Row).collect())
}

/// How many rounds were asked.
pub async fn count_asked(db: &PgPool) -> anyhow::Result<u64> {
    let count = "select count(*) from rounds where state in ('posted', 'revealed')";
    let asked: i64 = sqlx::query_scalar(count).fetch_one(db).await?;
    Ok(asked.unsigned_abs())
}

/// How much is still on its way.
pub async fn count_unfinished(db: &PgPool) -> sqlx::Result<i64> {
    // By way of JSON where a column may move to another table one day.
    let count = "select (select count(*) from rounds where state in ('planned', 'posted') and source <> 'solo')
                      + (select count(*) from quizzes where source = 'live' and state in ('lobby', 'running'))
                      + (select count(*) from notices n where to_jsonb(n)->>'state' = 'planned' and due_at <= now())
                      + (select count(*) from open_answers o join rounds r using (round_id)
                          where o.shared and r.state = 'revealed' and to_jsonb(o)->'message_id' = 'null')";
    sqlx::query_scalar(count).fetch_one(db).await
}

/// Whoever held a lease is dead: it is as if its time were over. Where leases stand is nobody's business here.
pub async fn end_leases(db: &PgPool) -> anyhow::Result<()> {
    let leases: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
          where table_schema = 'public' and column_name in ('lease_until', 'leased_until')",
    )
    .fetch_all(db)
    .await?;
    for (table, until) in leases {
        let end = format!("update {table} set {until} = now() where {until} > now()");
        sqlx::query(AssertSqlSafe(end)).execute(db).await?;
    }
    Ok(())
}

/// What is open closes now, as if a manager had asked for each reveal.
pub async fn end_windows(db: &PgPool) -> anyhow::Result<()> {
    let close = "update rounds set reveal_at = now() where state = 'posted' and source = 'daily' and reveal_at > now()";
    sqlx::query(close).execute(db).await?;
    Ok(())
}
