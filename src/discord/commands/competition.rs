//! `/season` and `/competition`.

use serde_json::{Value, json};

use super::{
    CHANNEL, INTEGER, ROLE, STRING, USER, command_option, subcommand_option, with_choices, with_completion,
};
use crate::rules::competition::{NAME, PRIZE, TEAMS};

pub(super) fn season_command() -> Value {
    let mut length = command_option(STRING, "length", "A month or a quarter of a year", true);
    length["choices"] = with_choices([("a month", "month"), ("a quarter of a year", "quarter")]);
    let mut channel = command_option(
        CHANNEL,
        "channel",
        "Where the podium of each season appears",
        true,
    );
    channel["channel_types"] = json!([0, 5]);
    json!({
        "name": "season",
        "description": "This season and the ones before",
        "contexts": [0],
        "integration_types": [0],
        "options": [
            subcommand_option("show", "When the season ends, and what happens then", Vec::new()),
            subcommand_option("hall-of-fame", "The first three of every season that is over", Vec::new()),
            subcommand_option("length", "For managers: how long seasons are, from the next one on", vec![length]),
            subcommand_option("channel", "For managers: where the end of a season is announced", vec![channel]),
        ],
    })
}

pub(super) fn competition_command() -> Value {
    let which = || {
        with_completion(command_option(
            STRING,
            "competition",
            "Which one; not needed while there is one",
            false,
        ))
    };
    let on_one = |name: &str, description: &str| subcommand_option(name, description, vec![which()]);
    let member = command_option(USER, "member", "Whom to take into your team", true);
    json!({
        "name": "competition",
        "description": "Contests between members or teams",
        "contexts": [0],
        "integration_types": [0],
        "options": [
            subcommand_option("create", "For managers: set one up", competition_options()),
            subcommand_option("list", "What goes on, what is planned, what there was", Vec::new()),
            on_one("show", "How it stands"),
            on_one("join", "Take part"),
            on_one("leave", "Take part no longer; your points until now stay"),
            subcommand_option("pick", "For captains: take somebody into your team", vec![member, which()]),
            on_one("end", "For managers: end it now, with a podium"),
            on_one("cancel", "For managers: give it up, without one"),
        ],
    })
}

fn competition_options() -> Vec<Value> {
    let mut options = vec![
        limited_text("name", "What it is called", true, NAME),
        command_option(
            STRING,
            "start",
            "Such as tomorrow, monday 9:00 or 2026-12-01",
            true,
        ),
        command_option(
            STRING,
            "end",
            "Such as in 2 weeks or 2026-12-31 18:00; a day is included",
            true,
        ),
    ];
    options.extend(rule_options());
    options.push(limited_text("prize-note", "What there is to win", false, PRIZE));
    let mut channel = command_option(
        CHANNEL,
        "announce-channel",
        "Where it is announced; here if you say nothing",
        false,
    );
    channel["channel_types"] = json!([0, 5]);
    options.push(channel);
    options.extend(team_options());
    options
}

/// Which answers count, and whose.
fn rule_options() -> [Value; 5] {
    let scope = with_choices([
        ("daily questions", "daily"),
        ("live quizzes", "live"),
        ("everything, practice too", "all"),
    ]);
    let teams = with_choices([
        ("by role", "role"),
        ("captains pick", "captains"),
        ("balanced by the last 30 days", "balanced"),
    ]);
    let entry = with_choices([("everyone who answers", "everyone"), ("those who join", "open")]);
    let mode = with_choices([("each for themselves", "individual"), ("teams", "teams")]);
    [
        choice_option(
            "scope",
            "Which answers count; daily questions if you say nothing",
            scope,
        ),
        with_completion(command_option(
            STRING,
            "topics",
            "Topics or areas, separated by commas; any for all",
            false,
        )),
        choice_option("mode", "Each for themselves, or teams", mode),
        choice_option("teams", "How teams are made", teams),
        choice_option("entry", "Who takes part; everyone if you say nothing", entry),
    ]
}

fn team_options() -> Vec<Value> {
    let mut count = command_option(
        INTEGER,
        "team-count",
        "How many balanced teams; two if you say nothing",
        false,
    );
    count["min_value"] = 2.into();
    count["max_value"] = TEAMS.into();
    let numbered = |kind: u8, name: &'static str, description: &'static str| {
        (1..=TEAMS).map(move |n| command_option(kind, &format!("{name}-{n}"), description, false))
    };
    let mut options = vec![count];
    options.extend(numbered(ROLE, "role", "A team by role: the role"));
    options.extend(numbered(USER, "captain", "A team by captain: who picks it"));
    options
}

fn limited_text(name: &str, description: &str, required: bool, most: usize) -> Value {
    let mut text = command_option(STRING, name, description, required);
    text["max_length"] = most.into();
    text
}

fn choice_option(name: &str, description: &str, choices: Value) -> Value {
    let mut option = command_option(STRING, name, description, false);
    option["choices"] = choices;
    option
}
