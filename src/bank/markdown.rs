//! Between Markdown as files hold it, where lines of a paragraph may wrap, and as Discord shows it, where every line
//! break is one.

use super::outline;
use super::problem::Findings;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// From Discord's Markdown to a file's: line breaks inside paragraphs are marked as such.
pub fn with_hard_breaks(text: &str) -> String {
    let breaks = Parser::new(text)
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::SoftBreak));
    let mut marked = String::with_capacity(text.len());
    let mut at = 0;
    for (_, span) in breaks {
        marked.push_str(&text[at..span.start]);
        marked.push('\\');
        at = span.start;
    }
    marked.push_str(&text[at..]);
    marked
}

/// From a file's Markdown to Discord's: lines of a paragraph are joined, marked breaks stay.
pub fn joined(text: &str) -> String {
    let outline = outline::read(0, &mut Findings::new("", text));
    outline.text(text, 0..text.len(), 0)
}

/// Markdown that shows this text as it stands.
///
/// Marks are escaped only where the text would otherwise look different, so that most texts stay readable.
pub fn escaped(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let starts_line = text[..at]
            .chars()
            .rev()
            .take_while(|c| *c != '\n')
            .all(char::is_whitespace);
        let mark = matches!(c, '\\' | '`' | '*' | '_' | '~' | '|' | '[' | ']' | '<' | '&')
            || (starts_line && matches!(c, '#' | '>' | '-' | '+' | '='));
        let numbers_list = matches!(c, '.' | ')')
            && text[..at].rsplit('\n').next().is_some_and(|line| {
                let line = line.trim_start();
                !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
            });
        if mark || numbers_list {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Whether Markdown shows the text as it stands, as Discord understands Markdown.
fn is_plain(text: &str) -> bool {
    if ["||", "~~", "<@", "<#"].iter().any(|mark| text.contains(mark)) {
        return false;
    }
    let mut shown = String::with_capacity(text.len());
    let mut paragraphs = 0;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Paragraph) => {
                shown.push_str(if paragraphs > 0 { "\n\n" } else { "" });
                paragraphs += 1;
            }
            Event::End(TagEnd::Paragraph) => {}
            Event::Text(part) => shown.push_str(&part),
            Event::SoftBreak => shown.push('\n'),
            _ => return false,
        }
    }
    shown == text
}
