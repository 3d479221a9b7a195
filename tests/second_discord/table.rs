//! The rows: how a connection ends, and what has to become of it.

use std::time::Duration;

use super::frames::text_frame;
use super::http::cloudflare_page;
use super::record::Door;
use super::server::{Act, Discord, Options, Welcome};

/// At once, but for the machine.
const SOON: Duration = Duration::from_secs(5);
/// By the book a new session is begun after a pause of 1 to 5 s, and not within 5 s of the one before.
const ANEW: Duration = Duration::from_secs(15);
const HEARTBEAT: Duration = Duration::from_secs(2);

#[derive(Clone, Copy)]
pub enum Expected {
    /// The session is resumed, at this door if one is named.
    Resume(Option<Door>),
    /// A new session is begun.
    Identify,
}

#[derive(Clone, Copy)]
pub struct Row {
    pub name: &'static str,
    pub lose: fn(&Discord),
    pub expected: Expected,
    pub within: Duration,
    pub options: fn() -> Options,
}

const fn row(name: &'static str, lose: fn(&Discord), expected: Expected, within: Duration) -> Row {
    Row {
        name,
        lose,
        expected,
        within,
        options: Options::default,
    }
}

/// Closes with a code or without any.
pub fn close(discord: &Discord, code: impl Into<Option<u16>>) {
    discord.act(Act::Close(code.into()));
}

/// The connection is cut, and the next ones are met like this.
fn cut_and_welcome(discord: &Discord, next: impl IntoIterator<Item = Welcome>) {
    discord.welcome(next, Welcome::ByTheBook);
    discord.act(Act::Cut);
}

fn payload(discord: &Discord, text: &str) {
    discord.act(Act::Bytes(text_frame(text)));
}

fn quick() -> Options {
    Options {
        heartbeat: HEARTBEAT,
        ..Options::default()
    }
}

fn dead_resume() -> Options {
    Options {
        dead_resume: true,
        ..Options::default()
    }
}

const RESUMED: Expected = Expected::Resume(Some(Door::Resume));

const ANYWHERE: Expected = Expected::Resume(None);
const AT_FIRST: Expected = Expected::Resume(Some(Door::First));

/// Every way a connection can end that the bot comes back from.
pub const ROWS: [Row; 29] = [
    row("no code", |it| close(it, None), RESUMED, SOON),
    row("1000", |it| close(it, 1_000), RESUMED, SOON),
    row("1001", |it| close(it, 1_001), RESUMED, SOON),
    row("4000", |it| close(it, 4_000), RESUMED, SOON),
    row("4001", |it| close(it, 4_001), RESUMED, SOON),
    row("4002", |it| close(it, 4_002), RESUMED, SOON),
    row("4003", |it| close(it, 4_003), RESUMED, SOON),
    row("4005", |it| close(it, 4_005), RESUMED, SOON),
    row(
        "4006, documented no more",
        |it| close(it, 4_006),
        Expected::Identify,
        ANEW,
    ),
    row("4007", |it| close(it, 4_007), Expected::Identify, ANEW),
    row("4008", |it| close(it, 4_008), RESUMED, ANEW),
    row("4009", |it| close(it, 4_009), Expected::Identify, ANEW),
    row("4999, which nobody knows", |it| close(it, 4_999), RESUMED, SOON),
    row("TCP cut", |it| it.act(Act::Cut), RESUMED, SOON),
    row(
        "op 7",
        |it| payload(it, r#"{"op":7,"d":null,"s":null,"t":null}"#),
        RESUMED,
        SOON,
    ),
    row(
        "op 9, true",
        |it| payload(it, r#"{"op":9,"d":true,"s":null,"t":null}"#),
        RESUMED,
        ANEW,
    ),
    row("op 9, false", invalidate, Expected::Identify, ANEW),
    row(
        "op 7 before HELLO",
        |it| cut_and_welcome(it, [Welcome::ReconnectFirst]),
        ANYWHERE,
        ANEW,
    ),
    row("session forgotten", forget, Expected::Identify, ANEW),
    row(
        "RESUME answered by a close without a code",
        |it| cut_and_welcome(it, [Welcome::CloseInstead(None)]),
        ANYWHERE,
        ANEW,
    ),
    row(
        "RESUME answered by 4000",
        |it| cut_and_welcome(it, [Welcome::CloseInstead(Some(4_000))]),
        ANYWHERE,
        ANEW,
    ),
    row(
        "a frame of a kind that does not exist",
        |it| it.act(Act::Bytes(vec![0x8b, 0])),
        RESUMED,
        SOON,
    ),
    row("half a frame, then a cut", half_a_frame, RESUMED, SOON),
    Row {
        options: quick,
        // Within two intervals, and the way back.
        ..row(
            "heartbeats unanswered",
            |it| it.act(Act::IgnoreHeartbeats),
            RESUMED,
            Duration::from_secs(7),
        )
    },
    Row {
        options: quick,
        ..row(
            "half-open: nothing read, nothing said",
            |it| it.act(Act::Freeze),
            RESUMED,
            Duration::from_secs(9),
        )
    },
    Row {
        options: dead_resume,
        ..row(
            "resume address dead",
            |it| it.act(Act::Cut),
            AT_FIRST,
            Duration::from_secs(15),
        )
    },
    row(
        "resume address refuses",
        |it| cut_and_turn_away(it, Welcome::Refuse(cloudflare_page(503))),
        AT_FIRST,
        Duration::from_secs(20),
    ),
    row(
        "resume address silent",
        |it| cut_and_turn_away(it, Welcome::SayNothing),
        AT_FIRST,
        Duration::from_secs(25),
    ),
    row(
        "resume address never says HELLO",
        |it| cut_and_turn_away(it, Welcome::NoHello),
        AT_FIRST,
        Duration::from_secs(35),
    ),
];

fn invalidate(discord: &Discord) {
    discord.shared.state().session = None;
    payload(discord, r#"{"op":9,"d":false,"s":null,"t":null}"#);
}

fn forget(discord: &Discord) {
    discord.shared.state().session = None;
    discord.act(Act::Cut);
}

fn half_a_frame(discord: &Discord) {
    discord.act(Act::Bytes(vec![0x81, 126, 1, 0, b'{', b'"']));
    discord.act(Act::Cut);
}

/// Whoever comes to resume where READY said is met like this, again and again.
fn cut_and_turn_away(discord: &Discord, welcome: Welcome) {
    discord.shared.state().resuming = Some(welcome);
    discord.act(Act::Cut);
}
