//! The slash commands as Discord is told about them. What they become is in `decode`.

mod competition;

use serde_json::{Value, json};

use crate::rules::period::Period;
use crate::rules::quiz::QUESTIONS;
use crate::rules::quiz_score::SECONDS;
use crate::rules::sets::LONGEST_NAME;

/// Manage Server: who sees the commands for managers. Servers can change that, so the handlers check again.
const MANAGE_GUILD: &str = "32";
const STRING: u8 = 3;
const INTEGER: u8 = 4;
const BOOLEAN: u8 = 5;
const USER: u8 = 6;
const CHANNEL: u8 = 7;
const ROLE: u8 = 8;

/// All commands, for bulk registration.
#[must_use]
pub fn all_commands() -> Value {
    json!([
        daily_command(),
        quiz_command(),
        review_command(),
        question_command(),
        leaderboard_command(),
        profile_command(),
        competition::season_command(),
        competition::competition_command(),
        help_command()
    ])
}

fn daily_command() -> Value {
    let schedule = || {
        with_completion(command_option(
            STRING,
            "schedule",
            "Which schedule; not needed while there is one",
            false,
        ))
    };
    let mut edit = schedule_options(false);
    edit.push(schedule());
    let on_one = |name: &str, description: &str| subcommand_option(name, description, vec![schedule()]);
    json!({
        "name": "daily",
        "description": "The daily question: when, where and what about",
        "default_member_permissions": MANAGE_GUILD,
        "contexts": [0],
        "integration_types": [0],
        "options": [
            subcommand_option("add", "Post a question to a channel on certain days", schedule_options(true)),
            subcommand_option("list", "Show this server's schedules", Vec::new()),
            subcommand_option("edit", "Change a schedule; what you leave out stays", edit),
            on_one("pause", "Stop posting until you resume"),
            on_one("resume", "Go on posting"),
            on_one("skip", "Leave out the next day"),
            on_one("remove", "Remove a schedule; everybody keeps their points"),
            on_one("preview", "Show the next ten dates and look at a question"),
            on_one("post-now", "Post a question right away"),
            on_one("reveal-now", "Reveal the open question now"),
        ],
    })
}

fn quiz_command() -> Value {
    let anyone = command_option(
        BOOLEAN,
        "anyone-hosts",
        "Whether everybody may, or only managers",
        true,
    );
    json!({
        "name": "quiz",
        "description": "Questions now, alone or together",
        "contexts": [0],
        "integration_types": [0],
        "options": [
            subcommand_option("solo", "A quiz only you see", quiz_options()),
            subcommand_option("live", "A quiz in this channel, for whoever joins", live_options()),
            subcommand_option("settings", "Who may open live quizzes; for managers", vec![anyone]),
            subcommand_option("resume", "Go on with the quiz you left", Vec::new()),
            quiz_set(),
        ],
    })
}

fn quiz_set() -> Value {
    let name = || command_option(STRING, "name", "The set's name", true);
    let mut save = vec![name()];
    save[0]["max_length"] = LONGEST_NAME.into();
    save.extend(quiz_options());
    let mut existing = command_option(STRING, "existing", "What to do with a set of that name", false);
    existing["choices"] = with_choices([("replace it", "replace"), ("add to it", "add")]);
    save.push(existing);
    let subcommands = [
        subcommand_option(
            "play",
            "A quiz of a set, only for you",
            vec![with_completion(name())],
        ),
        subcommand_option("list", "Show the sets there are", Vec::new()),
        subcommand_option("save", "Managers: give a quiz a name, to play it again", save),
        subcommand_option(
            "remove",
            "Managers: remove one of this server's sets",
            vec![with_completion(name())],
        ),
    ];
    json!({ "type": 2, "name": "set", "description": "Sets: quizzes with a name", "options": subcommands })
}

fn review_command() -> Value {
    let retention = command_option(
        STRING,
        "retention",
        "How sure you want to be, in percent from 70 to 97; 90 is usual",
        false,
    );
    let nudge = command_option(
        STRING,
        "nudge",
        "A direct message at this time when something is due, such as 9:30; off for none",
        false,
    );
    let timezone = with_completion(command_option(
        STRING,
        "timezone",
        "Your time zone, such as Europe/Berlin",
        false,
    ));
    json!({
        "name": "review",
        "description": "What you missed comes back when you are about to forget it",
        "contexts": [0],
        "integration_types": [0],
        "options": [
            subcommand_option("now", "See your deck and what is due", Vec::new()),
            subcommand_option("settings", "How often, and whether to nudge you", vec![retention, nudge, timezone]),
        ],
    })
}

fn quiz_options() -> Vec<Value> {
    let mut kind = command_option(STRING, "kind", "Only questions of this kind", false);
    kind["choices"] = with_choices([
        ("any", "any"),
        ("one right answer", "single"),
        ("several right answers", "multiple"),
        ("what does it print", "output"),
        ("in one's own words", "open"),
    ]);
    vec![topics_option(), level_option(), count_option(), kind]
}

