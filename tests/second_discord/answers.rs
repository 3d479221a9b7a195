//! REST answers no library would give.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::bot::Bot;
use super::process::wait_until_answering;
use super::rest::Raw;
use super::server::{Discord, Options};
use crate::database;

const PATIENCE: Duration = Duration::from_secs(60);

fn text(bytes: &str) -> Raw {
    Raw {
        bytes: bytes.as_bytes().to_vec(),
        hold: false,
        done: false,
    }
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
