//! Slash commands and what is typed into their options.

use serenity::model::application::{CommandInteraction, ResolvedOption, ResolvedValue};

use super::{Given, contest};
use crate::interaction::{
    Action, Command, Completion, Daily, DailyOptions, Field, LiveOptions, Quiz, QuizOptions, QuizSet, Review,
    ReviewOptions, WhichBoard,
};
use crate::rules::period::Period;

pub(super) fn command_action(name: &str, command: &CommandInteraction) -> Action {
    let options = command.data.options();
    let given = Given(&options);
    let command = match name {
        "daily" => match given.0 {
            [
                ResolvedOption {
                    name,
                    value: ResolvedValue::SubCommand(options),
                    ..
                },
            ] => daily(name, &Given(options)),
            _ => None,
        },
        "quiz" => match given.0 {
            [
                ResolvedOption {
                    name,
                    value: ResolvedValue::SubCommand(options),
                    ..
                },
            ] => quiz(name, &Given(options)),
            [
                ResolvedOption {
                    name: "set",
                    value: ResolvedValue::SubCommandGroup(subcommands),
                    ..
                },
            ] => quiz_set(subcommands),
            _ => None,
        },
        "review" => match given.0 {
            [
                ResolvedOption {
                    name,
                    value: ResolvedValue::SubCommand(options),
                    ..
                },
            ] => review(name, &Given(options)),
            _ => None,
        },
        "leaderboard" => Some(Command::Leaderboard(WhichBoard {
            period: given
                .text("period")
                .and_then(|text| text.parse().ok())
                .unwrap_or(Period::Week),
            practice: given.truth("practice").unwrap_or(false),
            topic: given.text("topic"),
        })),
        "season" => match given.0 {
            [
                ResolvedOption {
                    name,
                    value: ResolvedValue::SubCommand(options),
                    ..
                },
            ] => contest::season(name, &Given(options)),
            _ => None,
        },
        "competition" => match given.0 {
            [
                ResolvedOption {
                    name,
                    value: ResolvedValue::SubCommand(options),
                    ..
                },
            ] => contest::competition(name, &Given(options), command),
            _ => None,
        },
        "profile" => Some(Command::Profile {
            of: given.user("member"),
        }),
        "question" => match given.0 {
            [
                ResolvedOption {
                    name: "preview",
                    value: ResolvedValue::SubCommand(options),
                    ..
                },
            ] => Given(options)
                .text("id")
                .map(|id| Command::QuestionPreview { id }),
            _ => None,
        },
        "help" => Some(Command::Help),
        _ => None,
    };
    match command {
        Some(command) => Action::Command(command),
        None => Action::Unknown {
            what: format!("/{name}"),
        },
    }
}

fn daily(name: &str, given: &Given<'_>) -> Option<Command> {
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

fn quiz(name: &str, given: &Given<'_>) -> Option<Command> {
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

fn quiz_set(subcommands: &[ResolvedOption<'_>]) -> Option<Command> {
    let [
        ResolvedOption {
            name,
            value: ResolvedValue::SubCommand(options),
            ..
        },
    ] = subcommands
    else {
        return None;
    };
    let given = Given(options);
    let set = || given.text("name");
    Some(Command::Quiz(Quiz::Set(match *name {
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

fn review(name: &str, given: &Given<'_>) -> Option<Command> {
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

pub(super) fn completion(command: &CommandInteraction) -> Action {
    let Some(focused) = command.data.autocomplete() else {
        return Action::Unknown {
            what: format!("completion of /{}", command.data.name),
        };
    };
    let field = match focused.name {
        "timezone" => Field::Timezone,
        "topics" => Field::Topics,
        "topic" => Field::Topic,
        "schedule" => Field::Schedule,
        "competition" => Field::Competition,
        "id" => Field::Question,
        "name" | "set" if command.data.name == "quiz" => Field::Set,
        name => {
            return Action::Unknown {
                what: format!("completion of {name}"),
            };
        }
    };
    Action::Complete(Completion {
        field,
        typed: focused.value.to_owned(),
    })
}
