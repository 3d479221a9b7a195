//! What managers read about schedules.

use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::{ChannelId, RoleId, ScheduleId};
use crate::reply::{Component, Message, clip_text, limits};
use crate::rules::question::{Kinds, Level};
use crate::rules::schedule::{Occurrence, Recurrence};
use crate::rules::trouble::Trouble;
use crate::rules::window::Window;
use crate::view::text;
use crate::view::trouble::trouble_lines;

/// A schedule as it is described to people.
#[derive(Clone, Debug)]
pub struct Described {
    pub id: ScheduleId,
    pub channel: ChannelId,
    pub recurrence: Recurrence,
    /// Titles; empty for any topic.
    pub topics: Vec<String>,
    pub level: Option<Level>,
    pub window: Window,
    pub ping_role: Option<RoleId>,
    pub thread: bool,
    pub kinds: Kinds,
    pub status: Status,
    /// What did not happen of late, the newest first.
    pub troubles: Vec<Trouble>,
    /// The day of the last discussion, if it was to be in a thread and is in the channel.
    pub without_thread: Option<NaiveDate>,
}

/// What a schedule is up to.
#[derive(Clone, Debug)]
pub enum Status {
    /// Posts next at this time.
    Waiting(DateTime<Utc>),
    /// Paused, by a manager or with the reason the bot had.
    Paused(Option<String>),
}

/// A schedule in a few lines.
#[must_use]
pub fn describe_schedule(schedule: &Described) -> String {
    let rule = &schedule.recurrence;
    let mut lines = vec![
        format!(
            "**Schedule {}** in {}",
            schedule.id,
            text::channel(schedule.channel)
        ),
        format!(
            "{}, {} {}",
            capitalise_first(&rule.days.to_string()),
            rule.time,
            rule.zone.name()
        ),
    ];
    let topics = match schedule.topics.as_slice() {
        [] => "any topic".to_owned(),
        topics => text::plain(&clip_text(&topics.join(", "), 300)),
    };
    let level = schedule.level.map_or("any level", Level::as_str);
    let mut details = vec![topics, level.to_owned()];
    match schedule.kinds {
        // The default is not shown.
        Kinds::Closed => {}
        Kinds::Open => details.push("only open questions".to_owned()),
        Kinds::All => details.push("open questions, too".to_owned()),
    }
    details.push(format!("{} to answer", schedule.window));
    details.extend(
        schedule
            .ping_role
            .map(|role| format!("pings {}", text::role(role))),
    );
    details.push(
        if schedule.thread {
            "discussed in a thread"
        } else {
            "discussed below"
        }
        .to_owned(),
    );
    lines.push(capitalise_first(&details.join(" · ")));
    lines.push(match &schedule.status {
        Status::Waiting(at) => format!("Next: {} ({})", text::date_time(*at), text::relative(*at)),
        Status::Paused(None) => "Paused. /daily resume lets it go on.".to_owned(),
        Status::Paused(Some(reason)) => format!("Paused: {} Then use /daily resume.", text::plain(reason)),
    });
    lines.extend(text::fixed_offset(&rule.zone, "/daily edit"));
    if let Some(date) = schedule.without_thread {
        lines.push(format!(
            "-# The discussion of {} is in the channel: I could not write in a thread. It may be locked, or I need \
             Create Public Threads and Send Messages in Threads.",
            text::written_day(date)
        ));
    }
    let said = match &schedule.status {
        Status::Paused(reason) => reason.as_deref(),
        Status::Waiting(_) => None,
    };
    lines.extend(trouble_lines(&schedule.troubles, said));
    lines.join("\n")
}

fn capitalise_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// One line for a completion list.
#[must_use]
pub fn one_line(schedule: &Described) -> String {
    let rule = &schedule.recurrence;
    format!(
        "{} · {} {} {}",
        schedule.id,
        rule.days,
        rule.time,
        rule.zone.name()
    )
}

