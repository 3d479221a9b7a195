//! The little HTML that question texts of other programs hold, as Markdown.

use crate::bank::markdown::escape_markdown;
use crate::rules::markdown::escape_around_addresses;

/// What stands for a pair of tags.
const PAIRS: [(&str, &str); 5] = [
    ("b", "**"),
    ("strong", "**"),
    ("i", "*"),
    ("em", "*"),
    ("u", "__"),
];
/// Tags around code within a line.
const CODE: [&str; 2] = ["code", "tt"];
/// Tags that end a line or a paragraph and mean nothing else to us.
const BREAKS: [(&str, &str); 4] = [("br", "\n"), ("p", "\n\n"), ("div", "\n\n"), ("span", "")];

/// Markdown for a text with HTML.
///
/// # Errors
/// The first tag that cannot be kept, with its place in the text.
pub fn to_markdown(text: &str) -> Result<String, (usize, String)> {
    let mut out = Out::default();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let after = &rest[open + 1..];
        // What another `<` interrupts is no tag. To look further would cost the rest of the text for each of them.
        let end = after
            .find(['<', '>'])
            .filter(|end| after[*end..].starts_with('>'));
        let tag = end.map(|end| (&after[..end], &after[end + 1..]));
        let Some((tag, behind)) = tag.filter(|(tag, _)| is_tag(tag)) else {
            out.text(&rest[..=open]);
            rest = after;
            continue;
        };
        out.text(&rest[..open]);
        if !out.tag(tag) {
            return Err((text.len() - rest.len() + open, format!("<{tag}>")));
        }
        rest = behind;
    }
    out.text(rest);
    Ok(without_empty_lines(&out.finish()))
}

/// The Markdown so far.
#[derive(Default)]
struct Out {
    markdown: String,
    /// Text or code since the last tag, as it is to be seen.
    pending: String,
    code: Code,
    /// Without tags, the text is looked at as a whole and mostly left as it is. Between tags every mark is escaped: it
    /// could meet one on the other side.
    tagged: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Code {
    #[default]
    None,
    Inline,
    Block,
}

impl Out {
    fn text(&mut self, html: &str) {
        self.pending.push_str(html);
    }

    /// Says what a tag means; false if it cannot be kept.
    fn tag(&mut self, tag: &str) -> bool {
        self.tagged = true;
        let opens = !tag.starts_with('/');
        let name = tag.trim_matches('/').split_whitespace().next();
        let name = name.unwrap_or_default().to_lowercase();
        let known = |table: &'static [(&str, &str)]| table.iter().find(|(known, _)| *known == name);
        let code = match name.as_str() {
            "pre" => Code::Block,
            name if CODE.contains(&name) => Code::Inline,
            _ => Code::None,
        };
        if code != Code::None {
            // Programs write code within a block as both; the outer one counts.
            if self.code == Code::None && opens || self.code == code && !opens {
                self.flush();
                self.code = if opens { code } else { Code::None };
            }
        } else if let Some((_, mark)) = known(&PAIRS) {
            self.mark(mark);
        } else if let Some((_, mark)) = known(&BREAKS) {
            match self.code {
                Code::None => self.mark(mark),
                Code::Inline | Code::Block => self.pending.push_str(mark),
            }
        } else {
            return false;
        }
        true
    }

    /// Nothing is bold or slanted within code.
    fn mark(&mut self, mark: &str) {
        if self.code == Code::None {
            self.flush();
            self.markdown.push_str(mark);
        }
    }

    fn flush(&mut self) {
        let html = std::mem::take(&mut self.pending);
        let text = html_escape::decode_html_entities(&html);
        if text.is_empty() {
            return;
        }
        let shown = match self.code {
            Code::Inline => code_span(&text),
            Code::Block => format!(
                "\n\n```text\n{}\n```\n\n",
                text.trim_matches('\n').replace("```", "`\u{200B}`\u{200B}`")
            ),
            Code::None if self.tagged => escape_around_addresses(&text),
            Code::None => escape_markdown(&text),
        };
        self.markdown.push_str(&shown);
    }

    fn finish(mut self) -> String {
        self.flush();
        self.markdown
    }
}

/// Code within a line, between as many backticks as it needs.
fn code_span(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let marks = "`".repeat(longest + 1);
    let gap = if code.starts_with('`') || code.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{marks}{gap}{code}{gap}{marks}")
}

/// Whether what stands between angle brackets can be a tag, rather than a comparison.
fn is_tag(tag: &str) -> bool {
    tag.trim_start_matches('/')
        .starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Paragraph ends pile up; one empty line says as much as three.
fn without_empty_lines(text: &str) -> String {
    let mut out = text.trim().to_owned();
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out
}
