//! Boards and profiles: what members earned, read from answers and standings. Ranking is `rules::ranks`' business.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{GuildId, UserId};
use crate::rules::ranks::Score;
use crate::rules::streak::Streak;

/// What earned points within a period: answers given from `start` on and before `end`. Week, month and topic boards.
///
/// Index-only on `answers_board` unless topics are asked for.
pub async fn scores_between(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    topics: Option<&[String]>,
    practice: bool,
) -> sqlx::Result<Vec<Score>> {
    sqlx::query_as!(
        Score,
        r#"select a.user_id as "user: UserId", sum(a.points)::bigint as "points!",
                  count(*) filter (where a.correct) as "correct!", count(a.correct) as "answers!",
                  max(a.answered_at) as "last_at!"
             from answers a
            where a.guild_id = $1 and a.points is not null
              and a.answered_at >= coalesce($2, '-infinity'::timestamptz)
              and a.answered_at < coalesce($3, 'infinity'::timestamptz)
              and case when $5 then a.source = 'solo' else a.source in ('daily', 'live') end
              and ($4::text[] is null or exists (
                      select from rounds r join questions q using (question_id)
                       where r.round_id = a.round_id and q.topic = any($4)))
            group by a.user_id"#,
        guild.0,
        start,
        end,
        topics,
        practice
    )
    .fetch_all(db)
    .await
}

/// As [`scores_between`], of everybody's questions about these topics. It begins with the few rounds that asked them
/// and not with all that was answered in the time.
pub async fn topic_scores_between(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    topics: &[String],
) -> sqlx::Result<Vec<Score>> {
    sqlx::query_as!(
        Score,
        r#"with asked as materialized (
               select r.round_id
                 from questions q join rounds r on r.guild_id = $1 and r.question_id = q.question_id
                where q.topic = any($4) and (q.guild_id is null or q.guild_id = $1)
                  and r.state = 'revealed' and r.source in ('daily', 'live')
                  -- Nothing is answered after the reveal, nor before its time by a clock that is less than a day off.
                  and r.reveal_at >= coalesce($2, '-infinity'::timestamptz)
                  and r.due_at < coalesce($3, 'infinity'::timestamptz) + interval '1 day')
           select a.user_id as "user!: UserId", sum(a.points)::bigint as "points!",
                  count(*) filter (where a.correct) as "correct!", count(a.correct) as "answers!",
                  max(a.answered_at) as "last_at!"
             from asked
            -- A look at one index each: joined freely, all that was answered in the time would be read.
            cross join lateral (
                select user_id, points, correct, answered_at from answers
                 where round_id = asked.round_id and points is not null
                   and answered_at >= coalesce($2, '-infinity'::timestamptz)
                   and answered_at < coalesce($3, 'infinity'::timestamptz)
                offset 0) a
            group by a.user_id"#,
        guild.0,
        start,
        end,
        topics
    )
    .fetch_all(db)
    .await
}

/// The standings of a season (its first day) or, without one, of all time.
pub async fn read_standings(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    season: Option<NaiveDate>,
    practice: bool,
) -> sqlx::Result<Vec<Score>> {
    sqlx::query_as!(
        Score,
        r#"select user_id as "user: UserId", points::bigint as "points!", correct::bigint as "correct!",
                  answers::bigint as "answers!", last_at
             from standings
            where guild_id = $1 and period = case when $2::date is null then 'all' else 'season' end
              and start_date = coalesce($2, date '0001-01-01') and practice = $3"#,
        guild.0,
        season,
        practice
    )
    .fetch_all(db)
    .await
}

/// Which of these members chose not to be named on boards.
pub async fn hidden_members(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<Vec<UserId>> {
    sqlx::query_scalar!(
        r#"select user_id as "user: UserId" from members where guild_id = $1 and hidden"#,
        guild.0
    )
    .fetch_all(db)
    .await
}

/// Streaks of members, worked out by `rules::streak` from the rounds each answered and missed.
///
/// Of several schedules the longest counts. A schedule's own rounds count, extra rounds neither count nor break a
/// streak, and no more than `look_back` rounds are looked at.
pub async fn read_streaks(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    users: &[UserId],
    look_back: i64,
) -> sqlx::Result<HashMap<UserId, Streak>> {
    let ids: Vec<i64> = users.iter().map(|user| user.0).collect();
    let rows = sqlx::query!(
        r#"select u.id as "user!: UserId", array_agg(a.round_id is not null order by r.due_at) as "answered!"
             from schedules s
            cross join lateral (
                select round_id, due_at from rounds r
                 where r.schedule_id = s.schedule_id and r.state = 'revealed' and r.requested_by_interaction is null
                 order by r.due_at desc limit $3) r
            cross join (select distinct id from unnest($2::bigint[]) given (id)) u
            -- One look at the primary key each: joined freely, the whole table would be read.
             left join lateral (
                select a.round_id from answers a where a.round_id = r.round_id and a.user_id = u.id limit 1) a on true
            where s.guild_id = $1 and s.removed_at is null
            group by s.schedule_id, u.id"#,
        guild.0,
        &ids,
        look_back
    )
    .fetch_all(db)
    .await?;
    let mut longest: HashMap<UserId, Streak> = HashMap::new();
    for row in rows {
        let streak = Streak::of(row.answered);
        let best = longest.entry(row.user).or_default();
        *best = (*best).max(streak);
    }
    Ok(longest)
}

/// How a member did on one topic, open questions left out: nobody judges those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicRecord {
    pub topic: String,
    pub correct: i64,
    pub answers: i64,
}

