//! Discord's Markdown rewritten as the `CommonMark` that means the same, before it is parsed.
//!
//! Discord knows fences that open and close in the middle of a line, `>>> ` for a quote to the end, quotes and lists
//! that end with their last line, three levels of heading, and neither rules nor entities nor HTML nor link
//! definitions. Code is passed through untouched, so that a `>>> ` in a Python session stays one.

use super::styles;

/// A stretch of a text: code between two lines of three backticks, or anything else.
enum Piece<'a> {
    Text(&'a str),
    /// A fence written as `CommonMark` wants it, alone on its lines, possibly indented or quoted.
    Fence(&'a str),
    /// A fence that begins or ends within a line.
    InlineFence {
        language: &'a str,
        code: &'a str,
    },
}

/// Rewrites `text`.
pub(super) fn to_commonmark(text: &str) -> String {
    let mut writer = Writer::default();
    for piece in split_pieces(text) {
        match piece {
            Piece::Text(text) => text.split_inclusive('\n').for_each(|line| writer.line(line)),
            Piece::Fence(fence) => writer.code(fence),
            Piece::InlineFence { language, code } => {
                let end = if code.ends_with('\n') { "" } else { "\n" };
                writer.on_a_line_of_its_own(&format!("```{language}\n{code}{end}```\n"));
            }
        }
    }
    writer.out
}

fn split_pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest[from..].find("```").map(|at| from + at) {
        if rest[..at].ends_with('\\') {
            from = at + 3;
            continue;
        }
        let Some(length) = rest[at + 3..].find("```") else {
            break;
        };
        let (before, inside) = (&rest[..at], &rest[at + 3..at + 3 + length]);
        if inside.trim().is_empty() {
            from = at + 3;
            continue;
        }
        pieces.push(Piece::Text(before));
        let after = &rest[at + length + 6..];
        pieces.push(read_fence(before, inside, &rest[at..at + length + 6], after));
        rest = after;
        from = 0;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn read_fence<'a>(before: &str, inside: &'a str, whole: &'a str, after: &str) -> Piece<'a> {
    let (info, code) = inside.split_once('\n').unwrap_or(("", inside));
    let is_language = info
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "+-_.#".contains(c));
    let is_margin = |text: &str| {
        text.rsplit('\n')
            .next()
            .unwrap_or("")
            .chars()
            .all(|c| c == ' ' || c == '>')
    };
    let alone = is_margin(before) && inside.contains('\n') && is_margin(inside);
    if alone && is_language && (after.is_empty() || after.starts_with('\n')) {
        return Piece::Fence(whole);
    }
    let (language, code) = if is_language { (info, code) } else { ("", inside) };
    Piece::InlineFence { language, code }
}

/// What the line before was, as far as the next one cares.
#[derive(Default, Clone, Copy, PartialEq)]
enum Before {
    #[default]
    Other,
    Quote,
    List,
}

#[derive(Default)]
struct Writer {
    out: String,
    before: Before,
    /// Set by `>>> `: everything from there on is quoted.
    quoting: bool,
}

impl Writer {
    fn line(&mut self, line: &str) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            // The rest of a line that code stood in.
            self.out.push_str(&prepare_inline(line));
            return;
        }
        if self.quoting {
            self.out.push_str("> ");
        } else if let Some(rest) = line.strip_prefix(">>> ") {
            self.quoting = true;
            self.out.push_str("\n> ");
            self.out.push_str(&escape_start(rest));
            return;
        }
        let now = kind_of(line, self.before);
        let continues_lazily =
            now == Before::Other && self.before != Before::Other && !line.trim().is_empty();
        if continues_lazily && !self.quoting {
            self.out.push('\n');
        }
        self.before = now;
        self.out.push_str(&escape_start(line));
    }

    fn code(&mut self, fence: &str) {
        if self.quoting {
            self.out.push_str(&fence.replace('\n', "\n> "));
        } else {
            self.out.push_str(fence);
        }
    }

    fn on_a_line_of_its_own(&mut self, fence: &str) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        if self.quoting {
            self.out.push_str("> ");
        }
        self.code(fence.trim_end());
        self.out.push('\n');
        self.before = Before::Other;
    }
}

