//! Whole banks: how problems are told, and what only shows when files stand side by side.

use std::fs;
use std::path::{Path, PathBuf};

use super::example;
use crate::bank::Bank;
use crate::bank::check::check_bank;
use crate::bank::coverage::Coverage;
use crate::bank::report::{Format, Warnings};
use crate::bank::syllabus::Syllabus;
use crate::rules::question::Question;

/// A folder with these files below `functions`.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("functions")).unwrap();
    for (name, source) in files {
        fs::write(folder.path().join("functions").join(name), source).unwrap();
    }
    folder
}

fn report(folder: &Path, format: Format) -> String {
    let mut out = Vec::new();
    let report = check_bank(&[folder.to_owned()], &|_: &Question| Vec::new());
    report.write(format, &mut out).unwrap();
    String::from_utf8(out)
        .unwrap()
        .replace(&folder.display().to_string(), "bank")
}

#[test]
fn ten_questions_broken_in_ten_ways_are_ten_located_errors_in_one_run() {
    let breaks = [
        ("level = \"medium\"", "level = \"middle\""),
        ("topic = \"late-binding-closures\"", "topic = \"late-binding\""),
        ("python = \"3.8\"\n", ""),
        ("- [x]", "- [ ]"),
        (
            "  The loop does not reset `k`; after the last step it is 2.\n",
            "",
        ),
        ("```python run", "```pyton run"),
        ("Why, not only what.", ""),
        ("- One mistake per item.\n", ""),
        (
            "## Follow-up: How would you give each lambda its own value?",
            "## Follow-up:",
        ),
        ("What does this program print?", "What does <b>this</b print?"),
    ];
    let broken = |(at, (from, to)): (usize, &(&str, &str))| {
        assert!(example().contains(from), "the example has no {from:?}");
        (format!("q{at}.md"), example().replacen(from, to, 1))
    };
    let files: Vec<(String, String)> = breaks.iter().enumerate().map(broken).collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, source)| (name.as_str(), source.as_str()))
        .collect();
    let folder = folder(&files);
    let report = check_bank(&[folder.path().to_owned()], &|_| Vec::new());
    let name = |path: &str| Path::new(path).file_stem().unwrap().to_str().unwrap().to_owned();
    let told = report
        .problems
        .iter()
        .map(|p| format!("{}:{}:{}: {}", name(&p.path), p.line, p.column, p.message));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "q0:3:9: `middle` is not a level",
            "q1:2:9: the syllabus has no topic `late-binding`",
            "q2:1:1: an `output` question needs the key `python`",
            "q3:18:1: no option is marked as right",
            "q4:22:1: this option has no rationale",
            "q5:54:1: blocks of `pyton run` are not known",
            "q6:25:1: the section `Explanation` is empty",
            "q7:33:1: `Common mistakes` has 1 of 2 to 4 items",
            "q8:50:1: this follow-up has no question",
            "q9:11:11: Discord does not show HTML",
        ]
    );
}

