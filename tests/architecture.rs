//! The arrows of `ARCHITECTURE.md`: who may use whom, read from the `use` lines and paths of every file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Module, and the modules of ours and foreign crates it must not name.
const MUST_NOT: &[(&str, &[&str])] = &[
    ("ids.rs", &["crate::", "sqlx", "serenity", "tokio"]),
    (
        "interaction",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::discord",
            "crate::bot",
            "crate::jobs",
            "crate::bank",
            "sqlx",
            "serenity",
            "tokio",
        ],
    ),
    (
        "reply",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::discord",
            "crate::bot",
            "crate::jobs",
            "crate::bank",
            "crate::rules",
            "sqlx",
            "serenity",
            "tokio",
        ],
    ),
    (
        "picture/",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::discord",
            "crate::bot",
            "crate::jobs",
            "crate::bank",
            "crate::rules",
            "crate::interaction",
            "sqlx",
            "serenity",
            "Utc::now",
        ],
    ),
    (
        "rules/",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::discord",
            "crate::bot",
            "crate::jobs",
            "crate::bank",
            "crate::reply",
            "crate::interaction",
            "sqlx",
            "serenity",
            "tokio",
            "Utc::now",
            "rand::",
        ],
    ),
    (
        "bank/",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::discord",
            "crate::bot",
            "crate::jobs",
            "crate::reply",
            "crate::interaction",
            "sqlx",
            "serenity",
            "tokio",
        ],
    ),
    (
        "view/",
        &[
            "crate::store",
            "crate::handlers",
            "crate::discord",
            "crate::bot",
            "crate::jobs",
            "crate::bank",
            "sqlx",
            "serenity",
            "tokio",
            "async fn",
        ],
    ),
    (
        "store/",
        &[
            "crate::view",
            "crate::handlers",
            "crate::discord",
            "crate::bot",
            "crate::jobs",
            "crate::bank",
            "crate::reply",
            "crate::interaction",
            "serenity",
            "Utc::now",
            ".begin()",
        ],
    ),
    (
        "bot.rs",
        &[
            "crate::view",
            "crate::handlers",
            "crate::discord",
            "crate::jobs",
            "crate::reply",
            "serenity",
        ],
    ),
    (
        "handlers/",
        &[
            "crate::discord",
            "crate::jobs",
            "crate::settings",
            "serenity",
            "reqwest",
            "Utc::now",
        ],
    ),
    (
        "app/",
        &[
            "crate::handlers",
            "crate::jobs",
            "crate::discord",
            "crate::settings",
            "serenity",
            "reqwest",
            "Utc::now",
        ],
    ),
    (
        "jobs/",
        &[
            "crate::handlers",
            "crate::settings",
            "crate::discord::gateway",
            "crate::discord::decode",
            "serenity",
            "reqwest",
            "Utc::now",
        ],
    ),
    (
        "discord/decode.rs",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::bot",
            "sqlx",
        ],
    ),
    (
        "discord/commands.rs",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::bot",
            "sqlx",
            "serenity",
        ],
    ),
    (
        "discord/client.rs",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::bot",
            "sqlx",
            "serenity",
        ],
    ),
    (
        "discord/client",
        &[
            "crate::store",
            "crate::view",
            "crate::handlers",
            "crate::bot",
            "sqlx",
            "serenity",
        ],
    ),
    (
        "doctor",
        &[
            "crate::view",
            "crate::handlers",
            "crate::jobs",
            "crate::discord::gateway",
            "serenity",
            "Utc::now",
        ],
    ),
    ("settings.rs", &["crate::", "sqlx", "serenity::"]),
];

fn files(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
            false => {}
        }
    }
}

/// A file without its tests and comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .to_owned();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_module_keeps_to_its_arrows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    let mut broken = Vec::new();
    for path in &all {
        let name = path.strip_prefix(&src).unwrap().display().to_string();
        for (module, forbidden) in MUST_NOT.iter().filter(|(module, _)| name.starts_with(module)) {
            let code = code(path);
            let crosses = forbidden.iter().filter(|word| code.contains(**word));
            broken.extend(crosses.map(|word| format!("src/{name} names {word}, which {module} must not")));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn there_is_one_http_client() {
    // serenity takes any version of it from 0.11 on, so an older one of ours would be linked beside the newest.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    assert_eq!(lock.matches("\nname = \"reqwest\"\n").count(), 1);
}

#[test]
fn the_sandbox_knows_neither_the_bot_nor_serenity() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("sandbox");
    let mut all = Vec::new();
    files(&manifest.join("src"), &mut all);
    for path in all {
        let code = code(&path);
        for word in ["greenroom", "serenity::"] {
            assert!(
                !code.to_lowercase().contains(word),
                "{} names {word}",
                path.display()
            );
        }
    }
    let manifest = fs::read_to_string(manifest.join("Cargo.toml")).unwrap();
    let before_tests = manifest.split("[dev-dependencies]").next().unwrap();
    assert!(!before_tests.contains("serenity") && !manifest.contains("greenroom"));
}

/// The files of `src` without those that hold tests.
fn program_files() -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    all.retain(|path| {
        !path.ends_with("tests.rs") && !path.components().any(|part| part.as_os_str() == "tests")
    });
    all
}

