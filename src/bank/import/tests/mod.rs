//! Files as other programs write them, files that are broken, and the way there and back.

mod gift;
mod others;
mod plain;
mod round_trip;

use std::sync::LazyLock;

use super::{Defaults, Format, Imported, Incoming, import_questions, write_files};
use crate::bank::export::{self, export_questions};
use crate::bank::parse::parse_question;
use crate::bank::preview;
use crate::bank::syllabus::Syllabus;
use crate::rules::question::{AnswerOption, Question};
use gift::GIFT;
use others::{AIKEN, OPENTDB};

static SYLLABUS: LazyLock<Syllabus> = LazyLock::new(Syllabus::builtin);

fn read(source: &[u8], format: Format, topic: Option<&str>) -> Imported {
    import_questions(
        "in.txt",
        source.to_vec(),
        format,
        &Defaults {
            syllabus: &SYLLABUS,
            topic,
            level: None,
        },
    )
}

/// The questions of a file in which nothing is wrong.
#[track_caller]
fn questions(source: &str, format: Format) -> Vec<Question> {
    let imported = read(source.as_bytes(), format, Some("gil"));
    assert_eq!(imported.report.problems, []);
    imported
        .questions
        .into_iter()
        .map(|incoming| read_back(&incoming))
        .collect()
}

/// What a file on its way into the bank says.
fn read_back(incoming: &Incoming) -> Question {
    let path = incoming.path.display().to_string();
    parse_question(&path, &incoming.text, &SYLLABUS).draft.unwrap()
}

/// What is wrong with a file, as `line:column: message`.
fn problems(source: &[u8], format: Format) -> Vec<String> {
    let imported = read(source, format, Some("gil"));
    assert!(imported.questions.is_empty(), "nothing may be half imported");
    imported
        .report
        .problems
        .iter()
        .map(|p| format!("{}:{}: {}", p.line, p.column, p.message))
        .collect()
}

fn exported(questions: &[Question], format: export::Format) -> String {
    let mut out = Vec::new();
    export_questions(questions, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Options as `x text (rationale)`.
fn options(question: &Question) -> Vec<String> {
    let told = |option: &AnswerOption| {
        let mark = if option.right { "x" } else { "-" };
        let why = if option.rationale.is_empty() {
            String::new()
        } else {
            format!(" ({})", option.rationale)
        };
        format!("{mark} {}{why}", option.text)
    };
    question.options.iter().map(told).collect()
}

#[test]
fn any_bad_file_ends_in_a_sentence() {
    for format in [
        Format::Gift,
        Format::Aiken,
        Format::Csv,
        Format::OpenTdb,
        Format::Markdown,
    ] {
        assert_eq!(problems(b"caf\xe9?{T}", format), ["1:4: this is not UTF-8"]);
        assert_eq!(
            problems(&vec![b'x'; 10 << 20], format),
            ["1:1: the file has 10 MB; 5 fit"]
        );
        assert!(!problems(b"", format).is_empty());
    }
}

#[test]
fn ten_thousand_questions_are_too_many() {
    let source: String = (0..10_000).map(|n| format!("Is {n} even?{{T}}\n\n")).collect();
    assert_eq!(
        problems(source.as_bytes(), Format::Gift),
        ["4001:1: 10000 questions are too many for one import; 2000 fit"]
    );
}

#[test]
fn marks_and_line_ends_of_windows_mean_nothing() {
    let windows = |source: &str| format!("\u{feff}{}", source.replace('\n', "\r\n"));
    assert_eq!(
        questions(&windows(GIFT), Format::Gift),
        questions(GIFT, Format::Gift)
    );
    assert_eq!(
        questions(&windows(AIKEN), Format::Aiken),
        questions(AIKEN, Format::Aiken)
    );
    assert_eq!(
        questions(&windows(OPENTDB), Format::OpenTdb),
        questions(OPENTDB, Format::OpenTdb)
    );
}

#[test]
fn questions_of_one_name_are_numbered_and_files_are_not_overwritten() {
    let imported = read(b"Is it?{T}\n\nIs it?{F}\n", Format::Gift, Some("gil"));
    let folder = tempfile::tempdir().unwrap();
    write_files(&imported.questions, folder.path()).unwrap();
    assert!(folder.path().join("concurrency/is-it.md").is_file());
    assert!(folder.path().join("concurrency/is-it-2.md").is_file());
    let error = write_files(&imported.questions, folder.path())
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with("is-it.md exists already; rename or remove one of the two"),
        "{error}"
    );
}

#[test]
fn what_is_still_to_be_written_is_named() {
    let imported = read(b"::Is it?::Is it held?{T}", Format::Gift, Some("gil"));
    let wanting: Vec<&str> = imported.questions[0]
        .wanting
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(wanting.contains(&"this option has no rationale"), "{wanting:?}");
    assert!(
        wanting.contains(&"the section `Explanation` is missing"),
        "{wanting:?}"
    );
    insta::assert_snapshot!(imported.questions[0].text, @r#"
    +++
    topic = "gil"
    level = "hard"
    kind = "single"
    tags = ["gil"]
    references = []
    +++
    # Is it?

    Is it held?

    - [x] True
    - [ ] False
    "#);
}

#[test]
fn cards_for_anki_ask_and_explain() {
    let question = questions(GIFT, Format::Gift).remove(0);
    insta::assert_snapshot!(exported(&[question], export::Format::AnkiCsv), @r#"
    #separator:Comma
    #html:true
    #guid column:1
    #tags column:4
    who-decides,"<p><strong>Who decides?</strong></p>
    <p>Where is a name looked <strong>up</strong> when a function is <em>called</em>?</p>
    <p><strong>A.</strong> In the scopes around its definition</p>
    <p><strong>B.</strong> In the scopes around its call</p>
    <p><strong>C.</strong> In the module only</p>","<p><strong>A is right.</strong> Yes &amp; always so</p>
    <p><strong>B is wrong.</strong> Callers do not matter</p>
    <p><strong>C is wrong.</strong></p>
    <p>Scopes are <code>lexical</code>.</p>",scoping names
    "#);
}

#[test]
fn a_preview_shows_the_question_before_and_after_the_reveal() {
    let question = questions(GIFT, Format::Gift).remove(0);
    let mut out = Vec::new();
    preview::write_preview(&question, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
    Who decides?
    closures · medium · single

    Where is a name looked **up** when a function is *called*?

      A  In the scopes around its definition
      B  In the scopes around its call
      C  In the module only

    ──── after the reveal ────

    ✓ A  Yes & always so
    · B  Callers do not matter
    · C

    Explanation

    Scopes are `lexical`.
    ");
}
