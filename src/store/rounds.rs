//! Rounds: planned, posted, revealed. Every change repeats the state it starts from, so that doing it twice is
//! harmless.

pub mod posting;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgExecutor;

use crate::ids::{
    ChannelId, GuildId, InteractionId, MessageId, QuestionId, QuizId, RevisionId, RoleId, RoundId,
    ScheduleId, UserId,
};
use crate::rules::quiz::Source;
use crate::rules::scoring::Choices;
use crate::rules::words::words;
use crate::store::schedules::Schedule;

/// A round, but for what only SQL asks for.
#[derive(Clone, Debug)]
pub struct Round {
    pub round_id: RoundId,
    pub guild_id: GuildId,
    pub schedule_id: Option<ScheduleId>,
    pub channel_id: ChannelId,
    pub question_id: Option<QuestionId>,
    pub revision_id: Option<RevisionId>,
    pub due_at: DateTime<Utc>,
    pub ping_role_id: Option<RoleId>,
    pub thread: bool,
    pub state: State,
    pub reason: Option<String>,
    pub message_id: Option<MessageId>,
    pub posted_at: Option<DateTime<Utc>>,
    pub reveal_at: Option<DateTime<Utc>>,
    pub revealed_at: Option<DateTime<Utc>>,
    pub thread_id: Option<ChannelId>,
    pub source: Source,
    pub quiz_id: Option<QuizId>,
    pub number: Option<i16>,
    pub only_user_id: Option<UserId>,
}

/// A query of rounds: its SQL before their columns and behind them, and its arguments. The table is called `r`.
///
/// The columns stand here once, by name: what a program reads must not depend on what a newer one has added.
macro_rules! query_rounds {
    ($before:literal, $after:literal, $($arguments:tt)*) => {
        sqlx::query_as!(
            crate::store::rounds::Round,
            $before
                + " r.round_id, r.guild_id, r.schedule_id, r.channel_id, r.question_id, r.revision_id, r.due_at,
                    r.ping_role_id, r.thread, r.state, r.reason, r.message_id, r.posted_at, r.reveal_at,
                    r.revealed_at, r.thread_id, r.source, r.quiz_id, r.number, r.only_user_id "
                + $after,
            $($arguments)*
        )
    };
}

pub(crate) use query_rounds;

/// Where a round is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its turn in the quiz has not come.
    Waiting,
    /// To be posted.
    Planned,
    /// Open for answers.
    Posted,
    /// Scored; the key is public.
    Revealed,
    /// Never posted, on purpose or because its time had passed.
    Skipped,
    /// Never posted, because Discord refused it.
    Failed,
}

words!(State:
    Waiting = "waiting", Planned = "planned", Posted = "posted", Revealed = "revealed", Skipped = "skipped",
    Failed = "failed"
);

/// What a round asks.
#[derive(Clone, Copy, Debug)]
pub struct QuestionToAsk {
    pub question_id: QuestionId,
    pub revision_id: RevisionId,
    pub offered: Choices,
    pub several: bool,
}

/// Plans a round. `None` where this day or request has one already; that is what keeps a question from being posted
/// twice, whoever plans it and however often.
pub async fn insert_planned(
    db: impl PgExecutor<'_>,
    schedule: &Schedule,
    date: NaiveDate,
    due_at: DateTime<Utc>,
    asked: QuestionToAsk,
    requested_by: Option<InteractionId>,
) -> sqlx::Result<Option<RoundId>> {
    sqlx::query_scalar!(
        "insert into rounds (guild_id, schedule_id, occurrence_date, requested_by_interaction, channel_id, question_id,
                             revision_id, offered, several, due_at, window_seconds, ping_role_id, thread, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'planned')
         on conflict do nothing
         returning round_id",
        schedule.guild_id.0,
        schedule.schedule_id.0,
        date,
        requested_by.map(|id| id.0),
        schedule.channel_id.0,
        asked.question_id.0,
        asked.revision_id.0,
        asked.offered.bits(),
        asked.several,
        due_at,
        schedule.window_seconds,
        schedule.ping_role_id.map(|role| role.0),
        schedule.thread
    )
    .fetch_optional(db)
    .await
}

/// Whether this interaction has its round already.
pub async fn is_requested(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    interaction: InteractionId,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from rounds
                           where guild_id = $1 and requested_by_interaction = $2) as "is!""#,
        guild.0,
        interaction.0
    )
    .fetch_one(db)
    .await
}

