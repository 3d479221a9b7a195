//! Functions are called by a verb and a noun; the rule is in `CONTRIBUTING.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{list_functions, read_folder};

/// `cargo test --test stories names_say -- --nocapture` prints the figures.
#[test]
fn names_say_what_is_done_and_are_not_shared_by_many_files() {
    let files = read_folder("src");
    let functions: Vec<_> = files
        .iter()
        .flat_map(|file| {
            list_functions(file)
                .into_iter()
                .map(move |function| (file, function))
        })
        .filter(|(_, function)| !function.of_trait)
        .collect();
    let mut files_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (file, function) in &functions {
        files_of.entry(&function.name).or_default().insert(&file.path);
    }
    let count = |holds: &dyn Fn(&str) -> bool| functions.iter().filter(|(_, f)| holds(&f.name)).count();
    let one_word = count(&|name| !name.contains('_'));
    let shared = count(&|name| files_of[name].len() >= 3);
    let percent = |part: usize| 100 * part / functions.len();
    println!(
        "{} functions; {} % of one word, at most 35; {} % with a name that three files share, at most 15",
        functions.len(),
        percent(one_word),
        percent(shared)
    );
    assert!(functions.len() > 1_000, "too few functions: they are not found");
    assert!(percent(one_word) <= 35 && percent(shared) <= 15);
}

#[test]
fn no_free_function_of_one_word_is_imported_bare() {
    let files = read_folder("src");
    let short: BTreeSet<String> = files
        .iter()
        .flat_map(list_functions)
        .filter(|function| function.free && !function.name.contains('_'))
        .map(|function| function.name)
        .collect();
    let modules: BTreeSet<&String> = files.iter().flat_map(|file| &file.module).collect();
    let mut bare = Vec::new();
    for file in &files {
        for statement in file
            .code
            .split("use ")
            .skip(1)
            .filter_map(|rest| rest.split(';').next())
        {
            let ours = ["crate::", "super::", "self::"]
                .iter()
                .any(|start| statement.starts_with(start));
            let leaves = statement.split(|c: char| "{},".contains(c)).map(str::trim);
            let names = leaves
                .filter_map(|leaf| leaf.rsplit("::").next())
                .map(str::to_owned);
            let found = names.filter(|name| ours && short.contains(name) && !modules.contains(name));
            bare.extend(found.map(|name| format!("{}: {name}", file.path)));
        }
    }
    assert!(
        bare.is_empty(),
        "imported without their module:\n{}",
        bare.join("\n")
    );
}
