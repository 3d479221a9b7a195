//! Turns schedules that are due into planned rounds and works out when they are due next.

use crate::app::failure::describe_failure;
use crate::app::plan::plan_due;
use crate::bot::Bot;
use crate::jobs::nudges;
use crate::rules::schedule::zone_data_version;
use crate::store;

/// Schedules planned in one go, so that the first questions are posted before the last are chosen.
const BATCH: usize = 100;

/// Plans rounds that are due, each schedule in a transaction of its own: one that cannot be planned is logged and left
/// for the next pass, the others do not wait for it. Returns how many schedules were planned.
///
/// # Errors
/// If the database fails, or at the end if any schedule could not be planned.
pub async fn plan_rounds(bot: &Bot) -> anyhow::Result<usize> {
    let mut failed = Vec::new();
    let mut planned = 0;
    while planned < BATCH {
        let now = bot.now();
        let mut tx = bot.db.begin().await?;
        let Some(schedule) = store::schedules::due::lock_due(&mut *tx, now, &failed).await? else {
            break;
        };
        match plan_due(bot, &mut tx, &schedule, now).await {
            Ok(_) => {
                tx.commit().await?;
                planned += 1;
            }
            Err(error) => {
                // What describes the failure needs a connection, too.
                drop(tx);
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
    Ok(planned)
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
        // The day stays; only the instant at which that day's time comes may have moved. So one that is due and not
        // planned is still owed, and planned by the next pass.
        let next = schedule
            .next_date
            .and_then(|date| rule.occurrences_from(date).next());
        let next = next.map(|next| (next.at, next.date));
        if next != schedule.next_due_at.zip(schedule.next_date) {
            store::schedules::due::set_next(&mut *tx, schedule.schedule_id, next).await?;
            moved += 1;
        }
    }
    nudges::follow_zone_data(&mut tx).await?;
    tx.commit().await?;
    Ok(moved)
}
