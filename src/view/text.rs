//! Small pieces of Discord's Markdown.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::ids::{ChannelId, RoleId, UserId};
use crate::reply::Message;
use crate::rules::markdown::escape_markdown;
use crate::rules::question::Level;
use crate::rules::schedule::Zone;
use crate::rules::scoring::{TAKING_PART, points_for};
use crate::rules::visible::{clean_name, isolate_text};

/// A member, shown by name and never pinged: messages allow no user mentions.
#[must_use]
pub fn member(user: UserId) -> String {
    format!("<@{user}>")
}

/// What stands for a member who keeps their points but not their name.
pub const HIDDEN: &str = "a hidden member";

/// A member as boards show them: hidden ones without their name.
#[must_use]
pub fn named(user: UserId, hidden: bool) -> String {
    match hidden {
        true => format!("*{HIDDEN}*"),
        false => member(user),
    }
}

/// A channel, shown as a link.
#[must_use]
pub fn channel(channel: ChannelId) -> String {
    format!("<#{channel}>")
}

/// A role.
#[must_use]
pub fn role(role: RoleId) -> String {
    format!("<@&{role}>")
}

/// A time of day on the reader's own clock, such as 13:00.
#[must_use]
pub fn clock(at: DateTime<Utc>) -> String {
    format!("<t:{}:t>", at.timestamp())
}

/// How far away a time is, kept current by Discord, such as "in 3 hours".
#[must_use]
pub fn relative(at: DateTime<Utc>) -> String {
    format!("<t:{}:R>", at.timestamp())
}

/// Day and time on the reader's own clock.
#[must_use]
pub fn date_time(at: DateTime<Utc>) -> String {
    format!("<t:{}:f>", at.timestamp())
}

/// A date as people write it.
#[must_use]
pub fn written_day(date: NaiveDate) -> String {
    date.format("%A, %-d %B").to_string()
}

/// `1 answer`, `2 answers`.
#[must_use]
pub fn count_of(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// How long something took: `8 s`, `2 min 10 s`, `1 h 5 min`.
#[must_use]
pub fn duration(took: TimeDelta) -> String {
    let seconds = took.num_seconds().max(0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, min, 0) => format!("{min} min"),
        (0, min, s) => format!("{min} min {s} s"),
        (h, 0, _) => format!("{h} h"),
        (h, min, _) => format!("{h} h {min} min"),
    }
}

/// What people call something, shown as it stands on one line: no styles, mentions or links, and nothing in it that
/// turns or moves the rest of the line.
#[must_use]
pub fn plain(text: &str) -> String {
    isolate_text(escape_markdown(&clean_name(text)))
}

/// The same for places that show text as it stands: choices, alternative texts, pictures.
#[must_use]
pub fn unmarked(text: &str) -> String {
    clean_name(text)
}

/// That a zone is a fixed offset, and what to choose where clocks change; none for the zone of a place.
#[must_use]
pub fn fixed_offset(zone: &Zone, command: &str) -> Option<String> {
    let cities = zone.cities_instead();
    (!cities.is_empty()).then(|| {
        format!(
            "-# {} knows no summer time. Where clocks change, choose a city with {command}: {}.",
            zone.name(),
            cities.join(", ")
        )
    })
}

/// Markdown of a question file as Discord shows it: only the first word after a fence is the language there.
#[must_use]
pub fn markdown(source: &str) -> String {
    let lines = source
        .lines()
        .map(|line| match line.trim_start().strip_prefix("```") {
            Some(info) if !info.is_empty() && !info.contains('`') => {
                let indent = &line[..line.len() - line.trim_start().len()];
                format!(
                    "{indent}```{}",
                    info.split_whitespace().next().unwrap_or_default()
                )
            }
            _ => line.to_owned(),
        });
    lines.collect::<Vec<_>>().join("\n")
}

/// List items as a Markdown list.
#[must_use]
pub fn list(items: &[String]) -> String {
    items
        .iter()
        .map(|item| format!("- {}", markdown(item)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What is wrong with what was typed, all of it at once.
#[must_use]
pub fn mistake_list(lead: &str, mistakes: &[String]) -> Message {
    let lines: Vec<String> = mistakes
        .iter()
        .map(|mistake| format!("- {}", plain(mistake)))
        .collect();
    Message::note(format!("{lead}\n{}", lines.join("\n")))
}

/// What right answers are worth, in a sentence.
#[must_use]
pub fn points_by_level() -> String {
    let [easy, medium, hard] = Level::ALL.map(|level| points_for(level, true));
    format!(
        "Easy {easy}, medium {medium}, hard {hard} points; taking part in an open question {TAKING_PART}."
    )
}

/// A bar of ten blocks.
#[must_use]
pub fn bar(part: i64, whole: i64) -> String {
    let filled = if whole == 0 {
        0
    } else {
        ((part * 10 + whole / 2) / whole).clamp(0, 10)
    };
    let filled = usize::try_from(filled).unwrap_or_default();
    format!("`{}{}`", "█".repeat(filled), "░".repeat(10 - filled))
}

/// A share in whole percent.
#[must_use]
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "0 %".to_owned();
    }
    format!("{} %", (part * 100 + whole / 2) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_with_everyone_and_empty_with_nobody() {
        assert_eq!(bar(0, 0), "`░░░░░░░░░░`");
        assert_eq!(bar(3, 9), "`███░░░░░░░`");
        assert_eq!(bar(9, 9), "`██████████`");
    }

    #[test]
    fn only_the_language_stays_after_a_fence() {
        assert_eq!(
            markdown("```python run\nprint()\n```\n`a` ```"),
            "```python\nprint()\n```\n`a` ```"
        );
    }

    #[test]
    fn a_duration_is_told_in_two_units_at_most() {
        let told = [8, 60, 130, 3600, 3900, 90_061].map(|seconds| duration(TimeDelta::seconds(seconds)));
        assert_eq!(
            told,
            ["8 s", "1 min", "2 min 10 s", "1 h", "1 h 5 min", "25 h 1 min"]
        );
    }

    #[test]
    fn names_cannot_smuggle_markdown() {
        assert_eq!(plain("**Ann** <@1>\n\u{202E}# x"), r"\*\*Ann\*\* \<@1\> # x");
        assert_eq!(plain("שלום _1_"), "\u{2068}שלום \\_1\\_\u{2069}");
    }
}
