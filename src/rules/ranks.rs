//! The order of a board.
//!
//! Works on sums that are already made; which answers count into them is the caller's business.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::ids::UserId;

/// The sums of one member over a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Whose they are.
    pub user: UserId,
    /// All points.
    pub points: i64,
    /// How many answers were right.
    pub correct: i64,
    /// How many answers there were.
    pub answers: i64,
    /// When the last of them was given.
    pub last_at: DateTime<Utc>,
}

/// A line of a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The place, from 1; shared by members with equal points, after whom as many places are left out.
    pub rank: u32,
    /// What it was won with.
    pub score: Score,
}

/// Ranks members by points: 1, 2, 2, 4.
///
/// Members with equal points share a place; they are listed by right answers, then by who got there first, then by id,
/// so that a board looks the same each time.
pub fn rank_scores(mut scores: Vec<Score>) -> Vec<Ranked> {
    scores.sort_by_key(|score| {
        (
            Reverse(score.points),
            Reverse(score.correct),
            score.last_at,
            score.user,
        )
    });
    let mut shared: Option<(u32, i64)> = None;
    (1..)
        .zip(scores)
        .map(|(place, score)| {
            let rank = match shared {
                Some((rank, points)) if points == score.points => rank,
                _ => place,
            };
            shared = Some((rank, score.points));
            Ranked { rank, score }
        })
        .collect()
}

/// Two parts of the same sums together.
pub fn add_scores(one: Vec<Score>, other: Vec<Score>) -> Vec<Score> {
    let mut sums: HashMap<UserId, Score> = one.into_iter().map(|score| (score.user, score)).collect();
    for score in other {
        sums.entry(score.user)
            .and_modify(|sum| {
                sum.points += score.points;
                sum.correct += score.correct;
                sum.answers += score.answers;
                sum.last_at = sum.last_at.max(score.last_at);
            })
            .or_insert(score);
    }
    sums.into_values().collect()
}

/// Sums as they were before a part of them was added: without those who had nothing then.
pub fn subtract_scores(scores: &[Score], part: &[Score]) -> Vec<Score> {
    let part: HashMap<UserId, &Score> = part.iter().map(|score| (score.user, score)).collect();
    let before = scores.iter().map(|score| match part.get(&score.user) {
        None => score.clone(),
        Some(added) => Score {
            points: score.points - added.points,
            correct: score.correct - added.correct,
            answers: score.answers - added.answers,
            ..score.clone()
        },
    });
    // Open questions give points, but no answers that are right or wrong.
    before
        .filter(|score| score.answers > 0 || score.points > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn score(user: i64, points: i64, correct: i64, last: i64) -> Score {
        let last_at = DateTime::from_timestamp(last, 0).unwrap();
        Score {
            user: UserId(user),
            points,
            correct,
            answers: correct + 1,
            last_at,
        }
    }

    fn places(scores: Vec<Score>) -> Vec<(u32, i64)> {
        rank_scores(scores)
            .into_iter()
            .map(|ranked| (ranked.rank, ranked.score.user.0))
            .collect()
    }

    #[test]
    fn equal_points_share_a_place_and_the_next_is_left_out() {
        let scores = vec![
            score(1, 10, 1, 0),
            score(2, 30, 1, 0),
            score(3, 20, 1, 0),
            score(4, 20, 1, 0),
        ];
        assert_eq!(places(scores), [(1, 2), (2, 3), (2, 4), (4, 1)]);
    }

    #[test]
    fn within_a_shared_place_more_right_answers_then_the_earlier_then_the_lower_id_comes_first() {
        let scores = vec![
            score(9, 30, 1, 5),
            score(8, 30, 2, 9),
            score(7, 30, 1, 4),
            score(6, 30, 1, 5),
            score(5, 0, 0, 1),
        ];
        assert_eq!(places(scores), [(1, 8), (1, 7), (1, 6), (1, 9), (5, 5)]);
    }

    #[test]
    fn a_board_before_the_last_question_lacks_its_points_and_its_newcomers() {
        // Each has one answer more than right ones; the last question gave 2 ten points and was 3's first.
        let now = [score(1, 30, 3, 0), score(2, 40, 4, 0), score(3, 0, 0, 0)];
        let last = [score(2, 10, 1, 0), score(3, 0, 0, 0)].map(|score| Score { answers: 1, ..score });
        let before = subtract_scores(&now, &last);
        assert_eq!(places(before), [(1, 1), (1, 2)]);
        assert_eq!(places(subtract_scores(&now, &[])), places(now.to_vec()));
    }

    #[test]
    fn an_empty_board_has_no_ranks() {
        assert_eq!(rank_scores(Vec::new()), []);
    }

    fn boards() -> impl Strategy<Value = Vec<Score>> {
        // Few values, so that ties are common; one row per member.
        prop::collection::vec((0..6_i64, 0..3_i64, 0..3_i64), 0..30).prop_map(|rows| {
            (1..)
                .zip(rows)
                .map(|(user, (points, correct, last))| score(user, points * 10, correct, last))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn a_rank_is_one_more_than_the_members_with_more_points(scores in boards()) {
            for ranked in rank_scores(scores.clone()) {
                let ahead = scores.iter().filter(|other| other.points > ranked.score.points).count();
                prop_assert_eq!(ranked.rank as usize, ahead + 1);
            }
        }

        #[test]
        fn nobody_is_lost_and_the_order_of_input_does_not_matter(
            (scores, shuffled) in boards().prop_flat_map(|scores| (Just(scores.clone()), Just(scores).prop_shuffle()))
        ) {
            let ranked = rank_scores(scores.clone());
            prop_assert_eq!(&ranked, &rank_scores(shuffled));
            let mut listed: Vec<_> = ranked.into_iter().map(|ranked| ranked.score).collect();
            listed.sort_by_key(|score| score.user);
            prop_assert_eq!(listed, scores);
        }
    }
}
