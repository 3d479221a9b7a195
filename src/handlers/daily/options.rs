//! Reading the options of `/daily add` and `/daily edit`: all mistakes at once, each with its sentence.

use std::str::FromStr;

use chrono::NaiveTime;

use crate::bank::filter;
use crate::bank::syllabus::Syllabus;
use crate::ids::{ChannelId, GuildId};
use crate::interaction::DailyOptions;
use crate::rules::mistake::Mistake;
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
    let mut plan = base.unwrap_or_else(|| {
        mistakes.extend(missing_options(options));
        usual_settings()
    });
    if let Some(channel) = options.channel {
        plan.channel_id = channel;
    }
    read_times(&mut plan, options, &mut mistakes);
    read_choice_of_questions(&mut plan, syllabus, options, &mut mistakes);
    if let Some(role) = options.ping_role.as_ref().map(|role| role.id) {
        // @everyone, whose id is the guild's, is never pinged; choosing it takes the role away again.
        plan.ping_role_id = Some(role).filter(|role| role.0 != guild.0);
    }
    if let Some(thread) = options.thread {
        plan.thread = thread;
    }
    match mistakes.is_empty() {
        true => Ok(plan),
        false => Err(mistakes),
    }
}

/// What has to be said of a new schedule, and was not.
fn missing_options(options: &DailyOptions) -> impl Iterator<Item = String> {
    let needed = [
        (options.channel.is_none(), "channel"),
        (options.time.is_none(), "time"),
        (options.timezone.is_none(), "time zone"),
    ];
    let missing = needed.into_iter().filter(|(missing, _)| *missing);
    missing.map(|(_, what)| format!("Say the {what}, too."))
}

/// A schedule of which nothing was said.
fn usual_settings() -> ScheduleSettings {
    ScheduleSettings {
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
    }
}

fn read_times(plan: &mut ScheduleSettings, options: &DailyOptions, mistakes: &mut Vec<String>) {
    if let Some(time) = read_option::<LocalTime>(options.time.as_deref(), mistakes) {
        plan.local_time = to_naive_time(time);
    }
    if let Some(zone) = read_option::<Zone>(options.timezone.as_deref(), mistakes) {
        plan.time_zone = zone.name().to_owned();
    }
    if let Some(days) = read_option::<Days>(options.days.as_deref(), mistakes) {
        plan.days = days.bits();
    }
    if let Some(window) = read_option::<Window>(options.answer_window.as_deref(), mistakes) {
        plan.window_seconds = window.minutes() * 60;
    }
}

fn read_choice_of_questions(
    plan: &mut ScheduleSettings,
    syllabus: &Syllabus,
    options: &DailyOptions,
    mistakes: &mut Vec<String>,
) {
    match options.topics.as_deref() {
        None => {}
        Some(typed) if is_anything(typed) => plan.topics.clear(),
        Some(typed) => match filter::parse_filter(syllabus, typed) {
            Ok(topics) => plan.topics = topics,
            Err(sentences) => mistakes.extend(sentences),
        },
    }
    match options.level.as_deref() {
        None => {}
        Some(typed) if is_anything(typed) => plan.level = None,
        Some(typed) => match Level::parse(&typed.to_lowercase()) {
            Some(level) => plan.level = Some(level),
            None => mistakes.push(format!(
                "“{typed}” is not a level; choose easy, medium, hard or any."
            )),
        },
    }
    match options
        .kinds
        .as_deref()
        .map(|typed| (typed, Kinds::parse(&typed.to_lowercase())))
    {
        None => {}
        Some((_, Some(kinds))) => plan.kinds = kinds,
        Some((typed, None)) => mistakes.push(format!("“{typed}” is no such kind; choose one of the list.")),
    }
}

fn is_anything(typed: &str) -> bool {
    ["any", "all", "none", ""].contains(&typed.trim().to_lowercase().as_str())
}

/// What was typed, understood; nothing where it was not, and then why is among the mistakes.
fn read_option<T: FromStr<Err = Mistake>>(typed: Option<&str>, mistakes: &mut Vec<String>) -> Option<T> {
    let read = typed?.parse::<T>();
    read.map_err(|mistake| mistakes.push(mistake.to_string())).ok()
}

fn to_naive_time(time: LocalTime) -> NaiveTime {
    NaiveTime::from_hms_opt(u32::from(time.hour()), u32::from(time.minute()), 0).unwrap_or(NaiveTime::MIN)
}
