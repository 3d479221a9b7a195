//! Plans nudges: members are told by direct message that cards are due, at the time they chose and at most once a day.
//!
//! As with rounds, the row is there before the message, with what it says fixed. Nobody is nudged who did not ask for
//! it, or has nothing to do.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::nudges;
use crate::app::say::say_nudge;
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::rules::outbox::LATEST_NUDGE;
use crate::store;
use crate::store::review_settings::Settings;
use crate::view;

/// Members whose day is planned in one transaction.
const PLANNED_AT_ONCE: i64 = 200;
/// For how long it is remembered that somebody was nudged; a day would do.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// Plans every nudge whose time has come. Returns how many members' days were planned.
///
/// # Errors
/// If the database fails; then what was not done is done in a later pass.
pub async fn plan_nudges(bot: &Bot) -> anyhow::Result<usize> {
    let mut planned = 0;
    loop {
        let now = bot.now();
        let mut tx = bot.db.begin().await?;
        let members = store::review_settings::lock_due(&mut *tx, now, PLANNED_AT_ONCE).await?;
        if members.is_empty() {
            return Ok(planned);
        }
        planned += members.len();
        let due = store::decks::due_counts(&mut *tx, &members, now).await?;
        for member in &members {
            let cards = due.get(&(member.guild_id, member.user_id)).copied().unwrap_or(0);
            plan_one(&mut tx, member, cards, now).await?;
        }
        store::nudges::forget_before(&mut *tx, now - REMEMBERED).await?;
        tx.commit().await?;
    }
}

async fn plan_one(
    db: &mut PgConnection,
    member: &Settings,
    cards: i64,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    if let (Some(at), Some(day), Some(channel)) =
        (member.nudge_next_at, member.nudge_next_date, member.channel_id)
        && cards > 0
        && now - at <= LATEST_NUDGE
    {
        let planned = store::nudges::plan_nudge(&mut *db, member, channel, day, at, cards).await?;
        if let Some(nudge) = planned {
            say_nudge(&mut *db, member, nudge, at).await?;
            fail_point("nudge.planned");
        }
    }
    let next = match nudges::nudge_recurrence(member) {
        // Days that passed while the bot was not running are left out, but for one whose time is not long ago.
        Ok(Some(rule)) => nudges::next_nudge(&rule, member.nudge_next_date, now - LATEST_NUDGE),
        Ok(None) => None,
        Err(mistake) => {
            tracing::error!(user.id = member.user_id.0, %mistake, "a nudge cannot be planned");
            let reason = view::review::UNKNOWN_ZONE;
            return Ok(
                store::review_settings::switch_off(&mut *db, member.guild_id, member.user_id, reason).await?,
            );
        }
    };
    Ok(store::review_settings::set_next(&mut *db, member, next).await?)
}

/// Works out anew when each member is nudged, if time zone data changed. The day stays.
pub async fn follow_zone_data(db: &mut PgConnection) -> anyhow::Result<()> {
    for member in store::review_settings::lock_waiting(&mut *db).await? {
        if let (Ok(Some(rule)), Some(day)) = (nudges::nudge_recurrence(&member), member.nudge_next_date) {
            let next = rule.occurrences_from(day).next();
            let next = next.map(|next| (next.at, next.date));
            store::review_settings::set_next(&mut *db, &member, next).await?;
        }
    }
    Ok(())
}
