//! What moves live quizzes on. As with rounds, a lease and its attempt number keep instances apart, and every change
//! repeats the state it starts from.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, GuildId, MessageId, QuizId, RoundId, UserId};
use crate::rules::quiz::Ending;
use crate::rules::quiz_score::{Rules, Scoring};
use crate::store::quizzes::State;

/// A live quiz as stored, with what every quiz has.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are the columns of migrations/0007_live_quizzes.sql"
)]
pub struct Live {
    pub quiz_id: QuizId,
    pub guild_id: GuildId,
    pub channel_id: ChannelId,
    pub questions: i16,
    pub seconds: i16,
    pub scoring: Scoring,
    pub penalty: bool,
    pub starts_at: DateTime<Utc>,
    pub next_at: Option<DateTime<Utc>>,
    pub silent: i16,
    pub ending: Option<Ending>,
    pub reason: Option<String>,
    pub message_id: Option<MessageId>,
    pub podium_message_id: Option<MessageId>,
    pub counted_at: Option<DateTime<Utc>>,
    pub lease_until: Option<DateTime<Utc>>,
    pub attempt: i32,
    pub host_id: UserId,
    pub title: String,
    pub state: State,
    pub created_at: DateTime<Utc>,
}

impl Live {
    /// How its answers are scored.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            scoring: self.scoring,
            penalty: self.penalty,
            window: TimeDelta::seconds(i64::from(self.seconds)),
        }
    }
}

