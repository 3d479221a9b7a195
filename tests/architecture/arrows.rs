//! The arrows of `ARCHITECTURE.md`: what each module may use. What is not listed may be used by nobody and uses nothing,
//! so a new module has to say where it stands.

use std::fs;
use std::path::Path;

use super::source::{named_paths, read_folder};

/// A module, and those of ours that it may name. The longest name that fits a file holds for it.
const MAY_USE: &[(&str, &[&str])] = &[
    ("ids", &[]),
    ("rules", &["ids"]),
    ("interaction", &["ids", "rules"]),
    ("reply", &["ids"]),
    ("picture", &["reply"]),
    ("bank", &["rules"]),
    ("view", &["ids", "interaction", "picture", "reply", "rules"]),
    ("store", &["ids", "rules"]),
    ("delivery", &[]),
    ("fail_points", &[]),
    ("settings", &[]),
    ("telemetry", &["settings"]),
    ("bot", &["bank", "delivery", "ids", "picture", "store"]),
    (
        "app",
        &[
            "bank",
            "bot",
            "fail_points",
            "ids",
            "interaction",
            "reply",
            "rules",
            "store",
            "view",
        ],
    ),
    (
        "handlers",
        &[
            "app",
            "bank",
            "bot",
            "fail_points",
            "ids",
            "interaction",
            "picture",
            "reply",
            "rules",
            "store",
            "view",
        ],
    ),
    (
        "jobs",
        &[
            "app",
            "bank",
            "bot",
            "discord::client",
            "discord::error",
            "fail_points",
            "ids",
            "interaction",
            "reply",
            "rules",
            "store",
            "view",
        ],
    ),
    ("discord", &[]),
    ("discord::error", &[]),
    (
        "discord::client",
        &["discord::error", "discord::permissions", "ids", "reply"],
    ),
    ("discord::commands", &["rules"]),
    ("discord::registered", &["discord::client", "discord::error"]),
    ("discord::decode", &["ids", "interaction"]),
    ("discord::permissions", &["discord::client", "ids"]),
    ("discord::dedup", &[]),
    (
        "discord::relay",
        &["delivery", "discord::client", "discord::error"],
    ),
    ("discord::probe", &["discord::relay"]),
    (
        "discord::gateway",
        &[
            "bot",
            "delivery",
            "discord",
            "fail_points",
            "handlers",
            "ids",
            "interaction",
            "reply",
            "store",
            "view",
        ],
    ),
    (
        "doctor",
        &[
            "bank", "bot", "discord", "ids", "rules", "run", "settings", "store",
        ],
    ),
    (
        "run",
        &[
            "bank",
            "bot",
            "discord",
            "fail_points",
            "ids",
            "jobs",
            "rules",
            "settings",
            "store",
            "telemetry",
        ],
    ),
    (
        "main",
        &["bank", "bot", "doctor", "rules", "run", "settings", "view"],
    ),
];

/// A word of the language or of a foreign crate, and the modules it may stand in.
const MAY_STAND_IN: &[(&str, &[&str])] = &[
    ("serenity", &["discord::gateway", "discord::relay"]),
    ("reqwest", &["discord::client"]),
    ("tokio_tungstenite", &["discord::probe", "discord::relay"]),
    // One clock, so that tests can turn it; chance only where Discord asks for it.
    ("Utc::now", &["bot"]),
    ("fastrand", &["discord::relay"]),
    (
        "sqlx",
        &["app", "bot", "doctor", "handlers", "jobs", "run", "store"],
    ),
    // Functions of the store take part in the transactions of those who call them.
    (".begin()", &["app", "doctor", "handlers", "jobs", "run"]),
    (
        "async fn",
        &[
            "app", "bot", "delivery", "discord", "doctor", "handlers", "jobs", "picture", "run", "store",
        ],
    ),
];

/// The entry that holds for a module: the longest whose name begins it.
fn find_entry<'a>(list: &'a [(&str, &'a [&'a str])], module: &str) -> Option<&'a (&'a str, &'a [&'a str])> {
    list.iter()
        .filter(|(name, _)| is_within(module, name))
        .max_by_key(|(name, _)| name.len())
}

fn is_within(module: &str, name: &str) -> bool {
    module == name
        || module
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with("::"))
}

#[test]
fn every_module_uses_only_what_it_may() {
    let files = read_folder("src");
    let known: Vec<&str> = files
        .iter()
        .filter_map(|file| Some(file.module.first()?.as_str()))
        .collect();
    let mut broken = Vec::new();
    let mut used = 0;
    for file in files.iter().filter(|file| !file.module.is_empty()) {
        let module = file.module.join("::");
        let Some((name, may_use)) = find_entry(MAY_USE, &module) else {
            broken.push(format!(
                "{} is not listed in tests/architecture/arrows.rs",
                file.path
            ));
            continue;
        };
        for path in named_paths(file) {
            let Some(first) = path.first().filter(|first| known.contains(&first.as_str())) else {
                continue;
            };
            let path = path.join("::");
            used += 1;
            let own = is_within(&path, name) || (path == *first && is_within(name, first));
            if !own && !may_use.iter().any(|allowed| is_within(&path, allowed)) {
                broken.push(format!("{} names {path}, which {name} may not use", file.path));
            }
        }
    }
    assert!(used > 1_000, "{used} names are too few: they are not found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn foreign_crates_stay_where_they_belong() {
    let mut broken = Vec::new();
    for file in read_folder("src") {
        let module = file.module.join("::");
        for (word, modules) in MAY_STAND_IN.iter().filter(|(word, _)| file.code.contains(*word)) {
            if !modules.iter().any(|name| is_within(&module, name)) {
                broken.push(format!("{} names {word}", file.path));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_sandbox_knows_neither_the_bot_nor_serenity() {
    for file in read_folder("sandbox/src") {
        for word in ["greenroom", "serenity::"] {
            assert!(
                !file.code.to_lowercase().contains(word),
                "{} names {word}",
                file.path
            );
        }
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("sandbox/Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    let before_tests = manifest.split("[dev-dependencies]").next().unwrap();
    assert!(!before_tests.contains("serenity") && !manifest.contains("greenroom"));
}