fn kind_of(line: &str, before: Before) -> Before {
    let text = line.trim_start();
    if line.starts_with("> ") {
        return Before::Quote;
    }
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits.len() < text.len() && digits.starts_with(". ");
    if text.starts_with("- ") || text.starts_with("* ") || numbered {
        return Before::List;
    }
    let indented = line.starts_with("  ") && !text.is_empty();
    if before == Before::List && indented {
        Before::List
    } else {
        Before::Other
    }
}

/// A line whose beginning `CommonMark` would understand and Discord would not gets a backslash before it.
fn escape_start(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    let indent = &line[..line.len() - text.len()];
    let literal = text.starts_with("####")
        || text.starts_with("~~~")
        || text.starts_with("```")
        || text.starts_with("+ ")
        || (text.starts_with('<') && !text.starts_with("<http"))
        || (text.starts_with('>') && !text.starts_with("> "))
        || is_definition(text)
        || is_rule(text);
    let shown = prepare_inline(text);
    let backslash = match literal && shown.starts_with(|c: char| c.is_ascii_punctuation()) {
        true => "\\",
        false => "",
    };
    format!("{indent}{backslash}{shown}")
}

fn is_rule(text: &str) -> bool {
    let marks: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    marks.len() >= 3 && "-*_".contains(marks[0]) && marks.iter().all(|&mark| mark == marks[0])
}

fn is_definition(text: &str) -> bool {
    text.starts_with('[') && text.contains("]:")
}

/// Outside inline code, addresses and mentions: hides what may style and what is escaped, and escapes what
/// `CommonMark` would take for an entity or an image.
fn prepare_inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(quoted) = rest.strip_prefix("> ") {
        out.push_str("> ");
        rest = quoted;
    }
    // The bullet of a list is no mark.
    if let Some(item) = rest.strip_prefix("* ") {
        out.push_str("* ");
        rest = item;
    }
    while let Some(c) = rest.chars().next() {
        let as_it_is = match c {
            '`' => code_span(rest),
            '<' => measure_brackets(rest),
            'h' => measure_address(rest),
            _ => 0,
        };
        let escaped = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
        if as_it_is > 0 {
            out.push_str(&rest[..as_it_is]);
            rest = &rest[as_it_is..];
        } else if let Some((escaped, stand_in)) = escaped.and_then(|c| Some((c, styles::hide_escaped(c)?))) {
            out.push(stand_in);
            rest = &rest[1 + escaped.len_utf8()..];
        } else {
            if rest.starts_with("![") || is_entity(rest) || c == '\\' {
                out.push('\\');
            }
            out.push(if "*_~|".contains(c) {
                styles::hide_mark(c)
            } else {
                c
            });
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The length of what stands in angle brackets at the start of `text` and may mean something; 0 for anything else.
fn measure_brackets(text: &str) -> usize {
    let end = text.find('>').unwrap_or(0);
    let blank = text[..end].find(char::is_whitespace).is_some() && !text.starts_with("</");
    if end < 2 || blank { 0 } else { end + 1 }
}

/// The length of the address at the start of `text`; 0 if there is none.
fn measure_address(text: &str) -> usize {
    match text.starts_with("https://") || text.starts_with("http://") {
        true => text
            .find(|c: char| c.is_whitespace() || c == '<')
            .unwrap_or(text.len()),
        false => 0,
    }
}

/// The length of the inline code at the start of `text`, or of its backticks alone when they are not closed.
fn code_span(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let mut at = ticks;
    while let Some(next) = text[at..].find('`') {
        let close = at + next;
        let run = text[close..].len() - text[close..].trim_start_matches('`').len();
        if run == ticks {
            return close + run;
        }
        at = close + run;
    }
    ticks
}

fn is_entity(text: &str) -> bool {
    let Some(name) = text.strip_prefix('&').and_then(|rest| rest.split(';').next()) else {
        return false;
    };
    text.as_bytes().get(name.len() + 1) == Some(&b';')
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
}
