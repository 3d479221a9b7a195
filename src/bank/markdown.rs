//! Between Markdown as files hold it, where lines of a paragraph may wrap, and as Discord shows it, where every line
//! break is one.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::outline;
use super::problem::Findings;
use crate::rules::markdown::{escape_around_addresses, shows_as_it_is, strip_markdown};

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
pub fn join_lines(text: &str) -> String {
    let outline = outline::read_outline(0, &mut Findings::new("", text));
    outline.text(text, 0..text.len(), 0)
}

/// Markdown that shows this text as it stands; addresses in it can be followed.
///
/// Marks are escaped only where the text would otherwise look different, so that most texts stay readable.
pub fn escape_markdown(text: &str) -> String {
    match is_plain(text) {
        true => text.to_owned(),
        false => escape_around_addresses(text),
    }
}

/// Whether Discord shows other marks of this Markdown than readers of question files do: it makes `2 ** 3 ** 2` bold,
/// which they leave as it is.
pub fn differs_in_discord(markdown: &str) -> bool {
    let marks = |text: &str| text.chars().filter(|c| "*_~|`".contains(*c)).collect::<String>();
    let parser = Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH);
    let shown = parser.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.to_string()),
        _ => None,
    });
    marks(&shown.collect::<String>()) != marks(&strip_markdown(markdown))
}

/// Whether Markdown shows the text as it stands: as Discord understands it, and as readers of question files do.
fn is_plain(text: &str) -> bool {
    if !shows_as_it_is(text) {
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
