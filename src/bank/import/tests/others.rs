//! Aiken, the Open Trivia Database, CSV.

use super::{options, problems, questions};
use crate::bank::import::Format;
use crate::rules::question::{Kind, Level};

pub(super) const AIKEN: &str = "What is held while bytecode runs?\nA. A __lock__\nB) The interpreter lock\nC. Nothing\nANSWER: B\n\nIs it one per process?\nA) Yes\nB) No\nANSWER: A\n";

#[test]
fn aiken_is_read_as_plain_text() {
    let read = questions(AIKEN, Format::Aiken);
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].prompt, "What is held while bytecode runs?");
    assert_eq!(
        options(&read[0]),
        [r"- A \_\_lock\_\_", "x The interpreter lock", "- Nothing"]
    );
    assert_eq!(
        (read[1].slug.as_str(), read[1].level),
        ("is-it-one-per-process", Level::Hard)
    );
}

#[test]
fn mistakes_in_aiken_are_located() {
    for (source, told) in [
        (
            "Q?\nA. a\nB. b\nANSWER: C\n",
            "4:1: `C` is not one of the options A to B",
        ),
        (
            "Q?\nA. a\nANSWER: A\n",
            "1:1: this question has fewer than two options",
        ),
        (
            "Q?\nA. a\nC. b\nANSWER: A\n",
            "3:1: option C stands where option B is expected",
        ),
        (
            "Q?\nA. a\nB. b\nAnswer: A\n",
            "4:1: an answer line begins with `ANSWER: `, in capitals, with a colon",
        ),
        (
            "Q?\nand more?\nA. a\nB. b\nANSWER: A\n",
            "2:1: a question is one line in Aiken",
        ),
        (
            "Q?\nA. a\nB. b\n\nR?\nA. a\nB. b\nANSWER: A\n",
            "1:1: this question has no line `ANSWER: `",
        ),
        ("Q?\nA. a\nB. b\n", "1:1: this question has no line `ANSWER: `"),
        ("ANSWER: A\n", "1:1: this answer belongs to no question"),
    ] {
        assert_eq!(problems(source.as_bytes(), Format::Aiken), [told], "{source}");
    }
}

pub(super) const OPENTDB: &str = r#"{"response_code":0,"results":[
{"type":"multiple","difficulty":"medium","category":"Science: Computers","question":"What does &quot;GIL&quot; stand for &ndash; in Python&#039;s CPython?","correct_answer":"Global interpreter lock","incorrect_answers":["General I&amp;O loop","Graph in list","Guido&#039;s __inner__ loop"]},
{"type":"boolean","difficulty":"easy","category":"Science: Computers","question":"PyPy has no GIL.","correct_answer":"False","incorrect_answers":["True"]}]}"#;

#[test]
fn open_trivia_is_read_with_its_entities() {
    let read = questions(OPENTDB, Format::OpenTdb);
    assert_eq!(
        read[0].prompt,
        "What does \"GIL\" stand for – in Python's CPython?"
    );
    let mut told = options(&read[0]);
    told.sort();
    assert_eq!(
        told,
        [
            r"- General I&O loop",
            r"- Graph in list",
            r"- Guido's \_\_inner\_\_ loop",
            "x Global interpreter lock"
        ]
    );
    assert_eq!(options(&read[1]), ["- True", "x False"]);
    assert_eq!((read[0].level, read[1].level), (Level::Medium, Level::Easy));
    assert_eq!(read[0].tags, ["gil", "science computers"]);
}

#[test]
fn mistakes_in_open_trivia_are_located() {
    for (source, told) in [
        ("<html>", "1:1: expected value"),
        (
            "{\"response_code\":5,\"results\":[]}",
            "1:3: the database refused with code 5",
        ),
        (
            "{\"response_code\":0,\"results\":[]}",
            "1:1: there is no question in this file",
        ),
        (
            &OPENTDB.replace("\"easy\"", "\"trivial\""),
            "3:40: unknown variant `trivial`, expected one of `easy`, `medium`, `hard`",
        ),
        (&OPENTDB.replace("\"False\",", ""), "3:137: expected `,` or `}`"),
        (&OPENTDB[..200], "2:169: EOF while parsing a string"),
    ] {
        assert_eq!(problems(source.as_bytes(), Format::OpenTdb), [told], "{source}");
    }
}

#[test]
fn csv_needs_few_columns_and_takes_other_separators() {
    let source =
        "prompt;right;a;b;why_a\r\n\"Which; one?\nNow?\";B;\"x, y\";z;no\r\n;;;;\r\n\"Why?\";;;;\r\n";
    let read = questions(source, Format::Csv);
    assert_eq!(read[0].prompt, "Which; one?\nNow?");
    assert_eq!(options(&read[0]), ["- x, y (no)", "x z"]);
    assert_eq!((read.len(), read[1].kind), (2, Kind::Open));
}

#[test]
fn mistakes_in_csv_are_located() {
    for (source, told) in [
        (
            "promt,right\nx,y\n",
            "1:1: unknown column `promt`\n1:1: the column `prompt` is missing",
        ),
        (
            "prompt,right,a,b\nx,C,1,2\n",
            "2:1: `right` names `c`, which is no option",
        ),
        (
            "prompt,right,a,b\n\nx,A,1,2\ny,A,1\n",
            "4:1: 3 cells under 4 columns",
        ),
        ("prompt,level\nx,middling\n", "2:1: `middling` is not a level"),
        ("prompt,kind\nx,essay\n", "2:1: `essay` is not a kind"),
        ("prompt,python\nx,2.7\n", "2:1: `2.7` is not a CPython version"),
        ("prompt,topic\nx,gill\n", "2:1: the syllabus has no topic `gill`"),
        (
            "prompt,a,why_b\nx,1,because\n",
            "2:1: `why_b` has a text and `b` has none",
        ),
    ] {
        assert_eq!(
            problems(source.as_bytes(), Format::Csv).join("\n"),
            told,
            "{source}"
        );
    }
}
