//! What a program is said to print, and whether it did.
//!
//! It does not run anything; see [`super::verify`].

use super::outline::Outline;

const TRACEBACK: &str = "Traceback (most recent call last):";

/// How a run is said to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The lines it prints.
    pub lines: Vec<String>,
    /// The uncaught exception it ends in.
    pub raises: Option<String>,
}

impl Expected {
    /// What a `text` block says: lines and, where a traceback stands at the end, the exception in its last line.
    pub fn block(text: &str) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let Some(at) = lines.iter().position(|line| line == TRACEBACK) else {
            return Self { lines, raises: None };
        };
        let raises = lines
            .iter()
            .rfind(|line| !line.trim().is_empty())
            .map(|line| exception_name(line).to_owned());
        lines.truncate(at);
        Self { lines, raises }
    }

    /// What the first line of an option says: one code span and nothing else, or "Raises" and a code span.
    pub(super) fn from_line(line: &str, start: usize, outline: &Outline) -> Option<Self> {
        let end = start + line.len();
        let mut spans = outline
            .spans
            .iter()
            .filter(|(span, _)| span.start >= start && span.end <= end);
        let (Some((span, text)), None) = (spans.next(), spans.next()) else {
            return None;
        };
        let (before, after) = (line[..span.start - start].trim(), line[span.end - start..].trim());
        match (before, after) {
            ("", "") => Some(Self {
                lines: vec![text.clone()],
                raises: None,
            }),
            ("Raises", "" | ".") => Some(Self {
                lines: Vec::new(),
                raises: Some(text.clone()),
            }),
            _ => None,
        }
    }
}

/// The class named in the last line of a traceback, without its module.
fn exception_name(line: &str) -> &str {
    let class = line.split(':').next().unwrap_or(line).trim();
    class.rsplit('.').next().unwrap_or(class)
}
