//! Settings, as a person may write them.

use std::io::Write as _;

use proptest::prelude::*;
use proptest::sample::select;

use super::config;
use super::made_up::made_up_text;
use crate::settings::Settings;

/// Whatever is written, there are settings or a sentence, and no secret in it.
fn read(file: &str, environment: Vec<(String, String)>) {
    const SECRET: &str = "hunter2";
    let mut written = tempfile::NamedTempFile::new().unwrap();
    written.write_all(file.as_bytes()).unwrap();
    let mut environment = environment;
    environment.push(("DISCORD_TOKEN".to_owned(), SECRET.to_owned()));
    match Settings::from_parts(Some(written.path()), environment) {
        Ok(settings) => assert!(!format!("{settings:?}").contains(SECRET)),
        Err(error) => {
            let error = format!("{error:#}");
            assert!(!error.is_empty() && !error.contains(SECRET), "{error}");
        }
    }
}

/// Lines of settings, of which some are there.
fn lines() -> impl Strategy<Value = String> {
    let section = select(vec![
        "discord",
        "database",
        "log",
        "bank",
        "metrics",
        "discord.token",
        "a",
        "\"\"",
        "[bank]",
    ]);
    let key = select(vec![
        "token",
        "api_base",
        "url",
        "max_connections",
        "migrate",
        "filter",
        "format",
        "dir",
        "listen",
        "a.b",
        "\"\"",
    ]);
    let value = prop_oneof![
        made_up_text(3).prop_map(|text| format!("'{text}'")),
        any::<i64>().prop_map(|number| number.to_string()),
        select(vec![
            "true",
            "1e400",
            "nan",
            "-inf",
            "[]",
            "[[1], {}]",
            "{ a = 1 }",
            "1979-05-27",
            "\"\\u0000\"",
            "0x7fffffffffffffff",
            "'auto'",
            "'json'",
            "'0.0.0.0:1'",
            "'https://discord.com'",
        ])
        .prop_map(str::to_owned),
    ];
    let line = prop_oneof![
        section.prop_map(|section| format!("[{section}]\n")),
        (key, value).prop_map(|(key, value)| format!("{key} = {value}\n")),
    ];
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat())
}

fn variable() -> impl Strategy<Value = (String, String)> {
    let name = prop_oneof![
        select(vec![
            "GREENROOM__LOG__FILTER",
            "GREENROOM__DATABASE__MAX_CONNECTIONS",
            "GREENROOM__LOG",
            "GREENROOM__",
            "GREENROOM____",
            "GREENROOM__DISCORD__TOKEN__A",
            "greenroom__bank__dir",
            "DATABASE_URL",
            "DISCORD_API_BASE",
        ])
        .prop_map(str::to_owned),
        "GREENROOM(__[A-Z.\\[\\]0-9é -]{0,5}){0,5}",
    ];
    (name, made_up_text(4))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn odd_settings_end_in_a_sentence(
        file in prop_oneof![lines(), made_up_text(10)],
        environment in prop::collection::vec(variable(), 0..4),
    ) {
        read(&file, environment);
    }
}

#[test]
fn settings_without_end_do_not_end_the_program() {
    let deep = 20_000;
    for file in [
        format!("{}b = 1", "a.".repeat(deep)),
        format!("[{}b]", "a.".repeat(deep)),
        format!("a = {}{}", "[".repeat(deep), "]".repeat(deep)),
        format!("a = {}1{}", "{ b = ".repeat(deep), " }".repeat(deep)),
        format!("log.filter = '{}'", "a=".repeat(deep)),
    ] {
        read(&file, Vec::new());
    }
    read(
        "",
        vec![(format!("GREENROOM{}", "__A".repeat(deep)), "1".to_owned())],
    );
    read(
        "",
        vec![(format!("GREENROOM__A{}", "[1]".repeat(deep)), "1".to_owned())],
    );
}
