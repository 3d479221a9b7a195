//! Turns what is due of a schedule into rounds.
//!
//! The scheduler does so when the time comes. Whoever changes a schedule does so first: what is owed by then must not
//! be worked out anew from the clock, which would leave it out.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::choose::{self, Choice};
use crate::app::say::say_question;
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::ids::{GuildId, InteractionId, ScheduleId};
use crate::rules::quiz::Source;
use crate::rules::schedule::Occurrence;
use crate::store;
use crate::store::rounds::QuestionToAsk;
use crate::store::schedules::Schedule;

/// A schedule that was asleep for years is caught up in steps.
const MOST_MISSED: usize = 500;
/// Why a day has no question, as its manager is told.
const NOTHING_FITS: &str = "no question fits the schedule's topics and level";
const ALL_OPEN: &str = "every question that fits was still open in this server. More topics or a shorter answer window \
                        would help.";

/// Locks a schedule for the transaction and plans what is due of it, so that it can be changed without anything being
/// forgotten. `None` where it was removed meanwhile.
///
/// Returns it as it stands then, and the days whose question was due and has its round now.
///
/// # Errors
/// If the database fails; the transaction is to be given up.
pub async fn settle_schedule(
    bot: &Bot,
    db: &mut PgConnection,
    guild: GuildId,
    id: ScheduleId,
) -> anyhow::Result<Option<(Schedule, Vec<NaiveDate>)>> {
    let mut planned = Vec::new();
    let now = bot.now();
    while let Some(locked) = store::schedules::due::lock_schedule(&mut *db, guild, id).await? {
        if locked.next_due_at.is_none_or(|next| next > now) {
            return Ok(Some((locked, planned)));
        }
        planned.extend(plan_due(bot, db, &locked, now).await?);
        fail_point("plan.settled");
    }
    Ok(None)
}

/// Plans what is due of a schedule that is locked, and sets when it is due next: a round for each day, or the record
/// that the day is left out. Returns the days that have a round now.
///
/// # Errors
/// If the database fails; the transaction is to be given up.
pub async fn plan_due(
    bot: &Bot,
    db: &mut PgConnection,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<NaiveDate>> {
    let rule = schedule.recurrence()?;
    let grace = TimeDelta::seconds(i64::from(schedule.grace_seconds));
    let first = schedule.next_date.unwrap_or_else(|| rule.zone.local_date_of(now));
    let due_since = |occurrence: &Occurrence| schedule.next_due_at.is_none_or(|next| occurrence.at >= next);
    let mut next = None;
    let mut planned = Vec::new();
    for (n, occurrence) in rule.occurrences_from(first).filter(due_since).enumerate() {
        if occurrence.at > now || n == MOST_MISSED {
            next = Some(occurrence);
            break;
        }
        // Posted late is better than not at all, up to a point; past it, the day is recorded as skipped.
        if now - occurrence.at > grace {
            let reason = "its time passed while the bot was not running";
            store::rounds::plan_skipped(&mut *db, schedule, occurrence.date, occurrence.at, reason).await?;
            fail_point("plan.skipped");
            tracing::warn!(schedule.id = schedule.schedule_id.0, date = %occurrence.date, "a question was missed");
            continue;
        }
        if plan_round(bot, db, schedule, occurrence).await? {
            planned.push(occurrence.date);
        }
    }
    let next = next.map(|next| (next.at, next.date));
    store::schedules::due::set_next(&mut *db, schedule.schedule_id, next).await?;
    fail_point("plan.next-set");
    Ok(planned)
}

/// The row comes before the post, unique per schedule and local day: a due question is posted exactly once. False where
/// the day had its round, or nothing fits.
async fn plan_round(
    bot: &Bot,
    db: &mut PgConnection,
    schedule: &Schedule,
    due: Occurrence,
) -> anyhow::Result<bool> {
    let asked = match choose::choose_for_schedule(bot, db, schedule).await? {
        Choice::Ask(asked) => asked,
        Choice::AllOpen => return skip_day(db, schedule, due, ALL_OPEN).await,
        Choice::NothingFits => return skip_day(db, schedule, due, NOTHING_FITS).await,
    };
    fail_point("plan.chosen");
    let planned = insert_planned(db, schedule, due.date, due.at, asked, None).await?;
    fail_point("plan.inserted");
    if planned {
        tracing::info!(schedule.id = schedule.schedule_id.0, date = %due.date, "a round is planned");
    }
    Ok(planned)
}

/// Plans a round and has its question said. False where this day or request has one already.
///
/// # Errors
/// If the database fails; the transaction is to be given up.
pub async fn insert_planned(
    db: &mut PgConnection,
    schedule: &Schedule,
    date: NaiveDate,
    due_at: DateTime<Utc>,
    asked: QuestionToAsk,
    requested_by: Option<InteractionId>,
) -> sqlx::Result<bool> {
    let planned =
        store::rounds::insert_planned(&mut *db, schedule, date, due_at, asked, requested_by).await?;
    let Some(round) = planned else {
        return Ok(false);
    };
    let (guild, channel) = (schedule.guild_id, schedule.channel_id);
    say_question(db, guild, round, Source::Daily, channel, due_at).await?;
    Ok(true)
}

/// Records that a day has no question. Always false: there is no round to post.
async fn skip_day(
    db: &mut PgConnection,
    schedule: &Schedule,
    due: Occurrence,
    reason: &str,
) -> anyhow::Result<bool> {
    tracing::warn!(schedule.id = schedule.schedule_id.0, date = %due.date, reason, "a question is skipped");
    store::rounds::plan_skipped(db, schedule, due.date, due.at, reason).await?;
    Ok(false)
}
