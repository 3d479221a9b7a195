//! What is long costs no more than its length: a file as large as fits, of one sign or of one kind of line.
//!
//! In `make test` such files are read and nothing else is asked, as times depend on the machine; a reader that looks at
//! everything again for each sign would not be done before people go home. `make fuzz` measures.

use std::time::{Duration, Instant};

use super::files::{FORMATS, check, import};
use super::made_up::MEANINGFUL;
use super::read_number;
use crate::bank::import::Format;

/// Bytes of a file that is read in any case, and of one that is measured against one of a quarter of it.
const LONG: usize = 60_000;
const MEASURED: usize = 1 << 20;
/// Four times as much takes four times as long, give or take what else the machine does. Sixteen is quadratic.
const MOST_GROWTH: f64 = 9.0;
/// What takes less is not worth to be measured, and cannot be.
const SOON: Duration = Duration::from_secs(1);

/// One kind of a long file: what it begins with, what comes again and again, and what it ends with.
type Kind = (&'static str, &'static str, &'static str);

const KINDS: &[Kind] = &[
    // Many options, as each format has them.
    ("Is it?{=a", " ~b", "}"),
    ("Is it?\nA. a\n", "B. b\n", "ANSWER: A"),
    (
        r#"{"response_code":0,"results":[{"type":"multiple","difficulty":"easy","category":"a","question":"a","correct_answer":"b","incorrect_answers":["#,
        r#""b","#,
        r#""b"]}]}"#,
    ),
    ("prompt,a,b,right\nIs it?,", "a,", "b"),
    (
        "+++\ntopic = \"gil\"\n+++\n# A\n\nIs it?\n\n",
        "- [ ] a\n",
        "- [x] b\n",
    ),
    // Long names, and many.
    ("$CATEGORY: ", "a/", "gil\n\nIs it?{T}\n"),
    ("", "$CATEGORY: a/gil\n\nIs it?{T}\n\n", ""),
    ("", "Is it?{T}\n\n", ""),
    ("prompt,topic\n", "a,gli\n", ""),
    ("prompt,topic\na,", "gli", "\n"),
    ("// [id:", "[id:", "]\nIs it?{T}\n"),
    ("+++\ntags = [", "\"a\", ", "]\n+++\n"),
    ("+++\n", "[[part]]\n", "+++\n"),
    ("", "[[set]]\nname = \"a\"\n", ""),
    // Signs that look for another, which never comes.
    ("Is it ", "<", "{T}"),
    ("Is it ", "<b ", "{T}"),
    ("Is it ", "&", "{T}"),
    ("Is it ", "<b>&a", "{T}"),
    ("Is it ", " ", "<b>a</b>{T}"),
    ("Is it ", "a>", "{T}"),
    ("Is it ", "1.", "{T}"),
    ("Is it ", "*a **b ", "{T}"),
    ("Is it ", "[a](", "{T}"),
    ("Is it ", "`a ``b ", "{T}"),
    ("Is it ", "https://a", "{T}"),
    ("Is it?{=a ~b#", "\\#", "}"),
];

fn write_file((begin, again, end): Kind, length: usize) -> String {
    let times = length.saturating_sub(begin.len() + end.len()) / again.len();
    format!("{begin}{}{end}", again.repeat(times))
}

/// The kinds above, and each sign of a format by itself.
fn list_kinds() -> impl Iterator<Item = Kind> {
    KINDS
        .iter()
        .copied()
        .chain(MEANINGFUL.iter().map(|sign| ("", *sign, "")))
}

#[test]
fn long_files_are_read() {
    for kind in KINDS {
        let text = write_file(*kind, LONG);
        check(&text);
        FORMATS.into_iter().for_each(|format| import(&text, format));
    }
}

/// Only in `make fuzz`: it asks for times.
#[test]
fn four_times_as_much_takes_four_times_as_long() {
    if read_number("FUZZ_TIMES").is_none() {
        return;
    }
    let formats = FORMATS.map(Some).into_iter().chain([None]);
    let readers: Vec<Option<Format>> = formats.collect();
    let took = |reader: Option<Format>, kind: Kind, length: usize| {
        let text = write_file(kind, length);
        let since = Instant::now();
        match reader {
            Some(format) => import(&text, format),
            None => check(&text),
        }
        since.elapsed()
    };
    let mut slow = Vec::new();
    for kind in list_kinds() {
        for reader in &readers {
            // A question that is too long is refused; what is just not refused is measured by itself.
            for length in [LONG, MEASURED] {
                let (less, more) = (took(*reader, kind, length / 4), took(*reader, kind, length));
                let growth = more.as_secs_f64() / less.as_secs_f64().max(f64::EPSILON);
                if more > SOON && growth > MOST_GROWTH {
                    slow.push(format!(
                        "{reader:?} of {kind:?}: {less:?} for a quarter, {more:?} for all of {length}"
                    ));
                }
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
