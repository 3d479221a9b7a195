//! How the code is laid out, kept so: who may use whom, no circles, what functions are called, how long they are. Read
//! from the files themselves.

mod arrows;
mod circles;
mod fail_points;
mod guilds;
mod names;
mod shape;
mod source;

use std::fs;
use std::path::Path;

#[test]
fn there_is_one_http_client() {
    // serenity takes any version of it from 0.11 on, so an older one of ours would be linked beside the newest.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    assert_eq!(lock.matches("\nname = \"reqwest\"\n").count(), 1);
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