/// The functions of the program outside of implementations of traits: name, file, whether it is free.
fn functions() -> Vec<(String, PathBuf, bool)> {
    let all = program_files();
    let mut found = Vec::new();
    for path in all {
        let text = code(&path);
        let mut trait_ends_at = None;
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            let words: Vec<&str> = line.split_whitespace().collect();
            let is_impl = words.first().is_some_and(|word| word.starts_with("impl"));
            if is_impl && words.contains(&"for") && line.ends_with('{') {
                trait_ends_at = Some(indent);
            } else if trait_ends_at == Some(indent) && line.trim_start().starts_with('}') {
                trait_ends_at = None;
            }
            let name = words.iter().position(|word| *word == "fn").and_then(|at| {
                let before = words[..at].iter();
                let declares = before.clone().all(|word| {
                    word.starts_with("pub") || ["const", "async", "in"].contains(word) || word.ends_with(')')
                });
                words.get(at + 1).filter(|_| declares)
            });
            if let Some(name) = name.filter(|_| trait_ends_at.is_none()) {
                let name: String = name
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                found.push((name, path.clone(), indent == 0));
            }
        }
    }
    found
}

/// The rule is in CONTRIBUTING.md. `cargo test --test stories names_say -- --nocapture` prints the figures.
#[test]
fn names_say_what_is_done_and_are_not_shared_by_many_files() {
    let functions = functions();
    let all = functions.len();
    let one_word = functions.iter().filter(|(name, ..)| !name.contains('_')).count();
    let mut files_of: BTreeMap<&str, BTreeSet<&Path>> = BTreeMap::new();
    for (name, path, _) in &functions {
        files_of.entry(name).or_default().insert(path);
    }
    let shared = functions
        .iter()
        .filter(|(name, ..)| files_of[name.as_str()].len() >= 3)
        .count();
    let percent = |part: usize| 100 * part / all;
    println!(
        "{all} functions; {} % of one word, at most 35; {} % with a name that three files share, at most 15",
        percent(one_word),
        percent(shared)
    );
    assert!(all > 1_000, "{all} functions are too few: they are not found");
    assert!(percent(one_word) <= 35 && percent(shared) <= 15);
}

#[test]
fn no_free_function_of_one_word_is_imported_bare() {
    let short: BTreeSet<String> = functions()
        .into_iter()
        .filter(|(name, _, free)| *free && !name.contains('_'))
        .map(|(name, ..)| name)
        .collect();
    let all = program_files();
    let modules: BTreeSet<String> = all
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .chain(
            all.iter()
                .filter_map(|path| Some(path.parent()?.file_name()?.to_str()?.to_owned())),
        )
        .collect();
    let mut bare = Vec::new();
    for path in all {
        let text = code(&path);
        for statement in text
            .split("use ")
            .skip(1)
            .filter_map(|rest| rest.split(';').next())
        {
            let ours = ["crate::", "super::", "self::"]
                .iter()
                .any(|start| statement.starts_with(start));
            let leaves = statement
                .split(|c: char| "{},".contains(c))
                .map(|part| part.trim());
            let names = leaves.filter_map(|leaf| leaf.rsplit("::").next());
            let found = names.filter(|name| ours && short.contains(*name) && !modules.contains(*name));
            bare.extend(found.map(|name| format!("{}: {name}", path.display())));
        }
    }
    assert!(
        bare.is_empty(),
        "imported without their module:\n{}",
        bare.join("\n")
    );
}

/// While a new version starts, the one before it still writes rows: it does not know the column.
#[test]
fn a_column_that_is_added_to_a_table_is_nullable_or_has_a_default() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut added = 0;
    let mut broken = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        let lines = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default());
        let text = lines.collect::<Vec<_>>().join(" ");
        for statement in text
            .split(';')
            .filter(|statement| statement.contains("alter table"))
        {
            for column in statement.split("add column").skip(1) {
                added += 1;
                if column.contains("not null") && !column.contains("default") && !column.contains("generated")
                {
                    broken.push(format!("{}: add column{column}", path.display()));
                }
            }
        }
    }
    assert!(added > 10, "{added} columns are too few: they are not found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
