//! Files as other programs write them, files that are broken, and the way there and back.

use super::{Defaults, Format, Imported, import, write};
use crate::bank::Bank;
use crate::bank::export::{self, export};
use crate::bank::syllabus::Syllabus;
use crate::rules::question::{AnswerOption, FollowUp, Kind, Level, PythonVersion, Question};
use proptest::prelude::*;
use std::sync::LazyLock;

static SYLLABUS: LazyLock<Syllabus> = LazyLock::new(Syllabus::builtin);

fn read(source: &[u8], format: Format, topic: Option<&str>) -> Imported {
    import(
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
        .map(|incoming| incoming.question)
        .collect()
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
    export(questions, format, &mut out).unwrap();
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
        let text = export::markdown::write(question).into_bytes();
        let defaults = Defaults {
            syllabus: &SYLLABUS,
            topic: None,
            level: None,
        };
        let read = import(&path, text, Format::Markdown, &defaults);
        assert_eq!(read.report.problems, []);
        assert_eq!(&read.questions[0].question, question);
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

/// Every feature of the format that can be ours.
const GIFT: &str = r#"// A file as teachers write it.
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
                "A function that another function returns and that uses its variables is a _____ of it."
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

const AIKEN: &str = "What is held while bytecode runs?\nA. A __lock__\nB) The interpreter lock\nC. Nothing\nANSWER: B\n\nIs it one per process?\nA) Yes\nB) No\nANSWER: A\n";

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

const OPENTDB: &str = r#"{"response_code":0,"results":[
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
    write(&imported.questions, folder.path()).unwrap();
    assert!(folder.path().join("concurrency/is-it.md").is_file());
    assert!(folder.path().join("concurrency/is-it-2.md").is_file());
    let error = write(&imported.questions, folder.path()).unwrap_err().to_string();
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
    crate::bank::preview::write(&question, &mut out).unwrap();
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
