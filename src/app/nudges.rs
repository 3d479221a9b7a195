//! When a member is nudged.

use chrono::{DateTime, NaiveDate, Utc};

use crate::rules::mistake::Mistake;
use crate::rules::schedule::{Days, Recurrence, Zone};
use crate::store::review_settings::Settings;

/// When a member is nudged, as the rules calculate with it; `None` where they are not.
///
/// # Errors
/// If the stored zone is not in this version's time zone data.
pub fn nudge_recurrence(settings: &Settings) -> Result<Option<Recurrence>, Mistake> {
    let Some(time) = settings.nudge_time else {
        return Ok(None);
    };
    Ok(Some(Recurrence {
        time: time.into(),
        zone: Zone::stored(settings.time_zone.as_deref().unwrap_or("UTC"))?,
        days: Days::DAILY,
    }))
}

/// The next time of a nudge and its day, which is later than that of the latest nudge: one a day, also where the time
/// or the zone was changed after it.
#[must_use]
pub fn next_nudge(
    rule: &Recurrence,
    latest: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, NaiveDate)> {
    let mut coming = rule.occurrences_after(now);
    let next = coming.find(|next| latest.is_none_or(|latest| next.date > latest))?;
    Some((next.at, next.date))
}
