//! What is said to a person whose input cannot be used.
//!
//! Every parser of the rules fails with the same type, because nobody tells the failures apart: they are shown as
//! they are, in a private reply or on a terminal. Escaping for Discord is the view's work.

/// A whole sentence for the person who typed something: what is wrong and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Mistake(String);

impl Mistake {
    /// A mistake from its sentence.
    pub(super) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// The input in quotation marks, on one line and short enough to stand in a sentence.
pub(super) fn quote_input(input: &str) -> String {
    const LONGEST: usize = 40;

    let line = input.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = line.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if line.chars().count() > LONGEST {
        shown.push('…');
    }
    format!("“{shown}”")
}

#[cfg(test)]
mod tests {
    use super::quote_input;

    #[test]
    fn quoted_input_stays_on_one_short_line() {
        assert_eq!(quote_input(" 25:\n00 "), "“25: 00”");
        assert_eq!(quote_input("\u{7}bell"), "“bell”");
        assert_eq!(quote_input(&"ü".repeat(41)), format!("“{}…”", "ü".repeat(40)));
    }
}