/// Records that a day's round will never be posted, and why. Does nothing where the day has its round.
pub async fn plan_skipped(
    db: impl PgExecutor<'_>,
    schedule: &Schedule,
    date: NaiveDate,
    due_at: DateTime<Utc>,
    reason: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into rounds (guild_id, schedule_id, occurrence_date, channel_id, due_at, window_seconds, thread, state,
                             reason)
         values ($1, $2, $3, $4, $5, $6, $7, 'skipped', $8)
         on conflict do nothing",
        schedule.guild_id.0,
        schedule.schedule_id.0,
        date,
        schedule.channel_id.0,
        due_at,
        schedule.window_seconds,
        schedule.thread,
        reason
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Rounds whose window is over, those of live quizzes or all others, but for those in `except`.
pub async fn due_for_reveal(
    db: impl PgExecutor<'_>,
    live: bool,
    now: DateTime<Utc>,
    except: &[RoundId],
    limit: i64,
) -> sqlx::Result<Vec<RoundId>> {
    let except: Vec<i64> = except.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        "select round_id from rounds
          where state = 'posted' and (source = 'live') = $4 and reveal_at <= $1 and round_id <> all ($2)
          order by reveal_at, round_id limit $3",
        now,
        &except,
        limit,
        live
    )
    .fetch_all(db)
    .await
}

/// Makes the key public, once: `None` where another instance did it before. Waits for answers that are being written,
/// which hold a share lock on the round.
pub async fn reveal_round(
    db: impl PgExecutor<'_>,
    id: RoundId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Round>> {
    query_rounds!(
        "update rounds r set state = 'revealed', revealed_at = $2,
                -- A private round is shown to its member by the reply to the answer.
                announced_at = case when only_user_id is not null then $2 end
          where round_id = $1 and state = 'posted' and reveal_at <= $2
         returning",
        "",
        id.0,
        now
    )
    .fetch_optional(db)
    .await
}

/// Ends the window of an open round at `now`. False where it is not open.
pub async fn close_round(db: impl PgExecutor<'_>, id: RoundId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update rounds set reveal_at = least(reveal_at, $2)
          where round_id = $1 and state in ('planned', 'posted') and reveal_at is not null",
        id.0,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Remembers the thread of a round as soon as it exists.
pub async fn set_thread(db: impl PgExecutor<'_>, id: RoundId, thread: ChannelId) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set thread_id = $2 where round_id = $1",
        id.0,
        thread.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Has everything about a round said in its channel from now on, as if that were its thread: in one of its own nothing
/// can be written.
pub async fn leave_thread(db: impl PgExecutor<'_>, guild: GuildId, id: RoundId) -> sqlx::Result<()> {
    sqlx::query!(
        "update rounds set thread_id = channel_id where guild_id = $1 and round_id = $2",
        guild.0,
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A round, if it belongs to the guild. Ids come from buttons, and those can be forged.
pub async fn find_round(db: impl PgExecutor<'_>, guild: GuildId, id: RoundId) -> sqlx::Result<Option<Round>> {
    query_rounds!(
        "select",
        "from rounds r where round_id = $1 and guild_id = $2",
        id.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// The newest round of a schedule that is open for answers.
pub async fn newest_open(db: impl PgExecutor<'_>, schedule: ScheduleId) -> sqlx::Result<Option<Round>> {
    query_rounds!(
        "select",
        // A round whose message is on its way counts: people may see it before we hear of it.
        "from rounds r where schedule_id = $1 and state in ('planned', 'posted') and reveal_at is not null
          order by round_id desc limit 1",
        schedule.0
    )
    .fetch_optional(db)
    .await
}

/// How many rounds of a schedule that were asked for besides its own are planned or open; the request at hand does not
/// count.
pub async fn count_extra(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    schedule: ScheduleId,
    request: InteractionId,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from rounds
            where guild_id = $1 and schedule_id = $2 and state in ('planned', 'posted')
              and requested_by_interaction <> $3"#,
        guild.0,
        schedule.0,
        request.0
    )
    .fetch_one(db)
    .await
}

/// The days from `from` on for which a schedule has its round already, and what became of it.
pub async fn days_taken(
    db: impl PgExecutor<'_>,
    schedule: ScheduleId,
    from: NaiveDate,
) -> sqlx::Result<Vec<(NaiveDate, State)>> {
    let rows = sqlx::query!(
        "select occurrence_date, state from rounds
          where schedule_id = $1 and occurrence_date >= $2 and requested_by_interaction is null
          order by occurrence_date",
        schedule.0,
        from
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.occurrence_date?, row.state)))
        .collect())
}

/// Whether the reveal of a round is shown; whoever asks holds the round until the transaction ends, so that it stays
/// so. `None` where the guild has no such round.
pub async fn hold_announced(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    id: RoundId,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        r#"select announced_at is not null as "announced!" from rounds
            where guild_id = $1 and round_id = $2 for share"#,
        guild.0,
        id.0
    )
    .fetch_optional(db)
    .await
}
