//! What is said to those who join, leave or pick in a competition.

use crate::ids::{RoleId, UserId};
use crate::reply::Message;
use crate::view::text;

/// Joining what needs no joining.
#[must_use]
pub fn everyone_is_in(name: &str) -> Message {
    Message::note(format!(
        "Everybody takes part in {} by answering; there is nothing to join or leave.",
        text::plain(name)
    ))
}

/// Joining twice.
#[must_use]
pub fn in_already(name: &str) -> Message {
    Message::note(format!("You take part in {} already.", text::plain(name)))
}

/// Joining after leaving.
#[must_use]
pub fn left_for_good(name: &str) -> Message {
    Message::note(format!(
        "You left {}, and that is for good: otherwise one could sit out the hard days.",
        text::plain(name)
    ))
}

/// Leaving what one is not in.
#[must_use]
pub fn not_in(name: &str) -> Message {
    Message::note(format!("You do not take part in {}.", text::plain(name)))
}

/// After joining.
#[must_use]
pub fn competition_joined(name: &str, team: Option<&str>, planned: bool, balanced: bool) -> Message {
    let name = text::plain(name);
    let team = match (team, balanced && planned) {
        (Some(team), _) => format!(" Your team is {}.", text::plain(team)),
        (None, true) => " Teams are drawn at the start.".to_owned(),
        (None, false) => String::new(),
    };
    let when = match planned {
        true => "Your answers count from its start on.",
        false => "Your answers count from now on.",
    };
    Message::note(format!("You take part in {name}.{team} {when}"))
}

/// After leaving.
#[must_use]
pub fn competition_left(name: &str, planned: bool) -> Message {
    let name = text::plain(name);
    Message::note(match planned {
        true => format!("You no longer take part in {name}."),
        false => format!(
            "You left {name}. What you answered until now stays, for your team too; nothing counts from now on."
        ),
    })
}

/// Joining by role without one.
#[must_use]
pub fn no_role(roles: &[RoleId]) -> Message {
    let roles: Vec<String> = roles.iter().map(|role| text::role(*role)).collect();
    Message::note(format!(
        "Teams are by role, and you hold none of these: {}. Ask for one, then join.",
        roles.join(", ")
    ))
}

fn captain_list(captains: &[UserId]) -> String {
    let names: Vec<String> = captains.iter().map(|user| text::member(*user)).collect();
    names.join(", ")
}

/// Joining or picking where captains do.
#[must_use]
pub fn captains_pick(who: &[UserId]) -> Message {
    Message::note(match who {
        [] => "Nobody picks teams in this competition.".to_owned(),
        who => format!("Only captains pick here: {}. Ask one of them.", captain_list(who)),
    })
}

/// Picking out of turn.
#[must_use]
pub fn their_turn(who: &[UserId]) -> Message {
    Message::note(format!(
        "Your team is ahead by one; first it is the turn of {}.",
        captain_list(who)
    ))
}

/// Picking somebody who has a team.
#[must_use]
pub fn picked_already(user: UserId) -> Message {
    Message::note(format!("{} has a team already.", text::member(user)))
}

/// After picking.
#[must_use]
pub fn member_picked(user: UserId, team: &str) -> Message {
    Message::note(format!("{} is in {} now.", text::member(user), text::plain(team)))
}
