//! Teams: how they are drafted so that they are equally strong, and what a team's result is.
//!
//! A team's result is the mean of its best k members, k being the size of the smallest team: so size does not win.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::ranks::{Score, rank_scores};
use super::selection::scramble_bits;
use crate::ids::UserId;

/// A team with its members' scores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its number.
    pub team: i16,
    /// How many ever joined it, those without an answer and those who left included.
    pub size: usize,
    /// The scores of those who answered.
    pub scores: Vec<Score>,
}

/// A team's line on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedTeam {
    /// The place, from 1; shared by teams with equal points.
    pub rank: u32,
    /// Its number.
    pub team: i16,
    /// How many joined it.
    pub size: usize,
    /// The points of its best members together; divided by how many count, its result.
    pub points: i64,
    /// Right answers of these members.
    pub correct: i64,
    /// Answers of these members.
    pub answers: i64,
}

/// How many members of each team count: the size of the smallest team. Teams nobody joined are not asked.
#[must_use]
pub fn best_of(teams: &[Team]) -> usize {
    let sizes = teams.iter().map(|team| team.size).filter(|size| *size > 0);
    sizes.min().unwrap_or(1)
}

/// Ranks teams as members are ranked: 1, 2, 2, 4, and in the same order among equals. As all are divided by the same
/// number, their best members' points together decide.
#[must_use]
pub fn rank_teams(teams: &[Team]) -> Vec<RankedTeam> {
    let best = best_of(teams);
    let mut results: Vec<(RankedTeam, Option<DateTime<Utc>>)> = teams
        .iter()
        .map(|team| {
            let scores: Vec<Score> = rank_scores(team.scores.clone())
                .into_iter()
                .take(best)
                .map(|ranked| ranked.score)
                .collect();
            let sum = |of: fn(&Score) -> i64| scores.iter().map(of).sum();
            let result = RankedTeam {
                rank: 0,
                team: team.team,
                size: team.size,
                points: sum(|score| score.points),
                correct: sum(|score| score.correct),
                answers: sum(|score| score.answers),
            };
            (result, scores.iter().map(|score| score.last_at).max())
        })
        .collect();
    results.sort_by_key(|(team, last_at)| {
        let last = last_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
        (Reverse(team.points), Reverse(team.correct), last, team.team)
    });
    let mut shared: Option<(u32, i64)> = None;
    (1..)
        .zip(results)
        .map(|(place, (team, _))| {
            let rank = match shared {
                Some((rank, points)) if points == team.points => rank,
                _ => place,
            };
            shared = Some((rank, team.points));
            RankedTeam { rank, ..team }
        })
        .collect()
}

/// Divides members into so many teams, numbered from 0, by their points: the strongest first, to and fro.
///
/// So sizes differ by one at most, and no two teams by more points than the strongest member has.
/// Among equals `seed` decides, so a draft can be repeated but not foreseen.
#[must_use]
pub fn draft_teams(mut members: Vec<(UserId, i64)>, teams: usize, seed: i64) -> Vec<(UserId, usize)> {
    members.sort_by_key(|(user, points)| {
        (
            Reverse(*points),
            scramble_bits((seed ^ user.0).cast_unsigned()),
            *user,
        )
    });
    let to_and_fro = (0..teams).chain((0..teams).rev()).cycle();
    members
        .into_iter()
        .map(|(user, _)| user)
        .zip(to_and_fro)
        .collect()
}

/// The team that somebody who comes late joins: the smallest, and of equals the first.
#[must_use]
pub fn smallest_team(sizes: &[(i16, i64)]) -> Option<i16> {
    let smallest = sizes.iter().min_by_key(|(team, size)| (*size, *team));
    smallest.map(|(team, _)| *team)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn team(team: i16, size: usize, points: &[i64]) -> Team {
        let score = |(n, points): (i64, &i64)| Score {
            user: UserId(i64::from(team) * 100 + n),
            points: *points,
            correct: points / 10,
            answers: points / 10 + 1,
            last_at: DateTime::from_timestamp(n, 0).unwrap(),
        };
        Team {
            team,
            size,
            scores: (1..).zip(points).map(score).collect(),
        }
    }

    fn places(teams: &[Team]) -> Vec<(u32, i16, i64)> {
        let ranked = rank_teams(teams);
        ranked
            .iter()
            .map(|team| (team.rank, team.team, team.points))
            .collect()
    }

    #[test]
    fn only_as_many_members_count_as_the_smallest_team_has() {
        let teams = [
            team(1, 4, &[30, 10, 20, 10]),
            team(2, 2, &[30, 20]),
            team(3, 2, &[40]),
        ];
        assert_eq!(best_of(&teams), 2);
        assert_eq!(places(&teams), [(1, 2, 50), (1, 1, 50), (3, 3, 40)]);
    }

    #[test]
    fn a_team_nobody_joined_does_not_count_for_the_others() {
        let teams = [team(1, 0, &[]), team(2, 3, &[10, 10, 10])];
        assert_eq!(best_of(&teams), 3);
        assert_eq!(places(&teams), [(1, 2, 30), (2, 1, 0)]);
        assert_eq!(best_of(&[team(1, 0, &[])]), 1);
    }

    #[test]
    fn who_comes_late_joins_the_smallest_team() {
        assert_eq!(smallest_team(&[(1, 3), (2, 2), (3, 2)]), Some(2));
        assert_eq!(smallest_team(&[]), None);
    }

    proptest! {
        #[test]
        fn drafted_teams_are_equally_large_and_about_equally_strong(
            points in prop::collection::vec(0..500_i64, 0..40),
            teams in 1..=4_usize,
            seed in any::<i64>(),
        ) {
            let members: Vec<(UserId, i64)> = (1..).map(UserId).zip(points).collect();
            let drafted = draft_teams(members.clone(), teams, seed);
            prop_assert_eq!(drafted.len(), members.len());
            prop_assert_eq!(&drafted, &draft_teams(members.iter().rev().copied().collect(), teams, seed));
            let points = |user: UserId| members.iter().find(|(one, _)| *one == user).unwrap().1;
            let mut sizes = vec![0_usize; teams];
            let mut sums = vec![0_i64; teams];
            for (user, team) in drafted {
                sizes[team] += 1;
                sums[team] += points(user);
            }
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            let strongest = members.iter().map(|(_, points)| *points).max().unwrap_or(0);
            prop_assert!(sums.iter().max().unwrap() - sums.iter().min().unwrap() <= strongest);
        }

        #[test]
        fn a_member_more_never_makes_a_team_worse_while_another_is_smaller(
            mine in prop::collection::vec(0..100_i64, 2..8),
            theirs in prop::collection::vec(0..100_i64, 1..=2),
            more in 0..100_i64,
        ) {
            let before = rank_teams(&[team(1, mine.len(), &mine), team(2, theirs.len(), &theirs)]);
            let larger: Vec<i64> = mine.iter().copied().chain([more]).collect();
            let after = rank_teams(&[team(1, larger.len(), &larger), team(2, theirs.len(), &theirs)]);
            let points = |ranked: &[RankedTeam]| ranked.iter().find(|team| team.team == 1).unwrap().points;
            prop_assert!(points(&after) >= points(&before));
        }
    }
}
