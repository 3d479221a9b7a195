//! The first bytes: how the bot asks for the gateway, in the open and by TLS, and what it makes of a refusal.

use std::io::Write as _;
use std::time::Duration;

use futures_util::future::join_all;
use openssl::ssl::SslVersion;
use tempfile::NamedTempFile;

use super::http::{answer, cloudflare_page};
use super::process::{Process, wait_until_answering};
use super::record::{Door, Seen};
use super::server::{Discord, Options, Welcome};
use super::tls::Authority;
use crate::database;

/// For what has to happen, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the bot until it answers, in this Discord.
async fn answers_in(options: Options, variables: &[(&'static str, String)]) -> (Discord, Process) {
    let database = database::new_database().await;
    let discord = Discord::start(options).await;
    let bot = Process::start(&discord, &database, variables);
    if let Err(error) = wait_until_answering(&discord, PATIENCE).await {
        let complaints = discord.record().complaints();
        panic!(
            "{}: {error}\n{complaints:#?}\n{}",
            discord.shared.url(Door::First),
            bot.log()
        );
    }
    (discord, bot)
}

async fn end_properly(discord: &Discord, bot: Process) {
    bot.terminate();
    let (code, _, log) = bot.ended(PATIENCE).await.expect("it stops when it is told to");
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(discord.record().complaints(), Vec::<String>::new());
}

/// What the client asked for in its handshakes.
fn handshakes(discord: &Discord) -> Vec<super::http::Request> {
    let entries = discord.record().entries().into_iter();
    let shaken = entries.filter_map(|entry| match entry.seen {
        Seen::Shook(_, request, _) => Some(request),
        _ => None,
    });
    shaken.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_is_found_whatever_follows_the_host_in_its_address() {
    let found = async |path: &'static str| {
        let options = Options {
            path,
            ..Options::default()
        };
        let (discord, bot) = answers_in(options, &[]).await;
        let handshake = handshakes(&discord).swap_remove(0);
        let (_, query) = handshake.parts();
        let mut names: Vec<&str> = query.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let wanted: &[&str] = match path.contains("shard-hint") {
            true => &["encoding", "shard-hint", "v"],
            false => &["encoding", "v"],
        };
        assert_eq!(names, wanted, "{path:?}: {}", handshake.line);
        let host = format!("127.0.0.1:{}", discord.shared.first.port());
        assert_eq!(handshake.header("host"), Some(host.as_str()), "{path:?}");
        end_properly(&discord, bot).await;
    };
    let paths = ["", "/", "?shard-hint=1", "/?shard-hint=1", "/?encoding=json&v=10"];
    join_all(paths.map(found)).await;
}

fn trusting(authority: &Authority) -> (NamedTempFile, [(&'static str, String); 1]) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&authority.pem()).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    (file, [("SSL_CERT_FILE", path)])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_and_rest_are_reached_by_both_versions_of_tls() {
    let authority = Authority::new();
    let (_file, trust) = trusting(&authority);
    let reached = async |version| {
        let options = Options {
            tls: Some(authority.acceptor("localhost", version)),
            rest_tls: true,
            ..Options::default()
        };
        let (discord, bot) = answers_in(options, &trust).await;
        let mut hellos = 0;
        for entry in discord.record().entries() {
            if let Seen::Hello(hello) = entry.seen {
                hellos += 1;
                assert_eq!(hello.server_name.as_deref(), Some("localhost"), "{version:?}");
                // With HTTP/2 there is no upgrade to a WebSocket.
                let protocols = hello.protocols.unwrap_or_default();
                assert!(
                    !protocols.windows(2).any(|two| two == b"h2"),
                    "{version:?}: {protocols:?}"
                );
            }
        }
        assert!(hellos >= 2, "REST and gateway");
        end_properly(&discord, bot).await;
    };
    join_all([SslVersion::TLS1_2, SslVersion::TLS1_3].map(reached)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_trusted_is_named_and_nothing_is_said_to_its_owner() {
    let (trusted, stranger) = (Authority::new(), Authority::new());
    let (_file, trust) = trusting(&trusted);
    let refused = async |(what, acceptor, rest_tls)| {
        let database = database::new_database().await;
        let discord = Discord::start(Options {
            tls: Some(acceptor),
            rest_tls,
            ..Options::default()
        })
        .await;
        let bot = Process::start(&discord, &database, &trust);
        // A call is made three times before its failure is told; the fourth try is another call, or another connection.
        let mut mark = 0;
        for _ in 0..4 {
            let no_tls = |seen: &Seen| matches!(seen, Seen::NoTls(_));
            let first = discord.record().wait_for(mark, PATIENCE, no_tls).await.unwrap();
            let entries = discord.record().entries();
            mark = entries.iter().filter(|entry| entry.at <= first.at).count();
        }
        assert!(handshakes(&discord).is_empty(), "{what}");
        bot.terminate();
        let (code, took, log) = bot.ended(PATIENCE).await.expect("it stops when it is told to");
        assert_eq!(code, Some(0), "{what}: {log}");
        assert!(took < Duration::from_secs(10), "{what}: {took:?}");
        let told = log
            .lines()
            .filter(|line| line.contains(" WARN ") || line.contains(" ERROR "));
        let told = told.filter(|line| line.to_lowercase().contains("certificate"));
        assert!(told.count() >= 1, "{what}: {log}");
    };
    let cases = [
        (
            "REST of another authority",
            stranger.acceptor("localhost", SslVersion::TLS1_3),
            true,
        ),
        (
            "gateway of another authority",
            stranger.acceptor("localhost", SslVersion::TLS1_3),
            false,
        ),
        (
            "gateway of another name",
            trusted.acceptor("discord.example", SslVersion::TLS1_3),
            false,
        ),
    ];
    join_all(cases.map(refused)).await;
}

/// The pauses between handshakes that were refused.
fn pauses(discord: &Discord) -> Vec<f64> {
    let entries = discord.record().entries();
    let knocks: Vec<_> = entries
        .iter()
        .filter(|entry| matches!(entry.seen, Seen::Knocked(_)))
        .collect();
    let pauses = knocks.windows(2).map(|two| (two[1].at - two[0].at).as_secs_f64());
    pauses.collect()
}

/// How long the tries are watched.
const WATCHED: Duration = Duration::from_secs(25);

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_handshake_is_one_warning_with_its_status_and_the_tries_get_rarer() {
    let refused = async |(status, page): (u16, Vec<u8>)| {
        let database = database::new_database().await;
        let discord = Discord::start(Options::default()).await;
        discord.welcome([], Welcome::Refuse(page));
        let bot = Process::start(&discord, &database, &[]);
        let shook = |seen: &Seen| matches!(seen, Seen::Shook(..));
        discord.record().wait_for(0, PATIENCE, shook).await.unwrap();
        let used = bot.processor_time();
        let never = discord
            .record()
            .wait_for(0, WATCHED, |seen| seen.is_identify())
            .await;
        assert!(never.is_err(), "{status}: nobody was let in");
        let used = bot.processor_time() - used;
        bot.terminate();
        let (code, took, log) = bot.ended(PATIENCE).await.expect("it stops when it is told to");
        assert_eq!(code, Some(0), "{status}: {log}");
        assert!(took < Duration::from_secs(10), "{status}: {took:?} to stop");
        assert!(
            used < Duration::from_secs(2),
            "{status}: {used:?} of processor time"
        );
        let tries = handshakes(&discord).len();
        let told = log.lines().filter(|line| line.contains(" WARN "));
        let told = told.filter(|line| line.contains(&status.to_string())).count();
        assert!(
            (1..=tries).contains(&told),
            "{status}: {told} warnings for {tries} tries\n{log}"
        );
        let pauses = pauses(&discord);
        println!(
            "refused with {status}: pauses {pauses:.1?} s, {used:?} of processor time, stopped in {took:?}"
        );
        let rarer = pauses.len() >= 2 && pauses[pauses.len() - 1] > 1.5 * pauses[0];
        assert!(rarer && pauses.len() <= 8, "{status}: pauses of {pauses:?}");
        assert_eq!(discord.record().complaints(), Vec::<String>::new());
    };
    let limited = answer(
        429,
        &[("Retry-After", "1"), ("Content-Type", "text/html")],
        "<html></html>",
    );
    let cases = [
        (400, cloudflare_page(400)),
        (403, cloudflare_page(403)),
        (503, cloudflare_page(503)),
        (429, limited),
    ];
    join_all(cases.map(refused)).await;
}
