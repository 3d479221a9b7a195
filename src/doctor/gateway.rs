//! Whether the gateway lets the bot in, and how often it still will today.

use chrono::TimeDelta;
use secrecy::SecretString;

use super::report::Line;
use super::{PATIENCE, describe_time, look_at_api};
use crate::discord::client::{Discord, GatewayAnswer};
use crate::discord::probe::{ProbeFailure, try_session};

/// With fewer left than this, none is spent on a look: a bot that cannot begin a session is deaf until the next day.
const SPARE: u64 = 50;

/// The lines about the day's sessions and the gateway. A bot that is running keeps its own session.
pub async fn check_gateway(discord: &Discord, token: &SecretString) -> [Line; 2] {
    let gateway = match look_at_api("sessions", discord.gateway()).await {
        Ok(gateway) => gateway,
        Err(line) => return [line, Line::not_tried("gateway", "the number of sessions left")],
    };
    let sessions = match gateway.remaining {
        None => Line::right("sessions", "Discord does not say how many are left"),
        Some(left) => Line::right("sessions", format!("{left} are left today")),
    };
    if let Some(left) = gateway.remaining.filter(|left| *left < SPARE) {
        let wait = TimeDelta::from_std(gateway.reset_after).unwrap_or(TimeDelta::MAX);
        let says = format!(
            "{left} are left, until there are new ones in {}. Discord takes the token away from a bot that uses up all \
             of them",
            describe_time(wait)
        );
        let remedy = "Find what connects again and again with this token, and stop it. Then wait.";
        return [
            Line::wrong("sessions", says, remedy),
            Line::not_tried(
                "gateway",
                &format!("a session, and of the last {SPARE} none is spent on this"),
            ),
        ];
    }
    [sessions, check_session(&gateway, token).await]
}

async fn check_session(gateway: &GatewayAnswer, token: &SecretString) -> Line {
    const THING: &str = "gateway";
    let GatewayAnswer { url, shards, .. } = gateway;
    // The probe itself may wait five seconds for its turn.
    let tried = tokio::time::timeout(PATIENCE * 2, try_session(url, token, *shards)).await;
    let failure = match tried {
        Ok(Ok(())) => return Line::right(THING, "a session began and was closed again"),
        Ok(Err(failure)) => failure,
        Err(_) => {
            return Line::wrong(
                THING,
                format!(
                    "{url} did not begin a session within {} s",
                    PATIENCE.as_secs() * 2
                ),
                "Try again; if it stays, look at https://discordstatus.com.",
            );
        }
    };
    let remedy = match &failure {
        ProbeFailure::Token => {
            "Copy the token again from the Bot page of the developer portal into DISCORD_TOKEN."
        }
        ProbeFailure::Handshake { .. } | ProbeFailure::Address(_) => {
            "If something stands between this machine and Discord, let WebSockets through it. If not, this is a fault \
             of the program: report it with this line."
        }
        ProbeFailure::Unreachable { .. } => {
            "Let this machine open connections to gateway.discord.gg, port 443, and others under discord.gg. The \
             gateway uses no proxy, whatever HTTPS_PROXY says."
        }
        ProbeFailure::Intents | ProbeFailure::Closed(_) => {
            "Look at https://discordstatus.com, and at the bot's settings in the developer portal."
        }
        ProbeFailure::TooMany => {
            "Try again in a minute; if it stays, something else connects with this token."
        }
    };
    Line::wrong(THING, failure.to_string(), remedy)
}
