//! What a member wrote, shown so that it can only ever be read as what they wrote.
//!
//! It becomes a quotation, without mentions, links that hide where they lead, headings or anything else Markdown would
//! act on. Code between fences stays code.

use crate::reply::limits;
use crate::rules::markdown::escape_markdown;

/// Characters a quotation may take, so that a rubric fits below it.
const MOST: usize = 2_200;

/// The words as a quotation.
#[must_use]
pub fn quote_words(words: &str) -> String {
    let lines: Vec<&str> = words.lines().collect();
    let mut shown = Vec::new();
    let mut rest = lines.as_slice();
    while let [line, below @ ..] = rest {
        let end = opens_code(line)
            .and_then(|_| below.iter().position(|line| line.trim() == "```"))
            // Discord takes the end of an empty block for its content, and then every later fence the wrong way round.
            .filter(|end| below[..*end].iter().any(|line| !line.trim().is_empty()));
        match (opens_code(line), end) {
            (Some(language), Some(end)) => {
                shown.push(format!("```{language}"));
                shown.extend(below[..end].iter().map(|line| keep_backticks_apart(line)));
                shown.push("```".to_owned());
                rest = &below[end + 1..];
            }
            _ => {
                shown.push(quote_prose(line));
                rest = below;
            }
        }
    }
    let quoted: Vec<String> = shown.iter().map(|line| format!("> {line}")).collect();
    quoted.join("\n")
}

/// Keeps backticks from ending the block they stand in, with something between them that is not seen.
fn keep_backticks_apart(code: &str) -> String {
    let mut shown = String::with_capacity(code.len());
    for c in code.chars() {
        if c == '`' && shown.ends_with('`') {
            shown.push('\u{200B}');
        }
        shown.push(c);
    }
    shown
}

/// The language, if a line begins a block of code.
fn opens_code(line: &str) -> Option<&str> {
    let language = line.trim().strip_prefix("```")?;
    language
        .chars()
        .all(|c| c.is_ascii_alphanumeric())
        .then_some(language)
}

/// A line of prose: addresses stay what they are, everything else is made plain.
fn quote_prose(line: &str) -> String {
    let mut shown = String::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some((before, address)) = next_address(rest) {
        shown.push_str(&escape_markdown(before));
        shown.push_str(&format!("<{address}>"));
        rest = &rest[before.len() + address.len()..];
    }
    shown.push_str(&escape_markdown(rest));
    shown
}

/// The first word that is an address, and what stands before it.
fn next_address(line: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for word in line.split(' ') {
        if is_address(word) {
            return Some((&line[..at], word));
        }
        at += word.len() + 1;
    }
    None
}

fn is_address(word: &str) -> bool {
    let rest = word
        .strip_prefix("https://")
        .or_else(|| word.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._~:/?#&=%+,;".contains(c))
    })
}

/// The words to be copied from: exactly as they were typed, in a block.
#[must_use]
pub fn quote_verbatim(words: &str) -> String {
    const ROOM: usize = 3_500;
    format!(
        "```\n{}\n```",
        crate::reply::clip_text(&keep_backticks_apart(words), ROOM)
    )
}

/// Whether the quotation fits wherever it is shown. Words of the length allowed that are mostly signs or lines may not.
#[must_use]
pub fn fits_everywhere(words: &str) -> bool {
    let shown = quote_words(words);
    shown.chars().count() <= MOST && shown.len() <= limits::TEXT_BYTES * 6 / 10
}

/// Words of which no longer quotation is shown, for the check of limits.
#[must_use]
pub(super) fn longest_words() -> String {
    "*".repeat((MOST - 2) / 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_in_a_quotation_acts() {
        assert_eq!(
            quote_words("# Big\n@everyone <@1> [here](https://e.org) **now**\n-# small"),
            "> \\# Big\n> @\u{200B}everyone \\<@1\\> \\[here\\](https:\\//e.org) \\*\\*now\\*\\*\n> \\-\\# small"
        );
    }

    #[test]
    fn addresses_can_be_followed_and_say_where_they_lead() {
        assert_eq!(
            quote_words("see https://docs.python.org/3/a_b.html#x_y and http:// or https://e.org/`"),
            "> see <https://docs.python.org/3/a_b.html#x_y> and http:\\// or https:\\//e.org/\\`"
        );
    }

    #[test]
    fn code_stays_code_and_ends_where_it_was_meant_to() {
        assert_eq!(
            quote_words("So:\n```python\nprint('*') # ```\n```\ndone"),
            "> So:\n> ```python\n> print('*') # `\u{200B}`\u{200B}`\n> ```\n> done"
        );
        // A block that never ends is no block.
        assert_eq!(quote_words("```python\n*a*"), "> \\`\\`\\`python\n> \\*a\\*");
        assert_eq!(
            quote_words("``` [x](y)\n```"),
            "> \\`\\`\\` \\[x\\](y)\n> \\`\\`\\`"
        );
        assert_eq!(quote_verbatim("a```b"), "```\na`\u{200B}`\u{200B}`b\n```");
    }

    #[test]
    fn the_longest_words_just_fit() {
        assert!(fits_everywhere(&longest_words()) && !fits_everywhere(&format!("{}*", longest_words())));
        assert!(
            fits_everywhere(&"word ".repeat(300))
                && fits_everywhere(&"界".repeat(1_500))
                && fits_everywhere(&"😀".repeat(1_400))
        );
        assert!(!fits_everywhere(&"a\n".repeat(750)));
    }

    #[test]
    fn an_empty_block_does_not_set_free_what_follows() {
        for words in [
            "```\n```\n```\n[x](https://e.org)\n```",
            "```python\n```\n[x](https://e.org)\n```\n```",
        ] {
            let shown = quote_words(words);
            let link = shown.find("x\\](").or_else(|| shown.find("> ```\n> [x]("));
            assert!(link.is_some(), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn every_line_of_a_quotation_is_marked_as_one(
            words in "(\\PC|\n|`|```|```python\n|@here|<@1>|\\[a\\]\\(b\\)){0,60}",
        ) {
            let shown = quote_words(&words);
            prop_assert!(words.is_empty() || shown.lines().all(|line| line.starts_with("> ")), "{shown}");
            // Fences come in pairs, so nothing that follows is swallowed.
            prop_assert_eq!(shown.lines().filter(|line| line.contains("```")).count() % 2, 0, "{}", shown);
        }
    }
}
