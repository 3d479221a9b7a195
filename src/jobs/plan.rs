//! Turns schedules that are due into planned rounds and works out when they are due next.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::choose::{self, Choice};
use crate::app::failure::describe_failure;
use crate::bot::Bot;
use crate::jobs::nudge;
use crate::rules::schedule::{Occurrence, zone_data_version};
use crate::store;
use crate::store::schedules::Schedule;

/// A schedule that was asleep for years is caught up in steps.
const MOST_MISSED: usize = 500;

/// Plans every round that is due, each schedule in a transaction of its own: one that cannot be planned is logged and
/// left for the next pass, the others do not wait for it.
///
/// # Errors
/// If the database fails, or at the end if any schedule could not be planned.
pub async fn plan_rounds(bot: &Bot) -> anyhow::Result<()> {
    let mut failed = Vec::new();
    loop {
        let now = bot.now();
        let mut tx = bot.db.begin().await?;
        let Some(schedule) = store::schedules::due::lock_due(&mut *tx, now, &failed).await? else {
            break;
        };
        match plan_one(bot, &mut tx, &schedule, now).await {
            Ok(()) => tx.commit().await?,
            Err(error) => {
                let id = schedule.schedule_id;
                let error = describe_failure(bot, &error).await;
                tracing::error!(schedule.id = id.0, error, "a schedule could not be planned");
                failed.push(id);
            }
        }
    }
    anyhow::ensure!(
        failed.is_empty(),
        "{} schedules could not be planned",
        failed.len()
    );
    Ok(())
}

async fn plan_one(
    bot: &Bot,
    db: &mut PgConnection,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let rule = schedule.recurrence()?;
    let grace = TimeDelta::seconds(i64::from(schedule.grace_seconds));
    let first = schedule.next_date.unwrap_or_else(|| rule.zone.local_date_of(now));
    let due_since = |occurrence: &Occurrence| schedule.next_due_at.is_none_or(|next| occurrence.at >= next);
    let mut next = None;
    for (n, occurrence) in rule.occurrences_from(first).filter(due_since).enumerate() {
        if occurrence.at > now || n == MOST_MISSED {
            next = Some(occurrence);
            break;
        }
        // Posted late is better than not at all, up to a point; past it, the day is recorded as skipped.
        if now - occurrence.at > grace {
            let reason = "its time passed while the bot was not running";
            store::rounds::plan_skipped(&mut *db, schedule, occurrence.date, occurrence.at, reason).await?;
            tracing::warn!(schedule.id = schedule.schedule_id.0, date = %occurrence.date, "a question was missed");
            continue;
        }
        plan_round(bot, db, schedule, occurrence).await?;
    }
    let next = next.map(|next| (next.at, next.date));
    store::schedules::due::set_next(&mut *db, schedule.schedule_id, next).await?;
    Ok(())
}

/// The row comes before the post, unique per schedule and local day: a due question is posted exactly once.
async fn plan_round(
    bot: &Bot,
    db: &mut PgConnection,
    schedule: &Schedule,
    due: Occurrence,
) -> anyhow::Result<()> {
    let reason = match choose::choose_for_schedule(bot, db, schedule).await? {
        Choice::Ask(asked) => {
            let planned =
                store::rounds::insert_planned(&mut *db, schedule, due.date, due.at, asked, None).await?;
            if planned.is_some() {
                tracing::info!(schedule.id = schedule.schedule_id.0, date = %due.date, "a round is planned");
            }
            return Ok(());
        }
        Choice::AllOpen => {
            "every question that fits was still open in this server. More topics or a shorter answer window would help."
        }
        Choice::NothingFits => "no question fits the schedule's topics and level",
    };
    tracing::warn!(schedule.id = schedule.schedule_id.0, date = %due.date, reason, "a question is skipped");
    store::rounds::plan_skipped(&mut *db, schedule, due.date, due.at, reason).await?;
    Ok(())
}

/// Works out all due times again if the time zone data is not what they were worked out with. Run at start.
///
/// # Errors
/// If the database fails; then nothing is changed.
pub async fn follow_zone_data(bot: &Bot) -> anyhow::Result<usize> {
    let version = zone_data_version();
    let mut tx = bot.db.begin().await?;
    if !store::meta::replace_fact(&mut tx, "zone data", version).await? {
        // The first start only notes the version.
        tx.commit().await?;
        return Ok(0);
    }
    let mut moved = 0;
    for schedule in store::schedules::due::lock_waiting(&mut *tx).await? {
        let rule = schedule.recurrence()?;
        // The day stays; only the instant at which that day's time comes may have moved.
        let next = schedule
            .next_date
            .and_then(|date| rule.occurrences_from(date).next());
        let next = next.map(|next| (next.at, next.date));
        if next != schedule.next_due_at.zip(schedule.next_date) {
            store::schedules::due::set_next(&mut *tx, schedule.schedule_id, next).await?;
            moved += 1;
        }
    }
    nudge::follow_zone_data(&mut tx).await?;
    tx.commit().await?;
    Ok(moved)
}
