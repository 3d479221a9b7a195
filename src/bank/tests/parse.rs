//! One file: what is read of it and what is wrong with it.

use proptest::prelude::*;

use super::example;
use crate::bank::parse::{Parsed, parse_question};
use crate::bank::problem::{Problem, Severity};
use crate::bank::report::{Format, Report};
use crate::bank::syllabus::Syllabus;
use crate::rules::question::{Kind, Level, PythonVersion};

fn read(source: &str) -> Parsed {
    parse_question("questions/functions/multipliers.md", source, &Syllabus::builtin())
}

/// The problems of the example after some of it was replaced.
fn problems(changes: &[(&str, &str)]) -> Vec<String> {
    let mut source = example();
    for (from, to) in changes {
        assert!(source.contains(from), "the example has no {from:?}");
        source = source.replacen(from, to, 1);
    }
    let mut problems = read(&source).problems;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    let told = |problem: &Problem| {
        let help = problem
            .help
            .as_deref()
            .map(|help| format!(" [{help}]"))
            .unwrap_or_default();
        format!("{}:{}: {}{help}", problem.line, problem.column, problem.message)
    };
    problems.iter().map(told).collect()
}

#[track_caller]
fn only_problem(changes: &[(&str, &str)], told: &str) {
    assert_eq!(problems(changes), [told]);
}

#[test]
fn the_example_of_the_readme_is_read_as_it_says() {
    let parsed = read(&example());
    assert_eq!(parsed.problems, []);
    let question = parsed.question.unwrap();
    assert_eq!(question.slug, "multipliers");
    assert_eq!(question.topic, "late-binding-closures");
    assert_eq!((question.level, question.kind), (Level::Medium, Kind::Output));
    assert_eq!(question.python, Some(PythonVersion(3, 8)));
    assert_eq!(question.title, "Multipliers from a comprehension");
    assert!(
        question
            .prompt
            .starts_with("What does this program print?\n\n```python\ntable")
    );
    assert!(question.prompt.ends_with("\n```"));
    assert_eq!(question.options[1].text, "`[20, 20, 20]`");
    assert!(question.options[1].right);
    assert_eq!(
        question.options[2].rationale,
        "The loop does not reset `k`; after the last step it is 2."
    );
    assert_eq!(
        question.common_mistakes,
        ["One mistake per item.", "At least two."]
    );
    assert_eq!(
        question.follow_ups[0].title,
        "How would you give each lambda its own value?"
    );
}

#[test]
fn wrapped_lines_are_joined_and_code_is_left_alone() {
    let source = example().replace(
        "Why, not only what.",
        "Why **not\nonly** `what\nis`.  \nA new line.\n\n- one\n  two\n\n```text\na\n  b\n```",
    );
    let question = read(&source).question.unwrap();
    assert_eq!(
        question.explanation,
        "Why **not only** `what is`.\nA new line.\n\n- one two\n\n```text\na\n  b\n```"
    );
}

#[test]
fn a_block_below_the_first_line_belongs_to_the_option() {
    let option = "- [x] Two lines:\n  ```text\n  1\n    2\n  ```\n  Why this\n  is right.\n";
    let start = example().find("- [x]").unwrap();
    let end = example().find("- [ ] `[0, 0, 0]`").unwrap();
    let mut source = example();
    source.replace_range(start..end, option);
    let parsed = read(&source);
    assert_eq!(parsed.problems, []);
    assert_eq!(parsed.options[1].option.text, "Two lines:\n```text\n1\n  2\n```");
    assert_eq!(parsed.options[1].option.rationale, "Why this is right.");
    assert_eq!(parsed.options[1].expected.clone().unwrap().lines, ["1", "  2"]);
}

#[test]
fn an_option_may_say_which_exception_is_raised() {
    let source = example().replace("- [x] `[20, 20, 20]`", "- [x] Raises `TypeError`");
    let expected = read(&source).options[1].expected.clone().unwrap();
    assert_eq!(
        (expected.lines.len(), expected.raises.as_deref()),
        (0, Some("TypeError"))
    );
}

#[test]
fn front_matter_is_checked_key_by_key() {
    assert_eq!(
        problems(&[
            ("late-binding-closures", "late-binding-closure"),
            ("\"medium\"", "\"middle\""),
            ("kind = \"output\"", "kind = 3"),
            ("\"lambda\"]", "\"Lambda\", \"closures\"]"),
            ("\"3.8\"", "\"three\""),
            ("[\"https:", "[\"http:"),
            ("python =", "pyton = 1\npython ="),
        ]),
        [
            "2:9: the syllabus has no topic `late-binding-closure` [did you mean `late-binding-closures`?]",
            "3:9: `middle` is not a level [the level is one of easy, medium, hard]",
            "4:8: `kind` is text in quotes, not integer",
            "5:21: the tag `Lambda` is not lower case",
            "5:31: the tag `closures` stands here twice",
            "6:1: unknown key `pyton` [did you mean `python`?]",
            "7:10: `three` is not a CPython version [write major and minor: \"3.8\"]",
            "8:15: `http://docs.python.org/3/faq/programming.html` is not an https:// address [copy the address of the page from a browser]",
        ]
    );
}

