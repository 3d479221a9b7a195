//! Final standings of seasons and competitions, written once when they end, and what was found out about those of
//! seasons later.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{CompetitionId, GuildId, UserId};
use crate::rules::ranks::Ranked;
use crate::rules::season::Season;
use crate::store::competitions::Competition;

/// Closes a season with its final standings. False where it was closed before; then nothing is changed.
pub async fn close_season(
    db: &mut PgConnection,
    guild: GuildId,
    season: Season,
    ranked: &[Ranked],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update seasons set closed_at = $3 where guild_id = $1 and start_date = $2 and closed_at is null",
        guild.0,
        season.start,
        now
    )
    .execute(&mut *db)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let column = |of: fn(&Ranked) -> i64| ranked.iter().map(of).collect::<Vec<i64>>();
    sqlx::query!(
        "insert into season_results (guild_id, start_date, user_id, place, rank, name, points, correct, answers)
         select $1, $2, r.user_id, r.place, r.rank, coalesce(m.name, r.user_id::text), r.points, r.correct, r.answers
           from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) with ordinality
                as r (user_id, rank, points, correct, answers, place)
           left join members m on m.guild_id = $1 and m.user_id = r.user_id",
        guild.0,
        season.start,
        &column(|row| row.score.user.0),
        &column(|row| i64::from(row.rank)),
        &column(|row| row.score.points),
        &column(|row| row.score.correct),
        &column(|row| row.score.answers)
    )
    .execute(&mut *db)
    .await?;
    Ok(true)
}

/// Notes beside the final standings of a closed season what has changed since: after a late reveal or a corrected key.
/// Does nothing for a season that is not closed.
pub async fn note_regrades(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    start: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into season_regrades (guild_id, start_date, user_id, regraded_points, noted_at)
         select s.guild_id, s.start_date, s.user_id, s.points, $3
           from standings s
           join seasons closed on closed.guild_id = s.guild_id and closed.start_date = s.start_date
                              and closed.closed_at is not null
           left join season_results r on r.guild_id = s.guild_id and r.start_date = s.start_date
                                     and r.user_id = s.user_id
           left join season_regrades g on g.guild_id = s.guild_id and g.start_date = s.start_date
                                      and g.user_id = s.user_id
          where s.guild_id = $1 and s.period = 'season' and s.start_date = $2 and not s.practice
            and s.points <> coalesce(g.regraded_points, r.points, 0)
          order by s.user_id
         on conflict (guild_id, start_date, user_id) do update
            set regraded_points = excluded.regraded_points, noted_at = excluded.noted_at",
        guild.0,
        start,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A line of the final standings of a season.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRow {
    pub season: Season,
    pub user: UserId,
    pub rank: i32,
    pub name: String,
    pub points: i32,
    pub correct: i32,
    pub answers: i32,
    /// Whether Discord no longer knows the member here.
    pub left: bool,
    /// What the points would be by now, where that is something else.
    pub regraded_points: Option<i32>,
}

/// Which final standings are looked at.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// All places of the season that began on this day.
    One(NaiveDate),
    /// The first three of several seasons, the newest first: how many are passed over, and how many are taken.
    Podiums(i64, i64),
}

/// Final standings of closed seasons, in order.
pub async fn final_results(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    which: Which,
) -> sqlx::Result<Vec<ResultRow>> {
    let (only, skip, seasons, ranks) = match which {
        Which::One(start) => (Some(start), 0, 1, i32::MAX),
        Which::Podiums(skip, take) => (None, skip, take, 3),
    };
    let rows = sqlx::query!(
        r#"select s.start_date, s.end_date, r.user_id, r.rank, r.name, r.points, r.correct, r.answers,
                  m.left_at is not null as "left!", g.regraded_points as "regraded_points?"
             from (select start_date, end_date from seasons
                    where guild_id = $1 and closed_at is not null and start_date = coalesce($2, start_date)
                      and exists (select from season_results r
                                   where r.guild_id = seasons.guild_id and r.start_date = seasons.start_date)
                    order by start_date desc offset $3 limit $4) s
             join season_results r on r.guild_id = $1 and r.start_date = s.start_date and r.rank <= $5
             left join members m on m.guild_id = $1 and m.user_id = r.user_id
             left join season_regrades g on g.guild_id = $1 and g.start_date = r.start_date and g.user_id = r.user_id
            order by s.start_date desc, r.place"#,
        guild.0,
        only,
        skip,
        seasons,
        ranks
    )
    .fetch_all(db)
    .await?;
    let row = rows.into_iter().map(|row| ResultRow {
        season: Season {
            start: row.start_date,
            end: row.end_date,
        },
        user: row.user_id,
        rank: row.rank,
        name: row.name,
        points: row.points,
        correct: row.correct,
        answers: row.answers,
        left: row.left,
        regraded_points: row.regraded_points,
    });
    Ok(row.collect())
}

/// A line of the final standings: a member's, or without a user a team's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placing {
    pub rank: i32,
    pub user_id: Option<UserId>,
    pub team: Option<i16>,
    pub name: String,
    pub points: i32,
    pub correct: i32,
    pub answers: i32,
}

/// Finishes a running competition with its final standings, in order. False where it is not running; then nothing is
/// changed.
pub async fn finish_competition(
    db: &mut PgConnection,
    competition: &Competition,
    best: Option<i32>,
    rows: &[Placing],
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update competitions set state = 'finished', best = $2 where competition_id = $1 and state = 'running'",
        competition.competition_id.0,
        best
    )
    .execute(&mut *db)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for (place, row) in (1_i32..).zip(rows) {
        sqlx::query!(
            "insert into competition_results (competition_id, guild_id, place, rank, user_id, team, name, points,
                                              correct, answers)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            competition.competition_id.0,
            competition.guild_id.0,
            place,
            row.rank,
            row.user_id.map(|user| user.0),
            row.team,
            row.name,
            row.points,
            row.correct,
            row.answers
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(true)
}

/// The final standings of a competition, teams first.
pub async fn competition_results(db: impl PgExecutor<'_>, id: CompetitionId) -> sqlx::Result<Vec<Placing>> {
    sqlx::query_as!(
        Placing,
        "select rank, user_id, team, name, points, correct, answers from competition_results
          where competition_id = $1 order by place",
        id.0
    )
    .fetch_all(db)
    .await
}
