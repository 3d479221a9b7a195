use proptest::prelude::*;

use super::*;

/// What is seen of a text that was escaped, without the break after `@`, which has no width.
fn seen(escaped: &str) -> String {
    strip_markdown(escaped).replace(BREAK, "")
}

#[test]
fn discords_own_rules_decide_what_acts() {
    for (source, shown) in [
        // CommonMark lets a mark beside a blank alone; Discord does not.
        ("2 ** 3 ** 2", "2  3  2"),
        ("a ___ and a ___ here", "a  and a  here"),
        ("_____", "_"),
        ("a__b__c", "abc"),
        ("call foo_bar_ now", "call foobar now"),
        ("a || b || c", "a  b  c"),
        ("~~ no ~~", " no "),
        ("x <t:0:R> y", "x <t:0:R> y"),
        ("<id:customize>", "<id:customize>"),
        ("</daily list:5>", "</daily list:5>"),
        ("-# small", "small"),
        ("# Big", "Big"),
        ("> said\n>>> all\nof it", "said\nall\nof it"),
        ("- one\n1. two", "- one\n1. two"),
        (":tada:", ":tada:"),
        ("a \\— b", "a — b"),
        ("[here](https://e.org)", "here"),
        ("@everyone", "@everyone"),
    ] {
        assert_eq!(strip_markdown(source), shown, "{source}");
        assert!(!shows_as_it_is(source), "{source}");
    }
}

#[test]
fn what_only_looks_like_markdown_stays() {
    for text in [
        "n * n",
        "a * b * c",
        "snake_case_name and _private",
        "1 < 2 and 3 > 2",
        "x = y[0](1)",
        "a | b",
        "~ about ~",
        "C# and #python, 5 - 3, 1.5, 1) a",
        "f(x) -> y",
        "C:\\new\\temp",
        "10:30 and a[1:2]",
        "R&D &amp; more",
        "someone@example.org",
        "see https://e.org/a__b__c?x=*y*",
    ] {
        assert_eq!(strip_markdown(text), text);
        assert!(shows_as_it_is(text), "{text}");
    }
}

#[test]
fn code_is_stripped_of_its_marks_and_of_nothing_else() {
    for (source, shown) in [
        ("`n * n` and `__x__`", "n * n and __x__"),
        ("`` a`b ``", " a`b "),
        ("`` `a` ``", "`a`"),
        ("```python\nx ** y\n```", "x ** y"),
        ("So:\n```python\na_b_\n```\nok?", "So:\na_b_\nok?"),
        ("`not closed", "`not closed"),
        ("\\`n * n\\`", "`n * n`"),
    ] {
        assert_eq!(strip_markdown(source), shown, "{source}");
    }
    assert_eq!(first_line("```python\n\nx = 1\ny\n```"), "x = 1");
    assert_eq!(first_line("**A** `b*`\nmore"), "A b*");
}

#[test]
fn names_are_shown_as_they_stand_and_lead_nowhere() {
    for (name, escaped) in [
        ("**Ann** <@1>", r"\*\*Ann\*\* \<@1\>"),
        ("# 1", r"\# 1"),
        ("-# small", r"\-\# small"),
        ("- one", r"\- one"),
        ("1. FC Köln", r"1\. FC Köln"),
        ("> so", r"\> so"),
        ("<t:0:R>", r"\<t\:0:R\>"),
        ("[Free](https://e.org/a_b)", r"\[Free\](https:\//e.org/a\_b)"),
        ("@everyone @here @ann", "@\u{200B}everyone @\u{200B}here @ann"),
        (":tada:", r"\:tada:"),
        ("R&D, C#, 5 - 3 -> 2", r"R&D, C#, 5 - 3 -> 2"),
    ] {
        assert_eq!(escape_markdown(name), escaped);
    }
    assert_eq!(
        escape_around_addresses("see https://e.org/a_b, a_b"),
        r"see https://e.org/a_b, a\_b"
    );
}

#[test]
fn a_huge_text_takes_no_time() {
    for mark in ["*", "_", "**a", "__a ", "||", "`", "[", "<", "~~a", ":a", "\\"] {
        let huge = mark.repeat(2_000_000 / mark.len());
        assert!(!shows_as_it_is(&huge) && strip_markdown(&huge) == huge);
        assert!(escape_markdown(&huge).len() >= huge.len());
        // As long as it may be to be looked at.
        let long = mark.repeat(LONGEST / mark.len());
        assert!(strip_markdown(&long).len() <= long.len());
    }
}

/// Text made of everything that means something.
fn marked() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-zé0-9 ]{1,5}",
        8 => prop::sample::select(vec![
            "*", "**", "***", "_", "__", "___", "~~", "~", "||", "|", "`", "``", "```", "\\", "[", "](", ")", "<",
            ">", "<@1>", "<#1>", "<t:0:R>", "<id:home>", "</a b:1>", "<:e:1>", "# ", "### ", "-# ", "- ", "1. ",
            "> ", ">>> ", "\n", " ", "@everyone", "@here", ":tada:", ":", "https://e.org/a_b", "http://",
            "<https://e.org>", "&amp;", "—", "!", "#", "+ ", "=",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_escaped_is_seen_as_it_was(text in marked()) {
        prop_assert_eq!(seen(&escape_markdown(&text)), text.clone(), "{}", escape_markdown(&text));
        prop_assert_eq!(seen(&escape_around_addresses(&text)), text.clone(), "{}", escape_around_addresses(&text));
    }

    #[test]
    fn what_was_escaped_acts_nowhere_and_frees_nothing_around_it(one in marked(), two in marked()) {
        let (a, b) = (escape_markdown(&one), escape_markdown(&two));
        prop_assert!(!a.contains("://") && !a.contains("@everyone") && !a.contains("@here"), "{}", a);
        let line = format!("### n {a} · **x {b}** and __y {a}__\n- n {b}\n> n {a}");
        prop_assert_eq!(seen(&line), format!("n {one} · x {two} and y {one}\n- n {two}\nn {one}"), "{}", line);
    }

    #[test]
    fn what_shows_as_it_is_needs_no_escapes(text in marked()) {
        if shows_as_it_is(&text) {
            prop_assert_eq!(strip_markdown(&text), text);
        }
    }
}
