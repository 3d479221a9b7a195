//! Where a style, a piece of code, a link or an address that begins here ends, as Discord's own parser finds it.
//!
//! Discord tries one pattern after the other at each character, without `CommonMark`'s rule that a mark beside a blank
//! opens nothing. Each function here is one of these patterns: it is given the text from the character on.

/// A style: how many bytes its marks have on either side, and the whole of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Styled {
    /// Bytes of the mark at one end.
    pub mark: usize,
    /// Bytes from mark to mark, both included.
    pub length: usize,
}

/// The style that begins here. Where several could, the longest does.
pub(super) fn style(text: &str) -> Option<Styled> {
    let found = |mark: usize, length: Option<usize>| length.map(|length| Styled { mark, length });
    let emphasis = found(1, star(text)).or_else(|| found(1, underscore(text)));
    let double = found(2, doubled(text, "**")).or_else(|| found(2, doubled(text, "__")));
    let longest = match (emphasis, double) {
        (Some(one), Some(two)) if one.length >= two.length => Some(one),
        (one, two) => two.or(one),
    };
    longest
        .or_else(|| {
            found(
                2,
                between(text, "~~").filter(|end| !text[*end..].starts_with('_')),
            )
        })
        .or_else(|| found(2, between(text, "||")))
}

/// `**…**` and `__…__`: whatever is between them, up to the first pair that is not followed by a third of its kind.
fn doubled(text: &str, mark: &str) -> Option<usize> {
    let inside = text.strip_prefix(mark)?;
    let single = &mark[..1];
    let mut at = 0;
    while at < inside.len() {
        let closes = at > 0 && inside[at..].starts_with(mark) && !inside[at + 2..].starts_with(single);
        if closes {
            return Some(mark.len() + at + mark.len());
        }
        at += unit(&inside[at..])?;
    }
    None
}

/// `*…*`: not before a blank, and not closed behind one.
fn star(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('*')?;
    if inside.chars().next().is_none_or(char::is_whitespace) {
        return None;
    }
    let mut at = 0;
    while at < inside.len() {
        let rest = &inside[at..];
        if at > 0 && rest.starts_with('*') && !rest[1..].starts_with('*') {
            return Some(1 + at + 1);
        }
        let blanks = rest.len() - rest.trim_start().len();
        let behind = &rest[blanks..];
        at += blanks
            + match behind.strip_prefix("**") {
                Some(_) => 2,
                None if behind.starts_with('*') => return None,
                None => unit(behind)?,
            };
    }
    None
}

/// `_…_`: closed only where no letter, digit or underscore follows.
fn underscore(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('_')?;
    let mut at = 0;
    while at < inside.len() {
        let rest = &inside[at..];
        let ends_word = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if at > 0 && rest.starts_with('_') && ends_word(&rest[1..]) {
            return Some(1 + at + 1);
        }
        at += match rest.strip_prefix("__") {
            Some(_) => 2,
            None if rest.starts_with('_') => return None,
            None => unit(rest)?,
        };
    }
    None
}

/// `~~…~~` and `||…||`: whatever is between them, escapes or not.
fn between(text: &str, mark: &str) -> Option<usize> {
    let inside = text.strip_prefix(mark)?;
    let first = inside.chars().next()?.len_utf8();
    let end = inside[first..].find(mark)?;
    Some(mark.len() + first + end + mark.len())
}

/// The bytes of the next character, or of the next two where the first is a backslash; none for a backslash at the end.
fn unit(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    match chars.next()? {
        '\\' => Some(1 + chars.next()?.len_utf8()),
        c => Some(c.len_utf8()),
    }
}

/// A block of code: its code, and how many bytes all of it has.
pub(super) fn fence(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix("```")?;
    let body = match inside.split_once('\n') {
        Some((language, body)) if !language.is_empty() && language.chars().all(is_language) => body,
        Some(_) | None => inside,
    };
    let body = body.trim_start_matches('\n');
    let first = body.chars().next()?.len_utf8();
    let end = first + body[first..].find("```")?;
    let code = body[..end].trim_end_matches('\n');
    let length = text.len() - body.len() + end + 3;
    Some((code, length))
}

