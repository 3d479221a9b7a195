//! Which questions a set asks this time.
//!
//! If the candidates can fill a set at all, it is filled: a part with little choice never goes short because another
//! part took its question. That makes it a maximum matching of places and questions, found with augmenting paths
//! (Kuhn, "The Hungarian method for the assignment problem", 1955).

use std::collections::HashMap;

use crate::rules::question::{Kind, Level};
use crate::rules::selection::scramble_bits;
use crate::rules::sets::Part;

/// A question that may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    pub slug: &'a str,
    pub topic: &'a str,
    /// The topic's area.
    pub area: &'a str,
    /// How hard it is.
    pub level: Level,
    /// How it is answered.
    pub kind: Kind,
    /// Whether those who will be asked may have seen it before, so that others come first.
    pub seen: bool,
}

/// A set with its questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Positions among the candidates, in the order in which they are asked; none twice.
    pub questions: Vec<usize>,
    /// The parts that did not get all they asked for.
    pub short: Vec<Short>,
}

/// A part that did not get all it asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// Which part, from 0.
    pub part: usize,
    /// How many it asked for.
    pub wanted: usize,
    /// How many it got.
    pub got: usize,
}

/// Chooses distinct questions for all parts, as many as there can be.
///
/// Topics that have the fewest questions in the set come first, then questions not seen before, then areas that have
/// the fewest; chance decides the rest. The same parts, candidates and seed give the same questions.
#[must_use]
pub fn fill_parts(parts: &[Part], candidates: &[Candidate<'_>], seed: u64) -> Filled {
    let mut places: Vec<Slot> = Vec::new();
    for (part, wanted) in parts.iter().enumerate() {
        match wanted {
            Part::Some { count, .. } => {
                let fitting = fitting_positions(candidates, |candidate| fits_part(wanted, candidate));
                places.extend((0..*count).map(|_| Slot::new(part, fitting.clone())));
            }
            Part::These(slugs) => places.extend(slugs.iter().map(|slug| {
                Slot::new(
                    part,
                    fitting_positions(candidates, |candidate| candidate.slug == slug),
                )
            })),
        }
    }
    let mut table = Table {
        holder: vec![None; candidates.len()],
        candidates,
        places,
        seed,
    };
    // Those with little choice first, so that hardly anything has to move later.
    let mut order: Vec<usize> = (0..table.places.len()).collect();
    order.sort_by_key(|&place| table.places[place].fitting.len());
    for place in order {
        table.seat(place);
    }
    table.filled(parts)
}

fn fitting_positions(candidates: &[Candidate<'_>], fits: impl Fn(&Candidate<'_>) -> bool) -> Vec<usize> {
    let found = candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| fits(candidate));
    found.map(|(at, _)| at).collect()
}

fn fits_part(part: &Part, candidate: &Candidate<'_>) -> bool {
    match part {
        Part::Some {
            topics, level, kinds, ..
        } => {
            let topic = |name: &String| name == candidate.topic || name == candidate.area;
            (topics.is_empty() || topics.iter().any(topic))
                && level.is_none_or(|level| level == candidate.level)
                && (kinds.is_empty() || kinds.contains(&candidate.kind))
        }
        Part::These(slugs) => slugs.iter().any(|slug| slug == candidate.slug),
    }
}

/// Room for one question.
struct Slot {
    part: usize,
    fitting: Vec<usize>,
    question: Option<usize>,
}

impl Slot {
    fn new(part: usize, fitting: Vec<usize>) -> Self {
        Self {
            part,
            fitting,
            question: None,
        }
    }
}

struct Table<'c> {
    candidates: &'c [Candidate<'c>],
    places: Vec<Slot>,
    /// By candidate: the place it has.
    holder: Vec<Option<usize>>,
    seed: u64,
}

impl Table<'_> {
    /// Gives a place the question that is best for it, or, if all are taken, one that can be freed.
    fn seat(&mut self, place: usize) {
        let (mut topics, mut areas) = (HashMap::new(), HashMap::new());
        for candidate in self.places.iter().filter_map(|place| place.question) {
            let Candidate { topic, area, .. } = self.candidates[candidate];
            *topics.entry(topic).or_insert(0) += 1;
            *areas.entry(area).or_insert(0) += 1;
        }
        let free = self.places[place]
            .fitting
            .iter()
            .filter(|&&candidate| self.holder[candidate].is_none());
        let best = free.min_by_key(|&&at| {
            let candidate = &self.candidates[at];
            (
                topics.get(candidate.topic).copied().unwrap_or(0),
                candidate.seen,
                areas.get(candidate.area).copied().unwrap_or(0),
                slug_chance(self.seed, candidate.slug),
            )
        });
        match best.copied() {
            Some(best) => self.give(place, best),
            None => {
                self.free_one(place, &mut vec![false; self.candidates.len()]);
            }
        }
    }

    /// Looks for a question whose holder can take another one. As deep as there are places, which is not deep.
    fn free_one(&mut self, place: usize, tried: &mut [bool]) -> bool {
        for candidate in self.places[place].fitting.clone() {
            if std::mem::replace(&mut tried[candidate], true) {
                continue;
            }
            let is_free = match self.holder[candidate] {
                None => true,
                Some(holder) => self.free_one(holder, tried),
            };
            if is_free {
                self.give(place, candidate);
                return true;
            }
        }
        false
    }

    fn give(&mut self, place: usize, candidate: usize) {
        self.places[place].question = Some(candidate);
        self.holder[candidate] = Some(place);
    }

    fn filled(&self, parts: &[Part]) -> Filled {
        let mut filled = Filled::default();
        for (at, part) in parts.iter().enumerate() {
            let of_part = self.places.iter().filter(|place| place.part == at);
            let mut questions: Vec<usize> = of_part.filter_map(|place| place.question).collect();
            if let Part::Some { .. } = part {
                questions.sort_by_key(|&question| self.candidates[question].level);
            }
            let (wanted, got) = (part.count(), questions.len());
            if got < wanted {
                filled.short.push(Short {
                    part: at,
                    wanted,
                    got,
                });
            }
            filled.questions.append(&mut questions);
        }
        filled
    }
}

/// A number that looks random but follows from seed and slug.
fn slug_chance(seed: u64, slug: &str) -> u64 {
    let mix = |sum: u64, byte: u8| scramble_bits(sum ^ u64::from(byte));
    slug.bytes().fold(scramble_bits(seed), mix)
}
