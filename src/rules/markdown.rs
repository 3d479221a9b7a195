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
    // What stands before this on the same line, and whether anything but blanks and marks that open a block did.
    let mut line_start = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let at = text.len() - rest.len();
        if let (Addresses::Kept, Some(length)) = (addresses, spans::lone_address(rest)) {
            escaped.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        if needs_backslash(c, &text[line_start..at], &rest[c.len_utf8()..]) {
            escaped.push('\\');
        }
        escaped.push(c);
        rest = &rest[c.len_utf8()..];
        if c == '@' && (rest.starts_with("everyone") || rest.starts_with("here")) {
            escaped.push(BREAK);
        }
        if c == '\n' {
            line_start = text.len() - rest.len();
        }
    }
    escaped
}

/// Whether a character would mean something, by what stands before it on its line and what follows.
fn needs_backslash(c: char, before: &str, after: &str) -> bool {
    let begins_line = before.trim_start().is_empty();
    let blank_follows = after.chars().next().is_none_or(char::is_whitespace);
    match c {
        '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<' => true,
        '>' => begins_line || before.contains('<'),
        '#' => begins_line || before.trim_start() == "-",
        '-' | '+' => begins_line && (blank_follows || after.starts_with('#') || after.starts_with('-')),
        '=' => begins_line && after.starts_with('='),
        '.' | ')' => blank_follows && is_number(before.trim_start()),
        ':' => spans::shortcode(&format!(":{}", head(after))).is_some(),
        // The first slash of an address: what is no address any more is no link.
        '/' => before.ends_with(':') && after.starts_with('/'),
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

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_entity(after: &str) -> bool {
    let name = after.split(';').next().unwrap_or_default();
    name.len() < after.len()
        && !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
}

#[cfg(test)]
mod tests;
