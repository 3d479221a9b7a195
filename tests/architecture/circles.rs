//! No circle of files: whoever changes a file knows whom that may touch, and reads no file twice to understand one.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{SourceFile, named_paths, read_folder};

/// For each file those it names. A module names its own parts by declaring them, which counts for nothing.
fn files_named(files: &[SourceFile]) -> Vec<BTreeSet<usize>> {
    let by_module: BTreeMap<&[String], usize> = (0..)
        .zip(files)
        .filter(|(_, file)| file.module != ["main"])
        .map(|(at, file)| (file.module.as_slice(), at))
        .collect();
    let find = |path: &[String]| {
        (1..=path.len())
            .rev()
            .find_map(|length| by_module.get(&path[..length]).copied())
    };
    files
        .iter()
        .map(|file| {
            named_paths(file)
                .iter()
                .filter_map(|path| find(path))
                .filter(|at| !files[*at].module.starts_with(&file.module))
                .collect()
        })
        .collect()
}

/// Whether `to` can be reached from `from` by at least one step.
fn reaches(named: &[BTreeSet<usize>], from: usize) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<usize> = named[from].iter().copied().collect();
    while let Some(at) = open.pop() {
        if seen.insert(at) {
            open.extend(&named[at]);
        }
    }
    seen
}

#[test]
fn no_files_form_a_circle() {
    let mut steps = 0;
    for folder in ["src", "sandbox/src", "sandbox/openapi/src"] {
        let files = read_folder(folder);
        let named = files_named(&files);
        steps += named.iter().map(BTreeSet::len).sum::<usize>();
        let reached: Vec<BTreeSet<usize>> = (0..files.len()).map(|at| reaches(&named, at)).collect();
        let in_circle = |at: &usize| reached[*at].contains(at);
        let circles: BTreeSet<String> = (0..files.len())
            .filter(in_circle)
            .map(|at| {
                let together = reached[at].iter().filter(|other| reached[**other].contains(&at));
                let step = |from: usize| {
                    let to = named[from].iter().filter(|to| reached[**to].contains(&at));
                    let to: Vec<&str> = to.map(|to| files[*to].path.as_str()).collect();
                    format!("  {} names {}", files[from].path, to.join(", "))
                };
                together.map(|other| step(*other)).collect::<Vec<_>>().join("\n")
            })
            .collect();
        let circles: Vec<String> = circles.into_iter().collect();
        println!("{folder}: {} files, {} circles", files.len(), circles.len());
        assert!(
            circles.is_empty(),
            "these name each other:\n{}",
            circles.join("\n\n")
        );
    }
    assert!(steps > 1_000, "{steps} steps are too few: they are not found");
}
