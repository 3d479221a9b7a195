//! What an answer is worth within a live quiz. It orders the quiz's own podium and nothing else: boards get the points
//! of [`crate::rules::scoring`], so that speed never outweighs a month of mornings.

use std::ops::RangeInclusive;

use chrono::TimeDelta;

use crate::rules::question::Level;
use crate::rules::scoring;
use crate::rules::words::words;

/// How many seconds a question of a live quiz may be open.
pub const SECONDS: RangeInclusive<i64> = 10..=120;
/// How many it is where nothing was said.
pub const USUAL_SECONDS: i64 = 20;
/// The most an answer can earn where speed counts.
pub const MOST_FOR_SPEED: i32 = 1000;
/// What a wrong answer costs where speed counts and wrong answers cost.
const SPEED_PENALTY: i32 = 250;

/// How right answers are valued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scoring {
    /// By the question's level, as on the boards.
    #[default]
    Plain,
    /// The faster, the more.
    Speed,
}

words!(Scoring: Plain = "plain", Speed = "speed");

/// The rules of one live quiz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How right answers are valued.
    pub scoring: Scoring,
    /// Whether wrong answers cost: half of what a right one earns by level, or 250 where speed counts.
    pub penalty: bool,
    /// How long a question is open.
    pub window: TimeDelta,
}

impl Rules {
    /// What an answer is worth, given `took` from the question's appearance to the click. Giving none is worth 0.
    ///
    /// With speed it is `round((1 − (t / T) / 2) · P)`, the formula Kahoot! publishes in its help centre under "How
    /// points work": t is the time the answer took, T the time there was, P the most points there are. So a right
    /// answer earns between half of the most and all of it.
    #[must_use]
    pub fn score(self, level: Level, right: bool, took: TimeDelta) -> i32 {
        let by_level = scoring::points_for(level, true);
        match (self.scoring, right) {
            (Scoring::Plain, true) => by_level,
            (Scoring::Speed, true) => self.for_speed(took),
            (_, false) if !self.penalty => 0,
            (Scoring::Plain, false) => -by_level / 2,
            (Scoring::Speed, false) => -SPEED_PENALTY,
        }
    }

    /// In whole milliseconds, so that every machine rounds the same.
    fn for_speed(self, took: TimeDelta) -> i32 {
        let window = self.window.num_milliseconds().max(1);
        let took = took.num_milliseconds().clamp(0, window);
        let most = i64::from(MOST_FOR_SPEED);
        // (1 − t/2T)·P = P·(2T − t)/2T, rounded half up by adding half of the divisor.
        let points = (most * (2 * window - took) + window) / (2 * window);
        i32::try_from(points).unwrap_or(MOST_FOR_SPEED)
    }
}

/// What a player has: the sum of their answers, but never less than nothing. Only the sum is lifted to 0, so that the
/// order of the questions makes no difference.
#[must_use]
pub fn total_score(scores: i64) -> i64 {
    scores.max(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(scoring: Scoring, penalty: bool) -> Rules {
        Rules {
            scoring,
            penalty,
            window: TimeDelta::seconds(20),
        }
    }

    #[test]
    fn plain_points_are_those_of_the_boards_and_a_wrong_answer_costs_half_where_it_costs() {
        let table = [
            (Level::Easy, 10, -5),
            (Level::Medium, 20, -10),
            (Level::Hard, 30, -15),
        ];
        for (level, right, wrong) in table {
            let score = |penalty, is_right| {
                rules(Scoring::Plain, penalty).score(level, is_right, TimeDelta::seconds(3))
            };
            assert_eq!((score(false, true), score(true, true)), (right, right));
            assert_eq!((score(false, false), score(true, false)), (0, wrong));
        }
    }

    #[test]
    fn speed_is_worth_all_at_once_and_half_at_the_end() {
        let score =
            |millis| rules(Scoring::Speed, true).score(Level::Easy, true, TimeDelta::milliseconds(millis));
        assert_eq!(score(0), 1000);
        assert_eq!(score(5_000), 875);
        assert_eq!(score(10_000), 750);
        assert_eq!(score(20_000), 500);
        // Half a point is rounded up: 1 − (20 ms / 20 s) / 2 is 999.5 thousandths.
        assert_eq!(score(20), 1000);
        assert_eq!(score(21), 999);
        assert_eq!(
            rules(Scoring::Speed, true).score(Level::Hard, false, TimeDelta::zero()),
            -250
        );
    }

    proptest! {
        #[test]
        fn a_right_answer_earns_more_the_faster_it_is_and_always_between_half_and_all(
            seconds in 10..=120_i64, one in -5_000..130_000_i64, other in -5_000..130_000_i64, penalty: bool,
        ) {
            let rules = Rules { window: TimeDelta::seconds(seconds), ..rules(Scoring::Speed, penalty) };
            let score = |took| rules.score(Level::Medium, true, TimeDelta::milliseconds(took));
            let (fast, slow) = (score(one.min(other)), score(one.max(other)));
            prop_assert!(fast >= slow);
            prop_assert!((500..=1000).contains(&fast) && (500..=1000).contains(&slow));
            // The formula as published, in floating point.
            let share = one.clamp(0, seconds * 1000) as f64 / (seconds * 1000) as f64;
            let published = ((1.0 - share / 2.0) * 1000.0).round();
            prop_assert!((f64::from(score(one)) - published).abs() <= 1.0);
        }

        #[test]
        fn a_wrong_answer_never_earns_and_a_total_is_never_below_nothing(
            scores in prop::collection::vec((0..3_usize, any::<bool>(), 0..20_000_i64), 0..20),
            penalty: bool,
            speed: bool,
        ) {
            let rules = rules(Scoring::ALL[usize::from(speed)], penalty);
            let all: Vec<i32> = scores
                .iter()
                .map(|(level, right, took)| rules.score(Level::ALL[*level], *right, TimeDelta::milliseconds(*took)))
                .collect();
            for (score, (_, right, _)) in all.iter().zip(&scores) {
                prop_assert_eq!(*score > 0, *right);
            }
            let sum: i64 = all.iter().map(|score| i64::from(*score)).sum();
            prop_assert_eq!(total_score(sum), if sum < 0 { 0 } else { sum });
        }

        #[test]
        fn scorings_are_read_as_they_are_written(scoring in prop::sample::select(Scoring::ALL.to_vec())) {
            prop_assert_eq!(Scoring::parse(scoring.as_str()), Some(scoring));
        }
    }
}
