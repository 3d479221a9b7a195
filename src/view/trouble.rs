//! What a manager reads about questions that did not come.

use chrono::NaiveDate;

use crate::reply::clip_text;
use crate::rules::trouble::{Missing, Trouble};
use crate::view::text;

/// Lines about one schedule; whatever else there is, is counted.
const MOST_LINES: usize = 4;
/// Days named in one line.
const MOST_DAYS: usize = 3;
/// Signs of a reason: more than any of ours has, and of Discord's enough to look it up.
const LONGEST_REASON: usize = 300;

/// A line for each reason there is, the newest first. `said` is the reason that stands above them already.
#[must_use]
pub fn trouble_lines(troubles: &[Trouble], said: Option<&str>) -> Vec<String> {
    let mut alike: Vec<Vec<&Trouble>> = Vec::new();
    for trouble in troubles {
        let same = |group: &&mut Vec<&Trouble>| is_alike(group[0], trouble);
        match alike.iter_mut().find(same) {
            Some(group) => group.push(trouble),
            None => alike.push(vec![trouble]),
        }
    }
    let mut lines: Vec<String> = alike
        .iter()
        .take(MOST_LINES)
        .map(|group| group_line(group, said))
        .collect();
    let more: usize = alike.iter().skip(MOST_LINES).map(Vec::len).sum();
    if more > 0 {
        lines.push(format!("-# And {more} more, for other reasons."));
    }
    lines
}

fn is_alike(one: &Trouble, other: &Trouble) -> bool {
    (one.requested, one.missing, &one.reason) == (other.requested, other.missing, &other.reason)
}

/// What did not happen for the same reason, and the reason.
fn group_line(group: &[&Trouble], said: Option<&str>) -> String {
    let first = group[0];
    let what = match group.len() {
        1 => "The question".to_owned(),
        many => format!("{many} questions"),
    };
    let days = list_days(group);
    let asked_for = match first.requested {
        true => " that /daily post-now asked for",
        false => "",
    };
    let is = if group.len() == 1 { "is" } else { "are" };
    let was = if group.len() == 1 { "was" } else { "were" };
    let happened = match (first.missing, first.requested) {
        (Missing::Question, false) => format!("{days} had no question"),
        (Missing::Question, true) => format!("{what} of {days}{asked_for} {was} not posted"),
        (Missing::Waiting, _) => format!("{what} of {days}{asked_for} {is} not posted yet"),
        (Missing::Reveal, _) => format!("The reveal of {days}{asked_for} could not be shown"),
    };
    let (tried, again) = match first.missing {
        Missing::Waiting => ("; I keep trying", ". "),
        Missing::Question | Missing::Reveal => ("", ": "),
    };
    match &first.reason {
        None => format!("-# {happened}{tried}."),
        Some(reason) if said == Some(reason) => format!("-# {happened}, for that reason{tried}."),
        Some(reason) => format!("-# {happened}{tried}{again}{}", shown_reason(reason)),
    }
}

fn shown_reason(reason: &str) -> String {
    text::plain(&clip_text(reason, LONGEST_REASON))
}

/// The days of a group, each once: the newest of them, and how many there were before.
fn list_days(group: &[&Trouble]) -> String {
    let mut days: Vec<NaiveDate> = group.iter().map(|trouble| trouble.day).collect();
    days.sort_unstable();
    days.dedup();
    let before = days.len().saturating_sub(MOST_DAYS);
    let named: Vec<String> = days[before..].iter().map(|day| text::written_day(*day)).collect();
    match (named.as_slice(), before) {
        ([all @ .., last], 0) if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        (_, 0) => named.join(", "),
        (_, 1) => format!("{} and a day before", named.join(", ")),
        (_, before) => format!("{} and {before} days before", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missed(day: u32, reason: &str) -> Trouble {
        Trouble {
            day: NaiveDate::from_ymd_opt(2026, 3, day).unwrap_or_default(),
            requested: false,
            missing: Missing::Question,
            reason: Some(reason.to_owned()),
        }
    }

    #[test]
    fn what_has_one_reason_is_one_line_and_the_rest_is_counted() {
        let mut troubles: Vec<Trouble> = (2..=6).rev().map(|day| missed(day, "I was asleep")).collect();
        troubles.push(missed(1, "the channel is gone"));
        assert_eq!(
            trouble_lines(&troubles, Some("the channel is gone")),
            [
                "-# Wednesday, 4 March, Thursday, 5 March, Friday, 6 March and 2 days before had no question: \
                 I was asleep",
                "-# Sunday, 1 March had no question, for that reason.",
            ]
        );
        let many: Vec<Trouble> = (1..=9).map(|day| missed(day, &day.to_string())).collect();
        let lines = trouble_lines(&many, None);
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[4], "-# And 5 more, for other reasons.");
    }
}
