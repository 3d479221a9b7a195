//! Reads Markdown as Discord does, as far as to know what a person sees of it.

use super::spans;

/// Styles inside styles are read this deep; what is deeper is taken as it stands.
const DEEPEST: usize = 16;

/// What is seen of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// The characters, without marks and escapes.
    pub shown: String,
    /// Whether anything in it means more than itself: a style, code, a link, a mention, a heading.
    pub acts: bool,
}

/// Reads a whole text.
pub(super) fn read(source: &str) -> Reading {
    let mut reading = Reading::default();
    reading.lines(source);
    reading
}

impl Reading {
    /// Text in which lines can begin blocks.
    fn lines(&mut self, source: &str) {
        let mut rest = source;
        let mut begins_line = true;
        while !rest.is_empty() {
            if begins_line && let Some((shown, length)) = opening(rest) {
                self.shown.push_str(shown);
                self.acts = true;
                rest = &rest[length..];
                continue;
            }
            let length = self.one(rest, 0);
            begins_line = rest[..length].ends_with('\n');
            rest = &rest[length..];
        }
    }

    fn inline(&mut self, source: &str, depth: usize) {
        let mut rest = source;
        while !rest.is_empty() {
            rest = &rest[self.one(rest, depth)..];
        }
    }

    /// Reads the next thing and says how many bytes it has.
    fn one(&mut self, rest: &str, depth: usize) -> usize {
        let first = rest.chars().next().unwrap_or_default();
        let marked = match first {
            '\\' => self.escape(rest),
            '`' => self.code(rest),
            '<' => self.bracketed(rest),
            '[' if depth < DEEPEST => self.link(rest, depth),
            'h' => spans::address(rest).inspect(|length| self.shown.push_str(&rest[..*length])),
            ':' => spans::shortcode(rest).inspect(|length| {
                self.acts = true;
                self.shown.push_str(&rest[..*length]);
            }),
            '@' if rest.starts_with("@everyone") || rest.starts_with("@here") => {
                self.acts = true;
                None
            }
            '*' | '_' | '~' | '|' if depth < DEEPEST => self.styled(rest, depth),
            _ => None,
        };
        marked.unwrap_or_else(|| {
            self.shown.push(first);
            first.len_utf8()
        })
    }

    fn escape(&mut self, rest: &str) -> Option<usize> {
        let escaped = rest[1..].chars().next()?;
        if escaped.is_ascii_alphanumeric() || escaped.is_whitespace() {
            return None;
        }
        self.acts = true;
        self.shown.push(escaped);
        Some(1 + escaped.len_utf8())
    }

    fn code(&mut self, rest: &str) -> Option<usize> {
        if let Some((code, length)) = spans::fence(rest) {
            self.acts = true;
            if !(self.shown.is_empty() || self.shown.ends_with('\n')) {
                self.shown.push('\n');
            }
            self.shown.push_str(code);
            if !(rest[length..].is_empty() || rest[length..].starts_with('\n')) {
                self.shown.push('\n');
            }
            return Some(length);
        }
        let Some((code, length)) = spans::code(rest) else {
            let alone = spans::run(rest);
            self.shown.push_str(&rest[..alone]);
            return Some(alone);
        };
        self.acts = true;
        self.shown.push_str(code);
        Some(length)
    }

    /// An address loses its brackets; a mention has no plain text that we know, so it stays as it is written.
    fn bracketed(&mut self, rest: &str) -> Option<usize> {
        let length = spans::bracketed(rest)?;
        self.acts = true;
        let inside = &rest[1..length - 1];
        let shown = match inside.contains("://") {
            true => inside,
            false => &rest[..length],
        };
        self.shown.push_str(shown);
        Some(length)
    }

    fn link(&mut self, rest: &str, depth: usize) -> Option<usize> {
        let (text, length) = spans::link(rest)?;
        self.acts = true;
        self.inline(text, depth + 1);
        Some(length)
    }

    fn styled(&mut self, rest: &str, depth: usize) -> Option<usize> {
        let found = spans::style(rest)?;
        self.acts = true;
        self.inline(&rest[found.mark..found.length - found.mark], depth + 1);
        Some(found.length)
    }
}

/// What opens a block at the start of a line: what is seen of it, and how many bytes it has.
fn opening(line: &str) -> Option<(&str, usize)> {
    let text = line.trim_start_matches(' ');
    let indent = line.len() - text.len();
    let blank_after = |length: usize| {
        let blanks = text[length..].len() - text[length..].trim_start_matches(' ').len();
        (blanks > 0).then_some(length + blanks)
    };
    let hashes = text.len() - text.trim_start_matches('#').len();
    let quote = text
        .strip_prefix(">>> ")
        .map(|_| 4)
        .or_else(|| text.strip_prefix("> ").map(|_| 2));
    let hidden = match hashes {
        1..=3 => blank_after(hashes),
        _ if text.starts_with("-#") => blank_after(2),
        _ => quote,
    };
    if let Some(length) = hidden {
        return Some(("", indent + length));
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let bullet = match text.as_bytes().get(digits)? {
        b'-' | b'*' if digits == 0 => 1,
        b'.' if digits > 0 => digits + 1,
        _ => return None,
    };
    let length = indent + blank_after(bullet)?;
    Some((&line[..length], length))
}
