//! Ours, out and back, is what it was.

use proptest::prelude::*;

use super::{SYLLABUS, exported, questions, read};
use crate::bank::Bank;
use crate::bank::export;
use crate::bank::import::{Defaults, Format, import_questions};
use crate::rules::question::{AnswerOption, FollowUp, Kind, Level, PythonVersion, Question};

#[test]
fn the_whole_bank_comes_back_from_gift_csv_and_its_own_files() {
    let bank = Bank::builtin();
    for (out, back) in [
        (export::Format::Gift, Format::Gift),
        (export::Format::Csv, Format::Csv),
    ] {
        let text = exported(bank.questions(), out);
        let read = questions(&text, back);
        assert_eq!(read.len(), bank.questions().len());
        for (read, question) in read.iter().zip(bank.questions()) {
            assert_eq!(read, question, "{out:?}");
        }
    }
    for question in bank.questions() {
        let path = format!("{}.md", question.slug);
        let text = export::markdown::write_question(question).into_bytes();
        let defaults = Defaults {
            syllabus: &SYLLABUS,
            topic: None,
            level: None,
        };
        let read = import_questions(&path, text, Format::Markdown, &defaults);
        assert_eq!(read.report.problems, []);
        assert_eq!(&super::read_back(&read.questions[0]), question);
        assert_eq!(read.questions[0].wanting, []);
    }
}

/// Prose with everything that means something to one of the formats.
fn prose() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-zé]{1,8}",
        1 => Just("`a = {1: '#'}`".to_owned()),
        1 => Just("**~x~**".to_owned()),
        1 => Just(r"C:\new\temp".to_owned()),
        1 => Just("\"quoted\", and; more".to_owned()),
        1 => Just("::".to_owned()),
        1 => Just("a -> b".to_owned()),
        1 => Just("100%".to_owned()),
        1 => Just("[html]".to_owned()),
        1 => Just("x/y//z".to_owned()),
    ];
    let line = (prop::collection::vec(word, 1..6)).prop_map(|words| format!("So {}.", words.join(" ")));
    let block = Just("```python\nprint(\"{}\\n\" % 1)  # ~=:\n\n\n    x\n```".to_owned());
    let paragraph = prop_oneof![
        3 => prop::collection::vec(line, 1..3).prop_map(|lines| lines.join("\n")),
        1 => block,
    ];
    prop::collection::vec(paragraph, 1..4).prop_map(|paragraphs| paragraphs.join("\n\n"))
}

fn line() -> impl Strategy<Value = String> {
    prose().prop_map(|text| {
        text.lines()
            .next()
            .unwrap_or_default()
            .replace("```python", "code")
    })
}

fn option(right: bool, number: usize) -> impl Strategy<Value = AnswerOption> {
    let block = prop::option::of(Just("\n```text\n1\n  2\n```"));
    (line(), block, prose()).prop_map(move |(text, block, rationale)| AnswerOption {
        text: format!("{number} {text}{}", block.unwrap_or_default()),
        right,
        // A block at the start of a rationale would belong to the option.
        rationale: format!("Why: {rationale}"),
    })
}

fn answered() -> impl Strategy<Value = (Kind, Vec<AnswerOption>)> {
    let single = (option(false, 1), option(true, 2), option(false, 3));
    let multiple = (
        option(true, 1),
        option(false, 2),
        option(true, 3),
        option(true, 4),
    );
    prop_oneof![
        single.prop_map(|(a, b, c)| (Kind::Single, vec![a, b, c])),
        multiple.prop_map(|(a, b, c, d)| (Kind::Multiple, vec![a, b, c, d])),
        Just((Kind::Open, Vec::new())),
    ]
}

fn follow_up() -> impl Strategy<Value = FollowUp> {
    (line(), prose()).prop_map(|(title, answer)| FollowUp { title, answer })
}

fn any_question() -> impl Strategy<Value = Question> {
    let items = || prop::collection::vec(line(), 2..4);
    let texts = (line(), prose(), prose(), prose(), prose());
    let lists = (
        items(),
        items(),
        items(),
        items(),
        prop::collection::vec(follow_up(), 1..3),
    );
    let level = prop_oneof![Just(Level::Easy), Just(Level::Medium), Just(Level::Hard)];
    let front = (
        "[a-z]{1,9}(-[a-z0-9]{1,9}){0,3}",
        level,
        prop::option::of(8u8..14),
        prop::collection::btree_set("[a-z]{1,9}", 1..4),
    );
    (front, answered(), texts, lists).prop_map(
        |((slug, level, minor, tags), (kind, options), texts, lists)| {
            let (title, prompt, explanation, in_practice, model_answer) = texts;
            let (common_mistakes, strong_signals, red_flags, rubric, follow_ups) = lists;
            let is_open = kind == Kind::Open;
            Question {
                slug,
                topic: "closures".to_owned(),
                level,
                kind,
                tags: tags.into_iter().collect(),
                python: minor.map(|minor| PythonVersion(3, minor)),
                references: vec!["https://docs.python.org/3/#a".to_owned()],
                title,
                prompt,
                options,
                explanation,
                in_practice,
                common_mistakes,
                strong_signals,
                red_flags,
                follow_ups,
                rubric: if is_open { rubric } else { Vec::new() },
                model_answer: if is_open { model_answer } else { String::new() },
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_question_comes_back_from_gift(question in any_question()) {
        let text = exported(std::slice::from_ref(&question), export::Format::Gift);
        prop_assert_eq!(questions(&text, Format::Gift), [question], "{}", text);
    }

    #[test]
    fn any_question_comes_back_from_csv(question in any_question()) {
        let text = exported(std::slice::from_ref(&question), export::Format::Csv);
        prop_assert_eq!(questions(&text, Format::Csv), [question], "{}", text);
    }

    #[test]
    fn no_text_makes_an_importer_panic(text in "[ab:{}=~#%\\\\\n/\\[\\]\\-><A.ANSWER,;\"é]{0,80}") {
        for format in [Format::Gift, Format::Aiken, Format::Csv, Format::OpenTdb, Format::Markdown] {
            read(text.as_bytes(), format, Some("gil"));
        }
    }
}
