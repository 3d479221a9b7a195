//! What a competition is: which answers count, who takes part, and how teams are made.

use chrono::{DateTime, TimeDelta, Utc};

use super::mistake::Mistake;
use super::quiz::Source;
use super::visible::clean_name;
use super::words::words;

/// The longest a competition may take.
pub const LONGEST: TimeDelta = TimeDelta::days(366);
/// Competitions of one guild that run or are planned, at most.
pub const MOST: i64 = 10;
/// Characters of a name.
pub const NAME: usize = 60;
/// Characters of the note on the prize.
pub const PRIZE: usize = 200;
/// Teams of one competition.
pub const TEAMS: usize = 4;
/// How far back the points reach by which teams are balanced.
pub const FORM: TimeDelta = TimeDelta::days(30);

/// Which answers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Those to daily questions.
    Daily,
    /// Those in live quizzes.
    Live,
    /// Both, and practice.
    All,
}

words!(Scope: Daily = "daily", Live = "live", All = "all");

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// Whoever answers.
    Everyone,
    /// Those who join.
    Open,
}

words!(Entry: Everyone = "everyone", Open = "open");

/// How teams are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Teams {
    /// By the role somebody holds when they join.
    Role,
    /// Captains pick.
    Captains,
    /// By the points of the last 30 days.
    Balanced,
}

words!(Teams: Role = "role", Captains = "captains", Balanced = "balanced");

impl Scope {
    /// Where answers that count come from.
    #[must_use]
    pub fn sources(self) -> &'static [Source] {
        match self {
            Self::Daily => &[Source::Daily],
            Self::Live => &[Source::Live],
            Self::All => &[Source::Daily, Source::Live, Source::Solo],
        }
    }
}

/// The name of a competition: on one line, with nothing in it that is not seen.
///
/// # Errors
/// If there is none or it is too long.
pub fn parse_name(input: &str) -> Result<String, Mistake> {
    let name = clean_name(input);
    match name.chars().count() {
        0 => Err(Mistake::new(
            "The name is empty; call it something like Winter cup.",
        )),
        length if length > NAME => Err(Mistake::new(format!(
            "The name has {length} characters; {NAME} is the most."
        ))),
        _ => Ok(name),
    }
}

/// Whether a competition can run from `start` to `end`.
///
/// # Errors
/// If it ends before it begins, has ended already, or takes too long.
pub fn check_times(start: DateTime<Utc>, end: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Mistake> {
    if end <= start {
        return Err(Mistake::new(
            "It would end before it begins; choose a later end or an earlier start.",
        ));
    }
    if end <= now {
        return Err(Mistake::new("Its end is over already; choose a later one."));
    }
    if end - start > LONGEST {
        return Err(Mistake::new(
            "It would take more than a year; choose an earlier end.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_to_sixty_characters_on_one_line() {
        assert_eq!(parse_name("  Winter\n cup ").unwrap(), "Winter cup");
        assert_eq!(parse_name(&"ü".repeat(60)).unwrap().chars().count(), 60);
        let error = |input: &str| parse_name(input).unwrap_err().to_string();
        assert_eq!(
            error(" \n"),
            "The name is empty; call it something like Winter cup."
        );
        assert_eq!(
            error(&"x".repeat(61)),
            "The name has 61 characters; 60 is the most."
        );
    }

    #[test]
    fn a_competition_ends_after_it_begins_within_a_year_and_not_in_the_past() {
        let at = |hours| DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
        assert!(check_times(at(5), at(6), at(0)).is_ok());
        assert!(check_times(at(5), at(5), at(0)).is_err());
        assert!(check_times(at(1), at(2), at(3)).is_err());
        assert!(check_times(at(0), at(366 * 24), at(0)).is_ok());
        assert!(check_times(at(0), at(366 * 24 + 1), at(0)).is_err());
    }
}
