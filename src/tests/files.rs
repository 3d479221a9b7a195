//! Question files, sets and the formats of other programs.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::config;
use super::made_up::made_up_text;
use crate::bank::import::{Defaults, Format, import_questions};
use crate::bank::lint::lint_question;
use crate::bank::parse::parse_question;
use crate::bank::problem::{Findings, MOST_TOLD};
use crate::bank::report::{self, Report};
use crate::bank::sets;
use crate::bank::syllabus::Syllabus;

pub static SYLLABUS: LazyLock<Syllabus> = LazyLock::new(Syllabus::builtin);

pub const FORMATS: [Format; 5] = [
    Format::Gift,
    Format::Aiken,
    Format::Csv,
    Format::OpenTdb,
    Format::Markdown,
];

/// Reads a file in a format, and tells what is wrong with it.
pub fn import(text: &str, format: Format) {
    let defaults = Defaults {
        syllabus: &SYLLABUS,
        topic: Some("gil"),
        level: None,
    };
    let imported = import_questions("functions/a.md", text.as_bytes().to_vec(), format, &defaults);
    assert_eq!(
        imported.questions.is_empty(),
        imported.report.exit_code(report::Warnings::Allow) > 0
    );
    tell(imported.report);
}

/// Reads and judges a question file, as a check does.
pub fn check(text: &str) {
    let path = "functions/a.md";
    let parsed = parse_question(path, text, &SYLLABUS);
    let mut found = Findings::new(path, text);
    lint_question(&parsed, &mut found);
    sets::read_sets(&SYLLABUS, &mut found);
    let mut report = Report {
        problems: parsed.problems,
        ..Report::default()
    };
    report.problems.extend(found.problems);
    report.sources.insert(path.to_owned(), text.to_owned());
    tell(report);
}

fn tell(report: Report) {
    // Of errors and of warnings, each with a line that there is more, from two lists of findings.
    assert!(
        report.problems.len() <= 4 * (MOST_TOLD + 1),
        "{}",
        report.problems.len()
    );
    for format in [report::Format::Text, report::Format::Json] {
        report.write(format, &mut Vec::new()).unwrap();
    }
}

/// The example of the README with something put between its lines.
fn interrupted() -> impl Strategy<Value = String> {
    let breaks = prop::collection::vec((any::<prop::sample::Index>(), made_up_text(6)), 1..4);
    breaks.prop_map(|breaks| {
        let example = crate::bank::example();
        let mut lines: Vec<String> = example.split_inclusive('\n').map(str::to_owned).collect();
        for (at, text) in breaks {
            lines.insert(at.index(lines.len() + 1), text);
        }
        lines.concat()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_a_question_file_or_has_a_place_where_it_is_wrong(text in prop_oneof![interrupted(), made_up_text(40)]) {
        check(&text);
    }

    #[test]
    fn any_text_is_imported_or_has_a_place_where_it_is_wrong(text in made_up_text(40)) {
        for format in FORMATS {
            import(&text, format);
        }
    }
}