#[test]
fn missing_keys_are_named() {
    let told = problems(&[
        ("topic = \"late-binding-closures\"\n", ""),
        ("tags = [\"closures\", \"lambda\"]\n", ""),
        ("python = \"3.8\"\n", ""),
    ]);
    assert_eq!(
        told,
        [
            "1:1: the key `topic` is missing",
            "1:1: the key `tags` is missing",
            "1:1: an `output` question needs the key `python` [name the lowest version it holds for: python = \"3.8\"]",
        ]
    );
}

#[test]
fn broken_toml_is_located_in_the_file() {
    only_problem(
        &[("level = \"medium\"", "level = \"medium")],
        "3:16: invalid basic string, expected `\"`",
    );
}

#[test]
fn a_file_without_front_matter_says_how_to_begin() {
    let told = read("# Title\n\nText\n").problems;
    assert_eq!(
        (told[0].line, told[0].message.as_str()),
        (1, "the front matter is missing")
    );
    assert_eq!(
        read("+++\ntopic = \"gil\"\n").problems[0].message,
        "the front matter is not closed"
    );
    assert_eq!(read("").problems[0].message, "the file is empty");
}

#[test]
fn a_topic_of_another_area_is_in_the_wrong_folder() {
    only_problem(
        &[("late-binding-closures", "gil")],
        "2:9: `gil` is a topic of the area `concurrency`, this file is in `functions` [move the file or choose another topic]",
    );
}

#[test]
fn a_file_name_is_made_of_lower_case_words() {
    let parsed = parse_question(
        "questions/functions/Late_Binding.md",
        &example(),
        &Syllabus::builtin(),
    );
    assert_eq!(
        parsed.problems[0].message,
        "the file name `Late_Binding` is not lower-case words joined by hyphens"
    );
}

#[test]
fn each_kind_has_its_number_of_right_options() {
    only_problem(
        &[("- [x]", "- [ ]")],
        "18:1: no option is marked as right [mark it with `- [x]`]",
    );
    only_problem(
        &[("- [ ] `[0, 0", "- [x] `[0, 0")],
        "22:1: 2 options are marked as right; this kind has one [unmark the others, or make the kind `multiple`]",
    );
    only_problem(
        &[
            ("\"output\"", "\"multiple\""),
            ("- [ ]", "- [x]"),
            ("- [ ]", "- [x]"),
        ],
        "18:1: every option is marked as right; one at least has to be wrong",
    );
}

#[test]
fn options_differ_and_have_reasons() {
    only_problem(
        &[("`[0, 10, 20]`", "`[0, 0, 0]`")],
        "22:1: this option says the same as option A",
    );
    only_problem(
        &[(
            "  The loop does not reset `k`; after the last step it is 2.\n",
            "",
        )],
        "22:1: this option has no rationale [say below it, indented by two spaces, why it is right or wrong]",
    );
    only_problem(
        &[("- [ ] `[0, 0", "- `[0, 0")],
        "22:1: this item of the options has no box [begin it with `- [ ]`, or with `- [x]` if it is right]",
    );
    only_problem(
        &[("- [x] `[20, 20, 20]`", "- [x] The list `[20, 20, 20]`")],
        "20:1: this option does not say what the program prints [one code span, or a line with a `text` block below it, or: Raises `TypeError`]",
    );
}

#[test]
fn an_open_question_has_a_rubric_and_no_options() {
    assert_eq!(
        problems(&[("\"output\"", "\"open\"")]),
        [
            "9:1: the section `Rubric` is missing",
            "9:1: the section `Model answer` is missing",
            "18:1: an open question has no options [remove them, or choose another kind]",
        ]
    );
    only_problem(
        &[("## In practice", "## Rubric\n\n- a\n\n## In practice")],
        "29:1: `Rubric` belongs to open questions [remove it, or make the kind `open`]",
    );
}

