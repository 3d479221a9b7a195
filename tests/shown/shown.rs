//! What people call things, on the page of the simulated Discord: shown as it stands by a reader that shares no code
//! with the bot.

use greenroom::internals::{clean_name, text};
use proptest::prelude::*;

/// What somebody sees of a message's text, and whether anything in it is more than text.
fn seen(markdown: &str) -> (String, bool) {
    let html = sandbox::markdown::render_html(markdown, &|_| None);
    let acts = [
        "<a", "<em", "<strong", "<u>", "<del", "<span", "<time", "<code", "<pre", "<ul", "<ol", "<h", "<sub",
        "<block",
    ];
    let acts = acts.iter().any(|tag| html.contains(tag));
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, behind)| behind));
    }
    for (entity, meant) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", "\u{A0}"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, meant);
    }
    (
        text.replace(['\u{200B}', '\u{2068}', '\u{2069}'], "")
            .trim()
            .to_owned(),
        acts,
    )
}

/// Names made of everything that means something to Discord.
fn any_name() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-zé0-9 ]{1,5}",
        8 => prop::sample::select(vec![
            "*", "**", "***", "_", "__", "___", "~~", "~", "||", "|", "`", "``", "```", "\\", "[", "](", ")", "<",
            ">", "<@1>", "<#1>", "<t:0:R>", "<id:guide>", "</a b:1>", "<:e:1>", "# ", "### ", "-# ", "- ", "1. ",
            "> ", ">>> ", "\n", "@everyone", "@here", "https://e.org/a_b", "http://", "<https://e.org>", "&amp;",
            "—", "!", "#", "+ ", "=", "שלום", "\u{202E}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 1..10).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_name_is_seen_as_it_stands_and_does_nothing(name in any_name()) {
        let shown = text::plain(&name);
        let (seen, acts) = seen(&format!("x {shown}"));
        let expected = format!("x {}", clean_name(&name));
        prop_assert_eq!(seen, expected.trim(), "{}", shown);
        prop_assert!(!acts, "{shown}");
    }

    #[test]
    fn nor_where_a_line_begins_with_it(name in any_name()) {
        let shown = text::plain(&name);
        let (seen, acts) = seen(&shown);
        prop_assert_eq!(seen, clean_name(&name), "{}", shown);
        prop_assert!(!acts, "{shown}");
    }

    #[test]
    fn nor_among_words_that_are_styled(name in any_name(), other in any_name()) {
        let (one, two) = (text::plain(&name), text::plain(&other));
        let (seen, _) = seen(&format!("### x **a {one}** · __b {two}__\n-# y {one}"));
        let expected = format!("x a {} · b {}\ny {}", clean_name(&name), clean_name(&other), clean_name(&name));
        prop_assert_eq!(seen, expected.trim(), "{} {}", one, two);
    }
}
