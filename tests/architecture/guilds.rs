//! Servers never meet. So that they could live in databases of their own one day, a table of a guild is keyed by the
//! guild, and a statement about a guild names it. What was there before that rule is listed, and the lists only shrink.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgPool;

use super::source::{SourceFile, find_function_at, read_folder};
use crate::database;

/// Tables whose key does not begin with the guild: it came before the rule, or there is no guild. What belongs to the
/// bank rather than to a guild is called `bank_…` from here on, and needs no place in here.
const KEYED_OTHERWISE: &[&str] = &[
    "answers",
    "card_reviews",
    "competition_members",
    "competition_results",
    "competition_teams",
    "competitions",
    "conversations",
    "convincing_votes",
    "handled_commands",
    "live_quizzes",
    "meta",
    "notices",
    "nudges",
    "open_answers",
    "questions",
    "quiz_players",
    "quizzes",
    "revisions",
    "rounds",
    "schedules",
];

/// Statements that read or write what is a guild's and do not say of which: a line for each, by file and function.
const NAME_NO_GUILD: &str = include_str!("name_no_guild.txt");

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_keyed_by_its_guild() {
    let url = database::new_database().await;
    let db = PgPool::connect(&url).await.unwrap();
    // Of each table the first column of its key, which makes the guild's id never null.
    let tables: Vec<(String, Option<String>)> = sqlx::query_as(
        "select c.relname::text, a.attname::text
           from pg_class c
           left join pg_index i on i.indrelid = c.oid and i.indisprimary
           left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and c.relname <> '_sqlx_migrations' and c.relname not like 'bank\\_%'",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    db.close().await;
    database::remove(&url).await;
    assert!(
        tables.len() > 25,
        "{} tables are too few: they are not found",
        tables.len()
    );
    let found = tables
        .iter()
        .filter(|(_, first)| first.as_deref() != Some("guild_id"));
    let found: Vec<&str> = found.map(|(table, _)| table.as_str()).collect();
    compare_with_list(
        "KEYED_OTHERWISE in tests/architecture/guilds.rs",
        "begin the primary key with guild_id",
        &found,
        KEYED_OTHERWISE,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_about_a_guild_names_it() {
    let url = database::new_database().await;
    let db = PgPool::connect(&url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.columns
          where table_schema = 'public' and column_name = 'guild_id'",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    db.close().await;
    database::remove(&url).await;
    let tables: BTreeSet<&str> = tables.iter().map(String::as_str).collect();
    let mut statements = 0;
    let mut found = Vec::new();
    for file in read_folder("src") {
        for (function, sql) in list_statements(&file) {
            statements += 1;
            let words = split_words(&sql);
            if touches_any(&words, &tables) && !names_guild(&words) {
                let path = file.path.strip_prefix("src/").unwrap_or(&file.path);
                found.push(format!("{path}:{function}"));
            }
        }
    }
    assert!(
        statements > 200,
        "{statements} statements are too few: they are not found"
    );
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    compare_with_list(
        "tests/architecture/name_no_guild.txt",
        "say of which guild",
        &found,
        &NAME_NO_GUILD.lines().collect::<Vec<_>>(),
    );
}

/// Fails for what is found and not listed, and for what is listed and not found any more.
fn compare_with_list(list: &str, rule: &str, found: &[&str], listed: &[&str]) {
    assert!(listed.is_sorted(), "{list} is not in the order of the alphabet");
    let (found, listed) = (count_each(found), count_each(listed));
    let more = |left: &BTreeMap<&str, usize>, right: &BTreeMap<&str, usize>| {
        let more = left.iter().map(|(name, count)| {
            let times = count.saturating_sub(*right.get(name).unwrap_or(&0));
            format!("\n{name}").repeat(times)
        });
        more.collect::<String>()
    };
    let (new, gone) = (more(&found, &listed), more(&listed, &found));
    assert!(
        new.is_empty(),
        "these do not {rule}, and {list} does not grow:{new}"
    );
    assert!(
        gone.is_empty(),
        "these {rule} by now, or are gone; take them out of {list}:{gone}"
    );
}

fn count_each<'a>(names: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(*name).or_default() += 1;
    }
    counts
}

/// The SQL of every query macro in a file, each with the function it stands in.
fn list_statements(file: &SourceFile) -> Vec<(String, String)> {
    let macros = file.text.match_indices("sqlx::query").filter_map(|(at, _)| {
        let rest = &file.text[at..];
        let call = rest.find('(')?;
        // A macro, not a mention in a comment; between the bracket and the text there may be a type.
        rest[..call].strip_suffix('!')?;
        let quote = call + rest[call..].find('"')?;
        let end = match rest[..quote].ends_with('#') {
            true => "\"#",
            false => "\"",
        };
        let sql = rest[quote + 1..].split(end).next()?;
        Some((find_function_at(&file.text, at), sql.to_owned()))
    });
    macros.collect()
}

/// The words and signs of a statement, in lower case, without comments and what stands in single quotes.
fn split_words(sql: &str) -> Vec<String> {
    let lines = sql.lines().filter_map(|line| line.split("--").next());
    let code: String = lines.flat_map(|line| [line, " "]).collect();
    let code: String = code
        .split('\'')
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let mut words: Vec<String> = Vec::new();
    let mut inside = false;
    for c in code.chars() {
        let of_word = c.is_alphanumeric() || c == '_';
        match words.last_mut() {
            Some(word) if inside && of_word => word.push(c),
            _ if c.is_whitespace() => {}
            _ => words.push(c.to_string()),
        }
        inside = of_word;
    }
    words
}

fn touches_any(words: &[String], tables: &BTreeSet<&str>) -> bool {
    let before = ["from", "join", "into", "update", "using", "table"];
    words
        .windows(2)
        .any(|pair| before.contains(&pair[0].as_str()) && tables.contains(pair[1].as_str()))
}

/// Whether a statement compares a guild's id with something, or writes it. Only to return it names no guild.
fn names_guild(words: &[String]) -> bool {
    let places = words.iter().enumerate().filter(|(_, word)| *word == "guild_id");
    places.into_iter().any(|(at, _)| {
        let next = words.get(at + 1).map_or("", String::as_str);
        // Past the table's name, as in `= r.guild_id`.
        let before = match at.checked_sub(1).map(|at| words[at].as_str()) {
            Some(".") => at.checked_sub(3),
            _ => at.checked_sub(1),
        };
        let compared = ["=", "is", "in"].contains(&next) || before.is_some_and(|at| words[at] == "=");
        compared || stands_in_columns(&words[..at])
    })
}

/// Whether the words before it begin `insert into t (…` or `using (…`.
fn stands_in_columns(before: &[String]) -> bool {
    let Some(open) = before
        .iter()
        .rposition(|word| ["(", ")"].contains(&word.as_str()))
    else {
        return false;
    };
    let word = |back: usize| open.checked_sub(back).map_or("", |at| before[at].as_str());
    before[open] == "(" && (word(1) == "using" || word(2) == "into")
}

#[test]
fn what_names_a_guild_is_told_from_what_does_not() {
    let names = |sql: &str| names_guild(&split_words(sql));
    assert!(names("select 1 from rounds r where r.guild_id = $1"));
    assert!(names("select 1 from a join b on a.x = b.guild_id"));
    assert!(names("insert into members (guild_id, user_id) values ($1, $2)"));
    assert!(names("select 1 from a join b using (x, guild_id)"));
    assert!(!names("select guild_id from rounds where round_id = $1"));
    assert!(!names(
        "update rounds set state = 'guild_id = 1' where round_id = $1 -- guild_id = $1"
    ));
    assert!(!names(
        "delete from rounds where round_id = $1 returning (guild_id)"
    ));
}
