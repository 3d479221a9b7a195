//! What an answer is worth.
//!
//! Points follow from level, key and choice alone: no bonus for speed, so that nobody is punished for a time zone, and
//! standings can be recomputed at any time.

use std::fmt;

use super::question::{AnswerOption, Kind, Level};

/// A set of options of one question, by their position: a key, or what a member chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choices(u8);

impl Choices {
    /// No option.
    pub const NONE: Self = Self(0);
    /// A question has at most this many options.
    pub const MOST_OPTIONS: u8 = 5;

    /// The set of the one option at this position, if a question can have it.
    pub fn single(index: u8) -> Option<Self> {
        (index < Self::MOST_OPTIONS).then(|| Self(1 << index))
    }

    /// The right options.
    pub fn key_of(options: &[AnswerOption]) -> Self {
        (0..Self::MOST_OPTIONS)
            .zip(options)
            .filter(|(_, option)| option.right)
            .map(|(index, _)| index)
            .collect()
    }

    /// Every option of a question.
    pub fn all_of(options: &[AnswerOption]) -> Self {
        (0..Self::MOST_OPTIONS)
            .zip(options)
            .map(|(index, _)| index)
            .collect()
    }

    /// The options from their stored form: the first is 1, the second 2, the third 4, and so on, added up.
    pub fn from_bits(bits: i16) -> Option<Self> {
        u8::try_from(bits)
            .ok()
            .filter(|bits| *bits < 1 << Self::MOST_OPTIONS)
            .map(Self)
    }

    /// The stored form, the reverse of [`Self::from_bits`].
    pub fn bits(self) -> i16 {
        i16::from(self.0)
    }

    /// Whether the option at this position belongs to the set.
    pub fn contains(self, index: u8) -> bool {
        index < Self::MOST_OPTIONS && self.0 & 1 << index != 0
    }

    /// Whether there is no option in it.
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// How many options there are in it.
    pub fn len(self) -> usize {
        self.iter().count()
    }

    /// The positions, from the first.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..Self::MOST_OPTIONS).filter(move |index| self.contains(*index))
    }
}

impl FromIterator<u8> for Choices {
    /// The options at these positions; a position no question has is left out.
    fn from_iter<I: IntoIterator<Item = u8>>(positions: I) -> Self {
        let options = positions.into_iter().filter_map(Self::single);
        Self(options.fold(0, |all, option| all | option.0))
    }
}

impl fmt::Display for Choices {
    /// Letters as on the buttons: `A, C`; nothing for the empty set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: Vec<String> = self
            .iter()
            .map(|index| option_letter(index).to_string())
            .collect();
        f.write_str(&letters.join(", "))
    }
}

/// The letter on the button of the option at this position, from A.
pub fn option_letter(index: impl Into<usize>) -> char {
    char::from(b'A' + u8::try_from(index.into()).unwrap_or(25).min(25))
}

/// Points for answering an open question, whatever its level: nobody judges the answer, so taking part is what counts.
pub const TAKING_PART: i32 = 10;

/// The most an answer to such a question is worth.
pub fn most_points(kind: Kind, level: Level) -> i32 {
    match kind {
        Kind::Single | Kind::Multiple | Kind::Output => points_for(level, true),
        Kind::Open => TAKING_PART,
    }
}

/// Points for an answer to a question of this level that has options.
pub fn points_for(level: Level, right: bool) -> i32 {
    if !right {
        return 0;
    }
    match level {
        Level::Easy => 10,
        Level::Medium => 20,
        Level::Hard => 30,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Choices> {
        (0..32).map(|bits| Choices::from_bits(bits).unwrap())
    }

    fn option(right: bool) -> AnswerOption {
        AnswerOption {
            text: String::new(),
            right,
            rationale: String::new(),
        }
    }

    #[test]
    fn points_follow_from_level_and_rightness_alone() {
        let table = [(Level::Easy, 10), (Level::Medium, 20), (Level::Hard, 30)];
        for (level, expected) in table {
            assert_eq!(points_for(level, true), expected);
            assert_eq!(points_for(level, false), 0);
        }
    }

    #[test]
    fn a_set_of_choices_holds_what_was_put_in() {
        for choices in all() {
            let indexes: Vec<u8> = choices.iter().collect();
            assert!(indexes.is_sorted());
            assert_eq!(indexes.len(), choices.len());
            assert_eq!(choices.is_empty(), indexes.is_empty());
            assert_eq!(Choices::from_bits(choices.bits()), Some(choices));
            let rebuilt = indexes.iter().fold(Choices::NONE, |set, index| {
                Choices::from_bits(set.bits() | Choices::single(*index).unwrap().bits()).unwrap()
            });
            assert_eq!(rebuilt, choices);
        }
    }

    #[test]
    fn only_options_a_question_can_have_are_accepted() {
        assert_eq!(Choices::single(4).map(Choices::bits), Some(16));
        for index in [5, 7, 8, 255] {
            assert_eq!(Choices::single(index), None);
            assert!(all().all(|choices| !choices.contains(index)));
        }
        for bits in [-1, 32, 256, i16::MIN, i16::MAX] {
            assert_eq!(Choices::from_bits(bits), None, "{bits}");
        }
    }

    #[test]
    fn choices_are_shown_as_letters() {
        let shown = |bits| Choices::from_bits(bits).unwrap().to_string();
        assert_eq!(shown(0b00101), "A, C");
        assert_eq!(shown(0b10000), "E");
        assert_eq!(shown(0), "");
        assert_eq!(option_letter(1_u8), 'B');
    }

    #[test]
    fn the_key_is_made_of_the_right_options() {
        assert_eq!(
            Choices::key_of(&[option(false), option(true), option(true)]).to_string(),
            "B, C"
        );
        assert_eq!(Choices::key_of(&[]), Choices::NONE);
        // Options beyond the fifth cannot be chosen, so they cannot be right.
        assert_eq!(Choices::key_of(&[true; 9].map(option)).len(), 5);
    }
}
