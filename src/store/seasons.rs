//! Seasons as they are written down. Their final standings are in `store::archive`.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::{ChannelId, GuildId};
use crate::rules::mistake::Mistake;
use crate::rules::schedule::Zone;
use crate::rules::season::{Calendar, GRACE, Length, Season};

/// A guild's zone and seasons; `None` if it never set anything up.
///
/// # Errors
/// If the database fails, or holds a zone this version does not know.
pub async fn guild_calendar(db: &mut PgConnection, guild: GuildId) -> sqlx::Result<Option<Calendar>> {
    let Some(row) = sqlx::query!(
        "select time_zone, season_length from guilds where guild_id = $1",
        guild.0
    )
    .fetch_optional(&mut *db)
    .await?
    else {
        return Ok(None);
    };
    let known = sqlx::query_as!(
        Season,
        r#"select start_date as "start", end_date as "end" from seasons where guild_id = $1 order by start_date"#,
        guild.0
    )
    .fetch_all(&mut *db)
    .await?;
    let unreadable = |mistake: Mistake| sqlx::Error::Decode(Box::new(mistake));
    Ok(Some(Calendar {
        zone: Zone::stored(&row.time_zone).map_err(unreadable)?,
        length: row.season_length.parse().map_err(unreadable)?,
        known,
    }))
}

/// Up to `limit` guilds whose running season is not written down, but for those in `except`.
pub async fn guilds_unwritten(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    except: &[GuildId],
    limit: i64,
) -> sqlx::Result<Vec<GuildId>> {
    let except: Vec<i64> = except.iter().map(|guild| guild.0).collect();
    sqlx::query_scalar!(
        r#"select g.guild_id as "guild: GuildId" from guilds g
            -- A season that is over is not closed yet, or is the last one: either way it is due.
            where not exists (select from seasons s
                               where s.guild_id = g.guild_id and s.due_at > $1 and s.closed_at is null)
              and g.guild_id <> all ($2)
            order by g.guild_id limit $3"#,
        now,
        &except,
        limit
    )
    .fetch_all(db)
    .await
}

/// Locks a guild's settings and seasons for the transaction; when it first set something up.
pub async fn lock_guild(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        // Rounds refer to the guild, and need not wait.
        "select created_at from guilds where guild_id = $1 for no key update",
        guild.0
    )
    .fetch_optional(db)
    .await
}

/// Writes a season down that has begun. Does nothing where it is.
pub async fn write_season(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    season: Season,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into seasons (guild_id, start_date, end_date, due_at) values ($1, $2, $3, $4) on conflict do nothing",
        guild.0,
        season.start,
        season.end,
        due_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Changes how long seasons are from the next one on.
pub async fn set_length(db: impl PgExecutor<'_>, guild: GuildId, length: Length) -> sqlx::Result<()> {
    sqlx::query!(
        "update guilds set season_length = $2 where guild_id = $1",
        guild.0,
        length.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets where the end of a season is announced.
pub async fn set_channel(db: impl PgExecutor<'_>, guild: GuildId, channel: ChannelId) -> sqlx::Result<()> {
    sqlx::query!(
        "update guilds set announce_channel_id = $2 where guild_id = $1",
        guild.0,
        channel.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Where the end of a season is announced: the channel that was chosen, or that of the first schedule.
pub async fn announcement_channel(
    db: impl PgExecutor<'_>,
    guild: GuildId,
) -> sqlx::Result<Option<ChannelId>> {
    let channel = sqlx::query_scalar!(
        "select coalesce(g.announce_channel_id,
                         (select s.channel_id from schedules s where s.guild_id = g.guild_id and s.removed_at is null
                           order by s.schedule_id limit 1))
           from guilds g where g.guild_id = $1",
        guild.0
    )
    .fetch_optional(db)
    .await?;
    Ok(channel.flatten().map(ChannelId))
}

/// Locks one season that may be over, for the transaction. Those another instance works on, and those of the guilds in
/// `except`, are passed over.
pub async fn lock_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    except: &[GuildId],
) -> sqlx::Result<Option<(GuildId, Season)>> {
    let except: Vec<i64> = except.iter().map(|guild| guild.0).collect();
    let row = sqlx::query!(
        "select guild_id, start_date, end_date from seasons
          where closed_at is null and due_at <= $1 and guild_id <> all ($2)
          order by due_at, guild_id limit 1 for update skip locked",
        now,
        &except
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let (start, end) = (row.start_date, row.end_date);
        (GuildId(row.guild_id), Season { start, end })
    }))
}

/// Looks again later whether a season can be closed.
pub async fn look_again(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    season: Season,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update seasons set due_at = $3 where guild_id = $1 and start_date = $2 and closed_at is null",
        guild.0,
        season.start,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many questions everybody could answer were answered before `end` and wait for their reveal.
pub async fn count_unrevealed(
    db: impl PgExecutor<'_>,
    guild: GuildId,
    end: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from asked_now n
            where n.guild_id = $1
              and exists (select from answers a where a.round_id = n.round_id and a.answered_at < $2)"#,
        guild.0,
        end
    )
    .fetch_one(db)
    .await
}

/// Writes down every season of a guild that has begun, and returns the calendar with them. `None` if the guild never
/// set anything up.
pub async fn follow_seasons(
    db: &mut PgConnection,
    guild: GuildId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Calendar>> {
    let Some(created_at) = lock_guild(&mut *db, guild).await? else {
        return Ok(None);
    };
    let Some(mut calendar) = guild_calendar(&mut *db, guild).await? else {
        return Ok(None);
    };
    let mut next = match calendar.known.last() {
        Some(last) => calendar.season_of(last.end),
        None => calendar.season_at(created_at),
    };
    while let Some(end) = calendar.start_of(next.end) {
        if calendar.start_of(next.start).is_none_or(|start| start > now) {
            break;
        }
        write_season(&mut *db, guild, next, end + GRACE).await?;
        calendar.known.push(next);
        next = calendar.season_of(next.end);
    }
    Ok(Some(calendar))
}

/// The oldest season that is not closed.
pub async fn oldest_open(db: impl PgExecutor<'_>, guild: GuildId) -> sqlx::Result<Option<Season>> {
    sqlx::query_as!(
        Season,
        r#"select start_date as "start", end_date as "end" from seasons
            where guild_id = $1 and closed_at is null order by start_date limit 1"#,
        guild.0
    )
    .fetch_optional(db)
    .await
}
