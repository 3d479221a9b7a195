//! Moodle's GIFT.

use super::{options, problems, questions, read};
use crate::bank::import::Format;
use crate::rules::question::Kind;

/// Every feature of the format that can be ours.
pub(super) const GIFT: &str = r#"// A file as teachers write it.
$CATEGORY: $course$/top/Python/closures

// [id:who-decides] [tag:Scoping] [tag:names]
::Who decides?::[html]<p>Where is a name looked <b>up</b> when a function is <i>called</i>?</p>{
=In the scopes around its definition#Yes &amp; always so
~In the scopes around its call # Callers do not matter
~In the module only
####<p>Scopes are <code>lexical</code>.</p>
}

Two of these are keywords: {
    ~%50%nonlocal
    ~%50%global
    ~%-50%outer#Not a word of the language
    ~%-50%static
}

::True or false::A closure keeps variables, not values.{TRUE#It does not copy.#Right, cells.}

A lambda may hold an assignment statement.{F}

A function that another function returns and that uses its variables is a {~decorator =closure ~class} of it.

::Own words::Explain late binding. {}

[markdown]What does `\{\}`.format do with `\{\}` and a\nline?\n\n```python\nx \= "\\n"\n``` {
	=[plain]__b__ * c
	~C\:\\new \# \~ \=
}

$CATEGORY: gil
Does 1 < 2 hold?
Really? {=yes ~no}
"#;

#[test]
fn every_feature_of_gift_that_can_be_ours_is_read() {
    let read = questions(GIFT, Format::Gift);
    let told: Vec<_> = read
        .iter()
        .map(|q| (q.slug.as_str(), q.topic.as_str(), q.kind, q.prompt.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "who-decides",
                "closures",
                Kind::Single,
                "Where is a name looked **up** when a function is *called*?"
            ),
            (
                "two-of-these-are-keywords",
                "closures",
                Kind::Multiple,
                "Two of these are keywords:"
            ),
            (
                "true-or-false",
                "closures",
                Kind::Single,
                "A closure keeps variables, not values."
            ),
            (
                "a-lambda-may-hold-an-assignment-statement",
                "closures",
                Kind::Single,
                "A lambda may hold an assignment statement."
            ),
            (
                "a-function-that-another-function-returns-and-that-uses-its",
                "closures",
                Kind::Single,
                r"A function that another function returns and that uses its variables is a \_\_\_\_\_ of it."
            ),
            ("own-words", "closures", Kind::Open, "Explain late binding."),
            (
                "what-does-format-do-with-and-a-line",
                "closures",
                Kind::Single,
                "What does `{}`.format do with `{}` and a line?\n\n```python\nx = \"\\n\"\n```"
            ),
            ("does-1-2-hold", "gil", Kind::Single, "Does 1 < 2 hold?\nReally?"),
        ]
    );
    assert_eq!(
        options(&read[0]),
        [
            "x In the scopes around its definition (Yes & always so)",
            "- In the scopes around its call (Callers do not matter)",
            "- In the module only"
        ]
    );
    assert_eq!(
        (read[0].title.as_str(), read[0].explanation.as_str()),
        ("Who decides?", "Scopes are `lexical`.")
    );
    assert_eq!(read[0].tags, ["scoping", "names"]);
    assert_eq!(
        options(&read[1]),
        [
            "x nonlocal",
            "x global",
            "- outer (Not a word of the language)",
            "- static"
        ]
    );
    assert_eq!(
        options(&read[2]),
        ["x True (Right, cells.)", "- False (It does not copy.)"]
    );
    assert_eq!(options(&read[3]), ["- True", "x False"]);
    assert_eq!(options(&read[6]), [r"x \_\_b\_\_ \* c", r"- C:\new # ~ ="]);
}

#[test]
fn what_gift_has_and_we_have_not_is_an_error_at_its_place() {
    for (source, told) in [
        ("Just some text.", "1:1: a description is not a question"),
        (
            "Who?{=Ann =Ben}",
            "1:1: a question with a typed answer (=Ann =Ben) cannot be answered with buttons",
        ),
        (
            "Match.{=a -> b =c -> d}",
            "1:1: a matching question cannot be answered with buttons",
        ),
        (
            "How many?{#3:1}",
            "1:11: a numerical question cannot be answered with buttons",
        ),
        (
            "x?{=a ~%50%b ~c}",
            "1:7: partial credit beside a right answer cannot be kept",
        ),
        (
            "x?{~%70%a ~%30%b ~c}",
            "1:4: right answers that are worth 100 % together, or not all the same, cannot be kept",
        ),
        ("x?{~a ~b}", "1:1: no answer of this question is right"),
        (
            "x?{=a =b ~c}",
            "1:1: 2 answers are marked with `=`, any of which would do",
        ),
        (
            "\nx? <img src=\"a.png\"> {=a ~b}",
            "2:4: <img src=\"a.png\"> cannot be kept",
        ),
        ("x?{=a ~%many%b}", "1:8: `many` is not a weight"),
        ("x?{=a ~}", "1:7: this answer is empty"),
        ("x?{a ~b}", "1:4: an answer begins with `=` or `~`"),
        (
            "x?{\n=a\n~b\n\n~c}",
            "1:3: this `{` is not closed\n5:3: this `}` closes nothing",
        ),
        ("x?{=a ~b} {=c}", "1:11: a second `{` in one question"),
        ("x} y", "1:2: this `}` closes nothing"),
        (
            "// [id:one]\nx?{T}\n\n// [id:one]\ny?{T}",
            "5:1: the id `one` stands in this file twice",
        ),
        (
            "[markdown]x\\n\\n- [ ] a box{T}",
            "1:1: the prompt of this question cannot be written as a question file",
        ),
        (
            "x?{T####[markdown]\\#\\# Sources\\nNone}",
            "1:19: the heading `Sources` in the feedback cannot be kept",
        ),
        ("// only a comment\n", "1:1: there is no question in this file"),
    ] {
        assert_eq!(
            problems(source.as_bytes(), Format::Gift).join("\n"),
            told,
            "{source}"
        );
    }
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let source = "a?{#1}\n\nb?{=c ~d}\n\nc?{~d}\n\nd";
    assert_eq!(problems(source.as_bytes(), Format::Gift).len(), 3);
}

#[test]
fn a_question_without_a_topic_asks_for_one() {
    let told = |source: &str| {
        let problems = read(source.as_bytes(), Format::Gift, None).report.problems;
        problems
            .into_iter()
            .map(|p| format!("{}: {} [{}]", p.line, p.message, p.help.unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("x?{T}"),
        ["1: this question names no topic [name one for all of them with --topic]"]
    );
    assert_eq!(
        told("$CATEGORY: a/b\n\nx?{T}"),
        [
            "1: the category `a/b` names no topic of the syllabus [name the topic of all questions with --topic, or end the category with a topic]"
        ]
    );
    let imported = read(b"x?{T}", Format::Gift, Some("gill"));
    assert_eq!(
        imported.report.problems[0].help.as_deref(),
        Some("did you mean `gil`?")
    );
}
