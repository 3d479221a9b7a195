//! Which question comes next.
//!
//! Chooses among the candidates it is given; topics and levels a schedule asks for are filtered before.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::ids::QuestionId;

/// A question that may be asked, with what is known of its past in the guild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Which question.
    pub question: QuestionId,
    pub topic: &'a str,
    /// How often the guild was asked it.
    pub times_asked: u32,
    /// When it was asked last; none if never.
    pub last_asked: Option<DateTime<Utc>>,
}

/// Picks a question; none only if there are no candidates.
///
/// Questions that were never asked come first; once there are none left, the ones asked longest ago. Among those,
/// topics that were asked least come first, and chance decides the rest. The same candidates and seed give the same
/// question, whatever the order of the candidates.
pub fn pick_question(candidates: &[Candidate<'_>], seed: u64) -> Option<QuestionId> {
    let mut topic_asked: HashMap<&str, u64> = HashMap::new();
    for candidate in candidates {
        *topic_asked.entry(candidate.topic).or_default() += u64::from(candidate.times_asked);
    }
    candidates
        .iter()
        .min_by_key(|candidate| {
            let topic_asked = topic_asked.get(candidate.topic).copied().unwrap_or_default();
            // No date sorts before all dates, so questions never asked come first.
            (
                candidate.last_asked,
                topic_asked,
                seeded_chance(seed, candidate.question),
            )
        })
        .map(|candidate| candidate.question)
}

/// Picks up to `count` different questions, one after the other by the rule of [`pick_question`], so that topics take
/// turns.
pub fn pick_several(candidates: &[Candidate<'_>], count: usize, seed: u64) -> Vec<QuestionId> {
    let mut left = candidates.to_vec();
    let mut picked = Vec::new();
    while picked.len() < count.min(candidates.len()) {
        let Some(question) = pick_question(&left, seed) else {
            break;
        };
        picked.push(question);
        // Keep it, behind everything that was not picked, so that its topic still counts as asked.
        for candidate in left.iter_mut().filter(|candidate| candidate.question == question) {
            candidate.times_asked += 1;
            candidate.last_asked = Some(DateTime::<Utc>::MAX_UTC);
        }
    }
    picked
}

/// A number that looks random but follows from seed and question. No two questions have the same for a seed.
fn seeded_chance(seed: u64, question: QuestionId) -> u64 {
    scramble_bits(scramble_bits(seed) ^ question.0.cast_unsigned())
}

/// The output function of `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
pub(super) fn scramble_bits(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    const TOPICS: [&str; 4] = ["closures", "dicts", "generators", "unicode"];

    fn unasked(question: i64, topic: &str) -> Candidate<'_> {
        Candidate {
            question: QuestionId(question),
            topic,
            times_asked: 0,
            last_asked: None,
        }
    }

    fn asked(question: i64, topic: &str, times_asked: u32, last: i64) -> Candidate<'_> {
        let last_asked = DateTime::from_timestamp(last, 0);
        Candidate {
            times_asked,
            last_asked,
            ..unasked(question, topic)
        }
    }

    /// Asks as many questions, one a second, and returns them in order.
    fn run(candidates: &mut [Candidate<'_>], rounds: usize, seed: u64) -> Vec<QuestionId> {
        let mut picks = Vec::new();
        for round in 0..rounds {
            let Some(question) = pick_question(candidates, seed.wrapping_add(round as u64)) else {
                break;
            };
            let chosen = candidates
                .iter_mut()
                .find(|candidate| candidate.question == question)
                .unwrap();
            chosen.times_asked += 1;
            chosen.last_asked = DateTime::from_timestamp(round as i64, 0);
            picks.push(question);
        }
        picks
    }

    /// Candidates of distinct ids over the topics.
    fn banks() -> impl Strategy<Value = Vec<Candidate<'static>>> {
        prop::collection::btree_map(any::<i64>(), 0..TOPICS.len(), 1..25).prop_map(|questions| {
            questions
                .into_iter()
                .map(|(question, topic)| unasked(question, TOPICS[topic]))
                .collect()
        })
    }

    fn banks_with_a_past() -> impl Strategy<Value = Vec<Candidate<'static>>> {
        let past = prop::option::of((1..4_u32, 0..5_i64));
        prop::collection::btree_map(any::<i64>(), (0..TOPICS.len(), past), 1..25).prop_map(|questions| {
            let candidate = |(question, (topic, past))| match past {
                Some((times, last)) => asked(question, TOPICS[topic], times, last),
                None => unasked(question, TOPICS[topic]),
            };
            questions.into_iter().map(candidate).collect()
        })
    }

    #[test]
    fn without_candidates_there_is_no_question() {
        assert_eq!(pick_question(&[], 1), None);
    }

    #[test]
    fn a_question_never_asked_comes_before_all_others() {
        let candidates = [
            asked(1, "dicts", 1, 0),
            unasked(2, "closures"),
            asked(3, "closures", 9, 1),
        ];
        assert!((0..50).all(|seed| pick_question(&candidates, seed) == Some(QuestionId(2))));
    }

    #[test]
    fn when_all_were_asked_the_one_asked_longest_ago_comes_again() {
        let candidates = [
            asked(1, "dicts", 1, 30),
            asked(2, "closures", 5, 10),
            asked(3, "unicode", 1, 20),
        ];
        assert!((0..50).all(|seed| pick_question(&candidates, seed) == Some(QuestionId(2))));
    }

    #[test]
    fn the_topic_asked_least_comes_next() {
        let candidates = [
            asked(1, "dicts", 1, 0),
            unasked(2, "dicts"),
            unasked(3, "closures"),
            asked(4, "unicode", 1, 0),
        ];
        assert!((0..50).all(|seed| pick_question(&candidates, seed) == Some(QuestionId(3))));
    }

    #[test]
    fn the_seed_decides_among_equals_about_evenly() {
        let candidates: Vec<_> = (1..=5).map(|question| unasked(question, "dicts")).collect();
        let mut picked = [0; 5];
        for seed in 0..1000 {
            picked[pick_question(&candidates, seed).unwrap().0 as usize - 1] += 1;
        }
        assert!(
            picked.iter().all(|times| (140..=260).contains(times)),
            "{picked:?}"
        );
    }

    #[test]
    fn the_choice_for_a_seed_stays_the_same_over_releases() {
        let candidates: Vec<_> = (1..=9).map(|question| unasked(question, "dicts")).collect();
        let picks: Vec<_> = (0..8)
            .map(|seed| pick_question(&candidates, seed).unwrap().0)
            .collect();
        assert_eq!(picks, [1, 8, 7, 9, 4, 2, 8, 7]);
        // The first number of SplitMix64 from zero
        assert_eq!(scramble_bits(0), 0xe220_a839_7b1d_cdaf);
    }

    proptest! {
        #[test]
        fn several_are_different_and_as_many_as_there_are(
            bank in banks_with_a_past(), count in 0..30_usize, seed: u64,
        ) {
            let picked = pick_several(&bank, count, seed);
            prop_assert_eq!(picked.len(), count.min(bank.len()));
            prop_assert_eq!(picked.iter().collect::<HashSet<_>>().len(), picked.len());
            prop_assert_eq!(picked.first().copied(), if count == 0 { None } else { pick_question(&bank, seed) });
        }

        #[test]
        fn nothing_is_repeated_before_all_were_asked_and_then_it_goes_round_in_order(
            mut bank in banks(), seed in any::<u64>(),
        ) {
            let questions = bank.len();
            let picks = run(&mut bank, questions * 3, seed);
            let distinct: HashSet<_> = picks[..questions].iter().collect();
            prop_assert_eq!(distinct.len(), questions);
            prop_assert_eq!(&picks[..questions], &picks[questions..2 * questions]);
            prop_assert_eq!(&picks[..questions], &picks[2 * questions..]);
        }

        #[test]
        fn topics_stay_within_one_question_of_each_other_while_they_last(mut bank in banks(), seed in any::<u64>()) {
            while bank.iter().any(|candidate| candidate.times_asked == 0) {
                run(&mut bank, 1, seed);
                let count = |topic| bank.iter().filter(|c| c.topic == topic).map(|c| c.times_asked).sum::<u32>();
                let lasting: HashSet<_> = bank.iter().filter(|c| c.times_asked == 0).map(|c| c.topic).collect();
                let least = lasting.iter().map(|topic| count(*topic)).min();
                let most = TOPICS.into_iter().map(count).max();
                prop_assert!(least.is_none_or(|least| most <= Some(least + 1)), "{least:?} {most:?}");
            }
        }

        #[test]
        fn the_order_of_the_candidates_does_not_matter(
            (bank, shuffled) in
                banks_with_a_past().prop_flat_map(|bank| (Just(bank.clone()), Just(bank).prop_shuffle())),
            seed in any::<u64>(),
        ) {
            prop_assert_eq!(pick_question(&bank, seed), pick_question(&shuffled, seed));
        }

        #[test]
        fn no_candidate_is_more_deserving_than_the_one_picked(bank in banks_with_a_past(), seed in any::<u64>()) {
            let picked = pick_question(&bank, seed).unwrap();
            let picked = bank.iter().find(|candidate| candidate.question == picked).unwrap();
            let fresh = |candidate: &Candidate<'_>| candidate.times_asked == 0;
            let count = |topic| bank.iter().filter(|c| c.topic == topic).map(|c| c.times_asked).sum::<u32>();
            if bank.iter().any(fresh) {
                prop_assert!(fresh(picked));
            } else {
                prop_assert_eq!(picked.last_asked, bank.iter().map(|candidate| candidate.last_asked).min().unwrap());
            }
            let equals = bank.iter().filter(|c| fresh(c) == fresh(picked) && c.last_asked == picked.last_asked);
            prop_assert_eq!(Some(count(picked.topic)), equals.map(|candidate| count(candidate.topic)).min());
        }
    }
}
