//! Who plays in a live quiz, and what their answers are worth in it.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{GuildId, QuestionId, QuizId, RevisionId, RoundId, UserId};
use crate::rules::podium::Tally;
use crate::rules::scoring::Choices;

/// Lets a member in. False where they were in already, or the guild has no such quiz that is still going on.
pub async fn add_player(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    quiz: QuizId,
    user: UserId,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into quiz_players (quiz_id, user_id, guild_id, name, joined_at)
         select quiz_id, $3, guild_id, $4, $5 from quizzes
          where quiz_id = $1 and guild_id = $2 and source = 'live' and state in ('lobby', 'running')
         on conflict do nothing",
        quiz.0,
        guild.0,
        user.0,
        name,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a member out again, while the lobby is open. False where they were not in.
pub async fn remove_player(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    quiz: QuizId,
    user: UserId,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from quiz_players p using quizzes z
          where p.quiz_id = $1 and p.guild_id = $2 and p.user_id = $3 and z.quiz_id = p.quiz_id and z.state = 'lobby'",
        quiz.0,
        guild.0,
        user.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The first players who do not hide, and how many play in all.
pub async fn first_players(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    limit: i64,
) -> sqlx::Result<(Vec<UserId>, i64)> {
    let rows = sqlx::query!(
        r#"select p.user_id, coalesce(m.hidden, false) as "hidden!", count(*) over () as "all!"
             from quiz_players p left join members m using (guild_id, user_id)
            where p.quiz_id = $1
            order by coalesce(m.hidden, false), p.joined_at, p.user_id
            limit $2"#,
        quiz.0,
        limit
    )
    .fetch_all(db)
    .await?;
    let all = rows.first().map_or(0, |row| row.all);
    let shown = rows.into_iter().filter(|row| !row.hidden).map(|row| row.user_id);
    Ok((shown.collect(), all))
}

/// How many play.
pub async fn count_players(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from quiz_players where quiz_id = $1"#,
        quiz.0
    )
    .fetch_one(db)
    .await
}

/// An answer to a judged question that has no score in its quiz yet.
#[derive(Clone, Copy, Debug)]
pub struct Unscored {
    pub user_id: UserId,
    pub correct: bool,
    pub answered_at: DateTime<Utc>,
}

/// The judged answers of a round that have no score yet.
pub async fn unscored_answers(db: impl PgExecutor<'_>, round: RoundId) -> sqlx::Result<Vec<Unscored>> {
    sqlx::query_as!(
        Unscored,
        r#"select user_id, correct as "correct!", answered_at from answers
            where round_id = $1 and correct is not null and score is null
            order by user_id"#,
        round.0
    )
    .fetch_all(db)
    .await
}

/// Writes what answers are worth, once.
pub async fn set_scores(
    db: impl PgExecutor<'_>,
    round: RoundId,
    scores: &[(UserId, i32)],
) -> sqlx::Result<()> {
    let (users, scores): (Vec<i64>, Vec<i32>) = scores.iter().map(|(user, score)| (user.0, *score)).unzip();
    sqlx::query!(
        "update answers a set score = given.score
           from unnest($2::bigint[], $3::int[]) as given (user_id, score)
          where a.round_id = $1 and a.user_id = given.user_id and a.score is null",
        round.0,
        &users,
        &scores
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What every player did so far. `latest` is the number of the question the changes of place are about.
pub async fn player_tallies(db: impl PgExecutor<'_>, quiz: QuizId, latest: i16) -> sqlx::Result<Vec<Tally>> {
    let rows = sqlx::query!(
        r#"select p.user_id, coalesce(m.hidden, false) as "hidden!", coalesce(sum(a.score), 0) as "score!",
                  coalesce(sum(a.score) filter (where r.number < $2), 0) as "before!",
                  count(*) filter (where a.correct) as "correct!", count(a.score) as "answers!",
                  coalesce(max(a.answered_at) filter (where a.score is not null), min(p.joined_at)) as "last_at!"
             from quiz_players p
             left join members m using (guild_id, user_id)
             left join rounds r on r.quiz_id = p.quiz_id and r.state = 'revealed'
             left join answers a on a.round_id = r.round_id and a.user_id = p.user_id
            where p.quiz_id = $1
            group by p.user_id, m.hidden"#,
        quiz.0,
        latest
    )
    .fetch_all(db)
    .await?;
    let tallies = rows.into_iter().map(|row| Tally {
        user: row.user_id,
        hidden: row.hidden,
        score: row.score,
        before: row.before,
        correct: row.correct,
        answers: row.answers,
        last_at: row.last_at,
    });
    Ok(tallies.collect())
}

/// A question of a quiz whose key is public, and what one member made of it.
#[derive(Clone, Debug)]
pub struct AnsweredQuestion {
    pub number: i16,
    pub question_id: QuestionId,
    pub revision_id: RevisionId,
    /// When it appeared.
    pub posted_at: Option<DateTime<Utc>>,
    pub choices: Option<Choices>,
    pub correct: Option<bool>,
    pub score: Option<i32>,
    pub answered_at: Option<DateTime<Utc>>,
}

/// The questions of a quiz whose keys are public, in order, each with the member's answer.
pub async fn answered_questions(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    quiz: QuizId,
    user: UserId,
) -> sqlx::Result<Vec<AnsweredQuestion>> {
    sqlx::query_as!(
        AnsweredQuestion,
        r#"select r.number as "number!", r.question_id as "question_id!: QuestionId",
                  r.revision_id as "revision_id!: RevisionId", r.posted_at,
                  a.choices as "choices?: Choices", a.correct as "correct?", a.score as "score?",
                  a.answered_at as "answered_at?"
             from rounds r left join answers a on a.round_id = r.round_id and a.user_id = $3
            where r.quiz_id = $2 and r.guild_id = $1 and r.state = 'revealed'
            order by r.number"#,
        guild.0,
        quiz.0,
        user.0
    )
    .fetch_all(db)
    .await
}
