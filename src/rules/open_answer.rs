//! Answers in one's own words: what is kept of what was typed, how long it may be, and which criteria it meets.
//!
//! Nobody but the member judges them: marks are a note to oneself and are never ranked.

use super::visible::{can_be_seen, turns_direction};

/// Characters of an answer. What has to fit beside it is a rubric, in one message of Discord's 4,000.
pub const MOST_CHARACTERS: usize = 1_500;

/// The text that is kept of what was typed: line ends as `\n`, at most one empty line in a row, nothing invisible that
/// would change how the rest reads, nothing around it. Empty where nothing was said.
#[must_use]
pub fn tidy_words(typed: &str) -> String {
    let visible: String = typed
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| *c == '\n' || *c == '\t' || !(c.is_control() || turns_direction(*c)))
        .collect();
    let mut lines: Vec<&str> = Vec::new();
    for line in visible.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    let text = lines.join("\n");
    match text.chars().any(can_be_seen) {
        true => text.trim_end().to_owned(),
        false => String::new(),
    }
}

/// The criteria of a rubric a member found met, by their position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(i16);

impl Marks {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// A rubric has at most this many criteria.
    pub const MOST_CRITERIA: u8 = 8;

    /// The one criterion at this position, if a rubric can have it.
    #[must_use]
    pub fn single(criterion: u8) -> Option<Self> {
        (criterion < Self::MOST_CRITERIA).then(|| Self(1 << criterion))
    }

    /// From the stored form: the first is 1, the second 2, the third 4, and so on, added up.
    #[must_use]
    pub fn from_bits(bits: i16) -> Option<Self> {
        (0..1 << Self::MOST_CRITERIA)
            .contains(&bits)
            .then_some(Self(bits))
    }

    /// The stored form.
    #[must_use]
    pub fn bits(self) -> i16 {
        self.0
    }

    /// Whether the criterion at this position is met.
    #[must_use]
    pub fn contains(self, criterion: u8) -> bool {
        criterion < Self::MOST_CRITERIA && self.0 & 1 << criterion != 0
    }

    /// How many are met.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_seen_is_no_answer() {
        for nothing in [
            "",
            "  \n\t ",
            "\u{200B}\u{200B}",
            "\u{0}\u{7}",
            "\u{3164}",
            "\u{202E}\n",
        ] {
            assert_eq!(tidy_words(nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn lines_stay_and_what_disguises_goes() {
        assert_eq!(
            tidy_words("\n\nOne\r\n\r\n\r\n\r\ntwo  \n  three\0 \u{202E}four\n\n"),
            "One\n\ntwo\n  three four"
        );
        // A joiner inside an emoji or a word is part of it.
        assert_eq!(tidy_words("👩\u{200D}💻"), "👩\u{200D}💻");
    }

    #[test]
    fn marks_hold_what_was_put_in() {
        for bits in 0..256 {
            let marks = Marks::from_bits(bits).unwrap();
            let rebuilt: i16 = (0..8)
                .filter(|n| marks.contains(*n))
                .map(|n| Marks::single(n).unwrap().bits())
                .sum();
            assert_eq!(rebuilt, bits);
        }
        assert_eq!(
            (Marks::from_bits(256), Marks::from_bits(-1), Marks::single(8)),
            (None, None, None)
        );
        assert!(!Marks::from_bits(255).unwrap().contains(8));
    }

    proptest! {
        #[test]
        fn tidying_twice_changes_nothing_more_and_nothing_grows(typed in "(\\PC|[\\r\\n\\t\u{0}\u{200B}]){0,80}") {
            let once = tidy_words(&typed);
            prop_assert_eq!(&tidy_words(&once), &once);
            prop_assert!(once.chars().count() <= typed.chars().count());
            prop_assert!(!once.contains("\n\n\n") && !once.contains('\0') && !once.contains('\r'));
        }
    }
}