#[test]
fn a_report_shows_the_line_and_underlines_the_place() {
    let folder = folder(&[(
        "one.md",
        &example().replace("level = \"medium\"", "level = \"médium\""),
    )]);
    insta::assert_snapshot!(report(folder.path(), Format::Text), @r#"
    bank/functions/one.md:3:9: error: `médium` is not a level
      |
    3 | level = "médium"
      |         ^^^^^^^^
      |
      = help: the level is one of easy, medium, hard

    1 file: 1 error, 0 warnings
    "#);
    insta::assert_snapshot!(report(folder.path(), Format::Json), @r#"{"files":1,"errors":1,"warnings":0,"problems":[{"path":"bank/functions/one.md","line":3,"column":9,"severity":"error","message":"`médium` is not a level","help":"the level is one of easy, medium, hard"}]}"#);
}

#[test]
fn two_questions_that_ask_the_same_are_one_too_many() {
    let other = example().replace("k in range(3)", "k in range(4)");
    let folder = folder(&[("one.md", &example()), ("two.md", &other)]);
    assert!(
        report(folder.path(), Format::Text).contains(
            "bank/functions/two.md:9:1: error: this asks almost the same as bank/functions/one.md\n"
        )
    );
}

#[test]
fn a_slug_is_used_once_in_the_whole_bank() {
    let folder = folder(&[("one.md", &example())]);
    fs::create_dir(folder.path().join("oop")).unwrap();
    fs::write(folder.path().join("oop/one.md"), "").unwrap();
    assert!(report(folder.path(), Format::Text).contains("`one` is the name of bank/functions/one.md too"));
}

#[test]
fn files_from_windows_are_read_and_other_encodings_refused() {
    let windows = format!("\u{feff}{}", example().replace('\n', "\r\n"));
    let folder = folder(&[("one.md", &windows)]);
    assert_eq!(
        report(folder.path(), Format::Text),
        "1 file: 0 errors, 0 warnings\n"
    );
    fs::write(
        folder.path().join("functions/one.md"),
        b"+++\ntopic = \"caf\xe9\"\n",
    )
    .unwrap();
    assert!(
        report(folder.path(), Format::Text)
            .starts_with("bank/functions/one.md:2:13: error: this is not UTF-8")
    );
}

#[test]
fn what_the_view_refuses_is_an_error_at_the_title() {
    let folder = folder(&[("one.md", &example())]);
    let refused = |question: &Question| vec![format!("{} would not fit into one message", question.slug)];
    let report = check_bank(&[folder.path().to_owned()], &refused);
    assert_eq!(
        (report.problems[0].line, report.exit_code(Warnings::Allow)),
        (9, 1)
    );
    assert_eq!(report.problems[0].message, "one would not fit into one message");
}

#[test]
fn a_folder_without_questions_is_a_mistake() {
    let folder = folder(&[]);
    assert!(report(folder.path(), Format::Text).starts_with("bank:1:1: error: no question files here"));
    assert!(report(Path::new("no/such/place"), Format::Text).contains("cannot be read: No such file"));
}

#[test]
fn guessable_options_are_warned_of() {
    let single = example()
        .replace("\"output\"", "\"single\"")
        .replace("python = \"3.8\"\n", "");
    let source = single
        .replace(
            "`[20, 20, 20]`\n  All",
            "It looks the variable up when it is called, which is after the loop\n  All",
        )
        .replace("- [ ] `[0, 0, 0]`", "- [ ] It never sees `k`")
        .replace("docs.python.org", "example.org");
    let folder = folder(&[("one.md", &source)]);
    let text = report(folder.path(), Format::Text);
    assert!(
        text.contains("19:1: warning: the key has 67 characters, the longest other option 17"),
        "{text}"
    );
    assert!(
        text.contains("21:1: warning: `never` stands in a wrong option and not in the key"),
        "{text}"
    );
    assert!(
        text.contains("6:15: warning: `https://example.org/3/faq/programming.html` is not on the list"),
        "{text}"
    );
    let report = check_bank(&[folder.path().to_owned()], &|_| Vec::new());
    assert_eq!(
        (
            report.exit_code(Warnings::Allow),
            report.exit_code(Warnings::Deny)
        ),
        (0, 1)
    );
}

#[test]
fn signs_that_only_discord_takes_for_marks_are_warned_of() {
    let told = |prompt: &str| {
        let source = example().replacen("What does this program print?", prompt, 1);
        report(folder(&[("one.md", &source)]).path(), Format::Text)
    };
    for prompt in [
        "What is 2 ** 3 ** 2 and what does this program print?",
        "Fill ___ and ___ in.",
        "Is a || b || c right?",
        "What are a__b__c?",
    ] {
        let text = told(prompt);
        assert!(
            text.contains("Discord takes signs in the prompt for marks and shows “"),
            "{text}"
        );
    }
    for prompt in [
        "What is `2 ** 3 ** 2`?",
        "What is 2 \\*\\* 3 \\*\\* 2?",
        "**So**, is n * n *right* or __not__?",
    ] {
        let text = told(prompt);
        assert!(!text.contains("Discord takes signs"), "{text}");
    }
}

#[test]
fn a_key_that_mostly_stands_in_one_place_is_warned_of() {
    let files: Vec<(String, String)> = (0..24)
        .map(|n| {
            (
                format!("q{n}.md"),
                example().replace("range(3)", &format!("range({})", "9 + ".repeat(n) + "3")),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, source)| (name.as_str(), source.as_str()))
        .collect();
    let folder = folder(&files);
    let text = report(folder.path(), Format::Text);
    assert!(
        text.contains("bank:1:1: warning: B is the key of 24 of 24 questions; 8 would be even"),
        "{text}"
    );
}

#[test]
fn a_syllabus_names_every_mistake() {
    let told = |source: &str| {
        let problems = Syllabus::parse("s.toml", source).unwrap_err();
        problems
            .into_iter()
            .map(|p| format!("{}:{}: {}", p.line, p.column, p.message))
            .collect::<Vec<_>>()
    };
    let row = |name: &str, needs: &str| {
        format!("{name} = {{ title = \"T\", level = \"easy\", stage = \"basic\", needs = [{needs}] }}\n")
    };
    assert_eq!(
        told(&format!("[a]\n{}", row("x", "\"y\""))),
        ["2:62: `x` needs the unknown topic `y`"]
    );
    assert_eq!(
        told(&format!("[a]\n{}[b]\n{}", row("x", ""), row("x", ""))),
        ["4:1: the topic `x` stands in `a` already"]
    );
    assert_eq!(
        told(&format!("[a]\n{}{}", row("x", "\"y\""), row("y", "\"x\""))),
        ["2:1: `x` needs itself in the end"]
    );
    assert_eq!(
        told("[a]\nx = { titel = \"T\" }\n"),
        ["2:7: unknown field `titel`, expected one of `title`, `level`, `stage`, `needs`"]
    );
}

#[test]
fn the_syllabus_has_234_topics_in_13_areas() {
    let syllabus = Syllabus::builtin();
    let areas: std::collections::BTreeSet<&str> =
        syllabus.topics().map(|(_, topic)| topic.area.as_str()).collect();
    assert_eq!((syllabus.topics().count(), areas.len()), (234, 13));
}

#[test]
fn the_builtin_bank_finds_its_questions_by_slug() {
    let bank = Bank::builtin();
    assert!(bank.questions().is_sorted_by(|a, b| a.slug < b.slug));
    for question in bank.questions() {
        assert_eq!(bank.question(&question.slug), Some(question));
    }
    assert_eq!(bank.question("no-such-question"), None);
}

#[test]
fn a_folder_replaces_the_bank_or_is_refused_with_a_report() {
    let folder = folder(&[("one.md", &example())]);
    let bank = Bank::load(folder.path()).unwrap();
    assert_eq!(bank.questions().len(), 1);
    assert_eq!(
        bank.question("one").unwrap().title,
        "Multipliers from a comprehension"
    );
    fs::write(folder.path().join("functions/two.md"), "").unwrap();
    assert_eq!(
        Bank::load(folder.path()).unwrap_err().problems[0].message,
        "the file is empty"
    );
}

#[test]
fn the_bank_has_no_errors() {
    let questions = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("questions");
    let checked = check_bank(std::slice::from_ref(&questions), &|_| Vec::new());
    assert_eq!(
        checked.exit_code(Warnings::Allow),
        0,
        "{}",
        report(&questions, Format::Text)
    );
}

#[test]
fn every_topic_of_the_syllabus_has_a_question() {
    let coverage = Coverage::of(&Bank::builtin());
    assert_eq!(coverage.without, [""; 0]);
}
