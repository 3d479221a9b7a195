//! Programs that go wrong in ordinary ways, and what is told of them. Needs any CPython from 3.8 on.

use std::fs;
use std::sync::LazyLock;
use std::time::Duration;

use indicatif::ProgressBar;

use super::interpreters::{Interpreter, Which, find_interpreters};
use super::run::{How, Limits, run_program};
use super::{Verification, verify_programs};
use crate::bank::report::Format;
use crate::bank::tests::example;

const LIMITS: Limits = Limits {
    time: Duration::from_secs(5),
    memory: 1 << 30,
    output: 64 << 10,
};

static NEWEST: LazyLock<Interpreter> = LazyLock::new(|| {
    find_interpreters(&[], Which::Ends)
        .unwrap()
        .pop()
        .expect("a CPython from 3.8 on is installed")
});

/// Verifies the example with another program, and what the key says it prints.
fn verified(program: &str, key: &str) -> Verification {
    let source = example();
    let start = source.find("```python\n").unwrap();
    let end = source.find("- [ ]").unwrap();
    let source = format!(
        "{}```python\n{program}\n```\n\n{}",
        &source[..start],
        &source[end..]
    );
    let source = source.replace("- [x] `[20, 20, 20]`", &format!("- [x] {key}"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("functions");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("one.md"), source).unwrap();
    let mut done = verify_programs(
        &[path.join("one.md")],
        std::slice::from_ref(&*NEWEST),
        &LIMITS,
        &ProgressBar::hidden(),
    )
    .unwrap();
    assert_eq!(done.unreadable, [""; 0]);
    for outcome in &mut done.outcomes {
        outcome.path = "one.md".to_owned();
        outcome.python = "3.x".to_owned();
    }
    done.pythons = vec!["3.x".to_owned()];
    done
}

/// What is told of the program in the prompt; the one of the follow-up is right.
fn fault(program: &str, key: &str) -> String {
    let done = verified(program, key);
    let faults: Vec<&str> = done
        .faults()
        .filter_map(|outcome| outcome.fault.as_deref())
        .collect();
    assert!(faults.len() <= 1, "{faults:?}");
    faults.first().copied().unwrap_or("none").to_owned()
}

#[test]
fn a_program_that_prints_what_the_key_says_is_proven() {
    assert_eq!(fault("print(1)", "`1`"), "none");
    assert_eq!(fault("print(1, end='')", "`1`"), "none");
    assert_eq!(
        fault("print(1)\nprint('  2')", "Lines:\n  ```text\n  1\n    2\n  ```"),
        "none"
    );
    assert_eq!(fault("len(5)", "Raises `TypeError`"), "none");
    assert_eq!(
        fault("import json\njson.loads('')", "Raises `JSONDecodeError`"),
        "none"
    );
}

#[test]
fn another_output_is_shown_beside_what_was_said() {
    assert_eq!(
        fault("print(1)\nprint(2)", "Lines:\n  ```text\n  1\n  3\n  ```"),
        "it prints something else\n--- said\n+++ printed\n@@ -1,2 +1,2 @@\n 1\n-3\n+2\n"
    );
    assert_eq!(
        fault("print(1 )", "Raises `TypeError`"),
        "it does not raise TypeError; it prints\n1\n"
    );
    assert_eq!(
        fault("{}['k']", "Raises `TypeError`"),
        "it raises KeyError, not TypeError: KeyError: 'k'"
    );
    assert_eq!(
        fault("print(1)\nlen(5)", "Raises `TypeError`"),
        "it prints something else\n--- said\n+++ printed\n@@ -1 +1 @@\n-\n+1\n"
    );
    assert_eq!(
        fault("len(5)", "`1`"),
        "it raises TypeError: object of type 'int' has no len()"
    );
}

#[test]
fn a_distractor_that_is_true_is_found() {
    assert_eq!(
        fault("print([0, 0, 0])", "`1`"),
        "it prints something else\n--- said\n+++ printed\n@@ -1 +1 @@\n-1\n+[0, 0, 0]\n\nOption C says what it prints."
    );
    // The same line, once as a code span and once as a block.
    assert_eq!(
        fault("print([0, 0, 0])", "One line:\n  ```text\n  [0, 0, 0]\n  ```"),
        "option C is not the key, but it says what the program prints"
    );
}

#[test]
fn a_program_that_depends_on_hashes_or_chance_is_refused() {
    for program in [
        "print(set('abcdef'))",
        "import random\nprint(random.random())",
        "print(object())",
    ] {
        let fault = fault(program, "`1`");
        assert!(fault.starts_with("two runs differ"), "{program}: {fault}");
    }
}

#[test]
fn ordinary_mistakes_are_reported_and_not_suffered() {
    assert_eq!(
        fault("while True:\n    print('x' * 999)", "`1`"),
        "it prints without end"
    );
    assert_eq!(
        fault("open('a.txt', 'w').close()\nprint(1)", "`1`"),
        "it leaves files behind: a.txt"
    );
    assert_eq!(fault("raise SystemExit(3)", "`1`"), "it exits with 3");
    assert_eq!(fault("import os\nos.abort()", "`1`"), "signal 6 ends it");
    assert_eq!(fault("x = 'x' * 10 ** 11", "`1`"), "it raises MemoryError");
    assert_eq!(
        fault("f = (", "`1`").split(':').next(),
        Some("it raises SyntaxError")
    );
}

#[test]
fn a_program_that_does_not_end_is_ended() {
    let limits = Limits {
        time: Duration::from_secs(1),
        ..LIMITS
    };
    let ended = run_program(
        &NEWEST.path,
        "import time\nprint(1, flush=True)\ntime.sleep(60)",
        0,
        &limits,
    )
    .unwrap();
    assert_eq!((ended.how, ended.stdout.as_str()), (How::Hung, "1\n"));
}

#[test]
fn a_child_that_outlives_its_program_is_ended_too() {
    let program = "import os, time\nif os.fork():\n    print(1)\nelse:\n    time.sleep(60)";
    assert_eq!(fault(program, "`1`"), "none");
}

#[test]
fn programs_have_no_network() {
    let connect = "import socket\nsocket.create_connection(('127.0.0.1', 9))";
    assert_eq!(
        fault(connect, "`1`"),
        "it raises PermissionError: programs of questions have no network"
    );
    let inside = "import asyncio\nasync def f():\n    return 1\nprint(asyncio.run(f()))";
    assert_eq!(fault(inside, "`1`"), "none");
}

#[test]
fn programs_write_only_below_their_folder() {
    let target = tempfile::tempdir().unwrap();
    let program = format!("open({:?}, 'w')", target.path().join("x"));
    let told = "it raises PermissionError: programs of questions write only below their working folder";
    assert_eq!(fault(&program, "`1`"), told);
    let tidy = "import os\nopen('a', 'w').close()\nos.remove('a')\nprint(1)";
    assert_eq!(fault(tidy, "`1`"), "none");
}

#[test]
fn programs_see_nothing_of_our_environment() {
    let program = "import os\nprint('CARGO_MANIFEST_DIR' in os.environ, os.listdir())";
    assert_eq!(fault(program, "`False []`"), "none");
}

#[test]
fn a_program_runs_as_the_main_module_it_would_be() {
    let program = "import pickle\nclass A:\n    pass\npickle.loads(pickle.dumps(A()))\nprint(__name__, '_guard' in dir())";
    assert_eq!(fault(program, "`__main__ False`"), "none");
}

#[test]
fn shown_programs_are_compiled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("functions");
    fs::create_dir(&path).unwrap();
    let source = example().replace(
        "Why, not only what.",
        "Why.\n\n```python\nreturn (\n```\n\n```python fragment\nreturn (\n```",
    );
    fs::write(path.join("one.md"), source).unwrap();
    let done = verify_programs(
        &[path],
        std::slice::from_ref(&*NEWEST),
        &LIMITS,
        &ProgressBar::hidden(),
    )
    .unwrap();
    let faults: Vec<_> = done
        .faults()
        .map(|outcome| (outcome.line, outcome.fault.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].0, 29);
    assert!(
        faults[0].1.starts_with("it does not compile: line 1: "),
        "{faults:?}"
    );
}