fn live_options() -> Vec<Value> {
    let mut seconds = command_option(
        INTEGER,
        "seconds",
        "How long each question is open; 20 where you say nothing",
        false,
    );
    seconds["min_value"] = (*SECONDS.start()).into();
    seconds["max_value"] = (*SECONDS.end()).into();
    let mut scoring = command_option(
        STRING,
        "scoring",
        "Points by level (usual), or more for faster answers",
        false,
    );
    scoring["choices"] = with_choices([("plain", "plain"), ("speed", "speed")]);
    let penalty = command_option(
        BOOLEAN,
        "penalty",
        "Whether a wrong answer costs points; no where you say nothing",
        false,
    );
    let set = with_completion(command_option(
        STRING,
        "set",
        "A quiz with a name, in place of topics, level and count",
        false,
    ));
    vec![
        topics_option(),
        level_option(),
        count_option(),
        set,
        seconds,
        scoring,
        penalty,
    ]
}

fn count_option() -> Value {
    let mut count = command_option(
        INTEGER,
        "count",
        "How many questions; 5 where you say nothing",
        false,
    );
    count["min_value"] = (*QUESTIONS.start()).into();
    count["max_value"] = (*QUESTIONS.end()).into();
    count
}

fn topics_option() -> Value {
    with_completion(command_option(
        STRING,
        "topics",
        "Topics or areas, separated by commas; any for all",
        false,
    ))
}

fn level_option() -> Value {
    let mut level = command_option(STRING, "level", "Only questions of this level", false);
    level["choices"] = with_choices([
        ("any", "any"),
        ("easy", "easy"),
        ("medium", "medium"),
        ("hard", "hard"),
    ]);
    level
}

fn schedule_options(new: bool) -> Vec<Value> {
    let mut channel = command_option(CHANNEL, "channel", "Where to post", new);
    // Text and announcement channels.
    channel["channel_types"] = json!([0, 5]);
    let mut kinds = command_option(STRING, "kinds", "How questions are answered", false);
    kinds["choices"] = with_choices([
        ("by choosing (usual)", "closed"),
        ("in one's own words", "open"),
        ("both", "all"),
    ]);
    vec![
        channel,
        command_option(STRING, "time", "Local time, such as 9:30 or 9am", new),
        with_completion(command_option(
            STRING,
            "timezone",
            "Time zone, such as Europe/Berlin",
            new,
        )),
        command_option(
            STRING,
            "days",
            "weekdays (usual), daily, or days such as mon, wed, fri",
            false,
        ),
        topics_option(),
        level_option(),
        command_option(
            STRING,
            "answer-window",
            "How long answers count, such as 4h (usual) or 90m",
            false,
        ),
        command_option(
            ROLE,
            "ping-role",
            "Role to ping with each question; everyone for none",
            false,
        ),
        command_option(
            BOOLEAN,
            "thread",
            "Discuss the answer in a thread (usual) or in the channel",
            false,
        ),
        kinds,
    ]
}

fn question_command() -> Value {
    let id = with_completion(command_option(
        STRING,
        "id",
        "The question's name: its file without .md",
        true,
    ));
    json!({
        "name": "question",
        "description": "For those who write and check questions",
        "default_member_permissions": MANAGE_GUILD,
        "contexts": [0],
        "integration_types": [0],
        "options": [
            subcommand_option("preview", "See a question as members will, before and after the reveal", vec![id]),
        ],
    })
}

fn leaderboard_command() -> Value {
    let mut period = command_option(
        STRING,
        "period",
        "What to add up; the week where you say nothing",
        false,
    );
    period["choices"] = with_choices(Period::ALL.map(|period| (period_name(period), period.as_str())));
    json!({
        "name": "leaderboard",
        "description": "Who is ahead",
        "contexts": [0],
        "integration_types": [0],
        "options": [
            period,
            with_completion(command_option(STRING, "topic", "Only one topic or area", false)),
            command_option(BOOLEAN, "practice", "What members did alone in /quiz solo", false),
        ],
    })
}

fn period_name(period: Period) -> &'static str {
    match period {
        Period::Week => "this week",
        Period::Month => "this month",
        Period::Season => "this season",
        Period::AllTime => "all time",
    }
}

fn profile_command() -> Value {
    json!({
        "name": "profile",
        "description": "How you are doing, area by area",
        "contexts": [0],
        "integration_types": [0],
        "options": [command_option(USER, "member", "Somebody else's record", false)],
    })
}

fn help_command() -> Value {
    json!({ "name": "help", "description": "How this works", "contexts": [0] })
}

fn subcommand_option(name: &str, description: &str, options: Vec<Value>) -> Value {
    json!({ "type": 1, "name": name, "description": description, "options": options })
}

fn command_option(kind: u8, name: &str, description: &str, required: bool) -> Value {
    json!({ "type": kind, "name": name, "description": description, "required": required })
}

fn with_completion(mut option: Value) -> Value {
    option["autocomplete"] = true.into();
    option
}

fn with_choices<const N: usize>(choices: [(&str, &str); N]) -> Value {
    choices
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .to_vec()
        .into()
}
