//! `/season` and `/competition`.

use super::Given;
use crate::ids::{RoleId, UserId};
use crate::interaction::{Command, Competition, CompetitionOptions, Season};

pub(super) fn decode_season(name: &str, given: &Given<'_>) -> Option<Command> {
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

pub(super) fn decode_competition(name: &str, given: &Given<'_>) -> Option<Command> {
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
            roles: (1..=4).filter_map(|n| read_role(given, n)).collect(),
            captains: (1..=4).filter_map(|n| read_captain(given, n)).collect(),
            count: given.whole("team-count"),
            prize_note: given.text("prize-note"),
            channel: given.channel("announce-channel"),
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

fn read_role(given: &Given<'_>, number: u8) -> Option<(RoleId, String)> {
    let id = given.id(&format!("role-{number}"))?;
    Some((RoleId(id), given.payload.role_name(id)?))
}

fn read_captain(given: &Given<'_>, number: u8) -> Option<(UserId, String)> {
    let id = given.id(&format!("captain-{number}"))?;
    Some((UserId(id), given.payload.member_name(id)?))
}
