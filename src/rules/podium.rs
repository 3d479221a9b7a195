//! The standing of a live quiz: who is where, and who moved since the question before.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::ids::UserId;
use crate::rules::quiz_score::total_score;
use crate::rules::ranks::{Score, rank_scores};

/// What one player did in a quiz so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub user: UserId,
    /// Keeps their points but not their name.
    pub hidden: bool,
    /// The sum of all answers' scores; may be below 0.
    pub score: i64,
    /// The same without the latest question.
    pub before: i64,
    /// How many answers were right.
    pub correct: i64,
    /// How many answers there were.
    pub answers: i64,
    /// When the last of them was given, or when they joined.
    pub last_at: DateTime<Utc>,
}

/// A line of the standing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayerStanding {
    /// From 1; shared by players with equal totals, after whom as many places are left out.
    pub rank: u32,
    pub user: UserId,
    /// Keeps their points but not their name.
    pub hidden: bool,
    /// Their points in this quiz, never below 0.
    pub total: i64,
    /// How many answers were right.
    pub correct: i64,
    /// Places gained since the question before, or lost where it is below 0.
    pub moved: i64,
}

/// The standing: by total, ties share a place (1, 2, 2, 4). Among equals more right answers come first, then whoever
/// got there earlier, as on the boards.
#[must_use]
pub fn rank_tallies(tallies: &[Tally]) -> Vec<PlayerStanding> {
    let by = |points: fn(&Tally) -> i64| {
        let scores = tallies.iter().map(|tally| Score {
            user: tally.user,
            points: total_score(points(tally)),
            correct: tally.correct,
            answers: tally.answers,
            last_at: tally.last_at,
        });
        rank_scores(scores.collect())
    };
    let hidden: HashMap<UserId, bool> = tallies.iter().map(|tally| (tally.user, tally.hidden)).collect();
    let before: HashMap<UserId, u32> = by(|tally| tally.before)
        .into_iter()
        .map(|row| (row.score.user, row.rank))
        .collect();
    by(|tally| tally.score)
        .into_iter()
        .map(|row| {
            let user = row.score.user;
            let was = before.get(&user).copied().unwrap_or(row.rank);
            PlayerStanding {
                rank: row.rank,
                user,
                hidden: hidden.get(&user).copied().unwrap_or(false),
                total: row.score.points,
                correct: row.score.correct,
                moved: i64::from(was) - i64::from(row.rank),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tally(user: i64, before: i64, gained: i64) -> Tally {
        Tally {
            user: UserId(user),
            hidden: false,
            score: before + gained,
            before,
            correct: 1,
            answers: 1,
            last_at: DateTime::from_timestamp(user, 0).unwrap(),
        }
    }

    #[test]
    fn overtaking_is_told_in_places() {
        let places = rank_tallies(&[
            tally(1, 20, 0),
            tally(2, 10, 30),
            tally(3, 20, 0),
            tally(4, -10, 5),
        ]);
        let told: Vec<_> = places
            .iter()
            .map(|place| (place.rank, place.user.0, place.total, place.moved))
            .collect();
        assert_eq!(
            told,
            [(1, 2, 40, 2), (2, 1, 20, -1), (2, 3, 20, -1), (4, 4, 0, 0)]
        );
    }

    proptest! {
        #[test]
        fn everybody_has_one_place_and_it_is_one_more_than_those_ahead(
            rows in prop::collection::vec((-3..6_i64, -2..4_i64), 0..30),
        ) {
            let tallies: Vec<Tally> =
                (1..).zip(rows).map(|(user, (before, gained))| tally(user, before * 10, gained * 10)).collect();
            let places = rank_tallies(&tallies);
            prop_assert_eq!(places.len(), tallies.len());
            for place in &places {
                let ahead = places.iter().filter(|other| other.total > place.total).count();
                prop_assert_eq!(place.rank as usize, ahead + 1);
                prop_assert!(place.total >= 0);
            }
            // Nobody overtakes where nobody gained anything.
            if tallies.iter().all(|tally| tally.score == tally.before) {
                prop_assert!(places.iter().all(|place| place.moved == 0));
            }
        }
    }
}
