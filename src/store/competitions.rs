//! Competitions. Who takes part is in `store::entrants`, how they ended in `store::archive`.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{ChannelId, CompetitionId, GuildId, UserId};
use crate::rules::competition::{Entry, Scope, Teams};
use crate::rules::ranks::Score;
use crate::rules::words::words;

/// A competition as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Competition {
    pub competition_id: CompetitionId,
    pub guild_id: GuildId,
    pub name: String,
    pub scope: Scope,
    pub topics: Vec<String>,
    pub entry: Entry,
    pub teams: Option<Teams>,
    pub prize_note: Option<String>,
    pub channel_id: ChannelId,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub state: State,
    pub best: Option<i32>,
}

impl Competition {
    /// Whether it takes the answers of everybody, without anybody joining.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.teams.is_none() && self.entry == Entry::Everyone
    }
}

/// Where a competition is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not begun.
    Planned,
    /// It runs, or is over and waits for its last reveals.
    Running,
    /// Its final standings are written.
    Finished,
    /// It was given up.
    Cancelled,
}

words!(State: Planned = "planned", Running = "running", Finished = "finished", Cancelled = "cancelled");

/// What a manager decides about a competition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompetitionSettings {
    /// What it is called.
    pub name: String,
    /// Which answers count.
    pub scope: Scope,
    /// Topics or areas; empty for all.
    pub topics: Vec<String>,
    /// Who takes part.
    pub entry: Entry,
    /// How teams are made; none where each plays alone.
    pub teams: Option<Teams>,
    /// What there is to win, in words.
    pub prize_note: Option<String>,
    /// Where it is announced.
    pub channel_id: ChannelId,
    /// Answers count from here on.
    pub starts_at: DateTime<Utc>,
    /// Answers count before this.
    pub ends_at: DateTime<Utc>,
}

/// Adds a competition.
pub async fn insert_competition(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    plan: &CompetitionSettings,
    by: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<Competition> {
    sqlx::query_as!(
        Competition,
        "insert into competitions (guild_id, name, scope, topics, entry, teams, prize_note, channel_id, starts_at,
                                   ends_at, state, due_at, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'planned', $9, $11, $12)
         returning competition_id, guild_id, name, scope, topics, entry, teams, prize_note, channel_id, starts_at,
                   ends_at, state, best",
        guild.0,
        plan.name,
        plan.scope.as_str(),
        &plan.topics,
        plan.entry.as_str(),
        plan.teams.map(Teams::as_str),
        plan.prize_note,
        plan.channel_id.0,
        plan.starts_at,
        plan.ends_at,
        by.0,
        now
    )
    .fetch_one(db)
    .await
}

/// A competition, if it belongs to the guild. Ids come from buttons, and those can be forged.
pub async fn find_competition(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    id: CompetitionId,
) -> sqlx::Result<Option<Competition>> {
    sqlx::query_as!(
        Competition,
        "select competition_id, guild_id, name, scope, topics, entry, teams, prize_note, channel_id, starts_at, ends_at,
                state, best
           from competitions where competition_id = $1 and guild_id = $2",
        id.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// A competition of the guild, locked for the transaction: who joins, picks or ends it waits for one another.
pub async fn lock_competition(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    id: CompetitionId,
) -> sqlx::Result<Option<Competition>> {
    sqlx::query_as!(
        Competition,
        "select competition_id, guild_id, name, scope, topics, entry, teams, prize_note, channel_id, starts_at, ends_at,
                state, best
           from competitions where competition_id = $1 and guild_id = $2 for no key update",
        id.0,
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// The competitions of a guild: those that run or are planned by their end, then the others, the newest first.
pub async fn of_guild(db: impl PgExecutor<'_>, guild: GuildId, limit: i64) -> sqlx::Result<Vec<Competition>> {
    sqlx::query_as!(
        Competition,
        "select competition_id, guild_id, name, scope, topics, entry, teams, prize_note, channel_id, starts_at, ends_at,
                state, best
           from competitions where guild_id = $1
          order by case when state in ('planned', 'running') then ends_at end nulls last, competition_id desc
          limit $2",
        guild.0,
        limit
    )
    .fetch_all(db)
    .await
}

/// How many competitions of a guild run or are planned.
pub async fn count_going(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from competitions where guild_id = $1 and state in ('planned', 'running')"#,
        guild.0
    )
    .fetch_one(db)
    .await
}

/// Locks the competition whose next step is due first, for the transaction. Those another instance works on, and those
/// in `except`, are passed over.
pub async fn lock_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    except: &[CompetitionId],
) -> sqlx::Result<Option<Competition>> {
    let except: Vec<i64> = except.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Competition,
        "select competition_id, guild_id, name, scope, topics, entry, teams, prize_note, channel_id, starts_at, ends_at,
                state, best
           from competitions
          where state in ('planned', 'running') and due_at <= $1 and competition_id <> all ($2)
          order by due_at, competition_id limit 1 for no key update skip locked",
        now,
        &except
    )
    .fetch_optional(db)
    .await
}

/// Sets where a competition that is not over stands and when its next step is due.
pub async fn set_state(
    db: impl PgExecutor<'_>,
    id: CompetitionId,
    state: State,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update competitions set state = $2, due_at = $3
          where competition_id = $1 and state in ('planned', 'running')",
        id.0,
        state.as_str(),
        due_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends a running competition at `at`.
pub async fn end_at(
    db: impl PgExecutor<'_>,
    id: CompetitionId,
    at: DateTime<Utc>,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update competitions set ends_at = $2, due_at = $3
          where competition_id = $1 and state = 'running' and ends_at > $2 and starts_at < $2",
        id.0,
        at,
        due_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What members earned in a competition so far. `topics` are all it is limited to, if it is.
pub async fn competition_scores(
    db: impl PgExecutor<'_>,
    competition: &Competition,
    topics: Option<&[String]>,
) -> sqlx::Result<Vec<Score>> {
    let sources: Vec<String> = competition
        .scope
        .sources()
        .iter()
        .map(|source| source.as_str().to_owned())
        .collect();
    sqlx::query_as!(
        Score,
        r#"select a.user_id as "user: UserId", sum(a.points)::bigint as "points!",
                  count(*) filter (where a.correct) as "correct!", count(*) as "answers!",
                  max(a.answered_at) as "last_at!"
             from answers a
             left join competition_members m on m.competition_id = $2 and m.user_id = a.user_id
            where a.guild_id = $1 and a.points is not null and a.answered_at >= $3 and a.answered_at < $4
              and a.source = any ($5)
              and ($6::text[] is null or exists (
                      select from rounds r join questions q using (question_id)
                       where r.round_id = a.round_id and q.topic = any ($6)))
              -- Whoever read the answer of a question all were asked does not get it again for practising it.
              and (a.source <> 'solo' or not exists (
                      select from rounds this join rounds other using (guild_id, question_id)
                                  join answers paid on paid.round_id = other.round_id
                       where this.round_id = a.round_id and paid.user_id = a.user_id
                         and paid.source in ('daily', 'live') and paid.points > 0
                         and paid.answered_at >= $3 and paid.answered_at < $4))
              -- What was answered before joining or after leaving does not count.
              and ($7 or (a.answered_at >= m.joined_at and (m.left_at is null or a.answered_at < m.left_at)))
            group by a.user_id"#,
        competition.guild_id.0,
        competition.competition_id.0,
        competition.starts_at,
        competition.ends_at,
        &sources,
        topics,
        competition.is_free()
    )
    .fetch_all(db)
    .await
}
