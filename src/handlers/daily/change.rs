//! Making and changing schedules.
//!
//! A change first locks the schedule and plans what is due of it: what was owed before stays owed. It ends with a
//! notification, so that the scheduler of every instance looks again at what is due next.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::app::plan::insert_planned;
use crate::app::{choose, plan};
use crate::bot::Bot;
use crate::fail_points::fail_point;
use crate::handlers::daily::{describe_schedule, options};
use crate::handlers::stop::Handled;
use crate::ids::{InteractionId, ScheduleId};
use crate::interaction::{Caller, DailyOptions};
use crate::reply::Message;
use crate::rules::schedule::{Occurrence, Recurrence};
use crate::store;
use crate::store::schedules::{Schedule, ScheduleSettings};
use crate::view;

/// Schedules of a server. Five in each of ten channels are more than anybody reads, and each costs work at its hour,
/// which all servers share.
const MOST_SCHEDULES: i64 = 50;
/// Extra questions of a schedule that are planned or open at a time. A lesson has fewer, and a channel takes them in
/// half a minute: for so long can a command that is pressed again and again hold it up.
const MOST_EXTRA: i64 = 20;
/// For how long what did not happen is said to whoever asks for one more.
const FRESH: TimeDelta = TimeDelta::days(1);

/// `/daily add`
pub async fn add_schedule(bot: &Bot, caller: &Caller, options: &DailyOptions) -> Handled<Message> {
    let guild = caller.guild;
    let plan = options::read_settings(bot.bank.syllabus(), guild, options, None)
        .map_err(|mistakes| view::daily::option_mistakes(&mistakes))?;
    let now = bot.now();
    let next = plan.recurrence()?.next_after(now).map(instant_and_day);
    let mut tx = bot.db.begin().await?;
    if !store::commands::is_first(&mut tx, caller.id, now).await? {
        return Ok(view::daily::done_already());
    }
    store::guilds::ensure_guild(&mut *tx, guild, &plan.time_zone, now).await?;
    if store::schedules::count_schedules(&mut tx, guild).await? >= MOST_SCHEDULES {
        return Err(view::daily::too_many_schedules(MOST_SCHEDULES).into());
    }
    let schedule =
        store::schedules::insert_schedule(&mut *tx, guild, &plan, next, caller.member.user, now).await?;
    choose::choose_for_schedule(bot, &mut tx, &schedule)
        .await?
        .require_fitting()?;
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(view::daily::schedule_added(&describe_schedule(bot, schedule)?))
}

/// `/daily edit`
pub async fn edit_schedule(bot: &Bot, schedule: Schedule, options: &DailyOptions) -> Handled<Message> {
    let mut tx = bot.db.begin().await?;
    let (schedule, due) = settle_named(bot, &mut tx, &schedule).await?;
    let before = ScheduleSettings::from(schedule.clone());
    let plan = options::read_settings(bot.bank.syllabus(), schedule.guild_id, options, Some(before))
        .map_err(|mistakes| view::daily::option_mistakes(&mistakes))?;
    let next = match schedule.paused_at {
        Some(_) => None,
        None => free_after(&mut tx, schedule.schedule_id, &plan.recurrence()?, bot.now()).await?,
    };
    let schedule =
        store::schedules::update_schedule(&mut *tx, schedule.schedule_id, &plan, next.map(instant_and_day))
            .await?;
    choose::choose_for_schedule(bot, &mut tx, &schedule)
        .await?
        .require_fitting()?;
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(view::daily::schedule_edited(
        &describe_schedule(bot, schedule)?,
        &due,
    ))
}

/// `/daily pause`
pub async fn pause_schedule(bot: &Bot, schedule: Schedule) -> Handled<Message> {
    let mut tx = bot.db.begin().await?;
    let (schedule, due) = settle_named(bot, &mut tx, &schedule).await?;
    store::schedules::pause_schedule(&mut *tx, schedule.schedule_id, None, bot.now()).await?;
    store::schedules::notify_schedules(&mut *tx).await?;
    let schedule = store::schedules::get_schedule(&mut *tx, schedule.schedule_id).await?;
    tx.commit().await?;
    Ok(view::daily::schedule_paused(
        &describe_schedule(bot, schedule)?,
        &due,
    ))
}

/// `/daily resume`
pub async fn resume_schedule(bot: &Bot, schedule: Schedule) -> Handled<Message> {
    let mut tx = bot.db.begin().await?;
    let (schedule, due) = settle_named(bot, &mut tx, &schedule).await?;
    let next = free_after(&mut tx, schedule.schedule_id, &schedule.recurrence()?, bot.now()).await?;
    store::schedules::resume_schedule(&mut *tx, schedule.schedule_id, next.map(instant_and_day)).await?;
    store::schedules::notify_schedules(&mut *tx).await?;
    let schedule = store::schedules::get_schedule(&mut *tx, schedule.schedule_id).await?;
    tx.commit().await?;
    Ok(view::daily::schedule_resumed(
        &describe_schedule(bot, schedule)?,
        &due,
    ))
}

