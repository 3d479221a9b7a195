//! Bold, italics, underline, strikethrough and spoilers as Discord finds them.
//!
//! `CommonMark` lets a mark beside a blank or within a word alone; Discord does not: it makes `2 ** 3 ** 2` bold and
//! `a__b__c` underlined. So comrak never sees these marks. `hide_mark` gives a stand-in for each before it parses, and
//! `hide_escaped` one for each escaped character; `style_node` finds the pairs in the paragraphs it made, and
//! `restore_marks` puts back what is left.

use comrak::Arena;
use comrak::nodes::{AstNode, NodeValue};

use super::escape::escape_html;

/// Stands for a mark that may style: this and its code.
const MARK: u32 = 0xE100;
/// Stands for a character that was escaped and means nothing.
const LITERAL: u32 = 0xE000;
/// Stands for a node that is no text: code, a link, a mention.
const NODE: char = '\u{E200}';
/// Styles within styles are found this deep.
const DEEPEST: usize = 16;

/// What a text may not bring along, because it stands for something here.
pub(super) fn without_stand_ins(text: &str) -> String {
    text.replace(|c: char| (0xE000..=0xE200).contains(&u32::from(c)), "\u{FFFD}")
}

/// The stand-in for a mark that may style.
pub(super) fn hide_mark(c: char) -> char {
    char::from_u32(MARK + u32::from(c)).unwrap_or(c)
}

/// The stand-in for an escaped character; none where a backslash escapes nothing.
pub(super) fn hide_escaped(c: char) -> Option<char> {
    match c {
        c if c.is_ascii_alphanumeric() || c.is_whitespace() => None,
        c if c.is_ascii() => char::from_u32(LITERAL + u32::from(c)),
        c => Some(c),
    }
}

/// Puts the characters back for which something stands in this HTML.
pub(super) fn restore_marks(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    for c in html.chars() {
        let code = u32::from(c);
        let meant = match code {
            0xE000..=0xE07F => char::from_u32(code - LITERAL),
            0xE100..=0xE17F => char::from_u32(code - MARK),
            _ => None,
        };
        match meant {
            Some(meant) => shown.push_str(&escape_html(meant.encode_utf8(&mut [0; 4]))),
            None => shown.push(c),
        }
    }
    shown
}

/// Finds the styles in a paragraph or any other node that holds text.
pub(super) fn style_node<'a>(arena: &'a Arena<'a>, parent: &'a AstNode<'a>) {
    let children: Vec<_> = parent.children().collect();
    let mut flat = String::new();
    let mut nodes = Vec::new();
    for child in &children {
        match &child.data.borrow().value {
            NodeValue::Text(text) => flat.push_str(text),
            NodeValue::SoftBreak | NodeValue::LineBreak => flat.push('\n'),
            _ => {
                flat.push(NODE);
                nodes.push(*child);
            }
        }
    }
    if !flat.chars().any(is_mark) {
        return;
    }
    children.iter().for_each(|child| child.detach());
    let mut nodes = nodes.into_iter();
    put_nodes(arena, parent, &flat, &mut nodes, 0);
}

fn is_mark(c: char) -> bool {
    (MARK..MARK + 0x80).contains(&u32::from(c))
}

