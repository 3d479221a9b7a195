//! The throwaway PostgreSQL and the command line, which work as root and as an ordinary user.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
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

/// Runs a command of SQL in the database that is kept in `folder`.
fn in_kept(folder: &Path, more: &[&str], script: &str) -> (bool, String) {
    let output = sandbox()
        .args(["--no-discord", "--data"])
        .arg(folder)
        .args(more)
        .args(["--", "sh", "-c", script])
        .output()
        .expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8(said).expect("text").trim().to_owned(),
    )
}

/// What a query says, asked with the client that fits the server.
fn ask(sql: &str) -> String {
    format!("psql -XAtq -d \"$DATABASE_URL\" -c \"{sql}\"")
}

#[test]
fn a_database_that_is_kept_survives_and_is_reached_by_its_socket_alone() {
    // Where root's PostgreSQL, which is another user, can come in too.
    let place = tempfile::Builder::new()
        .prefix("kept ")
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempdir()
        .expect("a folder");
    let folder = place.path().join("a database");
    let made = in_kept(&folder, &[], &ask("create table kept as select 7 as n"));
    assert_eq!(made, (true, String::new()));
    let read = format!(
        "{} && {} && {}",
        ask("select n from kept"),
        ask("show listen_addresses"),
        ask("show fsync")
    );
    assert_eq!(in_kept(&folder, &[], &read), (true, "7\n\non".to_owned()));
    let mode = std::fs::metadata(&folder)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(!folder.join(".s.PGSQL.5432").exists(), "it has stopped");
}

#[test]
fn a_database_in_use_is_joined_or_left_alone() {
    let place = tempfile::Builder::new()
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempdir()
        .expect("a folder");
    let folder = place.path().join("data");
    let itself = env!("CARGO_BIN_EXE_sandbox");
    let inner = |more: &str| {
        let folder = folder.display();
        format!(
            "{itself} --no-discord --data {folder} {more} -- sh -c '{}'",
            ask("select 1")
        )
    };
    let (joined, said) = in_kept(
        &folder,
        &[],
        &format!("{} && {}", inner("--join"), ask("select 2")),
    );
    assert!(joined, "{said}");
    assert_eq!(said, "1\n2", "the one that was joined goes on");
    let (started, said) = in_kept(&folder, &[], &inner(""));
    assert!(!started && said.contains("A database is running in "), "{said}");
}
