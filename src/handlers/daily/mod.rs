//! `/daily`: schedules, for managers.

mod change;
mod options;
mod show;

use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::is_manager;
use crate::ids::{GuildId, InteractionId, ScheduleId};
use crate::interaction::{Daily, Member};
use crate::reply::{Message, Reply};
use crate::rules::window::Window;
use crate::store;
use crate::store::schedules::Schedule;
use crate::view;
use crate::view::daily::{Described, Status, Trouble};

/// Dispatches the subcommands, after checking that a manager asks.
pub async fn handle_daily(
    bot: &Bot,
    id: InteractionId,
    guild: GuildId,
    member: &Member,
    daily: Daily,
) -> anyhow::Result<Reply> {
    if !is_manager(member) {
        return Ok(Reply::Say(view::help::managers_only()));
    }
    let message = match daily {
        Daily::Add(options) => change::add_schedule(bot, id, guild, member, &options).await?,
        Daily::List => show::list_schedules(bot, guild).await?,
        Daily::Edit { schedule, options } => {
            with_schedule(bot, guild, schedule, |it| {
                change::edit_schedule(bot, it, &options)
            })
            .await?
        }
        Daily::Pause { schedule } => {
            with_schedule(bot, guild, schedule, |it| change::pause_schedule(bot, it)).await?
        }
        Daily::Resume { schedule } => {
            with_schedule(bot, guild, schedule, |it| change::resume_schedule(bot, it)).await?
        }
        Daily::Skip { schedule } => {
            with_schedule(bot, guild, schedule, |it| change::skip_day(bot, id, it)).await?
        }
        Daily::Remove { schedule } => {
            with_schedule(bot, guild, schedule, |it| change::remove_schedule(bot, it)).await?
        }
        Daily::Preview { schedule } => {
            with_schedule(bot, guild, schedule, |it| show::preview_schedule(bot, it)).await?
        }
        Daily::PostNow { schedule } => {
            with_schedule(bot, guild, schedule, |it| change::post_now(bot, id, it)).await?
        }
        Daily::RevealNow { schedule } => {
            with_schedule(bot, guild, schedule, |it| change::reveal_now(bot, it)).await?
        }
    };
    Ok(Reply::Say(message))
}

/// Does something to the schedule that is meant, or says why none is.
async fn with_schedule<F>(
    bot: &Bot,
    guild: GuildId,
    named: Option<String>,
    act: impl FnOnce(Schedule) -> F,
) -> anyhow::Result<Message>
where
    F: Future<Output = anyhow::Result<Message>>,
{
    match resolve_schedule(bot, guild, named).await? {
        Ok(schedule) => act(schedule).await,
        Err(refusal) => Ok(refusal),
    }
}

/// The schedule that is meant: the one named, or the only one there is. Otherwise what to say.
async fn resolve_schedule(
    bot: &Bot,
    guild: GuildId,
    named: Option<String>,
) -> anyhow::Result<Result<Schedule, Message>> {
    let mut schedules = store::schedules::of_guild(&bot.db, guild).await?;
    if schedules.is_empty() {
        return Ok(Err(view::daily::no_schedule()));
    }
    Ok(match named {
        Some(named) => {
            // The number, or a line of the completion list that begins with it.
            let number = named
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .trim_start_matches('#')
                .to_owned();
            let found = schedules
                .into_iter()
                .find(|schedule| schedule.schedule_id.to_string() == number);
            found.ok_or_else(|| view::daily::no_such(&named))
        }
        None if schedules.len() == 1 => Ok(schedules.remove(0)),
        None => {
            let all: anyhow::Result<Vec<_>> = schedules
                .into_iter()
                .map(|schedule| describe_schedule(bot, schedule))
                .collect();
            Err(view::daily::which_schedule(&all?))
        }
    })
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

/// What keeps or kept a schedule's questions from being posted.
async fn describe_troubles(bot: &Bot, schedule: ScheduleId) -> sqlx::Result<Vec<Trouble>> {
    let found = store::troubles::list_troubles(&bot.db, schedule).await?;
    Ok(found
        .into_iter()
        .map(|trouble| Trouble {
            day: trouble.day,
            requested: trouble.requested,
            waiting: trouble.waiting,
            reason: trouble.reason,
        })
        .collect())
}