/// `/daily skip`: the next day that is not skipped yet.
pub async fn skip_day(bot: &Bot, id: InteractionId, schedule: Schedule) -> Handled<Message> {
    let mut tx = bot.db.begin().await?;
    if !store::commands::is_first(&mut tx, id, bot.now()).await? {
        return Ok(view::daily::done_already());
    }
    let (schedule, due) = settle_named(bot, &mut tx, &schedule).await?;
    let rule = schedule.recurrence()?;
    let skipped = free_after(&mut tx, schedule.schedule_id, &rule, bot.now())
        .await?
        .ok_or_else(view::daily::no_schedule)?;
    // The day gets its round now, as skipped; planning it later finds it taken.
    store::rounds::plan_skipped(
        &mut *tx,
        &schedule,
        skipped.date,
        skipped.at,
        store::troubles::SKIPPED_BY_MANAGER,
    )
    .await?;
    let next = free_after(&mut tx, schedule.schedule_id, &rule, bot.now()).await?;
    if schedule.paused_at.is_none() {
        store::schedules::due::set_next(&mut *tx, schedule.schedule_id, next.map(instant_and_day)).await?;
    }
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(view::daily::day_skipped(skipped.date, next, &due))
}

/// `/daily remove`
pub async fn remove_schedule(bot: &Bot, schedule: Schedule) -> Handled<Message> {
    let mut tx = bot.db.begin().await?;
    let (schedule, due) = settle_named(bot, &mut tx, &schedule).await?;
    store::schedules::remove_schedule(&mut *tx, schedule.schedule_id, bot.now()).await?;
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(view::daily::schedule_removed(schedule.schedule_id, &due))
}

/// `/daily post-now`: one more round, once per command however often Discord delivers it.
pub async fn post_now(bot: &Bot, id: InteractionId, schedule: Schedule) -> Handled<Message> {
    let now = bot.now();
    let guild = schedule.guild_id;
    let turn = bot.extra_questions.acquire().await?;
    let mut tx = bot.db.begin().await?;
    // Locked, so that of two at once the second counts the first.
    let (schedule, _) = settle_named(bot, &mut tx, &schedule).await?;
    if store::rounds::count_extra(&mut *tx, guild, schedule.schedule_id, id).await? >= MOST_EXTRA {
        return Err(view::daily::too_many_open(MOST_EXTRA).into());
    }
    let choice = choose::choose_for_schedule(bot, &mut tx, &schedule).await?;
    // Delivered twice, the command must not be refused for what its first delivery asked.
    if !store::rounds::is_requested(&mut *tx, guild, id).await? {
        let today = schedule.recurrence()?.zone.local_date_of(now);
        let question = choice.question()?;
        insert_planned(&mut tx, &schedule, today, now, question, Some(id)).await?;
        fail_point("extra.inserted");
    }
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    drop(turn);
    fail_point("extra.committed");
    let before =
        store::troubles::list_troubles(&bot.db, guild, schedule.schedule_id, now - FRESH, now).await?;
    Ok(view::daily::posting_now(schedule.channel_id, &before))
}

/// `/daily reveal-now`: the newest open round of the schedule.
pub async fn reveal_now(bot: &Bot, schedule: Schedule) -> Handled<Message> {
    let round = store::rounds::newest_open(&bot.db, schedule.schedule_id)
        .await?
        .ok_or_else(view::daily::nothing_open)?;
    let mut tx = bot.db.begin().await?;
    let closed = store::rounds::close_round(&mut *tx, round.round_id, bot.now()).await?;
    store::schedules::notify_schedules(&mut *tx).await?;
    tx.commit().await?;
    Ok(match closed {
        true => view::daily::revealing_now(round.channel_id),
        false => view::daily::nothing_open(),
    })
}

/// The schedule that is meant, locked and with nothing due, and the days whose question was due by now.
async fn settle_named(
    bot: &Bot,
    db: &mut PgConnection,
    schedule: &Schedule,
) -> Handled<(Schedule, Vec<NaiveDate>)> {
    let settled = plan::settle_schedule(bot, db, schedule.guild_id, schedule.schedule_id).await?;
    // Somebody removed it since it was looked up.
    Ok(settled.ok_or_else(|| view::daily::no_such(&schedule.schedule_id.to_string()))?)
}

/// The first occurrence after `after` whose day has no round yet: neither posted nor skipped.
async fn free_after(
    db: &mut PgConnection,
    schedule: ScheduleId,
    rule: &Recurrence,
    after: DateTime<Utc>,
) -> sqlx::Result<Option<Occurrence>> {
    let taken = store::rounds::days_taken(db, schedule, rule.zone.local_date_of(after)).await?;
    Ok(rule
        .occurrences_after(after)
        .find(|next| taken.iter().all(|(date, _)| *date != next.date)))
}

fn instant_and_day(occurrence: Occurrence) -> (DateTime<Utc>, NaiveDate) {
    (occurrence.at, occurrence.date)
}
