//! Sums of a board up to an instant, kept so that answers are not added up again each time somebody looks.
//!
//! An answer belongs to the sums if it was given before the instant. It is chosen so that everything given before it is
//! judged already and nothing more can be given, so sums that are there never become wrong. They may be thrown away.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{GuildId, UserId};
use crate::rules::ranks::Score;

/// How long before the first round that is not judged, and before now, the instant lies: more than a clock is wrong.
const MARGIN: TimeDelta = TimeDelta::days(1);
/// Sums nobody needed for so long are of a month that is over.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(40);

/// Which answers of everybody's questions count on a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// The first instant; none if it has no beginning.
    pub start: Option<DateTime<Utc>>,
    /// The first instant that no longer counts; none if it has no end.
    pub end: Option<DateTime<Utc>>,
    /// The questions, as [`name_questions`] names them; none where all count.
    pub questions: Option<String>,
}

impl Board {
    /// The board in words, which are different for every two that are.
    fn what(&self) -> String {
        let instant =
            |at: Option<DateTime<Utc>>| at.map_or_else(|| "-".to_owned(), |at| at.timestamp().to_string());
        let questions = self.questions.as_deref().unwrap_or("all");
        format!("{} {} {questions}", instant(self.start), instant(self.end))
    }
}

/// Which questions are about these topics just now, as one word: another where a question was added or is about
/// something else by now, so that sums made before are not used.
pub async fn name_questions(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    topics: &[String],
) -> sqlx::Result<String> {
    sqlx::query_scalar!(
        r#"select md5(coalesce(string_agg(question_id::text, ' ' order by question_id), '')) as "name!"
             from questions where topic = any($2) and (guild_id is null or guild_id = $1)"#,
        guild.0,
        topics
    )
    .fetch_one(db)
    .await
}

/// The sums of a board, and the instant before which answers are in them. None where nothing is summed yet.
pub async fn read_sums(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    board: &Board,
) -> sqlx::Result<Option<(DateTime<Utc>, Vec<Score>)>> {
    // One statement, so that sums and instant belong together.
    let rows = sqlx::query!(
        r#"select p.summed_until as "until!", s.user_id as "user?: UserId", s.points::bigint as points,
                  s.correct::bigint as correct, s.answers::bigint as answers, s.last_at as "last_at?"
             from board_prefixes p left join board_sums s using (guild_id, board)
            where p.guild_id = $1 and p.board = hashtextextended($2, 0) and p.what = $2
              and p.summed_until is not null"#,
        guild.0,
        board.what()
    )
    .fetch_all(db)
    .await?;
    let Some(until) = rows.first().map(|row| row.until) else {
        return Ok(None);
    };
    let scores = rows.into_iter().filter_map(|row| {
        Some(Score {
            user: row.user?,
            points: row.points?,
            correct: row.correct?,
            answers: row.answers?,
            last_at: row.last_at?,
        })
    });
    Ok(Some((until, scores.collect())))
}

/// Where sums go on and where they may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// From the board's beginning where there is nothing.
    pub from: Option<DateTime<Utc>>,
    /// Everything before it is judged.
    pub to: DateTime<Utc>,
}

/// Locks the sums of a board for the transaction, and says what can be added to them. None where that is less than a
/// day, and where somebody else is at it: nobody waits.
pub async fn lock_sums(
    db: &mut PgConnection,
    guild: GuildId,
    board: &Board,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Gap>> {
    let lock = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended($1, $2)) as "got!""#,
        board.what(),
        guild.0
    );
    if !lock.fetch_one(&mut *db).await? {
        return Ok(None);
    }
    sqlx::query!(
        "insert into board_prefixes (guild_id, board, what, extended_at)
         values ($1, hashtextextended($2, 0), $2, $3) on conflict do nothing",
        guild.0,
        board.what(),
        now
    )
    .execute(&mut *db)
    .await?;
    let row = sqlx::query!(
        "select summed_until from board_prefixes
          where guild_id = $1 and board = hashtextextended($2, 0) and what = $2 for update",
        guild.0,
        board.what()
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let judged = find_judged(db, guild, now).await?;
    let to = board.end.map_or(judged, |end| end.min(judged));
    let from = row.summed_until.or(board.start);
    let enough = from.is_none_or(|from| to - from >= TimeDelta::days(1));
    Ok(enough.then_some(Gap { from, to }))
}

/// The instant before which everything is judged that a guild's members were asked together.
async fn find_judged(
    db: &mut PgConnection,
    guild: GuildId,
    now: DateTime<Utc>,
) -> sqlx::Result<DateTime<Utc>> {
    let open = sqlx::query_scalar!(
        r#"select min(least(due_at, posted_at)) as "first" from rounds
            where guild_id = $1 and state in ('planned', 'posted') and source in ('daily', 'live')"#,
        guild.0
    )
    .fetch_one(db)
    .await?;
    Ok(open.map_or(now, |open| open.min(now)) - MARGIN)
}

/// Adds what was earned up to an instant. To be called with what [`lock_sums`] said, in the same transaction.
pub async fn add_sums(
    db: &mut PgConnection,
    guild: GuildId,
    board: &Board,
    until: DateTime<Utc>,
    scores: &[Score],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let column = |read: fn(&Score) -> i64| scores.iter().map(read).collect::<Vec<i64>>();
    let last_at: Vec<DateTime<Utc>> = scores.iter().map(|score| score.last_at).collect();
    sqlx::query!(
        "insert into board_sums (guild_id, board, user_id, points, correct, answers, last_at)
         select $1, hashtextextended($2, 0), user_id, points, correct, answers, last_at
           from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[])
                added (user_id, points, correct, answers, last_at)
         on conflict (guild_id, board, user_id) do update
            set points = board_sums.points + excluded.points, correct = board_sums.correct + excluded.correct,
                answers = board_sums.answers + excluded.answers,
                last_at = greatest(board_sums.last_at, excluded.last_at)",
        guild.0,
        board.what(),
        &column(|score| score.user.0),
        &column(|score| score.points),
        &column(|score| score.correct),
        &column(|score| score.answers),
        &last_at
    )
    .execute(&mut *db)
    .await?;
    note_sums(db, guild, board, until, now).await
}

async fn note_sums(
    db: &mut PgConnection,
    guild: GuildId,
    board: &Board,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update board_prefixes set summed_until = $3, extended_at = $4
          where guild_id = $1 and board = hashtextextended($2, 0) and what = $2",
        guild.0,
        board.what(),
        until,
        now
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from board_prefixes where guild_id = $1 and extended_at < $2",
        guild.0,
        now - FORGOTTEN_AFTER
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets all sums of a guild, when its boards are made anew.
pub async fn forget_sums(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<()> {
    sqlx::query!("delete from board_prefixes where guild_id = $1", guild.0)
        .execute(db)
        .await?;
    Ok(())
}
