//! The order of a board.
//!
//! Works on sums that are already made; which answers count into them is the caller's business.

use std::cmp::Reverse;

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
pub fn rank(mut scores: Vec<Score>) -> Vec<Ranked> {
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