/// Makes nodes of a flat text and puts them into `parent`.
fn put_nodes<'a>(
    arena: &'a Arena<'a>,
    parent: &'a AstNode<'a>,
    flat: &str,
    nodes: &mut std::vec::IntoIter<&'a AstNode<'a>>,
    depth: usize,
) {
    let mut plain = String::new();
    let flush = |plain: &mut String| {
        if !plain.is_empty() {
            let text = std::mem::take(plain);
            parent.append(arena.alloc(NodeValue::Text(text.into()).into()));
        }
    };
    let mut rest = flat;
    while let Some(c) = rest.chars().next() {
        let styled = Some(rest)
            .filter(|_| depth < DEEPEST && is_mark(c))
            .and_then(find_style);
        if let Some((value, inside, length)) = styled {
            flush(&mut plain);
            let node = arena.alloc(value.into());
            parent.append(node);
            put_nodes(arena, node, inside, nodes, depth + 1);
            rest = &rest[length..];
            continue;
        }
        match c {
            NODE => {
                flush(&mut plain);
                if let Some(node) = nodes.next() {
                    parent.append(node);
                }
            }
            '\n' => {
                flush(&mut plain);
                parent.append(arena.alloc(NodeValue::LineBreak.into()));
            }
            c => plain.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    flush(&mut plain);
}

/// The style that begins here: what it is, what it styles, and how many bytes all of it has. Where several begin, the
/// longest does.
fn find_style(text: &str) -> Option<(NodeValue, &str, usize)> {
    let [star, line, wave, bar] = ['*', '_', '~', '|'].map(hide_mark);
    let of = |value: NodeValue, marks: usize, length: Option<usize>| {
        let width = marks * star.len_utf8();
        length.map(|length| (value, &text[width..length - width], length))
    };
    let one = of(NodeValue::Emph, 1, measure_star_pair(text, star))
        .or_else(|| of(NodeValue::Emph, 1, measure_line_pair(text, line)));
    let two = of(NodeValue::Strong, 2, measure_strict_pair(text, star))
        .or_else(|| of(NodeValue::Underline, 2, measure_strict_pair(text, line)));
    match (one, two) {
        (Some(one), Some(two)) if one.2 >= two.2 => Some(one),
        (one, two) => two.or(one),
    }
    .or_else(|| of(NodeValue::Strikethrough, 2, measure_pair(text, wave)))
    .or_else(|| of(NodeValue::SpoileredText, 2, measure_pair(text, bar)))
}

/// `**…**` or `__…__`, not followed by a third.
fn measure_strict_pair(text: &str, mark: char) -> Option<usize> {
    let pair: String = [mark, mark].iter().collect();
    let inside = text.strip_prefix(&pair)?;
    let ends = |at: &usize| !inside[at + pair.len()..].starts_with(mark);
    let mut at = inside.chars().next()?.len_utf8();
    loop {
        at += inside[at..].find(&pair)?;
        if ends(&at) {
            return Some(at + 2 * pair.len());
        }
        at += mark.len_utf8();
    }
}

/// `~~…~~` or `||…||`.
fn measure_pair(text: &str, mark: char) -> Option<usize> {
    let pair: String = [mark, mark].iter().collect();
    let inside = text.strip_prefix(&pair)?;
    let first = inside.chars().next()?.len_utf8();
    Some(first + inside[first..].find(&pair)? + 2 * pair.len())
}

/// `*…*`: not before a blank, and not closed behind one.
fn measure_star_pair(text: &str, star: char) -> Option<usize> {
    let inside = text.strip_prefix(star)?;
    if inside.starts_with(char::is_whitespace) {
        return None;
    }
    let (width, mut at) = (star.len_utf8(), 0);
    while at < inside.len() {
        let rest = &inside[at..];
        if at > 0 && rest.starts_with(star) && !rest[width..].starts_with(star) {
            return Some(at + 2 * width);
        }
        let behind = rest.trim_start();
        at += rest.len() - behind.len();
        at += match behind.strip_prefix(star) {
            Some(next) if next.starts_with(star) => 2 * width,
            Some(_) => return None,
            None => behind.chars().next()?.len_utf8(),
        };
    }
    None
}

/// `_…_`: closed only where no letter, digit or underscore follows.
fn measure_line_pair(text: &str, line: char) -> Option<usize> {
    let inside = text.strip_prefix(line)?;
    let (width, mut at) = (line.len_utf8(), 0);
    while at < inside.len() {
        let rest = &inside[at..];
        let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == line);
        if at > 0 && rest.starts_with(line) && !goes_on(&rest[width..]) {
            return Some(at + 2 * width);
        }
        at += match rest.strip_prefix(line) {
            Some(next) if next.starts_with(line) => 2 * width,
            Some(_) => return None,
            None => rest.chars().next()?.len_utf8(),
        };
    }
    None
}
