//! Who takes part in a competition, in which team, and since when.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::{CompetitionId, GuildId, RoleId, UserId};
use crate::rules::quiz::Source;

/// A team as stored, with how many ever joined it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamRow {
    pub team: i16,
    pub name: String,
    pub role_id: Option<RoleId>,
    pub captain_id: Option<UserId>,
    pub size: i64,
}

/// A member of a competition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrant {
    pub user_id: UserId,
    pub team: Option<i16>,
    pub joined_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
}

/// Adds a team.
pub async fn add_team(
    db: impl PgExecutor<'_>,
    competition: CompetitionId,
    team: i16,
    name: &str,
    role: Option<RoleId>,
    captain: Option<UserId>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into competition_teams (competition_id, team, name, role_id, captain_id) values ($1, $2, $3, $4, $5)",
        competition.0,
        team,
        name,
        role.map(|role| role.0),
        captain.map(|captain| captain.0)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The teams of a competition, in order.
pub async fn list_teams(db: impl PgExecutor<'_>, competition: CompetitionId) -> sqlx::Result<Vec<TeamRow>> {
    sqlx::query_as!(
        TeamRow,
        r#"select t.team, t.name, t.role_id, t.captain_id,
                  (select count(*) from competition_members m
                    where m.competition_id = t.competition_id and m.team = t.team) as "size!"
             from competition_teams t where t.competition_id = $1 order by t.team"#,
        competition.0
    )
    .fetch_all(db)
    .await
}

/// Lets a member take part. False where they do already; then nothing is changed.
pub async fn add_entrant(
    db: impl PgExecutor<'_>,
    competition: CompetitionId,
    guild: GuildId,
    user: UserId,
    team: Option<i16>,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into competition_members (competition_id, guild_id, user_id, team, joined_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        competition.0,
        guild.0,
        user.0,
        team,
        at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a member who has no team yet into one.
pub async fn assign_team(
    db: impl PgExecutor<'_>,
    competition: CompetitionId,
    user: UserId,
    team: i16,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update competition_members set team = $3 where competition_id = $1 and user_id = $2 and team is null",
        competition.0,
        user.0,
        team
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes back that a member takes part, before anything counted.
pub async fn remove_entrant(
    db: impl PgExecutor<'_>,
    competition: CompetitionId,
    user: UserId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from competition_members where competition_id = $1 and user_id = $2",
        competition.0,
        user.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets a member's answers no longer count from `at` on.
pub async fn end_entry(
    db: impl PgExecutor<'_>,
    competition: CompetitionId,
    user: UserId,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update competition_members set left_at = $3
          where competition_id = $1 and user_id = $2 and left_at is null",
        competition.0,
        user.0,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Everybody who ever joined, in order.
pub async fn list_entrants(
    db: impl PgExecutor<'_>,
    competition: CompetitionId,
) -> sqlx::Result<Vec<Entrant>> {
    sqlx::query_as!(
        Entrant,
        "select user_id, team, joined_at, left_at from competition_members where competition_id = $1
          order by joined_at, user_id",
        competition.0
    )
    .fetch_all(db)
    .await
}

/// One of them.
pub async fn find_entrant(
    db: impl PgExecutor<'_>,
    competition: CompetitionId,
    user: UserId,
) -> sqlx::Result<Option<Entrant>> {
    sqlx::query_as!(
        Entrant,
        "select user_id, team, joined_at, left_at from competition_members
          where competition_id = $1 and user_id = $2",
        competition.0,
        user.0
    )
    .fetch_optional(db)
    .await
}

/// Competitions between teams in which this member takes part with an answer of this kind, and has not yet. One whose
/// start has passed counts, although the job that begins it may not have come to it.
pub async fn to_enter(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    user: UserId,
    at: DateTime<Utc>,
    source: Source,
) -> sqlx::Result<Vec<CompetitionId>> {
    sqlx::query_scalar!(
        r#"select c.competition_id as "id: CompetitionId" from competitions c
            where c.guild_id = $1 and c.state in ('planned', 'running')
              and c.teams in ('role', 'balanced') and c.entry = 'everyone'
              and case c.scope when 'all' then $4 <> 'review' else c.scope = $4 end
              and c.starts_at <= $3 and $3 < c.ends_at
              and not exists (select from competition_members m
                               where m.competition_id = c.competition_id and m.user_id = $2)"#,
        guild.0,
        user.0,
        at,
        source.as_str()
    )
    .fetch_all(db)
    .await
}
