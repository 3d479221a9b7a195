//! Colours for Python code.
//!
//! A scanner, not a parser: it knows strings, comments, numbers and words, which is what colours need. The grammar
//! crates that would do it properly bring an engine of regular expressions, an unmaintained serialiser and seconds of
//! building for one language.

use super::escape::escape_html;

/// The classes used in the output.
pub(super) const CLASSES: [&str; 6] = [
    "py-keyword",
    "py-builtin",
    "py-name",
    "py-string",
    "py-number",
    "py-comment",
];

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "complex",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "self",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

/// Whether a fence with this info string holds Python.
pub(super) fn is_python(language: &str) -> bool {
    ["py", "python", "python3", "pycon"]
        .iter()
        .any(|name| language.trim().eq_ignore_ascii_case(name))
}

/// `code` escaped, with its tokens in spans.
pub(super) fn highlight_code(code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    let mut rest = code;
    // After `def` and `class` comes a name of the author's own.
    let mut names_something = false;
    let mut at_line_start = true;
    while let Some(first) = rest.chars().next() {
        let (length, class) = measure_token(rest, first, names_something, at_line_start);
        let (text, after) = rest.split_at(length);
        match class {
            Some(class) => {
                html.push_str(&format!("<span class=\"{class}\">{}</span>", escape_html(text)));
            }
            None => html.push_str(&escape_html(text)),
        }
        if !first.is_whitespace() {
            names_something = matches!(text, "def" | "class");
        }
        at_line_start = first == '\n' || (at_line_start && first.is_whitespace());
        rest = after;
    }
    html
}

/// How many bytes the token at the start of `rest` has, and its class.
fn measure_token(rest: &str, first: char, named: bool, at_line_start: bool) -> (usize, Option<&'static str>) {
    if first == '#' {
        return (rest.find('\n').unwrap_or(rest.len()), Some("py-comment"));
    }
    if let Some(length) = measure_string(rest) {
        return (length, Some("py-string"));
    }
    if first.is_ascii_digit() {
        return (measure_number(rest), Some("py-number"));
    }
    if first == '@' && at_line_start {
        let end = rest[1..]
            .find(|c| !is_word(c) && c != '.')
            .map_or(rest.len(), |end| end + 1);
        return (end, Some("py-name"));
    }
    if !is_word(first) {
        return (first.len_utf8(), None);
    }
    let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let word = &rest[..end];
    let class = if named {
        Some("py-name")
    } else if KEYWORDS.contains(&word) {
        Some("py-keyword")
    } else if BUILTINS.contains(&word) {
        Some("py-builtin")
    } else {
        None
    };
    (end, class)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the string literal at the start of `text`, prefix and quotes included. One that never ends goes to
/// the end of its line, or of the text when it is triple-quoted.
fn measure_string(text: &str) -> Option<usize> {
    let prefix = text.find(['"', '\'']).filter(|&at| {
        at <= 2
            && text[..at]
                .chars()
                .all(|c| "rbuft".contains(c.to_ascii_lowercase()))
    })?;
    let body = &text[prefix..];
    let quote = &body[..1];
    let triple = quote.repeat(3);
    let (delimiter, multiline) = if body.starts_with(&triple) {
        (triple.as_str(), true)
    } else {
        (quote, false)
    };
    let mut escaped = false;
    for (at, c) in body.char_indices().skip(delimiter.len()) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if body[at..].starts_with(delimiter) {
            return Some(prefix + at + delimiter.len());
        } else if c == '\n' && !multiline {
            return Some(prefix + at);
        }
    }
    Some(text.len())
}

fn measure_number(text: &str) -> usize {
    let hex = text.starts_with("0x") || text.starts_with("0X");
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let exponent_sign = !hex && matches!(c, '+' | '-') && matches!(previous, 'e' | 'E');
        if !is_word(c) && c != '.' && !exponent_sign {
            return at;
        }
        previous = c;
    }
    text.len()
}
