//! Whether Discord knows the bot, as what, with which commands, and what time it is there.

use serde_json::Value;

use super::report::Line;
use super::{CLOCKS_AGREE, PATIENCE, api_failure, describe_gap, look_at_api};
use crate::bot::Clock;
use crate::discord::client::Discord;
use crate::discord::client::inspect::Portal;
use crate::discord::commands;
use crate::discord::registered::{Difference, compare_commands};
use crate::ids::UserId;

/// Who the bot is.
pub struct Account {
    /// The application.
    pub portal: Portal,
    /// The bot's user.
    pub user: UserId,
}

/// The lines about token and application, and who the bot is, if the token is right.
pub async fn check_account(discord: &Discord) -> (Vec<Line>, Option<Account>) {
    let read = async { tokio::try_join!(discord.read_portal(), discord.read_own_user()) };
    match look_at_api("token", read).await {
        Ok((portal, user)) => {
            let token = Line::right("token", format!("it is the one of {}", portal.name));
            let application = check_application(&portal);
            (vec![token, application], Some(Account { portal, user }))
        }
        Err(line) => (
            vec![line, Line::not_tried("application", "the token to be right")],
            None,
        ),
    }
}

/// What stands in the developer portal.
fn check_application(portal: &Portal) -> Line {
    const THING: &str = "application";
    if let Some(url) = portal
        .interactions_endpoint_url
        .as_deref()
        .filter(|url| !url.is_empty())
    {
        return Line::wrong(
            THING,
            format!(
                "Discord sends all commands and clicks to {url}, and none to this bot, which listens at the gateway"
            ),
            "Developer portal, General Information: empty the field Interactions Endpoint URL, and save.",
        );
    }
    if portal.bot_require_code_grant == Some(true) {
        return Line::wrong(
            THING,
            "the invitation link cannot add the bot, because a code grant is asked for",
            "Developer portal, Bot: switch off Requires OAuth2 Code Grant, and save.",
        );
    }
    match portal.bot_public {
        Some(false) => Line::right(THING, "only its owner can add it to a server"),
        _ => Line::right(THING, "everybody can add it to their server"),
    }
}

/// Whether the registered commands are the ones of this version.
pub async fn check_commands(discord: &Discord, application: i64) -> Line {
    const THING: &str = "commands";
    let registered = match look_at_api(THING, discord.read_commands(application)).await {
        Ok(registered) => registered,
        Err(line) => return line,
    };
    let wanted = commands::all_commands();
    let count = |list: &Value| list.as_array().map_or(0, Vec::len);
    let difference = compare_commands(&wanted, &registered);
    if difference.is_none() {
        return Line::right(
            THING,
            format!("the {} of this version are registered", count(&wanted)),
        );
    }
    if count(&registered) == 0 {
        return Line::not_yet(
            THING,
            "none are registered; the first `greenroom run` registers them",
        );
    }
    Line::not_yet(
        THING,
        format!(
            "those of another version are registered ({}). `greenroom run` registers this version's when it starts; if \
             a bot is running now, it is another version, to be started anew",
            named(&difference)
        ),
    )
}

fn named(difference: &Difference) -> String {
    let Difference {
        missing,
        changed,
        foreign,
    } = difference;
    let parts = [("missing", missing), ("changed", changed), ("not ours", foreign)];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what}: {}", names.join(", ")))
        .collect();
    parts.join("; ")
}

/// Whether this machine's clock agrees with Discord's, by which clicks are timed.
pub async fn check_clock(discord: &Discord, clock: &Clock) -> Line {
    const THING: &str = "clock";
    let before = clock();
    let there = match discord.read_clock(PATIENCE).await {
        Ok(there) => there,
        Err(error) => return api_failure(THING, &error),
    };
    let after = clock();
    // Between the two is when it was read; the header leaves out fractions of the second.
    let off = match (after < there, before > there) {
        (true, _) => after - there,
        (false, true) => before - there,
        (false, false) => chrono::TimeDelta::zero(),
    };
    if off.abs() < CLOCKS_AGREE {
        return Line::right(THING, "it agrees with Discord's");
    }
    Line::wrong(
        THING,
        format!(
            "this machine's clock is {} Discord's: questions come at the wrong time, and clicks count for a wrong one",
            describe_gap(off)
        ),
        "Let it be set by the network: timedatectl set-ntp true, or whatever does that here.",
    )
}
