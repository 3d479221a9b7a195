//! REST answers no library would give: cut, garbled, of the wrong kind. A call they answer is one to make again.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::bot::Bot;
use super::http::{answer, cloudflare_page};
use super::process::wait_until_answering;
use super::record::Seen;
use super::rest::Raw;
use super::server::{Discord, Options};
use super::world::command;
use crate::database;

pub const PATIENCE: Duration = Duration::from_secs(120);
pub const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

fn text(bytes: &str) -> Raw {
    Raw {
        bytes: bytes.as_bytes().to_vec(),
        hold: false,
        done: false,
    }
}

fn whole(status: u16, kind: &str, body: &str) -> Raw {
    Raw {
        bytes: answer(status, &[("Content-Type", kind), ("Connection", "close")], body),
        hold: false,
        done: false,
    }
}

const JSON: &str = "application/json";

/// What may come instead of an answer.
pub fn odd_answers() -> Vec<(&'static str, Raw)> {
    let chunked = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let sized = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:";
    vec![
        ("nothing, and the end", text("")),
        ("not HTTP", text("SSH-2.0-OpenSSH_9.2p1\r\n")),
        ("half a header", text("HTTP/1.1 200 OK\r\nContent-Ty")),
        (
            "a chunk of no size",
            text(&format!("{chunked}zz\r\n{{}}\r\n0\r\n\r\n")),
        ),
        ("chunks without an end", text(&format!("{chunked}2\r\n{{\"\r\n"))),
        (
            "cut in the middle",
            text(&format!("{sized} 500\r\n\r\n{{\"url\":\"ws")),
        ),
        (
            "a length that is no number",
            text(&format!("{sized} many\r\n\r\n{{}}")),
        ),
        (
            "a length too short",
            text(&format!("{sized} 5\r\n\r\n{{\"url\":\"ws://127.0.0.1\"}}")),
        ),
        (
            "200 with a page",
            whole(200, "text/html", "<!DOCTYPE html><title>Discord</title>"),
        ),
        ("200 with half of a text", whole(200, JSON, r#"{"url":"ws:"#)),
        ("200 with nothing", whole(200, JSON, "")),
        ("200 with null", whole(200, JSON, "null")),
        ("200 with a list", whole(200, JSON, "[]")),
        (
            "200 with an object of something else",
            whole(200, JSON, r#"{"id":5,"url":7,"shards":"one"}"#),
        ),
        ("200, very deep", whole(200, JSON, &"[".repeat(100_000))),
        (
            "204",
            text("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        ),
        (
            "403 from Cloudflare",
            Raw {
                bytes: cloudflare_page(403),
                hold: false,
                done: false,
            },
        ),
        (
            "404 from Cloudflare",
            Raw {
                bytes: cloudflare_page(404),
                hold: false,
                done: false,
            },
        ),
        (
            "502 from Cloudflare",
            Raw {
                bytes: cloudflare_page(502),
                hold: false,
                done: false,
            },
        ),
        ("400 with an empty body", whole(400, JSON, "")),
        (
            "500 with JSON of no code",
            whole(500, JSON, r#"{"message":"500: Internal Server Error"}"#),
        ),
        ("429 without a time", whole(429, "text/html", "<html></html>")),
        (
            "silence",
            Raw {
                bytes: Vec::new(),
                hold: true,
                done: false,
            },
        ),
        (
            "an answer to hints only, then the end",
            text("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        ),
    ]
}

/// What the bot asks before it is connected.
const AT_THE_START: [(&str, &str); 4] = [
    ("GET", "/applications/@me"),
    ("PUT", "/commands"),
    ("GET", "/gateway"),
    ("GET", "/gateway/bot"),
];

/// The bot comes up though each of these calls is answered like this once.
async fn comes_up(
    name: String,
    calls: &[(&'static str, &'static str)],
    raw: Raw,
    database: &str,
) -> Result<(), String> {
    let discord = Discord::start(Options::default()).await;
    for (method, path) in calls {
        discord.script(method, path, [raw.clone()]);
    }
    let bot = Bot::start(&discord, database);
    let told = wait_until_answering(&discord, PATIENCE).await;
    told.map_err(|error| format!("{name}: {error}"))?;
    bot.stop().await;
    match discord.record().complaints() {
        none if none.is_empty() => Ok(()),
        some => Err(format!("{name}: {}", some.join("\n"))),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_discord_answers_while_the_bot_starts_it_comes_up_in_the_end() {
    let database = database::new_database().await;
    let mut starts = Vec::new();
    for (name, raw) in odd_answers() {
        // Silence takes its time, so each call meets it alone.
        let size = if raw.hold { 1 } else { AT_THE_START.len() };
        for calls in AT_THE_START.chunks(size) {
            let name = format!("{name} to {}", calls[0].1);
            starts.push(comes_up(name, calls, raw.clone(), &database));
        }
    }
    let told = join_all(starts).await;
    let wrong: Vec<String> = told.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    database::remove(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_well_formed_but_unusual_are_taken_at_once() {
    let database = database::new_database().await;
    let application =
        json!({ "id": super::server::APPLICATION.to_string(), "name": "greenroom" }).to_string();
    let (first, second) = application.split_at(9);
    let chunks = format!(
        "{:x};x=1\r\n{first}\r\n{:X}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let length = application.len();
    let usual = [
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n{chunks}"),
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{application}"),
        format!("HTTP/1.1 200 \r\nCONTENT-LENGTH: {length}\r\nconnection: close\r\n\r\n{application}"),
        format!(
            "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: \
             close\r\n\r\n{application}"
        ),
    ];
    let taken = async |bytes: String| {
        let discord = Discord::start(Options::default()).await;
        discord.script("GET", "/applications/@me", [text(&bytes)]);
        let bot = Bot::start(&discord, &database);
        wait_until_answering(&discord, PATIENCE).await.unwrap();
        let entries = discord.record().entries();
        let asked = entries
            .iter()
            .filter(|entry| entry.seen.is_call("GET", "/applications/@me"));
        assert_eq!(asked.count(), 1, "{bytes}");
        bot.stop().await;
    };
    join_all(usual.map(taken)).await;
    database::remove(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_reply_is_answered_with_the_next_member_is_answered() {
    let database = database::new_database().await;
    let discord = Discord::start(Options::default()).await;
    let bot = Bot::start(&discord, &database);
    wait_until_answering(&discord, PATIENCE).await.unwrap();
    // Where nothing says that it was taken, it is tried once more while somebody still waits.
    let untaken = [
        "nothing, and the end",
        "half a header",
        "502 from Cloudflare",
        "403 from Cloudflare",
    ];
    for (name, raw) in odd_answers() {
        discord.shared.state().scripts.clear();
        discord.script("POST", "/callback", [raw.clone()]);
        let mark = discord.record().mark();
        let id = discord.interact(command("help", None));
        let tried =
            |seen: &Seen| matches!(seen, Seen::Called(request, 0) if request.target.ends_with("/callback"));
        discord
            .record()
            .wait_for(mark, ANSWERS_WITHIN, tried)
            .await
            .unwrap();
        let next = discord.interact(command("help", None));
        let answered = |seen: &Seen| matches!(seen, Seen::Answered(answered, _) if *answered == next);
        discord
            .record()
            .wait_for(mark, ANSWERS_WITHIN, answered)
            .await
            .unwrap();
        // Before the next odd answer is laid out, which the second try would meet.
        if untaken.contains(&name) {
            let answered = |seen: &Seen| matches!(seen, Seen::Answered(answered, _) if *answered == id);
            let again = discord.record().wait_for(mark, ANSWERS_WITHIN, answered).await;
            assert!(again.is_ok(), "{name}: no second try");
        }
    }
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
    bot.stop().await;
    database::remove(&database).await;
}
