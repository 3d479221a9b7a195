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
    /// Its topic.
    pub topic: &'a str,
    /// How often the guild was asked it.
    pub times_asked: u32,
    /// When it was asked last.
    pub last_asked: Option<DateTime<Utc>>,
}

/// Picks a question; none only if there are no candidates.
///
/// Questions that were never asked come first; once there are none left, the ones asked longest ago. Among those, topics
/// that were asked least come first, and chance decides the rest. The same candidates and seed give the same
/// question, whatever the order of the candidates.
pub fn pick(candidates: &[Candidate<'_>], seed: u64) -> Option<QuestionId> {
    let mut topic_asked: HashMap<&str, u64> = HashMap::new();
    for candidate in candidates {
        *topic_asked.entry(candidate.topic).or_default() += u64::from(candidate.times_asked);
    }
    candidates
        .iter()
        .min_by_key(|candidate| {
            let asked = candidate.times_asked > 0;
            let topic_asked = topic_asked.get(candidate.topic).copied().unwrap_or_default();
            // No date sorts before all dates; a question never asked has none, or one that does not count.
            (
                asked,
                candidate.last_asked.filter(|_| asked),
                topic_asked,
                chance(seed, candidate.question),
            )
        })
        .map(|candidate| candidate.question)
}

/// A number that looks random but follows from seed and question. No two questions have the same for a seed.
fn chance(seed: u64, question: QuestionId) -> u64 {
    scramble(scramble(seed) ^ question.0.cast_unsigned())
}

/// The output function of `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
