//! What pictures are drawn from beside the boards: names, the last question's points, and how half a year went.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, UserId};
use crate::rules::ranks::{Ranked, Score};

/// What the last question judged was worth to each member. `None` where nothing has been judged yet.
///
/// As far as it counts into a board: the parameters are those of
/// [`scores_between`](crate::store::boards::scores_between). The last question is the one with the latest answer, which
/// the index `answers_board` finds without looking at rounds.
pub async fn last_question(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    topics: Option<&[String]>,
) -> sqlx::Result<Option<Vec<Score>>> {
    let rows = sqlx::query!(
        r#"with last as (
             select round_id from answers
              where guild_id = $1 and points is not null and source in ('daily', 'live')
              order by answered_at desc limit 1
         )
         select a.user_id as "user?: UserId", a.points::bigint as "points", a.correct as "correct?",
                a.answered_at as "last_at?"
           from last left join answers a
             on a.round_id = last.round_id and a.guild_id = $1 and a.points is not null
            and a.answered_at >= coalesce($2, '-infinity'::timestamptz)
            and a.answered_at < coalesce($3, 'infinity'::timestamptz)
            and ($4::text[] is null or exists (
                    select from rounds r join questions q using (question_id)
                     where r.round_id = a.round_id and q.topic = any($4)))"#,
        guild.0,
        start,
        end,
        topics
    )
    .fetch_all(db)
    .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let scores = rows.into_iter().filter_map(|row| {
        Some(Score {
            user: row.user?,
            points: row.points?,
            correct: i64::from(row.correct == Some(true)),
            // What cannot be right or wrong is not counted among what was right or wrong.
            answers: i64::from(row.correct.is_some()),
            last_at: row.last_at?,
        })
    });
    Ok(Some(scores.collect()))
}

/// When a member gave the answers that were judged, from an instant on.
pub async fn answered_since(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    start: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select answered_at from answers
          where guild_id = $1 and user_id = $2 and points is not null and answered_at >= $3",
        guild.0,
        user.0,
        start
    )
    .fetch_all(db)
    .await
}

/// A member's place in each of the weeks that begin on these Mondays, in their order. `None` where they have no answer
/// that counts.
pub async fn weekly_places(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    mondays: &[NaiveDate],
) -> sqlx::Result<Vec<Option<u32>>> {
    let rows = sqlx::query!(
        r#"select own.week,
                  (select count(*) from weekly_points w
                    where w.guild_id = $1 and w.week = own.week and w.points > own.points) as "ahead!"
             from weekly_points own
            where own.guild_id = $1 and own.user_id = $2 and own.week = any($3)"#,
        guild.0,
        user.0,
        mondays
    )
    .fetch_all(db)
    .await?;
    let place = |monday: &NaiveDate| {
        let row = rows.iter().find(|row| row.week == *monday)?;
        u32::try_from(row.ahead + 1).ok()
    };
    Ok(mondays.iter().map(place).collect())
}

/// What a member has on a board, and how many are ahead.
struct Counted {
    points: i64,
    correct: i64,
    answers: i64,
    last_at: DateTime<Utc>,
    ahead: i64,
}

impl Counted {
    fn of_member(self, user: UserId) -> Ranked {
        Ranked {
            rank: u32::try_from(self.ahead + 1).unwrap_or(u32::MAX),
            score: Score {
                user,
                points: self.points,
                correct: self.correct,
                answers: self.answers,
                last_at: self.last_at,
            },
        }
    }
}

/// A member's place on the board of all time. `None` without a scored answer, and for who has left.
pub async fn find_place(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
) -> sqlx::Result<Option<Ranked>> {
    let row = sqlx::query_as!(
        Counted,
        r#"with present as not materialized (
               select s.user_id, s.points, s.correct, s.answers, s.last_at from standings s
                where s.guild_id = $1 and s.period = 'all' and s.start_date = date '0001-01-01' and not s.practice
                  and not exists (select from members m
                                   where m.guild_id = $1 and m.user_id = s.user_id and m.left_at is not null))
           select own.points::bigint as "points!", own.correct::bigint as "correct!",
                  own.answers::bigint as "answers!", own.last_at as "last_at!",
                  (select count(*) from present p where p.points > own.points) as "ahead!"
             from present own where own.user_id = $2"#,
        guild.0,
        user.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| row.of_member(user)))
}

/// A member's place on the board of the week that begins on `monday`, at `start`. `None` as in [`find_place`].
pub async fn find_weekly_place(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    monday: NaiveDate,
    start: DateTime<Utc>,
) -> sqlx::Result<Option<Ranked>> {
    let row = sqlx::query_as!(
        Counted,
        r#"with own as (
               select sum(points)::bigint as points, count(*) filter (where correct) as correct,
                      count(correct) as answers, max(answered_at) as last_at
                 from answers
                where guild_id = $1 and user_id = $2 and points is not null and source in ('daily', 'live')
                  and answered_at >= $4)
           select own.points as "points!", own.correct as "correct!", own.answers as "answers!",
                  own.last_at as "last_at!",
                  (select count(*) from weekly_points w
                    where w.guild_id = $1 and w.week = $3 and w.points > own.points
                      and not exists (select from members m where m.guild_id = $1 and m.user_id = w.user_id
                                                              and m.left_at is not null)) as "ahead!"
             from own
            where own.last_at is not null
              and not exists (select from members m
                               where m.guild_id = $1 and m.user_id = $2 and m.left_at is not null)"#,
        guild.0,
        user.0,
        monday,
        start
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| row.of_member(user)))
}
