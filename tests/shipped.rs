//! What comes with the program is right: the questions that are built in, and the example configuration.

use greenroom::settings::Settings;
use greenroom::{Bank, limit_problems};

#[test]
fn every_built_in_question_can_be_shown_on_discord() {
    let bank = Bank::builtin();
    assert!(bank.questions().len() >= 26);
    for question in bank.questions() {
        assert_eq!(
            limit_problems(question),
            Vec::<String>::new(),
            "{}",
            question.slug
        );
    }
}

#[test]
fn every_area_has_questions_of_the_built_in_bank() {
    let bank = Bank::builtin();
    for (topic, row) in bank.syllabus().topics() {
        let asked = bank.questions().iter().any(|question| question.topic == topic);
        assert!(asked, "no question about {topic} in {}", row.area);
    }
}

#[test]
fn the_example_configuration_is_loaded_as_it_stands() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/config.example.toml");
    // The secrets come from the environment, as its comments advise.
    let secrets = [("DISCORD_TOKEN", "t"), ("DATABASE_URL", "postgres://localhost/x")];
    let secrets = secrets
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec();
    let example = Settings::from_parts(Some(example.as_ref()), secrets.clone()).unwrap();
    let defaults = Settings::from_parts(None, secrets).unwrap();
    // It shows every key with its default.
    assert_eq!(format!("{example:?}"), format!("{defaults:?}"));
}

#[test]
fn every_set_can_be_filled_from_the_built_in_bank() {
    let bank = Bank::builtin();
    assert!(bank.sets().len() >= 5);
    for set in bank.sets() {
        for seed in 0..20 {
            let filled = bank.fill(&set.parts, seed);
            assert_eq!(filled.short, [], "{}", set.name);
            // As many again without open questions, which a quiz leaves out.
            let closed: Vec<_> = set.parts.iter().filter_map(|part| part.without_open()).collect();
            assert_eq!(bank.fill(&closed, seed).short, [], "{}", set.name);
        }
    }
}
