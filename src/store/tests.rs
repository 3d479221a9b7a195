use std::fs;
use std::path::Path;

use crate::store::{competitions, quizzes, rounds};

/// Databases hold these words: a new one may come, but none may change.
#[test]
fn stored_words_stay_as_they_are() {
    assert_eq!(
        rounds::State::ALL.map(rounds::State::as_str),
        ["waiting", "planned", "posted", "revealed", "skipped", "failed"]
    );
    assert_eq!(
        quizzes::State::ALL.map(quizzes::State::as_str),
        ["lobby", "running", "finished", "cancelled"]
    );
    assert_eq!(
        competitions::State::ALL.map(competitions::State::as_str),
        ["planned", "running", "finished", "cancelled"]
    );
}

/// A column is read where it is named, so that who removes or renames one finds who reads it.
#[test]
fn no_query_asks_for_every_column() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let mut queries = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let described: serde_json::Value =
            serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let query = described["query"].as_str().unwrap();
        let without_comments = query.lines().filter_map(|line| line.split("--").next());
        let sql = without_comments
            .collect::<Vec<_>>()
            .join(" ")
            .replace("count(*)", "");
        // What is multiplied is a name, a number or something in brackets.
        let all_columns = sql.match_indices('*').find(|(at, _)| {
            let before = sql[..*at].trim_end();
            let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
            !before.ends_with(')')
                && ["", "select", "distinct", "returning"].contains(&word.unwrap_or_default())
        });
        assert!(all_columns.is_none(), "name the columns: {query}");
        queries += 1;
    }
    assert!(queries > 200, "{queries} queries are too few: they are not found");
}

/// The operator is told where an unreadable value stands only if the query looks at every column that can hold one.
#[test]
fn every_column_of_a_type_of_ours_is_searched_for_what_is_unreadable() {
    let types: toml::Table = toml::from_str(include_str!("../../sqlx.toml")).unwrap();
    let searched = include_str!("unreadable.rs");
    for (table, columns) in types["macros"]["table-overrides"].as_table().unwrap() {
        for (column, ours) in columns.as_table().unwrap() {
            let ours = ours.as_str().unwrap();
            if ours.starts_with("crate::") && !ours.starts_with("crate::ids::") {
                let branch = searched.split("union all").find(|part| {
                    part.contains(&format!("'{column}'\n")) && part.contains(&format!("'{table}'"))
                });
                assert!(branch.is_some(), "{table}.{column} is not searched");
            }
        }
    }
    // The literals of types.rs say what each value is; the query has to know them by the same words.
    for what in include_str!("types.rs").split('"').skip(1).step_by(2) {
        assert!(
            searched.contains(&format!("$1 = '{what}'")),
            "{what} is not searched"
        );
    }
}