fn is_language(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+-.#".contains(c)
}

/// Code within a line: the code, and how many bytes all of it has. It ends with as many backticks as it begins with;
/// where there is no such end, with fewer, and the others are part of the code.
pub(super) fn code(text: &str) -> Option<(&str, usize)> {
    let ticks = run(text);
    let mut best: Option<(usize, usize)> = None;
    let mut at = ticks;
    while let Some(next) = text[at..].find('`') {
        let close = at + next;
        let length = run(&text[close..]);
        if length <= ticks && best.is_none_or(|(longest, _)| length > longest) {
            best = Some((length, close));
        }
        at = close + length;
    }
    let (length, close) = best?;
    Some((without_blanks(&text[length..close]), close + length))
}

/// How many backticks the text begins with.
pub(super) fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// One blank on either side of code that begins or ends with a backtick keeps it from the marks and is not shown.
fn without_blanks(code: &str) -> &str {
    let code = match code.strip_prefix(' ') {
        Some(rest) if rest.trim_start_matches(' ').starts_with('`') => rest,
        Some(_) | None => code,
    };
    match code.strip_suffix(' ') {
        Some(rest) if rest.trim_end_matches(' ').ends_with('`') => rest,
        Some(_) | None => code,
    }
}

/// `[text](address)`: the text, and how many bytes all of it has. Only web addresses make a link.
pub(super) fn link(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix('[')?;
    let mut depth = 0_usize;
    let close = inside.char_indices().find_map(|(at, c)| {
        depth = match c {
            '[' => depth + 1,
            ']' if depth == 0 => return Some(at),
            ']' => depth - 1,
            _ => depth,
        };
        None
    })?;
    let target = inside[close + 1..].strip_prefix('(')?;
    let bare = target.trim_start().trim_start_matches('<');
    if !(bare.starts_with("https://") || bare.starts_with("http://")) {
        return None;
    }
    let mut depth = 0_usize;
    let end = target.char_indices().find_map(|(at, c)| {
        depth = match c {
            '(' => depth + 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth - 1,
            _ => depth,
        };
        None
    })?;
    Some((&inside[..close], 1 + close + 2 + end + 1))
}

fn is_behind_address(c: char) -> bool {
    ".,:;\"'".contains(c)
}

/// The bytes of the address that begins here.
pub(super) fn address(text: &str) -> Option<usize> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let end = rest
        .find(|c: char| c.is_whitespace() || c == '<')
        .unwrap_or(rest.len());
    let kept = rest[..end].trim_end_matches(|c: char| is_behind_address(c) || c == ']');
    (!kept.is_empty()).then_some(text.len() - rest.len() + kept.len())
}

/// The same, if no mark that would have to be escaped is taken for a part of the address.
pub(super) fn lone_address(text: &str) -> Option<usize> {
    let length = address(text)?;
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    word[length..].chars().all(is_behind_address).then_some(length)
}

/// The bytes of what stands in angle brackets and means something: an address, a mention, a time, an emoji.
pub(super) fn bracketed(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let end = inside.find('>')?;
    let inside = &inside[..end];
    // The name of a command may hold blanks.
    let is_command = inside.starts_with('/');
    let means_something = !inside.is_empty() && (is_command || !inside.contains(char::is_whitespace));
    means_something.then_some(end + 2)
}

/// The bytes of an emoji by name, such as `:tada:`.
pub(super) fn shortcode(text: &str) -> Option<usize> {
    let inside = text.strip_prefix(':')?;
    let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || "_+-".contains(c)))?;
    (end > 0 && inside[end..].starts_with(':')).then_some(end + 2)
}
