//! Reading the options of `/daily add` and `/daily edit`: all mistakes at once, each with its sentence.

use chrono::NaiveTime;

use crate::bank::filter;
use crate::bank::syllabus::Syllabus;
use crate::ids::{ChannelId, GuildId};
use crate::interaction::DailyOptions;
use crate::rules::question::{Kinds, Level};
use crate::rules::schedule::{Days, LocalTime, Zone};
use crate::rules::window::Window;
use crate::store::schedules::ScheduleSettings;

/// Time to answer where nothing was said, in minutes.
const USUAL_WINDOW: i32 = 4 * 60;

/// The plan these options describe, on top of `base` where there is one.
///
/// # Errors
/// One sentence per mistake.
pub fn read_settings(
    syllabus: &Syllabus,
    guild: GuildId,
    options: &DailyOptions,
    base: Option<ScheduleSettings>,
) -> Result<ScheduleSettings, Vec<String>> {
    let mut mistakes = Vec::new();
    let mut keep = |result: Result<Vec<()>, Vec<String>>| mistakes.extend(result.err().into_iter().flatten());
    let new = base.is_none();
    let mut plan = base.unwrap_or_else(|| ScheduleSettings {
        channel_id: ChannelId(0),
        time_zone: String::new(),
        local_time: NaiveTime::MIN,
        days: Days::WEEKDAYS.bits(),
        topics: Vec::new(),
        level: None,
        window_seconds: USUAL_WINDOW * 60,
        ping_role_id: None,
        thread: true,
        kinds: Kinds::default(),
    });
    let required = |missing: bool, what: &str| match new && missing {
        true => Err(vec![format!("Say the {what}, too.")]),
        false => Ok(Vec::new()),
    };
    keep(required(options.channel.is_none(), "channel"));
    keep(required(options.time.is_none(), "time"));
    keep(required(options.timezone.is_none(), "time zone"));

    if let Some(channel) = options.channel {
        plan.channel_id = channel;
    }
    keep(read_option(options.time.as_deref(), |time: LocalTime| {
        plan.local_time = to_naive_time(time)
    }));
    keep(read_option(options.timezone.as_deref(), |zone: Zone| {
        plan.time_zone = zone.name().to_owned()
    }));
    keep(read_option(options.days.as_deref(), |days: Days| {
        plan.days = days.bits()
    }));
    keep(read_option(options.answer_window.as_deref(), |window: Window| {
        plan.window_seconds = window.minutes() * 60
    }));
    match options
        .topics
        .as_deref()
        .map(|typed| (typed, filter::parse_filter(syllabus, typed)))
    {
        None => {}
        Some((typed, _)) if is_anything(typed) => plan.topics.clear(),
        Some((_, Ok(topics))) => plan.topics = topics,
        Some((_, Err(sentences))) => keep(Err(sentences)),
    }
    match options.level.as_deref() {
        None => {}
        Some(typed) if is_anything(typed) => plan.level = None,
        Some(typed) => match Level::parse(&typed.to_lowercase()) {
            Some(level) => plan.level = Some(level),
            None => keep(Err(vec![format!(
                "“{typed}” is not a level; choose easy, medium, hard or any."
            )])),
        },
    }
    match options.kinds.as_deref() {
        None => {}
        Some(typed) => match Kinds::parse(&typed.to_lowercase()) {
            Some(kinds) => plan.kinds = kinds,
            None => keep(Err(vec![format!(
                "“{typed}” is no such kind; choose one of the list."
            )])),
        },
    }
    if let Some(role) = options.ping_role {
        // @everyone, whose id is the guild's, is never pinged; choosing it takes the role away again.
        plan.ping_role_id = Some(role).filter(|role| role.0 != guild.0);
    }
    if let Some(thread) = options.thread {
        plan.thread = thread;
    }
    if mistakes.is_empty() {
        Ok(plan)
    } else {
        Err(mistakes)
    }
}

fn is_anything(typed: &str) -> bool {
    ["any", "all", "none", ""].contains(&typed.trim().to_lowercase().as_str())
}

fn read_option<T: std::str::FromStr>(typed: Option<&str>, set: impl FnOnce(T)) -> Result<Vec<()>, Vec<String>>
where
    T::Err: std::fmt::Display,
{
    match typed.map(str::parse::<T>) {
        None => {}
        Some(Ok(value)) => set(value),
        Some(Err(mistake)) => return Err(vec![mistake.to_string()]),
    }
    Ok(Vec::new())
}

fn to_naive_time(time: LocalTime) -> NaiveTime {
    NaiveTime::from_hms_opt(u32::from(time.hour()), u32::from(time.minute()), 0).unwrap_or(NaiveTime::MIN)
}
