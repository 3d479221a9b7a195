//! Looking at schedules without changing them.

use chrono::TimeDelta;

use crate::app::choose;
use crate::bank::filter;
use crate::bot::Bot;
use crate::handlers::daily::describe_schedule;
use crate::handlers::stop::Handled;
use crate::ids::GuildId;
use crate::reply::{Component, Message};
use crate::rules::schedule::Occurrence;
use crate::store;
use crate::store::rounds::State;
use crate::store::schedules::Schedule;
use crate::view;
use crate::view::daily::Described;

/// How many dates a preview shows.
const DATES: usize = 10;

/// For how long what did not happen is listed: a manager who was on holiday still reads it.
const TOLD: TimeDelta = TimeDelta::days(30);

/// All schedules of the guild.
pub async fn list_schedules(bot: &Bot, guild: GuildId) -> Handled<Message> {
    let now = bot.now();
    let schedules = store::schedules::of_guild(&bot.db, guild).await?;
    if schedules.is_empty() {
        return Ok(view::daily::no_schedule());
    }
    let mut all = Vec::new();
    for schedule in schedules {
        let id = schedule.schedule_id;
        let troubles = store::troubles::list_troubles(&bot.db, guild, id, now - TOLD, now).await?;
        let without_thread = store::troubles::without_thread(&bot.db, id).await?;
        all.push(Described {
            troubles,
            without_thread,
            ..describe_schedule(bot, schedule)?
        });
    }
    Ok(view::daily::schedule_list(&all))
}

/// The next dates, and a look at the question that would come now.
pub async fn preview_schedule(bot: &Bot, schedule: Schedule) -> Handled<Message> {
    let described = describe_schedule(bot, schedule.clone())?;
    let now = bot.now();
    let upcoming: Vec<Occurrence> = described.recurrence.occurrences_after(now).take(DATES).collect();
    let from = described.recurrence.zone.local_date_of(now);
    let taken = store::rounds::days_taken(&bot.db, schedule.schedule_id, from).await?;
    let dates: Vec<(Occurrence, bool)> = upcoming
        .into_iter()
        .map(|occurrence| (occurrence, taken.contains(&(occurrence.date, State::Skipped))))
        .collect();
    // Chosen in a transaction that is given up: a look reserves nothing.
    let mut tx = bot.db.begin().await?;
    let asked = choose::choose_for_schedule(bot, &mut tx, &schedule).await?;
    tx.rollback().await?;
    let dates = Component::Text(view::daily::next_dates(&described, &dates));
    let asked = match asked.question() {
        Ok(asked) => asked,
        Err(mut message) => {
            message.components.insert(0, dates);
            return Ok(message);
        }
    };
    let question = bot.revisions.get(&bot.db, asked.revision_id).await?;
    let mut message = view::question::preview_question(
        &question,
        &filter::topic_title(bot.bank.syllabus(), &question.topic),
    );
    message.components.insert(0, dates.clone());
    // A long question leaves no room for the dates; they are what the command is for.
    if !message.problems().is_empty() {
        let note = "The next question is too long to be shown here; /question preview shows it.";
        return Ok(Message::private(vec![dates, Component::Text(note.to_owned())]));
    }
    Ok(message)
}
