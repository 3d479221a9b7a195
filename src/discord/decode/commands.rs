//! Slash commands and what is typed into their options.

use super::incoming::Payload;
use super::{Given, competition};
use crate::interaction::{
    Action, Command, Completion, Daily, DailyOptions, Field, LiveOptions, Quiz, QuizOptions, QuizSet, Review,
    ReviewOptions, WhichBoard,
};
use crate::rules::period::Period;

/// A command with its options.
pub(super) fn read_command(payload: &Payload<'_>) -> Action {
    let name = payload.command_name();
    let given = Given {
        options: payload.options(),
        payload,
    };
    match decode_command(name, &given) {
        Some(command) => Action::Command(command),
        None => Action::Unknown {
            what: format!("/{name}"),
        },
    }
}

fn decode_command(name: &str, given: &Given<'_>) -> Option<Command> {
    let subcommand = given.subcommand();
    match (name, subcommand) {
        ("leaderboard", _) => Some(Command::Leaderboard(WhichBoard {
            period: given
                .text("period")
                .and_then(|text| text.parse().ok())
                .unwrap_or(Period::Week),
            practice: given.truth("practice").unwrap_or(false),
            topic: given.text("topic"),
        })),
        ("profile", _) => Some(Command::Profile {
            of: given.user("member"),
        }),
        ("help", _) => Some(Command::Help),
        ("daily", Some((name, given))) => decode_daily(name, &given),
        ("quiz", Some(("set", given))) => quiz_set(&given),
        ("quiz", Some((name, given))) => decode_quiz(name, &given),
        ("review", Some((name, given))) => decode_review(name, &given),
        ("season", Some((name, given))) => competition::decode_season(name, &given),
        ("competition", Some((name, given))) => competition::decode_competition(name, &given),
        ("question", Some(("preview", given))) => given.text("id").map(|id| Command::QuestionPreview { id }),
        _ => None,
    }
}

fn decode_daily(name: &str, given: &Given<'_>) -> Option<Command> {
    let schedule = given.text("schedule");
    let daily = match name {
        "add" => Daily::Add(daily_options(given)),
        "list" => Daily::List,
        "edit" => Daily::Edit {
            schedule,
            options: daily_options(given),
        },
        "pause" => Daily::Pause { schedule },
        "resume" => Daily::Resume { schedule },
        "skip" => Daily::Skip { schedule },
        "remove" => Daily::Remove { schedule },
        "preview" => Daily::Preview { schedule },
        "post-now" => Daily::PostNow { schedule },
        "reveal-now" => Daily::RevealNow { schedule },
        _ => return None,
    };
    Some(Command::Daily(Box::new(daily)))
}

fn decode_quiz(name: &str, given: &Given<'_>) -> Option<Command> {
    Some(Command::Quiz(match name {
        "solo" => Quiz::Solo(quiz_options(given)),
        "live" => Quiz::Live(LiveOptions {
            quiz: quiz_options(given),
            set: given.text("set"),
            seconds: given.whole("seconds"),
            scoring: given.text("scoring"),
            penalty: given.truth("penalty"),
        }),
        "settings" => Quiz::Settings {
            anyone_hosts: given.truth("anyone-hosts")?,
        },
        "resume" => Quiz::Resume,
        _ => return None,
    }))
}

fn quiz_set(given: &Given<'_>) -> Option<Command> {
    let (name, given) = given.subcommand()?;
    let set = || given.text("name");
    Some(Command::Quiz(Quiz::Set(match name {
        "play" => QuizSet::Play { name: set()? },
        "save" => QuizSet::Save {
            name: set()?,
            options: quiz_options(&given),
            existing: given.text("existing"),
        },
        "list" => QuizSet::List,
        "remove" => QuizSet::Remove { name: set()? },
        _ => return None,
    })))
}

fn decode_review(name: &str, given: &Given<'_>) -> Option<Command> {
    Some(Command::Review(match name {
        "now" => Review::Now,
        "settings" => Review::Settings(ReviewOptions {
            retention: given.text("retention"),
            nudge: given.text("nudge"),
            timezone: given.text("timezone"),
        }),
        _ => return None,
    }))
}

fn quiz_options(given: &Given<'_>) -> QuizOptions {
    QuizOptions {
        topics: given.text("topics"),
        level: given.text("level"),
        kind: given.text("kind"),
        count: given.whole("count"),
    }
}

fn daily_options(given: &Given<'_>) -> DailyOptions {
    DailyOptions {
        channel: given.channel("channel"),
        time: given.text("time"),
        timezone: given.text("timezone"),
        days: given.text("days"),
        topics: given.text("topics"),
        level: given.text("level"),
        answer_window: given.text("answer-window"),
        ping_role: given.role("ping-role"),
        thread: given.truth("thread"),
        kinds: given.text("kinds"),
    }
}

/// The option that is being typed.
pub(super) fn read_completion(payload: &Payload<'_>) -> Action {
    let command = payload.command_name();
    let Some((name, typed)) = payload.focused() else {
        return Action::Unknown {
            what: format!("completion of /{command}"),
        };
    };
    let field = match name {
        "timezone" => Field::Timezone,
        "topics" => Field::Topics,
        "topic" => Field::Topic,
        "schedule" => Field::Schedule,
        "competition" => Field::Competition,
        "id" => Field::Question,
        "name" | "set" if command == "quiz" => Field::Set,
        name => {
            return Action::Unknown {
                what: format!("completion of {name}"),
            };
        }
    };
    Action::Complete(Completion { field, typed })
}
