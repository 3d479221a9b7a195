//! `/season` and `/competition`.

use serenity::model::application::{CommandInteraction, ResolvedValue};

use super::{Given, user};
use crate::ids::{ChannelId, RoleId, UserId};
use crate::interaction::{Command, Competition, CompetitionOptions, Season};

pub(super) fn season(name: &str, given: &Given<'_>) -> Option<Command> {
    Some(Command::Season(match name {
        "show" => Season::Show,
        "length" => Season::Length {
            length: given.text("length")?,
        },
        "channel" => Season::Channel {
            channel: given.channel("channel")?,
        },
        "hall-of-fame" => Season::HallOfFame,
        _ => return None,
    }))
}

pub(super) fn competition(name: &str, given: &Given<'_>, command: &CommandInteraction) -> Option<Command> {
    let competition = given.text("competition");
    Some(Command::Competition(match name {
        "create" => Competition::Create(Box::new(CompetitionOptions {
            name: given.text("name")?,
            start: given.text("start")?,
            end: given.text("end")?,
            scope: given.text("scope"),
            topics: given.text("topics"),
            mode: given.text("mode"),
            teams: given.text("teams"),
            entry: given.text("entry"),
            roles: (1..=4).filter_map(|n| role(given, n)).collect(),
            captains: (1..=4).filter_map(|n| captain(given, n)).collect(),
            count: given.number("team-count"),
            prize_note: given.text("prize-note"),
            channel: given.channel("announce-channel"),
            here: ChannelId(command.channel_id.get().cast_signed()),
        })),
        "list" => Competition::List,
        "show" => Competition::Show { competition },
        "join" => Competition::Join { competition },
        "leave" => Competition::Leave { competition },
        "pick" => Competition::Pick {
            user: given.user("member")?,
            competition,
        },
        "cancel" => Competition::Cancel { competition },
        "end" => Competition::End { competition },
        _ => return None,
    }))
}

fn role(given: &Given<'_>, number: u8) -> Option<(RoleId, String)> {
    match given.value(&format!("role-{number}"))? {
        ResolvedValue::Role(role) => Some((RoleId(role.id.get().cast_signed()), role.name.clone())),
        _ => None,
    }
}

fn captain(given: &Given<'_>, number: u8) -> Option<(UserId, String)> {
    match given.value(&format!("captain-{number}"))? {
        ResolvedValue::User(found, member) => {
            let nick = member.and_then(|member| member.nick.clone());
            Some((
                user(found.id),
                nick.unwrap_or_else(|| found.display_name().to_owned()),
            ))
        }
        _ => None,
    }
}
