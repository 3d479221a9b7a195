//! Quizzes: a run of questions somebody asked for. Their questions are rounds.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, GuildId, InteractionId, QuestionId, QuizId, RevisionId, RoundId, UserId};
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::rules::words::words;
use crate::store::rounds::{self, QuestionToAsk};

/// How long a question of a private quiz waits for its answer.
const PATIENCE: TimeDelta = TimeDelta::days(30);

/// A quiz as stored.
#[derive(Clone, Debug)]
pub struct Quiz {
    pub quiz_id: QuizId,
    pub guild_id: GuildId,
    pub source: Source,
    pub host_id: UserId,
    pub title: String,
    pub state: State,
}

/// Where a quiz is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Members join.
    Lobby,
    /// Questions are asked.
    Running,
    /// Over; what was answered counts.
    Finished,
    /// Called off, or replaced by a newer one.
    Cancelled,
}

words!(State: Lobby = "lobby", Running = "running", Finished = "finished", Cancelled = "cancelled");

/// A quiz to be made.
#[derive(Clone, Debug)]
pub struct NewQuiz<'a> {
    pub guild: GuildId,
    pub channel: ChannelId,
    pub source: Source,
    pub host: UserId,
    pub requested_by: InteractionId,
    pub title: &'a str,
    pub state: State,
    pub at: DateTime<Utc>,
}

