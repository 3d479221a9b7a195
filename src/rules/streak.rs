//! Streaks: how long a member has taken part without a break, and the freezes that bridge a missed round.
//!
//! Only rounds that were asked and revealed are looked at, so days without one, skipped ones and holidays break
//! nothing.

/// Rounds of a schedule that are looked at, at most: more than a year of daily questions.
pub const LOOK_BACK: i64 = 400;
/// A freeze is earned with every this many rounds answered in a streak.
pub const EARNED_EVERY: i64 = 10;
/// Freezes a member can hold.
pub const MOST_FREEZES: i64 = 2;

/// Where a member stands. The longer streak is the greater, then the one with more freezes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Streak {
    /// Rounds answered without a break; those a freeze bridged are not counted.
    pub length: i64,
    /// Freezes held: each is spent by itself on a missed round.
    pub freezes: i64,
}

impl Streak {
    /// The streak after these rounds, oldest first: whether each was answered.
    pub fn of(rounds: impl IntoIterator<Item = bool>) -> Self {
        rounds.into_iter().fold(Self::default(), Self::after)
    }

    /// The streak after one more round.
    #[must_use]
    pub fn after(self, answered: bool) -> Self {
        match (answered, self.freezes) {
            (true, freezes) => {
                let length = self.length + 1;
                let earned = i64::from(length % EARNED_EVERY == 0);
                Self {
                    length,
                    freezes: (freezes + earned).min(MOST_FREEZES),
                }
            }
            (false, 0) => Self::default(),
            (false, freezes) => Self {
                freezes: freezes - 1,
                ..self
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A streak from a line: `x` answered, `.` missed.
    fn streak(rounds: &str) -> (i64, i64) {
        let streak = Streak::of(rounds.chars().map(|c| c == 'x'));
        (streak.length, streak.freezes)
    }

    #[test]
    fn a_freeze_is_earned_every_ten_rounds_and_two_are_held_at_most() {
        assert_eq!(streak(&"x".repeat(9)), (9, 0));
        assert_eq!(streak(&"x".repeat(10)), (10, 1));
        assert_eq!(streak(&"x".repeat(20)), (20, 2));
        assert_eq!(streak(&"x".repeat(35)), (35, 2));
    }

    #[test]
    fn a_missed_round_spends_a_freeze_and_breaks_a_streak_without_one() {
        assert_eq!(streak("xxx.xx"), (2, 0));
        assert_eq!(streak("xxxxxxxxxx.xx"), (12, 0));
        assert_eq!(streak("xxxxxxxxxx..xx"), (2, 0));
        assert_eq!(streak("xxxxxxxxxxxxxxxxxxxx..x"), (21, 0));
        assert_eq!(streak("xxxxxxxxxxxxxxxxxxxx...x"), (1, 0));
        assert_eq!(streak("...."), (0, 0));
    }

    proptest! {
        #[test]
        fn a_streak_is_what_was_answered_since_the_last_break(
            rounds in prop::collection::vec(prop::bool::weighted(0.9), 0..150),
        ) {
            let streak = Streak::of(rounds.iter().copied());
            prop_assert!((0..=MOST_FREEZES).contains(&streak.freezes));
            // From the round after the last break on nothing was lost; before it nothing matters.
            let broken = (0..=rounds.len()).rev().find(|from| {
                let part = &rounds[*from..];
                Streak::of(part.iter().copied()) == streak && part.first() != Some(&false)
            });
            let since = &rounds[broken.unwrap_or(rounds.len())..];
            let answered = since.iter().filter(|answered| **answered).count();
            prop_assert_eq!(Streak::of(since.iter().copied()), streak);
            prop_assert!(streak.length <= i64::try_from(answered).unwrap());
            let missed = since.iter().filter(|answered| !**answered).count();
            prop_assert!(streak.length == 0 || i64::try_from(missed).unwrap() <= streak.length / EARNED_EVERY);
        }

        #[test]
        fn one_more_answer_never_shortens_and_one_more_miss_never_lengthens(
            rounds in prop::collection::vec(prop::bool::weighted(0.9), 0..150)
        ) {
            let streak = Streak::of(rounds);
            prop_assert_eq!(streak.after(true).length, streak.length + 1);
            let missed = streak.after(false);
            let spent = missed.length == streak.length && missed.freezes + 1 == streak.freezes;
            prop_assert!(missed.length == 0 || spent);
        }
    }
}
