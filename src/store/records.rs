//! What pictures are drawn from beside the boards: names, the last question's points, and how half a year went.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, UserId};
use crate::rules::ranks::Score;

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

/// A member's place in each of the stretches that begin at these instants, in their order; the last goes on for ever.
/// `None` where they have no answer that counts.
pub async fn weekly_places(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    starts: &[DateTime<Utc>],
) -> sqlx::Result<Vec<Option<u32>>> {
    let rows = sqlx::query!(
        r#"with sums as (
             select width_bucket(answered_at, $3::timestamptz[]) as stretch, user_id, sum(points) as points
               from answers
              where guild_id = $1 and points is not null and source in ('daily', 'live') and answered_at >= $4
              group by stretch, user_id
         ), ranked as (
             select stretch, user_id, rank() over (partition by stretch order by points desc) as place from sums
         )
         select stretch as "stretch!", place as "place!" from ranked where user_id = $2"#,
        guild.0,
        user.0,
        starts,
        starts.first().copied()
    )
    .fetch_all(db)
    .await?;
    let mut places = vec![None; starts.len()];
    for row in rows {
        // The first stretch is number 1.
        let at = usize::try_from(row.stretch - 1).unwrap_or(usize::MAX);
        if let Some(place) = places.get_mut(at) {
            *place = u32::try_from(row.place).ok();
        }
    }
    Ok(places)
}