/// Makes a quiz with its rounds, none of which is asked yet. `None` where the same request made one before.
pub async fn create_quiz(
    db: &mut PgConnection,
    new: &NewQuiz<'_>,
    questions: &[QuestionToAsk],
) -> sqlx::Result<Option<QuizId>> {
    let id = sqlx::query_scalar!(
        r#"insert into quizzes (guild_id, channel_id, source, host_id, requested_by_interaction, title, state,
                                created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (requested_by_interaction) do nothing
         returning quiz_id as "quiz_id: QuizId""#,
        new.guild.0,
        new.channel.0,
        new.source.as_str(),
        new.host.0,
        new.requested_by.0,
        new.title,
        new.state.as_str(),
        new.at
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(quiz) = id else {
        return Ok(None);
    };
    for (number, asked) in (1..).zip(questions) {
        insert_waiting_round(&mut *db, new, quiz, number, *asked).await?;
    }
    Ok(Some(quiz))
}

/// Adds a question to a quiz; it waits for its turn. In a private quiz only the host may answer it.
async fn insert_waiting_round(
    db: impl PgExecutor<'_>,
    quiz: &NewQuiz<'_>,
    id: QuizId,
    number: i16,
    asked: QuestionToAsk,
) -> sqlx::Result<()> {
    let only = (quiz.source != Source::Live).then_some(quiz.host.0);
    sqlx::query!(
        "insert into rounds (guild_id, quiz_id, number, source, only_user_id, first_counts, channel_id, question_id,
                             revision_id, offered, several, due_at, window_seconds, thread, state)
         values ($1, $2, $3, $4, $5, true, $6, $7, $8, $9, $10, $11, 0, false, 'waiting')",
        quiz.guild.0,
        id.0,
        number,
        quiz.source.as_str(),
        only,
        quiz.channel.0,
        asked.question_id.0,
        asked.revision_id.0,
        asked.offered.bits(),
        asked.several,
        quiz.at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A quiz, if it belongs to the guild. Ids come from buttons, and those can be forged.
pub async fn find_quiz(db: impl PgExecutor<'_>, guild: GuildId, id: QuizId) -> sqlx::Result<Option<Quiz>> {
    sqlx::query_as!(
        Quiz,
        "select quiz_id, guild_id, source, host_id, title, state from quizzes where quiz_id = $1 and guild_id = $2",
        id.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// The member's newest private quiz that is not over.
pub async fn find_unfinished(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
) -> sqlx::Result<Option<Quiz>> {
    sqlx::query_as!(
        Quiz,
        "select quiz_id, guild_id, source, host_id, title, state from quizzes
          where guild_id = $1 and host_id = $2 and source <> 'live' and state = 'running'
          order by quiz_id desc limit 1",
        guild.0,
        user.0
    )
    .fetch_optional(db)
    .await
}

/// As [`find_unfinished`], of one source only.
pub async fn unfinished_of(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    source: Source,
) -> sqlx::Result<Option<Quiz>> {
    sqlx::query_as!(
        Quiz,
        "select quiz_id, guild_id, source, host_id, title, state from quizzes
          where guild_id = $1 and host_id = $2 and source = $3 and source <> 'live' and state = 'running'
          order by quiz_id desc limit 1",
        guild.0,
        user.0,
        source.as_str()
    )
    .fetch_optional(db)
    .await
}

/// Leaves out what a private quiz may not ask any more: questions that are open in the guild by now, whose key it would
/// give away, and retired ones.
pub async fn leave_out(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds r set state = 'skipped', reason = 'its question became open in the server, or was retired'
          where r.quiz_id = $1 and r.state in ('waiting', 'posted') and r.only_user_id is not null
            and not exists (select from answers a where a.round_id = r.round_id)
            and (exists (select from asked_now n where n.guild_id = r.guild_id and n.question_id = r.question_id)
                 or exists (select from questions q where q.question_id = r.question_id and q.retired_at is not null))",
        quiz.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One question of a quiz and what its only player made of it.
#[derive(Clone, Debug)]
pub struct QuizQuestion {
    pub round_id: RoundId,
    pub number: i16,
    pub state: rounds::State,
    pub question_id: QuestionId,
    pub revision_id: RevisionId,
    /// When it was shown.
    pub posted_at: Option<DateTime<Utc>>,
    pub choices: Option<Choices>,
    pub correct: Option<bool>,
    pub points: Option<i16>,
    pub answered_at: Option<DateTime<Utc>>,
}

impl QuizQuestion {
    /// How long the answer took.
    #[must_use]
    pub fn took(&self) -> Option<TimeDelta> {
        Some((self.answered_at? - self.posted_at?).max(TimeDelta::zero()))
    }
}

/// The questions of a private quiz in order, each with its player's answer.
pub async fn quiz_questions(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<Vec<QuizQuestion>> {
    sqlx::query_as!(
        QuizQuestion,
        r#"select r.round_id, r.number as "number!", r.state as "state: rounds::State",
                  r.question_id as "question_id!: QuestionId", r.revision_id as "revision_id!: RevisionId", r.posted_at,
                  a.choices as "choices?: Choices", a.correct as "correct?", a.points as "points?",
                  a.answered_at as "answered_at?"
             from rounds r left join answers a on a.round_id = r.round_id and a.user_id = r.only_user_id
            where r.quiz_id = $1 and r.state <> 'skipped'
            order by r.number"#,
        quiz.0
    )
    .fetch_all(db)
    .await
}

/// Opens a private question for its answer; the time it takes is counted from `now`.
pub async fn open_private_round(
    db: impl PgExecutor<'_>,
    round: RoundId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set state = 'posted', posted_at = $2, reveal_at = $3
          where round_id = $1 and state in ('waiting', 'posted') and only_user_id is not null",
        round.0,
        now,
        now + PATIENCE
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends a quiz that is not over yet. False where it was.
pub async fn end_quiz(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    state: State,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update quizzes set state = $2, ended_at = $3 where quiz_id = $1 and state in ('lobby', 'running')",
        quiz.0,
        state.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets aside what the member left unfinished, before something new is begun.
pub async fn cancel_unfinished(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    source: Source,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update quizzes set state = 'cancelled', ended_at = $4
          where guild_id = $1 and host_id = $2 and source = $3 and source <> 'live' and state = 'running'",
        guild.0,
        user.0,
        source.as_str(),
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