#[test]
fn a_version_that_is_not_installed_yet_is_told_and_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("functions")).unwrap();
    let path = folder.path().join("functions/one.md");
    fs::write(&path, example().replace("\"3.8\"", "\"3.99\"")).unwrap();
    let done = verify_programs(
        std::slice::from_ref(&path),
        std::slice::from_ref(&*NEWEST),
        &LIMITS,
        &ProgressBar::hidden(),
    )
    .unwrap();
    assert_eq!(
        (done.not_run.as_slice(), done.exit_code()),
        ([path.display().to_string()].as_slice(), 0)
    );
}

#[test]
fn without_an_interpreter_there_is_a_sentence() {
    let error = verify_programs(&[], &[], &LIMITS, &ProgressBar::hidden()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no CPython from 3.8 on found; install one, or name it with --python"
    );
    let error = find_interpreters(&["/bin/true".into()], Which::All).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/bin/true is not a CPython from 3.8 on; name the interpreter itself"
    );
}

#[test]
fn the_table_tells_question_by_version_and_then_what_is_wrong() {
    let done = verified("print(2)", "`1`");
    let mut out = Vec::new();
    done.write(Format::Text, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
                3.x
    one.md     diff

    one.md:13:1: error: it prints something else (CPython 3.x)
        --- said
        +++ printed
        @@ -1 +1 @@
        -1
        +2

    1 program proven, 1 not, on CPython 3.x
    ");
    let mut out = Vec::new();
    done.write(Format::Json, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"{"pythons":["3.x"],"runs":2,"failed":1,"not_run":[],"unreadable":[],"faults":[{"path":"one.md","line":13,"python":"3.x","fault":"it prints something else\n--- said\n+++ printed\n@@ -1 +1 @@\n-1\n+2\n"}]}"#);
}

#[test]
fn the_ends_are_the_oldest_and_the_newest_and_what_was_named() {
    let all = find_interpreters(&[], Which::All).unwrap();
    let ends = find_interpreters(&[], Which::Ends).unwrap();
    assert_eq!(ends.first(), all.first());
    assert_eq!(ends.last(), all.last());
    assert!(ends.len() <= 2);
    let middle = &all[all.len() / 2];
    let named = find_interpreters(std::slice::from_ref(&middle.path), Which::Ends).unwrap();
    assert!(named.contains(middle));
}
