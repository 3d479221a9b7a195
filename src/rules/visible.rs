//! Characters that are not seen but change how what stands around them reads.

/// Turns the direction of what follows it: embeddings, overrides and isolates.
#[must_use]
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character can be seen: blanks cannot, and some that are not blanks have no width.
#[must_use]
pub fn can_be_seen(c: char) -> bool {
    let unseen = matches!(
        c,
        '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
    );
    !(c.is_whitespace() || unseen)
}

/// A name on one line, without anything in it that is not seen and would change how the line reads.
///
/// Controls, marks of direction and characters without width go. Joiners and variation selectors stay, which are
/// parts of emoji and of words.
#[must_use]
pub fn clean_name(name: &str) -> String {
    let kept: String = name
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !(c.is_control() || turns_direction(*c) || is_loose(*c)))
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Has no width and joins nothing.
fn is_loose(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}'
            | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}'
    )
}

/// The text, kept apart from its line where it is written from right to left: otherwise the numbers behind a Hebrew or
/// Arabic name move to its other side.
#[must_use]
pub fn isolate_text(text: String) -> String {
    const FIRST_STRONG_ISOLATE: char = '\u{2068}';
    const POP_ISOLATE: char = '\u{2069}';
    match text.chars().any(is_right_to_left) {
        true => format!("{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"),
        false => text,
    }
}

fn is_right_to_left(c: char) -> bool {
    use unicode_bidi::{BidiClass, bidi_class};
    matches!(bidi_class(c), BidiClass::R | BidiClass::AL)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_keeps_what_is_seen_and_loses_what_turns_the_line() {
        for (name, cleaned) in [
            ("Ann\u{202E}ad\u{202C}", "Annad"),
            ("\u{2067}Ben\u{2069}", "Ben"),
            ("C\u{200B}le\u{FEFF}o\u{200F}", "Cleo"),
            ("two\nlines\tand  more ", "two lines and more"),
            ("bell\u{7}", "bell"),
            // A joiner inside an emoji or a Persian word is part of it.
            ("👩\u{200D}💻 می\u{200C}خواهم", "👩\u{200D}💻 می\u{200C}خواهم"),
            ("שלום", "שלום"),
        ] {
            assert_eq!(clean_name(name), cleaned, "{name:?}");
        }
    }

    #[test]
    fn only_what_runs_from_right_to_left_is_kept_apart() {
        assert_eq!(isolate_text("Ann".to_owned()), "Ann");
        assert_eq!(isolate_text("שלום".to_owned()), "\u{2068}שלום\u{2069}");
        assert_eq!(isolate_text("Team عمر".to_owned()), "\u{2068}Team عمر\u{2069}");
    }

    proptest! {
        #[test]
        fn nothing_in_a_clean_name_turns_a_line(
            name in "(\\PC|[\u{202A}-\u{202E}\u{2066}-\u{2069}\u{200B}-\u{200F}\u{61C}\n]){0,40}",
        ) {
            let clean = clean_name(&name);
            prop_assert!(!clean.chars().any(|c| turns_direction(c) || c.is_control()), "{clean:?}");
            prop_assert_eq!(&clean_name(&clean), &clean);
        }
    }
}
