//! The arrows of `ARCHITECTURE.md`: who may use whom, read from the `use` lines and paths of every file.

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
        "jobs/",
        &[
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
