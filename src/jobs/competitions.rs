//! Starts and ends competitions, each once: teams, final standings, state and notices change together or not at all.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::failure::describe_failure;
use crate::app::{say, standings};
use crate::bot::Bot;
use crate::ids::UserId;
use crate::rules::competition::{Entry, FORM, Teams};
use crate::rules::notice::{NoticeKind, on_the_way};
use crate::rules::season::{GRACE, LONGEST_WAIT};
use crate::rules::team::draft_teams;
use crate::store;
use crate::store::competitions::{Competition, State};
use crate::store::notices::Subject;

/// Steps taken in one go.
const MOST: usize = 100;
/// How often a competition that waits for a reveal is looked at.
const AGAIN: TimeDelta = TimeDelta::minutes(1);

/// Takes steps that are due. A competition with which this fails is logged and left for the next pass. Returns how many
/// steps were taken.
///
/// # Errors
/// If the database fails, or at the end if any competition failed.
pub async fn advance_competitions(bot: &Bot) -> anyhow::Result<usize> {
    let (mut failed, mut taken) = (Vec::new(), 0);
    while taken < MOST {
        let now = bot.now();
        let mut tx = bot.db.begin().await?;
        let Some(found) = store::competitions::lock_due(&mut *tx, now, &failed).await? else {
            break;
        };
        let id = found.competition_id;
        let done = match found.state {
            State::Planned => start_competition(&mut tx, &found, now).await,
            State::Running => finish_competition(bot, &mut tx, &found, now).await,
            State::Finished | State::Cancelled => Ok(()),
        };
        match done {
            Ok(()) => {
                tx.commit().await?;
                taken += 1;
            }
            Err(error) => {
                // What describes the failure needs a connection, too.
                drop(tx);
                let error = describe_failure(bot, &error).await;
                tracing::error!(
                    competition.id = id.0,
                    error,
                    "a competition could not be started or ended"
                );
                failed.push(id);
            }
        }
    }
    anyhow::ensure!(failed.is_empty(), "{} competitions failed", failed.len());
    Ok(taken)
}

async fn start_competition(
    db: &mut PgConnection,
    found: &Competition,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let id = found.competition_id;
    if found.teams == Some(Teams::Balanced) {
        balance_teams(&mut *db, found).await?;
    }
    store::competitions::set_state(&mut *db, id, State::Running, found.ends_at + GRACE).await?;
    let mut notes = vec![(NoticeKind::Start, found.starts_at)];
    notes.extend(on_the_way(found.starts_at, found.ends_at));
    for (kind, due_at) in notes {
        let (guild, channel) = (found.guild_id, found.channel_id);
        say::plan_notice(&mut *db, guild, Subject::Competition(id), kind, channel, due_at).await?;
    }
    let late_s = (now - found.starts_at).num_seconds();
    tracing::info!(
        competition.id = id.0,
        guild.id = found.guild_id.0,
        late_s,
        "a competition begins"
    );
    Ok(())
}

/// Draws equally strong teams from those who joined, or from all who have answered lately where it is for everyone.
async fn balance_teams(db: &mut PgConnection, found: &Competition) -> anyhow::Result<()> {
    let (id, guild) = (found.competition_id, found.guild_id);
    let since = Some(found.starts_at - FORM);
    let scores =
        store::boards::scores_between(&mut *db, guild, since, Some(found.starts_at), None, false).await?;
    let left = store::members::departed_members(&mut *db, guild).await?;
    let joined = store::entrants::list_entrants(&mut *db, id).await?;
    let points = |user: UserId| {
        scores
            .iter()
            .find(|score| score.user == user)
            .map_or(0, |score| score.points)
    };
    let mut pool: Vec<UserId> = joined.iter().map(|entrant| entrant.user_id).collect();
    if found.entry == Entry::Everyone {
        let active = scores.iter().map(|score| score.user);
        let new: Vec<UserId> = active
            .filter(|user| !pool.contains(user) && !left.contains(user))
            .collect();
        pool.extend(new);
    }
    let teams = store::entrants::list_teams(&mut *db, id).await?;
    let pool = pool.into_iter().map(|user| (user, points(user))).collect();
    for (user, place) in draft_teams(pool, teams.len(), id.0) {
        let team = teams[place].team;
        if !store::entrants::add_entrant(&mut *db, id, guild, user, Some(team), found.starts_at).await? {
            store::entrants::assign_team(&mut *db, id, user, team).await?;
        }
    }
    Ok(())
}

/// Finishes a competition, unless questions answered in it wait for their reveal.
async fn finish_competition(
    bot: &Bot,
    db: &mut PgConnection,
    found: &Competition,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let id = found.competition_id;
    if found.ends_at + GRACE > now {
        return Ok(store::competitions::set_state(db, id, State::Running, found.ends_at + GRACE).await?);
    }
    let waiting = store::seasons::count_unrevealed(&mut *db, found.guild_id, found.ends_at).await?;
    if waiting > 0 && now < found.ends_at + LONGEST_WAIT {
        return Ok(store::competitions::set_state(db, id, State::Running, now + AGAIN).await?);
    }
    let (best, rows) = standings::final_rows(bot, &mut *db, found).await?;
    if store::archive::finish_competition(&mut *db, found, best, &rows).await? {
        let (guild, channel) = (found.guild_id, found.channel_id);
        let subject = Subject::Competition(id);
        say::plan_notice(db, guild, subject, NoticeKind::End, channel, now).await?;
        tracing::info!(
            competition.id = id.0,
            guild.id = guild.0,
            waiting,
            "a competition is finished"
        );
    }
    Ok(())
}
