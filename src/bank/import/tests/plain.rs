//! Texts of formats that know no Markdown are seen in Discord as they were written, whatever Markdown would make of
//! them.

use super::{problems, questions, read};
use crate::bank::import::Format;
use crate::bank::markdown::escape_markdown;
use crate::rules::markdown::{shows_as_it_is, strip_markdown};
use crate::rules::question::Question;

/// Everything Discord acts on; half of it means nothing to `CommonMark`.
const TEXTS: [&str; 24] = [
    "What is 2 ** 3 ** 2 in Python?",
    "A list is ___ and a tuple is ___ once it is made.",
    "Fill in _____ here",
    "it starts at <t:0:R> sharp",
    "-# small print",
    "# a comment",
    "> a prompt",
    ">>> 1 + 1",
    "1. first",
    "- a minus",
    "* a star",
    "a || b || c",
    "~~ not ~~ quite",
    "call foo_bar_ now",
    "a__b__c",
    "says :tada: loudly",
    "tell @everyone and @here",
    "ask <@1> in <#2>",
    "see <id:customize> or </daily list:5>",
    "[docs](https://example.org/a_b)",
    "look at https://example.org/a__b__c first",
    "`n * n` and *n*",
    "a \\— b \\* c",
    "&amp; stays, 1 < 2 too",
];

fn seen(markdown: &str) -> String {
    strip_markdown(markdown).replace('\u{200B}', "")
}

/// What is seen of the prompt and of the options, without their rationales.
fn texts(read: &Question) -> Vec<String> {
    let options = read.options.iter().map(|option| seen(&option.text));
    [seen(&read.prompt)].into_iter().chain(options).collect()
}

fn html(text: &str) -> String {
    html_escape::encode_text(text).into_owned()
}

/// As GIFT wants it: what means something to it with a backslash.
fn gift(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars() {
        if "\\~=#{}:".contains(c) {
            written.push('\\');
        }
        written.push(c);
    }
    written
}

#[test]
fn texts_of_every_plain_format_are_seen_as_they_were_written() {
    for text in TEXTS {
        let expected = [text, text, "no"].map(str::to_owned).to_vec();
        let aiken = format!("{text}\nA) {text}\nB) no\nANSWER: A\n");
        let json = serde_json::json!({ "response_code": 0, "results": [{
            "type": "boolean", "difficulty": "easy", "category": "x", "question": html(text),
            "correct_answer": html(text), "incorrect_answers": ["no"],
        }]});
        let plain = format!("[plain]{0}{{={0} ~no}}", gift(text));
        let moodle = format!("{0}{{={0} ~no}}", gift(&html(text)));
        for (source, format) in [
            (aiken, Format::Aiken),
            (json.to_string(), Format::OpenTdb),
            (plain, Format::Gift),
            (moodle, Format::Gift),
        ] {
            let read = questions(&source, format);
            assert_eq!(texts(&read[0]), expected, "{source}");
            assert!(!seen(&read[0].title).is_empty());
        }
    }
}

#[test]
fn a_mark_before_a_tag_does_not_meet_one_behind_it() {
    for (source, shown) in [
        ("2 ** 3 <b>or</b> 3 ** 2", "2 ** 3 or 3 ** 2"),
        ("___ <code>x</code> ___", "___ x ___"),
        ("a || b<br>c || d", "a || b\nc || d"),
        ("<i>1</i> < 2 <b>@1></b>", "1 < 2 @1>"),
        ("<code>a `b` **c**</code>", "a `b` **c**"),
        ("<code>a <b>b</b></code> c", "a b c"),
        ("<pre>x ** y\n```\n</pre>", "x ** y\n```"),
    ] {
        let read = questions(&format!("{}{{T}}", gift(source)), Format::Gift);
        assert_eq!(seen(&read[0].prompt), shown, "{}", read[0].prompt);
    }
}

#[test]
fn a_gap_is_seen_as_a_gap() {
    let read = questions("It is {=held ~lost}.", Format::Gift);
    assert_eq!(seen(&read[0].prompt), "It is _____.");
}

#[test]
fn a_title_that_is_cut_keeps_its_marks_whole() {
    let long = format!("What is 2 ** 3 ** 2 when `n * n` is {}?", "long and ".repeat(20));
    let read = questions(&format!("{long}\nA) a\nB) b\nANSWER: A\n"), Format::Aiken);
    let title = seen(&read[0].title);
    assert!(
        title.starts_with("What is 2 ** 3 ** 2 when `n * n` is long") && title.ends_with('…'),
        "{title}"
    );
    assert!(read[0].title.chars().count() <= crate::bank::limits::TITLE);
}

#[test]
fn what_needs_no_escapes_gets_none() {
    for text in [
        "n * n",
        "snake_case",
        "1 < 2 and 3 > 2",
        "C#",
        "see https://example.org/a_b",
    ] {
        assert!(shows_as_it_is(text));
        assert_eq!(escape_markdown(text), text);
    }
}

#[test]
fn a_file_that_is_something_else_is_refused_before_anything_is_made_of_it() {
    let answers: String = (0..40)
        .map(|n| format!("{}answer {n}\n", if n == 0 { '=' } else { '~' }))
        .collect();
    let many = format!("::t:: Which? {{\n{answers}}}\n");
    assert_eq!(
        problems(many.as_bytes(), Format::Gift),
        ["1:1: this question has 40 answers; nobody can read more than 26"]
    );
    let wide = vec!["c"; 101].join(",");
    assert_eq!(
        problems(wide.as_bytes(), Format::Csv),
        ["1:1: 101 columns are not the header of questions"]
    );
    let far = format!("$CATEGORY: {}\n\n::q:: True? {{T}}\n", "a".repeat(1_000));
    let told = read(far.as_bytes(), Format::Gift, None).report.problems;
    assert!(
        !told.is_empty() && told.iter().all(|problem| problem.message.len() < 500),
        "{told:?}"
    );
    let unclosed = "::q:: Which? {\n\n".repeat(150);
    let told = problems(unclosed.as_bytes(), Format::Gift);
    assert_eq!(told.len(), 101);
    assert!(
        told.iter()
            .any(|problem| problem.contains("only the first 100 are told"))
    );
}
