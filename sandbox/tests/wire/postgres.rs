//! The throwaway PostgreSQL and the command line, which work as root and as an ordinary user.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sandbox::postgres::Postgres;

/// Host and port of a database address.
fn address(url: &str) -> &str {
    url.trim().split(['@', '/']).nth(3).expect("an address")
}

fn is_open(address: &str) -> bool {
    TcpStream::connect(address).is_ok()
}

/// Waits until nobody listens any more: a killed process cannot tell when its keeper is done.
fn closes(address: &str) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    while is_open(address) {
        if Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

fn sandbox() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    command.env_remove("DATABASE_URL").stdin(Stdio::null());
    command
}

#[test]
fn a_server_starts_and_is_gone_when_dropped() {
    let server = Postgres::start(false).expect("a server");
    let url = server.url();
    assert!(is_open(address(&url)));
    drop(server);
    assert!(!is_open(address(&url)));
}

#[test]
fn the_command_gets_its_environment_and_gives_its_exit_code() {
    let script =
        r#"test -n "$DISCORD_TOKEN" && test -n "$DISCORD_API_BASE" && echo "$DATABASE_URL" && exit 7"#;
    let output = sandbox()
        .args(["--port", "0", "--", "sh", "-c", script])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(7));
    let said = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(
        lines.len(),
        2,
        "one address to open, and what the command said: {said}"
    );
    assert!(lines[0].starts_with("http://127.0.0.1:"));
    assert!(!is_open(address(lines[1])));
}

#[test]
fn another_database_is_used_when_there_is_one() {
    let output = sandbox()
        .env("DATABASE_URL", "postgres://elsewhere/db")
        .args(["--no-discord", "--", "sh", "-c", "echo $DATABASE_URL"])
        .output()
        .expect("it runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "postgres://elsewhere/db\n"
    );
}

#[test]
fn everything_is_removed_even_after_a_kill() {
    let mut child = sandbox()
        .args([
            "--no-discord",
            "--",
            "sh",
            "-c",
            "echo $DATABASE_URL; exec sleep 1",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut url = String::new();
    BufReader::new(child.stdout.take().expect("a pipe"))
        .read_line(&mut url)
        .expect("a line");
    assert!(is_open(address(&url)));
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert!(closes(address(&url)), "the server outlived the sandbox");
}