/// How a member did, topic by topic.
pub async fn topics_of(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
) -> sqlx::Result<Vec<TopicRecord>> {
    sqlx::query_as!(
        TopicRecord,
        r#"select q.topic, count(*) filter (where a.correct) as "correct!", count(a.correct) as "answers!"
             from answers a join rounds r using (round_id) join questions q using (question_id)
            where a.guild_id = $1 and a.user_id = $2 and a.points is not null and a.source <> 'review'
            group by q.topic having count(a.correct) > 0 order by q.topic"#,
        guild.0,
        user.0
    )
    .fetch_all(db)
    .await
}

/// Keeps everybody else from changing standings until the transaction ends: a reveal at the same moment waits, and then
/// adds to what was made. To be taken before anything is read that standings are made from.
pub async fn lock_standings(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("lock table standings in share row exclusive mode")
        .execute(db)
        .await?;
    Ok(())
}

/// Makes a guild's standings anew from its answers. `seasons` are the seasons to make, each with its first day and its
/// bounds, `weeks` the weeks, each with its Monday and its beginning. Run inside a transaction that has
/// [`lock_standings`].
pub async fn rebuild_standings(
    db: &mut PgConnection,
    guild: GuildId,
    seasons: &[(NaiveDate, DateTime<Utc>, DateTime<Utc>)],
    weeks: &[(NaiveDate, DateTime<Utc>)],
) -> sqlx::Result<()> {
    sqlx::query!("delete from standings where guild_id = $1", guild.0)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into standings (guild_id, period, practice, start_date, user_id, points, correct, answers, last_at)
         select guild_id, 'all', source = 'solo', date '0001-01-01', user_id, sum(points),
                count(*) filter (where correct), count(correct), max(answered_at)
           from answers where guild_id = $1 and points is not null and source <> 'review'
          group by guild_id, user_id, source = 'solo'",
        guild.0
    )
    .execute(&mut *db)
    .await?;
    for (first_day, start, end) in seasons {
        sqlx::query!(
            "insert into standings (guild_id, period, practice, start_date, user_id, points, correct, answers, last_at)
             select guild_id, 'season', source = 'solo', $2::date, user_id, sum(points),
                    count(*) filter (where correct), count(correct), max(answered_at)
               from answers
              where guild_id = $1 and points is not null and source <> 'review'
                and answered_at >= $3 and answered_at < $4
              group by guild_id, user_id, source = 'solo'",
            guild.0,
            first_day,
            start,
            end
        )
        .execute(&mut *db)
        .await?;
    }
    super::board_sums::forget_sums(&mut *db, guild).await?;
    rebuild_weeks(&mut *db, guild, weeks).await
}

async fn rebuild_weeks(
    db: &mut PgConnection,
    guild: GuildId,
    weeks: &[(NaiveDate, DateTime<Utc>)],
) -> sqlx::Result<()> {
    let (mondays, starts): (Vec<NaiveDate>, Vec<DateTime<Utc>>) = weeks.iter().copied().unzip();
    sqlx::query!("delete from weekly_points where guild_id = $1", guild.0)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into weekly_points (guild_id, week, user_id, points)
         select guild_id, ($2::date[])[greatest(width_bucket(answered_at, $3::timestamptz[]), 1)], user_id,
                sum(points)
           from answers
          where guild_id = $1 and points is not null and source in ('daily', 'live')
          group by 1, 2, 3",
        guild.0,
        &mondays,
        &starts
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When a guild's first and last scored answers were given, to know which seasons there are.
pub async fn answers_span(
    db: impl PgExecutor<'_>,
    guild: GuildId,
) -> sqlx::Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "select min(answered_at) as first, max(answered_at) as last from answers
          where guild_id = $1 and points is not null",
        guild.0
    )
    .fetch_one(db)
    .await?;
    Ok(row.first.zip(row.last))
}
