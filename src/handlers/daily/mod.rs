//! `/daily`: schedules, for managers.

mod change;
mod options;
mod show;

use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::stop::Handled;
use crate::ids::GuildId;
use crate::interaction::{Caller, Daily};
use crate::reply::Message;
use crate::rules::window::Window;
use crate::store;
use crate::store::schedules::Schedule;
use crate::view;
use crate::view::daily::{Described, Status};

/// Dispatches the subcommands, after checking that a manager asks.
pub async fn handle_daily(bot: &Bot, caller: &Caller, daily: Daily) -> Handled<Message> {
    caller.require_manager()?;
    let find = |named| resolve_schedule(bot, caller.guild, named);
    match daily {
        Daily::Add(options) => change::add_schedule(bot, caller, &options).await,
        Daily::List {} => show::list_schedules(bot, caller.guild).await,
        Daily::Edit { schedule, options } => {
            change::edit_schedule(bot, find(schedule).await?, &options).await
        }
        Daily::Pause { schedule } => change::pause_schedule(bot, find(schedule).await?).await,
        Daily::Resume { schedule } => change::resume_schedule(bot, find(schedule).await?).await,
        Daily::Skip { schedule } => change::skip_day(bot, caller.id, find(schedule).await?).await,
        Daily::Remove { schedule } => change::remove_schedule(bot, find(schedule).await?).await,
        Daily::Preview { schedule } => show::preview_schedule(bot, find(schedule).await?).await,
        Daily::PostNow { schedule } => change::post_now(bot, caller.id, find(schedule).await?).await,
        Daily::RevealNow { schedule } => change::reveal_now(bot, find(schedule).await?).await,
    }
}

/// The schedule that is meant: the one named, or the only one there is. Otherwise what to say.
async fn resolve_schedule(bot: &Bot, guild: GuildId, named: Option<String>) -> Handled<Schedule> {
    let mut schedules = store::schedules::of_guild(&bot.db, guild).await?;
    if schedules.is_empty() {
        return Err(view::daily::no_schedule().into());
    }
    if let Some(named) = named {
        // The number, or a line of the completion list that begins with it.
        let number = named.split_whitespace().next().unwrap_or_default();
        let number = number.trim_start_matches('#');
        let found = schedules
            .into_iter()
            .find(|schedule| schedule.schedule_id.to_string() == number);
        return Ok(found.ok_or_else(|| view::daily::no_such(&named))?);
    }
    if schedules.len() == 1 {
        return Ok(schedules.remove(0));
    }
    let all: anyhow::Result<Vec<_>> = schedules
        .into_iter()
        .map(|schedule| describe_schedule(bot, schedule))
        .collect();
    Err(view::daily::which_schedule(&all?).into())
}

/// A schedule as it is described to people.
pub(super) fn describe_schedule(bot: &Bot, schedule: Schedule) -> anyhow::Result<Described> {
    let recurrence = schedule.recurrence()?;
    let status = match (schedule.paused_at, schedule.next_due_at) {
        (None, Some(next)) => Status::Waiting(next),
        _ => Status::Paused(schedule.paused_reason),
    };
    Ok(Described {
        id: schedule.schedule_id,
        channel: schedule.channel_id,
        recurrence,
        topics: schedule
            .topics
            .iter()
            .map(|name| filter::topic_title(bot.bank.syllabus(), name))
            .collect(),
        level: schedule.level,
        window: Window::from_minutes(schedule.window_seconds / 60).unwrap_or(Window::LONGEST),
        ping_role: schedule.ping_role_id,
        thread: schedule.thread,
        kinds: schedule.kinds,
        status,
        troubles: Vec::new(),
        without_thread: None,
    })
}
