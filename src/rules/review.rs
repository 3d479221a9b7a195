//! When a question comes back that a member once missed.
//!
//! The memory model is FSRS with its default parameters, from the `fsrs` crate: a card's stability is the number of
//! days until the chance to recall it has fallen to 90 %, its difficulty a number from 1 to 10. Days are a member's
//! calendar days: what is due tomorrow is due from midnight on, whatever the time of today's review. Nothing is learnt
//! about the individual member; the parameters are the same for all.

mod rating;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use fsrs::{FSRS, ItemState, MemoryState, NextStates};

use super::mistake::{Mistake, quote_input};
use super::schedule::{LocalTime, Zone};

pub use rating::Rating;

/// The longest interval, in days: a hundred years, FSRS's own bound.
const LONGEST: f32 = 36_500.0;

static MODEL: LazyLock<FSRS> = LazyLock::new(FSRS::default);

/// The chance with which a card shall still be known when it comes back, in whole percent from 70 to 97.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Retention(u8);

impl Retention {
    /// Less often asked than forgotten below this.
    pub const LOWEST: Self = Self(70);
    /// What FSRS recommends, and who says nothing gets.
    pub const USUAL: Self = Self(90);
    /// Above this, cards come back nearly every day.
    pub const HIGHEST: Self = Self(97);

    /// That many percent, if within the bounds.
    #[must_use]
    pub fn from_percent(percent: u8) -> Option<Self> {
        (Self::LOWEST.0..=Self::HIGHEST.0)
            .contains(&percent)
            .then_some(Self(percent))
    }

    /// In percent.
    #[must_use]
    pub fn percent(self) -> u8 {
        self.0
    }

    /// As a share of one, which is how FSRS takes it.
    fn share(self) -> f32 {
        f32::from(self.0) / 100.0
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

impl FromStr for Retention {
    type Err = Mistake;

    /// Reads `85`, `85 %` and `0.85`.
    fn from_str(input: &str) -> Result<Self, Mistake> {
        let number = input.trim().trim_end_matches('%').trim_end();
        let percent = match number.strip_prefix("0.").or_else(|| number.strip_prefix("0,")) {
            Some(hundredths) if hundredths.len() == 1 => format!("{hundredths}0"),
            Some(hundredths) => hundredths.to_owned(),
            None => number.to_owned(),
        };
        let digits = percent.bytes().all(|byte| byte.is_ascii_digit());
        let read = digits.then(|| percent.parse().ok().and_then(Self::from_percent));
        read.flatten().ok_or_else(|| {
            Mistake::new(format!(
                "{} is not a retention; choose a number from {} to {}, such as 90 for 90 %.",
                quote_input(input),
                Self::LOWEST.0,
                Self::HIGHEST.0
            ))
        })
    }
}

/// How well a card is known, and since when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memory {
    /// Days until the chance to recall it has fallen to 90 %.
    pub stability: f32,
    /// From 1, easy, to 10.
    pub difficulty: f32,
    /// The latest review.
    pub reviewed_at: DateTime<Utc>,
}

/// What a review makes of a card.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Next {
    /// How well it is known now.
    pub memory: Memory,
    /// In how many of the member's days it comes back; at least one.
    pub days: u16,
    /// When it comes back: midnight of that day.
    pub due_at: DateTime<Utc>,
}

/// What a review would make of a card, by rating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook([Next; 4]);

impl Outlook {
    /// The one that follows from a rating.
    #[must_use]
    pub fn after(&self, rating: Rating) -> Next {
        let [again, hard, good, easy] = self.0;
        match rating {
            Rating::Again => again,
            Rating::Hard => hard,
            Rating::Good => good,
            Rating::Easy => easy,
        }
    }
}

/// How one member's cards are planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPlan {
    /// How sure they want to be.
    pub retention: Retention,
    /// Whose midnight begins a day.
    pub zone: Zone,
}

impl ReviewPlan {
    /// What a review at `now` makes of a card; of a new one where there is no memory.
    #[must_use]
    pub fn outlook(&self, before: Option<Memory>, now: DateTime<Utc>) -> Outlook {
        let elapsed = before.map_or(0, |memory| self.days_between(memory.reviewed_at, now));
        let state = before.map(|memory| MemoryState {
            stability: memory.stability,
            difficulty: memory.difficulty,
        });
        let NextStates {
            again,
            hard,
            good,
            easy,
        } = next_states(state, self.retention, elapsed);
        Outlook([again, hard, good, easy].map(|state| self.next(&state, now)))
    }

    /// The member's calendar days from one instant to another; none where time went backwards, as with a new zone.
    #[must_use]
    pub fn days_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> u32 {
        let days = self.zone.local_date_of(to) - self.zone.local_date_of(from);
        u32::try_from(days.num_days()).unwrap_or(0)
    }

    /// The beginning of the day that is `days` after the day of `now`.
    #[must_use]
    pub fn midnight_in(&self, days: u16, now: DateTime<Utc>) -> DateTime<Utc> {
        let later = TimeDelta::days(i64::from(days));
        let date = self.zone.local_date_of(now).checked_add_signed(later);
        date.and_then(|date| self.zone.first_instant(date, LocalTime::MIDNIGHT))
            .unwrap_or(now + later)
    }

    fn next(&self, state: &ItemState, now: DateTime<Utc>) -> Next {
        // Schedule at least one day ahead: a run asks each card once.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 1 to 36,500"
        )]
        let days = state.interval.round().clamp(1.0, LONGEST) as u16;
        Next {
            memory: Memory {
                stability: state.memory.stability,
                difficulty: state.memory.difficulty,
                reviewed_at: now,
            },
            days,
            due_at: self.midnight_in(days, now),
        }
    }
}

/// FSRS itself. A memory it cannot use, which it never made, begins anew.
fn next_states(state: Option<MemoryState>, retention: Retention, elapsed: u32) -> NextStates {
    let share = retention.share();
    MODEL
        .next_states(state, share, elapsed)
        .or_else(|_| MODEL.next_states(None, share, 0))
        .expect("a new card has a next state at every retention from 0.7 to 0.97")
}

#[cfg(test)]
mod tests;