#[test]
fn sections_are_missing_unknown_or_there_twice() {
    assert_eq!(
        problems(&[
            ("## Explanation", "## Explanatoin"),
            ("### Red flags", "### Red flag")
        ]),
        [
            "9:1: the section `Explanation` is missing",
            "25:1: unknown section `Explanatoin` [did you mean `Explanation`?]",
            "38:1: the part `### Red flags` is missing",
            "45:1: unknown part `Red flag` [the parts are `### Strong signals` and `### Red flags`]",
        ]
    );
    only_problem(
        &[("## In practice", "## Explanation\n\nx\n\n## In practice")],
        "29:1: the section `Explanation` stands here twice",
    );
    only_problem(
        &[("Why, not only what.", "")],
        "25:1: the section `Explanation` is empty",
    );
    only_problem(
        &[("- One mistake per item.\n- At least two.", "- One.")],
        "33:1: `Common mistakes` has 1 of 2 to 4 items",
    );
}

#[test]
fn an_unclosed_fence_is_the_only_problem_told_about_what_follows() {
    only_problem(
        &[("table])\n```\n\n- [ ]", "table])\n\n- [ ]")],
        "13:1: another fence opens inside this block [close this one first]",
    );
}

#[test]
fn a_fence_that_is_open_at_the_end_is_told_of() {
    only_problem(
        &[("[0, 10, 20]\n```\n", "[0, 10, 20]\n")],
        "59:1: this fence is not closed [end the block with a line of backticks as long as this one]",
    );
}

#[test]
fn blocks_say_what_they_hold() {
    only_problem(
        &[("```python\n", "```pyhton\n")],
        "13:1: blocks of `pyhton` are not known [did you mean `python`?]",
    );
}

#[test]
fn what_discord_does_not_show_is_refused() {
    assert_eq!(
        problems(&[(
            "Why, not only what.",
            "a <b>c</b> &lt; ![x](https://a.b)\n\n| a |\n|---|\n| b |\n\nx\n\n    code"
        )]),
        [
            "27:3: Discord does not show HTML [put it in a code span, or say it in words]",
            "27:7: Discord does not show HTML [put it in a code span, or say it in words]",
            "27:12: Discord shows `&lt;` as it stands [write `<`]",
            "27:17: Discord does not show an image [say it in words or in a code block]",
            "29:1: Discord does not show a table [say it in words or in a code block]",
            "35:5: code by indentation is not shown as code [put it between lines of three backticks, or indent it less]",
        ]
    );
}

#[test]
fn what_is_too_long_says_by_how_much() {
    let long = "é".repeat(81);
    only_problem(
        &[("Multipliers from a comprehension", &long)],
        "9:1: the title has 81 characters; 80 fit [shorten by 1]",
    );
    let long = "x".repeat(1501);
    only_problem(
        &[("Why, not only what.", &long)],
        "25:1: the section `Explanation` has 1501 characters; 1500 fit [shorten by 1]",
    );
    let long = "x".repeat(351);
    only_problem(
        &[("The loop does not reset `k`; after the last step it is 2.", &long)],
        "22:1: the rationale has 351 characters; 350 fit [shorten by 1]",
    );
    let code = "table = 1\n".repeat(23);
    only_problem(
        &[(
            "print([f(10) for f in table])\n```\n\n-",
            &format!("{code}```\n\n-"),
        )],
        "13:1: the prompt has 24 lines of code; 22 fit",
    );
    only_problem(
        &[(
            "print([f(10) for f in table])\n```\n\n-",
            "print([f(10) for f in table])  # and words enough for a long line\n```\n\n-",
        )],
        "15:1: this line of code has 65 columns; 60 fit on a phone",
    );
}

/// The example with some of it cut out and something else put in.
fn damaged() -> impl Strategy<Value = String> {
    let debris = prop_oneof![
        "[`#+\\-\\[\\]x \n\"=é<>&|*_]{0,12}",
        Just("```\n".to_owned()),
        Just("+++\n".to_owned()),
        Just("\n- [x] ".to_owned()),
        Just("\n## Explanation\n".to_owned()),
        Just("> - 1. ```python run\n".to_owned()),
    ];
    let cuts = prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, debris), 1..4);
    cuts.prop_map(|cuts| {
        let mut letters: Vec<char> = example().chars().collect();
        for (at, length, debris) in cuts {
            let at = at.index(letters.len() + 1);
            let end = (at + length).min(letters.len());
            letters.splice(at..end, debris.chars());
        }
        letters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_the_parser_panic_or_point_outside_the_file(source in damaged()) {
        let parsed = read(&source);
        for problem in &parsed.problems {
            prop_assert!(source.get(problem.span.clone()).is_some(), "{problem:?}");
        }
        prop_assert_eq!(parsed.question.is_none(), parsed.problems.iter().any(|p| p.severity == Severity::Error));
        let mut report = Report { problems: parsed.problems, ..Report::default() };
        report.sources.insert("questions/functions/multipliers.md".to_owned(), source);
        report.write(Format::Text, &mut Vec::new()).unwrap();
    }
}
