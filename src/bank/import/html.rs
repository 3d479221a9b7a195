//! The little HTML that question texts of other programs hold, as Markdown.

use crate::bank::markdown::escaped;

/// What stands for a pair of tags.
const PAIRS: [(&str, &str); 7] = [
    ("b", "**"),
    ("strong", "**"),
    ("i", "*"),
    ("em", "*"),
    ("code", "`"),
    ("tt", "`"),
    ("u", "__"),
];
/// Tags that end a line or a paragraph and mean nothing else to us.
const BREAKS: [(&str, &str); 4] = [("br", "\n"), ("p", "\n\n"), ("div", "\n\n"), ("span", "")];

/// Markdown for a text with HTML.
///
/// # Errors
/// The first tag that cannot be kept, with its place in the text.
pub fn to_markdown(text: &str) -> Result<String, (usize, String)> {
    let mut out = String::new();
    let mut rest = text;
    let mut in_code = false;
    while let Some(open) = rest.find('<') {
        let at = text.len() - rest.len() + open;
        push(&rest[..open], in_code, &mut out);
        let after = &rest[open + 1..];
        let Some((tag, behind)) = after.split_once('>').filter(|(tag, _)| is_tag(tag)) else {
            push("<", in_code, &mut out);
            rest = after;
            continue;
        };
        let name = tag
            .trim_matches('/')
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_lowercase();
        if let Some((_, mark)) = PAIRS.iter().find(|(known, _)| *known == name) {
            in_code = if *mark == "`" {
                !tag.starts_with('/')
            } else {
                in_code
            };
            out.push_str(mark);
        } else if name == "pre" {
            in_code = !tag.starts_with('/');
            out.push_str(if in_code { "\n\n```text\n" } else { "\n```\n\n" });
        } else if let Some((_, mark)) = BREAKS.iter().find(|(known, _)| *known == name) {
            out.push_str(mark);
        } else {
            return Err((at, format!("<{tag}>")));
        }
        rest = behind;
    }
    push(rest, in_code, &mut out);
    Ok(without_empty_lines(&out))
}

/// Whether what stands between angle brackets can be a tag, rather than a comparison.
fn is_tag(tag: &str) -> bool {
    tag.trim_start_matches('/')
        .starts_with(|c: char| c.is_ascii_alphabetic())
}

fn push(text: &str, in_code: bool, out: &mut String) {
    let text = html_escape::decode_html_entities(text);
    out.push_str(&if in_code {
        text.into_owned()
    } else {
        escaped(&text)
    });
}

/// Paragraph ends pile up; one empty line says as much as three.
fn without_empty_lines(text: &str) -> String {
    let mut out = text.trim().to_owned();
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out
}
