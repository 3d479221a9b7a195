//! How long functions and lines are, and what must not come back.

use std::collections::BTreeSet;

use super::source::{list_functions, read_folder};

/// `cargo test --test stories functions_are_short -- --nocapture` prints the figures.
#[test]
fn functions_are_short() {
    let files = read_folder("src");
    let mut lengths: Vec<(usize, String)> = files
        .iter()
        .flat_map(|file| {
            let named = |f: &super::source::Function| format!("{}: {}", file.path, f.name);
            list_functions(file)
                .into_iter()
                .map(move |f| (f.lines, named(&f)))
        })
        .collect();
    lengths.sort();
    let (longest, name) = lengths.last().unwrap();
    let p99 = lengths[lengths.len() * 99 / 100].0;
    let lines: usize = files.iter().map(|file| file.text.lines().count()).sum();
    println!("src without tests: {} files, {lines} lines", files.len());
    println!("functions: the longest {longest} lines ({name}), at most 80; p99 {p99}, at most 50");
    assert!(*longest <= 80 && p99 <= 50);
}

/// What was taken out once, with why it must not come back.
const GONE: [(&str, &str); 2] = [
    (
        "Result<Result<",
        "a refusal is an error of its own and travels with `?`",
    ),
    ("expect(missing_docs", "what needs no documentation is private"),
];

#[test]
fn what_was_taken_out_stays_out() {
    let mut found = BTreeSet::new();
    for file in read_folder("src") {
        for (text, why) in GONE.iter().filter(|(text, _)| file.code.contains(text)) {
            found.insert(format!("{}: {text}, but {why}", file.path));
        }
    }
    assert!(
        found.is_empty(),
        "{}",
        found.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn lines_are_read_without_scrolling_and_imports_stand_in_one_order() {
    let mut found = Vec::new();
    for file in ["src", "sandbox/src", "sandbox/openapi/src"]
        .into_iter()
        .flat_map(read_folder)
    {
        let long = (1..)
            .zip(file.text.lines())
            .filter(|(_, line)| line.chars().count() > 120);
        found.extend(long.map(|(n, _)| format!("{}:{n} has more than 120 columns", file.path)));
        let own_names: Vec<&str> = file
            .text
            .lines()
            .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
            .map(|name| name.trim_end_matches(';'))
            .collect();
        let groups: Vec<u8> = file
            .text
            .lines()
            .take_while(|line| !line.starts_with("fn ") && !line.starts_with("impl"))
            .filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("use "))
            .map(|path| match path.split([':', ';']).next() {
                Some("std") => 0,
                Some("crate" | "self" | "super") => 2,
                Some(name) if own_names.contains(&name) => 2,
                _ => 1,
            })
            .collect();
        if !groups.is_sorted() {
            found.push(format!("{}: first std, then other crates, then ours", file.path));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