/// Gives a quiz that was just made its live side. Run in the transaction that makes it. The lobby is posted at `now`.
pub async fn open(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    questions: i16,
    rules: Rules,
    now: DateTime<Utc>,
    starts_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into live_quizzes (quiz_id, guild_id, channel_id, questions, seconds, scoring, penalty, next_at, starts_at)
         select quiz_id, guild_id, channel_id, $2, $3, $4, $5, $6, $7 from quizzes where quiz_id = $1",
        quiz.0,
        questions,
        i16::try_from(rules.window.num_seconds()).unwrap_or(i16::MAX),
        rules.scoring.as_str(),
        rules.penalty,
        now,
        starts_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A live quiz, if it belongs to the guild. Ids come from buttons, and those can be forged.
pub async fn find(db: impl PgExecutor<'_>, guild: GuildId, id: QuizId) -> sqlx::Result<Option<Live>> {
    sqlx::query_as!(
        Live,
        r#"select l.*, z.host_id, z.title, z.state as "state: State", z.created_at
             from live_quizzes l join quizzes z using (quiz_id)
            where l.quiz_id = $1 and l.guild_id = $2"#,
        id.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// The quiz that is going on in a channel.
pub async fn in_channel(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    channel: ChannelId,
) -> sqlx::Result<Option<Live>> {
    sqlx::query_as!(
        Live,
        r#"select l.*, z.host_id, z.title, z.state as "state: State", z.created_at
             from live_quizzes l join quizzes z using (quiz_id)
            where l.channel_id = $2 and l.guild_id = $1 and z.state in ('lobby', 'running')"#,
        guild.0,
        channel.0
    )
    .fetch_optional(db)
    .await
}

/// Makes opening a quiz in a channel take turns, for the transaction.
pub async fn lock_channel(db: impl PgExecutor<'_>, channel: ChannelId) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtext('greenroom.live'), hashint8($1))",
        channel.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Leases up to `limit` quizzes that move on now. One whose question is still on its way, open or not yet shown as
/// revealed has to wait for that.
pub async fn lease_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> sqlx::Result<Vec<Live>> {
    sqlx::query_as!(
        Live,
        r#"with c as materialized (
             select l.quiz_id from live_quizzes l
              where l.next_at <= $1 and (l.lease_until is null or l.lease_until <= $1)
                and not exists (select from rounds r where r.quiz_id = l.quiz_id
                                   and (r.state in ('planned', 'posted') or r.state = 'revealed' and r.announced_at is null))
              order by l.next_at, l.quiz_id
              limit $3
              for update of l skip locked)
         update live_quizzes l set lease_until = $2, attempt = attempt + 1
           from c, quizzes z where l.quiz_id = c.quiz_id and z.quiz_id = l.quiz_id
         returning l.*, z.host_id, z.title, z.state as "state: State", z.created_at"#,
        now,
        now + lease,
        limit
    )
    .fetch_all(db)
    .await
}

/// Gives a leased quiz back, to be worked on again from `at` on.
pub async fn retry_at(db: impl PgExecutor<'_>, live: &Live, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set lease_until = $3 where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the work of a lease: the quiz goes on at `next`, or when something else has happened where there is none.
pub async fn done(db: impl PgExecutor<'_>, live: &Live, next: Option<DateTime<Utc>>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes set next_at = $3, lease_until = null, attempt = 0 where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        next
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Fixes when the lobby closes, before it is posted: somebody has to have the time to join.
pub async fn move_start(
    db: impl PgExecutor<'_>,
    live: &Live,
    starts_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes set starts_at = $3 where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        starts_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores the lobby's message. False where the lease was lost meanwhile.
pub async fn lobby_posted(db: impl PgExecutor<'_>, live: &Live, message: MessageId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes set message_id = $3,
                -- Who was faster than this row may have stopped or started it already.
                next_at = case when ending is null then least(starts_at, nullif(next_at, $4)) else next_at end,
                lease_until = null, attempt = 0
          where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        message.0,
        live.next_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The lobby is over and questions follow. False where it was stopped meanwhile.
pub async fn start(db: impl PgExecutor<'_>, live: &Live) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update quizzes z set state = 'running'
           from live_quizzes l
          where z.quiz_id = $1 and z.state = 'lobby' and l.quiz_id = z.quiz_id and l.attempt = $2 and l.ending is null",
        live.quiz_id.0,
        live.attempt
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Plans the quiz's next question for `due_at`. False where none is left. What is open elsewhere in the guild by now is
/// passed over: the quiz would give its answer away.
pub async fn ask_next(db: &mut PgConnection, live: &Live, due_at: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query!(
        "update rounds r set state = 'skipped', reason = 'it is asked elsewhere in the server at the same time'
          where r.quiz_id = $1 and r.state = 'waiting'
            and exists (select from rounds o where o.guild_id = r.guild_id and o.question_id = r.question_id
                           and o.state in ('planned', 'posted') and o.source in ('daily', 'live'))",
        live.quiz_id.0
    )
    .execute(&mut *db)
    .await?;
    let done = sqlx::query!(
        "update rounds set state = 'planned', due_at = $2, window_seconds = $3
          where state = 'waiting' and round_id = (select round_id from rounds where quiz_id = $1 and state = 'waiting'
                                                   order by number limit 1)",
        live.quiz_id.0,
        due_at,
        i32::from(live.seconds)
    )
    .execute(&mut *db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether any question of the quiz waits for its turn.
pub async fn is_unfinished(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from rounds where quiz_id = $1 and state = 'waiting') as "more!""#,
        quiz.0
    )
    .fetch_one(db)
    .await
}

/// How many questions of the quiz were asked and revealed.
pub async fn revealed(db: impl PgExecutor<'_>, quiz: QuizId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from rounds where quiz_id = $1 and state = 'revealed'"#,
        quiz.0
    )
    .fetch_one(db)
    .await
}

/// Notes that the quiz ends early, and why; the first reason stays.
pub async fn end_early(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    ending: Ending,
    next: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set ending = coalesce(ending, $2), next_at = $3 where quiz_id = $1",
        quiz.0,
        ending.as_str(),
        next
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets the quiz move on at `now` instead of later. False where it is not waiting for its time.
pub async fn hurry(db: impl PgExecutor<'_>, quiz: QuizId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes l set next_at = $2
          where quiz_id = $1 and next_at > $2 and ending is null
            and not exists (select from rounds r where r.quiz_id = l.quiz_id and r.state in ('planned', 'posted'))",
        quiz.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Closes the question that is open and takes back the one that is on its way, unless it is being posted.
pub async fn close_open(db: &mut PgConnection, quiz: QuizId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set reveal_at = least(reveal_at, $2)
          where quiz_id = $1 and state in ('planned', 'posted') and reveal_at is not null",
        quiz.0,
        now
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update rounds set state = 'skipped', reason = 'the quiz was stopped'
          where quiz_id = $1 and state = 'planned' and reveal_at is null",
        quiz.0
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Ends a quiz for good; what was not asked stays unasked. False where it was over.
pub async fn end(
    db: &mut PgConnection,
    quiz: QuizId,
    state: State,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query!(
        "update rounds set state = 'skipped', reason = 'the quiz ended before'
          where quiz_id = $1 and state in ('waiting', 'planned') and reveal_at is null",
        quiz.0
    )
    .execute(&mut *db)
    .await?;
    crate::store::quizzes::end(&mut *db, quiz, state, now).await
}

/// Gives a quiz up because Discord does not let it go on. The sentence is kept for a manager.
pub async fn give_up(
    db: &mut PgConnection,
    quiz: QuizId,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    end(&mut *db, quiz, State::Cancelled, now).await?;
    sqlx::query!(
        "update live_quizzes set ending = 'channel', reason = coalesce(reason, $2), next_at = null, lease_until = null
          where quiz_id = $1",
        quiz.0,
        reason
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// A question of the quiz could not be posted. It goes on without it, or ends where that was for want of a running bot.
pub async fn go_on(
    db: impl PgExecutor<'_>,
    quiz: QuizId,
    was_away: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update live_quizzes set next_at = $2, ending = coalesce(ending, case when $3 then 'away' end)
          where quiz_id = $1",
        quiz.0,
        now,
        was_away
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stores the podium's message.
pub async fn podium_posted(db: impl PgExecutor<'_>, live: &Live, message: MessageId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes set podium_message_id = $3 where quiz_id = $1 and attempt = $2",
        live.quiz_id.0,
        live.attempt,
        message.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A question of the quiz was judged: notes how many in a row nobody answered, and when the quiz goes on. Three silent
/// ones in a row end it, and so does a question that was revealed much too late.
pub async fn judged(
    db: impl PgExecutor<'_>,
    round: RoundId,
    next: DateTime<Utc>,
    too_late: bool,
    most_silent: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with this as (select quiz_id, not exists (select from answers where round_id = $1) as silent
                         from rounds where round_id = $1)
         update live_quizzes l
            set silent = case when this.silent then l.silent + 1 else 0 end,
                ending = coalesce(l.ending, case when $3 then 'away'
                                                 when this.silent and l.silent + 1 >= $4 then 'silence' end),
                next_at = $2
           from this where l.quiz_id = this.quiz_id",
        round.0,
        next,
        too_late,
        most_silent
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Closes an open question that every player has answered, at the moment of the last click. True where it did.
pub async fn close_if_complete(db: impl PgExecutor<'_>, round: RoundId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "with last as (select max(answered_at) + interval '1 millisecond' as at from answers where round_id = $1)
         update rounds r set reveal_at = last.at
           from last
          where r.round_id = $1 and r.state = 'posted' and r.source = 'live' and last.at < r.reveal_at
            and not exists (select from quiz_players p where p.quiz_id = r.quiz_id
                               and not exists (select from answers a
                                                where a.round_id = r.round_id and a.user_id = p.user_id))",
        round.0
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Claims the right to rewrite a lobby's list of players: at most once in `every`, over all instances. `None` where it
/// is over or was written a moment ago.
pub async fn claim_lobby(
    db: impl PgExecutor<'_>,
    id: QuizId,
    now: DateTime<Utc>,
    every: TimeDelta,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update live_quizzes l set counted_at = $2
           from quizzes z
          where l.quiz_id = $1 and z.quiz_id = l.quiz_id and z.state = 'lobby' and l.message_id is not null
            and (counted_at is null or counted_at <= $3)",
        id.0,
        now,
        now - every
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A quiz whose lobby is open; asked again once its message's lock is held.
pub async fn open_lobby(db: impl PgExecutor<'_>, id: QuizId) -> sqlx::Result<Option<Live>> {
    sqlx::query_as!(
        Live,
        r#"select l.*, z.host_id, z.title, z.state as "state: State", z.created_at
             from live_quizzes l join quizzes z using (quiz_id)
            where l.quiz_id = $1 and z.state = 'lobby' and l.ending is null"#,
        id.0
    )
    .fetch_optional(db)
    .await
}

/// Holds the lobby's message for the transaction, so that a list written late cannot overwrite what comes after it.
pub async fn lock_lobby(db: impl PgExecutor<'_>, id: QuizId) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtext('greenroom.lobby'), hashint8($1))",
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether members who manage nothing may open live quizzes.
pub async fn anyone_hosts(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<bool> {
    let set = sqlx::query_scalar!("select anyone_hosts from guilds where guild_id = $1", guild.0)
        .fetch_optional(db)
        .await?;
    Ok(set == Some(true))
}

/// Says who may open live quizzes. The guild has to be known.
pub async fn set_anyone_hosts(db: impl PgExecutor<'_>, guild: GuildId, anyone: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update guilds set anyone_hosts = $2 where guild_id = $1",
        guild.0,
        anyone
    )
    .execute(db)
    .await?;
    Ok(())
}