/// After `/daily add`.
#[must_use]
pub fn schedule_added(schedule: &Described) -> Message {
    Message::note(format!(
        "Done. The first question comes by itself.\n\n{}\n\n-# /daily preview shows the dates and a question; \
         /daily post-now posts one right away.",
        describe_schedule(schedule)
    ))
}

/// After `/daily edit`. `due` are the days whose question was due before the change, here as below.
#[must_use]
pub fn schedule_edited(schedule: &Described, due: &[NaiveDate]) -> Message {
    let text = format!("Changed.\n\n{}", describe_schedule(schedule));
    note_with_due(text, due)
}

/// After `/daily pause`.
#[must_use]
pub fn schedule_paused(schedule: &Described, due: &[NaiveDate]) -> Message {
    let text = format!(
        "Paused. Questions that are open stay open until their reveal.\n\n{}",
        describe_schedule(schedule)
    );
    note_with_due(text, due)
}

/// After `/daily resume`.
#[must_use]
pub fn schedule_resumed(schedule: &Described, due: &[NaiveDate]) -> Message {
    let text = format!("It goes on.\n\n{}", describe_schedule(schedule));
    note_with_due(text, due)
}

/// After `/daily skip`.
#[must_use]
pub fn day_skipped(date: NaiveDate, next: Option<Occurrence>, due: &[NaiveDate]) -> Message {
    let next = next
        .map(|next| format!(" The one after comes {}.", text::date_time(next.at)))
        .unwrap_or_default();
    let text = format!("The question of {} is skipped.{next}", text::written_day(date));
    note_with_due(text, due)
}

/// After `/daily remove`.
#[must_use]
pub fn schedule_removed(id: ScheduleId, due: &[NaiveDate]) -> Message {
    let text =
        format!("Schedule {id} is removed. Everybody keeps their points; open questions are still revealed.");
    note_with_due(text, due)
}

/// A reply, with what comes all the same because it was due before the change.
fn note_with_due(text: String, due: &[NaiveDate]) -> Message {
    let lines = due.iter().map(|day| {
        format!(
            "-# The question of {} was due before, and still comes.",
            text::written_day(*day)
        )
    });
    Message::note(std::iter::once(text).chain(lines).collect::<Vec<_>>().join("\n"))
}

/// After `/daily post-now`, with what kept earlier questions from being posted.
#[must_use]
pub fn posting_now(channel: ChannelId, troubles: &[Trouble]) -> Message {
    let mut lines = vec![
        format!(
            "A question is on its way to {}. The regular one still comes at its time.",
            text::channel(channel)
        ),
        "-# If nothing appears, /daily list says why.".to_owned(),
    ];
    lines.extend(trouble_lines(troubles, None));
    Message::note(lines.join("\n"))
}

/// After `/daily reveal-now`.
#[must_use]
pub fn revealing_now(channel: ChannelId) -> Message {
    Message::note(format!(
        "Time is up: the answer appears in {} in a moment.",
        text::channel(channel)
    ))
}

/// Schedules in one list: Discord shows 40 components, and each takes two.
const MOST_LISTED: usize = 15;

/// `/daily list`.
#[must_use]
pub fn schedule_list(schedules: &[Described]) -> Message {
    let mut described: Vec<(bool, String)> = schedules
        .iter()
        .map(|schedule| (schedule.troubles.is_empty(), describe_schedule(schedule)))
        .collect();
    // Discord shows 40 components and 4,000 characters; the rest is counted rather than cut in the middle.
    let mut room = limits::TEXT - 200;
    let length: usize = described.iter().map(|(_, shown)| shown.chars().count()).sum();
    if length > room || described.len() > MOST_LISTED {
        // Those that have something to tell are not among the rest.
        described.sort_by_key(|(nothing_to_tell, _)| *nothing_to_tell);
    }
    let mut components = Vec::new();
    for (_, shown) in described {
        match room.checked_sub(shown.chars().count()) {
            Some(left) if components.len() < 2 * MOST_LISTED => room = left,
            _ => break,
        }
        if !components.is_empty() {
            components.push(Component::Separator);
        }
        components.push(Component::Text(shown));
    }
    let shown = components.len().div_ceil(2);
    if shown < schedules.len() {
        components.push(Component::Text(format!(
            "-# And {} more.",
            schedules.len() - shown
        )));
    }
    Message::private(components)
}

