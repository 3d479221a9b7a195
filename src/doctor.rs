//! `greenroom doctor`: tries everything a first day needs, and says of each thing whether it is right, comes by itself,
//! or has to be mended by a person, and how.
//!
//! It changes nothing, neither in the database nor on Discord, and a bot that is running goes on undisturbed. What one
//! check finds wrong hides no other; what cannot be tried without it says so. Each look is bounded in time.

mod account;
mod database;
mod gateway;
mod places;
mod report;
mod zones;

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use secrecy::ExposeSecret as _;

use crate::bank::Bank;
use crate::bot::Clock;
use crate::discord::client::Discord;
use crate::discord::error::{ApiError, ErrorKind};
use crate::run::unusable_bank;
use crate::settings::{NO_TOKEN, Settings};
use crate::store::inspect::Posting;
use account::{check_account, check_clock, check_commands};
use database::check_database;
use gateway::check_gateway;
use places::check_places;
use report::{Line, Sheet};
use zones::check_zones;

/// How long one look may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Clocks that differ by less agree, as far as can be told from a date without fractions of a second.
const CLOCKS_AGREE: TimeDelta = TimeDelta::seconds(5);

/// Tries everything and writes the table to `out`; true if nothing is wrong.
///
/// # Errors
/// If the table cannot be written.
pub async fn examine(file: Option<&Path>, clock: &Clock, out: impl Write) -> io::Result<bool> {
    let mut sheet = Sheet::new(out);
    match Settings::load_incomplete(file) {
        Ok(settings) => {
            let place = file.map(|file| format!("{} and ", file.display()));
            let place = place.unwrap_or_default();
            sheet.add(&Line::right("settings", format!("from {place}the environment")))?;
            examine_all(&settings, clock, &mut sheet).await?;
        }
        Err(error) => {
            sheet.add(&Line::wrong_as_said("settings", format!("{error:#}")))?;
            sheet.add(&check_zones(Path::new(zones::SYSTEM), None, clock()))?;
            sheet.add(&Line::not_tried("all the rest", "the settings"))?;
        }
    }
    sheet.finish()
}

async fn examine_all<W: Write>(settings: &Settings, clock: &Clock, sheet: &mut Sheet<W>) -> io::Result<()> {
    sheet.begin("questions");
    sheet.add(&check_bank(settings.bank.dir.as_deref()))?;
    sheet.begin("database");
    let (lines, postings) = check_database(&settings.database, clock).await;
    sheet.add_all(&lines)?;
    let postings = postings.as_deref();
    sheet.add(&check_zones(Path::new(zones::SYSTEM), postings, clock()))?;
    let access = &settings.discord;
    match Discord::new(&access.api_base, access.token.clone(), access.requests_per_second) {
        Ok(discord) => examine_discord(&discord, settings, postings, clock, sheet).await,
        Err(error) => sheet.add(&Line::wrong(
            "Discord",
            format!("TLS cannot be set up: {error}"),
            "Install this machine's certificates: the package ca-certificates, in most systems.",
        )),
    }
}

async fn examine_discord<W: Write>(
    discord: &Discord,
    settings: &Settings,
    postings: Option<&[Posting]>,
    clock: &Clock,
    sheet: &mut Sheet<W>,
) -> io::Result<()> {
    sheet.begin("Discord");
    let token = &settings.discord.token;
    let account = async {
        match token.expose_secret().trim().is_empty() {
            true => (no_token(), None),
            false => check_account(discord).await,
        }
    };
    // Side by side: where Discord does not answer, one wait is enough.
    let (clock_line, (lines, account)) = tokio::join!(check_clock(discord, clock), account);
    sheet.add(&clock_line)?;
    sheet.add_all(&lines)?;
    let Some(account) = account else {
        let needs = "the token to be right";
        return ["commands", "sessions", "gateway", "servers", "schedules"]
            .into_iter()
            .try_for_each(|thing| sheet.add(&Line::not_tried(thing, needs)));
    };
    sheet.begin("commands");
    sheet.add(&check_commands(discord, account.portal.id).await)?;
    sheet.begin("gateway");
    sheet.add_all(&check_gateway(discord, token).await)?;
    sheet.begin("servers");
    check_places(discord, account.user, postings, clock(), sheet).await
}

fn no_token() -> Vec<Line> {
    let application = Line::not_tried("application", "the token to be right");
    vec![Line::wrong_as_said("token", NO_TOKEN), application]
}

fn check_bank(dir: Option<&Path>) -> Line {
    const THING: &str = "questions";
    match dir.map(|dir| (dir, Bank::load(dir))) {
        None => Line::right(THING, format!("{}, built in", Bank::builtin().questions().len())),
        Some((dir, Ok(bank))) => Line::right(
            THING,
            format!("{}, from {}", bank.questions().len(), dir.display()),
        ),
        Some((dir, Err(_))) => Line::wrong_as_said(THING, unusable_bank(dir).to_string()),
    }
}

/// Waits for one look, not for ever; a failure becomes the thing's line.
async fn look_within<T, E: Display>(
    thing: &'static str,
    look: impl Future<Output = Result<T, E>>,
) -> Result<T, Line> {
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(Line::wrong_as_said(thing, error.to_string())),
        Err(_) => Err(slow(thing, "")),
    }
}

/// As [`look_within`], at Discord.
async fn look_at_api<T>(
    thing: &'static str,
    look: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, Line> {
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(api_failure(thing, &error)),
        Err(_) => Err(slow(thing, " Is it up: https://discordstatus.com?")),
    }
}

fn slow(thing: &'static str, hint: &str) -> Line {
    Line::wrong(
        thing,
        format!("no answer within {} s", PATIENCE.as_secs()),
        format!("Look at the network between here and there, and try again.{hint}"),
    )
}

/// What a refusal of Discord's means for a person.
fn api_failure(thing: &'static str, error: &ApiError) -> Line {
    match error.kind() {
        ErrorKind::Unauthorised => Line::wrong(
            thing,
            "Discord does not accept it",
            "Copy it again from the Bot page of the developer portal into DISCORD_TOKEN. Each Reset Token there makes \
             the one before useless.",
        ),
        ErrorKind::Later(_) => Line::wrong(
            thing,
            error.to_string(),
            "Look at this machine's connection to the internet and at https://discordstatus.com, and try again.",
        ),
        ErrorKind::Gone | ErrorKind::Forbidden | ErrorKind::Refused => {
            Line::wrong_as_said(thing, error.to_string())
        }
    }
}

/// How far a clock is off, such as "10 minutes ahead of"; positive is ahead.
fn describe_gap(off: TimeDelta) -> String {
    let direction = if off < TimeDelta::zero() {
        "behind"
    } else {
        "ahead of"
    };
    format!("{} {direction}", describe_time(off.abs()))
}

/// A length of time in its largest unit, rounded.
fn describe_time(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => ((seconds + 30) / 60, "minute"),
        7_200..172_800 => ((seconds + 1_800) / 3_600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}
