//! What a program is said to print, and whether it did.
//!
//! It does not run anything; see [`super::verify`].

use super::outline::Outline;

/// How a run is said to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It prints these lines and ends well.
    Prints(Vec<String>),
    /// It prints nothing and ends in this uncaught exception.
    Raises(String),
}

impl Expected {
    /// The lines of a `text` block.
    pub fn lines(text: &str) -> Self {
        Self::Prints(
            text.trim_end_matches('\n')
                .split('\n')
                .map(str::to_owned)
                .collect(),
        )
    }

    /// What the first line of an option says: one code span and nothing else, or "Raises" and a code span.
    pub(super) fn from_line(line: &str, start: usize, outline: &Outline) -> Option<Self> {
        let spans: Vec<_> = outline
            .spans
            .iter()
            .filter(|(span, _)| span.start >= start && span.end <= start + line.len())
            .collect();
        let [(span, text)] = spans.as_slice() else {
            return None;
        };
        let before = line[..span.start - start].trim();
        if !line[span.end - start..].trim().trim_end_matches('.').is_empty() {
            return None;
        }
        match before {
            "" => Some(Self::Prints(vec![text.clone()])),
            "Raises" => Some(Self::Raises(text.clone())),
            _ => None,
        }
    }
}