/// `/daily preview`: the next dates. A look at a question follows in the same message.
#[must_use]
pub fn next_dates(schedule: &Described, dates: &[(Occurrence, bool)]) -> String {
    let zone = &schedule.recurrence.zone;
    let lines = dates.iter().map(|(occurrence, skipped)| {
        let local = zone.local_time_of(occurrence.at);
        let note = if *skipped { "  skipped" } else { "" };
        format!(
            "{}  {}  {}Z{note}",
            local.format("%a %d %b %Y"),
            local.format("%H:%M"),
            occurrence.at.format("%m-%d %H:%M")
        )
    });
    let lines: Vec<String> = lines.collect();
    let paused = match schedule.status {
        Status::Paused(_) => "\n-# It is paused; these are the dates it would have.",
        Status::Waiting(_) => "",
    };
    format!(
        "### The next {} dates\n```text\n{}\n```\n-# {} time, then UTC.{paused}",
        lines.len(),
        lines.join("\n"),
        zone.name()
    )
}

/// What is wrong with the options of a command, all of it at once.
#[must_use]
pub fn option_mistakes(sentences: &[String]) -> Message {
    let lead = match sentences {
        [_] => "Nothing was changed:",
        _ => "Nothing was changed. Please look at these:",
    };
    text::mistake_list(lead, sentences)
}

/// No schedule to act on.
#[must_use]
pub fn no_schedule() -> Message {
    Message::note(
        "There is no schedule on this server yet. /daily add makes one: a channel, a time and a time zone are enough.",
    )
}

/// Several schedules, none named.
#[must_use]
pub fn which_schedule(schedules: &[Described]) -> Message {
    let numbers: Vec<String> = schedules.iter().map(|schedule| schedule.id.to_string()).collect();
    Message::note(format!(
        "There are several schedules: {}. Say which one with the option schedule; /daily list shows them.",
        numbers.join(", ")
    ))
}

/// A schedule this guild does not have.
#[must_use]
pub fn no_such(typed: &str) -> Message {
    Message::note(format!(
        "There is no schedule “{}” here; /daily list shows those there are.",
        text::plain(&clip_text(typed, 40))
    ))
}

/// No question fits the filter.
#[must_use]
pub fn no_question() -> Message {
    Message::note(
        "No question fits these topics, this level and these kinds, so nothing was changed. Widen them a little.",
    )
}

/// As many extra questions of a schedule are open as may be.
#[must_use]
pub fn too_many_open(most: i64) -> Message {
    Message::note(format!(
        "This schedule has {most} extra questions on their way or open, and that is as many as there may be at a time. \
         Once one is revealed there is room for the next; /daily reveal-now ends the newest."
    ))
}

/// A server has as many schedules as it may have.
#[must_use]
pub fn too_many_schedules(most: i64) -> Message {
    Message::note(format!(
        "This server has {most} schedules, and that is as many as there may be. Change one with /daily edit, or make \
         room with /daily remove."
    ))
}

/// Nothing can be posted: the same question twice at once would give one of the two away.
#[must_use]
pub fn all_open() -> Message {
    Message::note(
        "Every question that fits this schedule is open in this server just now, and none is asked twice at once. \
         Widen its topics or level, or try again after the reveal; /daily reveal-now brings that forward.",
    )
}

/// A command that another instance has handled.
#[must_use]
pub fn done_already() -> Message {
    Message::note("This is done already. /daily list shows how things stand.")
}

/// Nothing is open to reveal.
#[must_use]
pub fn nothing_open() -> Message {
    Message::note("No question of this schedule is open at the moment. /daily post-now posts one.")
}
