//! Discord's Markdown, not `CommonMark`'s: text that is to be shown as it stands, and Markdown as plain text.
//!
//! The two differ where it hurts. Discord makes `2 ** 3 ** 2` bold and `___ and ___` underlined, hides what stands
//! between two `||`, takes `-# ` for small print and `<t:0>` for a time, and knows neither entities nor HTML.
//! Everything that escapes or strips Markdown asks this module, so that it is right in one place.

mod reader;
mod spans;

use reader::{Reading, read};

/// A character without width, to break what a backslash does not: Discord looks for `@everyone` before it looks for
/// escapes.
const BREAK: char = '\u{200B}';

/// Texts longer than this are not looked at closely: every mark in them is escaped, and none is stripped.
const LONGEST: usize = 8_000;

/// What becomes of addresses in a text that is shown as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Addresses {
    /// They cannot be followed: a name is no place for a link.
    Broken,
    /// They can, as in any message.
    Kept,
}

/// Markdown that Discord shows as exactly this text, wherever it is put: no styles, no mentions, no links.
#[must_use]
pub fn escape_markdown(text: &str) -> String {
    escape(text, Addresses::Broken)
}

/// The same for text in which addresses may be followed.
#[must_use]
pub fn escape_around_addresses(text: &str) -> String {
    escape(text, Addresses::Kept)
}

/// Whether Discord shows the text as it stands, without any escapes. Addresses are links all the same.
#[must_use]
pub fn shows_as_it_is(text: &str) -> bool {
    text.len() <= LONGEST && {
        let Reading { shown, acts } = read(text);
        !acts && shown == text
    }
}

/// What a reader sees of Markdown, for places that show text as it stands: options of a select, names of threads,
/// titles of forms. Escapes and marks are gone, code is untouched.
#[must_use]
pub fn strip_markdown(source: &str) -> String {
    match source.len() <= LONGEST {
        true => read(source).shown,
        false => source.to_owned(),
    }
}

/// The first line of Markdown on which anything is seen, as plain text.
#[must_use]
pub fn first_line(source: &str) -> String {
    let text = strip_markdown(source);
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

fn escape(text: &str, addresses: Addresses) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut line = Line::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let (Addresses::Kept, Some(length)) = (addresses, spans::lone_address(rest)) {
            let (address, behind) = rest.split_at(length);
            escaped.push_str(address);
            address.chars().for_each(|c| line.pass(c));
            rest = behind;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if needs_backslash(c, &line, rest) {
            escaped.push('\\');
        }
        escaped.push(c);
        line.pass(c);
        if c == '@' && (rest.starts_with("everyone") || rest.starts_with("here")) {
            escaped.push(BREAK);
        }
    }
    escaped
}

/// What stands before a character on its line. It is kept as characters go by: to look back from each would cost the
/// whole line every time.
#[derive(Default)]
struct Line {
    /// Without the blanks it begins with, as far as it can open a block: nothing, a number or a hyphen.
    beginning: Beginning,
    last: Option<char>,
    has_angle: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Beginning {
    #[default]
    Blank,
    Number,
    Hyphen,
    Text,
}

impl Line {
    fn pass(&mut self, c: char) {
        if c == '\n' {
            *self = Self::default();
            return;
        }
        self.beginning = match (self.beginning, c) {
            (Beginning::Blank, c) if c.is_whitespace() => Beginning::Blank,
            (Beginning::Blank | Beginning::Number, c) if c.is_ascii_digit() => Beginning::Number,
            (Beginning::Blank, '-') => Beginning::Hyphen,
            _ => Beginning::Text,
        };
        self.last = Some(c);
        self.has_angle |= c == '<';
    }
}

/// Whether a character would mean something, by what stands before it on its line and what follows.
fn needs_backslash(c: char, before: &Line, after: &str) -> bool {
    let begins_line = before.beginning == Beginning::Blank;
    let blank_follows = after.chars().next().is_none_or(char::is_whitespace);
    match c {
        '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<' => true,
        '>' => begins_line || before.has_angle,
        '#' => begins_line || before.beginning == Beginning::Hyphen,
        '-' | '+' => begins_line && (blank_follows || after.starts_with('#') || after.starts_with('-')),
        '=' => begins_line && after.starts_with('='),
        '.' | ')' => blank_follows && before.beginning == Beginning::Number,
        ':' => spans::shortcode(&format!(":{}", head(after))).is_some(),
        // The first slash of an address: what is no address any more is no link.
        '/' => before.last == Some(':') && after.starts_with('/'),
        // Discord shows entities as they stand; question files are CommonMark, too.
        '&' => is_entity(after),
        _ => false,
    }
}

/// As much of a text as the name of an emoji could be long.
fn head(text: &str) -> &str {
    const LONGEST_NAME: usize = 64;
    text.char_indices()
        .nth(LONGEST_NAME)
        .map_or(text, |(end, _)| &text[..end])
}

/// Whether a name and a semicolon follow. No entity has a name half as long as what is looked at.
fn is_entity(after: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '#';
    let name = head(after);
    let end = name.find(|c| !is_name(c)).unwrap_or(name.len());
    end > 0 && name[end..].starts_with(';')
}

#[cfg(test)]
mod tests;
