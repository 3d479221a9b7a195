//! `<@1>`, `<#2>`, `<@&3>`, `</command:4>`, `<:emoji:5>`, `<t:6:R>` and `<id:guide>` in a piece of text, as HTML.
//!
//! The text around them is escaped. What a timestamp reads is left to the page, whose clock and zone it depends on;
//! the text here is what stands there without a script.

use chrono::DateTime;

use super::escape::escape_html;

/// Looks up what a mention shows (without its `@` or `#`); `None` shows it as unknown.
pub type Names<'a> = &'a dyn Fn(Mention) -> Option<String>;

/// Somebody or something that a text mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mention {
    /// `<@id>`
    User(u64),
    /// `<@&id>`
    Role(u64),
    /// `<#id>`
    Channel(u64),
}

/// Whether `render_mentions` could find anything in `text`; most texts hold nothing of the kind.
pub(super) fn may_occur(text: &str) -> bool {
    text.contains('<') || text.contains("@everyone") || text.contains("@here")
}

/// `text` escaped, with the mentions and timestamps in it as elements.
pub(super) fn render_mentions(text: &str, names: Names<'_>) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(['<', '@']) {
        html.push_str(&escape_html(&rest[..start]));
        rest = &rest[start..];
        let (element, length) = match render_broadcast(rest).or_else(|| render_bracketed(rest, names)) {
            Some(found) => found,
            None => (escape_html(&rest[..1]), 1),
        };
        html.push_str(&element);
        rest = &rest[length..];
    }
    html.push_str(&escape_html(rest));
    html
}

fn render_broadcast(text: &str) -> Option<(String, usize)> {
    let word = ["@everyone", "@here"]
        .into_iter()
        .find(|word| text.starts_with(word))?;
    Some((format!("<span class=\"mention\">{word}</span>"), word.len()))
}

/// The element for the `<…>` at the start of `text`, and how many bytes of the text it stands for.
fn render_bracketed(text: &str, names: Names<'_>) -> Option<(String, usize)> {
    let end = text.find('>')?;
    let inside = text[..end].strip_prefix('<')?;
    let element = if let Some(id) = inside.strip_prefix("@&") {
        render_named('@', Mention::Role(id.parse().ok()?), names)
    } else if let Some(id) = inside.strip_prefix("@!").or_else(|| inside.strip_prefix('@')) {
        render_named('@', Mention::User(id.parse().ok()?), names)
    } else if let Some(id) = inside.strip_prefix('#') {
        render_named('#', Mention::Channel(id.parse().ok()?), names)
    } else if let Some(command) = inside.strip_prefix('/') {
        slash_command(command)?
    } else if let Some(place) = inside.strip_prefix("id:") {
        server_place(place)?
    } else if let Some(time) = inside.strip_prefix("t:") {
        render_timestamp(time)?
    } else {
        render_emoji(inside)?
    };
    Some((element, end + 1))
}

fn render_named(sign: char, mention: Mention, names: Names<'_>) -> String {
    let Some(name) = names(mention) else {
        let what = match mention {
            Mention::User(_) => "unknown-user",
            Mention::Role(_) => "deleted-role",
            Mention::Channel(_) => "unknown",
        };
        return format!("<span class=\"mention unknown\">{sign}{what}</span>");
    };
    let name = escape_html(&name);
    match mention {
        Mention::Channel(id) => format!("<span class=\"mention\" data-channel=\"{id}\">{sign}{name}</span>"),
        Mention::User(_) | Mention::Role(_) => format!("<span class=\"mention\">{sign}{name}</span>"),
    }
}

/// A page that every server has, whatever it is called in the reader's language.
fn server_place(place: &str) -> Option<String> {
    let name = match place {
        "customize" => "Channels &amp; Roles",
        "browse" => "Browse Channels",
        "guide" => "Server Guide",
        "linked-roles" => "Linked Roles",
        _ => return None,
    };
    Some(format!("<span class=\"mention\">{name}</span>"))
}

fn slash_command(inside: &str) -> Option<String> {
    let (name, id) = inside.rsplit_once(':')?;
    id.parse::<u64>().ok()?;
    let name = escape_html(name);
    Some(format!(
        "<span class=\"mention\" data-command=\"/{name}\">/{name}</span>"
    ))
}

fn render_timestamp(inside: &str) -> Option<String> {
    let (seconds, style) = inside.split_once(':').unwrap_or((inside, "f"));
    if !["t", "T", "d", "D", "f", "F", "s", "S", "R"].contains(&style) {
        return None;
    }
    let time = DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
    let (machine, human) = (
        time.format("%Y-%m-%dT%H:%M:%SZ"),
        time.format("%-d %B %Y %H:%M UTC"),
    );
    Some(format!(
        "<time datetime=\"{machine}\" data-style=\"{style}\">{human}</time>"
    ))
}

/// A server's own emoji has no picture here, so its name stands for it.
fn render_emoji(inside: &str) -> Option<String> {
    let inside = inside.strip_prefix('a').unwrap_or(inside).strip_prefix(':')?;
    let (name, id) = inside.split_once(':')?;
    id.parse::<u64>().ok()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| format!("<span class=\"emoji\">:{name}:</span>"))
}
