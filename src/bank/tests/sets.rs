//! `sets.toml`: what is wrong with one is told with its place, all of it at once.

use std::fs;

use crate::bank::Bank;
use crate::bank::check::check_bank;
use crate::bank::problem::Findings;
use crate::bank::sets::{BUILTIN, read_sets};
use crate::bank::syllabus::Syllabus;
use crate::rules::question::{Kind, Level, Question};
use crate::rules::sets::Part;

const HEAD: &str = "[[set]]\nname = \"Loops\"\nslug = \"loops\"\ndescription = \"About loops.\"\n";

fn problems(source: &str) -> Vec<String> {
    let mut found = Findings::new("sets.toml", source);
    read_sets(&Syllabus::builtin(), &mut found);
    let told = found.problems.iter().map(|problem| {
        let help = problem.help.iter().map(|help| format!(" ({help})"));
        let help: String = help.collect();
        format!("{}:{}: {}{help}", problem.line, problem.column, problem.message)
    });
    told.collect()
}

#[test]
fn a_set_is_read_as_it_is_written() {
    let source = format!(
        "{HEAD}minutes = 15\nseconds = 30\n[[set.part]]\ntopics = [\"oop\", \"closures\"]\nlevel = \"easy\"\n\
         kind = [\"output\"]\ncount = 2\n[[set.part]]\nquestions = [\"multipliers\"]\n"
    );
    let mut found = Findings::new("sets.toml", &source);
    let written = read_sets(&Syllabus::builtin(), &mut found);
    assert_eq!(found.problems, []);
    let set = &written[0].set;
    assert_eq!(
        (set.name.as_str(), set.minutes, set.seconds),
        ("Loops", Some(15), Some(30))
    );
    let some = Part::Some {
        count: 2,
        topics: vec!["oop".to_owned(), "closures".to_owned()],
        level: Some(Level::Easy),
        kinds: vec![Kind::Output],
    };
    assert_eq!(set.parts, [some, Part::These(vec!["multipliers".to_owned()])]);
}

#[test]
fn everything_wrong_with_a_file_is_told_with_its_place() {
    let source = "\
[[set]]
name = \"Loops\"
slug = \"Loops!\"
descripton = \"About loops.\"
minutes = 0

[[set.part]]
topics = [\"clojures\", \"oop\", \"oop\"]
level = \"middle\"
kind = [\"outptu\"]
count = 25
cuont = 2

[[set.part]]
level = \"easy\"
questions = [\"multipliers\"]

[[set]]
name = \"\"
";
    insta::assert_debug_snapshot!(problems(source), @r#"
    [
        "4:1: unknown key `descripton` (did you mean `description`?)",
        "3:8: `Loops!` is not a short name (lower-case words joined by hyphens, at most 40 characters)",
        "1:1: the key `description` is missing",
        "5:11: `minutes` is a whole number from 1 to 240",
        "12:1: unknown key `cuont` (did you mean `count`?)",
        "8:30: `oop` stands here twice",
        "8:11: the syllabus has no topic or area `clojures` (did you mean `closures`?)",
        "9:9: `middle` is not a level (the level is one of easy, medium, hard)",
        "10:9: `outptu` is not a kind (the kind is one of single, multiple, output, open)",
        "11:9: `count` is a whole number from 1 to 20",
        "15:9: `level` has no meaning where `questions` names them (write one or the other)",
        "19:8: A set needs a name.",
        "18:1: the key `slug` is missing",
        "18:1: the key `description` is missing",
        "18:1: the key `part` is missing",
    ]
    "#);
}

#[test]
fn two_sets_of_one_name_are_refused() {
    let part = "[[set.part]]\ncount = 1\n";
    let other = HEAD
        .replace("\"Loops\"", "\"LOOPS\"")
        .replace("\"loops\"", "\"more-loops\"");
    insta::assert_debug_snapshot!(problems(&format!("{HEAD}{part}{other}{part}")), @r#"
    [
        "8:8: another set is called `LOOPS` (choose another name)",
    ]
    "#);
}

#[test]
fn a_set_of_more_than_twenty_questions_is_refused() {
    insta::assert_debug_snapshot!(problems(&format!("{HEAD}[[set.part]]\ncount = 20\n[[set.part]]\ncount = 1\n")), @r#"
    [
        "2:8: this set asks 21 questions; 20 are the most",
    ]
    "#);
}

#[test]
fn what_is_no_set_is_refused() {
    insta::assert_debug_snapshot!(problems("set = 3\n"), @r#"
    [
        "1:7: `set` is one or more tables, each under a line of its own (questions/README.md shows the file)",
    ]
    "#);
    insta::assert_debug_snapshot!(problems("[[set\n"), @r#"
    [
        "1:6: unclosed array table, expected `]]`",
    ]
    "#);
    insta::assert_debug_snapshot!(problems(HEAD), @r#"
    [
        "1:1: the key `part` is missing",
    ]
    "#);
}

#[test]
fn a_set_that_the_bank_cannot_fill_is_an_error_at_its_part() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("functions")).unwrap();
    fs::write(folder.path().join("functions/multipliers.md"), super::example()).unwrap();
    let told = |sets: &str| -> Vec<String> {
        fs::write(folder.path().join("sets.toml"), sets).unwrap();
        let report = check_bank(&[folder.path().to_owned()], &|_: &Question| Vec::new());
        let of_sets = report
            .problems
            .iter()
            .filter(|problem| problem.path.ends_with("sets.toml"));
        of_sets
            .map(|problem| format!("{}:{}: {}", problem.line, problem.column, problem.message))
            .collect()
    };
    assert_eq!(
        told(&format!("{HEAD}[[set.part]]\ncount = 1\n")),
        Vec::<String>::new()
    );
    insta::assert_debug_snapshot!(told(&format!("{HEAD}[[set.part]]\ncount = 2\n")), @r#"
    [
        "5:1: this part asks for 2 questions; the bank has 1 for it",
    ]
    "#);
    insta::assert_debug_snapshot!(told(&format!("{HEAD}[[set.part]]\nquestions = [\"multiplier\"]\n")), @r#"
    [
        "5:1: the bank has no question `multiplier`",
    ]
    "#);
    fs::write(
        folder.path().join("sets.toml"),
        format!("{HEAD}[[set.part]]\ncount = 1\n"),
    )
    .unwrap();
    let bank = Bank::load(folder.path()).unwrap();
    assert_eq!(bank.set("LOOPS").unwrap().slug, "loops");
    assert_eq!(bank.fill(&bank.sets()[0].parts, 1).questions, [0]);
}

#[test]
fn the_sets_of_the_program_are_read_without_a_problem() {
    assert_eq!(problems(BUILTIN), Vec::<String>::new());
    let names: Vec<_> = Bank::builtin()
        .sets()
        .iter()
        .map(|set| set.name.clone())
        .collect();
    let expected = [
        "Warm-up",
        "Screening in 20 minutes",
        "Concurrency deep dive",
        "Senior backend",
        "Pitfalls",
    ];
    assert_eq!(names, expected);
}
